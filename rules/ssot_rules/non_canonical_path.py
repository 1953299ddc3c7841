"""The canonical symbol imported through a re-export or shim.

## What it does
Reports imports, and attributes of modules, that reach a concept's canonical definition by another path than the
one that the registry names. When the canonical path is a package's public face, code inside that package may
import the definition directly.

## Why is this bad?
Every further path is one more thing to keep working when the code moves, and one more place that looks as if it
were the home of the class. Tests that patch one path miss the code that came through another.

## Example
```toml
[concepts.user]
canonical = "app.models.User"
```
```python
from app.api import User  # app/api.py imports it from app.models
```
Use instead:
```python
from app.models import User
```

## Fix safety
The fix is safe: both paths lead to the same object.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Span
from ssot_rules.index import Index, Module, Trace
from ssot_rules.marks import Canonical, defined_here, marks
from ssot_rules.relevance import relevant
from ssot_rules.replace import Where, replace_reference, target_at


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every detour to a canonical definition."""
    for number in relevant(module, index).imports:
        imported = module.facts.imports[number]
        canonical = _detour(index.imported(module, number), module, index)
        if canonical is not None and imported.name != "*":
            yield _diagnostic(canonical, imported.span, (number, None, 0), module)
    for number in relevant(module, index).uses:
        use = module.facts.uses[number]
        for segment, traces in enumerate(index.used(module, number)):
            by_import = segment == 0 and use.bindings  # found at the import already
            canonical = None if by_import else _detour(traces, module, index)
            if canonical is not None:
                span = Span(use.spans[0].start, use.spans[segment].end)
                yield _diagnostic(canonical, span, (None, number, segment), module)
                break


def _detour(traces: tuple[Trace, ...], module: Module, index: Index) -> Canonical | None:
    """The canonical that the traces reach by a path that is not its own."""
    known = index.once(marks, None)
    for trace in traces:
        for canonical in known.canonicals.values():
            if (
                canonical.is_bypassed(trace)
                and trace.last.home
                and "." not in trace.first.name  # what a subclass inherits is reached by the subclass's path
                and known.deprecation_of(trace, index) is None
                and module.home not in canonical.homes
                and not (trace.first in canonical.places and _inside_face(canonical, module, index))
            ):
                return canonical
    return None


def _inside_face(canonical: Canonical, module: Module, index: Index) -> bool:
    """Whether a module lies in the package whose public face the canonical path is."""
    face = index.module(canonical.traces[0].first.home)
    return face is not None and face.is_package and module.name.startswith(f"{face.name}.")


def _diagnostic(canonical: Canonical, span: Span, where: Where, module: Module) -> Diagnostic:
    path = canonical.concept.canonical
    return Diagnostic(
        span=span,
        message=f"`{canonical.name}` lives in `{path.rpartition('.')[0]}`",
        concept=canonical.concept_name,
        canonical=path,
        repair=lambda index: replace_reference(module, where, target_at(path, index), index),
        evidence=partial(defined_here, path),
    )


RULE = Rule("SSOT102", "non-canonical-path", Severity.WARNING, __doc__, check)
