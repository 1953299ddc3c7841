"""Diagnostics in the editor: on opening, while typing, across files, pushed and pulled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from lsprotocol import types

from e2e.conftest import FILES, Start
from e2e.editor import EDITORS, Editor, visual_studio_code, visual_studio_code_pulling

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio

VIEWS = "app/views.py"
IMPORT = ("SSOT101", 1, "Engine")
CALL = ("SSOT103", 5, "Engine")


@pytest_asyncio.fixture(params=EDITORS)
async def editor(request: pytest.FixtureRequest, start: Start) -> Editor:
    """Each of the editors, one test each."""
    return await start(EDITORS[request.param]())


async def test_on_opening(editor: Editor) -> None:
    editor.open(VIEWS)
    found = await editor.expect(VIEWS, IMPORT, CALL)
    for diagnostic in found:
        assert diagnostic.source == "ssot"
        assert diagnostic.severity == types.DiagnosticSeverity.Warning
        assert list(diagnostic.tags or ()) == [types.DiagnosticTag.Deprecated]
        assert "UserEngine" in diagnostic.message
        assert diagnostic.related_information
        related = {place.location.uri for place in diagnostic.related_information}
        assert editor.uri("app/engines.py") in related or editor.uri("ssot.toml") in related


async def test_while_typing(editor: Editor) -> None:
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.edit(VIEWS, "from app.old", "# é \U0001f600\nfrom app.old")
    await editor.expect(VIEWS, ("SSOT101", 2, "Engine"), ("SSOT103", 6, "Engine"))
    editor.edit(VIEWS, "    return Engine(user)", "    return user")
    await editor.expect(VIEWS, ("SSOT101", 2, "Engine"))
    editor.edit(VIEWS, "from app.old import Engine\n", "")
    await editor.expect(VIEWS)


async def test_a_statement_that_is_half_typed_hides_no_other(editor: Editor) -> None:
    editor.open(VIEWS)
    editor.edit(VIEWS, "    return Engine(user)\n", "    return Engine(user)\n\n\nresult = view(\n")
    await editor.expect(VIEWS, IMPORT, CALL)


async def test_unsaved_text_speaks_for_other_files(editor: Editor) -> None:
    """A name becomes deprecated elsewhere because another document re-exports it, on screen only."""
    editor.open("app/__init__.py")
    editor.open(VIEWS, "from app import Engine\n\nprint(Engine)\n")
    await editor.expect(VIEWS)
    editor.edit("app/__init__.py", "Engine = None\n", "from app.old import Engine\n")
    await editor.expect(VIEWS, IMPORT, ("SSOT105", 3, "Engine"))


async def test_the_registry_as_it_is_edited(editor: Editor) -> None:
    editor.open("ssot.toml")
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.edit("ssot.toml", '"app.old.Engine"', '"app.old.Motor"')
    await editor.expect(VIEWS)
    editor.edit("ssot.toml", '"app.old.Motor"', '"app.old.Engine"')
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.edit("ssot.toml", "[concepts.engine]", '[rules]\nSSOT103 = "off"\n\n[concepts.engine]')
    await editor.expect(VIEWS, IMPORT)


async def test_a_broken_registry_keeps_the_last_good_one_in_force(editor: Editor) -> None:
    editor.open("ssot.toml")
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    await editor.expect("ssot.toml")
    editor.edit("ssot.toml", "summary", "sumary")
    await editor.expect("ssot.toml", ("SSOT401", 5, "sumary"))
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.edit("ssot.toml", "sumary", "summary")
    await editor.expect("ssot.toml")


async def test_closing_goes_back_to_the_disk(editor: Editor) -> None:
    editor.open("app/__init__.py", "from app.old import Engine\n")
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS, IMPORT)
    editor.close("app/__init__.py")
    await editor.expect(VIEWS)


async def test_files_that_change_on_disk(editor: Editor, workspace: Path) -> None:
    editor.open(VIEWS, "from app import Engine\n")
    await editor.expect(VIEWS)
    (workspace / "app/__init__.py").write_text("from app.old import Engine\n")
    editor.watched("app/__init__.py")
    await editor.expect(VIEWS, IMPORT)


async def test_a_document_that_is_saved_without_file_watchers(editor: Editor) -> None:
    editor.open("ssot.toml")
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.edit("ssot.toml", '"app.old.Engine"', '"app.old.Motor"')
    editor.save("ssot.toml")
    editor.close("ssot.toml")
    await editor.expect(VIEWS)


async def test_no_registry_no_diagnostics_until_there_is_one(editor: Editor, workspace: Path) -> None:
    (workspace / "ssot.toml").unlink()
    editor.open(VIEWS)
    assert await editor.hover(VIEWS, "Engine") is None
    if editor.pulls:
        await editor.expect(VIEWS)
    assert not editor.published
    (workspace / "ssot.toml").write_text(FILES["ssot.toml"])
    editor.watched("ssot.toml", kind=types.FileChangeType.Created)
    await editor.expect(VIEWS, IMPORT, CALL)
    (workspace / "ssot.toml").unlink()
    editor.watched("ssot.toml", kind=types.FileChangeType.Deleted)
    await editor.expect(VIEWS)


async def test_a_registry_that_is_saved_for_the_first_time(editor: Editor, workspace: Path) -> None:
    (workspace / "ssot.toml").unlink()
    editor.open(VIEWS)
    editor.open("ssot.toml", FILES["ssot.toml"])
    editor.save("ssot.toml")
    await editor.expect(VIEWS, IMPORT, CALL)


# -- editors that wait ------------------------------------------------------------------------------------


async def test_the_registry_is_published_though_it_is_not_open(start: Start, workspace: Path) -> None:
    (workspace / "ssot.toml").write_text(FILES["ssot.toml"].replace("UserEngine", "Missing"))
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    found = await editor.expect("ssot.toml", ("SSOT402", 4, '"app.engines.Missing"'))
    assert found[0].code_description == types.CodeDescription(
        "https://ssot-lsp.readthedocs.io/rules/canonical-not-found/"
    )


async def test_what_is_published_carries_its_version(start: Start) -> None:
    capabilities = visual_studio_code()
    assert capabilities.text_document
    assert capabilities.text_document.publish_diagnostics
    capabilities.text_document.publish_diagnostics.version_support = True
    editor = await start(capabilities)
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    assert editor.published[editor.uri(VIEWS)].version == 1
    for number in range(20):
        editor.edit(VIEWS, "from app.old", f"# {number}\nfrom app.old")
    await editor.expect(VIEWS, ("SSOT101", 21, "Engine"), ("SSOT103", 25, "Engine"))
    assert editor.published[editor.uri(VIEWS)].version == 21


async def test_a_closed_document_shows_nothing(start: Start) -> None:
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.close(VIEWS)
    await editor.expect(VIEWS)


# -- editors that ask -------------------------------------------------------------------------------------


async def test_what_was_not_asked_for_is_not_published(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    assert not editor.published


async def test_an_unchanged_report_is_not_sent_again(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS)
    first = await editor.pull(VIEWS)
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    editor.edit(VIEWS, "return Engine(user)\n", "return Engine(user)\n\n")
    second = await editor.pull(VIEWS, first.result_id)
    assert isinstance(second, types.RelatedUnchangedDocumentDiagnosticReport)
    assert second.result_id == first.result_id
    editor.edit(VIEWS, "from", "\nfrom")
    third = await editor.pull(VIEWS, second.result_id)
    assert isinstance(third, types.RelatedFullDocumentDiagnosticReport)
    assert third.result_id != first.result_id


async def test_the_editor_is_told_to_ask_again_when_another_document_is_concerned(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open("app/__init__.py")
    editor.open(VIEWS, "from app import Engine\n")
    await editor.refreshed()
    await editor.expect("app/__init__.py")
    await editor.expect(VIEWS)
    editor.edit("app/__init__.py", "Engine = None\n", "from app.old import Engine\n")
    await editor.refreshed()
    await editor.expect(VIEWS, IMPORT)


@pytest.mark.parametrize("path", ["ssot.toml", "app/old.py", ".gitignore"])
async def test_the_editor_is_told_to_ask_again_when_the_disk_changes(start: Start, path: str) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS)
    await editor.refreshed()
    await editor.expect(VIEWS, IMPORT, CALL)
    editor.watched(path)
    await editor.refreshed()


async def test_the_whole_workspace(start: Start, workspace: Path) -> None:
    (workspace / "app/other.py").write_text("import app.old\n\napp.old.Engine('ann')\n")
    editor = await start(visual_studio_code_pulling())
    editor.open("app/old.py")

    async def ask(previous: list[types.PreviousResultId], **options: object) -> types.WorkspaceDiagnosticReport:
        params = types.WorkspaceDiagnosticParams(previous, identifier="ssot", **options)  # type: ignore[arg-type]
        return await asyncio.wait_for(editor.client.workspace_diagnostic_async(params), 60)

    first = await ask([])
    by_uri = {item.uri: item for item in first.items}
    assert set(by_uri) == {editor.uri(path) for path in ("app/other.py", VIEWS, "app/old.py")}
    views = by_uri[editor.uri(VIEWS)]
    assert isinstance(views, types.WorkspaceFullDocumentDiagnosticReport)
    assert editor.shown(VIEWS, views.items) == [IMPORT, CALL]
    assert views.version is None
    assert by_uri[editor.uri("app/old.py")].version == 1

    previous = [types.PreviousResultId(item.uri, str(item.result_id)) for item in first.items]
    again = await ask(previous)
    assert all(isinstance(item, types.WorkspaceUnchangedDocumentDiagnosticReport) for item in again.items)
    assert len(again.items) == 3

    waiting = asyncio.ensure_future(ask(previous, partial_result_token="later"))
    (workspace / "app/other.py").unlink()
    editor.watched("app/other.py", kind=types.FileChangeType.Deleted)
    by_uri = {item.uri: item for item in (await waiting).items}
    other = by_uri[editor.uri("app/other.py")]
    assert isinstance(other, types.WorkspaceFullDocumentDiagnosticReport)
    assert not other.items
    assert isinstance(by_uri[editor.uri(VIEWS)], types.WorkspaceUnchangedDocumentDiagnosticReport)


async def test_the_kind_of_diagnostics_that_is_announced(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    assert editor.result is not None
    assert editor.result.capabilities.diagnostic_provider == types.DiagnosticOptions(
        identifier="ssot", inter_file_dependencies=True, workspace_diagnostics=True
    )
    sync = editor.result.capabilities.text_document_sync
    assert isinstance(sync, types.TextDocumentSyncOptions)
    assert (sync.open_close, sync.change) == (True, types.TextDocumentSyncKind.Incremental)


async def test_what_exists_already_is_told_while_it_is_written(editor: Editor) -> None:
    registry = 'version = 1\n[concepts.view]\ncanonical = "app.views.view_of_account"\n'
    editor.open("ssot.toml", registry)
    editor.open(VIEWS, "def view_of_account(): ...\n")
    text = "def account_view_of_mine(): ...\n"
    editor.open("app/fresh.py", text)
    await editor.expect("app/fresh.py")
    editor.edit("app/fresh.py", text, f"{text}def show_view_of_my_account(): ...\n")
    (found,) = await editor.expect("app/fresh.py", ("SSOT206", 2, "show_view_of_my_account"))
    assert found.severity == types.DiagnosticSeverity.Information
    assert found.related_information
    assert editor.uri(VIEWS) in {place.location.uri for place in found.related_information}
    decision = "Record that `show_view_of_my_account` is not the concept `view`"
    changed = await editor.take((await editor.actions("app/fresh.py", "show_view"))[decision])
    editor.replace("ssot.toml", changed["ssot.toml"])
    await editor.expect("app/fresh.py")
    editor.replace("ssot.toml", registry)
    await editor.expect("app/fresh.py", ("SSOT206", 2, "show_view_of_my_account"))
    editor.edit("app/fresh.py", "show_view_of_my_account", "show_my_account")
    await editor.expect("app/fresh.py")
