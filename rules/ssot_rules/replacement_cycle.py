"""A replacement that is itself deprecated, or replacements that go in a circle.

## What it does
Follows, in `ssot.toml`, the replacement of every deprecated entry: its `use`, or its concept's canonical. Reports one
that another entry deprecates, and circles of them (A → B → A) once, at the first entry.

## Why is this bad?
Whoever follows the advice gets the next finding at the same place; in a circle that never ends.

## Example
```toml
[[concepts.execution-engine.deprecated]]
path = "app.engine.Engine"
use = "app.engine_v2.Engine"

[[concepts.execution-engine.deprecated]]
path = "app.engine_v2.Engine"
use = "app.agents.UserExecutionEngine"
```
Use instead:
```toml
[[concepts.execution-engine.deprecated]]
path = "app.engine.Engine"
use = "app.agents.UserExecutionEngine"
```

## Fix safety
Where the replacements lead to something that is not deprecated, the fix writes that into the entry. It is safe: it
changes no code, and the advice it gives is what following the old one would have come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from ssot_rules.contract import Diagnostic, Fix, Related, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.marks import Deprecation, marks
from ssot_rules.registry import Key
from ssot_rules.registry_edits import new_value


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every replacement that is itself deprecated, one for all of a circle."""
    entries = index.once(marks, None).deprecations
    by_path = {known.entry.path: known for known in entries}
    seen: set[str] = set()
    for known in entries:
        way = _way(known, by_path)
        following = by_path.get(known.replacement)
        if following is None:
            continue
        last = way[-1].replacement
        if last not in by_path:
            message = f"`{known.replacement}` is itself deprecated: use `{last}`"
            yield _diagnostic(known, message, following, index, last)
        elif last == known.entry.path and known.entry.path not in seen:
            seen.update(step.entry.path for step in way)
            circle = " → ".join(f"`{step.entry.path}`" for step in (*way, known))
            message = f"the replacements go in a circle: {circle}; give one of them another `use`"
            yield _diagnostic(known, message, following, index, None)


def _way(start: Deprecation, by_path: Mapping[str, Deprecation]) -> list[Deprecation]:
    """The entries that the replacements lead through, the first one included, until they end or repeat."""
    way = [start]
    while (following := by_path.get(way[-1].replacement)) is not None and following not in way:
        way.append(following)
    return way


def _diagnostic(known: Deprecation, message: str, following: Deprecation, index: Index, use: str | None) -> Diagnostic:
    key = (*_key(known), "path" if known.entry.use is None else "use")
    return Diagnostic(
        span=index.source.value_span(*key),
        message=message,
        concept=known.concept_name,
        repair=None if use is None or known.entry.use is None else partial(_repair, known, use),
        places=(
            Related(*index.source.place(*_key(following), "path"), "deprecated by this entry"),
            *index.source.elsewhere(*key),
        ),
    )


def _repair(known: Deprecation, use: str, index: Index) -> Fix | None:
    edit = new_value(index.source, (*_key(known), "use"), f'"{use}"')
    return None if edit is None else Fix(f"Replace it by `{use}`", (edit,))


def _key(known: Deprecation) -> Key:
    return ("concepts", known.concept_name, "deprecated", known.number)


RULE = Rule("SSOT404", "replacement-cycle", Severity.ERROR, __doc__, check_registry=check_registry)
