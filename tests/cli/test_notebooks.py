"""Notebooks: what is found in their cells, and what is written into them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Runner
from cli.test_diff import apply

SOURCES = [
    ["%matplotlib inline\n", "from app.old import OldEngine\n"],
    ["!ls\n", "\n", "x = 1; engine = OldEngine(2)"],
]


def notebook(sources: list[list[str]]) -> str:
    code = [
        {"cell_type": "code", "metadata": {}, "outputs": [{"text": "OldEngine"}], "source": lines} for lines in sources
    ]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["from app.old import OldEngine"]}, *code]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}, indent=1)


FIXED = [
    ["%matplotlib inline\n", "from app.new import Engine\n"],
    ["!ls\n", "\n", "x = 1; engine = Engine(2)"],
]


@pytest.fixture(autouse=True)
def _planted(workspace: Path) -> None:
    (workspace / "nb.ipynb").write_text(notebook(SOURCES), "utf-8")


def test_findings_are_shown_by_cell(ssot: Runner):
    assert ssot("check", "nb.ipynb", "--output-format", "concise").stdout.splitlines()[:2] == [
        "nb.ipynb:cell 2:2:21: SSOT101[*] `app.old.OldEngine` is deprecated, use `app.new.Engine`: slow",
        "nb.ipynb:cell 3:3:17: SSOT103[*] `OldEngine` is deprecated, construct `app.new.Engine`: slow",
    ]


def test_the_source_is_shown(ssot: Runner):
    shown = ssot("check", "nb.ipynb").stdout
    assert "--> nb.ipynb:cell 3:3:17\n" in shown
    assert "\n3 | x = 1; engine = OldEngine(2)\n" in shown


def test_as_json(ssot: Runner):
    first, second = json.loads(ssot("check", "nb.ipynb", "--output-format", "json").stdout)
    assert (first["cell"], first["location"]) == (2, {"row": 2, "column": 21})
    assert (second["cell"], second["end_location"]) == (3, {"row": 3, "column": 26})
    assert [(edit["cell"], edit["location"]["row"]) for edit in second["fix"]["edits"]] == [(2, 2), (2, 2), (3, 3)]
    assert "cell" not in first["related"][0]


def test_fix_writes_the_cells(workspace: Path, ssot: Runner):
    run = ssot("check", "--fix", "nb.ipynb")
    assert run.status == 0
    assert (workspace / "nb.ipynb").read_text("utf-8") == notebook(FIXED)


def test_the_patch_is_one_of_the_file(workspace: Path, ssot: Runner):
    apply(workspace, ssot("check", "--diff", "nb.ipynb").stdout.encode())
    assert (workspace / "nb.ipynb").read_text("utf-8") == notebook(FIXED)


def test_standard_input(workspace: Path, ssot: Runner):
    run = ssot("check", "--fix", "--stdin-filename", "other.ipynb", stdin=notebook(SOURCES).encode())
    assert run.stdout == notebook(FIXED)


def test_a_second_run_sees_a_changed_cell(workspace: Path, ssot: Runner):
    (workspace / "nb.ipynb").write_text(notebook([["x = 1"]]), "utf-8")
    assert ssot("check", "nb.ipynb").status == 0
    assert ssot("check", "nb.ipynb").status == 0
    (workspace / "nb.ipynb").write_text(notebook(SOURCES), "utf-8")
    assert ssot("check", "nb.ipynb").status == 1


def test_a_notebook_that_is_broken_is_said(workspace: Path, ssot: Runner):
    (workspace / "nb.ipynb").write_text('{"cells": [OldEngine', "utf-8")
    assert "nb.ipynb: it is no notebook (" in ssot("check", "nb.ipynb").stderr
    (workspace / "nb.ipynb").write_text(notebook([["from app.old import (OldEngine\n"]]), "utf-8")
    assert "nb.ipynb: cell 2, line 1, column 21: " in ssot("check", "nb.ipynb").stderr


def test_a_notebook_is_no_module(workspace: Path, ssot: Runner):
    (workspace / "app/use.py").write_text("import nb\nnb.engine\n")
    (workspace / "old.ipynb").write_text(notebook([["class OldEngine: ..."]]), "utf-8")
    assert ssot("check", "app/use.py").status == 0


def test_an_import_stays_in_its_cell(workspace: Path, ssot: Runner):
    cells = [
        ["import os\n", "from app.safe import engine"],
        ["# here\n", "from app.old import OldEngine\n", "OldEngine(1)"],
    ]
    (workspace / "nb.ipynb").write_text(notebook(cells), "utf-8")
    assert ssot("check", "--fix", "nb.ipynb").status == 0
    cells[1][1:] = ["from app.new import Engine\n", "Engine(1)"]
    assert (workspace / "nb.ipynb").read_text("utf-8") == notebook(cells)
