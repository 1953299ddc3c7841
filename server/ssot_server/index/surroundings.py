"""What stands on disk beside the files of a workspace, and may be imported although none of them is it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from ssot_server.disk import Disk

_BUILT = re.compile(r"(?:.*_)?pb2(?:_grpc)?|_*version_*|.*_generated")
"""Names of modules that tools write."""


class Surroundings:
    """Looks for modules that no file of the workspace is."""

    def __init__(self, root: Path, disk: Disk, is_left_out: Callable[[str], bool]) -> None:
        """`is_left_out` tells of a path that it would not belong to the workspace."""
        self._folder = os.path.join(root, "")  # noqa: PTH118 - as paths are put together everywhere
        self._disk = disk
        self._is_left_out = is_left_out

    def may_hold(self, folder: str, name: str) -> bool:
        """Whether a folder, relative to the root, has or may be given a module of that name: a compiled one or its
        source, a stub, a link, one that tools write, or one that is excluded."""
        path = f"{folder}/{name}" if folder else name
        return (
            _BUILT.fullmatch(name) is not None
            or any(map(self._is_left_out, (f"{path}.py", f"{path}/__init__.py")))
            or self._disk.ask("modules", self._folder + path) != ""
        )

    def has_stub(self, path: str) -> bool:
        """Whether a stub stands beside a file of the workspace."""
        return ".pyi" in self._disk.ask("modules", self._folder + path.removesuffix(".py")).split()
