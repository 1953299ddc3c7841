"""An import that reaches a deprecated symbol or module, by any path.

## What it does
Follows every import, through re-exports, shims, aliases and star imports, and reports those that reach a path
that the registry lists as deprecated.

## Why is this bad?
The team has decided on another implementation. As long as the old one is imported, both live on: bugs are
fixed in one of them, and new code copies whichever it finds first.

## Example
```toml
[concepts.execution-engine]
canonical = "app.user_engine.UserExecutionEngine"

[[concepts.execution-engine.deprecated]]
path = "app.engine.ExecutionEngine"
```
```python
from app.engine import ExecutionEngine

engine = ExecutionEngine(context)
```
Use instead:
```python
from app.user_engine import UserExecutionEngine

engine = UserExecutionEngine(context)
```

## Fix safety
The fix rewrites the import and every use of the name in the file. It is safe when both paths lead to the same
object, or when the replacement takes every call that the file makes, offers every public member of the old
class, and adds no import cycle. Otherwise the fix is unsafe and its title says why.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index, Module
from ssot_rules.references import diagnostic, names, unwanted_references


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every import of something deprecated."""
    for reference in unwanted_references(module, index):
        if reference.imported is not None:
            old, new = names(reference, index)
            message = f"`{old}` is deprecated, use `{new}`"
            yield diagnostic(reference, message, module, index)


RULE = Rule("SSOT101", "deprecated-import", Severity.WARNING, __doc__, check)
