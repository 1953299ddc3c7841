"""Whether a module or a name of the workspace is certainly not there.

In doubt it is there: Python has many ways to make a name, and what is wrongly called missing is worse than what is
not noticed.
"""

from __future__ import annotations

import builtins

from ssot_rules.facts import BindingKind, Facts, ImportStatement
from ssot_rules.index import NAMESPACE, Index, Module

_ALWAYS = frozenset(
    (
        *("__annotations__", "__builtins__", "__cached__", "__class__", "__dict__", "__doc__", "__file__"),
        *("__loader__", "__name__", "__package__", "__path__", "__spec__"),
    )
)
"""What every module or package has."""
STUB = ".pyi"
"""Ends the home of a module of which the workspace has only a stub: what it stands for may have more."""
BUILTINS = frozenset(dir(builtins)) | {"WindowsError", "reveal_type", "reveal_locals"}


def missing_module(dotted: str, importer: str, index: Index) -> str | None:
    """The shortest part of an absolute path to a module that is certainly not there; None if all of it may be."""
    parts = dotted.split(".")
    for end in range(1, len(parts) + 1):
        shorter = ".".join(parts[:end])
        if index.home(shorter, importer) is None:
            return None if index.may_exist(shorter, importer) else shorter
    return None


CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException", ""})
"""Exceptions that an import which fails is one of; empty for a bare `except`."""


def is_expected(statement: ImportStatement, module: Module) -> bool:
    """Whether the code is prepared for an import to fail, or it stands in for one that failed."""
    block = module.facts.blocks[statement.block]
    return block.fallback or not CATCHING.isdisjoint(block.caught)


def expecting(path: str, index: Index) -> str | None:
    """The name of a module that is prepared for the module in a file to fail when it is imported; None if there is
    none."""
    for other in map(index.module, index.asking(path)):
        if other is not None and any(
            is_expected(other.facts.statements[name.statement], other)
            and any(place.home == path for trace in index.imported(other, number) for place in trace.places)
            for number, name in other.facts.imports.about(("import",))
        ):
            return other.name
    return None


def lacks(home: str, name: str, importer: str, index: Index) -> bool:
    """Whether a module of the workspace certainly has no such name, neither of its own nor as a submodule.

    Where `importer` is the module itself (`from . import name`), its import from itself gives it none.
    """
    return index.once(_lacks, (home, name, home == importer))


def _lacks(question: tuple[str, str, bool], index: Index) -> bool:
    home, name, by_itself = question
    if home.endswith(NAMESPACE):
        return not index.submodule(home, name) and not index.may_exist(f"{home[: -len(NAMESPACE)]}.{name}", "")
    module = index.module(home)
    if module is None or home.endswith(STUB) or index.submodule(home, name):
        return False
    if _imports_otherwise(module, name, index) if by_itself else index.outline(home).has(name):
        return False
    if _may_make(module, name, index, frozenset()) or (not by_itself and module.facts.named(name)):
        return False
    return not (module.is_package and index.may_exist(f"{module.name}.{name}", home))


def _imports_otherwise(module: Module, name: str, index: Index) -> bool:
    """Whether anything but an import of a module from itself binds a name."""
    facts = module.facts
    for number in facts.named(name):
        binding = facts.bindings[number]
        if binding.kind != BindingKind.IMPORT:
            return True
        imported = facts.imports[binding.ref]
        statement = facts.statements[imported.statement]
        spelled = "." * statement.level + (statement.module or "")
        if statement.module is None or imported.name != name or index.home(spelled, module.path) != module.path:
            return True
    return False


def _may_bind(module: Module, name: str, index: Index, seen: frozenset[str]) -> bool:
    """Whether a module may have a name, however it comes by it."""
    return (
        index.outline(module.path).has(name) or bool(module.facts.named(name)) or _may_make(module, name, index, seen)
    )


def _may_make(module: Module, name: str, index: Index, seen: frozenset[str]) -> bool:
    """Whether a module may have a name that nothing in it binds, as far as one can see."""
    return (
        name in _ALWAYS
        or index.outline(module.path).has("__getattr__")
        or module.facts.dynamic
        or is_misread(module.facts, name)
        or star_may_bring(module, name, index, seen)
    )


def star_may_bring(module: Module, name: str, index: Index, seen: frozenset[str] = frozenset()) -> bool:
    """Whether one of a module's star imports may bring a name."""
    around = seen | {module.path}
    for number in module.facts.stars:
        for trace in index.imported(module, number):
            source = index.module(trace.last.home) if not trace.last.name else None
            if source is None:
                return True
            if _brings(source, name, index, around):
                return True
    return False


def _brings(source: Module, name: str, index: Index, around: frozenset[str]) -> bool:
    """Whether a star import of a module may bring a name."""
    exports = source.facts.exports
    if exports is not None:
        return any(entry.name == name for entry in exports)
    if source.facts.named("__all__"):
        return True
    return name[:1] != "_" and source.path not in around and _may_bind(source, name, index, around)


def is_misread(facts: Facts, name: str) -> bool:
    """Whether a statement that speaks of a name does not parse, and could bind it in the module."""
    return any(facts.part(number).problem is not None for number in facts.binding_parts_about((name,)))
