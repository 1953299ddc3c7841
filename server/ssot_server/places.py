"""Where things lie: the registry and the repository around a folder, and what the repository keeps for itself.

This is asked at every start, also of a run that only repeats an earlier one: it needs nothing but `os`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

REGISTRY_NAME = "ssot.toml"
IGNORE_FILE = ".gitignore"
ENVIRONMENT_MARK = "pyvenv.cfg"
PROJECT_MARKS = ("pyproject.toml", "setup.cfg")
STYLE_FILES = (".isort.cfg", ".ruff.toml", "ruff.toml", *PROJECT_MARKS)
"""Names of the files that say how imports are written."""
TEST_SETTINGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""Names of the files that have settings of pytest, the one that it looks at first before the others."""
TREE_FILES = frozenset(
    {REGISTRY_NAME, IGNORE_FILE, "setup.py", "conftest.py", ENVIRONMENT_MARK, *STYLE_FILES, *TEST_SETTINGS}
)
"""Names of the files that decide which modules a workspace has, how they are imported and how that is written."""
SOURCE_SUFFIXES = (".py", ".pyi")
"""How the names of files with code end."""
NOTEBOOK_SUFFIX = ".ipynb"
FILE_SUFFIXES = (*SOURCE_SUFFIXES, NOTEBOOK_SUFFIX)
"""How the names of files end that a workspace may have."""

SETTINGS_SUFFIXES = (".toml", ".cfg", ".ini", ".conf", ".env", ".json", ".yaml", ".yml", ".sh", ".service")
SETTINGS_NAMES = ("Dockerfile", "Makefile", "Procfile")
"""How the names end, and begin, of files that are no code and may name some: settings, build files, scripts."""


def find_registry(start: str) -> str | None:
    """The nearest `ssot.toml` in the folder `start` (or the folder of the file `start`) or above it."""
    candidates = (os.path.join(folder, REGISTRY_NAME) for folder in upwards(os.path.join(os.getcwd(), start)))
    return next(filter(os.path.isfile, candidates), None)


def upwards(folder: str) -> Iterator[str]:
    """The folder and those above it, the nearest first."""
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def real_path(path: str) -> str:
    """The absolute path with the folders' symbolic links followed; a file that is a link keeps its own name."""
    absolute = os.path.join(os.getcwd(), path)
    if os.path.isdir(absolute):
        return os.path.realpath(absolute)
    return os.path.join(os.path.realpath(os.path.dirname(absolute)), os.path.basename(absolute))


def packages_around(folder: str) -> tuple[str, ...]:
    """The names of the packages from the outermost to `folder`, which is one; none if they cannot be imported."""
    names: list[str] = []
    for place in upwards(os.path.join(os.getcwd(), folder)):
        name = os.path.basename(place)
        if not name.isidentifier() or not os.path.isfile(os.path.join(place, "__init__.py")):
            break
        names.insert(0, name)
    return tuple(names)


def repository_top(folder: str) -> str | None:
    """The nearest folder at or above this one that holds a git repository."""
    return next((place for place in upwards(folder) if os.path.lexists(os.path.join(place, ".git"))), None)


def git_folder(top: str) -> str:
    """The folder with the data of the repository at `top`, which all its worktrees share."""
    own, shared = _git_folders(top)
    return shared or own


def main_worktree(top: str) -> str | None:
    """The worktree that the one at `top` was made from; None where that is none of several."""
    _, shared = _git_folders(top)
    if shared is None or os.path.basename(shared) != ".git":  # that of a bare repository has another name
        return None
    return os.path.dirname(shared)


def _git_folders(top: str) -> tuple[str, str | None]:
    """The data of a worktree, and those that it shares with the worktree that it was made from.

    In a linked worktree or a submodule `.git` is a file that names a folder; a linked one's names the shared one.
    """
    top = os.path.normpath(top)
    mark = os.path.join(top, ".git")
    text = _first_words(mark)
    if text is None:
        return mark, None
    own = os.path.normpath(os.path.join(top, text.removeprefix("gitdir:").strip()))
    common = _first_words(os.path.join(own, "commondir"))
    return own, None if common is None else os.path.normpath(os.path.join(own, common.strip()))


def _first_words(path: str) -> str | None:
    """What stands in one of git's little files; None where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(4096)
    except OSError:
        return None
