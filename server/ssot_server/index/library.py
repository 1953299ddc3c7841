"""The code outside the workspace: the standard library and the packages of the project's environment.

It is read as text, never imported, and only where a fix has to know whether a replacement exists.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Callable
from pathlib import Path

from ssot_rules.facts import Facts
from ssot_server.disk import FILE, FOLDER, NOTHING, Disk
from ssot_server.places import SOURCE_SUFFIXES


class Library:
    """Answers what an external dotted path names, from source files alone."""

    def __init__(self, root: Path, read: Callable[[Path], Facts | None], disk: Disk) -> None:
        """`root` is the workspace; `read` gives a file's facts."""
        self._root = root
        self._read = read
        self._disk = disk
        self._folders: list[Path] | None = None
        self._files: dict[str, Path | None] = {}
        self._provided: dict[str, bool | None] = {}

    def rest(self, dotted: str) -> list[str]:
        """The names of a dotted path behind its longest module; the last one where no module is known."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            if self._file(".".join(parts[:end])) is not None:
                return parts[end:]
        return parts[-1:] if len(parts) > 1 else []

    def exists(self, dotted: str) -> bool | None:
        """Whether a dotted path names something; None where the source does not tell."""
        parts = dotted.split(".")
        rest = self.rest(dotted)
        file = self._file(".".join(parts[: len(parts) - len(rest)]))
        if file is None:
            return None
        if not rest:
            return True
        facts = self._read(file)
        if facts is None or facts.dynamic:
            return None
        if facts.named(rest[0]):
            return self._member(facts, rest)
        return None if facts.stars else False

    def _member(self, facts: Facts, rest: list[str]) -> bool | None:
        if len(rest) == 1:
            return True
        return True if any(known.qualname == ".".join(rest) for _, known in facts.definitions.about(rest[:1])) else None

    def data_file(self, package: str, name: str) -> Path | None:
        """A file that is installed with a package, by its name in there."""
        files = (folder.joinpath(*package.split("."), name) for folder in self._search_path())
        return next((file for file in files if self._disk.kind(file) == FILE), None)

    def provides(self, package: str) -> bool | None:
        """Whether the project's environment has a top-level package of that name; None without an environment."""
        if package not in self._provided:
            folders = self._search_path()[1:]
            found = [
                self._disk.kind(folder / name) != NOTHING for folder in folders for name in (package, f"{package}.py")
            ]
            self._provided[package] = any(found) if folders else None
        return self._provided[package]

    def _file(self, dotted: str) -> Path | None:
        if dotted not in self._files:
            relative = Path(*dotted.split("."))
            self._files[dotted] = next(
                (
                    file
                    for folder in self._search_path()
                    for suffix in SOURCE_SUFFIXES
                    for file in (folder / relative / f"__init__{suffix}", folder / relative.with_suffix(suffix))
                    if self._disk.kind(file) == FILE
                ),
                None,
            )
        return self._files[dotted]

    def _search_path(self) -> list[Path]:
        if self._folders is None:
            environments = [self._root / ".venv", self._root / "venv"]
            packages = [folder for environment in environments for folder in self._packages(environment)]
            self._folders = [Path(sysconfig.get_path("stdlib")), *packages]
        return self._folders

    def _packages(self, environment: Path) -> list[Path]:
        """The folders of installed packages: below the Python's version, or not on Windows."""
        library = environment / "lib"
        versions = [name for name in self._disk.listing(str(library)).folders if name.startswith("python3")]
        candidates = [library / name / "site-packages" for name in sorted(versions)]
        return [
            folder
            for folder in (*candidates, environment / "Lib" / "site-packages")
            if self._disk.kind(folder) == FOLDER
        ]
