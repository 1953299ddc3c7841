"""More implementations of a concept than its `max`.

## What it does
Counts the canonical and every definition outside tests that is the concept by its name, those that `allow` accepts
included, and reports in the registry that there are more than `max`. Deprecated definitions no longer count, nor does
what is no rival by any rule: protocols, abstract bases, fallbacks, and what `unrelated` lists.

## Why is this bad?
Where a concept needs a few implementations, one more is easily added to the list of what is accepted. The number says
how far that may go before the team thinks again.

## Example
```toml
[concepts.registry]
canonical = "app.registry.AgentRegistry"
names = ["*AgentRegistry"]
max = 3
```
Merge implementations, deprecate those that are to go, or raise `max`.

## Fix safety
There is no fix: which implementations survive is for people to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ssot_rules.contract import Diagnostic, Related, Rule, Severity
from ssot_rules.index import Index, Place
from ssot_rules.marks import defined_here
from ssot_rules.rivals import implementations


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic at the `max` of every concept that has more implementations."""
    limited = {name: concept for name, concept in index.registry.concepts.items() if concept.max is not None}
    if not limited:
        return
    found = index.gather(implementations)
    for name, concept in limited.items():
        places = tuple(sorted(known.place for known in found if known.concept_name == name))
        count = len(places) + 1
        if concept.max is not None and count > concept.max:
            yield Diagnostic(
                span=index.source.value_span("concepts", name, "max"),
                message=f"`{name}` has {count} implementations, {concept.max} {_are(concept.max)} accepted: "
                f"`{concept.canonical}` and {_listed(places, index)}",
                concept=name,
                canonical=concept.canonical,
                evidence=partial(_related, concept.canonical, places),
                places=index.source.elsewhere("concepts", name, "max"),
            )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _listed(places: tuple[Place, ...], index: Index) -> str:
    names = [f"`{module.name}.{place.name}`" for place in places if (module := index.module(place.home)) is not None]
    return ", ".join(names)


def _related(canonical: str, places: tuple[Place, ...], index: Index) -> tuple[Related, ...]:
    return (
        *defined_here(canonical, index),
        *(
            Related(place.home, definition.name_span, "another implementation")
            for place in places
            if (definition := index.definition(place)) is not None
        ),
    )


RULE = Rule("SSOT205", "too-many-implementations", Severity.WARNING, __doc__, check_registry=check_registry)
