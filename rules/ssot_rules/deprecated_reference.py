"""Any other use of something deprecated.

## What it does
Reports uses of a deprecated class, function, constant or module that the more special rules leave: annotations,
`isinstance`, decorators, attributes, aliases, and calls of a deprecated function.

## Why is this bad?
Each use is a place that has to change before the old implementation can be removed, and one that a search for
import statements does not find.

## Example
```python
from app.engine import ExecutionEngine

def run(engine: ExecutionEngine) -> None: ...
```
Use instead:
```python
from app.user_engine import UserExecutionEngine

def run(engine: UserExecutionEngine) -> None: ...
```

## Fix safety
The fix is that of [`deprecated-import`](deprecated-import.md). It is unsafe when a member that is used does not
exist on the replacement, when a type check would ask for a different class, or when a constant may have another
value.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Role
from ssot_rules.index import Index, Module
from ssot_rules.references import constructs, diagnostic, names, unwanted_references


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every use that neither constructs nor inherits."""
    for reference in unwanted_references(module, index):
        if reference.use is not None and reference.role != Role.BASE and not constructs(reference, index):
            old, new = names(reference, index)
            message = f"`{old.rpartition('.')[2]}` is deprecated, use `{new}`"
            yield diagnostic(reference, message, module, index)


RULE = Rule("SSOT105", "deprecated-reference", Severity.WARNING, __doc__, check)
