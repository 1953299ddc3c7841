"""Fewer uses of something deprecated than its `max-uses`.

## What it does
Reports, in `ssot.toml`, a `max-uses` that is higher than the number of uses that are left. A member of a class may be
reached through an instance, which nobody can count: its limit is left alone while its name stands behind a dot
anywhere, as are limits that other workspaces share (`extends`).

## Why is this bad?
The difference is room for new uses that nobody would notice. A limit that follows the number down keeps every step
of the migration.

## Example
```toml
[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"
max-uses = 120                    # 87 are left
```
Use instead:
```toml
[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"
max-uses = 87
```

## Fix safety
The fix writes the present number in place of the old one, and is safe: no use that is there becomes an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ssot_rules.contract import Diagnostic, Fix, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.lifecycle import Standing, counted_in_words, standings
from ssot_rules.registry_edits import new_value


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic at the `max-uses` of every entry that has fewer."""
    for standing in standings(index):
        most, left = standing.entry.max_uses, len(standing.counted(index))
        if most is not None and left < most and standing.is_certain and not standing.is_shared(index):
            message = f"`max-uses` is {most}, and {counted_in_words(left) if left else 'no use is'} left: lower it"
            repair = partial(_repair, standing, left)
            yield replace(standing.diagnostic("max-uses", message, index), repair=repair)


def _repair(standing: Standing, left: int, index: Index) -> Fix | None:
    edit = new_value(index.source, (*standing.key, "max-uses"), str(left))
    return None if edit is None else Fix(f"Lower `max-uses` to {left}", (edit,))


RULE = Rule("SSOT407", "loose-limit", Severity.HINT, __doc__, check_registry=check_registry)
