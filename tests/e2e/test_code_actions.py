"""What the light bulb offers and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from lsprotocol import types

from e2e.conftest import FILES, Start
from e2e.editor import EDITORS, Editor, neovim_pulling, neovim_waiting, visual_studio_code, visual_studio_code_pulling

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio

VIEWS = "app/views.py"
FIXED = """\
from app.engines import UserEngine


def view(user: str) -> object:
    return UserEngine(user)
"""
FIX_ALL = "Fix all ssot problems in this file"
DISABLE = "Disable SSOT101 for this line"


@pytest_asyncio.fixture(params=EDITORS)
async def editor(request: pytest.FixtureRequest, start: Start) -> Editor:
    """Each of the editors, one test each."""
    editor = await start(EDITORS[request.param]())
    editor.open(VIEWS)
    return editor


async def test_a_fix_gives_the_right_text(editor: Editor) -> None:
    actions = await editor.actions(VIEWS, "Engine")
    fixes = [
        action
        for title, action in actions.items()
        if action.kind == types.CodeActionKind.QuickFix and "UserEngine" in title
    ]
    assert len(fixes) == 1
    assert fixes[0].diagnostics
    assert await editor.take(fixes[0]) == {VIEWS: FIXED}


async def test_exactly_one_action_is_preferred(editor: Editor) -> None:
    actions = await editor.actions(VIEWS, "Engine")
    preferred = [action for action in actions.values() if action.is_preferred]
    text_document = editor.capabilities.text_document
    assert text_document
    assert text_document.code_action
    assert len(preferred) == int(bool(text_document.code_action.is_preferred_support))


async def test_edits_come_when_the_editor_can_take_them(editor: Editor) -> None:
    actions = await editor.actions(VIEWS, "Engine")
    assert all(action.edit is None and action.data for action in actions.values())


async def test_fix_everything_in_the_file(editor: Editor) -> None:
    for only in (None, ["source.fixAll"], ["source.fixAll.ssot"], ["source"]):
        actions = await editor.actions(VIEWS, "Engine", only)
        assert actions[FIX_ALL].kind == "source.fixAll.ssot"
        assert await editor.take(actions[FIX_ALL]) == {VIEWS: FIXED}


async def test_only_what_is_asked_for(editor: Editor) -> None:
    assert set(await editor.actions(VIEWS, "Engine", ["source.fixAll"])) == {FIX_ALL}
    quick = await editor.actions(VIEWS, "Engine", ["quickfix"])
    assert FIX_ALL not in quick
    assert DISABLE in quick
    assert set(quick) < set(await editor.actions(VIEWS, "Engine", [""]))
    assert await editor.actions(VIEWS, "Engine", ["refactor", "source.organizeImports", "source.fixAll.ruff"]) == {}


async def test_nothing_to_do_where_nothing_is_found(editor: Editor) -> None:
    assert set(await editor.actions(VIEWS, "def view")) == {FIX_ALL}
    editor.replace(VIEWS, "print()\n")
    assert await editor.actions(VIEWS, "print") == {}


async def test_disabled_for_this_line(editor: Editor) -> None:
    actions = await editor.actions(VIEWS, "Engine")
    after = await editor.take(actions[DISABLE])
    expected = FILES[VIEWS].replace("import Engine\n", "import Engine  # ssot: ignore[SSOT101]\n")
    assert after == {VIEWS: expected}
    editor.replace(VIEWS, expected)
    await editor.expect(VIEWS, ("SSOT103", 5, "Engine"))


async def test_all_of_one_rule(start: Start, workspace: Path) -> None:
    with (workspace / "ssot.toml").open("a") as registry:
        registry.write('[concepts.limit]\ncanonical = "app.engines.limit"\n')
        registry.write('[[concepts.limit.deprecated]]\npath = "app.old.limit"\n')
    for path in ("app/engines.py", "app/old.py"):
        with (workspace / path).open("a") as module:
            module.write("\n\ndef limit() -> int:\n    return 3\n")
    editor = await start(neovim_pulling())
    editor.open(VIEWS, FILES[VIEWS].replace("import Engine", "import Engine, limit") + "\n\nprint(limit())\n")
    actions = await editor.actions(VIEWS, "Engine")
    assert await editor.take(actions["Fix all deprecated-import problems in this file"]) == {
        VIEWS: FIXED.replace("import UserEngine", "import UserEngine, limit") + "\n\nprint(limit())\n"
    }


async def test_all_of_one_rule_in_the_workspace(editor: Editor, workspace: Path) -> None:
    """In files that are closed, open and being edited; what is not safe is left to people."""
    uses = {
        "app/closed.py": "from app.old import Engine\r\n\r\nprint(Engine('é'))\r\n",
        "app/unsafe.py": "from app.old import Engine\n\nprint(Engine('a', 3))\n",
        "app/edited.py": "",
    }
    for path, text in uses.items():
        (workspace / path).write_bytes(text.encode())
    editor.watched(*uses, kind=types.FileChangeType.Created)
    editor.open("app/edited.py")
    editor.replace("app/edited.py", "from app import old\n\nprint(old.Engine('\U0001f40d'))\n")
    actions = await editor.actions(VIEWS, "Engine")
    assert await editor.take(actions["Fix all deprecated-import problems in the workspace"]) == {
        VIEWS: FIXED,
        "app/closed.py": "from app.engines import UserEngine\r\n\r\nprint(UserEngine('é'))\r\n",
    }
    actions = await editor.actions("app/edited.py", "Engine")
    assert await editor.take(actions["Fix all deprecated-instantiation problems in the workspace"]) == {
        VIEWS: FIXED,
        "app/closed.py": "from app.engines import UserEngine\r\n\r\nprint(UserEngine('é'))\r\n",
        "app/edited.py": "from app.engines import UserEngine\n\nprint(UserEngine('\U0001f40d'))\n",
    }


async def test_line_ends_stay_as_they_are(editor: Editor) -> None:
    editor.replace(VIEWS, FILES[VIEWS].replace("\n", "\r\n"))
    actions = await editor.actions(VIEWS, "Engine", ["source.fixAll"])
    assert await editor.take(actions[FIX_ALL]) == {VIEWS: FIXED.replace("\n", "\r\n")}


async def test_an_action_whose_text_is_gone_comes_back_without_edit(editor: Editor) -> None:
    actions = await editor.actions(VIEWS, "Engine")
    editor.replace(VIEWS, "print()\n")
    for action in actions.values():
        resolved = await editor.client.code_action_resolve_async(action)
        assert resolved.edit is None


async def test_an_editor_that_resolves_nothing_gets_its_edits_at_once(start: Start) -> None:
    capabilities = neovim_waiting()
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    capabilities.text_document.code_action.resolve_support = None
    editor = await start(capabilities)
    editor.open(VIEWS)
    actions = await editor.actions(VIEWS, "Engine")
    assert all(action.edit is not None and action.data is None for action in actions.values())
    assert not any("in the workspace" in title for title in actions), "nobody waits for that unasked"
    assert all(action.edit and action.edit.changes for action in actions.values())
    assert await editor.take(actions[FIX_ALL]) == {VIEWS: FIXED}


async def test_an_editor_with_commands_alone_is_offered_nothing(start: Start) -> None:
    capabilities = neovim_waiting()
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    capabilities.text_document.code_action.code_action_literal_support = None
    editor = await start(capabilities)
    editor.open(VIEWS)
    assert await editor.actions(VIEWS, "Engine") == {}


async def test_an_unsafe_fix_asks_first_and_is_never_preferred(start: Start, workspace: Path) -> None:
    """The replacement takes no second argument: the fix says so."""
    editor = await start(visual_studio_code_pulling())
    editor.open(VIEWS, FILES[VIEWS].replace("Engine(user)", "Engine(user, 3)"))
    actions = await editor.actions(VIEWS, "Engine(user")
    unsafe = next(action for title, action in actions.items() if "(unsafe: " in title)
    assert not unsafe.is_preferred
    resolved = await editor.client.code_action_resolve_async(unsafe)
    assert resolved.edit
    assert resolved.edit.change_annotations
    assert resolved.edit.document_changes
    assert [note.needs_confirmation for note in resolved.edit.change_annotations.values()] == [True]
    for change in resolved.edit.document_changes:
        assert isinstance(change, types.TextDocumentEdit)
        for edit in change.edits:
            assert isinstance(edit, types.AnnotatedTextEdit)
            assert edit.annotation_id in resolved.edit.change_annotations
    assert "UserEngine(user, 3)" in editor.after(resolved.edit)[VIEWS]


async def test_an_editor_without_annotations_gets_plain_edits(start: Start) -> None:
    editor = await start(visual_studio_code())
    editor.open(VIEWS, FILES[VIEWS].replace("Engine(user)", "Engine(user, 3)"))
    actions = await editor.actions(VIEWS, "Engine(user")
    unsafe = next(action for title, action in actions.items() if "(unsafe: " in title)
    resolved = await editor.client.code_action_resolve_async(unsafe)
    assert resolved.edit
    assert resolved.edit.change_annotations is None
    assert "UserEngine(user, 3)" in editor.after(resolved.edit)[VIEWS]


async def test_settings_that_hide_actions(start: Start) -> None:
    options = {
        "settings": {
            "fixAll": False,
            "codeAction": {"disableRuleComment": {"enable": False}, "fixViolation": {"enable": False}},
        }
    }
    editor = await start(visual_studio_code(), options)
    editor.open(VIEWS)
    await editor.expect(VIEWS, ("SSOT101", 1, "Engine"), ("SSOT103", 5, "Engine"))
    assert await editor.actions(VIEWS, "Engine") == {}


async def test_the_command_that_fixes_a_document(start: Start) -> None:
    editor = await start(visual_studio_code())
    editor.open(VIEWS)
    await editor.command("ssot.applyAutofix", {"uri": editor.uri(VIEWS), "version": 1})
    assert [editor.after(applied.edit) for applied in editor.applied] == [{VIEWS: FIXED}]
    editor.replace(VIEWS, FIXED)
    await editor.command("ssot.applyAutofix", editor.uri(VIEWS))
    await editor.command("ssot.applyAutofix")
    await editor.command("ssot.applyAutofix", 3)
    assert len(editor.applied) == 1


async def test_what_is_decided_about_a_rival_goes_into_the_registry(start: Start, workspace: Path) -> None:
    text = "class UserEngineV2: ...\n"
    (workspace / "app/rival.py").write_text(text)
    editor = await start(visual_studio_code_pulling())
    editor.open("ssot.toml")
    editor.open("app/rival.py")
    actions = await editor.actions("app/rival.py", "UserEngineV2")
    assert [title for title in actions if "`UserEngineV2`" in title] == [
        "Accept `UserEngineV2` as a variant",
        "Deprecate `UserEngineV2` in favour of `app.engines.UserEngine`",
        "Record that `UserEngineV2` is not the concept `engine`",
    ]
    assert not any(action.is_preferred for action in actions.values())
    changed = await editor.take(actions["Record that `UserEngineV2` is not the concept `engine`"])
    line = 'unrelated = [{ path = "app.rival.UserEngineV2", reason = "another concept" }]\n'
    summary = 'summary = "Runs one user\'s agents."\n'
    assert changed == {"ssot.toml": FILES["ssot.toml"].replace(summary, summary + line)}
