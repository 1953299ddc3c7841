"""The registry's bans of calls, found in the code: what must not be called, and where a ban holds."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_rules.contract import because
from ssot_rules.globs import fixed_part, is_glob, matches
from ssot_rules.index import Index, Module, Place, Trace, dotted
from ssot_rules.registry import Ban, Boundary, Role

BUILTINS = "builtins"
"""The module that builtins live in."""
BUILTIN_NAMES = frozenset(dir(builtins)) | {"exit", "quit", "reveal_type", "reveal_locals"}


class BannedCall(NamedTuple):
    """A ban of a call, and what it means in the code."""

    number: int
    """Its place among the bans."""
    entry: Ban
    places: frozenset[Place]
    """What must not be called: the places that the path passes and that its replacement does not."""
    pattern: str | None
    """Where a glob, or all of a module, is banned: a glob of dotted paths, in place of `places`."""
    builtin: str | None
    """The name of the builtin that is banned."""
    replaced: frozenset[Place]
    """The places of the replacement."""

    @property
    def call(self) -> str:
        """The path as the registry writes it."""
        return self.entry.call or ""

    def said(self, called: str) -> str:
        """That something is banned, what to use instead, and why."""
        instead = f", use `{self.entry.use}`" if self.entry.use is not None else ""
        return because(f"`{called}` is banned{instead}", self.entry.reason)

    @property
    def package(self) -> str | None:
        """The package outside the workspace through which alone the call is reached; None inside."""
        if not self.places or any(place.home for place in self.places):
            return None
        return min(self.places).name.partition(".")[0]

    def holds_in(self, module: Module, index: Index) -> bool:
        """Whether the ban is in force in a module: neither where the banned thing lives nor where its replacement
        does, since the one may call itself and the other what it replaces."""
        if any(place.home == module.home for place in (*self.places, *self.replaced)):
            return False
        if self.pattern is not None and matches(fixed_part(self.pattern), module.name):
            return False
        return holds_for(self.entry, module.path, index)

    def hit(self, trace: Trace, module: Module, index: Index) -> Place | None:
        """Where a trace passes what is banned. What a glob speaks of is told by the path that the module itself
        takes, before any re-export."""
        if self.pattern is None:
            return next((place for place in trace.places if place in self.places), None)
        place = next((place for place in trace.places if place.home not in {module.path, module.home}), None)
        return place if place is not None and fnmatchcase(dotted(place, index), self.pattern) else None


def holds_for(entry: Ban | Boundary, path: str, index: Index) -> bool:
    """Whether a ban or a boundary is for a file, by its role and its path."""
    if entry.role is not None and (entry.role is Role.TEST) != index.is_test(path):
        return False
    wanted = entry.in_ if isinstance(entry, Ban) else ()
    return not (wanted and not index.is_among(path, wanted)) and not index.is_among(path, entry.except_)


def banned_calls(_: None, index: Index) -> tuple[BannedCall, ...]:
    """Every ban of a call, resolved; call it through `index.once(banned_calls, None)`."""
    return tuple(
        _resolved(number, ban, ban.call, index)
        for number, ban in enumerate(index.registry.bans)
        if ban.call is not None
    )


def _resolved(number: int, ban: Ban, call: str, index: Index) -> BannedCall:
    replaced = _places(index.find(ban.use)) if ban.use else frozenset[Place]()
    name = call.removeprefix(f"{BUILTINS}.")
    if name in BUILTIN_NAMES and (name != call or name not in index.packages):
        return BannedCall(number, ban, frozenset({Place("", f"{BUILTINS}.{name}")}), None, name, replaced)
    pattern = call if is_glob(call) else None if index.split(call)[1] else f"{call}.*"
    places = frozenset[Place]() if pattern is not None else _places(index.find(call)) - replaced
    return BannedCall(number, ban, places, pattern, None, replaced)


def _places(traces: Iterable[Trace]) -> frozenset[Place]:
    return frozenset(place for trace in traces for place in trace.places)


def banned_places(_: None, index: Index) -> frozenset[Place]:
    """All that a ban names outright, and the packages outside the workspace that lead there; call it through
    `index.once(banned_places, None)`."""
    found: set[Place] = set()
    for ban in index.once(banned_calls, None):
        found |= ban.places
        if ban.package is not None:
            for place in ban.places:
                parts = place.name.split(".")
                found.update(Place("", ".".join(parts[:end])) for end in range(1, len(parts)))
    return frozenset(found)
