"""Find a workspace, and the Python files that belong to it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ssot_rules.registry import WorkspaceOptions
from ssot_server import places
from ssot_server.disk import FILE, Disk, is_skipped
from ssot_server.workspace.gitignore import Patterns, compile_patterns


def find_registry(start: Path) -> Path | None:
    """The nearest `ssot.toml` in the folder `start` (or the folder of the file `start`) or above it."""
    found = places.find_registry(str(start))
    return None if found is None else Path(found)


def discover(root: Path, options: WorkspaceOptions) -> tuple[str, ...]:
    """All Python files of the workspace; see `FileFilter.discover`."""
    return FileFilter(root, options).discover()


class _Level(NamedTuple):
    """The patterns of one ignore file, and how much of a path leads to the folder that they belong to."""

    patterns: Patterns
    offset: int


_Levels = tuple[_Level, ...]


class FileFilter:
    """Tells which files belong to a workspace, and which of them are tests.

    Left out are hidden folders, caches and installed packages (`__pycache__`, `node_modules`, `site-packages`,
    virtual environments), whatever git ignores by `.gitignore` files up to the repository's top and by
    `.git/info/exclude`, and what the option `exclude` names. `exclude` has the last word: its negated patterns
    take back in what git ignores, though nothing from a folder that is left out as a whole.

    Ignore files are read once and kept; make a new filter when one of them changes.
    """

    def __init__(self, root: Path, options: WorkspaceOptions, disk: Disk | None = None) -> None:
        """`disk` is to remember what was read."""
        self.root = root
        self._disk = disk or Disk()
        self._exclude = compile_patterns(options.exclude)
        self._tests = compile_patterns(options.tests)
        # Paths are matched from the repository's top, where the outermost ignore file may be.
        real = Path(os.path.realpath(root))
        found = self._disk.ask("repository", str(real))
        top = Path(found) if found else None
        self._prefix = "" if top is None or top == real else f"{real.relative_to(top).as_posix()}/"
        self._outer = _outer_levels(real, top, self._disk)
        self.registries: tuple[str, ...] = ()
        """The folders with a registry that `discover` came through, relative to the root."""
        self._lock = threading.Lock()
        self._folders: dict[str, _Levels | None] = {}

    def discover(self) -> tuple[str, ...]:
        """All Python files below the root, stubs and notebooks included, relative to it with `/`, sorted.

        Links to files are followed, links to folders are not. Folders that cannot be read are passed over.
        """
        return tuple(sorted(path for _, paths in self._walk() for path in paths))

    def folders(self) -> Iterator[str]:
        """All folders that may hold files of the workspace, relative to the root with `/`; the root is empty."""
        return (folder for folder, _ in self._walk())

    def _walk(self) -> Iterator[tuple[str, list[str]]]:
        """Every folder that is not left out, with its Python files."""
        registries: list[str] = []
        pending: list[tuple[str, _Levels]] = [("", self._outer)]
        while pending:
            folder, levels = pending.pop()
            listing = self._disk.listing(self._absolute(folder))
            if folder and places.ENVIRONMENT_MARK in listing.noted:
                continue
            if places.REGISTRY_NAME in listing.noted:
                registries.append(folder)
            if places.IGNORE_FILE in listing.noted:
                levels = self._with_ignore_file(folder, levels)
            base = f"{folder}/" if folder else ""
            yield folder, [base + name for name in listing.modules if not self._is_ignored(base + name, False, levels)]
            pending += [
                (base + name, levels) for name in listing.folders if not self._is_ignored(base + name, True, levels)
            ]
        self.registries = tuple(registries)

    def is_excluded(self, path: str) -> bool:
        """Whether one file, relative to the root with `/`, is left out. It need not exist."""
        parts = path.split("/")
        if "" in parts or ".." in parts or (os.name == "nt" and ":" in path):
            return True
        levels = self._levels(path.rpartition("/")[0])
        return levels is None or self._is_ignored(path, False, levels)

    def is_left_out(self, folder: str) -> bool:
        """Whether a folder, relative to the root with `/`, is left out as a whole. It need not exist."""
        return self._levels(folder) is None

    def is_test(self, path: str) -> bool:
        """Whether a file, relative to the root with `/`, has the test role."""
        return self._tests is not None and self._tests.covers(path)

    def _absolute(self, folder: str) -> str:
        return os.path.join(self.root, folder)  # noqa: PTH118 - asked for every folder of a large tree

    def _levels(self, folder: str) -> _Levels | None:
        """The ignore files in force in a folder, None if the folder is left out."""
        with self._lock:
            known = self._folders.get(folder, ())
        if folder in self._folders:
            return known
        levels = self._find_levels(folder)
        with self._lock:
            self._folders[folder] = levels
        return levels

    def _find_levels(self, folder: str) -> _Levels | None:
        if not folder:
            return self._with_ignore_file("", self._outer)
        parent, _, name = folder.rpartition("/")
        levels = self._levels(parent)
        if levels is None or is_skipped(name) or self._is_ignored(folder, True, levels):
            return None
        if self._disk.kind(f"{self._absolute(folder)}/{places.ENVIRONMENT_MARK}") == FILE:
            return None
        return self._with_ignore_file(folder, levels)

    def _with_ignore_file(self, folder: str, levels: _Levels) -> _Levels:
        patterns = _read_patterns(Path(self._absolute(folder), places.IGNORE_FILE), self._disk)
        if patterns is None:
            return levels
        place = f"{self._prefix}{folder}/" if folder else self._prefix
        return (*levels, _Level(patterns, len(place)))

    def _is_ignored(self, path: str, is_folder: bool, levels: _Levels) -> bool:
        if self._exclude is not None:
            decision = self._exclude.decide(path, is_folder)
            if decision is not None:
                return decision
        if not levels:
            return False
        full = self._prefix + path
        for level in reversed(levels):
            decision = level.patterns.decide(full[level.offset :], is_folder)
            if decision is not None:
                return decision
        return False


def _outer_levels(root: Path, top: Path | None, disk: Disk) -> _Levels:
    """The ignore files that reach into the root from outside, the weakest first."""
    if top is None:
        return ()
    sources: list[tuple[Path, int]] = [(Path(disk.ask("git", str(top)), "info", "exclude"), 0)]
    place = ""
    for part in ("", *root.relative_to(top).parts)[:-1] if root != top else ():
        place += f"{part}/" if part else ""
        sources.append((top / place / places.IGNORE_FILE, len(place)))
    compiled = ((_read_patterns(source, disk), offset) for source, offset in sources)
    return tuple(_Level(patterns, offset) for patterns, offset in compiled if patterns is not None)


def _read_patterns(path: Path, disk: Disk) -> Patterns | None:
    try:
        data = disk.read(path)
    except OSError:
        return None
    return compile_patterns(data.decode("utf-8-sig", errors="surrogateescape").split("\n"))
