"""Changes of imports, added up and turned into edits of the text.

Fixes say what should be imported, not how the statement reads. Only here do several changes to one file meet:
names are taken out of statements, put into statements that import from the same module already, or given a
statement of their own, and comments, parentheses and line ends stay as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from ssot_rules.contract import Bring, Edit, ImportChange
from ssot_rules.facts import Facts, ImportedName, ImportStatement, Span
from ssot_rules.index import Module

_IMPORT = ("import",)
_LINE_LENGTH = 88
_BLANK = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r\n|\n|\r|\Z)")
_NEWLINE = re.compile(r"\r\n|\n|\r")


def import_edits(module: Module, changes: Iterable[ImportChange]) -> tuple[Edit, ...]:
    """The edits that carry out all the changes to a module's imports at once, in the order of the text."""
    dropped: set[int] = set()
    brought: dict[tuple[int, str, str | None, str | None], Bring] = {}
    for change in changes:
        dropped.update(change.drop)
        for bring in change.bring:  # once in a block is enough, where it is wanted first
            block = module.facts.statements[bring.statement].block
            key = block, bring.module, bring.name, bring.asname
            brought[key] = min(brought.get(key, bring), bring, key=lambda known: known.statement)
    plan = _Plan(module, frozenset(dropped))
    for bring in brought.values():
        plan.place(bring)
    return tuple(sorted(plan.edits(), key=lambda edit: (edit.span, edit.content)))


class _Plan:
    """Where each new name goes, and what is left of each statement."""

    def __init__(self, module: Module, dropped: frozenset[int]) -> None:
        self.module = module
        self.text = module.text
        self.facts: Facts = module.facts
        self.dropped = dropped
        self.names: dict[int, list[int]] = defaultdict(list)
        for number, imported in self.facts.imports.about(_IMPORT):
            self.names[imported.statement].append(number)
        self.added: dict[int, list[Bring]] = defaultdict(list)
        """Names that join a statement that is there."""
        self.fresh: dict[int, list[Bring]] = defaultdict(list)
        """Names that get a statement of their own, beside the statement of that number."""

    def place(self, bring: Bring) -> None:
        block = self.facts.statements[bring.statement].block
        homes = [
            number
            for number, statement in self.facts.statements.about(_IMPORT)
            if statement.block == block and self._suits(statement, number, bring) and self._reaches(number, bring)
        ]
        homes.sort(key=lambda number: (number != bring.statement, abs(number - bring.statement)))
        for home in homes:
            if any(
                self._same(self.facts.imports[number], bring)
                for number in self.names[home]
                if number not in self.dropped
            ):
                return
        if homes:
            self.added[homes[0]].append(bring)
        else:
            self.fresh[bring.statement].append(bring)

    def _suits(self, statement: ImportStatement, number: int, bring: Bring) -> bool:
        """Whether a statement can take a name in: it imports from the same module, is no star and gives the name to
        nothing else."""
        if bring.name is None:
            return statement.module is None and number == bring.statement
        if statement.module is None or "." * statement.level + statement.module != bring.module:
            return False
        kept = [self.facts.imports[name] for name in self.names[number] if name not in self.dropped]
        if any(known.local == bring.local and not self._same(known, bring) for known in kept):
            return False  # which of the two wins is told by their order
        return not any(self.facts.imports[name].name == "*" for name in self.names[number])

    def _reaches(self, home: int, bring: Bring) -> bool:
        """Whether what a statement binds still has its meaning at the statement where the name is wanted: it
        stands there or before, and nothing between the two gives the name to something else."""
        first, last = self.facts.statements[home].span.end, self.facts.statements[bring.statement].span.start
        if home == bring.statement:
            return True
        if first > last:
            return False
        scope = self.facts.statements[home].scope
        return not any(
            first <= known.span.start < last and known.name == bring.local and known.scope == scope
            for _, known in self.facts.bindings.about((bring.local,), lambda known: known.name == bring.local)
        ) and not any(first <= self.facts.imports[star].span.start < last for star in self.facts.stars)

    def _same(self, imported: ImportedName, bring: Bring) -> bool:
        return (imported.name, imported.asname) == (bring.name or bring.module, bring.asname)

    def edits(self) -> list[Edit]:
        touched = (
            {self.facts.imports[number].statement for number in self.dropped} | self.added.keys() | self.fresh.keys()
        )
        return [edit for number in sorted(touched) for edit in self._statement(number)]

    def _statement(self, number: int) -> list[Edit]:
        statement = self.facts.statements[number]
        names = self.names[number]
        gone = [name for name in names if name in self.dropped]
        added = self.added.get(number, [])
        fresh = self.fresh.get(number, [])
        if len(gone) == len(names) and not added:
            return self._replaced(statement, names, fresh)
        edits = self._beside(statement, fresh)
        for name, bring in zip(gone, added, strict=False):
            edits.append(self._edit(self.facts.imports[name].span, _spelled(bring)))
        kept = [name for name in names if name not in gone[len(added) :]]
        for bring in added[len(gone) :]:
            edits.append(self._inserted(statement, names, bring))
        edits += self._without(statement, names, set(names) - set(kept))
        return edits

    def _inserted(self, statement: ImportStatement, names: list[int], bring: Bring) -> Edit:
        """A further name: in its place where the names are in order, at the end where they are not."""
        known = [self.facts.imports[name] for name in names]
        order = [_sort_key(imported.name) for imported in known]
        separator = self._separator(statement, names)
        if order == sorted(order):
            following = next(
                (name for name, key in zip(known, order, strict=True) if key > _sort_key(bring.name or "")), None
            )
            if following is not None:
                return self._edit(Span(following.span.start, following.span.start), _spelled(bring) + separator)
        return self._edit(Span(known[-1].span.end, known[-1].span.end), separator + _spelled(bring))

    def _replaced(self, statement: ImportStatement, names: list[int], fresh: list[Bring]) -> list[Edit]:
        """Nothing of the statement stays. It goes without a trace only when another statement of its block
        brings the name already, so no block is ever left empty."""
        sources = {bring.module for bring in fresh if bring.name}
        if statement.module is not None and len(names) == len(fresh) and len(sources) == 1:
            pairs = zip(names, fresh, strict=True)  # same shape: keep its layout and comments
            edits = [self._edit(statement.module_span, sources.pop())]
            return edits + [self._edit(self.facts.imports[name].span, _spelled(bring)) for name, bring in pairs]
        if fresh:
            joint = "; " if self._shares_line(statement) else self._newline() + self._indent(statement)
            return [self._edit(statement.span, joint.join(self._written(fresh, statement)))]
        return [self._edit(self._removal(statement), "")]

    def _beside(self, statement: ImportStatement, fresh: list[Bring]) -> list[Edit]:
        """New statements after one that stays."""
        if not fresh:
            return []
        written = self._written(fresh, statement)
        if self._shares_line(statement):
            return [self._edit(Span(statement.span.end, statement.span.end), "".join(f"; {text}" for text in written))]
        rest = _BLANK.match(self.text, statement.span.end)
        end = rest.end() if rest else statement.span.end
        new = "".join(self._newline() + self._indent(statement) + text for text in written)
        return [self._edit(Span(end, end), new)]

    def _written(self, brings: list[Bring], statement: ImportStatement) -> list[str]:
        """Statements that import the names, one for each module."""
        by_module: dict[str, list[Bring]] = defaultdict(list)
        written = []
        for bring in brings:
            if bring.name is None:
                written.append(f"import {_spelled(bring)}")
            else:
                by_module[bring.module].append(bring)
        for module, group in by_module.items():
            spelled = sorted(_spelled(bring) for bring in group)
            line = f"from {module} import {', '.join(spelled)}"
            if len(self._indent(statement) + line) > _LINE_LENGTH and not self._shares_line(statement):
                inner = self._newline() + self._indent(statement) + "    "
                line = f"from {module} import (" + "".join(f"{inner}{name}," for name in spelled)
                line += self._newline() + self._indent(statement) + ")"
            written.append(line)
        return written

    def _without(self, statement: ImportStatement, names: list[int], gone: set[int]) -> list[Edit]:
        """Take names out of a statement that keeps others."""
        edits: list[Edit] = []
        spans = [self.facts.imports[name].span for name in names]
        parenthesised = "(" in self.text[statement.module_span.end : spans[0].start]
        at = 0
        while at < len(names):
            if names[at] not in gone:
                at += 1
                continue
            end = at
            while end + 1 < len(names) and names[end + 1] in gone:
                end += 1
            own_lines = [line for number in range(at, end + 1) if (line := self._own_line(spans[number]))]
            last = end if end + 1 < len(names) else at - 1  # without a comma behind it, the last name needs none
            if parenthesised and len(own_lines) == end + 1 - at and self._has_comma(spans[last]):
                edits += [self._edit(line, "") for line in own_lines]
            elif end + 1 < len(names):
                edits.append(self._edit(Span(spans[at].start, spans[end + 1].start), ""))
            else:
                edits.append(self._edit(Span(spans[at - 1].end, spans[end].end), ""))
            at = end + 1
        return edits

    # -- the text around a statement ----------------------------------------------------------------------

    def _edit(self, span: Span, content: str) -> Edit:
        return Edit(self.module.path, span, content)

    def _line_start(self, offset: int) -> int:
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def _own_line(self, span: Span) -> Span | None:
        """The whole line of a name that has it for itself."""
        start = self._line_start(span.start)
        if self.text[start : span.start].strip():
            return None
        after = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)").match(self.text, span.end)
        return Span(start, after.end()) if after else None

    def _has_comma(self, span: Span) -> bool:
        return re.compile(r"[ \t]*,").match(self.text, span.end) is not None

    def _separator(self, statement: ImportStatement, names: list[int]) -> str:
        """What stands between the last name and one that is added after it."""
        last = self.facts.imports[names[-1]].span
        if "(" in self.text[statement.module_span.end : self.facts.imports[names[0]].span.start] and self._own_line(
            last
        ):
            return "," + self._newline() + self.text[self._line_start(last.start) : last.start]
        return ", "

    def _shares_line(self, statement: ImportStatement) -> bool:
        before = self.text[self._line_start(statement.span.start) : statement.span.start]
        return bool(before.strip(" \t\f\ufeff")) or not _BLANK.match(self.text, statement.span.end)

    def _indent(self, statement: ImportStatement) -> str:
        return self.text[self._line_start(statement.span.start) : statement.span.start].lstrip("\ufeff")

    def _newline(self) -> str:
        found = _NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def _removal(self, statement: ImportStatement) -> Span:
        """A statement with its line, or with the semicolon that parts it from its neighbour."""
        start, end = statement.span
        if not self._shares_line(statement):
            line = _BLANK.match(self.text, end)
            after = _NEWLINE.match(self.text, line.end() if line else end)
            return Span(self._line_start(start), after.end() if after else line.end() if line else end)
        following = re.compile(r"[ \t]*;[ \t]*").match(self.text, end)
        if following and not _BLANK.fullmatch(self.text, following.end(), following.end()):
            return Span(start, following.end())
        before = re.compile(r"[ \t]*;[ \t]*\Z").search(self.text, self._line_start(start), start)
        return Span(before.start() if before else start, end)


def _sort_key(name: str) -> tuple[bool, bool, str]:
    """Constants, classes, the rest: the order that isort and ruff keep names in by default."""
    return not (name.isupper() and len(name) > 1), not name[:1].isupper(), name


def _spelled(bring: Bring) -> str:
    name = bring.name or bring.module
    return f"{name} as {bring.asname}" if bring.asname else name
