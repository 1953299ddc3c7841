"""Modules that import each other in a loop while they are imported.

## What it does
Reports loops of imports that run at import time: imports in functions, under `if TYPE_CHECKING:`, under
`if __name__ == "__main__":` and in stubs close none. A module leads to another if importing it can run the other, or
takes a name from it. So the package around a module that is imported counts, whose `__init__.py` runs first, but not
the package around the importing module, which has begun to run whenever that does: `from package import module` in one
of its own modules is no part of a loop, `from package import name` is one.

Where many modules lead to each other, one loop is reported, the shortest (of several, the first in the alphabet); the
next one appears when that is gone. It is reported at the import that is cheapest to cut: one that goes through the
package for a name that another of its modules defines; one that only annotations use, or else only functions; then the
one that takes the fewest names.

## Why is this bad?
A module in a loop can be imported while it has only run in part, and then lacks names: which of them depends on the
module that a program, or a test, happens to import first. Many loops do no harm for years, until somebody sorts the
imports or imports one of the modules by itself. Where a module of the loop fails when it is the first to be imported,
the message says so.

## Example
```python
# app/engine.py
from app.report import Report

class Engine: ...

# app/report.py
from app.engine import Engine  # whichever is imported first fails: the other is not ready

def write(engine: Engine) -> None: ...
```
Use instead:
```python
# app/report.py
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.engine import Engine
```

## Fix safety
A name that another module of the package defines is imported from there: safe where that module does not lead back to
this one. An import that only annotations use moves to where the file imports for type checkers (`if TYPE_CHECKING:`),
which it may have to be given, and annotations become text (`from __future__ import annotations`); that is unsafe, as
something may read annotations at run time (`get_type_hints`, dataclasses, pydantic). An import that only functions use
people have to move into them: it then runs late, and fails late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from ssot_rules.contract import TOP, Bring, Change, Diagnostic, Edit, Fix, ImportChange, Related, Rule, Severity
from ssot_rules.facts import BindingKind, Role, ScopeKind, Span
from ssot_rules.import_loops import Loop, Step, loops, pairs, reached, steps
from ssot_rules.index import Index, Module, Trace
from ssot_rules.marks import marks
from ssot_rules.replace import redirect_import, target_at

_MANY = 4
"""So many modules or names are told; of more, the first ones and how many there are."""


class Need(IntEnum):
    """What an import is needed for, the less the cheaper it is to cut."""

    DETOUR = 0
    """Names that another module of the package defines."""
    ANNOTATIONS = 1
    FUNCTIONS = 2
    NOTHING = 3
    """Nothing in the file: it may be for others."""
    RUN = 4
    """The file itself uses it while it is imported."""
    OFFERED = 5
    """It is what the file offers to others, as a package does."""


class Cut(NamedTuple):
    """A place where a loop can be cut: all the imports by which one of its modules leads to the next."""

    need: Need
    size: int
    """How many names are imported."""
    path: str
    other: str


def suspects(index: Index) -> frozenset[str]:
    """See `Rule.suspects`."""
    return frozenset(cut.path for _, cut in index.once(_cuts, None))


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every loop that is best cut in this module."""
    for loop, cut in index.once(_cuts, None):
        if cut.path == module.path:
            known = steps(cut.path, cut.other, index)
            yield Diagnostic(
                span=_span(known),
                message=f"{_told(loop, index)}{_failing(loop, index)}; cut it here: {_why(cut, known, index)}",
                repair=partial(_repair, cut),
                evidence=partial(_evidence, loop, cut),
            )


def _cuts(_: None, index: Index) -> tuple[tuple[Loop, Cut], ...]:
    """Every loop with the best place to cut it."""
    return tuple(
        (loop, min(_cut(path, other, index) for path, other in pairs(loop.paths))) for loop in index.once(loops, None)
    )


def _cut(path: str, other: str, index: Index) -> Cut:
    known = steps(path, other, index)
    if _is_detour(path, other, known, index):
        return Cut(Need.DETOUR, len(known), path, other)
    needs = index.told(needed_for, path, tuple(step.name.local if step.statement.scope == 0 else "*" for step in known))
    return Cut(max(needs), len(known), path, other)


def _is_detour(path: str, other: str, known: Sequence[Step], index: Index) -> bool:
    """Whether a module takes from the package around it only what other modules of the workspace define."""
    module = index.module(path)
    return module is not None and all(
        step.statement.module is not None and step.name.name != "*" and _source(module, step, other, index)
        for step in known
    )


def _source(module: Module, step: Step, other: str, index: Index) -> str | None:
    """The module, not `other` and no package around this one, that defines what an import takes from `other`."""
    traces = index.imported(module, step.number)
    if any(place.name and index.submodule(place.home, place.name) for trace in traces for place in trace.places):
        return None  # a package's own module, or what it calls so later: that depends on when it is asked
    homes = {trace.last.home if trace.last.name and not trace.missing else "" for trace in traces}
    found = index.module(homes.pop()) if len(homes) == 1 else None
    if found is None or found.path in {other, module.path} or found.is_stub or found.is_package:
        return None
    folder = other.removesuffix("__init__.py")
    is_inside = folder != other and module.path.startswith(folder) and found.path.startswith(folder)
    return found.name if is_inside else None


def needed_for(module: Module, names: tuple[str, ...]) -> tuple[Need, ...]:
    """What the module needs imported names for."""
    return tuple(_need(module, name) for name in names)


def _need(module: Module, name: str) -> Need:
    if module.is_package:
        return Need.OFFERED
    facts = module.facts
    bindings = [facts.bindings[number] for number in facts.named(name)]
    if name == "*" or not facts.are_placed((name,)) or any(it.kind != BindingKind.IMPORT for it in bindings):
        return Need.RUN
    found = None
    for _, use in facts.uses.about((name,), lambda use: use.path[0] == name):
        if use.is_global and facts.is_use(use):
            need = Need.ANNOTATIONS if use.role == Role.ANNOTATION else _needed_in(module, use.scope)
            found = need if found is None else max(found, need)
    if any(entry.name == name for entry in facts.exports or ()):
        return Need.OFFERED
    return Need.NOTHING if found is None else found


def _needed_in(module: Module, scope: int) -> Need:
    scopes = module.facts.scopes
    while scope > 0:
        if scopes[scope].kind == ScopeKind.FUNCTION:
            return Need.FUNCTIONS
        scope = scopes[scope].parent
    return Need.RUN


# -- what fails -------------------------------------------------------------------------------------------------


class _Wanted(NamedTuple):
    """What one module takes from another that is there too late if the other is imported first."""

    path: str
    other: str
    name: str


def _failures(loop: Loop, index: Index) -> tuple[_Wanted, ...]:
    """What is missing for each module of a loop that certainly fails when it is imported before the others."""
    ways = [(path, other, steps(path, other, index)) for path, other in pairs(loop.paths)]
    if any(not index.told(_is_plain, path, tuple(step.number for step in known)) for path, _, known in ways):
        return ()
    found: list[_Wanted] = []
    for (path, other, known), (_, _, onward) in zip(ways, (*ways[1:], ways[0]), strict=True):
        names = tuple(step.name.name for step in known if step.statement.module is not None)
        numbers = tuple(step.number for step in onward)
        name = index.told(_late, other, (names, numbers)) if index.module(other) is not None else None
        if name is not None and not _is_begun_otherwise(other, loop, index):
            found.append(_Wanted(path, other, name))
    return tuple(found)


def _is_plain(module: Module, numbers: tuple[int, ...]) -> bool:
    """Whether the first of some imports runs whenever the module does, and nothing is prepared for it to fail."""
    statement = module.facts.statements[module.facts.imports[min(numbers)].statement]
    return statement.scope == 0 and statement.block == 0


def _late(module: Module, question: tuple[tuple[str, ...], tuple[int, ...]]) -> str | None:
    """The first of some names that the module certainly does not have before the first of some imports has run."""
    names, numbers = question
    facts = module.facts
    if facts.stars or facts.dynamic:
        return None
    until = min(facts.statements[facts.imports[number].statement].span.end for number in numbers)
    for name in names:
        known = facts.named(name)
        if known and all(facts.bindings[number].span.start > until for number in known):
            return name
    return None


def _is_begun_otherwise(path: str, loop: Loop, index: Index) -> bool:
    """Whether a package around a module, which is imported first, may import a module of the loop itself."""
    folders = path.removesuffix("/__init__.py").split("/")[:-1]
    packages = ("/".join((*folders[:end], "__init__.py")) for end in range(1, len(folders) + 1))
    return any(
        not index.once(reached, package).isdisjoint(loop.paths) for package in packages if index.has_file(package)
    )


# -- cutting ----------------------------------------------------------------------------------------------------


def _repair(cut: Cut, index: Index) -> Fix | None:
    """The fix that cuts a loop, where it is plain how."""
    module = index.module(cut.path)
    if module is None:
        return None
    known = steps(cut.path, cut.other, index)
    if cut.need == Need.DETOUR:
        return _import_from_source(module, known, index)
    return _move_to_type_checkers(module, known) if cut.need == Need.ANNOTATIONS else None


def _import_from_source(module: Module, known: Sequence[Step], index: Index) -> Fix | None:
    changes: list[Change] = []
    doubts: list[str] = []
    sources: dict[str, None] = {}
    for step in known:
        traces = index.imported(module, step.number)
        last = traces[0].last  # of `register = registry.register`, a method; what is imported is `register`
        place = next(place for place in traces[0].places if place.home == last.home)
        source = index.module(place.home)
        target = target_at(f"{index.name_of(place.home)}.{place.name}", index)
        fix = redirect_import(module, step.number, target, index)
        if source is None or fix is None:
            return None
        changes += fix.changes
        sources[f"`{source.name}`"] = None
        if index.depends(place.home, module.path):
            doubts.append(f"`{source.name}` leads back to this module")
        elif len(traces) > 1 or module.is_package:
            doubts.append("the name may mean several things, or others may count on the import")
        elif _is_unwanted(index.find(target.dotted), index):
            doubts.append(f"the registry wants `{place.name}` from elsewhere")
        elif not index.is_complete:
            doubts.append("the workspace is still being indexed")
    title = f"Import {_names(known)} from {_listed(list(sources))}"
    return Fix(title, tuple(dict.fromkeys(changes)), next(iter(doubts), None))


def _is_unwanted(traces: Iterable[Trace], index: Index) -> bool:
    """Whether a path is deprecated, or leads to something canonical that has another one."""
    known = index.once(marks, None)
    return any(
        known.deprecation_of(trace, index) is not None
        or any(canonical.is_bypassed(trace) for canonical in known.canonicals.values())
        for trace in traces
    )


def _move_to_type_checkers(module: Module, known: Sequence[Step]) -> Fix | None:
    """The fix that leaves an import to type checkers; None where its statement is not at the margin."""
    facts = module.facts
    if any(step.statement.block != 0 or step.statement.module is None for step in known):
        return None
    brought = [
        ("." * step.statement.level + (step.statement.module or ""), step.name.name, step.name.asname) for step in known
    ]
    bring: list[Bring] = []
    block = _block_for_type_checkers(module)
    edits: list[Edit] = []
    if block is not None:
        bring += [Bring(*names, block) for names in brought]
    else:
        if not facts.named("TYPE_CHECKING"):
            bring.append(Bring("typing", "TYPE_CHECKING", None, known[0].name.statement))
        edits.append(_new_block(module, brought))
    if not _is_future(module):
        bring.append(Bring("__future__", "annotations", None, TOP))
    change = ImportChange(module.path, tuple(step.number for step in known), tuple(bring))
    why = "something may read the annotations at run time, and would not find it"
    return Fix(f"Import {_names(known)} for type checkers alone", (change, *edits), why)


def _block_for_type_checkers(module: Module) -> int | None:
    """An import statement for type checkers at the margin of a module; None where there is none."""
    facts = module.facts
    for _, name in facts.imports.about(("TYPE_CHECKING",)):
        block = facts.blocks[facts.statements[name.statement].block]
        if block.type_checking and block.parent == 0:
            return name.statement
    return None


def _new_block(module: Module, brought: Sequence[tuple[str, str, str | None]]) -> Edit:
    """The lines of a block for type checkers, below the imports that a module begins with."""
    facts = module.facts
    newline = "\r\n" if "\r\n" in module.text else "\n"
    ends = [facts.statements[name.statement] for _, name in facts.imports_outside_functions()]
    end = max(statement.span.end for statement in ends if statement.block == 0)
    at = module.text.find("\n", end) + 1
    before = newline if at else newline * 2
    at = at or len(module.text)
    after = "" if module.text[at : at + 1] in {"", "\r", "\n"} else newline
    names: dict[str, list[str]] = {}
    for source, name, alias in brought:
        names.setdefault(source, []).append(f"{name} as {alias}" if alias else name)
    imports = [f"    from {source} import {', '.join(known)}" for source, known in names.items()]
    lines = ["if TYPE_CHECKING:", *imports]
    return Edit(module.path, Span(at, at), before + "".join(line + newline for line in lines) + after)


def _is_future(module: Module) -> bool:
    """Whether annotations are text already."""
    facts = module.facts
    return any(
        facts.statements[name.statement].module == "__future__" and name.name == "annotations"
        for _, name in facts.imports.about(("annotations",))
    )


# -- in words ---------------------------------------------------------------------------------------------------


def _span(known: Sequence[Step]) -> Span:
    """Where imports are reported: at the name if it is one, else at the first statement's module."""
    first = known[0]
    is_one = first.statement.module is None or len(known) == 1
    return first.name.name_span if is_one else first.statement.module_span


def _told(loop: Loop, index: Index) -> str:
    names = [_name(path, index) for path in loop.paths]
    if len(names) <= 2:
        return f"{' and '.join(names)} import each other"
    told = [*names[:_MANY], f"{len(names) - _MANY} more"] if len(names) > _MANY + 1 else names
    return f"{' → '.join((*told, names[0]))} is a loop of imports"


def _failing(loop: Loop, index: Index) -> str:
    found = _failures(loop, index)
    if not found:
        return ""
    first = found[0]
    who = "whichever is imported first fails"
    if len(found) < len(loop.paths):
        who = f"importing {_listed([_name(wanted.other, index) for wanted in found], 'or')} first fails"
    return f", and {who}: {_name(first.path, index)} needs `{first.name}` before {_name(first.other, index)} has it"


def _name(path: str, index: Index) -> str:
    module = index.module(path)
    return f"`{module.name}`" if module is not None else f"`{path}`"


def _why(cut: Cut, known: Sequence[Step], index: Index) -> str:
    names = _names(known)
    if cut.need == Need.DETOUR:
        return _detours(cut, known, index)
    if cut.need == Need.ANNOTATIONS:
        return f"only annotations use {names}"
    if cut.need == Need.FUNCTIONS:
        return f"only functions use {names}"
    if cut.need == Need.NOTHING:
        return f"nothing in this file uses {names}"
    return f"it takes only {names}"


def _names(known: Sequence[Step]) -> str:
    return _listed(list(dict.fromkeys(f"`{step.name.name}`" for step in known)))


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) > _MANY:
        names = [*names[: _MANY - 1], f"{len(names) - _MANY + 1} more"]
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _detours(cut: Cut, known: Sequence[Step], index: Index) -> str:
    module = index.module(cut.path)
    assert module is not None
    sources = dict.fromkeys(f"`{_source(module, step, cut.other, index)}`" for step in known)
    defined = "is defined" if len(known) == 1 else "are defined"
    return f"{_names(known)} {defined} in {_listed(list(sources))}"


def _evidence(loop: Loop, cut: Cut, index: Index) -> tuple[Related, ...]:
    """The other imports of the loop, in its order from the cut on."""
    found = list(pairs(loop.paths))
    at = found.index((cut.path, cut.other))
    return tuple(
        Related(path, _span(known), f"{_name(path, index)} imports {_name(other, index)} here")
        for path, other in (*found[at + 1 :], *found[:at])
        if (known := steps(path, other, index))
    )


RULE = Rule("SSOT302", "import-cycle", Severity.INFORMATION, __doc__, check, suspects=suspects)
