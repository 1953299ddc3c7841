"""An import, or the target of a patch, that names nothing.

## What it does
Reports imports of the workspace's own modules that do not exist, imports of names that their module does not have,
and strings given to `mock.patch` or `monkeypatch` that name something a module of the workspace does not have.

Whatever may be there counts as there: what a `try` with `except ImportError` or a `pytest.raises` is prepared for,
names that a module makes with `__getattr__`, `globals()` or `setattr`, what an unknown star import may bring,
compiled, generated and excluded modules, stubs, modules that are put into `sys.modules`, and namespace packages of
which other distributions may hold a part.

## Why is this bad?
The import fails: at once, or when the function that holds it is called for the first time. A test that patches what
is not there fails, too, or was skipped long ago.

## Example
```python
from app.engine import Runner  # app/engine.py has none: it is defined in app/runners.py now
```
Use instead:
```python
from app.runners import Runner
```

## Fix safety
A fix is offered where exactly one target is right: the registry's path of that name, the module that has moved (the
only one whose path ends alike, with all the names that are imported), or the only place in the workspace that defines
the name. It is unsafe where nothing but the name says that this place is meant, and where the new import would close
a cycle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from ssot_rules.absence import BUILTINS, CATCHING, STUB, expecting, is_expected, lacks, missing_module
from ssot_rules.contract import Change, Diagnostic, Edit, Fix, Related, Rule, Severity
from ssot_rules.facts import BindingKind, DottedString, ImportedName, ImportStatement, Role, Use
from ssot_rules.index import NAMESPACE, Index, Module, absolute_path
from ssot_rules.marks import defined_here, marks, targets_by_name
from ssot_rules.outline import BLANK, Ask
from ssot_rules.references import is_unwanted
from ssot_rules.replace import redirect_import, target_at

_PATCHES = frozenset({"patch", "setattr", "delattr"})
_FORGIVING = frozenset({"create", "raising"})
"""Arguments that let a patch make what is not there."""
_OPENING = re.compile(r"\([ \t\r\n]*(?:\w+[ \t]*=[ \t]*)?[rRuU]?[\"']")


def grounds(path: str, index: Index) -> frozenset[str] | None:
    """See `Rule.grounds`."""
    outline = index.outline(path)
    if not outline.is_clear:
        return None
    found: set[str] = set()
    for module, names in outline.asks:
        home = index.home(module, path)
        if home is None or (home and not _offers_all(home, names, path, index)):
            return None
        found.add(home)
    for target in outline.targets:
        home, name = _patched(target, path, index)
        if name and not _offers_all(home, (name,), "", index):
            return None
        found.add(home)
    return frozenset(found)


def _offers_all(home: str, names: tuple[str, ...], importer: str, index: Index) -> bool:
    """Whether the outline of a module shows all of some names; it may be a namespace package, and what a module
    imports from itself its outline does not show."""
    if home.endswith(STUB):
        return True
    known = BLANK if home.endswith(NAMESPACE) or not names or home == importer else index.outline(home)
    return known.has("__getattr__") or all(
        known.has(name) or name == "*" or index.submodule(home, name) for name in names
    )


def _asks_for_what_is_there(module: Module, index: Index) -> bool:
    """Whether it turns out, without reading the file itself, that nothing that it asks for is missing."""
    outline = index.outline(module.path)
    return (
        outline.is_clear
        and all(_is_there(ask, module, index) for ask in outline.asks)
        and not any(_is_missing_target(target, module, index) for target in outline.targets)
    )


def _is_there(ask: Ask, module: Module, index: Index) -> bool:
    home = index.home(ask.module, module.path)
    if home is None:
        return _missing_part(ask.module, module, index) is None
    return not home or not any(name != "*" and lacks(home, name, module.path, index) for name in ask.names)


def _missing_part(spelled: str, module: Module, index: Index) -> str | None:
    dotted = absolute_path(spelled, module.name, is_package=module.is_package)
    return None if dotted is None else missing_module(dotted, module.path, index)


def _is_missing_target(target: str, module: Module, index: Index) -> bool:
    home, name = _patched(target, module.path, index)
    return name != "" and name not in BUILTINS and lacks(home, name, module.path, index)


def _patched(target: str, path: str, index: Index) -> tuple[str, str]:
    """The longest module of a dotted path and the name behind it; empty texts for what is outside the workspace or
    not there."""
    parts = target.split(".")
    for end in range(len(parts), 0, -1):
        home = index.home(".".join(parts[:end]), path)
        if home is not None:
            return home, parts[end] if home and end < len(parts) else ""
    return "", ""


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every import, and every target of a patch, that names nothing."""
    if _asks_for_what_is_there(module, index):
        return
    yield from _imports(module, index)
    yield from _targets(module, index)


# -- imports --------------------------------------------------------------------------------------------------


class _Import(NamedTuple):
    """One imported name, and how its module is spelled."""

    number: int
    name: ImportedName
    statement: ImportStatement
    module: str
    """With dots in front where it is relative."""
    wanted: str | None
    """The name that is taken from it; None for a plain import."""


def _imports(module: Module, index: Index) -> Iterator[Diagnostic]:
    known = [_read(number, name, module) for number, name in module.facts.imports.about(("import",))]
    expected = {
        key
        for found in known
        if is_expected(found.statement, module)
        for key in ((found.module, found.wanted), (found.module,))
    }
    told: set[int] = set()
    for found in known:
        if found.name.statement in told or is_expected(found.statement, module):
            continue
        home = index.home(found.module, module.path)
        if home is None:
            missing = None if (found.module,) in expected else _missing_module(found, module, index)
            if missing is not None and not _is_deprecated(module, found.number, index):
                told |= {found.name.statement} if found.wanted else set()
                yield missing
        elif (
            (found.module, found.wanted) not in expected
            and _is_missing(found, home, module, index)
            and not _is_deprecated(module, found.number, index)
        ):
            yield _missing_name(found, home, module, index)


def _read(number: int, name: ImportedName, module: Module) -> _Import:
    statement = module.facts.statements[name.statement]
    if statement.module is None:
        return _Import(number, name, statement, name.name, None)
    return _Import(number, name, statement, "." * statement.level + statement.module, name.name)


def _is_deprecated(module: Module, number: int, index: Index) -> bool:
    """Whether an import is a finding of another rule, which knows what to use instead."""
    known = index.once(marks, None)
    found = (known.deprecation_of(trace, index) for trace in index.imported(module, number))
    return any(hit is not None and is_unwanted(hit[0].entry, module.path, index) for hit in found)


def _missing_module(found: _Import, module: Module, index: Index) -> Diagnostic | None:
    dotted = absolute_path(found.module, module.name, is_package=module.is_package)
    missing = _missing_part(found.module, module, index)
    if dotted is None or missing is None:
        return None
    numbers = _siblings(found, module)
    targets = _targets_of(dotted, numbers, module, index)
    return Diagnostic(
        span=found.name.name_span if found.wanted is None else found.statement.module_span,
        message=f"there is no module `{missing}`{_hint(targets)}",
        repair=partial(_repair, module, numbers, targets),
        evidence=partial(_evidence, targets),
    )


def _siblings(found: _Import, module: Module) -> tuple[int, ...]:
    """The numbers of the names that go with an import: all of a `from` import's, where its module is missing."""
    if found.wanted is None:
        return (found.number,)
    beside = module.facts.imports.beside(found.number)
    return tuple(number for number, name in beside if name.statement == found.name.statement)


def _names(numbers: tuple[int, ...], module: Module) -> tuple[str, ...]:
    """The names that are taken from a module; none for a plain import."""
    known = [module.facts.imports[number] for number in numbers]
    return tuple(name.name for name in known if module.facts.statements[name.statement].module is not None)


def _is_missing(found: _Import, home: str, module: Module, index: Index) -> bool:
    if not home or found.wanted in {None, "*"} or not lacks(home, found.name.name, module.path, index):
        return False
    is_typing = module.facts.blocks[found.statement.block].type_checking or module.path.endswith(STUB)
    return not (is_typing and not home.endswith(NAMESPACE) and index.has_stub(home))


def _missing_name(found: _Import, home: str, module: Module, index: Index) -> Diagnostic:
    name = found.name.name
    targets = (_target_of(name, module, index),)
    return Diagnostic(
        span=found.name.name_span,
        message=f"`{_called(home, index)}` has no `{name}`{_hint(targets)}",
        repair=partial(_repair, module, (found.number,), targets),
        evidence=partial(_evidence, targets),
    )


def _called(home: str, index: Index) -> str:
    """The dotted name of a module or namespace package."""
    known = index.module(home)
    return known.name if known is not None else home.removesuffix(NAMESPACE)


# -- what was meant -------------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """What an import that names nothing probably means."""

    dotted: str
    hint: str
    """What the message says of it."""
    doubt: str | None
    """Why something else may be meant."""


_BY_NAME = "only the name says that this one is meant"


def _targets_of(dotted: str, numbers: tuple[int, ...], module: Module, index: Index) -> tuple[_Found | None, ...]:
    """What each of the names means that are taken from a module that is missing, or what the module means itself."""
    names = _names(numbers, module)
    moved = _moved(dotted, names, module, index)
    if moved is None:
        return tuple(_target_of(name, module, index) if name != "*" else None for name in names or "*")
    hint = f"it is `{moved}` now"
    if not names or "*" in names:
        return (_Found(moved, hint, _BY_NAME),)
    return tuple(_Found(f"{moved}.{name}", hint, None) for name in names)


def _moved(dotted: str, names: tuple[str, ...], module: Module, index: Index) -> str | None:
    """Where a module has gone: to the only one whose path ends like its path, and that has all the names."""
    parts = dotted.split(".")
    ends = {other: _common_end(parts, other.split(".")) for other in index.modules(parts[-1])}
    longest = max(ends.values(), default=0)
    others = [other for other, shared in ends.items() if shared == longest]
    home = index.home(others[0], module.path) if len(others) == 1 else None
    if not home or home == module.path or any(lacks(home, name, module.path, index) for name in names if name != "*"):
        return None
    return others[0]


def _common_end(one: list[str], other: list[str]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((count for count, (mine, its) in enumerate(pairs) if mine != its), min(len(one), len(other)))


def _target_of(name: str, module: Module, index: Index) -> _Found | None:
    """What a name means: what the registry says, or else the only thing in the workspace that is called so."""
    paths = {path for path in index.once(targets_by_name, None).get(name, ()) if index.exists(path)}
    if paths:
        path = paths.pop()
        return None if paths else _Found(path, f"use `{path}`", None)
    homes = [home for home in index.once(_defining, name) if _is_reachable(home, module, index)]
    found = index.module(homes[0]) if len(homes) == 1 else None
    if found is None or found.path == module.path:
        return None
    return _Found(f"{found.name}.{name}", f"`{name}` is defined in `{found.name}`", _BY_NAME)


def _is_reachable(home: str, module: Module, index: Index) -> bool:
    """Whether a module may import from a file: tests are for tests alone."""
    found = index.module(home)
    return found is not None and found.is_test <= module.is_test and index.home(found.name, module.path) == home


def _defining(name: str, index: Index) -> tuple[str, ...]:
    """The files that define a name of their module, in order."""
    return tuple(path for path in index.offering(name) if _defines(path, name, index))


def _defines(path: str, name: str, index: Index) -> bool:
    module = index.module(path)
    if module is None:
        return False
    known = (module.facts.bindings[number] for number in module.facts.named(name))
    return any(it.kind != BindingKind.IMPORT and not it.alias and not it.is_none for it in known)


def _hint(targets: tuple[_Found | None, ...]) -> str:
    """What is known of where to find what is missing, as the end of a message."""
    return "".join(f"; {hint}" for hint in dict.fromkeys(found.hint for found in targets if found is not None))


def _evidence(targets: tuple[_Found | None, ...], index: Index) -> tuple[Related, ...]:
    return tuple(place for found in targets if found is not None for place in defined_here(found.dotted, index))


def _repair(module: Module, numbers: tuple[int, ...], targets: tuple[_Found | None, ...], index: Index) -> Fix | None:
    """The fix of one import, or of all names of a statement together."""
    changes: list[Change] = []
    doubts: list[str] = []
    for number, found in zip(numbers, targets, strict=True):
        fix = redirect_import(module, number, target_at(found.dotted, index), index) if found is not None else None
        if found is None or fix is None:
            return None
        changes += fix.changes
        doubts += filter(None, (fix.unsafe, found.doubt, _surprise(number, module, index)))
    names = dict.fromkeys(found.dotted for found in targets if found is not None)
    title = f"Import {' and '.join(f'`{name}`' for name in names)}"
    return Fix(title, tuple(dict.fromkeys(changes)), next(iter(doubts), None))


def _surprise(number: int, module: Module, index: Index) -> str | None:
    """Who would be surprised that the module can be imported."""
    if not module.facts.runs_at_import(module.facts.statements[module.facts.imports[number].statement]):
        return None
    other = expecting(module.path, index)
    return None if other is None else f"`{other}` is prepared for `{module.name}` to fail"


# -- targets of patches ---------------------------------------------------------------------------------------


def _targets(module: Module, index: Index) -> Iterator[Diagnostic]:
    wanted = frozenset(index.outline(module.path).targets)
    if not wanted:
        return
    texts = {text.span.start: text for _, text in module.facts.strings.about(wanted, lambda it: it.value in wanted)}
    for _, use in module.facts.uses.about(_PATCHES, lambda use: use.role == Role.CALL):
        opening = _OPENING.match(module.text, use.span.end)
        text = texts.get(opening.end()) if opening is not None else None
        if text is None or not _must_exist(use) or not CATCHING.isdisjoint(module.facts.blocks[use.block].caught):
            continue
        if _is_missing_target(text.value, module, index):
            home, name = _patched(text.value, module.path, index)
            yield _missing_target(text, home, name, module, index)


def _must_exist(use: Use) -> bool:
    """Whether a call patches, and fails if there is nothing to patch."""
    if use.call is None or use.call.double_star or not _FORGIVING.isdisjoint(word for word, _ in use.call.keywords):
        return False
    if use.path[-1] in {"setattr", "delattr"}:
        return len(use.path) > 1
    patcher = use.path[-1] if use.path[-1] == "patch" else use.path[-2] if use.path[-2:-1] == ("patch",) else ""
    owner = use.path[: use.path.index(patcher)][-1:] if patcher else ("?",)
    return not owner or any(word in owner[0].lower() for word in ("mock", "patch"))


def _missing_target(text: DottedString, home: str, name: str, module: Module, index: Index) -> Diagnostic:
    found = _target_of(name, module, index)
    return Diagnostic(
        span=text.span,
        message=f"`{_called(home, index)}` has no `{name}`{_hint((found,))}",
        repair=partial(_aim, module, text, f"{_called(home, index)}.{name}", found),
        evidence=partial(_evidence, (found,)),
    )


def _aim(module: Module, text: DottedString, missing: str, found: _Found | None, _: Index) -> Fix | None:
    if found is None:
        return None
    edit = Edit(module.path, text.span, found.dotted + text.value[len(missing) :])
    return Fix(f"Patch `{found.dotted}`", (edit,), "a patch has to be where the name is looked up")


RULE = Rule("SSOT306", "dangling-import", Severity.WARNING, __doc__, check, grounds=grounds)
