"""How the workspace's files are imported: from files to dotted names and back.

A *source root* is a folder whose children can be imported by their bare names. Roots are *explicit* (configured,
or recognised by the project's layout) or *loose*: the folder that Python or pytest would put on the path for a
file that is run by itself, such as a script or a test. Any file can name what lies below an explicit root; the
loose modules of a folder are visible only from within it, and never hide a module of the standard library. A root that
is *lent* is one for some tests, which have the folder on their path (see `pytest_paths`).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from ssot_rules.registry import WorkspaceOptions
from ssot_server.disk import Disk
from ssot_server.places import PROJECT_MARKS, SOURCE_SUFFIXES, packages_around
from ssot_server.workspace.gitignore import compile_patterns
from ssot_server.workspace.pytest_paths import Lent, lent_folders

_SOURCE_FOLDER_NAMES = frozenset({"src", "lib", "python", "stubs", "typings"})
_SETUP_WORDS = (b"setuptools", b"distutils", b"skbuild")


class Missing(Enum):
    """Stands for a name that no file of the workspace has."""

    MISSING = 0


MISSING: Final = Missing.MISSING


class _Root(NamedTuple):
    order: int
    """The lower, the stronger the claim to a name."""
    folder: str
    explicit: bool
    prefix: tuple[str, ...] = ()
    """The packages around the workspace, if its root folder is itself inside one."""
    lent: tuple[str, ...] = ()
    """The folders whose tests have this one on their path."""
    is_only_lent: bool = False
    """It is a root for these tests alone, and gives no module the name that it should have."""


class _Tree(NamedTuple):
    """The files as sets: a folder is in `folders` if there is a file anywhere below it."""

    files: frozenset[str]
    folders: frozenset[str]

    @classmethod
    def of(cls, files: Iterable[str]) -> _Tree:
        known = frozenset(files)
        folders: set[str] = set()
        for file in known:
            folder = _parent(file)
            while folder not in folders:
                folders.add(folder)
                folder = _parent(folder)
        return cls(known, frozenset(folders | {""}))

    def is_package(self, folder: str) -> bool:
        return any(_join(folder, f"__init__{suffix}") in self.files for suffix in SOURCE_SUFFIXES)

    def find(self, folder: str, parts: Iterable[str]) -> str | Missing | None:
        """What `parts` lead to from a folder on the path; None for a namespace package."""
        place = folder
        found: str | Missing | None = MISSING
        for part in parts:
            if isinstance(found, str) and not _is_init(found):
                return MISSING  # a module has no modules inside
            place = _join(place, part)
            found = self.at(place)
            if found is MISSING:
                return MISSING
        return found

    def at(self, place: str) -> str | Missing | None:
        """The module at a path without its extension, as Python chooses: package, module, namespace. A stub is one
        where there is no source."""
        for suffix in SOURCE_SUFFIXES:
            for candidate in (f"{place}/__init__{suffix}", f"{place}{suffix}"):
                if candidate in self.files:
                    return candidate
        return None if place in self.folders else MISSING


class Layout:
    """How each file is imported; a value, to be built anew when files come or go."""

    def __init__(
        self, tree: _Tree, roots: Mapping[str, _Root], own_roots: Mapping[str, str], test_folders: frozenset[str]
    ) -> None:
        self._tree = tree
        self._roots = roots
        self._own_roots = own_roots
        self._test_folders = test_folders
        self._claims = _claims(tree, roots.values())
        self._chains: dict[str, tuple[tuple[_Root, tuple[str, ...]], ...]] = {}
        self._looked_up: dict[tuple[str, str], str | Missing | None] = {}
        self.table: Mapping[str, str | None] = MappingProxyType(self._build_table())
        """Every dotted name with its file, None for a namespace package. Of several files that claim a name
        the one below the more explicit root has it, and a source before every stub."""

    @classmethod
    def build(cls, root: Path, files: Collection[str], options: WorkspaceOptions, disk: Disk | None = None) -> Layout:
        """Work out the layout of a workspace.

        `files` are relative to `root` with `/`. Without configured source roots these are explicit: the
        workspace's root, folders named `src`, `lib`, `python`, `stubs` or `typings` that are no packages, and the
        folders of `pyproject.toml`, `setup.cfg` and `setup.py` files. What says which folders tests have on their path
        is read through `disk`.
        """
        tree = _Tree.of(files)
        finder = _RootFinder(root, tree, options, disk or Disk())
        roots = finder.roots()
        return cls(tree, roots, finder.own_roots(), finder.test_folders(roots.values()))

    @property
    def folders(self) -> frozenset[str]:
        """Every folder that has a file anywhere below it; the root is empty."""
        return self._tree.folders

    @cached_property
    def last_names(self) -> frozenset[str]:
        """The last name of every module and package."""
        return frozenset(name.rpartition(".")[2] for name in self.table)

    def has_file(self, path: str) -> bool:
        """Whether there is a module in a file of that path."""
        return path in self._tree.files

    @property
    def files(self) -> frozenset[str]:
        """Every file."""
        return self._tree.files

    @property
    def roots(self) -> tuple[str, ...]:
        """The source roots, the one with the strongest claim first."""
        return tuple(self._roots)

    def names(self, path: str) -> tuple[str, ...]:
        """The dotted names of a file, the one that it should be imported by first; never empty.

        A file that cannot be imported by any name, such as `my-script.py`, has its stem for a name.
        """
        folder, _, file = path.rpartition("/")
        stem = _stem(file)
        names: list[str] = []
        if "." not in stem:
            last = () if stem == "__init__" else (stem,)
            chain = self._chain(folder)
            names = [".".join((*parts, *last)) for _, parts in chain if parts or last]
        return tuple(dict.fromkeys(names)) or (stem if stem != "__init__" else folder.rpartition("/")[2] or stem,)

    def is_package(self, path: str) -> bool:
        """Whether a file stands for its folder, as `__init__.py` does."""
        return _is_init(path)

    def knows(self, name: str, importer: str = "") -> bool:
        """Whether a dotted name leads to a module or a namespace package of the workspace."""
        return self.lookup(name, importer) is not MISSING

    def resolve(self, name: str, importer: str = "") -> str | None:
        """The file of a dotted name; None for a namespace package and for what the workspace does not have."""
        found = self.lookup(name, importer)
        return found if isinstance(found, str) else None

    def lookup(self, name: str, importer: str = "") -> str | Missing | None:
        """The file that an absolute name means in the file `importer`, or anywhere for an empty `importer`.

        None stands for a namespace package. The roots around the importer come first, the nearest before the
        others, then explicit roots by their nearness, then the rest. As in Python, the first root that has the
        name's first package or module decides; only namespace packages are looked for further.
        """
        top = name.partition(".")[0]
        if top not in self._claims:
            return MISSING
        if not importer:
            return self.table.get(name, MISSING)
        key = (name, _parent(importer))
        if key not in self._looked_up:
            self._looked_up[key] = self._look_up(name, key[1])
        found = self._looked_up[key]
        if isinstance(found, str) and _is_stub(found):
            found = self.table.get(name) or found  # a source further away
        # `redis.py` that imports `redis` wants the installed one.
        return MISSING if found == importer and name != self.names(importer)[0] else found

    def _look_up(self, name: str, folder: str) -> str | Missing | None:
        parts = tuple(name.split("."))
        result: str | Missing | None = MISSING
        for root in self._visible_claims(parts[0], folder):
            found = self._below(root, parts)
            if isinstance(found, str):
                return found
            if isinstance(self._below(root, parts[:1]), str):
                break
            if found is None and not (len(parts) == 1 and name in sys.stdlib_module_names):
                result = None
        return self._sibling(name, folder) if result is MISSING else result

    def _sibling(self, name: str, folder: str) -> str | Missing:
        """The file whose first name this is, if it is below the same loose root: another root may hide it."""
        found = self.table.get(name)
        if found is None or self.names(found)[0] != name or self._own_root(_parent(found)) != self._own_root(folder):
            return MISSING
        return found

    def _own_root(self, folder: str) -> str:
        return self._own_roots.get(folder, folder)

    def _below(self, root: _Root, parts: tuple[str, ...]) -> str | Missing | None:
        depth = len(root.prefix)
        if parts[:depth] != root.prefix:
            return MISSING
        if parts == root.prefix:
            return "__init__.py"
        return self._tree.find(root.folder, parts[depth:])

    def _visible_claims(self, top: str, folder: str) -> list[_Root]:
        roots = self._claims.get(top, ())
        visible = [root for root in roots if self._is_visible(root, top, folder)]
        if len(visible) > 1:
            visible.sort(key=lambda root: _distance(root, folder))
        return visible

    def _is_visible(self, root: _Root, top: str, folder: str) -> bool:
        if root.prefix:
            return True
        is_borrowed = folder in self._test_folders and any(_contains(borrower, folder) for borrower in root.lent)
        if is_borrowed and top not in sys.stdlib_module_names:
            return True
        if root.is_only_lent:
            return False
        found = self._tree.at(_join(root.folder, top))
        if top in sys.stdlib_module_names and isinstance(found, str):
            return _contains(root.folder if root.explicit else _join(root.folder, top), folder)
        is_regular_package = isinstance(found, str) and _is_init(found)
        return root.explicit or is_regular_package or _contains(root.folder, folder)

    def _chain(self, folder: str) -> tuple[tuple[_Root, tuple[str, ...]], ...]:
        """The roots that a folder can be named from, the primary one first, with its name from there."""
        if folder not in self._chains:
            self._chains[folder] = tuple(self._ordered_chain(folder))
        return self._chains[folder]

    def _ordered_chain(self, folder: str) -> list[tuple[_Root, tuple[str, ...]]]:
        found: list[tuple[_Root, tuple[str, ...]]] = []
        place = folder
        parts: tuple[str, ...] = ()
        while True:
            root = self._roots.get(place)
            if root is not None:
                found.append((root, (*root.prefix, *parts)))
            name = place.rpartition("/")[2]
            if not place or not name.isidentifier():
                break
            place, parts = _parent(place), (name, *parts)
        own = self._own_root(folder)
        nearest_explicit = next((root.folder for root, _ in found if root.explicit), own)
        first = own if own in self._roots and self._roots[own].explicit else nearest_explicit
        return sorted(found, key=lambda entry: (entry[0].folder != first, entry[0].order))

    def _build_table(self) -> dict[str, str | None]:
        table: dict[str, str | None] = {}
        strength: dict[str, tuple[bool, int, bool]] = {}
        for path in self._tree.files:
            folder, _, file = path.rpartition("/")
            stem = _stem(file)
            if "." in stem:
                continue
            is_package = stem == "__init__"
            for root, parts in self._chain(folder):
                full = parts if is_package else (*parts, stem)
                if not full or root.is_only_lent or (not root.explicit and full[0] in sys.stdlib_module_names):
                    continue
                name = ".".join(full)
                claim = (_is_stub(path), root.order, not is_package)
                if name not in strength or claim < strength[name]:
                    strength[name] = claim
                    table[name] = path
        for folder in self._tree.folders:
            for root, parts in self._chain(folder):
                is_free = len(parts) > 1 or (parts and parts[0] not in sys.stdlib_module_names)
                if is_free and not root.is_only_lent:
                    table.setdefault(".".join(parts), None)
        return table


class _RootFinder:
    """Works out the source roots of a workspace."""

    def __init__(self, root: Path, tree: _Tree, options: WorkspaceOptions, disk: Disk) -> None:
        self._root = root
        self._disk = disk
        self._tree = tree
        self._tests = compile_patterns(options.tests)
        self._configured = None if options.source_roots is None else tuple(map(_normal, options.source_roots))
        self._prefix = packages_around(str(root)) if tree.is_package("") else ()
        self._own: dict[str, str] = {}
        self._package_parents = {_parent(folder) for folder in tree.folders if self._is_package(folder)}

    def roots(self) -> dict[str, _Root]:
        """The roots by folder."""
        explicit = list(self._configured) if self._configured is not None else self._recognised()
        if "" not in explicit:
            explicit.append("")  # what lies outside the configured roots needs a name, too
        roots: dict[str, _Root] = {}
        for folder in dict.fromkeys(explicit):
            roots[folder] = _Root(len(roots), folder, True, () if folder else self._prefix)
        for folder in sorted({self._own_root(_parent(file)) for file in self._tree.files}):
            if folder not in roots and self._may_be_loose(folder):
                roots[folder] = _Root(len(roots), folder, False)
        for folder, borrower in self._lent():
            known = roots.get(folder) or _Root(len(roots), folder, False, is_only_lent=True)
            if not known.explicit and folder in self._tree.folders:
                roots[folder] = known._replace(lent=(*known.lent, borrower))
        return roots

    def _lent(self) -> Iterator[Lent]:
        projects = dict.fromkeys(("", *self._projects))
        return lent_folders(projects, self._tree.files, lambda file: self._disk.read(self._root / file))

    def test_folders(self, roots: Iterable[_Root]) -> frozenset[str]:
        """The folders of tests, if some roots are lent to any."""
        if self._tests is None or not any(root.lent for root in roots):
            return frozenset()
        return frozenset(folder for folder in self._tree.folders if self._tests.covers(f"{folder}/any"))

    def own_roots(self) -> dict[str, str]:
        """By folder: the folder above the outermost package that it is in; itself if it is no package."""
        return {folder: self._own_root(folder) for folder in self._tree.folders}

    def _own_root(self, folder: str) -> str:
        if folder not in self._own:
            self._own[folder] = self._own_root(_parent(folder)) if folder and self._is_package(folder) else folder
        return self._own[folder]

    def _is_package(self, folder: str) -> bool:
        """Whether it is a regular package that can be imported by its name."""
        if not folder:
            return bool(self._prefix)
        return self._tree.is_package(folder) and folder.rpartition("/")[2].isidentifier()

    @cached_property
    def _projects(self) -> list[str]:
        return [folder for folder in self._outside if self._is_project(folder)]

    @cached_property
    def _outside(self) -> list[str]:
        """The folders that lie in no package, the outermost first."""
        return sorted(
            (folder for folder in self._tree.folders if not self._is_inside_package(folder)),
            key=lambda folder: (folder.count("/"), folder),
        )

    def _recognised(self) -> list[str]:
        source = [folder for folder in self._outside if self._is_source_folder(folder, self._projects)]
        return ["", *source, *self._projects]

    def _is_source_folder(self, folder: str, projects: Collection[str]) -> bool:
        parent, _, name = folder.rpartition("/")
        if name in _SOURCE_FOLDER_NAMES and (not parent or parent in projects):
            return True
        return name == "src" or (name in _SOURCE_FOLDER_NAMES and folder in self._package_parents)

    def _is_inside_package(self, folder: str) -> bool:
        return any(self._is_package(place) for place in _upwards(folder))

    def _is_project(self, folder: str) -> bool:
        if any((self._root / folder / mark).is_file() for mark in PROJECT_MARKS):
            return True
        return _join(folder, "setup.py") in self._tree.files and _is_setup_script(self._root / folder / "setup.py")

    def _may_be_loose(self, folder: str) -> bool:
        """Whether a folder can be on the path by itself.

        A folder without `__init__.py` inside a package, or inside a configured root, is a namespace package; but
        pytest puts the folders of tests on the path wherever they are.
        """
        if self._tests is not None and self._tests.covers(f"{folder}/any"):
            return True
        if self._configured is not None and any(_contains(root, folder) for root in self._configured):
            return False
        return not self._is_inside_package(folder)


def _is_setup_script(path: Path) -> bool:
    """Whether a `setup.py` builds a distribution; a module may have that name, too."""
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return any(word in text for word in _SETUP_WORDS)


def _claims(tree: _Tree, roots: Iterable[_Root]) -> dict[str, tuple[_Root, ...]]:
    """The roots that have something by a name at their top, the strongest first."""
    children: dict[str, set[str]] = {}
    for file in tree.files:
        folder, _, name = file.rpartition("/")
        children.setdefault(folder, set()).add(_stem(name))
    for folder in tree.folders:
        if folder:
            children.setdefault(_parent(folder), set()).add(folder.rpartition("/")[2])
    claims: dict[str, list[_Root]] = {}
    for root in sorted(roots):
        for top in root.prefix[:1] or children.get(root.folder, ()):
            claims.setdefault(top, []).append(root)
    return {top: tuple(claimers) for top, claimers in claims.items()}


def _distance(root: _Root, folder: str) -> tuple[bool, bool, int, int]:
    """Sorts roots by how near they are to a folder: those around it, the explicit ones, the rest."""
    is_around = _contains(root.folder, folder)
    steps = zip(root.folder.split("/"), folder.split("/"), strict=False)
    shared = sum(1 for _ in takewhile(lambda step: step[0] == step[1], steps))
    return not is_around, not (is_around or root.explicit), -shared, root.order


def _stem(file: str) -> str:
    return file.removesuffix(".pyi").removesuffix(".py")


def _is_init(path: str) -> bool:
    return _stem(path.rpartition("/")[2]) == "__init__"


def _is_stub(path: str) -> bool:
    return path.endswith(".pyi")


def _contains(outer: str, folder: str) -> bool:
    return not outer or folder == outer or folder.startswith(f"{outer}/")


def _normal(folder: str) -> str:
    """A configured folder as this module writes it: no `./`, no slash at the end, empty for the root."""
    return "/".join(part for part in folder.split("/") if part not in ("", "."))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = _parent(folder)
    yield ""
