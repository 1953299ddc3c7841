"""What views beside the code are told of the workspace as a whole, and fixes of more than one file."""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from e2e.conftest import FILES, Start
from e2e.editor import PATIENCE, Editor, visual_studio_code_pulling
from ssot_server.lsp.server import create

if TYPE_CHECKING:
    from pathlib import Path

asynchronous = pytest.mark.asyncio

RIVAL = "class OtherEngine: ...\n"
OTHER = "from app.old import Engine\n\n\ndef other(engine):\n    return isinstance(engine, Engine)\n"


def refreshing() -> types.ClientCapabilities:
    """An editor with a view of the whole workspace."""
    capabilities = copy.deepcopy(visual_studio_code_pulling())
    capabilities.experimental = {"ssot": {"refreshSupport": True}}
    return capabilities


@asynchronous
async def test_every_concept_is_told_with_its_places(start: Start, workspace: Path) -> None:
    (workspace / "app/rival.py").write_text(RIVAL)
    registry = FILES["ssot.toml"].replace("summary", 'names = ["*Engine"]\nsummary')
    (workspace / "ssot.toml").write_text(registry)
    (workspace / "app/other.py").write_text(OTHER)
    editor = await start(visual_studio_code_pulling())
    (answer,) = (await ask(editor, "ssot/concepts"))["registries"]
    assert answer["uri"] == editor.uri("ssot.toml")
    (concept,) = answer["concepts"]
    assert concept["name"] == "engine"
    assert concept["canonical"] == "app.engines.UserEngine"
    assert concept["summary"] == "Runs one user's agents."
    assert concept["importLine"] == "from app.engines import UserEngine"
    assert spots(editor, concept["defined"]) == [("app/engines.py", 1, "UserEngine")]
    assert spots(editor, concept["rivals"]) == [("app/rival.py", 1, "OtherEngine")]
    (entry,) = concept["deprecated"]
    assert (entry["path"], entry["use"], entry["reason"]) == (
        "app.old.Engine",
        "app.engines.UserEngine",
        "shares state between users",
    )
    assert under(editor, entry["entry"]) == '"app.old.Engine"'
    assert under(editor, concept["entry"]) == '"app.engines.UserEngine"'
    assert spots(editor, entry["uses"]) == [
        ("app/other.py", 1, "Engine"),
        ("app/other.py", 5, "Engine"),
        ("app/views.py", 1, "Engine"),
        ("app/views.py", 5, "Engine"),
    ]
    assert concept["findings"] == 5


def test_a_request_may_leave_its_parameters_out() -> None:
    message = create().protocol.structure_message({"jsonrpc": "2.0", "id": 1, "method": "ssot/status"})
    assert (message.method, message.params) == ("ssot/status", None)


@asynchronous
async def test_places_are_counted_as_agreed(start: Start, workspace: Path) -> None:
    (workspace / "app/views.py").write_bytes("\ufeffx = '\U0001f600'; from app.old import Engine\r\n".encode())
    editor = await start(visual_studio_code_pulling())
    (registry,) = (await ask(editor, "ssot/concepts"))["registries"]
    (use,) = registry["concepts"][0]["deprecated"][0]["uses"]
    assert use["text"] == "Engine"
    assert use["range"]["start"] == {"line": 0, "character": 30}


@asynchronous
async def test_the_status_follows_the_editor(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    uri = editor.uri("ssot.toml")
    healthy = {"uri": uri, "mistakes": 0, "inForce": True, "concepts": 1, "findings": 2}
    assert await ask(editor, "ssot/status") == {"registries": [healthy]}
    editor.open("ssot.toml")
    editor.edit("ssot.toml", "version = 1", "version = ")
    broken = {**healthy, "mistakes": 1, "findings": 3}
    assert await ask(editor, "ssot/status") == {"registries": [broken]}
    editor.edit("ssot.toml", "version = ", "version = 1")
    editor.open("app/views.py", "x = 1\n")
    assert await ask(editor, "ssot/status") == {"registries": [{**healthy, "findings": 0}]}


@asynchronous
async def test_nothing_is_known_without_a_registry(start: Start, workspace: Path) -> None:
    (workspace / "ssot.toml").unlink()
    editor = await start(visual_studio_code_pulling())
    assert await ask(editor, "ssot/status") == {"registries": []}
    assert await ask(editor, "ssot/concepts") == {"registries": []}


@asynchronous
async def test_a_registry_that_never_was_in_force_has_no_concepts(start: Start, workspace: Path) -> None:
    (workspace / "ssot.toml").write_text("version = 1\nunknown = 2\n")
    editor = await start(visual_studio_code_pulling())
    uri = editor.uri("ssot.toml")
    status = {"uri": uri, "mistakes": 1, "inForce": False, "concepts": 0, "findings": 1}
    assert await ask(editor, "ssot/status") == {"registries": [status]}
    assert await ask(editor, "ssot/concepts") == {"registries": [{"uri": uri, "concepts": []}]}


@asynchronous
async def test_an_editor_that_can_is_told_to_ask_again(start: Start, workspace: Path) -> None:
    editor = await start(refreshing())
    news = asyncio.Event()
    editor.client.feature("ssot/refresh")(lambda _params: news.set())
    assert (await ask(editor, "ssot/status"))["registries"][0]["findings"] == 2
    news.clear()
    editor.open("app/views.py", "x = 1\n")
    await asyncio.wait_for(news.wait(), PATIENCE)
    assert (await ask(editor, "ssot/status"))["registries"][0]["findings"] == 0


@asynchronous
async def test_a_concept_is_fixed_in_every_file(start: Start, workspace: Path) -> None:
    (workspace / "app/third.py").write_text(FILES["app/views.py"])
    editor = await start(visual_studio_code_pulling())
    result = await command(editor, "ssot.applyFixes", {"registry": editor.uri("ssot.toml"), "concept": "engine"})
    assert result == {"fixed": 4, "files": 2, "applied": True}
    edit = editor.applied[0].edit
    assert edit.change_annotations is None
    assert changed(editor, edit) == {"app/third.py", "app/views.py"}


@asynchronous
async def test_the_editor_shows_what_it_is_asked_to_review(start: Start) -> None:
    editor = await start(visual_studio_code_pulling())
    await command(editor, "ssot.applyFixes", {"concept": "engine", "review": True})
    (annotation,) = (editor.applied[0].edit.change_annotations or {}).values()
    assert annotation.needs_confirmation
    assert annotation.label == "engine: safe fixes"


@asynchronous
async def test_unsafe_fixes_only_on_request_and_with_their_reasons(start: Start, workspace: Path) -> None:
    (workspace / "app/views.py").write_text(OTHER)
    editor = await start(visual_studio_code_pulling())
    nothing = {"fixed": 0, "files": 0, "applied": False}
    assert await command(editor, "ssot.applyFixes", {"concept": "engine"}) == nothing
    result = await command(editor, "ssot.applyFixes", {"concept": "engine", "unsafe": True, "review": True})
    assert result == {"fixed": 2, "files": 1, "applied": True}
    (annotation,) = (editor.applied[0].edit.change_annotations or {}).values()
    assert annotation.label == "engine: fixes, some of them unsafe"
    assert annotation.description


@asynchronous
async def test_another_concept_or_registry_is_left_alone(start: Start, workspace: Path) -> None:
    editor = await start(visual_studio_code_pulling())
    nothing = {"fixed": 0, "files": 0, "applied": False}
    assert await command(editor, "ssot.applyFixes", {"concept": "another"}) == nothing
    assert await command(editor, "ssot.applyFixes", {"registry": (workspace / "other.toml").as_uri()}) == nothing
    assert await command(editor, "ssot.applyFixes", {"what": 1}) is None
    assert await command(editor, "ssot.applyFixes", {"unsafe": "yes"}) is None
    assert (await command(editor, "ssot.applyFixes"))["fixed"] == 2


@asynchronous
async def test_two_registries_are_fixed_in_one_change(start: Start, workspace: Path) -> None:
    for path, text in FILES.items():
        file = workspace / "deeper" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    folders = [workspace, workspace / "deeper"]
    editor = await start(visual_studio_code_pulling(), folders=folders)
    assert len((await ask(editor, "ssot/concepts"))["registries"]) == 2
    assert (await command(editor, "ssot.applyFixes"))["files"] == 2
    assert changed(editor, editor.applied[0].edit) == {"app/views.py", "deeper/app/views.py"}


async def ask(editor: Editor, method: str) -> Any:
    """The answer to one of the server's own requests, as plain values."""
    answer = await asyncio.wait_for(editor.client.protocol.send_request_async(method, None), PATIENCE)
    return plain(answer)


async def command(editor: Editor, name: str, *arguments: Any) -> Any:
    """The answer to a command, as plain values."""
    return plain(await editor.command(name, *arguments))


def plain(value: Any) -> Any:
    """JSON as it came, where the client makes tuples with names of it."""
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def spots(editor: Editor, found: list[Any]) -> list[tuple[str, int, str]]:
    for spot in found:
        assert under(editor, spot) == spot["text"]
    return [(path(editor, spot["uri"]), spot["range"]["start"]["line"] + 1, spot["text"]) for spot in found]


def under(editor: Editor, place: Any) -> str:
    """What stands at a place of a file."""
    start, end = place["range"]["start"], place["range"]["end"]
    line = (editor.root / path(editor, place["uri"])).read_text().splitlines()[start["line"]]
    return line[start["character"] : end["character"]]


def path(editor: Editor, uri: str) -> str:
    return uri.removeprefix(editor.root.as_uri()).lstrip("/")


def changed(editor: Editor, edit: types.WorkspaceEdit) -> set[str]:
    documents = edit.document_changes or ()
    return {
        path(editor, change.text_document.uri) for change in documents if isinstance(change, types.TextDocumentEdit)
    }
