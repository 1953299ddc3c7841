"""The session itself: encodings, settings, folders, progress, and an editor that talks nonsense."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from e2e.conftest import FILES, Start
from e2e.editor import (
    PATIENCE,
    SERVER,
    Editor,
    neovim_pulling,
    visual_studio_code,
    visual_studio_code_pulling,
    with_encodings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

asynchronous = pytest.mark.asyncio

VIEWS = "app/views.py"
IMPORT = ("SSOT101", 1, "Engine")
CALL = ("SSOT103", 5, "Engine")


# -- positions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ((), "utf-16"),
        (("utf-8",), "utf-8"),
        (("utf-32", "utf-8", "utf-16"), "utf-32"),
        (("utf-16", "utf-8"), "utf-16"),
    ],
)
@asynchronous
async def test_positions_are_counted_as_agreed(start: Start, offered: tuple[str, ...], chosen: str) -> None:
    editor = await start(with_encodings(visual_studio_code(), *offered))
    assert editor.encoding == chosen
    editor.open(VIEWS, "from app.old import Engine\n")
    await editor.expect(VIEWS, IMPORT)
    editor.edit(VIEWS, "\n", "\nx = 'é漢\U0001f600'; y: 'Engine'; Engine('\u2028')\n")
    await editor.expect(VIEWS, IMPORT, ("SSOT103", 2, "Engine"), ("SSOT105", 2, "Engine"))
    editor.edit(VIEWS, "\U0001f600'; y: 'Engine'", "\U00010400\U0001f600'; y: 'Engine'")
    await editor.expect(VIEWS, IMPORT, ("SSOT103", 2, "Engine"), ("SSOT105", 2, "Engine"))
    hover = await editor.hover(VIEWS, "Engine('")
    assert hover is not None
    assert hover.range is not None
    assert editor.under(editor.texts[VIEWS], hover.range) == "Engine"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@asynchronous
async def test_every_line_end_and_nothing_else(start: Start, end: str) -> None:
    editor = await start(neovim_pulling())
    editor.open(VIEWS, f"x = '\u2028\x85'{end}\f{end}from app.old import Engine{end}")
    await editor.expect(VIEWS, ("SSOT101", 3, "Engine"))


@asynchronous
async def test_a_byte_order_mark(start: Start, workspace: Path) -> None:
    (workspace / VIEWS).write_bytes(b"\xef\xbb\xbf" + FILES[VIEWS].encode())
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    assert editor.texts[VIEWS].startswith("\ufeff")
    await editor.expect(VIEWS, IMPORT, CALL)
    actions = await editor.actions(VIEWS, "Engine", ["source.fixAll"])
    after = await editor.take(next(iter(actions.values())))
    assert after[VIEWS].startswith("\ufefffrom app.engines import UserEngine\n")


# -- settings and folders ---------------------------------------------------------------------------------


@asynchronous
async def test_diagnostics_can_be_switched_off_and_on(start: Start) -> None:
    for capabilities in (visual_studio_code(), visual_studio_code_pulling()):
        editor = await start(capabilities, {"settings": {"lint": {"enable": False}}})
        editor.open(VIEWS)
        await editor.refreshed()
        await editor.expect(VIEWS)
        editor.configuration = {"lint": {"enable": True}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await editor.refreshed()
        await editor.expect(VIEWS, IMPORT, CALL)
        off = types.DidChangeConfigurationParams({"ssot": {"lint": {"enable": False}}})
        editor.client.workspace_did_change_configuration(off)
        await editor.refreshed()
        await editor.expect(VIEWS)


@asynchronous
async def test_settings_that_make_no_sense_are_logged(start: Start) -> None:
    editor = await start(visual_studio_code(), {"settings": {"logLevel": "loud"}})
    await editor.until(lambda: any("ssot.logLevel" in log.message for log in editor.client.log_messages))
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)


@asynchronous
async def test_another_registry_by_setting(start: Start, workspace: Path) -> None:
    (workspace / "other.toml").write_text(FILES["ssot.toml"].replace("Engine", "Machine"))
    editor = await start(visual_studio_code(), {"settings": {"configuration": "other.toml"}})
    editor.open(VIEWS, "from app.old import Engine\n")
    await editor.expect(VIEWS)
    found = [("SSOT402", 4, '"app.engines.UserMachine"'), ("SSOT403", 8, '"app.old.Machine"')]
    await editor.expect("other.toml", *found)
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"ssot": {}}))
    await editor.expect(VIEWS, IMPORT)


@asynchronous
async def test_several_folders_with_a_registry_each(start: Start, workspace: Path) -> None:
    for name in ("one", "two"):
        for path, text in FILES.items():
            file = workspace / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    registry = workspace / "two/ssot.toml"
    registry.write_text(registry.read_text().replace("app.old.Engine", "app.old.Motor"))
    editor = await start(visual_studio_code_pulling(), folders=[workspace / "one"])
    editor.open(f"one/{VIEWS}")
    editor.open(f"two/{VIEWS}")
    editor.open(VIEWS)
    await editor.expect(f"one/{VIEWS}", IMPORT, CALL)
    await editor.expect(f"two/{VIEWS}")
    await editor.expect(VIEWS, IMPORT, CALL)

    async def uris() -> set[str]:
        params = types.WorkspaceDiagnosticParams([], identifier="ssot")
        report = await asyncio.wait_for(editor.client.workspace_diagnostic_async(params), PATIENCE)
        return {item.uri for item in report.items if getattr(item, "items", None)}

    assert await uris() == {editor.uri(f"one/{VIEWS}"), editor.uri("two/ssot.toml")}
    event = types.WorkspaceFoldersChangeEvent(
        added=[types.WorkspaceFolder(workspace.as_uri(), "root")],
        removed=[types.WorkspaceFolder((workspace / "one").as_uri(), "one")],
    )
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    await editor.refreshed()
    assert await uris() >= {editor.uri(VIEWS)}


@asynchronous
async def test_a_registry_below_another_governs_its_folder(start: Start, workspace: Path) -> None:
    for path, text in FILES.items():
        file = workspace / "part" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (workspace / "ssot.toml").write_text("version = 1\n")
    editor = await start(visual_studio_code_pulling())
    params = types.WorkspaceDiagnosticParams([], identifier="ssot")
    report = await asyncio.wait_for(editor.client.workspace_diagnostic_async(params), PATIENCE)
    assert {item.uri for item in report.items if getattr(item, "items", None)} == {editor.uri(f"part/{VIEWS}")}
    editor.open(f"part/{VIEWS}")
    editor.open(VIEWS)
    await editor.expect(f"part/{VIEWS}", IMPORT, CALL)
    await editor.expect(VIEWS)


@asynchronous
async def test_a_file_outside_every_folder_uses_its_nearest_registry(start: Start, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    editor = await start(visual_studio_code(), folders=[tmp_path / "elsewhere"])
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)


@asynchronous
async def test_an_editor_without_folders(start: Start) -> None:
    editor = await start(visual_studio_code(), folders=[])
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)


# -- what the server asks of the editor -------------------------------------------------------------------


@asynchronous
async def test_files_and_settings_are_watched(start: Start) -> None:
    editor = await start(visual_studio_code())
    await editor.until(lambda: len(editor.registered) == 2)
    watched = editor.registered[types.WORKSPACE_DID_CHANGE_WATCHED_FILES].register_options
    patterns = [watcher["globPattern"] for watcher in _plain(watched)["watchers"]]
    assert {"**/*.py", "**/ssot.toml", "**/.gitignore", "**/pyproject.toml"} <= set(patterns)
    folders = next(watcher for watcher in _plain(watched)["watchers"] if watcher["globPattern"] == "**/*")
    assert folders["kind"] == types.WatchKind.Create + types.WatchKind.Delete
    assert types.WORKSPACE_DID_CHANGE_CONFIGURATION in editor.registered


@asynchronous
async def test_indexing_shows_its_progress(start: Start) -> None:
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    await editor.until(lambda: types.WorkDoneProgressEnd() in editor.progress)
    first, *reports, last = editor.progress
    assert isinstance(first, types.WorkDoneProgressBegin)
    assert editor.root.name in first.title
    assert all(isinstance(report, types.WorkDoneProgressReport) for report in reports)
    assert last == types.WorkDoneProgressEnd()
    assert len(editor.client.progress_reports) == 1


@asynchronous
async def test_information_for_a_bug_report(start: Start) -> None:
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    text = await editor.command("ssot.debugInformation")
    assert str(editor.root / "ssot.toml") in text
    assert editor.uri(VIEWS) in text


# -- nonsense ---------------------------------------------------------------------------------------------


@asynchronous
async def test_an_editor_that_talks_nonsense(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    _send(
        editor, {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///no.py", "version": 2}}}
    )
    _send(editor, {"method": "textDocument/didChange", "params": _change("file:///never/opened.py", 0, 0)})
    _send(editor, {"method": "textDocument/didChange", "params": _change("no uri", 0, 0)})
    _send(editor, {"method": "textDocument/didOpen", "params": None})
    _send(editor, {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///never/opened.py"}}})
    _send(editor, {"method": "textDocument/didSave", "params": {"textDocument": {"uri": "untitled:1"}}})
    _send(editor, {"method": "workspace/didChangeWatchedFiles", "params": {"changes": [{"uri": "git:x", "type": 1}]}})
    _send(editor, {"method": "workspace/didChangeConfiguration", "params": {"settings": {"ssot": 7}}})
    _send(editor, {"method": "no/such/notification", "params": [1]})
    _send(editor, {"method": "$/cancelRequest", "params": {"id": 4711}})
    _send(editor, {"id": 4712})
    _send(editor, [])
    _send_raw(editor, b"Content-Length: 7\r\n\r\n{broken")

    everything = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(900, 0), types.Position(0, 4000)), text="\n# end\n"
    )
    identifier = types.VersionedTextDocumentIdentifier(version=9, uri=editor.uri(VIEWS))
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [everything]))
    editor.texts[VIEWS] = "from app.old import Engine\n# end\n"
    editor.versions[VIEWS] = 9
    await editor.expect(VIEWS, IMPORT)
    for uri in ("untitled:1", "no uri", "file:///no/such/file.py", (editor.root / "app").as_uri()):
        identifier_ = types.TextDocumentIdentifier(uri)
        position = types.Position(3, 3)
        params = types.DocumentDiagnosticParams(identifier_)
        report = await asyncio.wait_for(editor.client.text_document_diagnostic_async(params), PATIENCE)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert not report.items
        assert await editor.client.text_document_hover_async(types.HoverParams(identifier_, position)) is None
        assert not await editor.client.text_document_definition_async(types.DefinitionParams(identifier_, position))


@pytest.mark.parametrize(
    "params", [{"textDocument": {"uri": 3}}, {"position": {"line": -1, "character": 0}}, None, [], "x"]
)
@asynchronous
async def test_a_request_that_makes_no_sense_is_answered_with_an_error(start: Start, params: object) -> None:
    editor = await start(visual_studio_code())
    answer: Future[Any] = Future()
    editor.client.protocol._request_futures["nonsense"] = answer
    _send(editor, {"id": "nonsense", "method": "textDocument/hover", "params": params})
    with pytest.raises(Exception, match=r"(?i)invalid|internal|deserial"):
        await asyncio.wait_for(asyncio.wrap_future(answer), PATIENCE)
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)


@asynchronous
async def test_unreadable_files_do_not_stop_the_server(start: Start, workspace: Path) -> None:
    (workspace / "app/broken.py").write_bytes(b"\xff\xfe\x00 not text \x00")
    (workspace / "app/folder.py").mkdir()
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)


def test_standard_output_carries_the_protocol_alone() -> None:
    code = (
        "from ssot_server.lsp import server\n"
        "server.Session.begin = lambda *arguments: print('printed by mistake')\n"
        "server.serve()\n"
        "print('afterwards')"
    )
    messages = _initialize(), {"id": 2, "method": "shutdown"}, {"method": "exit"}
    done = _run([sys.executable, "-c", code], *messages)
    assert b"printed by mistake" in done.stderr
    assert done.stdout.startswith(b"Content-Length: ")
    assert done.stdout.rstrip().endswith(b"}afterwards")


# -- the end ----------------------------------------------------------------------------------------------


def test_exit_status() -> None:
    shutdown = {"id": 2, "method": "shutdown"}
    assert _run(SERVER, _initialize(), shutdown, {"method": "exit"}).returncode == 0
    assert _run(SERVER, _initialize(), {"method": "exit"}).returncode == 1
    assert _run(SERVER, _initialize()).returncode == 1


@asynchronous
async def test_over_tcp(workspace: Path) -> None:
    code = (
        "import logging; logging.basicConfig(level=logging.INFO);"
        "from ssot_server.lsp.server import serve; serve(tcp=('127.0.0.1', 0))"
    )
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stderr=asyncio.subprocess.PIPE)
    assert server.stderr is not None
    await asyncio.wait_for(server.stderr.readuntil(b"Serving on "), PATIENCE)
    address = await asyncio.wait_for(server.stderr.readline(), PATIENCE)
    editor = Editor(workspace, visual_studio_code())
    await editor.client.start_tcp("127.0.0.1", int(re.findall(rb"[0-9]+", address)[-1]))
    await editor.introduce()
    editor.open(VIEWS)
    await editor.expect(VIEWS, IMPORT, CALL)
    await editor.stop()
    await asyncio.wait_for(server.communicate(), PATIENCE)
    assert server.returncode == 0


def _initialize() -> dict[str, Any]:
    params: dict[str, Any] = {"capabilities": {}, "processId": None, "rootUri": None}
    return {"id": 1, "method": "initialize", "params": params}


def _run(command: Sequence[str], *messages: dict[str, Any]) -> subprocess.CompletedProcess[bytes]:
    """Run a server that is sent these messages and then nothing more."""
    sent = b"".join(_frame({"jsonrpc": "2.0", **message}) for message in messages)
    return subprocess.run(command, input=sent, capture_output=True, timeout=PATIENCE, check=False)


def _plain(value: Any) -> Any:
    """Nested objects, as the client's library makes them, back to dictionaries."""
    if hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _change(uri: str, line: int, character: int) -> dict[str, Any]:
    place = {"line": line, "character": character}
    change = {"range": {"start": place, "end": place}, "text": "x"}
    return {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [change]}


def _send(editor: Editor, message: object) -> None:
    _send_raw(editor, _frame({"jsonrpc": "2.0", **message} if isinstance(message, dict) else message))


def _send_raw(editor: Editor, content: bytes) -> None:
    writer = editor.client.protocol.writer
    assert writer is not None
    writer.write(content)


def _frame(message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
