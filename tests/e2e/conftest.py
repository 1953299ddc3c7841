from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

pytest.register_assert_rewrite("e2e.editor")

from e2e.editor import Editor  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from lsprotocol.types import ClientCapabilities

FILES = {
    "ssot.toml": """\
version = 1

[concepts.engine]
canonical = "app.engines.UserEngine"
summary = "Runs one user's agents."

[[concepts.engine.deprecated]]
path = "app.old.Engine"
reason = "shares state between users"
""",
    "app/__init__.py": "Engine = None\n",
    "app/engines.py": """\
class UserEngine:
    \"\"\"Runs agents.\"\"\"

    def __init__(self, user: str) -> None:
        self.user = user
""",
    "app/old.py": """\
class Engine:
    def __init__(self, user: str) -> None:
        self.user = user
""",
    "app/views.py": """\
from app.old import Engine


def view(user: str) -> object:
    return Engine(user)
""",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A small application that uses a deprecated class."""
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return tmp_path


Start = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture
async def start(workspace: Path) -> AsyncIterator[Start]:
    """Start an editor in the workspace; it leaves at the end of the test."""
    editors: list[Editor] = []

    async def begin(
        capabilities: ClientCapabilities, options: object = None, folders: list[Path] | None = None
    ) -> Editor:
        editor = Editor(workspace, capabilities)
        editors.append(editor)
        await editor.start(options, folders)
        return editor

    yield begin
    for editor in editors:
        await editor.stop()
