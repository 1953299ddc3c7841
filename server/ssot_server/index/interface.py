"""What other files can see of a file: its names and what they stand for, without places.

While this stays the same, an edit touches no other file's findings: somebody works inside a function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ssot_rules.facts import Binding, BindingKind, Facts, Part, ScopeKind
from ssot_rules.outline import Outline
from ssot_server.index.parts import Recut, recut

_WORD = re.compile(r"\w+")


class Interface(NamedTuple):
    """Equal interfaces of two versions of a file mean that names lead through both alike."""

    names: tuple[tuple[object, ...], ...]
    imports: tuple[tuple[object, ...], ...]
    definitions: tuple[tuple[object, ...], ...]
    exports: tuple[str, ...] | None
    dynamic: bool


def looks_alike(before: Facts, after: Facts) -> bool:
    """Whether two versions of a file have the same interface. Only the parts that differ are looked at."""
    if before is after:
        return True
    if before.named("__getattr__") or after.named("__getattr__"):  # names may come from anything in the file
        return before.text == after.text
    cuts = recut(before.text, before.starts, after.text)
    old, new = (
        [interface(facts.part(number)) for number in range(cuts.head, len(facts.starts) - cuts.tail)]
        for facts in (before, after)
    )
    return _added_up(old) == _added_up(new) and _misread_words(before, cuts) == _misread_words(after, cuts)


def shows_alike(before: Outline, after: Outline) -> bool:
    """Whether two outlines show the same to other files."""
    return (before.offers, before.registers, before.extends, before.early) == (
        after.offers,
        after.registers,
        after.extends,
        after.early,
    )


def _misread_words(facts: Facts, cuts: Recut) -> set[str]:
    """The words of statements that differ, do not parse, and could bind them."""
    numbers = range(cuts.head, len(facts.starts) - cuts.tail)
    broken = (number for number in numbers if facts.part(number).problem is not None and facts.binds_more(number))
    return {word for number in broken for word in _WORD.findall(facts.part_text(number))}


def interface(part: Part) -> Interface:
    """What one part adds to the interface of its file."""
    return Interface(
        names=tuple(_name(binding, part) for binding in part.bindings if binding.scope == 0),
        imports=tuple(
            (statement.module, statement.level, imported.name, imported.asname, part.blocks[statement.block][2:])
            for imported in part.imports
            if part.scopes[(statement := part.statements[imported.statement]).scope].kind != ScopeKind.FUNCTION
        ),
        definitions=tuple(
            (
                known.qualname,
                known.kind,
                known.attributes,
                tuple((part.uses[base].path, part.uses[base].is_global) for base in known.bases),
                known.opaque,
                known.metaclass,
            )
            for known in part.definitions
        ),
        exports=None if part.exports is None else tuple(entry.name for entry in part.exports),
        dynamic=part.dynamic,
    )


def _added_up(interfaces: Iterable[Interface]) -> Interface:
    """The interface of several parts in a row."""
    every = list(interfaces)
    exports = [known.exports for known in every if known.exports is not None]
    return Interface(
        names=sum((known.names for known in every), ()),
        imports=sum((known.imports for known in every), ()),
        definitions=sum((known.definitions for known in every), ()),
        exports=sum(exports, ()) if exports else None,
        dynamic=any(known.dynamic for known in every),
    )


def _name(binding: Binding, part: Part) -> tuple[object, ...]:
    """A name of the module and what it stands for."""
    meaning: object = None
    if binding.kind == BindingKind.IMPORT:
        imported = part.imports[binding.ref]
        statement = part.statements[imported.statement]
        meaning = statement.module, statement.level, imported.name
    elif binding.alias:
        use = part.uses[binding.ref]
        meaning = use.path, use.is_global, len(use.bindings)
    return binding.name, binding.kind, binding.is_none, meaning
