"""A canonical path, or a replacement, that resolves to nothing.

## What it does
Reports, in `ssot.toml`, a `canonical` or `use` path that names no module, class, function or constant of the
workspace. A path into another distribution that is not installed in the workspace's environment cannot be judged
and is no finding.

## Why is this bad?
The registry tells everyone to import something that does not exist. No fix is offered while that is so, because
it would break the code.

## Example
```toml
[concepts.user]
canonical = "app.modles.User"
```
Use instead:
```toml
[concepts.user]
canonical = "app.models.User"
```

## Fix safety
There is no fix; the message names the nearest thing that exists.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.marks import is_misspelt
from ssot_rules.registry import Key


def check(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every path of the registry that should exist and does not."""
    for name, concept in index.registry.concepts.items():
        paths: list[tuple[Key, str]] = [(("concepts", name, "canonical"), concept.canonical)]
        for number, entry in enumerate(concept.deprecated):
            if entry.use:
                paths.append((("concepts", name, "deprecated", number, "use"), entry.use))
        for key, dotted in paths:
            if index.exists(dotted) is False or is_misspelt(dotted, index):
                message = f"`{dotted}` does not exist{_hint(dotted, index)}"
                yield Diagnostic(index.source.value_span(*key), message, concept=name, canonical=concept.canonical)


def _hint(dotted: str, index: Index) -> str:
    """What may have been meant: another home of the same name, or a similar name in the same home."""
    name = dotted.rpartition(".")[2]
    homes = [
        f"{module.name}.{definition.qualname}"
        for module in index.candidates()
        for _, definition in module.facts.definitions.about((name,))
        if definition.name == name and definition.scope == 0
    ]
    if homes:
        return f"; did you mean `{homes[0]}`?"
    where, rest = index.split(dotted)
    traces = index.find(where)
    module = index.module(traces[0].last.home)
    if module is None or not rest:
        return ""
    from difflib import get_close_matches

    similar = get_close_matches(rest[0], sorted(set(module.facts.names())), 1)
    missing = f": `{where}` has no `{rest[0]}`"
    return f"{missing}; did you mean `{where}.{similar[0]}`?" if similar else missing


RULE = Rule("SSOT402", "canonical-not-found", Severity.ERROR, __doc__, check_registry=check)
