"""What stands on disk beside the files of a workspace: modules that none of them is, links, texts that name code."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from ssot_server.disk import Disk

_BUILT = re.compile(r"(?:.*_)?pb2(?:_grpc)?|_*version_*|.*_generated")
"""Names of modules that tools write."""
_DOTTED = re.compile(r"[^\W\d]\w*(?:[.:/][^\W\d]\w*)*")
"""A dotted path, also of an entry point (`app.old:main`) and as a file's (`app/old.py`)."""


class Surroundings:
    """Looks for what no file of the workspace is."""

    def __init__(
        self,
        root: Path,
        disk: Disk,
        is_left_out: Callable[[str], bool],
        folders: Callable[[], Iterable[str]],
        deleted: Collection[str] = (),
    ) -> None:
        """`is_left_out` tells of a path that it would not belong to the workspace; `folders` gives those that do.
        Files that are `deleted` count as if they were not there any more."""
        self._folder = os.path.join(root, "")  # noqa: PTH118 - as paths are put together everywhere
        self._disk = disk
        self._is_left_out = is_left_out
        self._folders = folders
        self._deleted = deleted

    def may_hold(self, folder: str, name: str) -> bool:
        """Whether a folder, relative to the root, has or may be given a module of that name: a compiled one or its
        source, a stub, a link, one that tools write, or one that is excluded."""
        path = f"{folder}/{name}" if folder else name
        return (
            _BUILT.fullmatch(name) is not None
            or any(map(self._is_left_out, (f"{path}.py", f"{path}/__init__.py")))
            or bool(self._endings(path))
        )

    def has_stub(self, path: str) -> bool:
        """Whether a stub stands beside a file of the workspace."""
        return ".pyi" in self._endings(path.removesuffix(".py"))

    def _endings(self, path: str) -> list[str]:
        """What follows a path in the names of the modules that it may be; `/` stands for a folder."""
        found = self._disk.ask("modules", self._folder + path).split()
        return [ending for ending in found if path + ending.replace("/", "/__init__.py") not in self._deleted]

    def is_linked(self, path: str) -> bool:
        """Whether a file of the workspace is a link, or another one is a link to it."""
        target = self._target(path)
        is_link = target != os.path.join(self._target(""), *path.split("/"))  # noqa: PTH118 - for comparison alone
        return is_link or any(
            self._target(base + name) == target
            for folder, base in self._bases()
            for name in self._disk.listing(self._folder + folder).links
        )

    def _target(self, path: str) -> str:
        return self._disk.ask("target", self._folder + path)

    def _bases(self) -> Iterator[tuple[str, str]]:
        """The workspace's folders, each with what the paths of its files begin with."""
        return ((folder, f"{folder}/" if folder else "") for folder in sorted(self._folders()))

    def named(self, apart: str) -> dict[str, str]:
        """The dotted paths that files name which are no code, but for one: settings, build files, scripts; each path
        with one of the files."""
        found: dict[str, str] = {}
        for folder, base in self._bases():
            for name in filter(None, self._disk.ask("settings", self._folder + folder).split("/")):
                if base + name == apart:
                    continue
                try:
                    text = self._disk.read(self._folder + base + name).decode("utf-8", "replace")
                except OSError:
                    continue
                for word in _DOTTED.findall(text):
                    found.setdefault(word.replace("/", ".").replace(":", "."), base + name)
        return found
