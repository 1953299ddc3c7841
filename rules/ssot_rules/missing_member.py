"""An implementation without a member that its concept requires.

## What it does
Reports the canonical implementation of a concept, what replaces something deprecated, and what `allow` accepts, if it
lacks one of the names in `members`. A class has a member that it or one of its bases defines as a method, property,
class method, static method or variable, that a dataclass lists as a field, or that a method assigns on `self`; a
canonical module has what it defines or imports. Where nobody can tell, nothing is said: a class with `__getattr__`,
with a base that cannot be read, with a metaclass or a decorator of unknown effect, or to which its file assigns the
member. Protocols and abstract bases are asked like any class; rivals are not, since they are findings already.

## Why is this bad?
Callers rely on the concept, not on one class. An implementation without `create()` fails where somebody swaps it in,
and only when that line runs.

## Example
```toml
[concepts.engine-factory]
canonical = "app.engine_factory.EngineFactory"
members = ["create", "cleanup"]
```
```python
# app/engine_factory.py
class EngineFactory:
    def create(self): ...
```
Write the member, or take it out of `members`.

## Fix safety
There is no fix: what the member has to do is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.accepted import accepted
from ssot_rules.ancestry import may_have_member
from ssot_rules.contract import Diagnostic, Related, Rule, Severity
from ssot_rules.facts import Definition, DefinitionKind
from ssot_rules.file_names import first_line
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical
from ssot_rules.visibility import assigned_places


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every implementation that lacks members, at its name."""
    for canonical, definition in accepted(module, index.once(_demanding, None), index):
        members = canonical.concept.members
        missing = [name for name in members if _lacks(module, definition, name, index)]
        if missing:
            name = module.name if definition is None else definition.name
            yield Diagnostic(
                span=first_line(module) if definition is None else definition.name_span,
                message=f"`{name}` lacks {_listed(missing)}, which every `{canonical.concept_name}` must have",
                concept=canonical.concept_name,
                canonical=canonical.concept.canonical,
                places=tuple(_demands(canonical, members.index(name), index) for name in missing),
            )


def _demanding(_: None, index: Index) -> frozenset[str]:
    """The concepts that require members."""
    return frozenset(name for name, concept in index.registry.concepts.items() if concept.members)


def _lacks(module: Module, definition: Definition | None, name: str, index: Index) -> bool:
    if definition is None:
        return all(trace.missing for trace in index.below(Place(module.path, ""), name))
    if definition.kind != DefinitionKind.CLASS:
        return False
    place = Place(module.path, definition.qualname)
    if may_have_member(place, name, index):
        return False
    return Place(module.path, f"{definition.qualname}.{name}") not in index.once(assigned_places, module)


def _demands(canonical: Canonical, number: int, index: Index) -> Related:
    span = index.source.value_span("concepts", canonical.concept_name, "members", number)
    return Related(index.source.path, span, f"`{canonical.concept.members[number]}` is required here")


def _listed(names: list[str]) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


RULE = Rule("SSOT303", "missing-member", Severity.ERROR, __doc__, check)
