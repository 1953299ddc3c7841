"""A call on the ban list, or a form of import that is on it.

## What it does
Reports every call of what a `[[bans]]` table names, whatever it is called on the way: under an alias, through a module
that passes it on, as an inherited member. What is handed on instead of called (`run_later(time.sleep, 1)`), a
decorator, and another name for it (`pause = time.sleep`) are findings as well; an import alone is none, and neither are
annotations, checks (`isinstance`, `except`) and what merely reads an attribute of it.

- A builtin is banned by its name: `call = "print"`. Where the name means something else, a parameter, a definition, an
  import or what a star import may bring, it is no finding.
- A whole module, or a glob such as `"requests.*"`, bans what is called and what decorates, by the path that the file
  itself takes.
- `import = "relative"` bans `from . import x`.

`in` and `except` say for which files a ban holds, `role` whether for production code or tests. It never holds in the
file of the banned function itself, nor in that of its replacement, which may call what it replaces.

## Why is this bad?
The team decided so, for the `reason` that the message gives: a call that blocks the event loop, output that belongs
into the log.

## Example
```toml
[[bans]]
call = "asyncio.sleep"
use = "app.core.loop_safe.sleep"
in = ["app/"]
reason = "deadlocks on Windows event loops"
```
```python
import asyncio


async def wait() -> None:
    await asyncio.sleep(1)
```
Use instead:
```python
from app.core.loop_safe import sleep


async def wait() -> None:
    await sleep(1)
```

## Fix safety
With `use`, the fix calls that instead. It is safe where both functions are in the workspace and the new one takes every
call and gives the same kind of result; a function of another package, or a builtin, cannot be compared, and the fix
says so. A relative import is made absolute, which is safe: both lead to the same module.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ssot_rules.absence import star_may_bring
from ssot_rules.bans import BannedCall, banned_calls, holds_for
from ssot_rules.contract import Diagnostic, Edit, Fix, Related, Rule, Severity, because
from ssot_rules.facts import ImportStatement, Role, Use
from ssot_rules.index import Index, Module, Trace, absolute, dotted
from ssot_rules.marks import defined_here
from ssot_rules.registry import Form, Registry
from ssot_rules.relevance import parts_naming, relevant
from ssot_rules.replace import replace_builtin, replace_reference, target_at

_CALLING = frozenset({Role.CALL, Role.DECORATOR})
_PASSING = frozenset({Role.LOAD, Role.ALIAS})
"""What hands a function on to be called later."""


def check_calls(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every use of what must not be called."""
    in_force = [ban for ban in index.once(banned_calls, None) if ban.holds_in(module, index)]
    if not in_force or module.is_stub:
        return
    for number, use in _uses(module, in_force, index):
        traces = index.used(module, number)[-1]
        for ban in in_force:
            called = _called(ban, use, traces, module, index)
            if called is not None:
                yield _diagnostic(ban, called, number, module, index)
                break


def _uses(module: Module, in_force: list[BannedCall], index: Index) -> Iterator[tuple[int, Use]]:
    """The uses that could be of something banned, in order."""
    facts = module.facts
    numbers = set(relevant(module, index).uses)
    for ban in in_force:
        if ban.builtin is not None:
            name = ban.builtin
            parts = facts.once(parts_naming, name)
            numbers.update(number for number, _ in facts.uses.in_parts(parts, lambda use: use.path == (name,)))  # noqa: B023
    for number in sorted(numbers):
        use = facts.uses[number]
        if use.role in _CALLING or use.role in _PASSING:
            yield number, use


def _called(ban: BannedCall, use: Use, traces: tuple[Trace, ...], module: Module, index: Index) -> str | None:
    """The dotted path of what a use calls against a ban, or hands on to be called; None where it does not."""
    if ban.builtin is not None and use.path == (ban.builtin,) and not use.bindings:
        return None if traces or star_may_bring(module, ban.builtin, index) else ban.builtin
    if ban.pattern is not None and (use.role not in _CALLING or not use.bindings):
        return None
    hits = [place for trace in traces if (place := ban.hit(trace, module, index)) is not None]
    if not hits or any(trace.last in ban.replaced for trace in traces):
        return None
    return ban.builtin or (ban.call if ban.pattern is None else dotted(hits[0], index))


def _diagnostic(ban: BannedCall, called: str, number: int, module: Module, index: Index) -> Diagnostic:
    instead = ban.entry.use
    return Diagnostic(
        span=module.facts.uses[number].span,
        message=ban.said(called),
        canonical=instead,
        repair=None if instead is None else partial(_replace, module, number, ban, instead),
        evidence=None if instead is None else partial(defined_here, instead),
        places=(_entry(ban.number, "call", index),),
    )


def _entry(number: int, key: str, index: Index) -> Related:
    return Related(index.source.path, index.source.value_span("bans", number, key), "banned by this entry")


def _replace(module: Module, number: int, ban: BannedCall, instead: str, index: Index) -> Fix | None:
    use = module.facts.uses[number]
    if index.exists(instead) is False:
        return None
    target = target_at(instead, index)
    if use.path == (ban.builtin,) and not use.bindings:
        return replace_builtin(module, use, target, index)
    return replace_reference(module, (None, number, len(use.path) - 1), target, index)


# -- relative imports -----------------------------------------------------------------------------------------


def _bans_imports(registry: Registry) -> bool:
    return any(ban.import_ is not None for ban in registry.bans)


def _ban_of_relative_imports(path: str, index: Index) -> int | None:
    """The number of the first ban of relative imports that holds for a file."""
    return next(
        (
            number
            for number, ban in enumerate(index.registry.bans)
            if ban.import_ is Form.RELATIVE and holds_for(ban, path, index)
        ),
        None,
    )


def grounds(path: str, index: Index) -> frozenset[str] | None:
    """See `Rule.grounds`."""
    if _ban_of_relative_imports(path, index) is None:
        return frozenset()
    outline = index.outline(path)
    is_absolute = outline.is_clear and not any(ask.module.startswith(".") for ask in outline.asks)
    return frozenset() if is_absolute else None


def check_imports(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every relative import where those are banned."""
    number = _ban_of_relative_imports(module.path, index)
    if number is None:
        return
    ban = index.registry.bans[number]
    for _, statement in module.facts.statements.about(("import",)):
        if statement.level > 0:
            yield Diagnostic(
                span=statement.module_span,
                message=because("relative imports are banned", ban.reason),
                repair=partial(_make_absolute, module, statement),
                places=(_entry(number, "import", index),),
            )


def _make_absolute(module: Module, statement: ImportStatement, index: Index) -> Fix | None:
    source = absolute(module, statement)
    if source is None or source.partition(".")[0] != module.name.partition(".")[0]:  # it leads above the top
        return None
    span = statement.module_span
    lead = "" if module.text[span.start - 1].isspace() else " "  # `from.import x`
    tail = "" if module.text[span.end].isspace() else " "
    edit = Edit(module.path, span, f"{lead}{source}{tail}")
    return Fix(f"Import from `{source}`", (edit,), _objection(source, module, index))


def _objection(source: str, module: Module, index: Index) -> str | None:
    """Why an absolute import may lead elsewhere than the relative one."""
    name = next((name for name in index.names_of(module.path) if name != module.name), None)
    if name is not None:
        return f"the file can be imported as `{name}`, too"
    if index.home(source, module.path) is None and not index.may_exist(source, module.path):
        return f"there is no module `{source}`"
    return None


RULE = Rule(
    "SSOT108",
    "banned-call",
    Severity.WARNING,
    __doc__,
    check_imports,
    grounds=grounds,
    is_wanted=_bans_imports,
    check_related=check_calls,
)
