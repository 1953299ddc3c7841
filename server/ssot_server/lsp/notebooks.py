"""Notebooks that are open in the editor: their cells, as they stand there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ssot_server.lsp.positions import Encoding


SYNCHRONIZATION = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")])], save=True
)
"""What the server wants to know: the Python cells of every notebook."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One version of a cell: a document of its own for the editor."""

    uri: str
    version: int
    text: str
    language: str
    is_code: bool

    @property
    def is_python(self) -> bool:
        """Whether it belongs to the notebook's module."""
        return self.is_code and self.language == "python"


@dataclass(frozen=True, slots=True)
class Notebook:
    """One version of an open notebook."""

    uri: str
    """As the editor spells it."""
    path: str
    """The absolute path of its file."""
    version: int
    cells: tuple[Cell, ...]
    """In their order, whatever they hold."""


def cells_of(cells: Iterable[types.NotebookCell], documents: Iterable[types.TextDocumentItem]) -> tuple[Cell, ...]:
    """The cells of a notebook that is opened."""
    return tuple(_cells(cells, {item.uri: item for item in documents}, {}))


def changed(
    notebook: Notebook, version: int, change: types.NotebookDocumentChangeEvent, encoding: Encoding
) -> Notebook:
    """The notebook after a change: first of which cells it has, then of what they are, then of their texts."""
    cells = notebook.cells
    if change.cells is not None:
        if change.cells.structure is not None:
            cells = _restructured(cells, change.cells.structure)
        kinds = {cell.document: cell.kind == types.NotebookCellKind.Code for cell in change.cells.data or ()}
        cells = tuple(replace(cell, is_code=kinds.get(cell.uri, cell.is_code)) for cell in cells)
        for content in change.cells.text_content or ():
            cells = tuple(_edited(cell, content, encoding) for cell in cells)
    return replace(notebook, version=version, cells=cells)


def _restructured(cells: tuple[Cell, ...], structure: types.NotebookDocumentCellChangeStructure) -> tuple[Cell, ...]:
    """A cell that is moved is taken away and put elsewhere, and is not opened anew."""
    array, opened = structure.array, {item.uri: item for item in structure.did_open or ()}
    rest = cells[array.start + array.delete_count :]
    new = _cells(array.cells or (), opened, {cell.uri: cell for cell in cells})
    return (*cells[: array.start], *new, *rest)


def _cells(
    cells: Iterable[types.NotebookCell], opened: Mapping[str, types.TextDocumentItem], known: Mapping[str, Cell]
) -> Sequence[Cell]:
    """Each of the cells with the text that it is opened with, or had before."""
    found = []
    for cell in cells:
        is_code = cell.kind == types.NotebookCellKind.Code
        if cell.document in opened:
            item = opened[cell.document]
            found.append(Cell(item.uri, item.version, item.text, item.language_id, is_code))
        elif cell.document in known:
            found.append(replace(known[cell.document], is_code=is_code))
        else:
            found.append(Cell(cell.document, 0, "", "", is_code))
    return found


def _edited(cell: Cell, content: types.NotebookDocumentCellContentChanges, encoding: Encoding) -> Cell:
    if cell.uri != content.document.uri:
        return cell
    from ssot_server.lsp.positions import apply_changes

    text = apply_changes(cell.text, content.changes, encoding)
    return replace(cell, version=content.document.version, text=text)
