"""The canonical implementations as patterns: what may be written again, and what to search for to find that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_rules.facts import DefinitionKind, Sketch
from ssot_rules.index import Index, Place
from ssot_rules.marks import Canonical, marks
from ssot_rules.similarity import Crowd, crowd

RULE_CODE, RULE_NAME = "SSOT204", "reimplementation"
"""The rule that compares with them: a registry that turns it off has nothing searched for."""


class Original(NamedTuple):
    """A canonical class or function, or one of a canonical module."""

    canonical: Canonical
    place: Place
    sketch: Sketch
    crowd: Crowd
    threshold: float
    """How much something must agree with it to be the same concept."""


def originals(_: None, index: Index) -> tuple[Original, ...]:
    """Whatever could be written again; call it through `index.once(originals, None)`."""
    rules = index.registry.rules
    if rules.get(RULE_CODE, rules.get(RULE_NAME, RULE_NAME)) is None:
        return ()
    enough = index.registry.rivals.by_structure
    return tuple(
        Original(
            canonical,
            inner,
            sketch,
            sought,
            (canonical.concept.by_structure or enough) / 100,
        )
        for canonical in index.once(marks, None).canonicals.values()
        if canonical.found
        for place in sorted({trace.last for trace in canonical.traces})
        for inner, sketch in _drawn(place, index)
        if (sought := crowd(sketch)) is not None
    )


def crowds(_: None, index: Index) -> tuple[Crowd, ...]:
    """What to search for to find whatever is like an original."""
    return tuple(known.crowd for known in index.once(originals, None))


def _drawn(place: Place, index: Index) -> Iterator[tuple[Place, Sketch]]:
    """What stands at a place: a definition, or the public ones of a module."""
    places = [place]
    module = index.module(place.home) if place.home and not place.name else None
    if module is not None:
        places = [
            Place(place.home, definition.qualname)
            for definition in module.facts.definitions
            if definition.scope == 0 and definition.kind != DefinitionKind.CONSTANT and definition.name[0] != "_"
        ]
    for inner in dict.fromkeys(places):
        sketch = index.sketch(inner)
        if sketch is not None:
            yield inner, sketch
