"""The end of a deprecated entry: nothing uses it any more, and what is left of it can go.

What goes is a name of a module: a class, a function or a constant that stands at the module's left margin, or an
import that passes another name on, each with its place in `__all__`. Where nothing else is left of the module, it goes
as a whole (`module_retirement.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ssot_rules.contract import Choice, Diagnostic, Edit, Fix, ImportChange
from ssot_rules.decisions import DELETE
from ssot_rules.facts import Binding, BindingKind, Span
from ssot_rules.index import Index, Module, Place
from ssot_rules.lifecycle import Standing
from ssot_rules.mentions import names_in_strings
from ssot_rules.module_retirement import first_place, module_deletion
from ssot_rules.registry_edits import removal
from ssot_rules.visibility import places_in_use

_ITEM_BEHIND = re.compile(r"[ \t]*,[ \t]*")
_ITEM_BEFORE = re.compile(r",\s*\Z")
_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*")


def finished(standing: Standing, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic of an entry without uses, with what can be done about it."""
    return replace(diagnostic, repair=partial(_remove_entry, standing), options=partial(_deletions, standing))


def _remove_entry(standing: Standing, index: Index) -> Fix | None:
    edit = removal(index.source, standing.key)
    if edit is None:
        return None
    path = standing.entry.path
    return Fix(f"Remove the entry for `{path}`", (edit,), f"`{path}` is still there, and may be used again unnoticed")


# -- what it speaks of ----------------------------------------------------------------------------------------


def _deletions(standing: Standing, index: Index) -> tuple[Choice, ...]:
    """The choice to delete what the entry speaks of, with the entry; none where something may still need it."""
    found = module_deletion(standing, index) or _name_deletion(standing, index)
    return () if found is None else (Choice(DELETE, found),)


def _name_deletion(standing: Standing, index: Index) -> Fix | None:
    entry = removal(index.source, standing.key)
    place = first_place(standing, index)
    module = None if place is None else index.module(place.home)
    if entry is None or place is None or module is None or not place.name.isidentifier():
        return None
    numbers = module.facts.named(place.name)
    if len(numbers) != 1 or place in places_in_use(index) or index.has_stub(module.path):
        return None
    gone = _Gone.of(module, numbers[0])
    changes = None if gone is None or _is_used_at_home(gone) else gone.changes()
    if gone is None or changes is None:
        return None
    title = f"Delete `{standing.entry.path}` and its entry"
    return Fix(title, (entry, *changes), _objection(gone, place, index))


class _Gone:
    """A name of a module, and the statement that gives it."""

    def __init__(self, module: Module, number: int, extent: Span) -> None:
        self.module = module
        self.number = number
        self.binding: Binding = module.facts.bindings[number]
        self.extent = extent
        """What gives the name."""

    @classmethod
    def of(cls, module: Module, number: int) -> _Gone | None:
        """None where the statement does more than give this one name, or does it only sometimes."""
        binding = module.facts.bindings[number]
        if binding.kind == BindingKind.IMPORT:
            imported = module.facts.imports[binding.ref]
            statement = module.facts.statements[imported.statement]
            is_plain = imported.name != "*" and statement.module is not None and binding.block == 0
            return cls(module, number, imported.span) if is_plain else None
        extent = _statement(module, module.facts.part_of(number), binding.name)
        return None if extent is None else cls(module, number, extent)

    def changes(self) -> tuple[Edit | ImportChange, ...] | None:
        """What takes it out of its module; None where that cannot be told."""
        facts, path = self.module.facts, self.module.path
        listed = [
            _listed(self.module.text, entry.span) for entry in facts.exports or () if entry.name == self.binding.name
        ]
        if None in listed:
            return None
        exports = [Edit(path, span, "") for span in listed if span is not None]
        if self.binding.kind == BindingKind.IMPORT:
            return (ImportChange(path, (self.binding.ref,), ()), *exports)
        return (ImportChange(path, (), (), frees=tuple(self._freed())), Edit(path, self.extent, ""), *exports)

    def _freed(self) -> Iterator[tuple[int, int]]:
        """The imports that it uses, which may be left without a use."""
        facts = self.module.facts
        for number, use in facts.uses.beside(self.number):
            if self.extent.start <= use.span.start < self.extent.end:
                for binding in map(facts.bindings.__getitem__, use.bindings):
                    if binding.kind == BindingKind.IMPORT:
                        yield binding.ref, number


def _statement(module: Module, part: int, name: str) -> Span | None:
    """The lines of a statement at the left margin that gives one name, with the blank lines below it."""
    start, text = module.facts.starts[part], module.facts.part_text(part)
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    given = next((statement for statement in body if _gives(statement, name)), None)
    if given is None:
        return None
    first, last = _rows(given)
    if any(first <= row <= last for other in body if other is not given for row in _rows(other)):
        return None
    lines = _LINE.findall(text)
    begin = start + sum(map(len, lines[: first - 1]))
    end = begin + sum(map(len, lines[first - 1 : last]))
    blank = _BLANK_LINES.match(module.text, end)
    return Span(begin, end if blank is None else blank.end())


def _rows(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, decorators included, counted from 1."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(known.lineno for known in decorators)])
    return first, statement.end_lineno or statement.lineno


def _gives(statement: ast.stmt, name: str) -> bool:
    """Whether a statement defines this name and nothing else."""
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return statement.name == name
    if isinstance(statement, ast.Assign):
        targets = statement.targets
        is_plain = isinstance(statement.value, (ast.Name, ast.Attribute, ast.Constant))
        return is_plain and len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name
    return False


def _listed(text: str, inner: Span) -> Span | None:
    """An entry of a list, given the text between its quotes: its line where it has that for itself, else with the
    comma behind it, or before it; None where it is not written plainly."""
    start, end = inner.start - 1, inner.end + 1
    if text[start : inner.start] not in {'"', "'"} or text[start] != text[inner.end : end] or text[start - 1].isalnum():
        return None
    line = text.rfind("\n", 0, start) + 1
    rest = _REST_OF_LINE.match(text, end)
    if rest is not None and not text[line:start].strip():
        return Span(line, rest.end())
    behind = _ITEM_BEHIND.match(text, end)
    if behind is not None:
        return Span(start, behind.end())
    before = _ITEM_BEFORE.search(text, 0, start)
    return Span(before.start() if before is not None else start, end)


# -- whether something may need it ----------------------------------------------------------------------------


def _is_used_at_home(gone: _Gone) -> bool:
    """Whether its own module uses it, other than in what goes."""
    return any(
        gone.number in use.bindings and not gone.extent.start <= use.span.start < gone.extent.end
        for _, use in gone.module.facts.uses.about((gone.binding.name,))
    )


def _objection(gone: _Gone, place: Place, index: Index) -> str | None:
    """Why it cannot be proved that nobody needs it."""
    module, name = gone.module, gone.binding.name
    if module.facts.dynamic or module.facts.introspects or not module.facts.are_placed((name,)):
        return f"`{module.name}` reads or makes names as text"
    if name in index.gather(names_in_strings):
        return f"a string names `{name}`"
    definition = index.definition(place)
    if definition is not None and definition.decorators:
        return "its decorators may have registered it somewhere"
    if definition is not None and (definition.bases or definition.opaque or definition.metaclass):
        return "its base classes may keep a list of their subclasses"
    named = index.named_beside(f"{module.name}.{name}")
    if named is not None:
        return f"`{named}` names it"
    star = next((path for path in index.asking(module.path) if _takes_all(path, module, index)), None)
    return None if star is None else f"`{star}` imports everything from `{module.name}`"


def _takes_all(path: str, module: Module, index: Index) -> bool:
    other = index.module(path)
    return other is not None and any(
        trace.last.home == module.path for number in other.facts.stars for trace in index.imported(other, number)
    )
