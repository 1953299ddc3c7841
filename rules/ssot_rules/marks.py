"""The registry's paths, found in the code: which places are deprecated and which are canonical."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ssot_rules.contract import Related
from ssot_rules.facts import DefinitionKind
from ssot_rules.index import Index, Place, Trace
from ssot_rules.names import Sort, Vocabulary
from ssot_rules.registry import Concept, Deprecated, Registry

SORTS = {DefinitionKind.CLASS: Sort.CLASS, DefinitionKind.FUNCTION: Sort.FUNCTION}
"""What the names of definitions are the names of."""


class Deprecation(NamedTuple):
    """A deprecated path of the registry, and what it means in the code."""

    concept_name: str
    concept: Concept
    number: int
    """Its place among the concept's deprecated entries."""
    entry: Deprecated
    places: frozenset[Place]
    """What is deprecated: the places that the path passes and that its replacement does not."""
    module: str | None
    """The dotted name of a module that is deprecated as a whole, its submodules included."""
    replaced: frozenset[Place]
    """The places of the replacement."""
    successor: str | None
    """The dotted name of the module that replaces the deprecated one."""

    @property
    def replacement(self) -> str:
        """The dotted path to use instead."""
        return self.entry.use or self.concept.canonical

    def counterpart(self, place: Place, index: Index) -> str | None:
        """The module that replaces the one, deprecated as a whole or with its package, in which a place is."""
        home = index.module(place.home)
        if self.module is None or self.successor is None or home is None:
            return None
        return f"{self.successor}{home.name[len(self.module) :]}"

    def is_passed_on(self, places: Iterable[Place], index: Index) -> bool:
        """Whether any of the places is in the module that replaces the deprecated one, or in its package."""
        if self.successor is None:
            return False
        homes = (index.module(place.home) for place in places if place.home)
        return any(home is not None and f"{home.name}.".startswith(f"{self.successor}.") for home in homes)

    def beyond(self, place: Place, index: Index) -> str:
        """What a deprecated place is called below the deprecated path: the name inside a module, the member
        of a class; empty for the path itself."""
        if self.module is not None and place not in self.places:
            home = index.module(place.home)
            inner = home.name[len(self.module) + 1 :] if home else ""
            return ".".join(filter(None, [inner, place.name]))
        for owner in self.places:
            if owner.home == place.home and place.name.startswith(f"{owner.name}."):
                return place.name[len(owner.name) + 1 :]
        return ""


class Canonical(NamedTuple):
    """A concept's canonical path, and what it means in the code."""

    concept_name: str
    concept: Concept
    traces: tuple[Trace, ...]
    places: frozenset[Place]
    found: bool
    kind: DefinitionKind | None
    """What it names; None for modules and what cannot be found."""
    is_module: bool

    @property
    def sort(self) -> Sort | None:
        """What it is the name of; None for constants and what cannot be found."""
        return Sort.MODULE if self.is_module else None if self.kind is None else SORTS.get(self.kind)

    def could_be(self, sort: Sort) -> bool:
        """Whether it may be the name of such a thing."""
        return self.sort is sort or (self.kind is None and not self.is_module)

    @property
    def name(self) -> str:
        """The last name of the canonical path."""
        return self.concept.canonical.rpartition(".")[2]

    @property
    def spellings(self) -> tuple[str, ...]:
        """What it is called, and what it could be called elsewhere: a module behind its package, `agents_state` for
        `agents.state`."""
        package, _, name = self.concept.canonical.rpartition(".")
        parent = package.rpartition(".")[2]
        return (name, f"{parent}_{name}") if self.is_module and parent else (name,)

    def is_bypassed(self, trace: Trace) -> bool:
        """Whether a path leads to what it names, and is another one than the canonical path."""
        return any(trace.last == goal.last for goal in self.traces) and all(
            trace.first != goal.first for goal in self.traces
        )

    @property
    def homes(self) -> frozenset[str]:
        """The files that it passes."""
        return frozenset(place.home for place in self.places if place.home)


class Marks(NamedTuple):
    """Every path of the registry, resolved."""

    canonicals: Mapping[str, Canonical]
    deprecations: tuple[Deprecation, ...]
    by_place: Mapping[Place, Deprecation]
    by_module: Mapping[str, Deprecation]
    protected: frozenset[Place]
    """Canonical places and replacements: never deprecated, whatever else is said of their surroundings."""
    by_name: Mapping[str, tuple[Canonical, ...]]
    """The canonicals that exist, by the last name of their paths."""

    def deprecation_of(
        self, trace: Trace, index: Index, before: Iterable[Place] = ()
    ) -> tuple[Deprecation, Place] | None:
        """The first deprecated thing that a trace passes, and where it passes it. What the replacement of a module
        has from that very module is not deprecated: the path to it is the one that is wanted. Nor is a member of such
        a thing; `before` are the places that the path to its owner passes."""
        for number, place in enumerate(trace.places):
            found = self.deprecation_at(place, index)
            if found is not None and not (place.name and found.is_passed_on((*before, *trace.places[:number]), index)):
                return found, place
        return None

    def deprecation_at(self, place: Place, index: Index) -> Deprecation | None:
        """The deprecation that covers a place: its own, that of what it is a member of, or its module's."""
        if place in self.protected:
            return None
        name = place.name
        while name:
            found = self.by_place.get(Place(place.home, name))
            if found is not None:
                return found
            name = name.rpartition(".")[0]
        if place.home and self.by_module:
            module = index.module(place.home)
            return self._module_of(module.name) if module else None
        return None

    def _module_of(self, dotted: str) -> Deprecation | None:
        while dotted:
            if dotted in self.by_module:
                return self.by_module[dotted]
            dotted = dotted.rpartition(".")[0]
        return None


def marks(_: None, index: Index) -> Marks:
    """Resolve every path of the registry; call it through `index.once(marks, None)`."""
    canonicals = {name: _canonical(name, concept, index) for name, concept in index.registry.concepts.items()}
    deprecations = tuple(
        _deprecation(canonicals[name], number, entry, index)
        for name, concept in index.registry.concepts.items()
        for number, entry in enumerate(concept.deprecated)
    )
    by_place: dict[Place, Deprecation] = {}
    for deprecation in deprecations:
        for place in deprecation.places:
            by_place.setdefault(place, deprecation)
    protected = {place for canonical in canonicals.values() for place in canonical.places}
    protected.update(place for deprecation in deprecations for place in deprecation.replaced)
    protected.update(place for ban in index.registry.bans if ban.use for place in places_of(index.find(ban.use)))
    by_name: dict[str, tuple[Canonical, ...]] = {}
    for canonical in canonicals.values():
        if canonical.found:
            by_name[canonical.name] = (*by_name.get(canonical.name, ()), canonical)
    explicit = {trace.first for deprecation in deprecations for trace in index.find(deprecation.entry.path)}
    return Marks(
        canonicals=canonicals,
        deprecations=deprecations,
        by_place=by_place,
        by_module={deprecation.module: deprecation for deprecation in deprecations if deprecation.module},
        protected=frozenset(protected - (explicit & by_place.keys())),
        by_name=by_name,
    )


def _canonical(name: str, concept: Concept, index: Index) -> Canonical:
    traces = index.find(concept.canonical)
    found = index.exists(concept.canonical) is not False and not is_misspelt(concept.canonical, index)
    return Canonical(name, concept, traces, places_of(traces), found, *_kind(traces, index))


def _kind(traces: Iterable[Trace], index: Index) -> tuple[DefinitionKind | None, bool]:
    """What the traces lead to, and whether that is a module."""
    places = [trace.last for trace in traces if trace.last.home and not trace.missing]
    definitions = (index.definition(place) for place in places)
    return next((known.kind for known in definitions if known), None), any(not place.name for place in places)


def is_misspelt(dotted: str, index: Index) -> bool:
    """Whether a path that leads out of the workspace, and to nothing known, looks as if it should not."""
    if index.exists(dotted) is not None:
        return False
    top, packages = dotted.partition(".")[0], index.packages
    if top in packages:
        return False
    from difflib import get_close_matches

    return top == dotted or bool(get_close_matches(top, packages, 1))


def _deprecation(canonical: Canonical, number: int, entry: Deprecated, index: Index) -> Deprecation:
    traces = index.find(entry.path)
    replaced = canonical.places | (places_of(index.find(entry.use)) if entry.use else frozenset())
    module = _module(traces, index)
    return Deprecation(
        concept_name=canonical.concept_name,
        concept=canonical.concept,
        number=number,
        entry=entry,
        places=places_of(traces) - replaced - _borrowed(entry, traces, replaced, index),
        module=module,
        replaced=replaced,
        successor=_module(index.find(entry.use) if entry.use else canonical.traces, index) if module else None,
    )


def _borrowed(entry: Deprecated, traces: Iterable[Trace], replaced: frozenset[Place], index: Index) -> frozenset[Place]:
    """The members of the replacement whose values the deprecated path only has: `COLOR_RED = Color.RED.value`."""
    members = {
        place: owners
        for place in places_of(traces)
        if (owners := {Place(place.home, owner) for owner in _owners(place.name)} & replaced)
    }
    if not members:
        return frozenset()
    spelled = places_of(index.find(entry.path.rpartition(".")[0]))
    return frozenset(place for place, owners in members.items() if owners.isdisjoint(spelled))


def _owners(name: str) -> Iterator[str]:
    """The classes around a member, the innermost first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _module(traces: Iterable[Trace], index: Index) -> str | None:
    """The dotted name of the module that traces lead to; None where they lead to something else."""
    whole = next((trace.last for trace in traces if trace.last.home and not trace.last.name), None)
    module = index.module(whole.home) if whole else None
    return module.name if module else None


def targets_by_name(_: None, index: Index) -> Mapping[str, frozenset[str]]:
    """What to import for a name that ends a path of the registry: the canonical path, or the replacement of the
    deprecated one. Call it through `index.once(targets_by_name, None)`."""
    found: dict[str, set[str]] = {}
    for concept in index.registry.concepts.values():
        found.setdefault(concept.canonical.rpartition(".")[2], set()).add(concept.canonical)
        for entry in concept.deprecated:
            found.setdefault(entry.path.rpartition(".")[2], set()).add(entry.use or concept.canonical)
    return {name: frozenset(paths) for name, paths in found.items()}


def named_paths(concept: Concept) -> tuple[str, ...]:
    """The dotted paths of the implementations of a concept that the registry names one by one: the canonical, what
    replaces something deprecated, and what `allow` lists without a glob."""
    replacements = (entry.use for entry in concept.deprecated if entry.use)
    return (concept.canonical, *replacements, *(entry.path for entry in concept.allow if is_one(entry.path)))


def is_one(pattern: str) -> bool:
    """Whether an entry of `allow` names one definition or module, and is no glob."""
    return all(part.isidentifier() for part in pattern.split("."))


def vocabulary(registry: Registry) -> Vocabulary:
    """The words that qualify names."""
    return Vocabulary(registry.files.variants, registry.rivals.qualifiers)


def places_of(traces: Iterable[Trace]) -> frozenset[Place]:
    """All places that some traces pass."""
    return frozenset(place for trace in traces for place in trace.places)


def defined_here(dotted: str, index: Index) -> tuple[Related, ...]:
    """Where a path's definition stands, to be shown beside a diagnostic."""
    places = dict.fromkeys(trace.last for trace in index.find(dotted))
    return tuple(
        Related(place.home, definition.name_span, f"`{dotted}` is defined here")
        for place in places
        if (definition := index.definition(place)) is not None
    )
