"""Documents as they are opened, edited, saved and closed.

Every change is recorded at once and reaches the engine in its turn, before any later question.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from ssot_server.places import REGISTRY_NAME

if TYPE_CHECKING:
    from lsprotocol import types

    from ssot_server.lsp.documents import Document
    from ssot_server.lsp.session import Session


def did_open(ls: Session, params: types.DidOpenTextDocumentParams) -> None:
    """A document was opened."""
    item = params.text_document
    document = ls.documents.open(item.uri, item.version, item.text)
    if document is not None:
        ls.post(lambda workspaces: workspaces.put(document))
        ls.watch()
        ls.refresher.edited(document.uri)


def did_change(ls: Session, params: types.DidChangeTextDocumentParams) -> None:
    """A document was edited."""
    item = params.text_document
    document = ls.documents.change(item.uri, item.version, params.content_changes, ls.client.encoding)
    if document is not None:
        ls.post(lambda workspaces: workspaces.put(document))
        ls.refresher.edited(document.uri)
        if _is_registry(document):
            ls.refresher.schedule(everything=True)


def did_save(ls: Session, params: types.DidSaveTextDocumentParams) -> None:
    """A document was saved: editors without file watchers tell about the disk in no other way."""
    document = ls.documents.get(params.text_document.uri)
    if document is not None:
        ls.disk_changed([document.path])
        ls.refresher.schedule(everything=_is_registry(document))


def did_close(ls: Session, params: types.DidCloseTextDocumentParams) -> None:
    """A document was closed: what the disk has counts again."""
    document = ls.documents.close(params.text_document.uri)
    if document is not None:
        ls.post(lambda workspaces: workspaces.drop(document))
        ls.refresher.close(document.uri)
        ls.refresher.schedule(everything=_is_registry(document))


def _is_registry(document: Document) -> bool:
    """Whether it is a registry, or may be one that others extend."""
    return PurePath(document.path).suffix == PurePath(REGISTRY_NAME).suffix
