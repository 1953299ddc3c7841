"""From the places of a syntax tree to offsets in a text."""

from __future__ import annotations

from typing import Any

from ssot_rules.facts import Span
from ssot_server.lines import line_starts


class Offsets:
    """Turns the tree's lines and UTF-8 columns into offsets in code points."""

    def __init__(self, text: str, base: int = 0) -> None:
        self._text = text
        self._starts = line_starts(text)
        self._ascii = text.isascii()
        self._base = base
        self._lines: dict[int, bytes | None] = {}

    def at(self, line: int, column: int) -> int:
        """The offset of a line, counted from 1, and a column in bytes of UTF-8."""
        start = self._starts[line - 1]
        if not self._ascii:
            encoded = self._encoded(line)
            if encoded is not None:
                column = len(encoded[:column].decode("utf-8", "surrogatepass"))
        return self._base + start + column

    def span(self, node: Any) -> Span:
        """The span of a node of the tree."""
        if self._ascii:
            starts, base = self._starts, self._base
            return Span(
                base + starts[node.lineno - 1] + node.col_offset,
                base + starts[node.end_lineno - 1] + node.end_col_offset,
            )
        return Span(self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset))

    def _encoded(self, line: int) -> bytes | None:
        """The line as UTF-8, None when its columns are the same in both counts."""
        if line not in self._lines:
            end = self._starts[line] if line < len(self._starts) else len(self._text)
            content = self._text[self._starts[line - 1] : end]
            self._lines[line] = None if content.isascii() else content.encode("utf-8", "surrogatepass")
        return self._lines[line]
