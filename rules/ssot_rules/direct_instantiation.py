"""A class constructed outside the factory that the registry names.

## What it does
Reports calls that make an instance of a concept whose `construct` says what alone does so: calls of the canonical
class, under whatever name and through whatever module it is reached, and of classes that inherit from it, whose
instances are of the concept, too. A subclass that `allow` accepts, or `unrelated` says is something else, may be
constructed anywhere.

No findings are the module of the factory (of a whole package, if `construct` names one), what a class does in its own
body (`cls()`, its own name, `super().__init__()`; the canonical class may make its subclasses there, too), deprecated
wrappers of the class, and what only hands the class on: `partial(Engine)`, `map(Engine, ...)`, an annotation. Tests may
construct it unless `construct-in-tests` is false.

## Why is this bad?
A factory is there because an instance needs more than its constructor knows: one for each user, a limit, somebody who
disposes of it. An instance made beside it has none of that.

## Example
```toml
[concepts.execution-engine]
canonical = "app.agents.user_engine.UserExecutionEngine"
construct = "app.agents.engine_factory.ExecutionEngineFactory.create"
```
```python
from app.agents.user_engine import UserExecutionEngine

engine = UserExecutionEngine(context)
```
Use instead:
```python
from app.agents.engine_factory import ExecutionEngineFactory

engine = ExecutionEngineFactory().create(context)
```

## Fix safety
There is no fix: where the factory comes from, and whether an instance is shared, only people know. Fixes of other
rules that would construct the class beside its factory are unsafe, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ssot_rules.contract import Diagnostic, Related, Rule, Severity
from ssot_rules.factories import Maker, is_class, maker_instead, makers
from ssot_rules.facts import Role
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import defined_here, marks
from ssot_rules.relevance import relevant


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every call that makes an instance where that is the factory's."""
    if module.is_stub or all(maker.may_construct(module) for maker in index.once(makers, None)):
        return
    known = index.once(marks, None)
    for number in relevant(module, index).uses:
        use = module.facts.uses[number]
        traces = index.used(module, number)[-1] if use.role == Role.CALL else ()
        places = {trace.last for trace in traces if known.deprecation_of(trace, index) is None}
        if not traces or len(places) != 1 or not is_class(place := min(places), index):
            continue
        maker = maker_instead(place, use, module, index)
        if maker is not None:
            yield _diagnostic(maker, place, number, module, index)


def _diagnostic(maker: Maker, place: Place, number: int, module: Module, index: Index) -> Diagnostic:
    canonical = maker.canonical
    name = place.name.rpartition(".")[2]
    kind = "" if place in maker.classes else f" (a kind of `{canonical.name}`)"
    entry = index.source.value_span("concepts", canonical.concept_name, "construct")
    return Diagnostic(
        span=module.facts.uses[number].span,
        message=f"`{name}`{kind} is constructed directly: `{maker.path}` makes every `{canonical.concept_name}`",
        concept=canonical.concept_name,
        canonical=canonical.concept.canonical,
        evidence=partial(defined_here, maker.path),
        places=(Related(index.source.path, entry, "by this entry"),),
    )


RULE = Rule("SSOT107", "direct-instantiation", Severity.WARNING, __doc__, check)
