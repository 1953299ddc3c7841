"""An ignore comment without a reason, where the team asks for one.

## What it does
Where the registry says `reasons = true` under `[suppressions]`, reports the comments that silence a rule of ssot and
do not say why: `# ssot: ignore[...]` without ` -- ` and words behind it, and `# noqa: SSOT...`, which has no place for
them.

## Why is this bad?
Who comes upon the comment later cannot tell whether it still has to be there.

## Example
```python
from app.engine import ExecutionEngine  # ssot: ignore[SSOT101]
```
Use instead:
```python
from app.engine import ExecutionEngine  # ssot: ignore[SSOT101] -- proves the old path until March
```

## Fix safety
There is no fix: only people know the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index, Module


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every comment that gives no reason."""
    if index.registry.suppressions.reasons:
        for comment in module.facts.suppressions:
            if comment.reason is None:
                listed = ", ".join(comment.codes) or "CODE"
                message = f"this comment does not say why: write `# ssot: ignore[{listed}] -- reason`"
                yield Diagnostic(comment.span, message)


RULE = Rule("SSOT902", "bare-suppression", Severity.WARNING, __doc__, check)
