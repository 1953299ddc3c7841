"""Files that change behind the editor's back: by git, by a script, by an agent."""

from __future__ import annotations

import asyncio
import copy
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from e2e.conftest import FILES, Start
from e2e.editor import (
    PATIENCE,
    Editor,
    neovim_pulling,
    neovim_waiting,
    visual_studio_code,
    visual_studio_code_pulling,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.asyncio

VIEWS = "app/views.py"
IMPORT = ("SSOT101", 1, "Engine")
CALL = ("SSOT103", 5, "Engine")
GONE = ("SSOT306", 1, "app.compat")
MANY = 1000


def pulling_without_watchers() -> types.ClientCapabilities:
    """Visual Studio Code's asking and refreshing, without its file watchers."""
    capabilities = copy.deepcopy(visual_studio_code_pulling())
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = None
    return capabilities


def replace(path: Path, text: str) -> None:
    """Write a file as git and careful editors do."""
    new = path.with_name(".new")
    new.write_text(text)
    new.replace(path)


async def becomes(editor: Editor, path: str, *expected: tuple[str, int, str]) -> None:
    """Wait until the editor shows this; one that asks does so only when it is told to ask again."""
    if not editor.pulls:
        await editor.expect(path, *expected)
        return
    seen = 0
    while editor.shown(path, await editor.diagnostics(path)) != sorted(expected):
        await editor.until(lambda: editor.refreshes > seen)  # noqa: B023 - called before it changes
        seen = editor.refreshes


# -- editors that do not watch: nobody tells the server anything ------------------------------------------


@pytest.fixture(params=["neovim", "pull", "looking"])
def capabilities(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> types.ClientCapabilities:
    if request.param == "looking":
        monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true")
    return pulling_without_watchers() if request.param == "pull" else neovim_waiting()


async def test_another_module(start: Start, workspace: Path, capabilities: types.ClientCapabilities) -> None:
    editor = await start(capabilities)
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    replace(workspace / "app/__init__.py", "from app.old import Engine\n")
    await becomes(editor, VIEWS, IMPORT)
    (workspace / "app/__init__.py").write_text(FILES["app/__init__.py"])
    await becomes(editor, VIEWS)


async def test_the_registry(start: Start, workspace: Path, capabilities: types.ClientCapabilities) -> None:
    editor = await start(capabilities)
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    replace(workspace / "ssot.toml", FILES["ssot.toml"].replace("app.old.Engine", "app.old.Motor"))
    await becomes(editor, VIEWS)
    (workspace / "ssot.toml").unlink()
    replace(workspace / "ssot.toml", FILES["ssot.toml"])
    await becomes(editor, VIEWS, IMPORT, CALL)


async def test_a_registry_that_is_extended(
    start: Start, workspace: Path, capabilities: types.ClientCapabilities, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared = tmp_path_factory.mktemp("platform") / "standards.toml"
    shared.write_text(FILES["ssot.toml"])
    item = os.path.relpath(shared, workspace).replace(os.sep, "/")
    (workspace / "ssot.toml").write_text(f'version = 1\n[workspace]\nextends = ["{item}"]\n')
    editor = await start(capabilities)
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    replace(shared, FILES["ssot.toml"].replace("app.old.Engine", "app.old.Motor"))
    await becomes(editor, VIEWS)
    replace(shared, "version = nonsense\n")  # the last good one stays in force
    replace(shared, FILES["ssot.toml"])
    await becomes(editor, VIEWS, IMPORT, CALL)


async def test_a_folder_that_is_renamed(start: Start, workspace: Path, capabilities: types.ClientCapabilities) -> None:
    (workspace / "app/compat").mkdir()
    (workspace / "app/compat/__init__.py").write_text("from app.old import Engine\n")
    editor = await start(capabilities)
    editor.open(VIEWS, "from app.compat import Engine\n")
    await editor.expect(VIEWS, IMPORT)
    (workspace / "app/compat").rename(workspace / "app/moved")
    await becomes(editor, VIEWS, GONE)
    (workspace / "app/moved").rename(workspace / "app/compat")
    await becomes(editor, VIEWS, IMPORT)
    shutil.rmtree(workspace / "app/compat")
    await becomes(editor, VIEWS, GONE)


async def test_an_ignore_file(start: Start, workspace: Path, capabilities: types.ClientCapabilities) -> None:
    editor = await start(capabilities)
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    (workspace / ".gitignore").write_text("views.py\n")
    await becomes(editor, VIEWS)
    (workspace / ".gitignore").unlink()
    await becomes(editor, VIEWS, IMPORT, CALL)


async def test_no_registry_until_there_is_one(
    start: Start, workspace: Path, capabilities: types.ClientCapabilities
) -> None:
    (workspace / "ssot.toml").unlink()
    editor = await start(capabilities)
    editor.open(VIEWS)
    if editor.pulls:
        await editor.expect(VIEWS)
    replace(workspace / "app/ssot.toml", FILES["ssot.toml"])
    await becomes(editor, VIEWS, IMPORT, CALL)
    (workspace / "app/ssot.toml").rename(workspace / "ssot.toml")
    replace(workspace / "ssot.toml", FILES["ssot.toml"])
    await becomes(editor, VIEWS, IMPORT, CALL)
    (workspace / "ssot.toml").unlink()
    await becomes(editor, VIEWS)


@pytest.mark.parametrize("capabilities", ["neovim", "pull"], indirect=True)  # a look may come too late to see it gone
async def test_the_root_goes_and_comes_back(
    start: Start, workspace: Path, capabilities: types.ClientCapabilities, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("outside") / "project"
    shutil.copytree(workspace, folder)
    editor = await start(capabilities, folders=[folder])
    editor.root = folder
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    folder.rename(folder.with_name("away"))
    await becomes(editor, VIEWS)
    folder.with_name("away").rename(folder)
    await becomes(editor, VIEWS, IMPORT, CALL)
    replace(folder / "ssot.toml", FILES["ssot.toml"].replace("app.old.Engine", "app.old.Motor"))
    await becomes(editor, VIEWS)


async def test_the_editors_text_stands(start: Start, workspace: Path, capabilities: types.ClientCapabilities) -> None:
    editor = await start(capabilities)
    editor.open(VIEWS)
    editor.open("app/third.py", "from app import Engine\n")
    await editor.expect(VIEWS, IMPORT, CALL)
    (workspace / VIEWS).write_text("")
    replace(workspace / "app/__init__.py", "from app.old import Engine\n")
    await becomes(editor, "app/third.py", IMPORT)
    await editor.expect(VIEWS, IMPORT, CALL)


async def test_folders_that_are_added_and_removed(
    start: Start, workspace: Path, capabilities: types.ClientCapabilities, tmp_path_factory: pytest.TempPathFactory
) -> None:
    second = tmp_path_factory.mktemp("second")
    shutil.copytree(workspace, second, dirs_exist_ok=True)
    (second / "ssot.toml").unlink()
    editor = await start(capabilities)
    event = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(second.as_uri(), "second")], [])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    editor.root = second
    editor.open(VIEWS)
    replace(second / "ssot.toml", FILES["ssot.toml"])
    await becomes(editor, VIEWS, IMPORT, CALL)
    event = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(workspace.as_uri(), "first")])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    replace(second / "ssot.toml", FILES["ssot.toml"].replace("app.old.Engine", "app.old.Motor"))
    await becomes(editor, VIEWS)


async def test_a_document_outside_the_editors_folders(
    start: Start, capabilities: types.ClientCapabilities, workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = await start(capabilities, folders=[tmp_path_factory.mktemp("elsewhere")])
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    replace(workspace / "app/__init__.py", "from app.old import Engine\n")
    await becomes(editor, VIEWS, IMPORT)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *arguments), cwd=folder, check=True, capture_output=True, timeout=PATIENCE)


async def test_another_branch(start: Start, workspace: Path) -> None:
    """However many files it changes, the editor is not kept busy."""
    modules = workspace / "app/many"
    for number in range(MANY):
        folder = modules / f"p{number % 20}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"m{number}.py").write_text("from app.engines import UserEngine\n")
    git(workspace, "init", "-q", "-b", "one")
    git(workspace, "add", ".")
    git(workspace, "commit", "-q", "-m", "one")
    git(workspace, "checkout", "-q", "-b", "two")
    for file in modules.rglob("*.py"):
        file.write_text("from app import Engine\n")
    (workspace / "app/__init__.py").write_text("from app.old import Engine\n")
    git(workspace, "commit", "-q", "-a", "-m", "two")
    git(workspace, "checkout", "-q", "one")

    editor = await start(pulling_without_watchers())
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    git(workspace, "checkout", "-q", "two")
    await becomes(editor, VIEWS, IMPORT)
    git(workspace, "checkout", "-q", "one")
    await becomes(editor, VIEWS)
    assert editor.refreshes < MANY / 10


# -- editors that watch -----------------------------------------------------------------------------------


@pytest.fixture(params=[visual_studio_code, visual_studio_code_pulling])
def watching(request: pytest.FixtureRequest) -> types.ClientCapabilities:
    capabilities: Callable[[], types.ClientCapabilities] = request.param
    return capabilities()


async def test_another_module_is_told(start: Start, workspace: Path, watching: types.ClientCapabilities) -> None:
    editor = await start(watching)
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    replace(workspace / "app/__init__.py", "from app.old import Engine\n")
    editor.watched("app/__init__.py", kind=types.FileChangeType.Deleted)
    editor.watched("app/__init__.py", kind=types.FileChangeType.Created)
    await becomes(editor, VIEWS, IMPORT)


async def test_a_renamed_folder_is_told_as_two_folders(
    start: Start, workspace: Path, watching: types.ClientCapabilities
) -> None:
    (workspace / "app/compat").mkdir()
    (workspace / "app/compat/__init__.py").write_text("from app.old import Engine\n")
    editor = await start(watching)
    editor.open(VIEWS, "from app.compat import Engine\n")
    await editor.expect(VIEWS, IMPORT)
    (workspace / "app/compat").rename(workspace / "app/moved")
    editor.watched("app/compat", kind=types.FileChangeType.Deleted)
    editor.watched("app/moved", kind=types.FileChangeType.Created)
    await becomes(editor, VIEWS, GONE)
    (workspace / "app/moved").rename(workspace / "app/compat")
    editor.watched("app/moved", kind=types.FileChangeType.Deleted)
    editor.watched("app/compat", kind=types.FileChangeType.Created)
    await becomes(editor, VIEWS, IMPORT)


async def test_many_files_are_told_at_once(start: Start, workspace: Path) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    names = [f"app/m{number}.py" for number in range(MANY)]
    for name in names:
        (workspace / name).write_text("from app.old import Engine\n")
    replace(workspace / "app/__init__.py", "from app.old import Engine\n")
    editor.watched("app/__init__.py", *names, kind=types.FileChangeType.Created)
    await becomes(editor, VIEWS, IMPORT)
    assert editor.refreshes <= 2  # one may have been on its way since the document was opened


async def test_what_does_not_matter_refreshes_nothing(start: Start, workspace: Path) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS)
    await editor.refreshed()
    await editor.expect(VIEWS, IMPORT, CALL)
    for path in ("notes.txt", ".venv/lib/x.py", "app/__pycache__/x.py", VIEWS):
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace / path).write_text("import app.old\n")
        editor.watched(path, kind=types.FileChangeType.Created)
    editor.watched("app", "app/__pycache__")
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.watched("app/old.py")
    await editor.refreshed()
    assert editor.refreshes == 2


async def test_a_project_around_the_editors_folder(
    start: Start, workspace: Path, watching: types.ClientCapabilities
) -> None:
    """The editor watches its own folder only; the registry lies above it."""
    editor = await start(watching, folders=[workspace / "app"])
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    replace(workspace / "ssot.toml", FILES["ssot.toml"].replace("app.old.Engine", "app.old.Motor"))
    await becomes(editor, VIEWS)


async def test_a_registry_by_another_name(start: Start, workspace: Path, watching: types.ClientCapabilities) -> None:
    (workspace / "ssot.toml").rename(workspace / "standards.toml")
    editor = await start(watching, {"settings": {"configuration": "standards.toml"}})
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    replace(workspace / "standards.toml", FILES["ssot.toml"].replace("app.old.Engine", "app.old.Motor"))
    await becomes(editor, VIEWS)


async def test_an_editor_that_asks_and_cannot_be_told(start: Start, workspace: Path) -> None:
    """Neovim 0.11: what changed on disk is in the answer to one of its next questions."""
    editor = await start(neovim_pulling())
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    replace(workspace / "app/__init__.py", "from app.old import Engine\n")

    async def ask() -> None:
        while editor.shown(VIEWS, await editor.diagnostics(VIEWS)) != [IMPORT]:
            await asyncio.sleep(0.05)

    await asyncio.wait_for(ask(), PATIENCE)
    assert not editor.published
    assert not editor.refreshes


@pytest.mark.parametrize("shared", ["platform/ssot.toml", "platform/standards.toml"])
async def test_an_unsaved_registry_that_another_one_extends_counts(
    start: Start, workspace: Path, capabilities: types.ClientCapabilities, shared: str
) -> None:
    """Until it is closed without being saved."""
    (workspace / "platform").mkdir()
    (workspace / shared).write_text(FILES["ssot.toml"])
    (workspace / "ssot.toml").write_text(f'version = 1\n[workspace]\nextends = ["{shared}"]\n')
    editor = await start(capabilities)
    editor.open(shared, "\ufeff" + FILES["ssot.toml"].replace("app.old.Engine", "app.old.Other"))
    editor.open(VIEWS)
    await editor.indexed()
    await editor.expect(VIEWS)
    editor.edit(shared, "app.old.Other", "app.old.Engine")
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.edit(shared, "app.old.Engine", "app.old.Other")
    await editor.expect(VIEWS)
    editor.close(shared)
    await editor.expect(VIEWS, IMPORT, CALL)
