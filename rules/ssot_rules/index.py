"""What a rule may ask about the whole workspace.

The index follows names: from an import or a use, through re-exports, shims and aliases, to the place that
defines them. It is an immutable snapshot; the server implements it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from ssot_rules.facts import Definition, Facts, ImportStatement, Shared, Sketch
from ssot_rules.import_style import ImportStyle
from ssot_rules.outline import Outline
from ssot_rules.registry import Registry, Source

Result = TypeVar("Result")
Value = TypeVar("Value")
Argument = TypeVar("Argument")


NAMESPACE = "/"
"""Ends the home of a namespace package, which has no file."""


class Place(NamedTuple):
    """Where a name lives."""

    home: str
    """The file, relative to the workspace's root with `/`; empty for what lies outside the workspace."""
    name: str
    """Dotted name inside the file, empty for the module itself; outside, the whole dotted path."""


class Trace(NamedTuple):
    """The way from a name to what it means: every place that it passes, the first to the last."""

    places: tuple[Place, ...]
    missing: bool = False
    """The last place is in the workspace but nothing there has that name."""

    @property
    def first(self) -> Place:
        """Where the name is looked up."""
        return self.places[0]

    @property
    def last(self) -> Place:
        """What it means in the end."""
        return self.places[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One file of the workspace."""

    path: str
    """Relative to the workspace's root, with `/`."""
    home: str
    """The file that its name leads to: itself, or the source that it is the stub of."""
    name: str
    """The dotted name under which it is imported."""
    is_package: bool
    """It stands for its folder, as `__init__.py` does."""
    is_test: bool
    """It has the test role."""
    text: str
    facts: Facts

    @property
    def is_stub(self) -> bool:
        """It is read by type checkers alone, and never run."""
        return self.path.endswith(".pyi")

    def runs_at_import(self, statement: ImportStatement) -> bool:
        """Whether an import runs when the module is imported; see `Facts.runs_at_import`."""
        return not self.is_stub and self.facts.runs_at_import(statement)


class Index(Protocol):
    """An immutable snapshot of the workspace."""

    @property
    def registry(self) -> Registry:
        """The decisions in force."""

    @property
    def source(self) -> Source:
        """The file that they were read from."""

    @property
    def today(self) -> date:
        """The day for which findings are wanted."""

    def is_among(self, path: str, patterns: tuple[str, ...]) -> bool:
        """Whether a file fits one of some patterns in gitignore syntax, relative to the workspace's root."""

    def module(self, path: str) -> Module | None:
        """The module in a file of the workspace."""

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the workspace that is a module, in order."""

    def name_of(self, path: str) -> str:
        """The dotted name under which a file of the workspace is imported."""

    def names_of(self, path: str) -> tuple[str, ...]:
        """Every dotted name under which a file of the workspace can be imported, that of `name_of` first."""

    def is_test(self, path: str) -> bool:
        """Whether a file of the workspace has the test role."""

    def candidates(self) -> Iterable[Module]:
        """Every module that the registry could concern, in the order of their paths (see
        `ssot_rules.relevance`)."""

    @property
    def names(self) -> frozenset[str]:
        """Every name that could lead to something that the registry speaks of."""

    @property
    def is_complete(self) -> bool:
        """Whether every file was searched. Before that, findings are those that the registry's own names lead to,
        and no fix can be called safe."""

    @property
    def packages(self) -> frozenset[str]:
        """The top-level packages and modules of the workspace."""

    def submodule(self, path: str, name: str) -> bool:
        """Whether the package in a file has a submodule of that name."""

    def is_module_name(self, name: str) -> bool:
        """Whether some module or package of the workspace, wherever it is, has that last name."""

    def has_file(self, path: str) -> bool:
        """Whether the workspace has a module in a file of that path."""

    def find(self, dotted: str) -> tuple[Trace, ...]:
        """Where an absolute dotted path leads. Several traces where a name is bound in several ways
        (`try … except ImportError`). A path outside the workspace gives one trace to itself."""

    def imported(self, module: Module, number: int) -> tuple[Trace, ...]:
        """Where imported name `number` leads; for a plain `import a.b`, to the module `a.b`."""

    def used(self, module: Module, number: int) -> tuple[tuple[Trace, ...], ...]:
        """Where use `number` leads: for each segment of its path, the traces of the path so far.
        Segments behind a local variable or parameter have none."""

    def bound(self, module: Module, number: int) -> tuple[Trace, ...]:
        """Where binding `number` leads, starting with itself when it is a name of the module."""

    def below(self, place: Place, name: str) -> tuple[Trace, ...]:
        """Where a name of a module, or a member of a class, leads; what a class inherits, to the base that has it."""

    def outline(self, path: str) -> Outline:
        """What can be told of a file of the workspace without parsing it; nothing of one that cannot be read."""

    def home(self, spelled: str, importer: str) -> str | None:
        """The file of a module that an import in the file `importer` spells so, with dots in front or without. It
        ends in `NAMESPACE` for a namespace package; empty for a module outside the workspace, None for one that
        would be inside and that no file has."""

    def may_exist(self, dotted: str, importer: str) -> bool:
        """Whether something may be the module of an absolute dotted path although `home` knows none: a compiled,
        generated or excluded one, a stub, another part of a namespace package, one that is put into `sys.modules`."""

    def has_stub(self, path: str) -> bool:
        """Whether a stub (`.pyi`) stands beside a file of the workspace."""

    def is_linked(self, path: str) -> bool:
        """Whether a file of the workspace is a link, or another one is a link to it."""

    def named_beside(self, dotted: str) -> str | None:
        """A file that is no code and names a dotted path or something below it: settings, a build file, a script; the
        registry itself does not count."""

    def modules(self, name: str) -> tuple[str, ...]:
        """The dotted paths of the workspace's modules with that last name, in order."""

    def offering(self, name: str) -> tuple[str, ...]:
        """The files whose outlines offer a name, in order; none while the workspace is still being indexed."""

    def is_unrelated(self, path: str) -> bool:
        """Whether a file is looked at although nothing in it could lead to what the registry speaks of."""

    def is_named(self, path: str) -> bool:
        """Whether a file may hold a name that leads to what the registry speaks of; the others are looked at because
        they may be like a canonical implementation."""

    def may_be_alike(self, path: str) -> bool:
        """Whether a file may hold something that is like a canonical implementation, as far as a search tells."""

    def asking(self, path: str) -> tuple[str, ...]:
        """The files that may import the module in a file, or something from it, as far as outlines tell; in order."""

    def tangles(self) -> tuple[frozenset[str], ...]:
        """Groups of files of which each leads to all others by imports that may run at import time (see
        `ssot_rules.import_loops`), as far as outlines tell: every loop of imports is inside one. None while the
        workspace is still being indexed."""

    def seen(self, compute: Callable[[str, Index], Result], path: str) -> Result:
        """`compute(path, index)`, computed once: it depends on which modules there are, and of files only on that one's
        outline (where this is not clear, on its imports)."""

    def settled(self, compute: Callable[[str, Index], frozenset[str] | None], path: str) -> bool:
        """Whether `compute(path, index)` gives grounds: files on whose outlines alone it depends, besides that of
        the file itself and on which modules there are. Computed once, and kept while those files are as they were."""

    def definition(self, place: Place) -> Definition | None:
        """The class, function or constant at a place of the workspace."""

    def sketch(self, place: Place) -> Sketch | None:
        """What the class or function at a place of the workspace is like, also one of another module: what `once`
        computes without `bodies` may depend on it."""

    def shared(self, module: Module, definition: Definition) -> tuple[Shared, ...]:
        """What the instances of a class of a module share, in order."""

    def told(self, compute: Callable[[Module, Argument], Result], path: str, argument: Argument) -> Result:
        """`compute(module, argument)` of the module in a file, which depends on nothing else. As with `sketch`, what
        `once` computes without `bodies` may depend on it. The file must be there."""

    def split(self, dotted: str) -> tuple[str, tuple[str, ...]]:
        """An absolute dotted path as its longest module and the names behind it. Outside the workspace
        and the installed libraries, all but the last segment is taken for the module."""

    def exists(self, dotted: str) -> bool | None:
        """Whether an absolute dotted path names something; None where that cannot be told."""

    def depends(self, module: str, on: str) -> bool:
        """Whether importing one file of the workspace leads to another, directly or not, or is that file (see
        `ssot_rules.import_loops`): the packages that a file lies in have begun before it."""

    def order_matters(self, one: str, other: str, after: frozenset[str]) -> bool:
        """Whether it can make a difference which of two files of the workspace is imported first, after others were:
        both lead into a loop of imports, and what is bound when a loop is entered depends on where."""

    def import_style(self, path: str) -> ImportStyle:
        """How imports are written in a file, by the project's settings."""

    def speaking_of(self, name: str) -> Iterable[Module]:
        """Every module that may reach a name of another one: as an attribute, by an import, or in a string."""

    def expect(self, names: Iterable[str]) -> None:
        """`speaking_of` will be asked about these names: it takes no longer for all of them than for one."""

    def once(self, compute: Callable[[Argument, Index], Result], argument: Argument, *, bodies: bool = False) -> Result:
        """`compute(argument, index)`, computed once.

        Without `bodies` it must depend on nothing but its argument (of a module: on all of it) and on how
        modules are connected: it is kept while other modules are edited inside their functions. With
        `bodies` it may look at everything, and is computed anew after each edit.
        """

    def gather(self, compute: Callable[[Module, Index], frozenset[Value]]) -> frozenset[Value]:
        """What `compute` finds in any of the candidates. For each module it depends on no more than `once` allows
        without `bodies`."""


def dotted(place: Place, index: Index) -> str:
    """The absolute dotted path of a place."""
    if not place.home:
        return place.name
    module = place.home[: -len(NAMESPACE)] if place.home.endswith(NAMESPACE) else index.name_of(place.home)
    return f"{module}.{place.name}" if place.name else module


def absolute(module: Module, statement: ImportStatement) -> str | None:
    """The absolute dotted module that a `from` import names; None when its dots lead above the top."""
    if statement.module is None:
        return None
    return absolute_path("." * statement.level + statement.module, module.name, is_package=module.is_package)


def absolute_path(spelled: str, name: str, *, is_package: bool) -> str | None:
    """The absolute path of a module that an import in the module `name` spells with dots in front, or without; None
    where the dots lead above the top."""
    rest = spelled.lstrip(".")
    level = len(spelled) - len(rest)
    if not level:
        return spelled
    parts = name.split(".")
    if level > len(parts):
        return None
    package = parts if is_package else parts[:-1]
    return ".".join([*package[: len(package) - level + 1], *filter(None, [rest])]) or None
