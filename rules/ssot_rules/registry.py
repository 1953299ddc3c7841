"""What the team decided, as frozen values: the model of `ssot.toml`.

The fields are the file's keys (`source_roots` is written `source-roots`), their types are the types that
the file must have, and the first line under a field is its documentation: the reader and every generated
page follow from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from ssot_rules.contract import Related, Severity
from ssot_rules.facts import Span

VERSION = 1
"""The version of the registry format that this release reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A definition or module that is no finding."""

    path: str
    """Dotted path or glob of the definitions or modules that are no finding."""
    reason: str | None = None
    """Why it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated:
    """A path that the code should stop using."""

    path: str
    """Dotted path of a class, a function, a constant or a whole module."""
    use: str | None = None
    """Dotted path of the replacement; by default the concept's canonical."""
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Keywords that calls of the replacement write otherwise: `{ ctx = "user_context" }`."""
    reason: str | None = None
    """Why it should no longer be used."""
    since: date | None = None
    """The day from which on it is deprecated; before that day its uses are no findings."""
    error_from: date | None = None
    """The day from which on a use is an error, whatever `[rules]` says of it."""
    remove_by: date | None = None
    """The last day on which it may still be there; after that day the entry is overdue (SSOT405)."""
    except_: tuple[str, ...] = ()
    """Files that may use it, in gitignore syntax: tests that prove the old path, the adapter beside it."""
    max_uses: int | None = None
    """How many uses are accepted: more are an error (SSOT406), and the number only goes down (SSOT407)."""


class State(Enum):
    """Whose the state of an implementation is; the values are the words of `ssot.toml`."""

    PER_INSTANCE = "per-instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One idea of the code base and the implementation that the team decided on."""

    canonical: str
    """Dotted path that everyone should import: a module, class, function or constant."""
    summary: str | None = None
    """One sentence: what it is for."""
    docs: str | None = None
    """A file, relative to the registry, or a URL."""
    owner: str | None = None
    """Who answers for it."""
    names: tuple[str, ...] = ()
    """Globs: a definition so named, anywhere, is this concept."""
    allow: tuple[Allowed, ...] = ()
    """Definitions and modules that the team accepts beside the canonical; a dotted glob, or a table with a reason."""
    unrelated: tuple[Allowed, ...] = ()
    """Definitions and modules that are not this concept, whatever they are called; written as in `allow`."""
    subclasses: bool = False
    """Whether subclasses of the canonical are accepted."""
    max: int | None = None
    """How many implementations the team accepts, the canonical and those in `allow` included."""
    members: tuple[str, ...] = ()
    """Names that every implementation must have: of methods and attributes, or of a canonical module's functions."""
    state: State | None = None
    """`"per-instance"`: instances share nothing that can change, and no instance is everybody's."""
    by_structure: int | None = None
    """As that of `[rivals]`, for this concept."""
    construct: str | None = None
    """Dotted path of the function, method, class or module that alone makes instances."""
    construct_in_tests: bool = True
    """Whether tests may make instances themselves."""
    deprecated: tuple[Deprecated, ...] = ()
    """Paths that the code should stop using."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceOptions:
    """Where the code is, and what of it counts."""

    source_roots: tuple[str, ...] | None = None
    """Folders where top-level packages start; by default worked out from the project's layout."""
    exclude: tuple[str, ...] = ()
    """Files and folders to leave out, in gitignore syntax, on top of `.gitignore`."""
    tests: tuple[str, ...] = ("tests/", "test/", "test_*.py", "*_test.py", "conftest.py")
    """Files in the test role, in gitignore syntax."""
    extends: tuple[str, ...] = ()
    """Registries that this one adds to: paths relative to this file, or `package:NAME/FILE` in an installed package."""
    cross_references: bool = False
    """Whether cross-references in docstrings and comments (Sphinx roles, links as `[text][a.b.c]`) are uses as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What the names of files tell."""

    variants: tuple[str, ...] = (
        "enhanced",
        "improved",
        "optimized",
        "safe",
        "hardened",
        "fixed",
        "new",
        "old",
        "legacy",
        "refactored",
        "rewritten",
        "updated",
        "v[0-9]",
        "v[0-9][0-9]",
        "_backup",
        "_bak",
        "_copy",
        "_orig",
        "_original",
        "_final",
        "_rewrite",
        "_tmp",
        "_wip",
    )
    """Words that make a name another version's; `_copy` counts only behind a name, `new_` only before; globs."""
    allow: tuple[Allowed, ...] = ()
    """Modules that are no variants; a dotted glob, or a table with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """When a definition is taken for another implementation of a concept."""

    qualifiers: tuple[str, ...] = (
        "Advanced",
        "Async",
        "Base",
        "Basic",
        "Better",
        "Canonical",
        "Central_",
        "Comprehensive",
        "Consolidated",
        "Core_",
        "Custom_",
        "Default",
        "Extended",
        "Fast",
        "Generic",
        "Global_",
        "Impl",
        "Implementation",
        "Isolated",
        "Main_",
        "Minimal",
        "Modern",
        "MultiTenant",
        "MultiUser",
        "Production_",
        "Reliable",
        "RequestScoped",
        "Resilient",
        "Robust",
        "Scoped",
        "SessionScoped",
        "Shared_",
        "Simple",
        "Smart",
        "Standard",
        "Super_",
        "Sync",
        "TenantScoped",
        "ThreadSafe",
        "Unified",
        "User_",
        "UserScoped",
        "_[2-9]",
    )
    """Words that only say which one of a kind a class, function or module is; written as in `variants`."""
    by_name: int = 60
    """How much, in percent, must speak for a name being the concept's to make a finding."""
    by_structure: int = 60
    """How much, in percent, a definition must agree with a canonical one to be a finding (SSOT204)."""


class Role(Enum):
    """What a file is there for."""

    PRODUCTION = "production"
    TEST = "test"


class Form(Enum):
    """A way to write an import."""

    RELATIVE = "relative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """What the code may not do: call something, or write imports in a certain way."""

    call: str | None = None
    """Dotted path of what nobody may call: a function, a class, a builtin; a whole module; a glob: `"requests.*"`."""
    import_: Form | None = None
    """`"relative"`: nobody may write `from . import x`."""
    use: str | None = None
    """Dotted path of what to call instead."""
    in_: tuple[str, ...] = ()
    """Files for which the ban holds, in gitignore syntax; by default all."""
    except_: tuple[str, ...] = ()
    """Files for which it does not hold, in gitignore syntax."""
    role: Role | None = None
    """Whether it holds for production code or for tests; by default for both."""
    reason: str | None = None
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Two parts of the code of which one may import the other through a bridge alone."""

    from_: str
    """Dotted path or glob of the modules that must not import directly, with all that lies in them."""
    to: str
    """Dotted path or glob of what they must not import: modules, also of other packages, or definitions."""
    through: str | None = None
    """Dotted path of the bridge, a module or definition; by default nothing may cross."""
    type_checking: bool = True
    """Whether imports for type checkers alone (`if TYPE_CHECKING:`, stubs) count as well."""
    except_: tuple[str, ...] = ()
    """Files for which the boundary does not hold, in gitignore syntax."""
    role: Role | None = None
    """Whether it holds for production code or for tests; by default for both."""
    reason: str | None = None
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressions:
    """What comments may silence."""

    never: tuple[str, ...] = ()
    """Rules, by code or name, that no comment silences."""
    reasons: bool = False
    """Whether every comment that silences something has to say why (SSOT902)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """One `ssot.toml`, read without a mistake."""

    version: int
    """The version of this format: 1."""
    workspace: WorkspaceOptions = WorkspaceOptions()
    """Where the code is."""
    rules: Mapping[str, Severity | None] = field(default_factory=lambda: MappingProxyType({}))
    """Severity by rule code or name: `"error"`, `"warning"`, `"information"`, `"hint"`, or `"off"`."""
    concepts: Mapping[str, Concept] = field(default_factory=lambda: MappingProxyType({}))
    """The concepts by their name."""
    files: Files = Files()
    """What the names of files tell."""
    rivals: Rivals = Rivals()
    """When a definition is taken for another implementation of a concept."""
    bans: tuple[Ban, ...] = ()
    """What the code may not do."""
    boundaries: tuple[Boundary, ...] = ()
    """What may import what only through a bridge."""
    suppressions: Suppressions = Suppressions()
    """What comments may silence."""


Key = tuple[str | int, ...]
"""Where a value stands in the file: `("concepts", "engine", "deprecated", 0, "path")`."""


class Origin(NamedTuple):
    """Where something is written that a registry has from another one."""

    item: Span
    """The item of `extends` that brings it."""
    path: str
    """The file that it is written in, relative to the workspace's root."""
    span: Span
    """Of the value there."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a registry was read from, and where each of its keys and values stands."""

    path: str
    """Relative to the workspace's root, with `/`."""
    text: str
    keys: Mapping[Key, Span]
    """The span of each key (for an item of an array, of the item)."""
    values: Mapping[Key, Span]
    """The span of each value, its quotes included."""
    inherited: Mapping[Key, Origin] = field(default_factory=lambda: MappingProxyType({}))
    """By key: what it has from registries that it extends."""

    def key_span(self, *key: str | int) -> Span:
        """The span of a key, or of the nearest table around it that the file spells out."""
        return self._nearest(self.keys, key)

    def value_span(self, *key: str | int) -> Span:
        """The span of a value, or of the nearest value around it that the file spells out."""
        return self._nearest(self.values, key)

    def place(self, *key: str | int) -> tuple[str, Span]:
        """The file that a value is written in, and its span there."""
        origin = self._origin(key)
        return (self.path, self.value_span(*key)) if origin is None else (origin.path, origin.span)

    def is_inherited(self, *key: str | int) -> bool:
        """Whether a value is written in another file: then it may be meant for other workspaces than this one."""
        return self._origin(key) is not None

    def elsewhere(self, *key: str | int) -> tuple[Related, ...]:
        """Where a value is written, if that is another file."""
        origin = self._origin(key)
        return () if origin is None else (Related(origin.path, origin.span, "written here, in what this file extends"),)

    def _nearest(self, spans: Mapping[Key, Span], key: Key) -> Span:
        while key:
            if key in spans:
                return spans[key]
            if key in self.inherited:
                return self.inherited[key].item
            key = key[:-1]
        return Span(0, 0)

    def _origin(self, key: Key) -> Origin | None:
        while key and key not in self.values:
            if key in self.inherited:
                return self.inherited[key]
            key = key[:-1]
        return None
