"""Where a module reaches what the registry deprecates: the common ground of SSOT101 to SSOT106."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from ssot_rules.contract import Diagnostic, Fix, Related, because
from ssot_rules.facts import DefinitionKind, DottedString, Role, Span, Stand
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.marks import Deprecation, Marks, defined_here, marks, places_of
from ssot_rules.mentions import Reading, Way, readings
from ssot_rules.registry import Deprecated
from ssot_rules.relevance import relevant
from ssot_rules.replace import replace_reference, replacement_of
from ssot_rules.replace_string import replace_string


class Reference(NamedTuple):
    """An import, a use or a string that reaches a deprecated path."""

    deprecation: Deprecation
    place: Place
    """Where the trace passes what is deprecated."""
    means: Place
    """Where the trace ends."""
    span: Span
    imported: int | None
    """The number of the imported name, or …"""
    use: int | None
    """… the number of the use, or …"""
    segment: int
    """Which segment of the use's path, or which of the string's own names, is the deprecated thing's."""
    role: Role
    """What is done with the deprecated thing itself."""
    string: int | None = None
    """… the number of the string."""


def deprecated_references(module: Module, index: Index) -> tuple[Reference, ...]:
    """Every reference of a module to something deprecated, in the order of the facts.

    What stands in the deprecated thing's own file, or in its replacement's, is not one: the wrapper may
    say what it wraps, and the canonical what it replaces.
    """
    known = index.once(marks, None)
    if not known.deprecations:
        return ()
    return (*_imports(module, index, known), *_uses(module, index, known), *_strings(module, index, known))


def unwanted_references(module: Module, index: Index) -> tuple[Reference, ...]:
    """Those of a module's references that are findings: of what is deprecated today, and in files that may not use
    it."""
    return tuple(
        reference
        for reference in index.once(deprecated_references, module)
        if is_unwanted(reference.deprecation.entry, module.path, index)
    )


def is_unwanted(entry: Deprecated, path: str, index: Index) -> bool:
    """Whether a file may not use, today, what an entry deprecates."""
    is_deprecated = entry.since is None or entry.since <= index.today
    return is_deprecated and not (entry.except_ and index.is_among(path, entry.except_))


def _imports(module: Module, index: Index, known: Marks) -> list[Reference]:
    found = []
    for number in relevant(module, index).imports:
        hit = _first_hit(index.imported(module, number), module, index, known)
        if hit is not None:
            span = module.facts.imports[number].span
            found.append(Reference(*hit, span, number, None, 0, Role.LOAD))
    return found


def _uses(module: Module, index: Index, known: Marks) -> list[Reference]:
    found = []
    for number in relevant(module, index).uses:
        use = module.facts.uses[number]
        before: list[Place] = []
        for segment, traces in enumerate(index.used(module, number)):
            hit = _first_hit(traces, module, index, known, before)
            if hit is None:
                before += places_of(traces)
                continue
            if not _falls_back(traces, hit[0], index, known):
                whole = segment == len(use.path) - 1
                role = use.role if whole else Role.LOAD
                span = Span(use.spans[0].start, use.spans[segment].end)
                found.append(Reference(*hit, span, None, number, segment, role))
            break
    return found


def _strings(module: Module, index: Index, known: Marks) -> list[Reference]:
    found = []
    silent = {Way.PROSE} if index.registry.workspace.cross_references else {Way.PROSE, Way.LINK}
    for number, read in index.once(readings, module):
        if read is None or read.way in silent:
            continue
        lead = index.find(".".join(read.names[: read.lead])) if read.lead else ()
        if _hit_of_string(lead, module, index, known):
            continue  # what stands beside the string is deprecated, and a finding of its own
        before = list(places_of(lead))
        string = module.facts.strings[number]
        for own in range(len(read.names) - read.lead):
            traces = index.find(read.dotted(own))
            hit = _hit_of_string(traces, module, index, known, before)
            if hit is None:
                before += places_of(traces)
                continue
            if not _falls_back(traces, hit[0], index, known) and _is_meant(module, string, read, hit[1]):
                span = Span(string.span.start, read.spans[own].end) if read.spans else string.span
                found.append(Reference(*hit, span, None, None, own, Role.LOAD, number))
            break
    return found


def _hit_of_string(
    traces: tuple[Trace, ...], module: Module, index: Index, known: Marks, before: Iterable[Place] = ()
) -> tuple[Deprecation, Place, Place] | None:
    """As for a name; but a path that goes through the home of the deprecated thing, or of its replacement, and names
    something else there is left to those modules."""
    hit = _first_hit(traces, module, index, known, before)
    if hit is None:
        return None
    through = next(trace.first for trace in traces if hit[1] in trace.places)
    home = index.module(through.home)
    return None if through != hit[1] and home is not None and _at_home(*hit[:2], home, index) else hit


def _is_meant(module: Module, string: DottedString, read: Reading, place: Place) -> bool:
    """Whether a string that leads to a deprecated place is there to name it. A call that says so may name anything; a
    setting names what is in the workspace, and a key that is a module's name may be that of its logger."""
    if read.way is not Way.SETTING:
        return True
    if not place.home:
        return False
    if string.stand != Stand.KEY or place.name:
        return True
    return string.of >= 0 and module.facts.uses[string.of].path[-1] in {"modules", "dict"}


def _falls_back(traces: tuple[Trace, ...], deprecation: Deprecation, index: Index, known: Marks) -> bool:
    """Whether the name may be bound to the replacement as well (`try: new … except ImportError: old`): then
    the import is to blame, not the use."""
    return any(trace.last in deprecation.replaced and known.deprecation_of(trace, index) is None for trace in traces)


def _first_hit(
    traces: tuple[Trace, ...], module: Module, index: Index, known: Marks, before: Iterable[Place] = ()
) -> tuple[Deprecation, Place, Place] | None:
    for trace in traces:
        hit = known.deprecation_of(trace, index, before)
        if hit is not None and not _at_home(*hit, module, index):
            return (*hit, trace.last)
    return None


def _at_home(deprecation: Deprecation, place: Place, module: Module, index: Index) -> bool:
    """Whether a module is that of the deprecated thing at a place, or of what replaces it."""
    if deprecation.module and (module.name + ".").startswith(deprecation.module + "."):
        return True
    if deprecation.counterpart(place, index) == module.name:
        return True
    return any(place.home == module.home for place in (*deprecation.places, *deprecation.replaced))


def names(reference: Reference, index: Index) -> tuple[str, str]:
    """The deprecated path that a reference reaches, and what to use instead."""
    deprecation = reference.deprecation
    beyond = deprecation.beyond(reference.place, index)
    if not beyond:
        return deprecation.entry.path, deprecation.replacement
    target = replacement_of(deprecation, reference.place, index)
    return f"{deprecation.entry.path}.{beyond}", target.dotted if target is not None else deprecation.replacement


def constructs(reference: Reference, index: Index) -> bool:
    """Whether a reference is a call that makes an instance. What cannot be found (it is deleted already, or
    lies outside the workspace) is judged by its name's capital letter, as PEP 8 has it."""
    if reference.use is None or reference.role != Role.CALL:
        return False
    definition = index.definition(reference.means)
    if definition is None:
        return reference.place.name.rpartition(".")[2][:1].isupper()
    return definition.kind == DefinitionKind.CLASS


def diagnostic(reference: Reference, message: str, module: Module, index: Index) -> Diagnostic:
    """A diagnostic for a reference, with the replacement as its fix and the evidence beside it."""
    deprecation = reference.deprecation
    reason = deprecation.entry.reason
    return Diagnostic(
        span=reference.span,
        message=because(message, reason),
        concept=deprecation.concept_name,
        canonical=deprecation.replacement,
        repair=partial(_repair, module, reference),
        evidence=partial(defined_here, deprecation.replacement),
        places=(_entry(deprecation, index),),
        deprecated=True,
        error_from=deprecation.entry.error_from,
    )


def _repair(module: Module, reference: Reference, index: Index) -> Fix | None:
    deprecation, place = reference.deprecation, reference.place
    if reference.string is not None:
        return replace_string(module, reference.string, reference.segment, deprecation, place, index)
    target = replacement_of(deprecation, place, index)
    where = reference.imported, reference.use, reference.segment
    return replace_reference(module, where, target, index) if target is not None else None


def _entry(deprecation: Deprecation, index: Index) -> Related:
    key = ("concepts", deprecation.concept_name, "deprecated", deprecation.number, "path")
    return Related(*index.source.place(*key), "deprecated by this entry")
