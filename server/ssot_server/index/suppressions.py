"""Comments that silence findings: `# ssot: ignore[CODE] -- reason`, `# ssot: ignore-file[CODE]`, `# noqa: CODE`."""

from __future__ import annotations

import ast
import re
import tokenize
from bisect import bisect_right
from collections.abc import Sequence

from ssot_rules.facts import Span, Suppression
from ssot_server.lines import line_starts, split_lines, with_newline

_COMMENT = re.compile(
    r"#[ \t]*(?:ssot:[ \t]*(?P<kind>ignore-file|ignore)\[(?P<codes>[^\]\r\n]*)\]"
    r"(?:[ \t]*--[ \t]*(?P<reason>[^\r\n#]*))?"
    r"|(?i:noqa):[ \t]*(?P<noqa>[A-Za-z]+[0-9]+(?:[, \t]+[A-Za-z]+[0-9]+)*))"
)


def find_suppressions(text: str, tree: ast.Module, statements: Sequence[Span]) -> tuple[Suppression, ...]:
    """The suppressions of a file.

    One on a line of its own speaks of the next line of code, any other of its own line; at the first or last
    line of an import statement it speaks of the whole statement. `statements` are the spans of the imports.
    """
    matches = [match for match in _COMMENT.finditer(text) if match["noqa"] is None or "SSOT" in match["noqa"].upper()]
    if not matches:
        return ()
    starts = line_starts(text)
    strings = _string_lines(tree)
    comments, cut = _comments(text, starts)
    found: list[Suppression] = []
    for match in matches:
        line = bisect_right(starts, match.start()) - 1
        before = text[starts[line] : match.start()]
        if match.start() < cut:
            if not any(start <= match.start() < end for start, end in comments):
                continue
        elif _inside_string(before, line, strings):
            continue
        codes = tuple(
            code.strip() for code in re.split(r"[,\s]+", match["noqa"] or match["codes"] or "") if code.strip()
        )
        reason = (match["reason"] or "").strip() or None
        if match["kind"] == "ignore-file":
            lines = None
        else:
            about = line if before.strip() else _next_code(text, starts, line)
            lines = _whole_import(about, starts, statements)
        found.append(Suppression(codes, Span(*match.span()), lines, reason))
    return tuple(found)


def _comments(text: str, starts: Sequence[int]) -> tuple[list[Span], int]:
    """The comments, and up to where the text could be cut into tokens."""
    lines = iter(split_lines(text))
    found: list[Span] = []
    cut = 0
    try:
        for token in tokenize.generate_tokens(lambda: with_newline(next(lines, ""))):
            if token.start[0] <= len(starts):
                cut = starts[token.start[0] - 1] + token.start[1]
            if token.type == tokenize.COMMENT:
                found.append(Span(cut, cut + len(token.string)))
    except (tokenize.TokenError, SyntaxError):
        return found, cut
    return found, len(text)


def _string_lines(tree: ast.Module) -> list[tuple[int, int]]:
    """The line ranges of strings that span lines, where a `#` is no comment."""
    return [
        (node.lineno - 1, node.end_lineno - 1)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno and node.end_lineno > node.lineno
    ]


def _inside_string(before: str, line: int, strings: list[tuple[int, int]]) -> bool:
    if any(start < line < end or (start == line < end) for start, end in strings):
        return True
    quotes = re.sub(r"\\.", "", before)
    return (quotes.count('"') % 2 == 1 or quotes.count("'") % 2 == 1) and not any(end == line for _, end in strings)


def _next_code(text: str, starts: list[int], line: int) -> int:
    for number in range(line + 1, len(starts)):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        content = text[starts[number] : end].strip()
        if content and not content.startswith("#"):
            return number
    return line


def _whole_import(line: int, starts: list[int], statements: Sequence[Span]) -> Span:
    for span in statements:
        first = bisect_right(starts, span.start) - 1
        last = bisect_right(starts, max(span.end - 1, span.start)) - 1
        if line in {first, last}:
            return Span(first, last)
    return Span(line, line)
