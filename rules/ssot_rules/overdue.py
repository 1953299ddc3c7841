"""A deprecated entry that is past its `remove-by`.

## What it does
Reports, in `ssot.toml`, a deprecated entry whose `remove-by` lies in the past while what it speaks of is still there,
or still used. What is left is said in the message; the first uses are shown beside it.

## Why is this bad?
The team said when the old way would be gone. Either that day has come and the work is not done, or the day has to be
another one: both are decisions, and neither is made by forgetting.

## Example
```toml
[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"
remove-by = 2026-03-01
```
Move the last uses to the replacement and delete the old one, or agree on another day.

## Fix safety
Where uses are left there is no fix here: theirs are at each of them. Where none is left, the fix and the choices are
those of [unused-deprecation](unused-deprecation.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.lifecycle import counted_in_words, is_here, is_over, standings
from ssot_rules.retirement import finished


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic at the `remove-by` of every entry that should be gone."""
    for standing in standings(index):
        if not is_over(standing.entry, index):
            continue
        what = f"`{standing.entry.path}` was to be removed by {standing.entry.remove_by}"
        if standing.uses:
            message = f"{what}, and {counted_in_words(len(standing.uses))} left"
            yield replace(standing.diagnostic("remove-by", message, index), evidence=standing.shown)
        elif is_here(standing.deprecation, index):
            message = f"{what}, and nothing uses it any more: delete it"
            yield finished(standing, standing.diagnostic("remove-by", message, index))


RULE = Rule("SSOT405", "overdue", Severity.ERROR, __doc__, check_registry=check_registry)
