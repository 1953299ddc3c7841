"""A class that inherits from a deprecated class.

## What it does
Reports deprecated classes among the bases of a class.

## Why is this bad?
A subclass is one more implementation of what should have one, and it cannot be migrated by changing an import:
it relies on what it inherits. Finding these early keeps the old class removable.

## Example
```python
from app.engine import ExecutionEngine

class AuditedEngine(ExecutionEngine): ...
```
Use instead:
```python
from app.user_engine import UserExecutionEngine

class AuditedEngine(UserExecutionEngine): ...
```

## Fix safety
Safe only when the old path leads to the very class that the new one names. A different base class may lack what
the subclass relies on, so that fix is unsafe.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Role
from ssot_rules.index import Index, Module
from ssot_rules.references import diagnostic, names, unwanted_references


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every class that inherits from a deprecated class."""
    for reference in unwanted_references(module, index):
        if reference.use is not None and reference.role == Role.BASE:
            old, new = names(reference, index)
            message = f"`{old.rpartition('.')[2]}` is deprecated, inherit from `{new}`"
            yield diagnostic(reference, message, module, index)


RULE = Rule("SSOT104", "deprecated-subclass", Severity.WARNING, __doc__, check)
