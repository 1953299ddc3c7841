"""A definition that is the concept by name and is not the canonical one.

## What it does
Reports classes and functions whose name fits one of the concept's `names` patterns. When several concepts'
patterns fit, the most specific one decides. Protocols, abstract bases, fallbacks for a failed import, test
doubles (`Mock…`, `Fake…`, `Stub…`) in tests, deprecated definitions, and what `allow` lists are no findings.

## Why is this bad?
Two implementations of one idea drift apart. Whoever reads or fixes one does not know of the other, and each
caller has to guess which of them is meant.

## Example
```toml
[concepts.execution-engine]
canonical = "app.user_engine.UserExecutionEngine"
names = ["*ExecutionEngine"]
```
```python
# app/isolated.py
class IsolatedExecutionEngine: ...
```
Use the canonical class, make the variant a parameter of it, or list the definition under `allow` with the reason
why it is accepted.

## Fix safety
There is no fix: which implementation survives is for people to decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index, Module
from ssot_rules.rivals import concept_by_name, is_rival, rival_diagnostic


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every rival by name."""
    for _, definition in module.facts.definitions.about(
        index.fragments, lambda known: concept_by_name(known.name, index) is not None
    ):
        canonical = concept_by_name(definition.name, index)
        if (
            canonical is not None
            and canonical.name != definition.name
            and is_rival(definition, module, canonical, index)
        ):
            yield rival_diagnostic(
                definition.name_span,
                canonical,
                f"`{definition.name}` competes with `{canonical.concept.canonical}`, the `{canonical.concept_name}` "
                f"of this code base",
                index,
            )


RULE = Rule("SSOT201", "competing-implementation", Severity.WARNING, __doc__, check)
