"""Parse what can be parsed: a syntax error costs the lines that it stands on, not the file.

The parser names the line that it could not read. That line is made harmless (a block's header stays a
header, so that the block below it stays a block) and the text is parsed again, until it parses. Every line
keeps its number and every sound line its columns, so positions need no translation.

The idea of repairing a text until a strict parser accepts it is panic-mode recovery (Aho, Lam, Sethi,
Ullman: Compilers, 4.1.4) with the line as the synchronising unit.
"""

from __future__ import annotations

import ast
import re
import warnings
from contextlib import suppress
from functools import lru_cache

from ssot_rules.facts import Span, SyntaxProblem
from ssot_server.lines import Lines, split_lines

_ATTEMPTS = 60
_LINE_END = re.compile(r"\r\n?")
_DEFINITION = re.compile(r"\s*(?:async\s+)?(def|class)\s+\w+")
_CLAUSES = {"except": "except BaseException:", "finally": "finally:", "else": "else:", "elif": "elif 1:", "try": "try:"}
_TYPE_COMMENT = re.compile(r"#[ \t]*type:[ \t]*(?!ignore\b)")
NESTED_TOO_DEEPLY = SyntaxProblem("the file is nested too deeply to be parsed", Span(0, 0))
_REFUSED = (SyntaxError, ValueError, RecursionError, MemoryError)


@lru_cache(maxsize=1)
def parse(text: str) -> tuple[ast.Module, SyntaxProblem | None]:
    """Parse `text`, leaving out what is no Python.

    Returns the tree of everything that parses and, where that is not the whole text, the first error with
    its place. Never raises for any text. The last tree is kept: a statement's facts and its sketches are read one after
    the other. Nobody may change it.
    """
    try:
        return _parse(text), None
    except _REFUSED as error:
        return _recover(text, error), _problem(text, error)


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in other people's code are not ours to print
        if _TYPE_COMMENT.search(text):
            with suppress(*_REFUSED):  # what only looks like a type comment may stand where none can
                return ast.parse(text, type_comments=True)
        return ast.parse(text)


def _problem(text: str, error: BaseException) -> SyntaxProblem:
    lines = Lines(text)
    if isinstance(error, SyntaxError) and error.lineno:
        start = lines.offset(error.lineno, max(error.offset or 1, 1))
        return SyntaxProblem(error.msg, Span(start, min(start + 1, len(text))))
    if "\0" in text:
        start = text.index("\0")
        return SyntaxProblem("the file contains a NUL character", Span(start, start + 1))
    return NESTED_TOO_DEEPLY


def _recover(text: str, error: BaseException) -> ast.Module:
    lines = split_lines(_LINE_END.sub("\n", text.replace("\0", " ")))  # one kind: an empty line must stay one
    failure = _error_line(lines, error)
    for _ in range(_ATTEMPTS):
        if failure is None:
            break
        repaired, outcome, after = _best_repair(lines, failure)
        if isinstance(outcome, ast.Module):
            return outcome
        lines, failure = repaired, after
    return _statement_by_statement(lines)


def _best_repair(lines: list[str], failure: int) -> tuple[list[str], ast.Module | None, int | None]:
    """Repair the line that lets the parser get furthest: mostly the one it names, sometimes the open
    bracket or the header above it."""
    best: tuple[float, list[str], int | None] | None = None
    for number in _suspects(lines, failure):
        for harmless in _harmless(lines, number):
            repaired = [*lines[:number], harmless + _line_end(lines[number]), *lines[number + 1 :]]
            try:
                return repaired, _parse("".join(repaired)), None
            except _REFUSED as error:
                after = _error_line(repaired, error)
            reached = -1.0 if after is None else float(after)
            if best is None or reached > best[0]:
                best = (reached, repaired, after)
            if reached > failure + 2:
                return repaired, None, after
    return (best[1], None, best[2]) if best is not None else (lines, None, None)


def _suspects(lines: list[str], failure: int) -> list[int]:
    above = [number for number in range(failure - 1, max(-1, failure - 12), -1) if lines[number].strip()]
    suspects = [failure, *above[:1]]
    depth = 0
    for number in above:
        depth += sum(lines[number].count(mark) for mark in ")]}") - sum(lines[number].count(mark) for mark in "([{")
        if depth < 0:
            suspects.append(number)
            break
    return list(dict.fromkeys(suspects))


def _error_line(lines: list[str], error: BaseException) -> int | None:
    if not isinstance(error, SyntaxError) or not error.lineno:
        return None
    number = min(error.lineno, len(lines)) - 1
    while number > 0 and not lines[number].strip():
        number -= 1
    return number


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _harmless(lines: list[str], number: int) -> list[str]:
    """What could stand for a line, the best first: a header where a block follows, `pass`, nothing."""
    body = lines[number].rstrip("\r\n")
    indent = body[: len(body) - len(body.lstrip())]
    following = next(
        (later for later in lines[number + 1 :] if later.strip() and not later.lstrip().startswith("#")), ""
    )
    candidates = []
    if len(following) - len(following.lstrip()) > len(indent):
        definition = _DEFINITION.match(body)
        if definition:
            candidates.append(definition[0] + ("():" if definition[1] == "def" else ":"))
        clause = re.match(r"\s*(\w*)", body)
        candidates.append(indent + _CLAUSES.get(clause[1] if clause else "", "if 1:"))
    else:
        candidates.append(f"{indent}pass")
    return [candidate for candidate in (*candidates, "") if candidate != body]


def _statement_by_statement(lines: list[str]) -> ast.Module:
    """Keep each top-level statement that parses alone; the last resort for text that is hardly Python."""
    starts = [number for number, line in enumerate(lines) if line.strip() and line[0] not in " \t\f#)]}"]
    ends = [*starts[1:], len(lines)]
    kept: list[str] = ["\n"] * (starts[0] if starts else len(lines))
    for start, end in zip(starts, ends, strict=False):
        chunk = lines[start:end]
        try:
            _parse("".join(chunk))
        except _REFUSED:
            chunk = ["\n"] * len(chunk)
        kept += chunk
    try:
        return _parse("".join(kept))
    except _REFUSED:
        return ast.Module(body=[], type_ignores=[])
