"""Notebooks as they are opened, edited, saved and closed. What is asked about a cell is asked like about a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsprotocol import types

    from ssot_server.lsp.session import Session


def did_open(ls: Session, params: types.DidOpenNotebookDocumentParams) -> None:
    """A notebook was opened."""
    notebook = ls.documents.open_notebook(params)
    if notebook is not None:
        ls.post(lambda workspaces: workspaces.put(notebook))
        ls.watch()
        ls.refresher.edited(notebook.uri)


def did_change(ls: Session, params: types.DidChangeNotebookDocumentParams) -> None:
    """Cells were edited, added, moved or removed."""
    before = ls.documents.notebook(params.notebook_document.uri)
    notebook = ls.documents.change_notebook(params, ls.client.encoding)
    if before is not None and notebook is not None:
        ls.post(lambda workspaces: workspaces.put(notebook))
        for uri in {cell.uri for cell in before.cells} - {cell.uri for cell in notebook.cells}:
            ls.refresher.close(uri)
        ls.refresher.edited(notebook.uri)


def did_save(ls: Session, params: types.DidSaveNotebookDocumentParams) -> None:
    """A notebook was saved: editors without file watchers tell about the disk in no other way."""
    notebook = ls.documents.notebook(params.notebook_document.uri)
    if notebook is not None:
        ls.disk_changed([notebook.path])
        ls.refresher.schedule()


def did_close(ls: Session, params: types.DidCloseNotebookDocumentParams) -> None:
    """A notebook was closed: what the disk has counts again."""
    notebook = ls.documents.close_notebook(params.notebook_document.uri)
    if notebook is not None:
        ls.post(lambda workspaces: workspaces.drop(notebook))
        for cell in notebook.cells:
            ls.refresher.close(cell.uri)
        ls.refresher.schedule()
