"""Hover and definition."""

from __future__ import annotations

import pytest
import pytest_asyncio
from lsprotocol import types

from e2e.conftest import FILES, Start
from e2e.editor import EDITORS, Editor, visual_studio_code

pytestmark = pytest.mark.asyncio

VIEWS = "app/views.py"


@pytest_asyncio.fixture(params=EDITORS)
async def editor(request: pytest.FixtureRequest, start: Start) -> Editor:
    """Each of the editors, one test each."""
    editor = await start(EDITORS[request.param]())
    editor.open(VIEWS, "#\U0001f600\n" + FILES[VIEWS])
    return editor


async def test_hover_shows_the_canonical(editor: Editor) -> None:
    hover = await editor.hover(VIEWS, "Engine(user)")
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.Markdown
    assert "app.engines.UserEngine" in hover.contents.value
    assert "Runs one user's agents." in hover.contents.value
    assert hover.range is not None
    assert editor.under(editor.texts[VIEWS], hover.range) == "Engine"


async def test_hover_has_nothing_to_say_about_other_names(editor: Editor) -> None:
    assert await editor.hover(VIEWS, "view") is None


async def test_definition_leads_to_the_canonical(editor: Editor) -> None:
    found = await editor.definition(VIEWS, "Engine(user)")
    assert len(found) == 1
    assert isinstance(found[0], types.LocationLink)
    assert found[0].target_uri == editor.uri("app/engines.py")
    text = FILES["app/engines.py"]
    assert editor.under(text, found[0].target_selection_range) == "UserEngine"
    assert editor.under(text, found[0].target_range).startswith("class UserEngine:")


async def test_definition_of_another_name_is_left_to_others(editor: Editor) -> None:
    assert not await editor.definition(VIEWS, "view")


async def test_the_plainest_editor(start: Start) -> None:
    capabilities = visual_studio_code()
    assert capabilities.text_document
    capabilities.text_document.hover = types.HoverClientCapabilities()
    capabilities.text_document.definition = types.DefinitionClientCapabilities()
    editor = await start(capabilities)
    editor.open(VIEWS)
    hover = await editor.hover(VIEWS, "Engine(user)")
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.PlainText
    assert "app.engines.UserEngine" in hover.contents.value
    assert "`" not in hover.contents.value
    found = await editor.definition(VIEWS, "Engine(user)")
    assert [editor.under(FILES["app/engines.py"], place.range) for place in found] == ["UserEngine"]
