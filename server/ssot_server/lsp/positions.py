"""Between the editor's positions and the engine's offsets.

Lines end at `\\n`, `\\r\\n` and `\\r`, as the protocol says, and nowhere else. A character of a line is counted
in the units that were agreed on with the editor; the engine counts code points and knows no byte order mark.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from lsprotocol.types import Position, PositionEncodingKind, Range, TextDocumentContentChangePartial

from ssot_rules.facts import Span
from ssot_server.lines import line_starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol.types import TextDocumentContentChangeEvent

BYTE_ORDER_MARK = "\ufeff"

Encoding: TypeAlias = "PositionEncodingKind | str"
"""What a position's `character` counts; any other than `utf-8` and `utf-32` means UTF-16 code units."""


class EditorText:
    """A text as an editor sees it, cut into lines.

    A byte order mark at the text's start is a character for the editor and none for the engine: offsets
    given and taken here are the engine's.
    """

    __slots__ = ("_shift", "_starts", "_whole")

    def __init__(self, text: str) -> None:
        self._whole = text
        self._starts = line_starts(text)
        self._shift = int(text.startswith(BYTE_ORDER_MARK))

    @property
    def whole(self) -> str:
        """The text as the editor has it."""
        return self._whole

    @property
    def text(self) -> str:
        """The text that offsets refer to, without byte order mark."""
        return self._whole[self._shift :]

    def line_at(self, offset: int) -> int:
        """The number of the line, from 0, that an offset lies in."""
        return bisect_right(self._starts, self._place(offset)) - 1

    def line_span(self, line: int) -> Span:
        """A line of the text without its end."""
        return Span(max(self._starts[line] - self._shift, 0), max(self._end(line) - self._shift, 0))

    def position(self, offset: int, encoding: Encoding) -> Position:
        """Where an offset is for the editor; between `\\r` and `\\n` it is the end of the line."""
        line = self.line_at(offset)
        before = self._whole[self._starts[line] : min(self._place(offset), self._end(line))]
        return Position(line, _units(before, encoding))

    def offset(self, position: Position, encoding: Encoding) -> int:
        """The offset of an editor's position; what lies outside the text, or inside a character, is moved
        to the nearest place before it that exists."""
        return max(self.place(position, encoding) - self._shift, 0)

    def place(self, position: Position, encoding: Encoding) -> int:
        """As `offset`, but in the whole text, its byte order mark included."""
        if position.line >= len(self._starts):
            return len(self._whole)
        start = self._starts[position.line]
        return start + _characters(self._whole[start : self._end(position.line)], position.character, encoding)

    def range(self, span: Span, encoding: Encoding) -> Range:
        """The editor's range for a span."""
        return Range(self.position(span.start, encoding), self.position(span.end, encoding))

    def span(self, range_: Range, encoding: Encoding) -> Span:
        """The span of an editor's range; a range that runs backwards is turned round."""
        ends = (self.offset(range_.start, encoding), self.offset(range_.end, encoding))
        return Span(min(ends), max(ends))

    def _place(self, offset: int) -> int:
        return min(max(offset, 0) + self._shift, len(self._whole))

    def _end(self, line: int) -> int:
        if line + 1 == len(self._starts):
            return len(self._whole)
        end = self._starts[line + 1] - 1
        return end - 1 if self._whole[end - 1 : end + 1] == "\r\n" else end


@lru_cache(maxsize=16)
def editor_text(text: str) -> EditorText:
    """The lines of a text; they are asked for again and again while it is the document's."""
    return EditorText(text)


def apply_changes(text: str, changes: Iterable[TextDocumentContentChangeEvent], encoding: Encoding) -> str:
    """The editor's text after its changes, each made to the result of the one before."""
    for change in changes:
        if isinstance(change, TextDocumentContentChangePartial):
            before = editor_text(text)
            ends = (before.place(change.range.start, encoding), before.place(change.range.end, encoding))
            text = text[: min(ends)] + change.text + text[max(ends) :]
        else:
            text = change.text
    return text


def _units(text: str, encoding: Encoding) -> int:
    if encoding == PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    return sum(_width(character, encoding) for character in text)


def _characters(text: str, units: int, encoding: Encoding) -> int:
    """How many whole characters of `text` fit into so many units."""
    if encoding == PositionEncodingKind.Utf32 or text.isascii():
        return min(max(units, 0), len(text))
    left = units
    for index, character in enumerate(text):
        left -= _width(character, encoding)
        if left < 0:
            return index
    return len(text)


def _width(character: str, encoding: Encoding) -> int:
    if encoding == PositionEncodingKind.Utf8:
        return len(character.encode("utf-8", "surrogatepass"))
    return 2 if character > "\uffff" else 1
