"""The documents that are open in the editor, as they stand there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssot_server.lsp.notebooks import Notebook, cells_of, changed
from ssot_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lsprotocol import types

    from ssot_server.lsp.positions import Encoding

_log = logging.getLogger(__name__)

REGISTRY = "ssot.toml"


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an open document."""

    uri: str
    """As the editor spells it."""
    path: str
    """The absolute path of its file."""
    version: int
    text: str
    """The editor's text, its byte order mark included if it has one."""


class Documents:
    """The open documents and notebooks that are files. Anything else that an editor says about documents is logged."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}
        self._notebooks: dict[str, Notebook] = {}

    def __iter__(self) -> Iterator[Document | Notebook]:
        return iter((*self._open.values(), *self._notebooks.values()))

    def get(self, uri: str) -> Document | None:
        """The open document with this URI."""
        return self._open.get(uri)

    def open(self, uri: str, version: int, text: str) -> Document | None:
        """A document was opened, perhaps again; None when it is no file."""
        path = to_path(uri)
        if path is None:
            _log.debug("%s is no file and is left alone", uri)
            return None
        document = self._open[uri] = Document(uri, path, version, text)
        return document

    def change(
        self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent], encoding: Encoding
    ) -> Document | None:
        """A document was edited; None when it is not open."""
        from ssot_server.lsp.positions import apply_changes

        if to_path(uri) is None:
            return None
        before = self._open.get(uri)
        if before is None:
            _log.warning("%s was changed but is not open", uri)
            return None
        document = Document(uri, before.path, version, apply_changes(before.text, changes, encoding))
        self._open[uri] = document
        return document

    def close(self, uri: str) -> Document | None:
        """A document was closed; None when it was not open."""
        return self._open.pop(uri, None)

    def version(self, uri: str) -> int | None:
        """The version of the open document or cell with this URI."""
        if uri in self._open:
            return self._open[uri].version
        cells = (cell for notebook in self._notebooks.values() for cell in notebook.cells)
        return next((cell.version for cell in cells if cell.uri == uri), None)

    # -- notebooks ----------------------------------------------------------------------------------------

    def notebook(self, uri: str) -> Notebook | None:
        """The open notebook with this URI."""
        return self._notebooks.get(uri)

    def open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> Notebook | None:
        """A notebook was opened, perhaps again; None when it is no file."""
        document = params.notebook_document
        path = to_path(document.uri)
        if path is None:
            _log.debug("%s is no file and is left alone", document.uri)
            return None
        cells = cells_of(document.cells, params.cell_text_documents)
        notebook = self._notebooks[document.uri] = Notebook(document.uri, path, document.version, cells)
        return notebook

    def change_notebook(self, params: types.DidChangeNotebookDocumentParams, encoding: Encoding) -> Notebook | None:
        """A notebook was edited; None when it is not open."""
        uri, version = params.notebook_document.uri, params.notebook_document.version
        if to_path(uri) is None:
            return None
        before = self._notebooks.get(uri)
        if before is None:
            _log.warning("%s was changed but is not open", uri)
            return None
        notebook = self._notebooks[uri] = changed(before, version, params.change, encoding)
        return notebook

    def close_notebook(self, uri: str) -> Notebook | None:
        """A notebook was closed; None when it was not open."""
        return self._notebooks.pop(uri, None)
