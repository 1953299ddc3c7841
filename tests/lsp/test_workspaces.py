"""Files of projects, as the editor has them or would have them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ssot_rules.contract import Edit
from ssot_rules.facts import Span
from ssot_server.lsp.uris import from_path
from ssot_server.lsp.workspaces import File, Workspaces
from ssot_server.steps import Progress

REGISTRY = """\
version = 1
[concepts.engine]
canonical = "new.Engine"
[[concepts.engine.deprecated]]
path = "old.Engine"
"""


@contextmanager
def unwatched(_name: str, _again: bool) -> Iterator[Progress]:
    yield lambda _message, _done, _total: None


def book(source: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": [source]}]}, indent=1)


def opened(root: Path, path: str) -> File:
    workspaces = Workspaces(unwatched)
    workspaces.configure((str(root),), None)
    file = workspaces.file(from_path(str(root / path)))
    assert file is not None
    return file


def test_a_closed_notebook_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Edits of the text that was read would hit something else in the file as it is now."""
    (tmp_path / "ssot.toml").write_text(REGISTRY)
    (tmp_path / "x.ipynb").write_text(book("from old import Engine"))
    project, path = opened(tmp_path, "x.ipynb")
    (finding,) = [found for found in project.check([path])[path] if found.rule.code == "SSOT101"]
    edit = Edit(path, finding.diagnostic.span, "Motor")
    ((_, made),) = project.shown(path).changes(path, [edit])
    assert [known.content for known in made] == ['[\n    "from old import Motor"\n   ]']
    (tmp_path / "x.ipynb").write_text(book("import os; from old import Engine"))
    assert project.shown(path).changes(path, [edit]) == []
    assert project.location(path, Span(3, 5), "utf-16").range.start.line == 0
    (tmp_path / "x.ipynb").unlink()
    assert project.shown(path).changes(path, [edit]) == []
