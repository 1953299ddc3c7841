"""What a team can decide about a rival: each decision is a change to the registry, or to the code, for people to
choose."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.adopt import make_subclass, use_canonical
from ssot_rules.contract import Choice, Entry, Fix
from ssot_rules.facts import Definition, DefinitionKind
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical
from ssot_rules.relevance import relevant

ALLOW, DEPRECATE, UNRELATED, SUBCLASS, REPLACE = "allow", "deprecate", "unrelated", "subclass", "replace"
DELETE = "delete"
KEYS = (REPLACE, SUBCLASS, ALLOW, DEPRECATE, UNRELATED, DELETE)
"""The words for the kinds of decisions."""


def decisions(module: Module, qualname: str, canonical: Canonical, index: Index) -> tuple[Choice, ...]:
    """What can be decided about a definition, or (of an empty name) a module, that could be another implementation of
    a concept. What has no dotted path cannot be named in the registry."""
    dotted = f"{module.name}.{qualname}".rstrip(".")
    if not all(part.isidentifier() for part in dotted.split(".")):
        return ()
    return tuple(_decisions(module, qualname, dotted, canonical, index))


def _decisions(module: Module, qualname: str, dotted: str, canonical: Canonical, index: Index) -> Iterator[Choice]:
    yield from _changes_of_code(module, qualname, canonical, index)
    name = qualname or dotted.rpartition(".")[2]
    role = "adapter" if _uses(module, qualname, canonical, index) else "variant"
    article = "an" if role == "adapter" else "a"
    reason = f"{article} {role} beside `{canonical.concept.canonical}`"
    yield _entry(
        ALLOW,
        f"Accept `{name}` as {article} {role}",
        canonical,
        ALLOW,
        (("path", dotted), ("reason", reason)),
        index,
    )
    place = Place(module.path, qualname)
    definition = index.definition(place) if qualname else None
    could_replace = definition is None or canonical.kind in {definition.kind, None}  # a class replaces no method
    if could_replace and any(trace.last == place for trace in index.find(dotted)):
        use = canonical.concept.canonical
        yield _entry(
            DEPRECATE,
            f"Deprecate `{name}` in favour of `{use}`",
            canonical,
            "deprecated",
            (("path", dotted), ("use", use)),
            index,
        )
    yield _entry(
        UNRELATED,
        f"Record that `{name}` is not the concept `{canonical.concept_name}`",
        canonical,
        UNRELATED,
        (("path", dotted), ("reason", "another concept")),
        index,
    )


def _changes_of_code(module: Module, qualname: str, canonical: Canonical, index: Index) -> Iterator[Choice]:
    definition = index.definition(Place(module.path, qualname)) if qualname else None
    if definition is None:
        return
    if definition.kind == DefinitionKind.FUNCTION and (fix := use_canonical(module, definition, canonical, index)):
        yield Choice(REPLACE, fix)
    is_accepted = canonical.concept.subclasses and definition.name != canonical.name
    if is_accepted and definition.kind == DefinitionKind.CLASS:
        fix = make_subclass(module, definition, canonical, index)
        if fix is not None:
            yield Choice(SUBCLASS, fix)


def _entry(
    key: str, title: str, canonical: Canonical, array: str, values: tuple[tuple[str, str], ...], index: Index
) -> Choice:
    return Choice(key, Fix(title, (Entry(index.source.path, canonical.concept_name, array, values),)))


def _uses(module: Module, qualname: str, canonical: Canonical, index: Index) -> bool:
    """Whether a definition, or a module anywhere, uses the canonical: then it may be an adapter to it."""
    definition: Definition | None = index.definition(Place(module.path, qualname)) if qualname else None
    for number in relevant(module, index).uses:
        span = module.facts.uses[number].span
        if definition is not None and not definition.span.start <= span.start < definition.span.end:
            continue
        if any(trace.last in canonical.places for traces in index.used(module, number) for trace in traces):
            return True
    return False
