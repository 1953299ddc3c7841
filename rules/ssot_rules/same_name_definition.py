"""The canonical's name defined again elsewhere, or twice in one file, or given to something else by an alias.

## What it does
Reports definitions that have the very name of a concept's canonical implementation but are not it, a second
definition of the canonical in its own file, and imports or assignments that give the name to something else
(`from x import Y as ExecutionEngine`, `ExecutionEngine = make_engine()`). Re-exports, overloads, fallbacks for a
failed import, platform branches, members of classes, and what `allow` or `unrelated` list are no findings.

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
Nothing is fixed unasked: which definition survives is for people to decide. The editor offers the decisions, and
`--choose` takes one, as for SSOT201.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ssot_rules.authorship import is_written_elsewhere
from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Binding, BindingKind, Definition, DefinitionKind
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.marks import SORTS, Canonical, marks
from ssot_rules.rivals import Claim, claim_of, is_allowed, rival_diagnostic, rivalry

_CLAIMED = "the canonical one is"
_MADE = re.compile(r"[ \t]*(?::[^=\r\n]*)?=(?!=)(?![ \t]*(?:\w+\.)*(?:TypeVar|TypeVarTuple|ParamSpec)\b)")
"""Behind a name that an assignment gives what an expression makes, other than a type parameter."""


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every other thing that has a canonical's name."""
    names = index.once(_names, None)
    yield from _definitions(module, names, index)
    for number, binding in module.facts.bindings.about(names, lambda known: known.scope == 0 and known.name in names):
        claim = _own_claim(binding.name, None, index)
        if claim is None or not _gives_away(number, binding, module):
            continue
        stranger = _stranger(module, number, claim.canonical, index)
        if stranger is not None:
            path = claim.canonical.concept.canonical
            message = f"`{binding.name}` is given to {stranger}, {_CLAIMED} `{path}`"
            yield rival_diagnostic(binding.span, claim.canonical, message, index, claim.score, (module, binding.name))


def _definitions(module: Module, names: frozenset[str], index: Index) -> Iterator[Diagnostic]:
    first: dict[str, Definition] = {}
    for _, definition in module.facts.definitions.about(names, lambda known: known.name in names):
        claim = _own_claim(definition.name, definition, index)
        if claim is None:
            continue
        before = first.setdefault(definition.qualname, definition)
        if _is_repetition(definition, before, module, claim.canonical):
            message = f"`{definition.name}` is defined twice in this file: this definition hides the one above"
            yield rival_diagnostic(definition.name_span, claim.canonical, message, index, claim.score)
        elif before is definition and _is_another(definition, module, index):
            message = f"`{definition.name}` is defined again, {_CLAIMED} `{claim.canonical.concept.canonical}`"
            about = module, definition.qualname
            yield rival_diagnostic(definition.name_span, claim.canonical, message, index, claim.score, about)


def _names(_: None, index: Index) -> frozenset[str]:
    """What the canonicals are called."""
    return frozenset(canonical.name for canonical in index.once(marks, None).canonicals.values())


def _own_claim(name: str, definition: Definition | None, index: Index) -> Claim | None:
    """The claim of something that has a canonical's very name."""
    claim = claim_of(name, None if definition is None else SORTS.get(definition.kind), index)
    return claim if claim is not None and not claim.words else None


def _is_repetition(definition: Definition, first: Definition, module: Module, canonical: Canonical) -> bool:
    """Whether a definition hides an earlier one of the canonical, in the same run of statements."""
    return (
        definition is not first
        and Place(module.path, definition.qualname) in canonical.places
        and definition.kind == first.kind
        and definition.kind != DefinitionKind.CONSTANT
        and definition.block == first.block
        and not first.decorators
        and not definition.decorators
    )


def _is_another(definition: Definition, module: Module, index: Index) -> bool:
    """Whether a definition is another one than the canonical: not what stands in for it where it is missing, and not
    what an alias gives a name, which is a finding itself."""
    claim = rivalry(definition, module, index)
    if claim is None:
        return False
    if definition.scope != 0:
        return True
    others = list(module.facts.named(definition.name))
    if any(module.facts.bindings[number].alias for number in others):
        return False
    return not (
        module.facts.blocks[definition.block].conditional and _means_canonical(module, others, claim.canonical, index)
    )


def _means_canonical(module: Module, bindings: list[int], canonical: Canonical, index: Index) -> bool:
    """Whether one of several bindings brings the canonical: `if fast: from app import X` and `else: class X`."""
    return any(
        trace.last in canonical.places
        for number in bindings
        if module.facts.bindings[number].kind == BindingKind.IMPORT
        for trace in index.bound(module, number)
    )


def _gives_away(number: int, binding: Binding, module: Module) -> bool:
    """Whether a binding of the module gives something a name that is not its own."""
    if module.facts.blocks[binding.block].fallback or binding.is_none:
        return False
    if binding.kind == BindingKind.IMPORT:
        imported = module.facts.imports[binding.ref]
        return imported.asname is not None and imported.name.rpartition(".")[2] != imported.asname
    if binding.alias:
        path = module.facts.uses[binding.ref].path
        return len(path) > 1 or path[-1] != binding.name
    return _is_made(number, binding, module)


def _is_made(number: int, binding: Binding, module: Module) -> bool:
    """Whether a name is given what an expression makes: `Engine = make_engine()`. In tests that is a double."""
    if binding.kind != BindingKind.VARIABLE or module.is_test or not _MADE.match(module.text, binding.span.end):
        return False
    return any(
        known.name_span == binding.span and known.value == "?" for _, known in module.facts.definitions.beside(number)
    )


def _is_followed(module: Module, binding: Binding, traces: Iterable[Trace]) -> bool:
    """Whether it is known what an alias gives a name that is the last of its own: `Engine = lib.Engine` does nothing
    but say where from if `lib` is what cannot be told."""
    path = module.facts.uses[binding.ref].path
    own = Place(module.path, binding.name)
    return path[-1] != binding.name or any(
        trace.last.name.rpartition(".")[2] == binding.name and trace.last != own and not trace.missing
        for trace in traces
    )


def _stranger(module: Module, number: int, canonical: Canonical, index: Index) -> str | None:
    """What has the canonical's name, in words, unless that is the canonical, or another concept's that is called the
    same, or known to be deprecated."""
    known = index.once(marks, None)
    binding = module.facts.bindings[number]
    own = {place for namesake in known.by_name[canonical.name] for place in namesake.places}
    if module.home != module.path or is_written_elsewhere(module) or module.home in {place.home for place in own}:
        return None
    if is_allowed(module, canonical.name, canonical):
        return None
    is_made = binding.kind != BindingKind.IMPORT and not binding.alias
    if is_made or module.facts.blocks[binding.block].conditional:
        others = [other for other in module.facts.named(binding.name) if other != number]
        if _means_canonical(module, others, canonical, index):
            return None
    if is_made:
        return None if canonical.kind in {DefinitionKind.CONSTANT, None} else "something else"
    traces = index.bound(module, number)
    if not traces or (binding.alias and not _is_followed(module, binding, traces)):
        return None
    for trace in traces:
        if trace.last in own or known.deprecation_of(trace, index) is not None:
            return None
    last = traces[0].last
    if last == Place(module.path, canonical.name):
        return None
    home = index.module(last.home) if last.home else None
    return f"`{home.name}.{last.name}`".replace(".`", "`") if home else f"`{last.name}`"


RULE = Rule("SSOT202", "same-name-definition", Severity.WARNING, __doc__, check)
