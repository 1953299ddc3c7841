"""Files that change on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol.types import FileChangeType

from ssot_server.lsp.uris import to_path

if TYPE_CHECKING:
    from lsprotocol import types

    from ssot_server.lsp.session import Session


def did_change_watched_files(ls: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """Files were created, changed or deleted, or folders came or went."""
    paths = {path for change in params.changes if (path := to_path(change.uri)) is not None and _counts(change, path)}
    if paths:
        ls.disk_changed(paths)


def _counts(change: types.FileEvent, path: str) -> bool:
    """A folder has changed when something in it came or went, which is told as well."""
    return change.type != FileChangeType.Changed or not os.path.isdir(path)  # noqa: PTH112
