"""Deleting files from an editor, where it lets servers do so."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from e2e.conftest import Start
from e2e.editor import EDITORS, Editor, neovim_pulling, visual_studio_code_pulling

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio

REGISTRY = """\
version = 1

[concepts.engine]
canonical = "app.engines.UserEngine"

[[concepts.engine.deprecated]]
path = "app.old.Engine"
since = 2020-01-01
"""
TITLE = "Delete the module `app.old` and its entry"


@pytest.fixture
def finished(workspace: Path) -> Path:
    """Nothing uses the deprecated module any more."""
    (workspace / "ssot.toml").write_text(REGISTRY)
    (workspace / "app/views.py").unlink()
    return workspace


async def resolved(editor: Editor, action: types.CodeAction) -> types.WorkspaceEdit:
    action = await editor.client.code_action_resolve_async(action)
    assert action.edit is not None
    return action.edit


def deletes(capabilities: types.ClientCapabilities, *, can: bool) -> types.ClientCapabilities:
    """The same editor, as it lets servers delete files or not."""
    capabilities = copy.deepcopy(capabilities)
    assert capabilities.workspace
    assert capabilities.workspace.workspace_edit
    kinds = [types.ResourceOperationKind.Create, types.ResourceOperationKind.Rename]
    capabilities.workspace.workspace_edit.resource_operations = (
        [*kinds, types.ResourceOperationKind.Delete] if can else kinds
    )
    return capabilities


def disables(capabilities: types.ClientCapabilities, *, can: bool) -> types.ClientCapabilities:
    """The same editor, as it shows actions that cannot be taken or not."""
    capabilities = copy.deepcopy(capabilities)
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    capabilities.text_document.code_action.disabled_support = can
    return capabilities


@pytest.mark.parametrize("name", EDITORS)
async def test_every_editor_can_delete_a_module(start: Start, finished: Path, name: str) -> None:
    editor = await start(EDITORS[name]())
    editor.open("ssot.toml")
    action = (await editor.actions("ssot.toml", "app.old"))[TITLE]
    edit = await resolved(editor, action)
    assert editor.after(edit) == {"ssot.toml": REGISTRY[: REGISTRY.index("\n[[")]}
    assert editor.deleted(edit) == ["app/old.py"]
    for change in edit.document_changes or ():
        if isinstance(change, types.DeleteFile):
            assert change.options == types.DeleteFileOptions(ignore_if_not_exists=True)


async def test_it_is_gone_afterwards(start: Start, finished: Path) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open("ssot.toml")
    editor.open("app/old.py")
    await editor.indexed()
    await editor.expect("ssot.toml", ("SSOT408", 7, '"app.old.Engine"'))
    edit = await resolved(editor, (await editor.actions("ssot.toml", "app.old"))[TITLE])
    assert editor.deleted(edit) == ["app/old.py"]
    editor.replace("ssot.toml", editor.after(edit)["ssot.toml"])
    (finished / "app/old.py").unlink()
    editor.close("app/old.py")
    editor.watched("app/old.py", kind=types.FileChangeType.Deleted)
    await editor.indexed()
    await editor.expect("ssot.toml")
    editor.open("app/views.py", "import app.old\n")
    await editor.indexed()
    await editor.expect("app/views.py", ("SSOT306", 1, "app.old"))


async def test_an_editor_asks_before_it_deletes(start: Start, finished: Path) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open("ssot.toml")
    edit = await resolved(editor, (await editor.actions("ssot.toml", "app.old"))[TITLE])
    (note,) = (edit.change_annotations or {}).items()
    assert note[1] == types.ChangeAnnotation("Delete a file", needs_confirmation=True, description="app/old.py")
    marks = [change.annotation_id for change in edit.document_changes or () if isinstance(change, types.DeleteFile)]
    assert marks == [note[0]]


async def test_an_open_text_counts(start: Start, finished: Path) -> None:
    editor = await start(neovim_pulling())
    editor.open("ssot.toml")
    editor.open("app/old.py", "import app.engines\n\napp.engines.register()\n\n\nclass Engine: ...\n")
    actions = await editor.actions("ssot.toml", "app.old")
    assert f"{TITLE} (unsafe: importing it calls `app.engines.register`)" in actions
    editor.open("app/views.py", "import app.old\n")
    titles = [title for title in await editor.actions("ssot.toml", "app.old") if title.startswith("Delete")]
    assert titles == ["Delete `app.old.Engine` and its entry"]


async def test_an_editor_that_deletes_nothing_is_offered_nothing(start: Start, finished: Path) -> None:
    editor = await start(disables(deletes(visual_studio_code_pulling(), can=False), can=False))
    editor.open("ssot.toml")
    actions = await editor.actions("ssot.toml", "app.old")
    assert [title for title in actions if "app.old" in title and title.startswith("Delete")] == []


async def test_an_editor_that_deletes_nothing_may_say_why(start: Start, finished: Path) -> None:
    editor = await start(disables(deletes(visual_studio_code_pulling(), can=False), can=True))
    editor.open("ssot.toml")
    action = (await editor.actions("ssot.toml", "app.old"))[TITLE]
    assert action.disabled is not None
    assert "`ssot check --fix --choose delete`" in action.disabled.reason
    assert action.edit is None
    assert action.data is None
