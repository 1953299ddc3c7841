"""Where a module reaches what the registry deprecates: the common ground of SSOT101 to SSOT105."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from ssot_rules.contract import Diagnostic, Fix, Related
from ssot_rules.facts import DefinitionKind, Role, Span
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.marks import Deprecation, Marks, defined_here, marks
from ssot_rules.relevance import relevant
from ssot_rules.replace import Where, replace_reference, replacement_of


class Reference(NamedTuple):
    """An import or a use that reaches a deprecated path."""

    deprecation: Deprecation
    place: Place
    """Where the trace passes what is deprecated."""
    means: Place
    """Where the trace ends."""
    span: Span
    imported: int | None
    """The number of the imported name, or …"""
    use: int | None
    """… the number of the use."""
    segment: int
    """Which segment of the use's path names the deprecated thing."""
    role: Role
    """What is done with the deprecated thing itself."""


def deprecated_references(module: Module, index: Index) -> tuple[Reference, ...]:
    """Every reference of a module to something deprecated, in the order of the facts.

    What stands in the deprecated thing's own file, or in its replacement's, is not one: the wrapper may
    say what it wraps, and the canonical what it replaces.
    """
    known = index.once(marks, None)
    if not known.deprecations:
        return ()
    return (*_imports(module, index, known), *_uses(module, index, known))


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
        for segment, traces in enumerate(index.used(module, number)):
            hit = _first_hit(traces, module, index, known)
            if hit is None:
                continue
            if not _falls_back(traces, hit[0], index, known):
                whole = segment == len(use.path) - 1
                role = use.role if whole else Role.LOAD
                span = Span(use.spans[0].start, use.spans[segment].end)
                found.append(Reference(*hit, span, None, number, segment, role))
            break
    return found


def _falls_back(traces: tuple[Trace, ...], deprecation: Deprecation, index: Index, known: Marks) -> bool:
    """Whether the name may be bound to the replacement as well (`try: new … except ImportError: old`): then
    the import is to blame, not the use."""
    return any(trace.last in deprecation.replaced and known.deprecation_of(trace, index) is None for trace in traces)


def _first_hit(
    traces: tuple[Trace, ...], module: Module, index: Index, known: Marks
) -> tuple[Deprecation, Place, Place] | None:
    for trace in traces:
        hit = known.deprecation_of(trace, index)
        if hit is not None and not _at_home(hit[0], module):
            return (*hit, trace.last)
    return None


def _at_home(deprecation: Deprecation, module: Module) -> bool:
    if deprecation.module and (module.name + ".").startswith(deprecation.module + "."):
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
    where = reference.imported, reference.use, reference.segment
    return Diagnostic(
        span=reference.span,
        message=f"{message}: {reason}" if reason else message,
        concept=deprecation.concept_name,
        canonical=deprecation.replacement,
        repair=partial(_repair, module, where, deprecation, reference.place),
        evidence=partial(defined_here, deprecation.replacement),
        places=(_entry(deprecation, index),),
        deprecated=True,
    )


def _repair(module: Module, where: Where, deprecation: Deprecation, place: Place, index: Index) -> Fix | None:
    target = replacement_of(deprecation, place, index)
    return replace_reference(module, where, target, index) if target is not None else None


def _entry(deprecation: Deprecation, index: Index) -> Related:
    key = ("concepts", deprecation.concept_name, "deprecated", deprecation.number, "path")
    return Related(index.source.path, index.source.value_span(*key), "deprecated by this entry")
