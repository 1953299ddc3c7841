"""What other files can see of a file: its names and what they stand for, without places.

While this stays the same, an edit touches no other file's findings: somebody works inside a function.
"""

from __future__ import annotations

from typing import NamedTuple

from ssot_rules.facts import Binding, BindingKind, Facts, ScopeKind


class Interface(NamedTuple):
    """Equal interfaces of two versions of a file mean that names lead through both alike."""

    names: tuple[tuple[object, ...], ...]
    imports: tuple[tuple[object, ...], ...]
    definitions: tuple[tuple[object, ...], ...]
    exports: tuple[str, ...] | None
    dynamic: bool


def interface(facts: Facts) -> Interface:
    """The interface of a file, from its facts."""
    return Interface(
        names=tuple(_name(binding, facts) for binding in facts.bindings if binding.scope == 0),
        imports=tuple(
            (statement.module, statement.level, imported.name, imported.asname, facts.blocks[statement.block][2:])
            for imported in facts.imports
            if facts.scopes[(statement := facts.statements[imported.statement]).scope].kind != ScopeKind.FUNCTION
        ),
        definitions=tuple(
            (known.qualname, known.kind, known.attributes, len(known.bases), known.opaque, known.metaclass)
            for known in facts.definitions
        ),
        exports=None if facts.exports is None else tuple(entry.name for entry in facts.exports),
        dynamic=facts.dynamic,
    )


def _name(binding: Binding, facts: Facts) -> tuple[object, ...]:
    """A name of the module and what it stands for."""
    meaning: object = None
    if binding.kind == BindingKind.IMPORT:
        imported = facts.imports[binding.ref]
        statement = facts.statements[imported.statement]
        meaning = statement.module, statement.level, imported.name
    elif binding.alias:
        use = facts.uses[binding.ref]
        meaning = use.path, tuple(facts.bindings[number].name for number in use.bindings)
    return binding.name, binding.kind, binding.is_none, meaning
