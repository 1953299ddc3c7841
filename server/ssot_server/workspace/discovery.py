"""Find a workspace, and the Python files that belong to it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ssot_rules.registry import WorkspaceOptions
from ssot_server.workspace.gitignore import Patterns, compile_patterns

REGISTRY_NAME = "ssot.toml"

_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
_ENVIRONMENT_MARK = "pyvenv.cfg"


def find_registry(start: Path) -> Path | None:
    """The nearest `ssot.toml` in the folder `start` (or the folder of the file `start`) or above it."""
    start = start.absolute()
    for folder in (start, *start.parents):
        candidate = folder / REGISTRY_NAME
        if os.path.isfile(candidate):  # noqa: PTH113 - Path.is_file raises where a folder is not ours to read
            return candidate
    return None


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

    def __init__(self, root: Path, options: WorkspaceOptions) -> None:
        self.root = root
        self._exclude = compile_patterns(options.exclude)
        self._tests = compile_patterns(options.tests)
        # Paths are matched from the repository's top, where the outermost ignore file may be.
        real = Path(os.path.realpath(root))
        top = _repository_top(real)
        self._prefix = "" if top is None or top == real else f"{real.relative_to(top).as_posix()}/"
        self._outer = _outer_levels(real, top)
        self._lock = threading.Lock()
        self._folders: dict[str, _Levels | None] = {}

    def discover(self) -> tuple[str, ...]:
        """All `.py` files below the root, relative to it with `/`, sorted.

        Links to files are followed, links to folders are not. Folders that cannot be read are passed over.
        """
        found: list[str] = []
        pending: list[tuple[str, _Levels]] = [("", self._outer)]
        while pending:
            folder, levels = pending.pop()
            listing = _Listing.of(self._absolute(folder))
            if folder and listing.is_environment:
                continue
            if listing.has_ignore_file:
                levels = self._with_ignore_file(folder, levels)
            base = f"{folder}/" if folder else ""
            found += [base + name for name in listing.modules if not self._is_ignored(base + name, False, levels)]
            pending += [
                (base + name, levels) for name in listing.folders if not self._is_ignored(base + name, True, levels)
            ]
        return tuple(sorted(found))

    def is_excluded(self, path: str) -> bool:
        """Whether one file, relative to the root with `/`, is left out. It need not exist."""
        parts = path.split("/")
        if "" in parts or ".." in parts or (os.name == "nt" and ":" in path):
            return True
        levels = self._levels(path.rpartition("/")[0])
        return levels is None or self._is_ignored(path, False, levels)

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
        if levels is None or _is_skipped(name) or self._is_ignored(folder, True, levels):
            return None
        if os.path.exists(os.path.join(self._absolute(folder), _ENVIRONMENT_MARK)):  # noqa: PTH110, PTH118
            return None
        return self._with_ignore_file(folder, levels)

    def _with_ignore_file(self, folder: str, levels: _Levels) -> _Levels:
        patterns = _read_patterns(Path(self._absolute(folder), ".gitignore"))
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


class _Listing(NamedTuple):
    """What matters of a folder's entries."""

    modules: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    has_ignore_file: bool = False
    is_environment: bool = False

    @classmethod
    def of(cls, folder: str) -> _Listing:
        modules: list[str] = []
        folders: list[str] = []
        names: set[str] = set()
        for entry in _entries(folder):
            name = entry.name
            if name.endswith(".py"):
                if _is_file(entry):
                    modules.append(name)
                    continue
            elif name in (".gitignore", _ENVIRONMENT_MARK):
                names.add(name)
            if not _is_skipped(name) and _is_own_folder(entry):
                folders.append(name)
        return cls(tuple(modules), tuple(folders), ".gitignore" in names, _ENVIRONMENT_MARK in names)


def _is_skipped(folder_name: str) -> bool:
    return folder_name.startswith(".") or folder_name in _SKIPPED_FOLDERS


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:  # not ours to read, or gone since it was listed
        return


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads round in a circle
        return False


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder itself, not a link to one; a Windows junction is a link."""
    try:
        is_junction = getattr(entry, "is_junction", None)
        return entry.is_dir(follow_symlinks=False) and not (is_junction is not None and is_junction())
    except OSError:
        return False


def _repository_top(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.parents) if os.path.lexists(place / ".git")), None)


def _outer_levels(root: Path, top: Path | None) -> _Levels:
    """The ignore files that reach into the root from outside, the weakest first."""
    if top is None:
        return ()
    sources: list[tuple[Path, int]] = [(_git_folder(top / ".git") / "info" / "exclude", 0)]
    place = ""
    for part in ("", *root.relative_to(top).parts)[:-1] if root != top else ():
        place += f"{part}/" if part else ""
        sources.append((top / place / ".gitignore", len(place)))
    compiled = ((_read_patterns(source), offset) for source, offset in sources)
    return tuple(_Level(patterns, offset) for patterns, offset in compiled if patterns is not None)


def _git_folder(mark: Path) -> Path:
    """The folder with the repository's own data; in a worktree or submodule `.git` is a file that names it."""
    try:
        text = mark.read_text("utf-8", errors="replace")
    except OSError:
        return mark
    folder = mark.parent / text.removeprefix("gitdir:").strip()
    try:
        return folder / (folder / "commondir").read_text("utf-8", errors="replace").strip()
    except OSError:
        return folder


def _read_patterns(path: Path) -> Patterns | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return compile_patterns(data.decode("utf-8-sig", errors="surrogateescape").split("\n"))
