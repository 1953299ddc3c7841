"""Lines of a text as Python and the Language Server Protocol count them: they end at \\n, \\r\\n or \\r.

`str.splitlines` also splits at form feeds and other separators that neither of them counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

_LINE_END = re.compile(r"\r\n|\n|\r")


def line_starts(text: str) -> list[int]:
    """The offset at which each line starts; the first is 0."""
    if "\r" not in text:
        lengths = map(len, text.split("\n"))
        starts = list(accumulate(map((1).__add__, lengths), initial=0))
        starts.pop()
        return starts
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def split_lines(text: str) -> list[str]:
    """The lines with their ends; joined they are the text again. The last may be empty."""
    starts = line_starts(text)
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


class Lines:
    """Translates between offsets in code points and rows and columns, both counted from 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = line_starts(text)

    def __len__(self) -> int:
        """How many lines there are, an empty last one included."""
        return len(self._starts)

    def row_column(self, offset: int) -> tuple[int, int]:
        """The row and the column of an offset."""
        offset = min(max(offset, 0), len(self._text))
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def offset(self, row: int, column: int) -> int:
        """The offset of a row and column; nonsense is moved to the nearest place that exists."""
        row = min(max(row, 1), len(self._starts))
        return min(self._starts[row - 1] + max(column, 1) - 1, self._end(row))

    def line_text(self, row: int) -> str:
        """A line without its end."""
        return self._text[self._starts[row - 1] : self._end(row)]

    def _end(self, row: int) -> int:
        if row == len(self._starts):
            return len(self._text)
        end = self._starts[row] - 1
        if end > self._starts[row - 1] and self._text[end - 1 : end + 1] == "\r\n":
            end -= 1
        return end


def with_newline(line: str) -> str:
    """The line with an end that the tokenizer of every Python knows."""
    content = line.rstrip("\r\n")
    return line if content == line else content + "\n"
