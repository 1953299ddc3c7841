"""A file that is imported under two names.

## What it does
Reports imports that call a module otherwise than its own name, where other imports call it, or the package that it
lies in, by that: `backend.app.models` beside `app.models`, `src.app` beside `app`. The own name is the one that the
layout of the workspace gives (`source-roots` in `[workspace]` say where packages start). Relative imports take no side.
Scripts that import each other from their own folder are not reported, tests that do so are; what else tests have on
their path is read from `pythonpath` in pytest's settings and from a `conftest.py` that adds to `sys.path`, where its
text says which folder.

## Why is this bad?
Python runs the file once for each name. So there are two of each class, and `isinstance` and `except` do not know the
other one's; two of each registry, cache and singleton; and what is patched under one name stays as it was under the
other.

## Example
```python
from backend.app.models import User  # everything else imports it from `app.models`
```
Use instead:
```python
from app.models import User
```

## Fix safety
The fix spells the import with the module's own name. It is unsafe: from then on the file uses the other copy, which is
the point, but may be felt; and the own name has to be importable wherever the file runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from ssot_rules.contract import Diagnostic, Edit, Fix, Related, Rule, Severity
from ssot_rules.index import NAMESPACE, Index, Module
from ssot_rules.outline import Ask
from ssot_rules.replace import replace_reference, target_at

_INIT = "/__init__.py"
_SOURCE = ".py"


class Call(NamedTuple):
    """What a file calls another one."""

    dotted: str
    home: str

    @property
    def place(self) -> str:
        """The path of the module without its extension."""
        return self.home.removesuffix(_INIT).removesuffix(_SOURCE)


class Calls(NamedTuple):
    """What a file calls others, in absolute imports."""

    own: frozenset[str]
    """Those that it calls by their own names."""
    otherwise: frozenset[Call]
    """What it calls the others."""


def suspects(index: Index) -> frozenset[str]:
    """See `Rule.suspects`."""
    return frozenset(
        path
        for path in index.files
        if any(_shared(call, index) is not None for call in index.seen(_calls, path).otherwise)
    )


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every import that calls a module otherwise than others do."""
    told: set[int] = set()
    for number, name in module.facts.imports.about(("import",)):
        statement = module.facts.statements[name.statement]
        if statement.level or name.statement in told:
            continue
        ask = Ask(name.name, ()) if statement.module is None else Ask(statement.module, (name.name,))
        for call in _called(ask, module.path, index):
            shared = _shared(call, index) if call.dotted != index.name_of(call.home) else None
            if shared is None or (not module.is_test and _is_beside(call, module.path)):
                continue
            if statement.module is not None:
                told.add(name.statement)
            yield Diagnostic(
                span=name.name_span if statement.module is None else statement.module_span,
                message=f"`{call.dotted}` is `{index.name_of(call.home)}`: this name makes a second copy of "
                f"`{index.name_of(shared)}`, with other classes and other state",
                canonical=index.name_of(call.home),
                repair=partial(_repair, module, number, call),
                evidence=partial(_evidence, shared),
            )
            break


def _calls(path: str, index: Index) -> Calls:
    """What a file calls others; to be asked for with `Index.seen`."""
    own: set[str] = set()
    otherwise: set[Call] = set()
    for ask in _asks(path, index):
        for call in _called(ask, path, index):
            if call.dotted == index.once(_own_name, call.home):
                own.add(call.home)
            else:
                otherwise.add(call)
    return Calls(frozenset(own), frozenset(otherwise))


def _asks(path: str, index: Index) -> Iterator[Ask]:
    """The absolute imports of a file."""
    outline = index.outline(path)
    if outline.is_clear:
        yield from (ask for ask in outline.asks if ask.module[0] != ".")
        return
    module = index.module(path)
    for _, name in module.facts.imports.about(("import",)) if module is not None else ():
        statement = module.facts.statements[name.statement] if module is not None else None
        if statement is not None and not statement.level:
            yield Ask(statement.module or name.name, (name.name,) if statement.module is not None else ())


def _own_name(home: str, index: Index) -> str:
    return index.name_of(home)


def _called(ask: Ask, path: str, index: Index) -> Iterator[Call]:
    """What an absolute import calls modules of the workspace: itself, and those that it takes from it."""
    home = index.home(ask.module, path)
    if not home:
        return
    if home.endswith(_SOURCE):
        yield Call(ask.module, home)
    if home.endswith((NAMESPACE, _INIT)):
        for name in ask.names:
            inner = index.home(f"{ask.module}.{name}", path) if index.submodule(home, name) else None
            if inner and inner.endswith(_SOURCE):
                yield Call(f"{ask.module}.{name}", inner)


def _shared(call: Call, index: Index) -> str | None:
    """The file that a call makes a second copy of: that of the module, or of the nearest package around it, that some
    file calls by its own name."""
    known = index.once(_called_by_own_name, None)
    return next((home for home in (call.home, *_around(call.place, call.dotted, index)) if home in known), None)


def _around(place: str, dotted: str, index: Index) -> Iterator[str]:
    """The files of the packages that are run before a module when it is called so."""
    for _ in range(dotted.count(".")):
        place = place.rpartition("/")[0]
        if index.has_file(place + _INIT):
            yield place + _INIT


def _called_by_own_name(_: None, index: Index) -> Mapping[str, str]:
    """The files that others call by their own names, or run for that, each with the first file that does so."""
    known: dict[str, str] = {}
    for path in index.files:
        for home in index.seen(_calls, path).own:
            known.setdefault(home, path)
    for home, path in sorted(known.items()):
        call = Call(index.once(_own_name, home), home)
        for package in _around(call.place, call.dotted, index):
            known.setdefault(package, path)
    return known


def _is_beside(call: Call, path: str) -> bool:
    """Whether a file finds a module because it lies in the folder from which it is called so, as a script does."""
    folder = call.place.removesuffix(call.dotted.replace(".", "/")).rstrip("/")
    return folder != "" and folder == path.rpartition("/")[0]


def _evidence(shared: str, index: Index) -> tuple[Related, ...]:
    """Where a file is called by its own name."""
    module = index.module(index.once(_called_by_own_name, None).get(shared, ""))
    if module is None:
        return ()
    for _, name in module.facts.imports.about(("import",)):
        statement = module.facts.statements[name.statement]
        ask = Ask(statement.module or name.name, (name.name,) if statement.module is not None else ())
        for call in _called(ask, module.path, index) if not statement.level else ():
            is_own = call.dotted == index.name_of(call.home)
            if is_own and shared in (call.home, *_around(call.place, call.dotted, index)):
                span = name.name_span if statement.module is None else statement.module_span
                return (Related(module.path, span, f"`{index.name_of(shared)}` is imported by its own name here"),)
    return ()


def _repair(module: Module, number: int, call: Call, index: Index) -> Fix | None:
    facts = module.facts
    name = facts.imports[number]
    statement = facts.statements[name.statement]
    own = index.name_of(call.home)
    why = f"this file uses the other copy then, and `{own.partition('.')[0]}` has to be importable wherever it runs"
    title = f"Import `{own}` by its own name"
    if statement.module is None and name.asname is not None:
        return Fix(title, (Edit(module.path, name.name_span, own),), why)
    if statement.module == call.dotted:
        return Fix(title, (Edit(module.path, statement.module_span, own),), why)
    fix = replace_reference(module, (number, None, 0), target_at(own, index), index)
    return None if fix is None else fix._replace(title=title, unsafe=why)


RULE = Rule("SSOT301", "module-identity", Severity.WARNING, __doc__, check, suspects=suspects)
