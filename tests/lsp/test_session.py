"""Jobs that wait for the index."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from ssot_server.lsp.client import Client
from ssot_server.lsp.server import create

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_server.lsp.workspaces import Workspaces

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(("changes", "known"), [(0, True), (2, True), (99, False)])
async def test_what_the_disk_says_before_its_turn_has_a_job_wait_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: int, known: bool
) -> None:
    (tmp_path / "ssot.toml").write_text('version = 1\n[concepts.engine]\ncanonical = "app.Engine"\n')
    (tmp_path / "app.py").write_text("class Engine: ...\n")
    uri = (tmp_path / "app.py").as_uri()
    session = create()
    session.begin(Client())
    session.post(lambda workspaces: workspaces.configure((str(tmp_path),), None))
    wait, left = session._indexed, [changes]

    async def changed_after(uri: str, patience: float | None) -> None:
        await wait(uri, patience)
        if left[0]:
            left[0] -= 1
            session.post(partial(_touch, tmp_path / ".gitignore"))

    monkeypatch.setattr(session, "_indexed", changed_after)
    assert await session.run_indexed(uri, partial(_is_indexed, uri), None) is known
    session.stop()


def _touch(path: Path, workspaces: Workspaces) -> None:
    path.write_text("")
    workspaces.invalidate([str(path)])


def _is_indexed(uri: str, workspaces: Workspaces) -> bool:
    file = workspaces.file(uri)
    assert file is not None
    return file.project.engine.is_indexed
