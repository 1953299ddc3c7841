"""Findings as people see them: with file names relative to where they are, rows and columns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ssot_rules.contract import Applicability, Fix, Severity
from ssot_rules.facts import Span
from ssot_server.engine import Engine
from ssot_server.lines import Lines
from ssot_server.report import Finding
from ssot_server.workspace import NOTEBOOK_SUFFIX, Cells

VIOLATIONS = frozenset({Severity.ERROR, Severity.WARNING})
"""The severities that make a check fail."""


class Point(NamedTuple):
    """A row and a column, both counted from 1; columns count Unicode characters."""

    row: int
    column: int


class Location(NamedTuple):
    """A range of a file; its end is exclusive."""

    filename: str
    """Relative to the current folder, with `/`."""
    start: Point
    end: Point
    cell: int | None = None
    """The cell of a notebook, counted from 1, that it is in; rows are counted from that cell's first."""
    above: int = 0
    """How many lines of the notebook's code stand above that cell."""

    @property
    def where(self) -> str:
        """The place as people read it: `path:row:column`, `path:cell 3:row:column`."""
        cell = "" if self.cell is None else f":cell {self.cell}"
        return f"{self.filename}{cell}:{self.start.row}:{self.start.column}"

    @property
    def order(self) -> tuple[str, int, Point]:
        """What sorts places as people read them."""
        return self.filename, self.above, self.start


class Note(NamedTuple):
    """Another place that explains a finding."""

    message: str
    location: Location
    lines: Lines


class Replacement(NamedTuple):
    """One edit of a fix."""

    location: Location
    content: str | None
    """None where the file is deleted; the location is all of it then."""


class Places:
    """Translates an engine's paths and offsets.

    It remembers texts: make a new one when the engine's texts have changed.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._lines: dict[str, Lines] = {}
        self._cells: dict[str, Cells] = {}

    def filename(self, path: str) -> str:
        """The path as seen from the current folder."""
        return filename(self._engine.root / path, self._folder)

    def lines(self, path: str) -> Lines:
        """The lines of a file; of nothing where it cannot be read."""
        if path not in self._lines:
            self._lines[path] = Lines(self._engine.text(path) or "")
        return self._lines[path]

    def location(self, path: str, span: Span) -> Location:
        """Where a span of a file is."""
        lines, name = self.lines(path), self.filename(path)
        start, end = Point(*lines.row_column(span.start)), Point(*lines.row_column(span.end))
        if not path.endswith(NOTEBOOK_SUFFIX):
            return Location(name, start, end)
        if path not in self._cells:
            self._cells[path] = Cells(self._engine.text(path) or "")
        cell, above = self._cells[path].place(start.row)
        return Location(name, Point(start.row - above, start.column), Point(end.row - above, end.column), cell, above)

    def replacements(self, fix: Fix) -> tuple[Replacement, ...]:
        """The edits of a fix, by file and position."""
        found: list[Replacement] = []
        for path, edits in self._engine.edits([fix]).items():
            if edits is None:
                whole = Span(0, len(self._engine.text(path) or ""))
                found.append(Replacement(self.location(path, whole), None))
            else:
                found += (Replacement(self.location(edit.path, edit.span), edit.content) for edit in edits)
        return tuple(sorted(found, key=lambda known: (*known.location.order, known.content or "")))


class Entry(NamedTuple):
    """One finding as it is shown."""

    finding: Finding
    fix: Fix | None
    location: Location
    places: Places

    @property
    def lines(self) -> Lines:
        """The lines of the finding's file."""
        return self.places.lines(self.finding.path)

    @property
    def is_violation(self) -> bool:
        """Whether it makes a check fail."""
        return self.finding.severity in VIOLATIONS

    def is_fixable(self, *, unsafe: bool) -> bool:
        """Whether `--fix` (with `--unsafe-fixes`, where `unsafe`) applies its fix."""
        return is_applied(self.fix, unsafe=unsafe)

    def related(self) -> tuple[Note, ...]:
        """The other places that explain it."""
        return tuple(
            Note(related.message, self.places.location(related.path, related.span), self.places.lines(related.path))
            for related in self.finding.related
        )


def is_applied(fix: Fix | None, *, unsafe: bool) -> bool:
    """Whether a run applies a fix: safe ones always, unsafe ones when asked to, advice never."""
    if fix is None:
        return False
    return fix.applicability == Applicability.SAFE or (unsafe and fix.applicability == Applicability.UNSAFE)


def filename(path: Path, folder: Path) -> str:
    """A path as seen from a folder, with `/`; absolute where Windows has it on another drive."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return path.as_posix()


def make_entries(findings: Iterable[Finding], places: Places) -> list[Entry]:
    """The entries of one engine's findings."""
    return [
        Entry(finding, finding.fix, places.location(finding.path, finding.diagnostic.span), places)
        for finding in findings
    ]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By file name, row, column and code."""
    return sorted(entries, key=lambda entry: (*entry.location.order, entry.finding.rule.code))
