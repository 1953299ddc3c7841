"""Text from files made fit for a terminal."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from ssot_server.cli.terminal import cells

_TAB = 4
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F
_ELLIPSIS = "…"


def printable(text: str) -> str:
    """The text with control characters made visible, so that a file cannot steer the terminal."""
    return text if text.isprintable() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    number = ord(character)
    if number < ord(" "):
        return chr(_CONTROL_PICTURES + number)
    if number == _DELETE:
        return "\u2421"
    return character if character.isprintable() or character.isspace() else f"\\u{number:04x}"


class Excerpt(NamedTuple):
    """A line of source as it is shown, and the columns of a part of it."""

    text: str
    start: int
    """Columns before the part."""
    end: int
    """Columns up to the part's end; at least one more than `start`."""


def excerpt(line: str, start: int, end: int, width: int) -> Excerpt:
    """Show a line, with the part between two offsets, in at most `width` columns.

    Tabs are widened and control characters made visible. A longer line is cut where the part is not, and an
    ellipsis stands for what is cut; a part that is too wide itself is cut at its end.
    """
    shown, columns = _spread(line)
    left, right = columns[min(start, len(line))], columns[min(end, len(line))]
    right = max(right, left + 1)
    if columns[-1] <= width:
        return Excerpt("".join(shown), left, right)
    first = _first_shown(columns, left, right, width)
    lead = _ELLIPSIS if first else ""
    room = columns[first] + width - len(lead)
    last = len(line) if columns[-1] <= room else bisect_right(columns, room - 1) - 1
    trail = _ELLIPSIS if last < len(line) else ""
    shift = len(lead) - columns[first]
    text = lead + "".join(shown[first:last]) + trail
    right = min(right + shift, cells(text))
    return Excerpt(text, min(left + shift, right - 1), right)


def _spread(line: str) -> tuple[list[str], list[int]]:
    """Each character as it is shown, and the column where each (and the line's end) stands."""
    shown: list[str] = []
    columns = [0]
    for character in line:
        text = " " * (_TAB - columns[-1] % _TAB) if character == "\t" else printable(character)
        shown.append(text)
        columns.append(columns[-1] + cells(text))
    return shown, columns


def _first_shown(columns: list[int], left: int, right: int, width: int) -> int:
    """The first character of a cut line: its start if the part fits from there, else some way before the part."""
    if right < width:
        return 0
    context = max(0, min(width // 4, width - (right - left) - 2))
    return bisect_left(columns, min(left - context, columns[-1] - width + 1))
