"""The editor's workspace folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol import types

    from ssot_server.lsp.session import Session


def folder_paths(uris: Iterable[str]) -> tuple[str, ...]:
    """The folders that are folders of this file system, each once."""
    return tuple(dict.fromkeys(path for path in map(to_path, uris) if path is not None))


def did_change_workspace_folders(ls: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added and removed."""
    removed = folder_paths(folder.uri for folder in params.event.removed)
    added = folder_paths(folder.uri for folder in params.event.added)
    kept = (folder for folder in ls.folders if folder not in removed)
    ls.configure(ls.settings, tuple(dict.fromkeys([*kept, *added])))
    ls.refresher.schedule(everything=True)
