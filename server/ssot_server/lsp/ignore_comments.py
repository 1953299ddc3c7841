"""Where a comment that silences a finding goes."""

from __future__ import annotations

import re
import tokenize
from dataclasses import dataclass, field

from ssot_rules.contract import Edit
from ssot_rules.facts import Span
from ssot_server.lines import Lines, split_lines, with_newline

_IGNORE = re.compile(r"ssot:[ \t]*ignore\[(?P<codes>[^\]]*)\]")
_OPENING = ("FSTRING_START", "TSTRING_START")
_CLOSING = ("FSTRING_END", "TSTRING_END")


@dataclass(slots=True)
class _Layout:
    """What the tokens say about lines, which are counted from 1."""

    comments: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By line, the column and the text of its comment."""
    in_string: set[int] = field(default_factory=set)
    """Lines whose end lies in a string."""


def ignore_comment(path: str, text: str, offset: int, code: str) -> Edit | None:
    """The edit that silences `code` for the line at `offset`: the code joins the comment that is there, or the
    line gets one at its end, or above it where its end can take none. None where nothing of that is possible."""
    lines = Lines(text)
    row, _ = lines.row_column(offset)
    line = lines.line_text(row)
    start = lines.offset(row, 1)
    layout = _layout(text)
    column, comment = layout.comments.get(row, (0, ""))
    known = _IGNORE.search(comment)
    if known is not None:
        if code in re.split(r"[,\s]+", known["codes"]):
            return None
        at = start + column + known.end("codes")
        return Edit(path, Span(at, at), f", {code}" if known["codes"].strip() else code)
    if _takes_comment(line, row, layout):
        end = start + len(line)
        return Edit(path, Span(start + len(line.rstrip()), end), f"  # ssot: ignore[{code}]")
    if row > 1 and not _takes_comment(lines.line_text(row - 1), row - 1, layout):
        return None
    indent = line[: len(line) - len(line.lstrip())]
    return Edit(path, Span(start, start), f"{indent}# ssot: ignore[{code}]{_line_end(text)}")


def _takes_comment(line: str, row: int, layout: _Layout) -> bool:
    return row not in layout.in_string and not (line.endswith("\\") and row not in layout.comments)


def _layout(text: str) -> _Layout:
    """As far as the text can be cut into tokens."""
    layout = _Layout()
    lines = iter(split_lines(text))
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(lambda: with_newline(next(lines, ""))):
            kind = tokenize.tok_name[token.type]
            if kind == "COMMENT":
                layout.comments[token.start[0]] = (token.start[1], token.string)
            elif kind == "STRING":
                layout.in_string.update(range(token.start[0], token.end[0]))
            elif kind in _OPENING:
                opened.append(token.start[0])
            elif kind in _CLOSING:
                layout.in_string.update(range(opened.pop(), token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        pass
    return layout


def _line_end(text: str) -> str:
    first = split_lines(text)[0]
    return first[len(first.rstrip("\r\n")) :] or "\n"
