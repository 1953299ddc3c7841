"""A call that constructs a deprecated class.

## What it does
Reports calls of a deprecated class, under whatever name and through whatever module it is reached. Calls of a
deprecated function are [`deprecated-reference`](deprecated-reference.md).

## Why is this bad?
A redirect wrapper that can still be constructed keeps the old behaviour alive: the import may look harmless,
the instance is not the one that the team decided on.

## Example
```python
from app import engine

runner = engine.ExecutionEngine(context)
```
Use instead:
```python
from app.user_engine import UserExecutionEngine

runner = UserExecutionEngine(context)
```

## Fix safety
The fix is that of [`deprecated-import`](deprecated-import.md): the import and its uses change together. It is
unsafe when an argument of a call does not bind to the replacement's constructor, and says which.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index, Module
from ssot_rules.references import constructs, diagnostic, names, unwanted_references


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every call that constructs a deprecated class."""
    for reference in unwanted_references(module, index):
        if constructs(reference, index):
            old, new = names(reference, index)
            message = f"`{old.rpartition('.')[2]}` is deprecated, construct `{new}`"
            yield diagnostic(reference, message, module, index)


RULE = Rule("SSOT103", "deprecated-instantiation", Severity.WARNING, __doc__, check)
