"""Whether an import is left without a use, once some of its uses are gone.

It is not enough that the file itself uses it no more: another file may reach the name through this one, a string may
name it, and an import may be there for readers of the file's text. An import that nothing used before is there for
what it does; it is never asked about.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple

from ssot_rules.facts import Binding, BindingKind, ImportedName, ImportStatement, ScopeKind, Use
from ssot_rules.index import Index, Module, Place
from ssot_rules.visibility import is_in_doctest

_NOQA = re.compile(r"#\s*(?:noqa|ruff:\s*noqa|flake8:\s*noqa|pylint:\s*disable|isort:)", re.IGNORECASE)


class _Named(NamedTuple):
    """A name of a module that other modules could reach."""

    path: str
    name: str


def is_left_over(module: Module, number: int, gone: Set[int], dropped: Set[int], index: Index) -> bool:
    """Whether nothing needs imported name `number` of a module when the uses of these numbers are `gone`, and the
    imported names of those numbers `dropped`."""
    facts = module.facts
    imported = facts.imports[number]
    statement = facts.statements[imported.statement]
    found = next(
        (
            (at, known)
            for at, known in facts.bindings.beside(number)
            if known.kind == BindingKind.IMPORT and known.ref == number
        ),
        None,
    )
    if found is None or imported.asname == imported.name or _is_meant_to_stay(module, imported, statement):
        return False
    at, binding = found
    if binding.scope != statement.scope or facts.scopes[binding.scope].kind == ScopeKind.CLASS:
        return False
    return not _is_used(module, at, binding, gone, dropped) and not (
        binding.scope == 0 and _is_seen(module, binding.name, index)
    )


def _is_meant_to_stay(module: Module, imported: ImportedName, statement: ImportStatement) -> bool:
    """Whether the import may be there for more than the uses that are in sight."""
    facts = module.facts
    if facts.dynamic or facts.introspects or not facts.are_placed((imported.local,)):
        return True
    if is_in_doctest(module.text, imported.local):
        return True
    end = re.compile(r"[^\r\n]*").match(module.text, statement.span.end)
    return _NOQA.search(module.text, statement.span.start, end.end() if end else statement.span.end) is not None


def _is_used(module: Module, at: int, binding: Binding, gone: Set[int], dropped: Set[int]) -> bool:
    """Whether uses are left that only this binding serves: no import above it that stays."""
    facts = module.facts
    others = [
        (number, known)
        for number, known in facts.bindings.about((binding.name,), lambda known: known.name == binding.name)
        if known.scope == binding.scope and number != at
    ]
    if any(known.kind != BindingKind.IMPORT for _, known in others):
        return True
    if any(known.block != binding.block for _, known in others):
        return True
    above = [known.ref for _, known in others if known.span.start < binding.span.start and known.ref not in dropped]
    brought = facts.imports[binding.ref].name
    return any(
        number not in gone and not any(_brings(facts.imports[other].name, brought, use) for other in above)
        for number, use in facts.uses.about((binding.name,), lambda use: use.path[0] == binding.name)
        if at in use.bindings
    )


def _brings(name: str, instead_of: str, use: Use) -> bool:
    """Whether `import a.b` brings as much of what a use reaches as another import that binds `a`."""
    path, other = tuple(name.split(".")), tuple(instead_of.split("."))
    return use.path[: len(path)] == path and (
        len(path) >= len(other) or use.path[: len(path) + 1] != other[: len(path) + 1]
    )


def _is_seen(module: Module, name: str, index: Index) -> bool:
    """Whether another file could reach a name of the module."""
    if module.is_package or any(entry.name == name for entry in module.facts.exports or ()):
        return True
    return index.once(_is_reached, _Named(module.home, name), bodies=True)


def _is_reached(named: _Named, index: Index) -> bool:
    return any(_reaches(module, named, index) for module in index.speaking_of(named.name) if module.home != named.path)


def _reaches(module: Module, named: _Named, index: Index) -> bool:
    """Whether a module reaches a name of another one."""
    facts, (path, name) = module.facts, named
    place = Place(path, name)
    exported = {entry.span for entry in facts.exports or ()}
    for _, text in facts.strings.about((name,), lambda known: name in known.value.split(".")):
        if text.value == name and text.span not in exported:
            return True
        parts = text.value.split(".")
        ways = (".".join(parts[: at + 1]) for at, part in enumerate(parts) if at and part == name)
        if any(place in trace.places for way in ways for trace in index.find(way)):
            return True
    for number, _ in facts.imports.about((name,), lambda known: name in known.name.split(".")):
        if any(place in trace.places for trace in index.imported(module, number)):
            return True
    for number, use in facts.uses.about((name,), lambda use: name in use.path):
        if (len(use.path) > 1 or not use.bindings) and any(
            place in trace.places for traces in index.used(module, number) for trace in traces
        ):
            return True
    return False
