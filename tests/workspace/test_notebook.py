"""Notebooks as modules, and back."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ssot_server.workspace import (
    Cells,
    ChangedUnderneath,
    UnreadableSource,
    UnwritableSource,
    read_source,
    write_source,
)
from ssot_server.workspace.cells import composed, module_of, sources_of, translated, turned
from ssot_server.workspace.notebook import NotANotebook, module_and_runs, module_text, replacements, with_module_text


def notebook(*cells: str | list[str], indent: Any = 1, language: str = "python", ensure_ascii: bool = True) -> str:
    made: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for source in cells
    ]
    made.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# from app import Old"]})
    metadata = {"kernelspec": {"language": language, "name": "x"}}
    whole = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent, ensure_ascii=ensure_ascii) + "\n"


def test_code_cells_are_one_module():
    text = module_text(notebook(["import os\n", "x = 1"], "y = 2\n"))
    tree = ast.parse(text)
    assert [type(node).__name__ for node in tree.body] == ["Import", "Assign", "Assign"]
    cells = Cells(text)
    rows = [(place.cell, node.lineno - place.above) for node in tree.body if (place := cells.place(node.lineno))]
    assert rows == [(2, 1), (2, 2), (3, 1)]


def test_only_what_changed_is_written():
    before = notebook(["import os\n", 'print("é\\n")\n', "Old()"], ["Old"], "x = Old\n", ensure_ascii=False)
    after = with_module_text(before, module_text(before).replace("Old()", "New()").replace("= Old", "= New"))
    assert after == before.replace("Old()", "New()").replace("= Old", "= New")


@pytest.mark.parametrize("indent", [None, 1, 2, "\t"])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_the_layout_stays(indent: Any, is_ascii: bool):
    before = notebook(["Old\n", "'é'"], "Old", [], "", ["Old"], indent=indent, ensure_ascii=is_ascii)
    after = with_module_text(before, module_text(before).replace("Old", "import New\nNew"))
    assert after == notebook(
        ["import New\n", "New\n", "'é'"],
        "import New\nNew",
        [],
        "",
        ["import New\n", "New"],
        indent=indent,
        ensure_ascii=is_ascii,
    )


@pytest.mark.parametrize(
    ("source", "statements"),
    [
        ("%matplotlib inline\nimport os", ["Pass", "Import"]),
        ("!pip install x\nimport os\nos?", ["Pass", "Import", "Pass"]),
        ("!pip install \\\n  --upgrade \\\n  x\nimport os", ["Pass", "Pass", "Pass", "Import"]),
        ("if 1:\n    %time f()\nelse:\n    !ls", ["If"]),
        ("files = !ls\nx, y = %sql select\nz = 1", ["Assign", "Assign", "Assign"]),
        ("%%time\nimport os", ["Expr", "Import"]),
        ("x = (1\n% 2)\nassert x != 3", ["Assign", "Assert"]),
        ("await f()", ["Expr"]),
    ],
)
def test_what_is_not_python_is_passed_over(source: str, statements: list[str]):
    before = notebook(source)
    text = module_text(before)
    assert [type(node).__name__ for node in ast.parse(text).body] == statements
    assert with_module_text(before, text) == before
    assert with_module_text(before, text + "x = 5\n") == notebook(source + "\nx = 5")


@pytest.mark.parametrize("source", ["%%bash\nls", "%%html\n<b>", "%%writefile x.py\nfrom app.old import Old"])
def test_cells_in_other_languages_are_left_out(source: str):
    assert module_text(notebook(source)) == ""


def test_notebooks_in_other_languages_are_left_out():
    assert module_text(notebook("x <- 1", language="R")) == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"cells": 3}', '{"cells": [{}]}', '{"cells": [3]}', "{"])
def test_what_is_no_notebook(text: str, tmp_path: Path):
    with pytest.raises(NotANotebook):
        module_text(text)
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(UnreadableSource, match="no notebook"):
        read_source(tmp_path / "x.ipynb")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%%time", "%%time\nimport new"),
        ("%%time\nx = 1", "%%time\nimport new\nx = 1"),
        ("%%time\r\nx = 1", "%%time\r\nimport new\nx = 1"),
        ("\n%%time\nx = 1", "%%time\nimport new\n\nx = 1"),
        ("%time\nx = 1", "import new\n%time\nx = 1"),
    ],
)
def test_the_magic_of_a_cell_stays_first(source: str, expected: str):
    before = notebook(source)
    head, _, body = module_text(before).partition("\n")
    assert with_module_text(before, f"{head}\nimport new\n{body}") == notebook(expected)
    assert with_module_text(before, f"import new\n{head}\n{body}") == notebook(expected)


def test_what_changes_is_told_by_place():
    before = notebook(["a\n", "Old"], "Old", "b")
    made = replacements(before, module_text(before).replace("Old", "New"))
    assert [(before[new.start : new.end].split(), new.text.split()) for new in made] == [
        (["[", '"a\\n",', '"Old"', "]"], ["[", '"a\\n",', '"New"', "]"]),
        (['"Old"'], ['"New"']),
    ]


def test_places_in_the_module_and_in_the_file():
    before = notebook(["%time\n", "'é\U0001f600\"'; Old\n"], [], "x = \U0001f600Old")
    module, runs = module_and_runs(before)
    assert module == module_text(before)
    for word in ("%time", "Old\n", "x ="):
        shown = word.replace("\n", "\\n")
        assert translated(runs, module.index(word)) == before.index(shown)
        assert translated(turned(runs), before.index(shown)) == module.index(word)
    last = before.rindex("Old")
    assert translated(runs, module.rindex("Old")) == last
    assert translated(turned(runs), last - 3) == module.rindex("Old") - 1
    assert translated(runs, 0) == before.index("%time")
    assert translated(runs, len(module)) == before.rindex("Old") + 3
    assert translated((), 7) == 0


def test_a_cell_that_holds_our_marks_is_left_out():
    text = module_of([(1, "x = 1"), (2, "#\x1f cell 7\n"), (3, "pass  #\x1f")])
    assert sources_of(text) == [(1, "x = 1")]


def test_a_text_that_lost_a_cell_is_not_written(tmp_path: Path):
    path = tmp_path / "x.ipynb"
    path.write_text(notebook("a = 1", "b = 2"), "utf-8")
    source = read_source(path)
    with pytest.raises(UnwritableSource, match="told apart"):
        write_source(path, source, source.text.partition("b = 2")[0].rpartition("#")[0])
    path.write_text(notebook("a = 2", "b = 2"), "utf-8")
    with pytest.raises(ChangedUnderneath):
        write_source(path, source, source.text.replace("a", "c"))


@settings(deadline=None)
@example(["?\\\r"], False)
@example(["1\r%%"], False)
@example(["1\n%%time"], False)
@given(st.lists(st.text(alphabet="a =1\n%!?#\\'\"(é\r\f", max_size=20), max_size=4), st.booleans())
def test_what_did_not_change_stays(sources: list[str], is_ascii: bool):
    before = notebook(*sources, ensure_ascii=is_ascii)
    assert with_module_text(before, module_text(before)) == before


@settings(deadline=None)
@given(st.lists(st.text(alphabet="a =1\n%!?#\\'\"(é\U0001f600\r\f", max_size=20), max_size=4), st.booleans())
def test_every_character_of_the_file_is_that_of_the_module(sources: list[str], is_ascii: bool):
    before = notebook(*[[source] if at % 2 else source for at, source in enumerate(sources)], ensure_ascii=is_ascii)
    module, runs = module_and_runs(before)
    for run in runs:
        assert json.loads(f'"{before[run.at : run.until]}"') == module[run.start : run.end]
    cells = Cells(module).runs()
    assert {number: "".join(module[run.start : run.end] for run in found) for number, found in cells.items()} == dict(
        sources_of(module)
    )
    for found in cells.values():
        assert [run for run in composed(found, turned(found)) if run.start != run.at or run.end != run.until] == []
