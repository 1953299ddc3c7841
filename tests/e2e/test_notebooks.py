"""Notebooks in the editor: their cells are documents, and one module together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from lsprotocol import types

from e2e.conftest import Start
from e2e.editor import (
    Editor,
    neovim_waiting,
    visual_studio_code,
    visual_studio_code_pulling,
    with_notebooks,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio

BOOK = "work/book.ipynb"
IMPORTS = f"{BOOK}#imports"
USE = f"{BOOK}#use"
CELLS = {
    "text": "#! from app.old import Engine",
    "imports": "%matplotlib inline\nfrom app.old import Engine",
    "use": "é = '\U0001f600'; engine = Engine('ann')\n!ls",
}
IMPORT = ("SSOT101", 2, "Engine")
CALL = ("SSOT103", 1, "Engine")
FIXED = {
    IMPORTS: "%matplotlib inline\nfrom app.engines import UserEngine",
    USE: "é = '\U0001f600'; engine = UserEngine('ann')\n!ls",
}
EDITORS = {
    "vscode": lambda: with_notebooks(visual_studio_code()),
    "vscode-pull": lambda: with_notebooks(visual_studio_code_pulling()),
}


def book(*sources: str, indent: int | None = 1) -> str:
    """A notebook as its file holds it, with a cell of text before the code."""
    code: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": [{"text": "Engine"}],
            "source": source.splitlines(keepends=True),
        }
        for source in sources
    ]
    text = {"cell_type": "markdown", "metadata": {}, "source": ["from app.old import Engine"]}
    whole = {"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent) + "\n"


@pytest.fixture(autouse=True)
def _planted(workspace: Path) -> None:
    (workspace / "work").mkdir()
    (workspace / BOOK).write_text(book("x = 1"), "utf-8")


@pytest_asyncio.fixture(params=EDITORS)
async def editor(request: pytest.FixtureRequest, start: Start) -> Editor:
    """Each of the editors that know notebooks, one test each."""
    return await start(EDITORS[request.param]())


async def test_what_is_announced(start: Start) -> None:
    editor = await start(with_notebooks(visual_studio_code()))
    assert editor.result is not None
    sync = editor.result.capabilities.notebook_document_sync
    assert isinstance(sync, types.NotebookDocumentSyncOptions)
    assert sync.save
    (selector,) = sync.notebook_selector
    assert isinstance(selector, types.NotebookDocumentFilterWithCells)
    assert [cell.language for cell in selector.cells] == ["python"]


async def test_each_cell_shows_its_own(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    await editor.expect(IMPORTS, IMPORT)
    await editor.expect(USE, CALL)
    if editor.pulls:
        await editor.expect(f"{BOOK}#text")
        assert (await editor.pull(BOOK)) == (await editor.pull("nowhere.py"))
    else:
        assert set(editor.published) - {editor.uri("ssot.toml")} == {editor.uri(IMPORTS), editor.uri(USE)}


async def test_while_typing(editor: Editor) -> None:
    """One cell is edited, and others show it."""
    editor.open_notebook(BOOK, **CELLS)
    await editor.expect(USE, CALL)
    editor.edit_cell(USE, "é =", "# \U0001f600\né =")
    await editor.expect(USE, ("SSOT103", 2, "Engine"))
    editor.edit_cell(IMPORTS, "from app.old import", "# é\nfrom app.engines import UserEngine as")
    await editor.expect(IMPORTS)
    await editor.expect(USE)
    editor.edit_cell(USE, "!ls", "from app.old import Engine as Old")
    await editor.expect(USE, ("SSOT101", 3, "Engine as Old"))


async def test_cells_come_and_go_and_move(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    await editor.expect(USE, CALL)
    editor.splice_cells(BOOK, 2, 0, more="print(Engine)")
    await editor.expect(f"{BOOK}#more", ("SSOT105", 1, "Engine"))
    editor.splice_cells(BOOK, 1, 3, use=None, more=None, imports=None)
    await editor.expect(IMPORTS, IMPORT)
    assert editor.cells == [f"{BOOK}#{name}" for name in ("text", "use", "more", "imports")]
    editor.splice_cells(BOOK, 3, 1)
    await editor.expect(IMPORTS)
    await editor.expect(USE, ("SSOT109", 1, "Engine"))
    editor.splice_cells(BOOK, 0, 0, again="from app.old import Engine")
    await editor.expect(f"{BOOK}#again", ("SSOT101", 1, "Engine"))
    await editor.expect(USE, CALL)


async def test_code_becomes_text(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    await editor.expect(IMPORTS, IMPORT)
    editor.change_kind(IMPORTS, types.NotebookCellKind.Markup)
    await editor.expect(IMPORTS)
    await editor.expect(USE, ("SSOT109", 1, "Engine"))


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile x.py"])
async def test_cells_in_other_languages(editor: Editor, magic: str) -> None:
    editor.open_notebook(BOOK, use=f"{magic}\nfrom app.old import Engine", imports="%%time\nfrom app.old import Engine")
    await editor.expect(IMPORTS, IMPORT)
    editor.edit_cell(USE, magic, "%%capture out")
    await editor.expect(USE, ("SSOT101", 2, "Engine"))


async def test_hover_and_definition(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    found = await editor.hover(USE, "Engine(")
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert "app.engines.UserEngine" in found.contents.value
    assert found.range is not None
    assert editor.under(CELLS["use"], found.range) == "Engine"
    targets = await editor.definition(USE, "Engine(")
    places = [(getattr(target, "target_uri", None) or target.uri) for target in targets]
    assert places == [editor.uri("app/engines.py")]


async def test_a_fix_goes_into_the_cells_that_it_concerns(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    actions = await editor.actions(USE, "Engine('ann')")
    fix = next(action for title, action in actions.items() if title == "Use `app.engines.UserEngine`")
    assert await editor.take(fix) == FIXED
    assert fix.is_preferred
    everything = actions["Fix all ssot problems in this notebook"]
    assert everything.kind == "notebook.source.fixAll.ssot"
    assert await editor.take(everything) == FIXED
    assert list(await editor.actions(IMPORTS, "Engine", ["notebook.source.fixAll"])) == [everything.title]
    assert await editor.actions(IMPORTS, "Engine", ["source.fixAll"]) == {}


async def test_disabled_for_this_line(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    actions = await editor.actions(USE, "Engine('ann')")
    after = await editor.take(actions["Disable SSOT103 for this line"])
    assert after == {USE: CELLS["use"].replace("('ann')", "('ann')  # ssot: ignore[SSOT103]")}


async def test_the_command_that_fixes_a_notebook(editor: Editor) -> None:
    editor.open_notebook(BOOK, **CELLS)
    for uri in (editor.uri(USE), editor.uri(BOOK)):
        await editor.command("ssot.applyAutofix", {"uri": uri})
    assert [editor.after(applied.edit) for applied in editor.applied] == [FIXED, FIXED]


async def test_closing_goes_back_to_the_disk(editor: Editor) -> None:
    """What a notebook says of other files ends with it, too."""
    editor.open_notebook(BOOK, **CELLS)
    await editor.expect(USE, CALL)
    editor.close_notebook(BOOK)
    await editor.expect(USE)
    editor.open_notebook(BOOK, **CELLS)
    await editor.expect(USE, CALL)


async def test_what_others_define(editor: Editor) -> None:
    editor.open("app/__init__.py")
    editor.open_notebook(BOOK, use="from app import Engine\nEngine('ann')")
    await editor.expect(USE)
    editor.edit("app/__init__.py", "Engine = None\n", "from app.old import Engine\n")
    await editor.expect(USE, ("SSOT101", 1, "Engine"), ("SSOT103", 2, "Engine"))


async def test_an_untitled_notebook_is_left_alone(start: Start) -> None:
    editor = await start(with_notebooks(visual_studio_code_pulling()))
    cell = types.NotebookCell(types.NotebookCellKind.Code, "vscode-notebook-cell:Untitled-1.ipynb#a")
    document = types.NotebookDocument("untitled:Untitled-1.ipynb", "jupyter-notebook", 1, [cell])
    item = types.TextDocumentItem(cell.document, "python", 1, "from app.old import Engine\n")
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, [item]))
    editor.open("app/views.py")
    await editor.expect("app/views.py", ("SSOT101", 1, "Engine"), ("SSOT103", 5, "Engine"))


# -- notebooks that no editor has open --------------------------------------------------------------------


@pytest.mark.parametrize("indent", [1, None])
async def test_the_workspace_is_fixed_with_its_notebooks(editor: Editor, workspace: Path, indent: int | None) -> None:
    """Cells that are open are edited in the editor; of a closed notebook the strings in its file."""
    sources = ["%time\nfrom app.old import Engine", "print('\U0001f600 \"é\"', Engine('ann'))\n!ls"]
    (workspace / "closed.ipynb").write_text(book(*sources, indent=indent), "utf-8")
    editor.watched("closed.ipynb", kind=types.FileChangeType.Created)
    editor.open_notebook(BOOK, **CELLS)
    actions = await editor.actions(USE, "Engine('ann')")
    after = await editor.take(actions["Fix all deprecated-instantiation problems in the workspace"])
    fixed = [source.replace("app.old", "app.engines").replace("Engine", "UserEngine") for source in sources]
    assert after["closed.ipynb"] == book(*fixed, indent=indent)
    assert {path: after[path] for path in FIXED} == FIXED
    assert set(after) == {"closed.ipynb", "app/views.py", *FIXED}
    assert (workspace / BOOK).read_text("utf-8") == book("x = 1")


async def test_closed_notebooks_in_the_workspace_diagnostics(start: Start, workspace: Path) -> None:
    """Their places are those of the file's text."""
    (workspace / "closed.ipynb").write_text(book("# '\U0001f600'\nfrom app.old import Engine"), "utf-8")
    editor = await start(with_notebooks(visual_studio_code_pulling()))
    editor.open_notebook(BOOK, **CELLS)
    params = types.WorkspaceDiagnosticParams([], identifier="ssot")
    found = await editor.client.workspace_diagnostic_async(params)
    reports = {item.uri: item for item in found.items if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)}
    assert editor.shown(IMPORTS, reports[editor.uri(IMPORTS)].items) == [IMPORT]
    assert reports[editor.uri(IMPORTS)].version == 1
    assert editor.uri(BOOK) not in reports
    ((code, line, under),) = editor.shown("closed.ipynb", reports[editor.uri("closed.ipynb")].items)
    text = (workspace / "closed.ipynb").read_text("utf-8")
    assert (code, under) == ("SSOT101", "Engine")
    assert "from app.old import Engine" in text.split("\n")[line - 1]


@pytest.mark.parametrize("capabilities", [neovim_waiting, visual_studio_code_pulling])
async def test_a_notebook_that_is_opened_as_text(start: Start, capabilities: Any) -> None:
    editor = await start(capabilities())
    text = book("# 'é\U0001f600'\nfrom app.old import Engine", "Engine('ann')")
    editor.open(BOOK, text)
    lines = [
        text.split("\n").index(next(line for line in text.split("\n") if word in line)) + 1
        for word in ("\\ud83d", "'ann'")
    ]
    await editor.expect(BOOK, ("SSOT101", lines[0] + 1, "Engine"), ("SSOT103", lines[1], "Engine"))
    actions = await editor.actions(BOOK, "Engine('ann')")
    fixed = book("# 'é\U0001f600'\nfrom app.engines import UserEngine", "UserEngine('ann')")
    assert await editor.take(actions["Fix all ssot problems in this notebook"]) == {BOOK: fixed}
    editor.replace(BOOK, text[:40])
    await editor.expect(BOOK)
    editor.replace(BOOK, text)
    await editor.expect(BOOK, ("SSOT101", lines[0] + 1, "Engine"), ("SSOT103", lines[1], "Engine"))
