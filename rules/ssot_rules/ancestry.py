"""What classes inherit from, and which members they have because of that."""

from __future__ import annotations

from ssot_rules.index import Index, Place

_NO_BASES = frozenset({"object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})
"""Classes that have no members to inherit."""


def ancestors(place: Place, index: Index) -> frozenset[Place]:
    """Every class that the class at a place inherits from, directly or not, as far as the workspace tells."""
    return index.once(_ancestors, place)


def _ancestors(place: Place, index: Index) -> frozenset[Place]:
    found: set[Place] = set()
    waiting = [place]
    while waiting:
        here = waiting.pop()
        module, definition = index.module(here.home) if here.home else None, index.definition(here)
        if module is None or definition is None:
            continue
        for number in definition.bases:
            segments = index.used(module, number)
            fresh = {trace.last for trace in (segments[-1] if segments else ())} - found - {place}
            found |= fresh
            waiting += fresh
    return frozenset(base for base in found if base.home or base.name not in _NO_BASES)


def has_member(place: Place, name: str, index: Index) -> bool:
    """Whether the class at a place defines a member, or may: of a class that cannot be read nobody knows."""
    if place.home:
        return index.definition(Place(place.home, f"{place.name}.{name}")) is not None
    return index.exists(f"{place.name}.{name}") is not False
