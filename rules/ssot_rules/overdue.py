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
from ssot_rules.lifecycle import (
    Standing,
    counted_in_words,
    is_here,
    is_over,
    is_spelled,
    is_used_at_home,
    standings,
)
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
            diagnostic = standing.diagnostic("remove-by", f"{what}, and {_what_is_left(standing, index)}", index)
            yield finished(standing, diagnostic) if standing.is_unused else diagnostic


def _what_is_left(standing: Standing, index: Index) -> str:
    if not standing.is_certain:
        return "it is still there"
    if is_used_at_home(standing.deprecation, index):
        return "only its own module uses it any more"
    if is_spelled(standing.deprecation, index):
        return "nothing uses it any more: delete it"
    return "nothing uses or spells it any more: this entry can go"


RULE = Rule("SSOT405", "overdue", Severity.ERROR, __doc__, check_registry=check_registry)
