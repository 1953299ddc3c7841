"""Notebooks as an editor changes them, as values."""

from __future__ import annotations

from lsprotocol import types

from ssot_server.lsp.documents import Documents
from ssot_server.lsp.notebooks import Cell, Notebook, changed

A, B, C = (Cell(f"cell:{name}", 1, f"{name} = 1", "python", is_code=True) for name in "abc")
BOOK = Notebook("file:///x.ipynb", "/x.ipynb", 1, (A, B))
CODE, TEXT = types.NotebookCellKind.Code, types.NotebookCellKind.Markup


def after(
    start: int, count: int, *cells: types.NotebookCell, opened: tuple[types.TextDocumentItem, ...] = ()
) -> tuple[Cell, ...]:
    array = types.NotebookCellArrayChange(start, count, cells)
    structure = types.NotebookDocumentCellChangeStructure(array, did_open=opened)
    event = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(structure=structure))
    return changed(BOOK, 2, event, "utf-16").cells


def code(cell: Cell) -> types.NotebookCell:
    return types.NotebookCell(CODE, cell.uri)


def item(cell: Cell, text: str | None = None) -> types.TextDocumentItem:
    return types.TextDocumentItem(cell.uri, "python", 1, cell.text if text is None else text)


def test_cells_are_added_and_removed() -> None:
    assert after(1, 0, code(C), opened=(item(C),)) == (A, C, B)
    assert after(2, 0, code(C), opened=(item(C),)) == (A, B, C)
    assert after(0, 2) == ()
    assert after(0, 1, code(C), opened=(item(C),)) == (C, B)


def test_a_moved_cell_keeps_its_text() -> None:
    assert after(0, 2, code(B), code(A)) == (B, A)


def test_a_cell_that_is_opened_again_has_its_new_text() -> None:
    (cell, _) = after(0, 1, code(A), opened=(item(A, "new"),))
    assert cell.text == "new"


def test_a_cell_that_was_never_opened_is_empty() -> None:
    (_, _, cell) = after(2, 0, code(C))
    assert (cell.text, cell.is_python) == ("", False)


def test_places_that_do_not_exist() -> None:
    assert after(7, 3, code(C), opened=(item(C),)) == (A, B, C)


def test_kinds_and_texts_change() -> None:
    start = types.Position(0, 0)
    edit = types.TextDocumentContentChangePartial(range=types.Range(start, start), text="x = ")
    cells = types.NotebookDocumentCellChanges(
        data=[types.NotebookCell(TEXT, A.uri)],
        text_content=[
            types.NotebookDocumentCellContentChanges(types.VersionedTextDocumentIdentifier(5, B.uri), [edit]),
            types.NotebookDocumentCellContentChanges(types.VersionedTextDocumentIdentifier(5, "other"), [edit]),
        ],
    )
    book = changed(BOOK, 2, types.NotebookDocumentChangeEvent(cells=cells), "utf-16")
    assert [(cell.is_python, cell.version, cell.text) for cell in book.cells] == [
        (False, 1, "a = 1"),
        (True, 5, "x = b = 1"),
    ]
    assert BOOK.cells == (A, B)
    assert changed(BOOK, 2, types.NotebookDocumentChangeEvent(metadata={"a": 1}), "utf-16").cells == (A, B)


def test_versions_are_those_of_cells() -> None:
    documents = Documents()
    document = types.NotebookDocument(BOOK.uri, "jupyter-notebook", 1, [code(A)])
    params = types.DidOpenNotebookDocumentParams(document, [item(A)])
    book = documents.open_notebook(params)
    assert book is not None
    assert book.cells == (A,)
    assert (documents.version(A.uri), documents.version(BOOK.uri), documents.version(B.uri)) == (1, None, None)
    assert list(documents) == [book]
    assert documents.close_notebook(BOOK.uri) is book
    assert documents.close_notebook(BOOK.uri) is None
    assert documents.version(A.uri) is None
