"""The text of one import statement: taken apart, and put together with other names.

What a statement looks like stays: names that have a line each keep it, with the comments above and behind them, and
a name that comes gets one, too. Any other statement keeps the text between its names. Only a line that becomes
longer than the project allows is broken, as black does it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ssot_rules.facts import Span
from ssot_rules.import_style import ImportStyle

NEWLINE = re.compile(r"\r\n|\n|\r")
_OPENING = re.compile(r"\([ \t\f]*(?P<comment>#[^\r\n]*)?(?:\r\n|\n|\r)")
_ABOVE = re.compile(r"(?P<above>(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*)(?P<indent>[ \t\f]*)")
_BEHIND = re.compile(r"[ \t]*(?P<comma>,)?(?P<comment>[ \t]*(?:#[^\r\n]*)?)(?:\r\n|\n|\r)")
_INDENT = re.compile(r"[ \t\f]*")


class Name(NamedTuple):
    """A name as it is to stand in a statement."""

    spelled: str
    """`b` or `b as c`."""
    place: int | None = None
    """The number of the name, in the statement as it is, that it is or takes the place of."""


class StatementText(NamedTuple):
    """An import statement, with the rest of its lines where it has them for itself."""

    text: str
    module: Span | None
    """Dots and module after `from`; None for a plain import."""
    names: tuple[Span, ...]
    newline: str

    def rewritten(self, names: Sequence[Name], module: str | None, style: ImportStyle) -> str:
        """The statement with other names, from another module if one is given."""
        column = _Column.of(self)
        if column is not None:
            return column.rewritten(names, module, style)
        text = self._renamed(self._row(names), module)
        longer = max(map(len, NEWLINE.split(text))) > max(style.line_length, *map(len, NEWLINE.split(self.text)))
        if self.module is None or not longer or self.has_inner_comments:
            return text
        source = module or self.text[self.module.start : self.module.end]
        return in_column(self.indent, source, [name.spelled for name in names], self.comment, self.newline)

    @property
    def indent(self) -> str:
        """The white space that its first line begins with."""
        found = _INDENT.match(self.text)
        return found[0] if found else ""

    @property
    def can_be_sorted(self) -> bool:
        """Whether its names can change places: no comment would come to stand behind another name."""
        return not self.has_inner_comments or _Column.of(self) is not None

    @property
    def has_inner_comments(self) -> bool:
        """Whether comments stand before its last name."""
        return "#" in self.text[: self.names[-1].start]

    @property
    def comment(self) -> str:
        """The comment that it ends with; empty where it has none."""
        _, mark, comment = self.text[self.names[-1].end :].rpartition("#")
        return mark + comment.rstrip() if mark else ""

    def _renamed(self, text: str, module: str | None) -> str:
        """A text that begins as the statement does, with another module."""
        return text if module is None or self.module is None else self._head(module) + text[self.module.end :]

    def _head(self, module: str) -> str:
        assert self.module is not None
        return self.text[: self.module.start] + module

    def _row(self, names: Sequence[Name]) -> str:
        """Other names, with the text between those that stay."""
        between = [self.text[one.end : other.start] for one, other in pairwise(self.names)]
        parts = [self.text[: self.names[0].start], names[0].spelled]
        for before, name in pairwise(names):
            kept = before.place is not None and before.place < len(between)
            parts += [between[before.place] if kept and before.place is not None else ", ", name.spelled]
        return "".join([*parts, self.text[self.names[-1].end :]])


class _Piece(NamedTuple):
    """The lines of one name."""

    above: str
    comment: str
    """With the space before it."""


class _Column(NamedTuple):
    """A statement in parentheses that gives each name a line."""

    lines: StatementText
    opening: str
    comment: str
    """Behind the parenthesis that opens."""
    indent: str
    pieces: tuple[_Piece, ...]
    comma: bool
    """There is one behind the last name, too."""
    closing: str

    @classmethod
    def of(cls, lines: StatementText) -> _Column | None:
        """The statement as a column; None where it is written otherwise."""
        if lines.module is None:
            return None
        paren = lines.text.find("(", lines.module.end, lines.names[0].start)
        opening = _OPENING.match(lines.text, paren) if paren >= 0 else None
        if opening is None:
            return None
        at, indent, comma = opening.end(), "", False
        pieces = []
        for span in lines.names:
            above, behind = _ABOVE.fullmatch(lines.text, at, span.start), _BEHIND.match(lines.text, span.end)
            if above is None or behind is None or not (behind["comma"] or span == lines.names[-1]):
                return None
            pieces.append(_Piece(above["above"], behind["comment"]))
            at, indent, comma = behind.end(), above["indent"], bool(behind["comma"])
        comment = opening["comment"] or ""
        return cls(lines, lines.text[: opening.end()], comment, indent, tuple(pieces), comma, lines.text[at:])

    def rewritten(self, names: Sequence[Name], module: str | None, style: ImportStyle) -> str:
        row = self._as_row(names, module)
        if row is not None and not style.keeps_trailing_comma and len(row) <= style.line_length:
            return row
        above = self._above(names)
        newline = self.lines.newline
        parts = [self.lines._renamed(self.opening, module)]  # noqa: SLF001 - one is a view of the other
        for number, name in enumerate(names):
            comma = "," if self.comma or number < len(names) - 1 else ""
            comment = "" if name.place is None else self.pieces[name.place].comment.rstrip()
            parts.append(f"{above[number]}{self.indent}{name.spelled}{comma}{comment}{newline}")
        return "".join([*parts, above[-1], self.closing])

    def _above(self, names: Sequence[Name]) -> list[str]:
        """What stands above each of the names, and above what closes; comments of names that are gone stay above
        the next one."""
        found = [""] * (len(names) + 1)
        places = {name.place: number for number, name in enumerate(names) if name.place is not None}
        for place, piece in enumerate(self.pieces):
            following = (places[later] for later in range(place, len(self.pieces)) if later in places)
            found[next(following, len(names))] += piece.above
        return found

    def _as_row(self, names: Sequence[Name], module: str | None) -> str | None:
        """The statement on one line; None where comments are in the way."""
        assert self.lines.module is not None
        if any(piece.above.strip() or piece.comment.strip() for piece in self.pieces):
            return None
        if self.closing.strip() != ")":
            return None
        source = module or self.lines.text[self.lines.module.start : self.lines.module.end]
        row = f"{self.lines.indent}from {source} import {', '.join(name.spelled for name in names)}"
        return f"{row}  {self.comment.rstrip()}" if self.comment else row


def written(indent: str, module: str, spelled: Sequence[str], comment: str, style: ImportStyle, newline: str) -> str:
    """A new `from` statement, on one line if that is long enough."""
    line = f"{indent}from {module} import {', '.join(spelled)}" + (f"  {comment}" if comment else "")
    return line if len(line) <= style.line_length else in_column(indent, module, spelled, comment, newline)


def in_column(indent: str, module: str, spelled: Sequence[str], comment: str, newline: str) -> str:
    """A `from` statement that gives each name a line, as black writes it."""
    inner = indent + ("\t" if "\t" in indent else "    ")
    names = "".join(f"{inner}{name},{newline}" for name in spelled)
    opening = f"(  {comment}" if comment else "("
    return f"{indent}from {module} import {opening}{newline}{names}{indent})"
