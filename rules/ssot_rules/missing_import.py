"""A registered name that is used and bound nowhere.

## What it does
Reports uses of a name that ends a path of the registry, canonical or deprecated, where nothing gives it a meaning: no
import, definition, assignment, parameter or loop in any scope around it, no builtin, and no star import that could
bring it. A file that makes names at run time (`__getattr__`, `globals()`, `exec`) has no such finding, nor has code
that is prepared for a `NameError`.

## Why is this bad?
The code fails with a `NameError` as soon as it runs. It is what is left where an import was taken away, by a merge
or by a replacement that knew the text and not the code.

## Example
```toml
[concepts.engine]
canonical = "app.engines.Engine"
```
```python
def start() -> None:
    Engine().run()
```
Use instead:
```python
from app.engines import Engine


def start() -> None:
    Engine().run()
```

## Fix safety
The fix imports the canonical definition at the top of the file, once for all uses; of a deprecated name it brings the
replacement. There is none where the registry has several definitions of that name. It is unsafe where the workspace
defines the name in other places, too, or some code sets it from outside, where the new import would close a cycle,
and where the replacement of a deprecated name could not take its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ssot_rules.absence import BUILTINS, star_may_bring
from ssot_rules.contract import Diagnostic, Fix, Rule, Severity
from ssot_rules.facts import Role, ScopeKind, Use
from ssot_rules.index import Index, Module, Trace
from ssot_rules.marks import defined_here, targets_by_name
from ssot_rules.registry import Concept
from ssot_rules.relevance import is_imported_at_margin, relevant
from ssot_rules.replace import bring_name, target_at

_MAGIC = "\x1f%"
"""In the text of a notebook: a line for IPython, which may bring any name (see `workspace.notebook`)."""


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every use of a registered name that nothing binds."""
    targets = index.once(targets_by_name, None)
    found: dict[str, list[Use]] = {}
    for number in relevant(module, index).uses:
        use = module.facts.uses[number]
        if use.path[0] in targets and not use.bindings:
            found.setdefault(use.path[0], []).append(use)
    for name, uses in found.items():
        if not _may_be_bound(module, name, uses, index):
            for use in uses:
                yield _diagnostic(use, tuple(uses), targets[name], module, index)


def _is_expected(use: Use, module: Module) -> bool:
    """Whether the code is prepared for the name to be missing, or makes it in ways that cannot be seen: it deletes
    the name, or a metaclass may know it."""
    if "NameError" in module.facts.blocks[use.block].caught or (use.role == Role.STORE and len(use.path) == 1):
        return True
    around = module.facts.scopes[use.scope]
    if around.kind != ScopeKind.CLASS:
        return False
    owners = module.facts.definitions.about((around.qualname.rpartition(".")[2],), lambda it: it.inner >= 0)
    return any(owner.inner == use.scope and (owner.opaque or owner.metaclass) for _, owner in owners)


def _may_be_bound(module: Module, name: str, uses: list[Use], index: Index) -> bool:
    """Whether the name may mean something for all that."""
    return (
        any(_is_expected(use, module) for use in uses)
        or name in BUILTINS
        or module.facts.dynamic
        or _MAGIC in module.text
        or is_imported_at_margin(module.text, name)
        or module.facts.problem_about((name,)) is not None
        or star_may_bring(module, name, index)
    )


def _diagnostic(use: Use, uses: tuple[Use, ...], targets: frozenset[str], module: Module, index: Index) -> Diagnostic:
    name = use.path[0]
    target = next(iter(targets)) if len(targets) == 1 else None
    if target is None:
        return Diagnostic(use.spans[0], f"`{name}` is bound nowhere; it may be one of {_listed(targets)}")
    home, _, last = target.rpartition(".")
    advice = f"import it from `{home}`" if last == name and home else f"use `{target}`"
    concept = next((known for known, it in index.registry.concepts.items() if _speaks_of(it, target)), None)
    return Diagnostic(
        span=use.spans[0],
        message=f"`{name}` is bound nowhere; {advice}",
        concept=concept,
        canonical=target,
        repair=partial(_repair, module, uses, target),
        evidence=partial(defined_here, target),
    )


def _listed(targets: frozenset[str]) -> str:
    return ", ".join(f"`{target}`" for target in sorted(targets))


def _speaks_of(concept: Concept, target: str) -> bool:
    return target in {concept.canonical, *(entry.use for entry in concept.deprecated)}


def _repair(module: Module, uses: tuple[Use, ...], target: str, index: Index) -> Fix | None:
    return bring_name(module, uses, target_at(target, index), _once_meant(uses[0].path[0], index), index)


def _once_meant(name: str, index: Index) -> tuple[Trace, ...]:
    """What a deprecated name leads to, where the registry knows it as deprecated alone."""
    concepts = index.registry.concepts.values()
    if any(concept.canonical.rpartition(".")[2] == name for concept in concepts):
        return ()
    paths = (entry.path for concept in concepts for entry in concept.deprecated)
    return tuple(trace for path in paths if path.rpartition(".")[2] == name for trace in index.find(path))


RULE = Rule("SSOT109", "missing-import", Severity.ERROR, __doc__, check)
