"""The import statements of a file as runs: what stands below what, in which order, and with which lines between.

A run is import statements of one block with nothing between them but comments and blank lines. Only within a run
can a statement have another place without anything that runs in between being any the wiser.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ssot_rules.facts import Span
from ssot_rules.import_style import Head, ImportStyle, Key, is_in_order
from ssot_rules.import_text import NEWLINE, StatementText
from ssot_rules.index import Index, Module, absolute

_IMPORT = ("import",)
_REST_OF_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r\n|\n|\r|\Z)")
_BETWEEN = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*")
_GAP = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*")
_BORDER = re.compile(r"#(?:\x1f|[ \t]*(?:ruff:[ \t]*)?isort:[ \t]*(?:skip_file|skip|off|on|split)\b)")
"""A comment that nothing may pass: where the cells of a notebook meet, or for sorters."""
_LEFT_TO_PEOPLE = re.compile(r"isort:[ \t]*(?:skip_file|off)\b")
"""In this file nobody but people puts imports in order."""
_SUPPRESSION = re.compile(r"#[ \t]*ssot:[ \t]*ignore\[")
"""Such a comment is about the statement below it and nothing else."""
STAR = "*"


class Entry(NamedTuple):
    """An import statement of a run, as it is or as it is to be."""

    head: Head
    text: str
    """Its lines, without what ends the last."""
    binds: frozenset[str]
    """The names that it gives a meaning; `STAR` for those of a star."""
    paths: frozenset[str]
    """Dotted paths of modules that it may import."""
    origin: int
    """Which statement of the run it is, stands for or stands behind."""
    is_there: bool = True
    """It is, or stands for, the statement `origin`."""
    gap: str = ""
    """The blank lines above it, …"""
    above: str = ""
    """… and the lines between those and the statement: comments, for the most part."""


MayPass = Callable[[Entry, Entry, Sequence[Entry]], bool]
"""Whether it makes no difference if one of two runs before or after the other, when some have run before both."""


class Run(NamedTuple):
    """Import statements of a block, each on lines of its own, with nothing between them but comments."""

    numbers: tuple[int, ...]
    entries: tuple[Entry, ...]
    span: Span
    """From the beginning of the first line to the end of the last one, without what ends that."""
    style: ImportStyle | None
    """By which it is sorted; None where it is not, or must stay as it is."""
    package: str
    """The top-level package that the file is in."""
    newline: str

    # -- putting in order ------------------------------------------------------------------------------------

    def arranged(self, becomes: Mapping[int, Sequence[Entry]], may_pass: MayPass) -> list[Entry]:
        """The entries after a change: `becomes` says what those become that change, by their number.

        In a sorted run each goes where the order has it, if it may pass what stands between; in any other it
        stays where it is, and what is new stands behind what it is there for.
        """
        after = [new for entry in self.entries for new in becomes.get(self.numbers[entry.origin], (entry,))]
        if self.style is None:
            return self._kept_apart(after)
        order = list(range(len(after)))
        settled = {number for number, entry in enumerate(after) if entry is self.entries[entry.origin]}
        keys = [self.style.key(entry.head, self.package) for entry in after]
        for number in order.copy():
            if number not in settled and self._settle(number, order, settled, keys, after, may_pass):
                settled.add(number)
        return self._spaced([after[number] for number in order], [number in settled for number in order], self.style)

    @staticmethod
    def _settle(
        number: int, order: list[int], settled: Set[int], keys: Sequence[Key], after: Sequence[Entry], may_pass: MayPass
    ) -> bool:
        """Move an entry to where the sorted ones have it; False if it must not pass what stands between."""
        at = order.index(number)
        others = order[:at] + order[at + 1 :]
        below = [place for place, other in enumerate(others) if other in settled and keys[other] < keys[number]]
        above = [place for place, other in enumerate(others) if other in settled and keys[other] > keys[number]]
        to = min(max(at, below[-1] + 1 if below else 0), above[0] if above else len(others))
        first, last = sorted((at, to))
        before = [after[other] for other in others[:first]]
        if not all(may_pass(after[number], after[other], before) for other in others[first:last]):
            return False
        order[:] = [*others[:to], number, *others[to:]]
        return True

    # -- the lines between ------------------------------------------------------------------------------------

    def _kept_apart(self, after: Sequence[Entry]) -> list[Entry]:
        """Entries of a run that is not sorted, with the lines between them that they had."""
        found: list[Entry] = []
        gap, above, origin = "", "", 0
        for entry in after:
            for gone in self.entries[origin : entry.origin]:
                gap, above = max(gap, gone.gap, key=len), above + gone.above
            if entry.is_there:
                gap = max(gap, entry.gap, key=len)
                found.append(entry._replace(gap=gap if found else "", above=above + entry.above))
                gap, above, origin = "", "", entry.origin + 1
            else:
                found.append(entry)
        return found

    def _spaced(self, after: Sequence[Entry], settled: Sequence[bool], style: ImportStyle) -> list[Entry]:
        """Entries of a sorted run, with blank lines where sections meet; what is not `settled` makes none."""
        found: list[Entry] = []
        is_spaced = self._is_spaced(style)
        for number, entry in enumerate(self._with_comments(after, style)):
            gap = ""
            if found:
                gap = self.newline * (self._blank_lines(found[-1], entry, style) if is_spaced else 0)
                if not all(settled[number - 1 : number + 1]) or self._were_neighbours(found[-1], entry, style):
                    gap = entry.gap
            found.append(entry._replace(gap=gap))
        return found

    def _blank_lines(self, before: Entry, after: Entry, style: ImportStyle) -> int:
        return style.blank_lines(before.head, after.head, self.package)

    def _is_spaced(self, style: ImportStyle) -> bool:
        """Whether blank lines part the sections."""
        return all(
            after.gap or after.above or not self._blank_lines(before, after, style)
            for before, after in pairwise(self.entries)
        )

    def _were_neighbours(self, before: Entry, after: Entry, style: ImportStyle) -> bool:
        """Whether two entries stand for two that stood one below the other, and in the same sections."""
        return (
            before.is_there
            and after.is_there
            and before.origin + 1 == after.origin
            and all(
                self._section(entry, style) == self._section(self.entries[entry.origin], style)
                for entry in (before, after)
            )
        )

    def _section(self, entry: Entry, style: ImportStyle) -> str:
        return style.section(entry.head, self.package)

    def _with_comments(self, after: Sequence[Entry], style: ImportStyle) -> list[Entry]:
        """The entries with the comments above them: each goes where its statement goes, but one above the first
        statement of a section is taken for the section's, and one whose statement is gone stays where it is."""
        above = [""] * len(after)
        left = ""
        for origin, entry in enumerate(self.entries):
            if entry.above:
                heir = self._heir(origin, after, style)
                if heir is None:
                    left += entry.above
                else:
                    above[heir] += entry.above
        found = [entry._replace(above=comments) for entry, comments in zip(after, above, strict=True)]
        if left and found:
            found[-1] = found[-1]._replace(text=found[-1].text + self.newline + left.rstrip("\r\n"))
        return found

    def _heir(self, origin: int, after: Sequence[Entry], style: ImportStyle) -> int | None:
        """Which of the entries a comment above an earlier one belongs to."""
        section = self._section(self.entries[origin], style)
        is_heading = not _SUPPRESSION.search(self.entries[origin].above)
        if origin and is_heading and self._section(self.entries[origin - 1], style) != section:
            first = next((at for at, entry in enumerate(after) if self._section(entry, style) == section), None)
            if first is not None:
                return first
        own = (at for at, entry in enumerate(after) if entry.is_there and entry.origin == origin)
        later = (at for at, entry in enumerate(after) if entry.is_there and entry.origin > origin)
        return next(own, next(later, None))

    def text(self, entries: Sequence[Entry]) -> str:
        """The lines of entries, without what ends the last."""
        return self.newline.join(entry.gap + entry.above + entry.text for entry in entries)


class Statements:
    """The import statements of a module, with the names of each."""

    def __init__(self, module: Module, index: Index) -> None:
        self.module = module
        self.text = module.text
        self.facts = module.facts
        self.style = index.import_style(module.path)
        self._index = index
        self._runs: dict[int, Run | None] = {}
        names: dict[int, list[int]] = defaultdict(list)
        for number, imported in self.facts.imports.about(_IMPORT):
            names[imported.statement].append(number)
        self.names: Mapping[int, Sequence[int]] = names
        """The numbers of the imported names of each statement."""

    @cached_property
    def by_block(self) -> Mapping[int, Sequence[int]]:
        """The statements of each block, in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, statement in self.facts.statements.about(_IMPORT):
            found[statement.block].append(number)
        return found

    @cached_property
    def newline(self) -> str:
        """What ends the file's lines."""
        found = NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def imported(self, number: int) -> list[tuple[str, str | None]]:
        """The names and aliases of a statement."""
        known = (self.facts.imports[name] for name in self.names[number])
        return [(name.name, name.asname) for name in known]

    def line_start(self, offset: int) -> int:
        """Where the line begins that an offset is in; a byte order mark does not belong to it."""
        start = max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1
        return start + self.text.startswith("\ufeff") if start == 0 else start

    def indent(self, number: int) -> str:
        """What stands before a statement that begins a line."""
        start = self.facts.statements[number].span.start
        return self.text[self.line_start(start) : start]

    def lines(self, number: int, within: Span) -> StatementText:
        """A statement as a part of the text."""
        statement = self.facts.statements[number]
        module = None if statement.module is None else _moved(statement.module_span, within.start)
        names = (_moved(self.facts.imports[name].span, within.start) for name in self.names[number])
        return StatementText(self.text[within.start : within.end], module, tuple(names), self.newline)

    def whole_lines(self, number: int) -> Span | None:
        """The lines of a statement, without what ends the last; None where it does not have them for itself."""
        span = self.facts.statements[number].span
        start = self.line_start(span.start)
        rest = _REST_OF_LINE.match(self.text, span.end)
        return None if rest is None or self.text[start : span.start].strip(" \t\f") else Span(start, rest.end())

    def paths(self, number: int) -> Iterator[str]:
        """The dotted paths of modules that a statement may import."""
        statement = self.facts.statements[number]
        source = absolute(self.module, statement)
        if source is not None:
            yield source
        for name, _ in self.imported(number):
            if statement.module is None:
                yield name
            elif source is not None and name != STAR:
                yield f"{source}.{name}"

    # -- runs -----------------------------------------------------------------------------------------------

    def run(self, number: int) -> Run | None:
        """The run that a statement is part of; None where it shares its line with something else."""
        if number not in self._runs:
            numbers = self._numbers_around(number)
            run = self._make_run(numbers) if numbers else None
            self._runs.update(dict.fromkeys(numbers or (number,), run))
        return self._runs[number]

    def _numbers_around(self, number: int) -> tuple[int, ...]:
        block = self.by_block[self.facts.statements[number].block]
        if self.whole_lines(number) is None:
            return ()
        first = last = block.index(number)
        while first > 0 and self._follows(block[first - 1], block[first]):
            first -= 1
        while last + 1 < len(block) and self._follows(block[last], block[last + 1]):
            last += 1
        return tuple(block[first : last + 1])

    def _follows(self, one: int, other: int) -> bool:
        """Whether a statement comes right below another one, and no border is in between."""
        above, below = self.whole_lines(one), self.whole_lines(other)
        newline = None if above is None else NEWLINE.match(self.text, above.end)
        if above is None or below is None or newline is None:
            return False
        if not _BETWEEN.fullmatch(self.text, newline.end(), below.start):
            return False
        return not _BORDER.search(self.text, above.start, below.end)

    def _make_run(self, numbers: tuple[int, ...]) -> Run:
        entries: list[Entry] = []
        spans = [span for number in numbers if (span := self.whole_lines(number)) is not None]
        start = self._with_suppression(spans[0].start)
        for origin, (number, span) in enumerate(zip(numbers, spans, strict=True)):
            lead = self.text[start : span.start]
            if origin:
                lead = NEWLINE.sub("", self.text[spans[origin - 1].end : span.start], count=1)
            blank = _GAP.match(lead)
            gap = blank[0] if blank else ""
            entries.append(self._entry(number, origin, span)._replace(gap=gap, above=lead[len(gap) :]))
        return Run(
            numbers,
            tuple(entries),
            Span(start, spans[-1].end),
            self._order(numbers, entries),
            self._package,
            self.newline,
        )

    def _with_suppression(self, start: int) -> int:
        """Where the comments begin that silence findings in the statement of a line."""
        while start > 0:
            above = self.line_start(start - 1 - (self.text[start - 2 : start] == "\r\n"))
            if not _SUPPRESSION.match(self.text[above:start].lstrip(" \t")):
                break
            start = above
        return start

    def _entry(self, number: int, origin: int, span: Span) -> Entry:
        statement, names = self.facts.statements[number], self.imported(number)
        (first, asname), *_ = names
        locals_ = (STAR if name == STAR else alias or name.partition(".")[0] for name, alias in names)
        return Entry(
            head=Head(first, 0, None, asname)
            if statement.module is None
            else Head(statement.module, statement.level, tuple(names)),
            text=self.text[span.start : span.end],
            binds=frozenset(locals_),
            paths=frozenset(self.paths(number)),
            origin=origin,
        )

    @property
    def _package(self) -> str:
        return self.module.name.partition(".")[0]

    def _order(self, numbers: Iterable[int], entries: Sequence[Entry]) -> ImportStyle | None:
        """The style by which a run is sorted; None where it is not, or where it must stay as it is."""
        several = any(
            self.facts.statements[number].module is None and len(self.names[number]) > 1 for number in numbers
        )
        if several or self._may_not_run(next(iter(numbers))) or any("\f" in entry.text for entry in entries):
            return None
        if _LEFT_TO_PEOPLE.search(self.text):
            return None
        for style in self.style.readings(self._index.packages):
            if is_in_order([style.key(entry.head, self._package) for entry in entries]):
                return style
        return None

    def _may_not_run(self, number: int) -> bool:
        """Whether a statement is in a block that may be left before its end."""
        block = self.facts.blocks[self.facts.statements[number].block]
        return block.conditional and not block.type_checking


def _moved(span: Span, start: int) -> Span:
    return Span(span.start - start, span.end - start)
