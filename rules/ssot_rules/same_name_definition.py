"""The canonical's name defined again elsewhere, or twice in one file, or given to something else by an alias.

## What it does
Reports definitions that have the very name of a concept's canonical implementation but are not it, a second
definition of the canonical in its own file, and imports or assignments that give the name to something else
(`from x import Y as ExecutionEngine`). Re-exports, overloads, fallbacks for a failed import, platform branches
and what `allow` lists are no findings.

## Why is this bad?
One name that means two classes depends on where it was imported from. Reviewers cannot see the difference, and
`isinstance` checks between the two are silently false.

## Example
```toml
[concepts.factory]
canonical = "app.factory.ExecutionEngineFactory"
```
```python
# app/core/managers.py
class ExecutionEngineFactory: ...
```
Import the canonical class, or give this one a name of its own.

## Fix safety
There is no fix: which definition survives is for people to decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Binding, BindingKind, Definition
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical, marks
from ssot_rules.rivals import concept_by_name, is_allowed, is_rival, rival_diagnostic


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every other thing that has a canonical's name."""
    first: dict[str, Definition] = {}
    names = index.once(_names, None)
    for _, definition in module.facts.definitions.about(names, lambda known: known.name in names):
        canonical = concept_by_name(definition.name, index)
        if canonical is None or canonical.name != definition.name:
            continue
        path = canonical.concept.canonical
        if _is_repetition(definition, first.setdefault(definition.qualname, definition), module, canonical):
            message = f"`{definition.name}` is defined twice in this file: this definition hides the one above"
            yield rival_diagnostic(definition.name_span, canonical, message, index)
        elif is_rival(definition, module, canonical, index):
            message = f"`{definition.name}` is defined again, the canonical one is `{path}`"
            yield rival_diagnostic(definition.name_span, canonical, message, index)
    for number, binding in module.facts.bindings.about(names, lambda known: known.scope == 0 and known.name in names):
        canonical = concept_by_name(binding.name, index) if _is_alias(binding, module) else None
        if canonical is not None and canonical.name == binding.name:
            stranger = _stranger(module, number, canonical, index)
            if stranger is not None:
                message = (
                    f"`{binding.name}` is given to `{stranger}`, the canonical one is `{canonical.concept.canonical}`"
                )
                yield rival_diagnostic(binding.span, canonical, message, index)


def _names(_: None, index: Index) -> frozenset[str]:
    """What the canonicals are called."""
    return frozenset(canonical.name for canonical in index.once(marks, None).canonicals.values())


def _is_repetition(definition: Definition, first: Definition, module: Module, canonical: Canonical) -> bool:
    """Whether a definition hides an earlier one of the canonical, in the same run of statements."""
    return (
        definition is not first
        and Place(module.path, definition.qualname) in canonical.places
        and definition.kind == first.kind
        and definition.block == first.block
        and not first.decorators
        and not definition.decorators
    )


def _is_alias(binding: Binding, module: Module) -> bool:
    """Whether a binding of the module gives something a name that is not its own."""
    if module.facts.blocks[binding.block].fallback:
        return False
    if binding.kind == BindingKind.IMPORT:
        imported = module.facts.imports[binding.ref]
        return imported.asname is not None and imported.name.rpartition(".")[2] != imported.asname
    return binding.alias and module.facts.uses[binding.ref].path[-1] != binding.name


def _stranger(module: Module, number: int, canonical: Canonical, index: Index) -> str | None:
    """The dotted name of what an alias stands for, unless that is the canonical or known to be deprecated."""
    known = index.once(marks, None)
    traces = index.bound(module, number)
    if not traces or is_allowed(module, canonical.name, canonical) or module.home in canonical.homes:
        return None
    for trace in traces:
        if trace.last in canonical.places or known.deprecation_of(trace, index) is not None:
            return None
    last = traces[0].last
    home = index.module(last.home) if last.home else None
    if module.home != module.path or last == Place(module.path, canonical.name):
        return None
    return f"{home.name}.{last.name}".rstrip(".") if home else last.name


RULE = Rule("SSOT202", "same-name-definition", Severity.WARNING, __doc__, check)
