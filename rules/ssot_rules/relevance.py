"""What could lead to something that the registry speaks of, and what cannot, told by names alone.

A name leads to a marked place only if each step on the way is called like the place, or like the alias that the
step before it made. So the names of the marked places, and every other name under which a module passes one of
them on, are all that has to be looked at; the rest of the code need not even be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

from ssot_rules.facts import BindingKind, Facts
from ssot_rules.index import Index, Module
from ssot_rules.marks import marks
from ssot_rules.stars import star_names


class Word(NamedTuple):
    """A word of which a file must hold at least one before any rule could concern it."""

    text: str
    homes: frozenset[str] = frozenset()
    """Modules from which importing it is as the registry wants it: such an import alone concerns no rule."""
    partial: bool = False
    """Only definitions whose names contain it matter."""


def words(index: Index) -> frozenset[Word]:
    """The words of a registry: the last names of its paths and of the places that they pass, and the fixed
    part of each `names` pattern."""
    homes: dict[str, set[str]] = {}
    parts: set[str] = set()
    for concept in index.registry.concepts.values():
        for path in (concept.canonical, *(entry.use for entry in concept.deprecated if entry.use)):
            home, _, name = path.rpartition(".")
            homes.setdefault(name, set()).add(home)
        for entry in concept.deprecated:
            homes.setdefault(entry.path.rpartition(".")[2], set())
        parts.update(max(re.split(r"\[[^]]*\]|[*?]+", pattern), key=len) for pattern in concept.names)
    known = index.once(marks, None)
    for place in (*known.protected, *known.by_place):
        homes.setdefault(place.name.rpartition(".")[2], set())
    whole = {Word(name, frozenset(found)) for name, found in homes.items() if name}
    return frozenset(whole | {Word(part, partial=True) for part in parts})


def other_names(module: Module, names: Set[str], index: Index) -> Iterator[str]:
    """Further names under which a module passes on what one of `names` leads to.

    A file that holds none of the registry's words can still reach it through one of these:
    `from engine import Old as Runner` here, `from here import Runner` there.
    """
    known = index.once(marks, None)
    found = _relevant(module.facts, names)
    for number in found.imports:
        if module.facts.imports[number].name == "*":
            for trace in index.imported(module, number):
                source = index.module(trace.last.home)
                if source is not None and known.deprecation_of(trace, index):
                    yield from star_names(source, index)
    for number in found.bindings:
        binding = module.facts.bindings[number]
        if binding.scope != 0 or binding.name in names:
            continue
        for trace in index.bound(module, number):
            if known.deprecation_of(trace, index) or known.protected.intersection(trace.places):
                yield binding.name
                break


class Relevant(NamedTuple):
    """The numbers of a module's imports, bindings and uses that could lead to a marked place."""

    imports: tuple[int, ...]
    bindings: tuple[int, ...]
    uses: tuple[int, ...]


def relevant(module: Module, index: Index) -> Relevant:
    """What a rule has to look at in a module; call it through `index.once(relevant, module)`."""
    return _relevant(module.facts, index.names)


def _relevant(facts: Facts, names: Set[str]) -> Relevant:
    statements = [not names.isdisjoint((statement.module or "").split(".")) for statement in facts.statements]
    imports = {
        number
        for number, imported in enumerate(facts.imports)
        if statements[imported.statement]
        or imported.name == "*"
        or (imported.name in names if "." not in imported.name else not names.isdisjoint(imported.name.split(".")))
    }
    bindings = {
        number
        for number, binding in enumerate(facts.bindings)
        if binding.kind == BindingKind.IMPORT and binding.ref in imports
    }
    spelled = {number for number, use in enumerate(facts.uses) if not names.isdisjoint(use.path)}
    while True:
        uses = spelled.union(
            number for number, use in enumerate(facts.uses) if use.bindings and not bindings.isdisjoint(use.bindings)
        )
        aliases = {number for number, binding in enumerate(facts.bindings) if binding.alias and binding.ref in uses}
        if aliases <= bindings:
            return Relevant(tuple(sorted(imports)), tuple(sorted(bindings)), tuple(sorted(uses)))
        bindings |= aliases
