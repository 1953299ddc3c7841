"""A deprecated path that no longer exists and that nothing uses.

## What it does
Reports, in `ssot.toml`, a deprecated entry whose path would lie in the workspace and is not there, when no import, use
or string of any file speaks of it either, not even in files that may use it (`except`), and no file uses its name
without an import, or imports it from where it is not. A member of a class may be reached through an instance, so its
name must not stand behind a dot anywhere. Entries of a registry that this one extends may be needed by others, and are
never stale here.

## Why is this bad?
The migration is done. An entry that is left makes every reader of the registry look for something that is gone; and
if the path comes back some day for another reason, it is deprecated at once.

## Example
```toml
[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"      # deleted last year
```
Remove the entry.

## Fix safety
The fix removes the entry, and is safe: no finding depends on it. Comments around the entry stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ssot_rules.contract import Diagnostic, Fix, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.lifecycle import Standing, is_gone, missed, standings
from ssot_rules.registry import Deprecated
from ssot_rules.registry_edits import removal


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every entry that has nothing left to speak of."""
    for standing in standings(index):
        is_needed = not standing.is_unused or standing.is_shared(index)
        if not is_needed and is_gone(standing.entry, index) and not _is_missed(standing.entry, index):
            message = f"`{standing.entry.path}` does not exist any more and nothing uses it: remove this entry"
            yield replace(standing.diagnostic("path", message, index), repair=partial(_repair, standing))


def _is_missed(entry: Deprecated, index: Index) -> bool:
    """Whether its name is used somewhere without an import, or imported from where it is not: then the entry says what
    to import instead (SSOT109, SSOT306)."""
    return entry.path.rpartition(".")[2] in index.gather(missed)


def _repair(standing: Standing, index: Index) -> Fix | None:
    edit = removal(index.source, standing.key)
    return None if edit is None else Fix(f"Remove the entry for `{standing.entry.path}`", (edit,))


RULE = Rule("SSOT403", "stale-entry", Severity.WARNING, __doc__, check_registry=check_registry)
