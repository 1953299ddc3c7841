"""What editors see of files, as values."""

from __future__ import annotations

import json

import pytest
from lsprotocol.types import Position, Range

from ssot_rules.contract import Edit
from ssot_rules.facts import Span
from ssot_server.fixing import apply_edits
from ssot_server.lsp.notebooks import Cell, Notebook
from ssot_server.lsp.sheets import NotebookFile, OpenNotebook, PlainFile, Shown, sheet_of

CELLS = ("# text", "%time\n\U0001f600 = Old", "%%bash\nOld", "", "Old\nx")
BOOK = Notebook(
    "file:///x.ipynb",
    "/x.ipynb",
    3,
    tuple(Cell(f"cell:{at}", at, text, "python", is_code=at > 0) for at, text in enumerate(CELLS)),
)
FILE = json.dumps(
    {
        "cells": [
            {"cell_type": "code" if at else "markdown", "metadata": {}, "source": text} for at, text in enumerate(CELLS)
        ]
    },
    indent=1,
)


def places(shown: Shown, word: str) -> list[tuple[str, Range]]:
    """Where the editor has each of a word's places."""
    found, at = [], -1
    while (at := shown.text.find(word, at + 1)) >= 0:
        sheet = sheet_of(shown, at)
        range_ = sheet.range(Span(at, at + len(word)), "utf-16")
        assert sheet.span(range_, "utf-16") == Span(at, at + len(word))
        found.append((sheet.uri, range_))
    return found


def range_of(line: int, start: int, end: int) -> Range:
    return Range(Position(line, start), Position(line, end))


def replaced(shown: Shown, old: str, new: str) -> dict[str, str]:
    """The texts of the sheets after every `old` of the text was replaced."""
    edits, at = [], -1
    while (at := shown.text.find(old, at + 1)) >= 0:
        edits.append(Edit("x", Span(at, at + len(old)), new))
    return {sheet.uri: apply_edits(sheet.text.text, made) for sheet, made in shown.changes("x", edits)}


def test_a_plain_file() -> None:
    shown = PlainFile("file:///x.py", 1, "\ufeff\U0001f600 = Old")
    assert places(shown, "Old") == [("file:///x.py", range_of(0, 6, 9))]
    assert replaced(shown, "Old", "New") == {"file:///x.py": "\U0001f600 = New"}
    assert shown.sheet("FILE:///x.py") is shown.sheets[0]


def test_cells() -> None:
    shown = OpenNotebook(BOOK)
    assert places(shown, "Old") == [("cell:1", range_of(1, 5, 8)), ("cell:4", range_of(0, 0, 3))]
    assert [(sheet.uri, sheet.version) for sheet in shown.sheets] == [("cell:1", 1), ("cell:3", 3), ("cell:4", 4)]
    assert replaced(shown, "Old", "New") == {"cell:1": CELLS[1].replace("Old", "New"), "cell:4": "New\nx"}
    assert [shown.sheet(f"cell:{at}") is None for at in range(5)] == [True, False, True, False, False]


def test_only_the_lines_of_a_cell_change_that_differ() -> None:
    shown = OpenNotebook(BOOK)
    at = shown.text.index("Old\nx")
    ((sheet, edits),) = shown.changes("x", [Edit("x", Span(at, at + 3), "New")])
    assert sheet.uri == "cell:4"
    assert [(edit.span, edit.content) for edit in edits] == [(Span(0, 4), "New\n")]


def test_a_place_before_the_first_cell_or_behind_the_last() -> None:
    shown = OpenNotebook(BOOK)
    assert sheet_of(shown, 0).range(Span(0, 1), "utf-16") == range_of(0, 0, 0)
    end = len(shown.text)
    assert sheet_of(shown, end).range(Span(end, end), "utf-16") == range_of(1, 1, 1)
    whole = sheet_of(shown, 0).range(Span(0, end), "utf-16")
    assert whole == Range(Position(0, 0), Position(1, 8))


def test_a_notebook_without_code() -> None:
    shown = OpenNotebook(Notebook("file:///x.ipynb", "/x.ipynb", 3, BOOK.cells[:1]))
    assert sheet_of(shown, 0).uri == "file:///x.ipynb"
    assert sheet_of(shown, 0).range(Span(0, 0), "utf-16") == range_of(0, 0, 0)
    assert shown.changes("x", []) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_notebook_as_its_file_holds_it(encoding: str) -> None:
    shown = NotebookFile("file:///x.ipynb", None, FILE)
    (sheet,) = shown.sheets
    lines = FILE.split("\n")
    for at in (shown.text.index("Old"), shown.text.rindex("Old")):
        found = sheet.range(Span(at, at + 3), encoding)
        assert lines[found.start.line][found.start.character : found.end.character] == "Old"
        assert sheet.span(found, encoding) == Span(at, at + 3)
    assert replaced(shown, "Old", "New\n")[sheet.uri] == FILE.replace('= Old"', '= New\\n"').replace('"Old', '"New\\n')


def test_what_is_no_notebook_holds_no_code() -> None:
    shown = NotebookFile("file:///x.ipynb", 1, FILE[:50])
    assert shown.text == ""
    assert shown.changes("x", [Edit("x", Span(0, 0), "import x\n")]) == []


def test_cells_that_cannot_be_told_apart_are_not_changed() -> None:
    for shown in (OpenNotebook(BOOK), NotebookFile("file:///x.ipynb", 1, FILE)):
        assert shown.changes("x", [Edit("x", Span(0, len(shown.text)), "")]) == []
