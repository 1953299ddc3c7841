"""A real Neovim with the real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import FILES
from e2e.editor import SERVER

SCRIPT = Path(__file__).with_name("neovim.lua")
VIEWS = "app/views.py"
OTHER_REGISTRY = """\
version = 1

[concepts.engine]
canonical = "app.old.Engine"

[[concepts.engine.deprecated]]
path = "app.engines.UserEngine"
"""
FINISHED = """
[[concepts.engine.deprecated]]
path = "app.shim"
use = "app.old"
since = 2020-01-01
"""


def neovim() -> str:
    """Neovim's program; on machines that check every change it must be there."""
    program = shutil.which("nvim")
    if program is not None:
        return program
    if os.environ.get("CI"):
        pytest.fail("nvim is not installed")
    pytest.skip("nvim is not installed")


@pytest.fixture
def session(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened in a session of Neovim."""
    (workspace / "app/shim.py").write_text("from app.old import Engine\n")
    home = tmp_path_factory.mktemp("neovim")
    result = home / "result.json"
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        **os.environ,
        **folders,
        "SSOT_RESULT": str(result),
        "SSOT_SERVER": json.dumps(SERVER),
        "SSOT_FILE": str(workspace / VIEWS),
        "SSOT_OTHER_REGISTRY": OTHER_REGISTRY + FINISHED,
    }
    done = subprocess.run(
        [neovim(), "--headless", "-n", "-u", "NONE", "-i", "NONE", "-c", f"luafile {SCRIPT}"],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.exists(), done.stderr + done.stdout
    happened: dict[str, Any] = json.loads(result.read_text())
    assert "error" not in happened, happened
    return happened


def test_a_session(session: dict[str, Any], workspace: Path) -> None:
    places = [(item["code"], item["line"], item["under"]) for item in session["opened"]]
    assert places == [("SSOT101", 1, "Engine"), ("SSOT103", 5, "Engine")]
    assert {item["source"] for item in session["opened"]} == {"ssot"}
    assert [(item["code"], item["line"]) for item in session["typed"]] == [("SSOT101", 2), ("SSOT103", 6)]
    assert "app.engines.UserEngine" in session["hover"]
    assert session["definition"] == [{"path": str(workspace / "app/engines.py"), "line": 1}]
    assert "Disable SSOT101 for this line" in session["actions"]
    assert session["fixed"] == "# \U0001f600\n" + FILES[VIEWS].replace("app.old", "app.engines").replace(
        "Engine", "UserEngine"
    )
    assert not session["left"]
    watched = [(item["code"], item["line"], item["under"]) for item in session["watched"]]
    assert watched == [("SSOT101", 2, "UserEngine"), ("SSOT103", 6, "UserEngine")]
    assert session["deletes"] == "Delete the module `app.shim` and its entry"
    assert session["registry"] == OTHER_REGISTRY
    assert session["deleted"]
    assert session["stopped"]
