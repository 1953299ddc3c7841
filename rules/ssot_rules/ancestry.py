"""What classes inherit from, and which members they have because of that."""

from __future__ import annotations

from ssot_rules.facts import DefinitionKind
from ssot_rules.index import Index, Place

_NO_BASES = frozenset({"object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})
"""Classes that have no members to inherit."""
_ANSWERING = ("__getattr__", "__getattribute__")
_PLAIN_METACLASSES = frozenset({"ABCMeta", "type"})
_PLAIN_DECORATORS = frozenset(
    {
        "dataclass",
        "final",
        "runtime_checkable",
        "total_ordering",
        "define",
        "frozen",
        "mutable",
        "attrs",
        "s",
        "deprecated",
        "override",
    }
)
"""Last names of decorators that are known to add no member of somebody's choosing."""


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


def may_have_member(place: Place, name: str, index: Index) -> bool:
    """Whether the class at a place has a member, its own or one that it inherits, as far as anybody can tell: what
    cannot be read may have any."""
    seen: set[Place] = set()
    waiting = [place]
    while waiting:
        here = waiting.pop()
        if here in seen or (not here.home and here.name in _NO_BASES):
            continue
        seen.add(here)
        if not here.home:
            if index.exists(f"{here.name}.{name}") is not False:
                return True
            continue
        bases = _bases_without(here, name, index)
        if bases is None:
            return True
        waiting += bases
    return False


def _bases_without(place: Place, name: str, index: Index) -> list[Place] | None:
    """What a class of the workspace without a member inherits from; None where it has the member, or may."""
    module, known = index.module(place.home), index.definition(place)
    if module is None or known is None or known.kind != DefinitionKind.CLASS or known.opaque:
        return None
    if name in known.attributes or any(has_member(place, member, index) for member in (name, *_ANSWERING)):
        return None
    if known.metaclass is not None and known.metaclass.rpartition(".")[2] not in _PLAIN_METACLASSES:
        return None
    if not known.decorator_names <= _PLAIN_DECORATORS:
        return None
    bases: list[Place] = []
    for number in known.bases:
        segments = index.used(module, number)
        traces = segments[-1] if segments else ()
        if not traces or any(trace.missing for trace in traces):
            if module.facts.uses[number].path == ("object",):
                continue
            return None
        bases += [trace.last for trace in traces]
    return bases
