"""The implementations that the team accepts: of those, the registry may ask what it asks of a concept.

They are the canonical, what replaces something deprecated, and what `allow` lists or a concept's `subclasses` lets
pass. Rivals are none: whoever writes one hears of that first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ssot_rules.ancestry import ancestors
from ssot_rules.facts import Definition, DefinitionKind
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical, marks, named_paths
from ssot_rules.rivals import claimed, is_listed


class Accepted(NamedTuple):
    """One implementation of a concept in a module."""

    canonical: Canonical
    definition: Definition | None
    """None for the module itself."""


def named_places(concepts: frozenset[str], index: Index) -> Mapping[Place, str]:
    """Where the implementations are that the registry names one by one, each with its concept. Call it through
    `index.once(named_places, concepts)`."""
    found: dict[Place, str] = {}
    for name in sorted(concepts):
        for path in named_paths(index.registry.concepts[name]):
            for trace in index.find(path):
                if trace.last.home and not trace.missing:
                    found.setdefault(trace.last, name)
    return found


def accepted(module: Module, concepts: frozenset[str], index: Index) -> Iterator[Accepted]:
    """The accepted implementations of some concepts in a module, in the order of the text."""
    if not concepts or module.home != module.path:
        return
    known = index.once(marks, None)
    named = index.once(named_places, concepts)
    found: dict[Place, Accepted] = {}
    for place, concept in named.items():
        definition = index.definition(place) if place.home == module.path else None
        if place.home == module.path and (definition is not None or not place.name):
            found[place] = Accepted(known.canonicals[concept], definition)
    for definition, claim in claimed(module, index):
        canonical = claim.canonical
        place = Place(module.path, definition.qualname)
        if (
            canonical.concept_name in concepts
            and place not in found
            and _lets_pass(definition, module, canonical, index)
        ):
            found[place] = Accepted(canonical, definition)
    deprecated = {place for place in found if known.deprecation_at(place, index) is not None}
    yield from sorted(
        (implementation for place, implementation in found.items() if place not in deprecated), key=_position
    )


def _lets_pass(definition: Definition, module: Module, canonical: Canonical, index: Index) -> bool:
    if is_listed(module, definition.qualname, canonical.concept.allow):
        return True
    place = Place(module.path, definition.qualname)
    return canonical.concept.subclasses and not canonical.places.isdisjoint(ancestors(place, index))


def _position(implementation: Accepted) -> tuple[int, str]:
    definition = implementation.definition
    return (-1 if definition is None else definition.span.start), implementation.canonical.concept_name


def classes(module: Module, concepts: frozenset[str], index: Index) -> Iterator[tuple[Canonical, Definition]]:
    """The accepted classes of some concepts in a module, each with its concept."""
    for canonical, definition in accepted(module, concepts, index):
        if definition is not None and definition.kind == DefinitionKind.CLASS:
            yield canonical, definition
