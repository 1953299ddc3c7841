"""What is no rival of a canonical implementation, whatever it is called: the common ground of SSOT201 and SSOT202."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import partial

from ssot_rules.contract import Diagnostic, Related
from ssot_rules.facts import Definition, DefinitionKind, ScopeKind, Span
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical, defined_here, marks, matches

_ABSTRACT = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})
_TEST_DOUBLE = re.compile(r"_?(?:Mock|Fake|Stub)(?![a-z])|(?:mock|fake|stub)_")


def concept_by_name(name: str, index: Index) -> Canonical | None:
    """The concept that a definition's name belongs to: the one with that very canonical name, else the one
    with the most specific pattern. A concept whose canonical does not exist has no rivals yet."""
    return index.once(_concept_by_name, name)


def _concept_by_name(name: str, index: Index) -> Canonical | None:
    fitting = [
        (canonical.name == name, len(pattern.replace("*", "")), canonical)
        for canonical in index.once(marks, None).canonicals.values()
        for pattern in (canonical.name, *canonical.concept.names)
        if canonical.found and fnmatchcase(name, pattern)
    ]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


def is_rival(definition: Definition, module: Module, canonical: Canonical, index: Index) -> bool:
    """Whether a definition with a concept's name could be another implementation of it.

    Not: the canonical itself, what the registry deprecates or allows, what is of another kind, methods,
    protocols and abstract bases, fallbacks for a failed import, test doubles in tests, and what a stub says once
    more of its source.
    """
    if module.home != module.path:
        return False
    place = Place(module.path, definition.qualname)
    kind = canonical_kind(canonical, index)
    if place in canonical.places or (kind is not None and definition.kind != kind):
        return False
    if definition.kind == DefinitionKind.CONSTANT and (kind is None or definition.scope != 0):
        return False
    if definition.kind == DefinitionKind.FUNCTION and module.facts.scopes[definition.scope].kind == ScopeKind.CLASS:
        return False
    if module.facts.blocks[definition.block].fallback:
        return False
    if module.is_test and _TEST_DOUBLE.match(definition.name):
        return False
    if index.once(marks, None).deprecation_at(place, index) is not None:
        return False
    return not is_allowed(module, definition.qualname, canonical) and not is_abstract(definition, module, index)


def canonical_kind(canonical: Canonical, index: Index) -> DefinitionKind | None:
    """What a canonical path names; None for modules and what cannot be found."""
    definitions = [index.definition(trace.last) for trace in canonical.traces]
    return next((definition.kind for definition in definitions if definition), None)


def is_allowed(module: Module, qualname: str, canonical: Canonical) -> bool:
    """Whether the concept's `allow` covers a definition or the module that it is in."""
    dotted = f"{module.name}.{qualname}"
    return any(matches(allowed.path, dotted) for allowed in canonical.concept.allow)


def is_abstract(definition: Definition, module: Module, index: Index) -> bool:
    """Whether a class is a protocol or an abstract base: it inherits from `Protocol` or `ABC` itself, has
    `ABCMeta` for its metaclass, or declares an abstract method."""
    if definition.kind != DefinitionKind.CLASS:
        return False
    if (definition.metaclass or "").rpartition(".")[2] == "ABCMeta":
        return True
    for number in definition.bases:
        segments = index.used(module, number)
        if any(trace.last.name in _ABSTRACT and not trace.last.home for trace in segments[-1]):
            return True
    return any(
        member.scope == definition.inner
        and any(name.rpartition(".")[2].startswith("abstract") for name in member.decorators)
        for _, member in module.facts.definitions.beside(definition.inner)
    )


def rival_diagnostic(span: Span, canonical: Canonical, message: str, index: Index) -> Diagnostic:
    """A diagnostic where a rival gets its name, with the canonical and the registry's entry beside it."""
    span_of_entry = index.source.value_span("concepts", canonical.concept_name, "canonical")
    entry = Related(index.source.path, span_of_entry, f"the `{canonical.concept_name}` concept")
    return Diagnostic(
        span=span,
        message=message,
        concept=canonical.concept_name,
        canonical=canonical.concept.canonical,
        evidence=partial(defined_here, canonical.concept.canonical),
        places=(entry,),
    )
