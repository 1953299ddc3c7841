"""Changes of imports, added up and turned into edits of the text.

Fixes say what should be imported, not how the statement reads. Only here do several changes to one file meet:
names are taken out of statements, put into statements that import from the same module already, or given a
statement of their own, and comments, parentheses and line ends stay as they are.

Where a new statement stands is a question of the order in which modules run, before it is one of looks. It stands
beside the one that it replaces, unless that is part of a sorted run: imports alone, one below the other, in an
order that a tool keeps and that nobody chose. There it goes where the tool would put it. It passes nothing but
imports, none of which gives its names another meaning, and no module with which it shares a loop of imports: what is
bound when a loop is entered depends on where it is entered. A run in a block that may be left before its end, such
as that of a `try`, keeps its order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ssot_rules.contract import TOP, Bring, Edit, ImportChange
from ssot_rules.facts import BindingKind, Facts, Span
from ssot_rules.import_runs import STAR, Entry, Run, Statements
from ssot_rules.import_style import Head, ImportStyle, is_in_order
from ssot_rules.import_text import NEWLINE, Name, StatementText, written
from ssot_rules.index import Index, Module, absolute, absolute_path
from ssot_rules.leftovers import is_left_over

_NEWLINE = r"(?:\r\n|\n|\r)"
_BLANK_LINE = re.compile(rf"[ \t\f]*{_NEWLINE}")
_HEAD = re.compile(rf"(?:#!.*{_NEWLINE})?(?:#.*coding[:=].*{_NEWLINE})?")
_COMMENTS = re.compile(rf"(?:#[^\r\n]*{_NEWLINE})*(?:[ \t\f]*{_NEWLINE})+")
_LONG = r"""\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
_STRING = rf"""[rRuU]?(?:{_LONG}|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')"""
_DOCSTRING = re.compile(rf"(?:#[^\r\n]*{_NEWLINE})*(?:{_STRING}[ \t]*)+(?:#[^\r\n]*)?(?:{_NEWLINE}|\Z)", re.DOTALL)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_WORD = re.compile(r"[\w.]+|\s+|.")
_BLANK_LINES = re.compile(r"(?:[ \t\f]*(?:\r\n|\n|\r))*")
_UNUSED_IS_MEANT = re.compile(r"#\s*noqa\b(?!\s*:)[^#\r\n]*|#\s*noqa\s*:[^#\r\n]*\bF401\b[^#\r\n]*", re.IGNORECASE)
"""What tells linters that an import may be without a use."""
_PRAGMA = r"(?:#[ \t]*(?:noqa|type:|pragma|pylint|pyright|mypy|ruff)[^\r\n]*)?"
_TRY = re.compile(r"(?P<indent>[ \t]*)try[ \t]*:[ \t]*(?:(?:\r\n|\n|\r)[ \t]+)?")
_FAILURE = r"(?:ImportError|ModuleNotFoundError)"
_FAILURES = rf"(?:{_FAILURE}|\([ \t]*{_FAILURE}(?:[ \t]*,[ \t]*{_FAILURE})*[ \t]*,?[ \t]*\))"
_EXCEPT = re.compile(
    rf"[ \t]*(?:\r\n|\n|\r)(?P<indent>[ \t]*)except[ \t]*{_FAILURES}(?:[ \t]+as[ \t]+\w+)?[ \t]*:"
    rf"[ \t]*(?:{_PRAGMA}(?:\r\n|\n|\r)[ \t]+)?"
)
_TRY_ENDS = re.compile(
    rf"[ \t]*{_PRAGMA}(?=(?:\r\n|\n|\r|\Z)(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*(?P<next>[^\r\n]*))"
)


_CONTINUES = re.compile(r"(?:else|except|finally)\b")
_NO_LIMIT = 1 << 30
_Meaning = tuple[str, "str | None"]
"""What is imported from somewhere, and its alias."""


def import_edits(module: Module, changes: Iterable[ImportChange], index: Index) -> tuple[Edit, ...]:
    """The edits that carry out all the changes to a module's imports at once, in the order of the text."""
    plan = _Plan(module, tuple(changes), index)
    return tuple(sorted(plan.edits(), key=lambda edit: (edit.span, edit.content)))


def names_left(module: Module, changes: Iterable[ImportChange]) -> Iterator[str]:
    """The names that changes may leave without a use, of those that other files could reach."""
    for number in {imported for change in changes for imported, _ in change.frees}:
        imported = module.facts.imports[number]
        if module.facts.statements[imported.statement].scope == 0 and not module.is_package:
            yield imported.local


# -- what is wanted -------------------------------------------------------------------------------------------


class _Wanted(NamedTuple):
    """A name that is to be imported."""

    bring: Bring
    instead: tuple[int, ...] = ()
    """Numbers of the imported names that it takes the place of."""

    @property
    def meaning(self) -> _Meaning:
        """What is imported and its alias."""
        return self.bring.name or self.bring.module, self.bring.asname

    @property
    def spelled(self) -> str:
        """As it stands in a statement."""
        name, asname = self.meaning
        return f"{name} as {asname}" if asname else name


def _dropped(module: Module, changes: Sequence[ImportChange], index: Index) -> frozenset[int]:
    """The imported names that go: those that are replaced, and those that nothing uses any more."""
    dropped: set[int] = set()
    freed: dict[int, set[int]] = defaultdict(set)
    for change in changes:
        dropped.update(change.drop)
        for imported, use in change.frees:
            freed[imported].add(use)
    replaced = {bring.statement for change in changes for bring in change.bring}
    left = {
        imported
        for imported, uses in freed.items()
        if imported not in dropped
        and (module.facts.imports[imported].statement in replaced or not _may_fail(module, imported))
        and is_left_over(module, imported, uses, dropped, index)
    }
    return frozenset(dropped | left)


def _may_fail(module: Module, number: int) -> bool:
    """Whether an import is in a block that may be there for what happens when it fails."""
    block = module.facts.blocks[module.facts.statements[module.facts.imports[number].statement].block]
    return block.conditional and not block.type_checking


def _wanted(module: Module, changes: Iterable[ImportChange]) -> list[_Wanted]:
    """The names that come, each where it is wanted first: once in a block, and again below what gives the name to
    something else."""
    found: dict[tuple[int, str, str | None, str | None], list[_Wanted]] = defaultdict(list)
    for change in changes:
        instead = change.drop if len(change.bring) == 1 else ()
        for bring in change.bring:
            block = 0 if bring.statement == TOP else module.facts.statements[bring.statement].block
            found[block, bring.module, bring.name, bring.asname].append(_Wanted(bring, instead))
    wanted = [one for same in found.values() for one in _merged(module, same)]
    return sorted(wanted, key=lambda wanted: (wanted.bring.statement, wanted.instead))


def _merged(module: Module, same: Iterable[_Wanted]) -> list[_Wanted]:
    """One name that is wanted at several places."""
    in_order = sorted(same, key=lambda wanted: wanted.bring.statement)
    replaced = {number for wanted in in_order for number in wanted.instead}
    merged: list[_Wanted] = []
    for wanted in in_order:
        if merged and not _is_bound_between(module, merged[-1].bring, wanted.bring, replaced):
            bring, instead = merged.pop()
            wanted = _Wanted(bring, tuple(sorted({*instead, *wanted.instead})))
        merged.append(wanted)
    return merged


def _is_bound_between(module: Module, first: Bring, last: Bring, replaced: Set[int] = frozenset()) -> bool:
    """Whether anything between two import statements of a block gives a name to something else, but for the imported
    names of the numbers `replaced`."""
    if TOP in (first.statement, last.statement) or first.statement == last.statement:
        return False
    facts = module.facts
    one, other = facts.statements[first.statement], facts.statements[last.statement]
    start, end = one.span.end, other.span.start
    named = facts.bindings.about((first.local,), lambda known: known.name == first.local)
    return any(
        start <= known.span.start < end
        and known.scope == one.scope
        and not (known.kind == BindingKind.IMPORT and known.ref in replaced)
        for _, known in named
    ) or any(start <= facts.imports[star].span.start < end for star in facts.stars)


# -- where it goes --------------------------------------------------------------------------------------------


class _Plan:
    """Where each new name goes, and what is left of each statement."""

    def __init__(self, module: Module, changes: Sequence[ImportChange], index: Index) -> None:
        self.module = module
        self.text = module.text
        self.facts: Facts = module.facts
        self.index = index
        self.there = Statements(module, index)
        self.style = self.there.style
        self.dropped = _dropped(module, changes, index)
        self.added: dict[int, list[_Wanted]] = defaultdict(list)
        """Names that join a statement that is there."""
        self.fresh: dict[int, list[_Wanted]] = defaultdict(list)
        """Names that get a statement of their own, for the sake of the statement of that number."""
        self.top: list[_Wanted] = []
        """Names that get a statement of their own at the top of the file."""
        for wanted in _wanted(module, changes):
            if wanted.bring.statement == TOP:
                self.top.append(wanted)
            else:
                self._place(wanted)

    def edits(self) -> list[Edit]:
        left = sorted(
            {self.facts.imports[number].statement for number in self.dropped} | self.added.keys() | self.fresh.keys()
        )
        found = self._above()
        while left:
            number = left[0]
            collapsed = self._collapsed(number)
            run = self.there.run(number)
            if collapsed is not None:
                done, edit = collapsed
                found.append(edit)
            elif run is not None:
                done = frozenset(run.numbers)
                found += self._edits_of_run(run)
            else:
                done = frozenset({number})
                found += self._edits_on_shared_line(number)
            left = [number for number in left if number not in done]
        return found

    def _above(self) -> list[Edit]:
        """New statements at the top, below what has to stay there: comments on the file and its docstring."""
        if not self.top:
            return []
        place = top_of_code(self.text)
        newline = self.there.newline
        lead = newline if place and not self.text[:place].endswith((newline * 2, newline + "\r" + newline)) else ""
        follows = self.text[place:]
        end = newline if follows.strip() and not _BLANK_LINE.match(follows) else ""
        groups = self._grouped(self.top, combines=self.style.combine_as)
        lines = sorted(self._written(group, "", "") + newline for group in groups)
        return [Edit(self.module.path, Span(place, place), lead + "".join(lines) + end)]

    def _place(self, wanted: _Wanted) -> None:
        bring = wanted.bring
        homes = [
            number
            for number in self.there.by_block[self.facts.statements[bring.statement].block]
            if self._imports_from(number, bring) and self._reaches(number, bring)
        ]
        homes.sort(key=lambda number: (number != bring.statement, abs(number - bring.statement)))
        stays = [name for home in homes for name in self.there.names[home] if name not in self.dropped]
        if any((known.name, known.asname) == wanted.meaning for known in map(self.facts.imports.__getitem__, stays)):
            return
        joined = next((number for number in homes if self._joins(number, wanted)), None)
        if joined is not None:
            self.added[joined].append(wanted)
        else:
            self.fresh[self._beside(wanted)].append(wanted)

    def _imports_from(self, number: int, bring: Bring) -> bool:
        """Whether a statement is one that could bring the name: from the same module, and no star."""
        statement = self.facts.statements[number]
        if (statement.module is None) != (bring.name is None):
            return False
        if bring.name is None:
            return True
        if any(name == STAR for name, _ in self.there.imported(number)) or bring.name == STAR:
            return False
        return absolute(self.module, statement) == self._source(bring)

    def _source(self, bring: Bring) -> str:
        """The absolute module that a name comes from; what its dots lead above the top stays as it is."""
        return self._absolute(bring.module) or bring.module

    def _absolute(self, spelled: str) -> str | None:
        return absolute_path(spelled, self.module.name, is_package=self.module.is_package)

    def _joins(self, number: int, wanted: _Wanted) -> bool:
        """Whether a name shares a statement with those that are there, by the project's style."""
        names = self.there.names[number]
        replaced = any(name in wanted.instead for name in names)
        if wanted.bring.name is None:
            return number == wanted.bring.statement and (replaced or len(names) > 1)
        if replaced and self.dropped.issuperset(names):
            return True
        kept = [self.facts.imports[name] for name in names if name not in self.dropped]
        if any(known.local == wanted.bring.local for known in kept):
            return False  # which of the two wins is told by their order
        if self.style.is_single(self._source(wanted.bring)):
            return False
        is_aliased = any(asname for _, asname in self.there.imported(number))
        return self._combines(number) or (wanted.bring.asname is None and not is_aliased)

    def _combines(self, number: int) -> bool:
        """Whether a statement may hold names with an alias beside others."""
        names = self.there.imported(number)
        return self.style.combine_as or (len(names) > 1 and any(asname for _, asname in names))

    def _reaches(self, home: int, bring: Bring) -> bool:
        """Whether what a statement binds has its meaning at the statement where the name is wanted, and what it
        runs may run at this time."""
        if home == bring.statement:
            return True
        first, last = sorted((home, bring.statement))
        if _is_bound_between(self.module, bring._replace(statement=first), bring._replace(statement=last)):
            return False
        if home == first and not self._is_module(bring):
            return True  # what runs, runs there already
        run = self.there.run(home)
        if run is None or run.style is None or run is not self.there.run(bring.statement):
            return False
        paths = self._paths(bring)
        between = [run.entries[at] for at, number in enumerate(run.numbers) if first < number < last]
        before = [entry for entry in run.entries if run.numbers[entry.origin] < first and self._stays(entry, run)]
        return all(self._may_pass(paths, frozenset({bring.local}), entry, before, bring.statement) for entry in between)

    def _stays(self, entry: Entry, run: Run) -> bool:
        return self.dropped.isdisjoint(self.there.names[run.numbers[entry.origin]])

    def _beside(self, wanted: _Wanted) -> int:
        """The statement for whose sake a new one is made: that of an earlier name of the same run from the same
        module, or else the one where the name is wanted."""
        anchor = wanted.bring.statement
        run = self.there.run(anchor)
        if run is not None and not self._is_module(wanted.bring):
            source = self._source(wanted.bring)
            for number, others in self.fresh.items():
                if self.there.run(number) is run and any(
                    other.bring.name and self._source(other.bring) == source for other in others
                ):
                    return number
        return anchor

    # -- what runs when -----------------------------------------------------------------------------------

    def _is_module(self, bring: Bring) -> bool:
        """Whether what is imported is a module itself."""
        return bring.name is None or not self.index.split(f"{self._source(bring)}.{bring.name}")[1]

    def _paths(self, bring: Bring) -> frozenset[str]:
        source = self._source(bring)
        return frozenset({source} if bring.name is None else {source, f"{source}.{bring.name}"})

    def _may_pass(
        self, paths: Collection[str], binds: frozenset[str], passed: Entry, before: Iterable[Entry], number: int
    ) -> bool:
        """Whether it makes no difference if something is imported before or after a statement, when others have run
        `before` both; `number` is one in the same block."""
        if STAR in passed.binds or STAR in binds or not binds.isdisjoint(passed.binds):
            return False
        if self.module.is_stub or self.facts.blocks[self.facts.statements[number].block].type_checking:
            return True
        others = self._homes(passed.paths)
        loaded = self._loaded_around | {home for entry in before for home in self._homes(entry.paths)}
        return not any(self.index.order_matters(one, other, loaded) for one in self._homes(paths) for other in others)

    @cached_property
    def _loaded_around(self) -> frozenset[str]:
        """The packages around the module that have been imported to their end when it runs: those that do not import
        it themselves."""
        name = self.module.name
        around = [name[:at] for at, character in enumerate(name) if character == "."]
        return frozenset(home for home in self._homes(around) if not self.index.depends(home, self.module.home))

    def _homes(self, paths: Iterable[str]) -> set[str]:
        """The files of the workspace that an import of modules with these dotted paths runs."""
        traces = (trace for path in paths for trace in self.index.find(path))
        return {trace.first.home for trace in traces if not trace.last.name and self.index.module(trace.first.home)}

    # -- statements on lines of their own -----------------------------------------------------------------

    def _edits_of_run(self, run: Run) -> list[Edit]:
        becomes = {number: self._becomes(number, entry) for number, entry in zip(run.numbers, run.entries, strict=True)}

        def may_pass(moved: Entry, passed: Entry, before: Sequence[Entry]) -> bool:
            return self._may_pass(moved.paths, moved.binds, passed, before, run.numbers[0])

        entries = run.arranged(becomes, may_pass)
        return self._changed_lines(run.span, run.text(entries)) if entries else [self._emptied(run.span)]

    def _becomes(self, number: int, entry: Entry) -> list[Entry]:
        """What a statement of a run becomes: itself, with other names, and new statements for its sake."""
        names, added, groups = self.there.names[number], self.added.get(number, []), self._groups(number)
        gone = self.dropped.intersection(names)
        stays = bool(added) or len(gone) < len(names)
        if not (gone or added or groups):
            return [entry]
        found = []
        span = self.there.whole_lines(number)
        assert span is not None
        lines = self.there.lines(number, span)
        if stays:
            found.append(
                self._changed(entry, self._names(number, added, lines), lines, None) if gone or added else entry
            )
        for group in groups:
            bring = group[0].bring
            if found:
                pragma = _UNUSED_IS_MEANT.search(lines.text) if any(one.instead for one in group) else None
                found.append(self._new(entry, group, lines.indent, pragma[0].rstrip() if pragma else ""))
            elif (lines.module is None) == (bring.name is None):
                found.append(self._changed(entry, self._names(number, group, lines), lines, bring.module))
            else:
                instead = self._new(entry, group, lines.indent, lines.comment)
                found.append(instead._replace(is_there=True, gap=entry.gap, above=entry.above))
        return found

    def _groups(self, number: int) -> list[list[_Wanted]]:
        """The new statements that are made for the sake of one: the names of each."""
        return self._grouped(self.fresh.get(number, []), combines=self._combines(number))

    def _grouped(self, fresh: Iterable[_Wanted], *, combines: bool) -> list[list[_Wanted]]:
        """Names that share new statements; `combines` if those with an alias do."""
        groups: dict[tuple[str, Bring | None], list[_Wanted]] = defaultdict(list)
        for wanted in fresh:
            bring = wanted.bring
            alone = bring.name in {None, STAR} or self.style.is_single(self._source(bring))
            alone = alone or (bring.asname is not None and not combines)
            groups[bring.module, bring if alone else None].append(wanted)
        return list(groups.values())

    def _names(self, number: int, wanted: Sequence[_Wanted], lines: StatementText) -> list[tuple[_Meaning, Name]]:
        """The names of a statement, without those that go and with others: in order where they were in order, and
        otherwise each in the place of the one that it replaces, or at the end."""
        numbers = self.there.names[number]
        known = self.there.imported(number)
        names = [
            (known[place], Name(lines.text[lines.names[place].start : lines.names[place].end], place))
            for place, name in enumerate(numbers)
            if name not in self.dropped
        ]
        taken: set[int] = set()
        for one in wanted:
            free = (numbers.index(name) for name in one.instead if name in numbers)
            place = next((place for place in free if place not in taken), None)
            if place is not None:
                taken.add(place)
            names.append((one.meaning, Name(one.spelled, place)))
        locals_ = {asname or name for (name, asname), _ in names}
        can_be_sorted = lines.can_be_sorted and lines.module is not None and len(locals_) == len(names)
        order = self._name_order(known) if can_be_sorted else None
        if order is None:
            return sorted(names, key=lambda named: len(known) if named[1].place is None else named[1].place)
        return sorted(names, key=lambda named: order.name_key(*named[0]))

    def _name_order(self, names: Sequence[_Meaning]) -> ImportStyle | None:
        """The style by which names are in order, if they are."""
        for style in self.style.name_orders():
            if is_in_order([style.name_key(*name) for name in names]):
                return style
        return None

    def _changed(
        self, entry: Entry, named: Sequence[tuple[_Meaning, Name]], lines: StatementText, module: str | None
    ) -> Entry:
        """A statement with other names, and from another module if one is given, in the shape that it has."""
        text = lines.rewritten([name for _, name in named], module, self.style)
        head = entry.head
        source = "." * head.level + head.module if module is None else module
        changed = self._entry(entry, text, [meaning for meaning, _ in named], source, is_plain=head.names is None)
        return changed._replace(is_there=True, gap=entry.gap, above=entry.above)

    def _new(self, entry: Entry, wanted: Sequence[_Wanted], indent: str, comment: str) -> Entry:
        """A statement of its own, for the sake of another one."""
        bring = wanted[0].bring
        text = self._written(wanted, indent, comment)
        return self._entry(entry, text, [one.meaning for one in wanted], bring.module, is_plain=bring.name is None)

    def _entry(self, entry: Entry, text: str, meanings: Sequence[_Meaning], source: str, *, is_plain: bool) -> Entry:
        """A statement in place of another, or behind it."""
        name, asname = meanings[0]
        module = source.lstrip(".")
        level = len(source) - len(module)
        top = self._absolute(source) or source
        return Entry(
            head=Head(name, 0, None, asname) if is_plain else Head(module, level, tuple(meanings)),
            text=text,
            binds=frozenset(alias or name.partition(".")[0] for name, alias in meanings),
            paths=frozenset(name if is_plain else f"{top}.{name}" for name, _ in meanings) | ({top} - {name}),
            origin=entry.origin,
            is_there=False,
        )

    def _written(self, wanted: Sequence[_Wanted], indent: str, comment: str, *, wraps: bool = True) -> str:
        """The text of a new statement."""
        bring = wanted[0].bring
        if bring.name is None:
            return f"{indent}import {wanted[0].spelled}" + (f"  {comment}" if comment else "")
        names = sorted(wanted, key=lambda one: self.style.name_key(*one.meaning))
        spelled = [one.spelled for one in names]
        style = self.style if wraps else self.style._replace(line_length=_NO_LIMIT)
        return written(indent, bring.module, spelled, comment, style, self.there.newline)

    def _changed_lines(self, span: Span, text: str) -> list[Edit]:
        """The edits that make other lines of some lines: what both have is left alone."""
        newline = NEWLINE.match(self.text, span.end)
        end = newline[0] if newline else ""
        before = _LINE.findall(self.text[span.start : span.end] + end)
        found = []
        for place, old, new in _differences(span.start, before, _LINE.findall(text + end)):
            if len(old) == len(new):
                words = _differences(place, _WORD.findall("".join(old)), _WORD.findall("".join(new)))
            else:
                words = iter([(place, old, new)])
            found += [
                Edit(self.module.path, Span(at, at + len("".join(gone))), "".join(come)) for at, gone, come in words
            ]
        return found

    def _emptied(self, span: Span) -> Edit:
        """A run goes as a whole: of the blank lines above and below it, the more stay."""
        newline = NEWLINE.match(self.text, span.end)
        end = newline.end() if newline else span.end
        above = re.search(r"(?:(?:\A|(?<=[\r\n]))[ \t]*(?:\r\n|\n|\r))*\Z", self.text[: span.start])
        below = _BLANK_LINES.match(self.text, end)
        lines_above = len(NEWLINE.findall(above[0])) if above else 0
        lines_below = _LINE.findall(below[0])[:-1] if below else []
        count = len(lines_below) if span.start == 0 else min(lines_above, len(lines_below))
        return Edit(self.module.path, Span(span.start, end + len("".join(lines_below[:count]))), "")

    # -- statements that share a line ---------------------------------------------------------------------

    def _edits_on_shared_line(self, number: int) -> list[Edit]:
        """What becomes of a statement beside others, or in the body of a one-line `if`: it stays on its line."""
        span = self.facts.statements[number].span
        added, groups = self.added.get(number, []), self._groups(number)
        names = self.there.names[number]
        lines = self.there.lines(number, span)
        style = self.style._replace(line_length=_NO_LIMIT, keeps_trailing_comma=True)
        parts = []
        if added or not self.dropped.issuperset(names):
            parts.append(lines.rewritten([name for _, name in self._names(number, added, lines)], None, style))
        for group in groups:
            bring = group[0].bring
            if parts or (lines.module is None) != (bring.name is None):
                parts.append(self._written(group, "", "", wraps=False))
            else:
                named = self._names(number, group, lines)
                parts.append(lines.rewritten([name for _, name in named], bring.module, style))
        if parts:
            return [Edit(self.module.path, span, "; ".join(parts))]
        return [Edit(self.module.path, self._with_semicolon(span), "")]

    def _with_semicolon(self, span: Span) -> Span:
        """A statement with the semicolon that parts it from its neighbour."""
        following = re.compile(r"[ \t]*;[ \t]*").match(self.text, span.end)
        if following and not re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:[\r\n]|\Z)").match(self.text, following.end()):
            return Span(span.start, following.end())
        start = self.there.line_start(span.start)
        before = re.compile(r"[ \t]*;[ \t]*\Z").search(self.text[start : span.start])
        return Span(start + before.start() if before else span.start, span.end)

    # -- both arms of a `try` ------------------------------------------------------------------------------

    def _collapsed(self, number: int) -> tuple[frozenset[int], Edit] | None:
        """A `try` whose only statement imports the very same as its only handler is that statement alone: if it
        fails, it fails again."""
        beside = {other for other, _ in self.facts.statements.beside(number)}
        for first, second in ((number, number + 1), (number - 1, number)):
            span = self._try_of(first, second) if beside.issuperset((first, second)) else None
            if span is None:
                continue
            meanings = self._meanings(first)
            if len({source for source, _, _ in meanings}) == 1 and meanings == self._meanings(second):
                text = self._once(first, second, meanings, self.text[self.there.line_start(span.start) : span.start])
                return frozenset({first, second}), Edit(self.module.path, span, text)
        return None

    def _try_of(self, first: int, second: int) -> Span | None:
        """The whole of `try: … except ImportError: …`, whose bodies are these two import statements and whose
        comments, if it has any, are addressed to tools."""
        one, other = self.facts.statements[first].span, self.facts.statements[second].span
        start = self.there.line_start(one.start)
        if not self.text[start : one.start].strip():
            start = self.there.line_start(max(0, start - 1))
        opening = _TRY.fullmatch(self.text, start, one.start)
        middle = _EXCEPT.fullmatch(self.text, one.end, other.start)
        end = _TRY_ENDS.match(self.text, other.end)
        if opening is None or middle is None or end is None or opening["indent"] != middle["indent"]:
            return None
        indent, following = opening["indent"], end["next"]
        if following.strip() and (following[: len(indent) + 1].isspace() or _CONTINUES.match(following, len(indent))):
            return None
        return Span(start + len(indent), end.end())

    def _meanings(self, number: int) -> frozenset[tuple[str | None, str, str | None]]:
        """What a statement is going to import: from where, what, and as what."""
        statement = self.facts.statements[number]
        source = absolute(self.module, statement)
        known = zip(self.there.names[number], self.there.imported(number), strict=True)
        stays = {(source, name, asname) for imported, (name, asname) in known if imported not in self.dropped}
        new = {
            (None if one.bring.name is None else self._source(one.bring), *one.meaning)
            for one in (*self.added.get(number, ()), *self.fresh.get(number, ()))
        }
        return frozenset(stays | new)

    def _once(
        self, first: int, second: int, meanings: Iterable[tuple[str | None, str, str | None]], indent: str
    ) -> str:
        """One statement for two that import the same: the one that need not change, if there is one."""
        changed = {self.facts.imports[name].statement for name in self.dropped} | self.added.keys() | self.fresh.keys()
        for number in (first, second):
            lines = self.there.indent(number)
            if number not in changed:
                text = self.text[slice(*self.facts.statements[number].span)]
                deeper = len(lines) - len(indent)
                return re.sub(rf"(?<=[\r\n])[ \t]{{{deeper}}}", "", text) if deeper > 0 else text
        source = next(iter(meanings))[0]
        names = sorted(((name, asname) for _, name, asname in meanings), key=lambda name: self.style.name_key(*name))
        spelled = [f"{name} as {asname}" if asname else name for name, asname in names]
        if source is None:
            return f"import {', '.join(spelled)}"
        wanted = [*self.added.get(first, ()), *self.fresh.get(first, ())]
        statement = self.facts.statements[first]
        own = self.text[slice(*statement.module_span)]
        module = own if absolute(self.module, statement) == source else wanted[0].bring.module
        return written(indent, module, spelled, "", self.style, self.there.newline)[len(indent) :]


def _differences(start: int, before: list[str], after: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Where two texts differ, given in pieces: the place in the first, which begins at `start`, and what stands there
    in each of them."""
    from difflib import SequenceMatcher  # only where something is fixed

    starts = list(accumulate(map(len, before), initial=start))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield starts[i1], before[i1:i2], after[j1:j2]


def top_of_code(text: str) -> int:
    """Where the imports of a text without any go: below its first lines for the system (`#!`, encoding), the comments
    that are parted from the code by a blank line, and the docstring."""
    head = _HEAD.match(text)
    place = head.end() if head is not None else 0
    while (comment := _COMMENTS.match(text, place)) is not None:
        place = comment.end()
    docstring = _DOCSTRING.match(text, place)
    return docstring.end() if docstring is not None else place
