"""An import that goes round a boundary.

## What it does
Reports imports by which one part of the code (`from`) reaches another (`to`) other than through the bridge that the
registry names, or at all where it names none: directly, in a function, or through a module that passes the name on. A
package and its glob (`app.agents`, `app.agents.*`) both stand for the package with all that is in it; `to` may be a
package of somebody else, or a single definition.

What the bridge passes on may be used, and the bridge itself may import what it likes. Imports for type checkers alone
count, as they do for import-linter, unless `type-checking` is false.

## Why is this bad?
A boundary that can be gone round is none: whatever the bridge sees to (isolation of users, order, access) is missing
where it was not asked, and the part behind it can no longer be changed alone.

## Example
```toml
[[boundaries]]
from = "app.websocket.*"
to = "app.agents.*"
through = "app.services.agent_bridge"
reason = "all traffic between the two crosses the bridge"
```
```python
# app/websocket/handlers.py
from app.agents.user_engine import UserExecutionEngine
```
Use instead:
```python
# app/websocket/handlers.py
from app.services import agent_bridge
```

## Fix safety
Where the bridge passes on the very same object under the same name, the fix imports it from there; it is safe unless
that closes an import cycle. Otherwise there is no fix: what the bridge offers instead, only people know.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from ssot_rules.bans import holds_for
from ssot_rules.contract import Diagnostic, Fix, Related, Rule, Severity, because
from ssot_rules.facts import ImportStatement
from ssot_rules.globs import lies_in
from ssot_rules.index import Index, Module, Place, Trace, absolute_path, dotted
from ssot_rules.registry import Boundary, Registry
from ssot_rules.replace import replace_reference, target_at


class _Fence(NamedTuple):
    """A boundary that holds for a module."""

    number: int
    boundary: Boundary

    def crossed_at(self, trace: Trace, index: Index) -> str | None:
        """The dotted path at which a trace is across, if it comes by no bridge."""
        for place in trace.places:
            path = dotted(place, index)
            if self.boundary.through is not None and lies_in(self.boundary.through, path):
                return None
            if lies_in(self.boundary.to, path):
                return path
        return None


def _has_boundaries(registry: Registry) -> bool:
    return bool(registry.boundaries)


def _fences(path: str, index: Index) -> tuple[_Fence, ...]:
    """The boundaries that hold for a file: on the near side, and no bridge."""
    return index.once(_fences_of, path)


def _fences_of(path: str, index: Index) -> tuple[_Fence, ...]:
    name = index.name_of(path)
    return tuple(
        _Fence(number, boundary)
        for number, boundary in enumerate(index.registry.boundaries)
        if lies_in(boundary.from_, name)
        and not lies_in(boundary.to, name)
        and not (boundary.through is not None and lies_in(index.split(boundary.through)[0], name))
        and holds_for(boundary, path, index)
    )


def grounds(path: str, index: Index) -> frozenset[str] | None:
    """See `Rule.grounds`. What a file of the workspace passes on is more than outlines show."""
    fences = _fences(path, index)
    if not fences:
        return frozenset()
    outline = index.outline(path)
    if not outline.is_clear:
        return None
    for module, names in outline.asks:
        if index.home(module, path) != "" or _is_across(module, names, fences):
            return None
    return frozenset()


def _is_across(module: str, names: tuple[str, ...], fences: tuple[_Fence, ...]) -> bool:
    """Whether a module of another package, or one of some names in it, is across."""
    paths = (module, *(f"{module}.{name}" for name in names))
    return any(lies_in(fence.boundary.to, path) for fence in fences for path in paths)


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every imported name that is across a boundary."""
    fences = _fences(module.path, index)
    if not fences or _stays_on_its_side(module, fences, index):
        return
    for number, imported in module.facts.imports.about(("import",)):
        statement = module.facts.statements[imported.statement]
        for_types = module.is_stub or module.facts.blocks[statement.block].type_checking
        for fence in fences:
            if for_types and not fence.boundary.type_checking:
                continue
            traces = _traces(number, module, index)
            across = next(filter(None, (fence.crossed_at(trace, index) for trace in traces)), None)
            if across is not None:
                yield _diagnostic(fence, across, number, module, index)
                break


def _stays_on_its_side(module: Module, fences: tuple[_Fence, ...], index: Index) -> bool:
    """Whether it turns out, without reading the file itself, that no import of it is across."""
    outline = index.outline(module.path)
    if not outline.is_clear:
        return False
    for spelled, names in outline.asks:
        home = index.home(spelled, module.path)
        if home == "":
            if _is_across(spelled, names, fences):
                return False
        elif home is None or any(_may_cross(home, name, fences, index) for name in names or ("*",)):
            return False
    return True


def _may_cross(home: str, name: str, fences: tuple[_Fence, ...], index: Index) -> bool:
    crossed = index.once(_crossed, Place(home, name))
    return bool(crossed) and any(fence.number in crossed for fence in fences)


def _crossed(place: Place, index: Index) -> frozenset[int]:
    """The boundaries that whoever imports a name of a module crosses; `*` is the module itself."""
    traces = _behind(place.home, place.name, index)
    every = map(_Fence._make, enumerate(index.registry.boundaries))
    return frozenset(
        fence.number for fence in every if any(fence.crossed_at(trace, index) is not None for trace in traces)
    )


def _traces(number: int, module: Module, index: Index) -> tuple[Trace, ...]:
    """Where an imported name leads."""
    imported = module.facts.imports[number]
    statement = module.facts.statements[imported.statement]
    is_plain = statement.module is None
    home = index.home(imported.name if is_plain else _spelled(statement), module.path)
    return _behind(home, "*" if is_plain else imported.name, index) if home else index.imported(module, number)


def _spelled(statement: ImportStatement) -> str:
    return "." * statement.level + (statement.module or "")


def _behind(home: str, name: str, index: Index) -> tuple[Trace, ...]:
    """Where a name of a module leads; `*` is the module itself."""
    if name == "*":
        return (Trace((Place(home, ""),)),)
    if index.once(_is_defined_there, Place(home, name)):
        return (Trace((Place(home, name),)),)
    return index.below(Place(home, ""), name)


def _is_defined_there(place: Place, index: Index) -> bool:
    """Whether a name of a module is certainly that of a class or function of its own: this reads no definition."""
    module = index.module(place.home)
    if module is None or index.submodule(place.home, place.name) or len(module.facts.starts) == 1:
        return False
    return bool(module.facts.parts_about((place.name,))) and not (
        module.facts.binding_parts_about((place.name, "__getattr__")) or module.facts.stars
    )


def _diagnostic(fence: _Fence, across: str, number: int, module: Module, index: Index) -> Diagnostic:
    boundary = fence.boundary
    imported = module.facts.imports[number]
    statement = module.facts.statements[imported.statement]
    spelled = _spelled(statement)
    source = absolute_path(spelled, module.name, is_package=module.is_package) if spelled else None
    direct = source is None or imported.name == "*" or across in {source, f"{source}.{imported.name}"}
    what = f"`{across}`" if direct else f"`{imported.name}` is `{across}`, which"
    how = f"reach it through `{boundary.through}`" if boundary.through is not None else "nothing may cross it"
    entry = index.source.value_span("boundaries", fence.number, "to")
    return Diagnostic(
        span=imported.span,
        message=because(f"{what} is across a boundary, {how}", boundary.reason),
        repair=None if boundary.through is None else partial(_go_through, module, number, boundary.through),
        places=(Related(index.source.path, entry, "the boundary is this entry's"),),
    )


def _go_through(module: Module, number: int, bridge: str, index: Index) -> Fix | None:
    """The fix that takes the same object from the bridge."""
    imported = module.facts.imports[number]
    if module.facts.statements[imported.statement].module is None or imported.name == "*":
        return None
    instead = f"{bridge}.{imported.name}"
    wanted, offered = index.imported(module, number), index.find(instead)
    if {trace.last for trace in wanted} != {trace.last for trace in offered} or any(it.missing for it in offered):
        return None
    return replace_reference(module, (number, None, 0), target_at(instead, index), index)


RULE = Rule(
    "SSOT305",
    "boundary-bypass",
    Severity.WARNING,
    __doc__,
    check,
    grounds=grounds,
    is_wanted=_has_boundaries,
)
