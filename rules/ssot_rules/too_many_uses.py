"""More uses of something deprecated than its `max-uses`.

## What it does
Counts the imports, uses and strings that reach a deprecated path, those in files that may use it (`except`) left out,
and reports in `ssot.toml` that there are more than `max-uses`.

## Why is this bad?
A large migration takes months. The limit makes sure that nobody adds to it meanwhile: every new use has to take the
place of an old one. As the number falls, [loose-limit](loose-limit.md) lowers the limit after it.

## Example
```toml
[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"
max-uses = 120
```
Use the replacement in what was added.

## Fix safety
There is no fix here: each use has its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.lifecycle import standings


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic at the `max-uses` of every entry that has more."""
    for standing in standings(index):
        most = standing.entry.max_uses
        counted = standing.counted(index)
        if most is not None and len(counted) > most:
            uses, files = len(counted), len({used.path for used in counted})
            found = f"{uses} {'use' if uses == 1 else 'uses'} in {files} {'file' if files == 1 else 'files'}"
            accepted = f"{most or 'none'} {'is' if most < 2 else 'are'} accepted"
            message = f"`{standing.entry.path}` has {found}, {accepted}"
            evidence = standing._replace(uses=counted).shown
            yield replace(standing.diagnostic("max-uses", message, index), evidence=evidence)


RULE = Rule("SSOT406", "too-many-uses", Severity.ERROR, __doc__, check_registry=check_registry)
