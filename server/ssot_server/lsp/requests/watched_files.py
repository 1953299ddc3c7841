"""Files that change on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_server.lsp.uris import to_path

if TYPE_CHECKING:
    from lsprotocol import types

    from ssot_server.lsp.session import Session


def did_change_watched_files(ls: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """Files were created, changed or deleted."""
    paths = [path for path in (to_path(change.uri) for change in params.changes) if path is not None]
    ls.post(lambda workspaces: workspaces.invalidate(paths))
    open_paths = {document.path for document in ls.documents}
    ls.refresher.schedule(everything=not open_paths.issuperset(paths))
