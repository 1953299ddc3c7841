"""Who makes the instances of a concept, as the registry says, and where that is gone round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_rules.ancestry import ancestors
from ssot_rules.facts import DefinitionKind, ScopeKind, Use
from ssot_rules.globs import matches
from ssot_rules.index import Index, Module, Place, dotted
from ssot_rules.marks import Canonical, marks


class Maker(NamedTuple):
    """What alone makes the instances of a concept."""

    canonical: Canonical
    path: str
    """Its dotted path."""
    homes: frozenset[str]
    """The files that may make instances: those that its path passes, and that of a wrapper which is deprecated."""
    package: str | None
    """The dotted name of the module that its path names, if it names one: what lies in it may make instances, too."""
    classes: frozenset[Place]
    """Where the class is defined."""

    def may_construct(self, module: Module) -> bool:
        """Whether a module may make instances itself."""
        if module.home in self.homes or (module.is_test and self.canonical.concept.construct_in_tests):
            return True
        return self.package is not None and f"{module.name}.".startswith(f"{self.package}.")

    def makes(self, place: Place, index: Index) -> bool:
        """Whether the instances of a class are of the concept: of the class itself or of one that inherits from it,
        unless the registry accepts that beside it, or says that it is something else."""
        if place in self.classes:
            return True
        if not place.home or self.classes.isdisjoint(ancestors(place, index)):
            return False
        path, concept = dotted(place, index), self.canonical.concept
        return not any(matches(entry.path, path) for entry in (*concept.allow, *concept.unrelated))


def makers(_: None, index: Index) -> tuple[Maker, ...]:
    """Everything that alone makes instances of a concept; call it through `index.once(makers, None)`."""
    return tuple(_makers(index))


def _makers(index: Index) -> Iterator[Maker]:
    known = index.once(marks, None)
    for canonical in known.canonicals.values():
        path = canonical.concept.construct
        if path is None or canonical.is_module:
            continue
        traces = index.find(path)
        wrappers = (place for it in known.deprecations if it.concept is canonical.concept for place in it.places)
        places = [*wrappers, *(place for trace in traces for place in trace.places)]
        module = next((index.module(trace.last.home) for trace in traces if not trace.last.name), None)
        yield Maker(
            canonical,
            path,
            frozenset(place.home for place in places if place.home),
            None if module is None else module.name,
            frozenset(trace.last for trace in canonical.traces),
        )


def maker_instead(place: Place, use: Use, module: Module, index: Index) -> Maker | None:
    """What should make the instance that a call of the class at a place makes; None where the call is right.

    A class may make instances of itself, and the canonical one of all its kind: what stands in it is its own business.
    """
    for maker in index.once(makers, None):
        if not maker.may_construct(module) and maker.makes(place, index):
            return None if {place, *maker.classes}.intersection(_classes_around(use, module)) else maker
    return None


def _classes_around(use: Use, module: Module) -> Iterator[Place]:
    """The classes in whose bodies a use stands."""
    number = use.scope
    while number > 0:
        scope = module.facts.scopes[number]
        if scope.kind == ScopeKind.CLASS:
            yield Place(module.path, scope.qualname)
        number = scope.parent


def is_class(place: Place, index: Index) -> bool:
    """Whether a call of what is at a place makes an instance. What lies outside the workspace is judged by its name's
    capital letter, as PEP 8 has it."""
    definition = index.definition(place)
    if definition is None:
        return not place.home and place.name.rpartition(".")[2][:1].isupper()
    return definition.kind == DefinitionKind.CLASS
