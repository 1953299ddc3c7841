"""Deleting files on the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cli.conftest import Runner, write_files

REGISTRY = """\
version = 1

[concepts.engine]
canonical = "app.new.Engine"

[[concepts.engine.deprecated]]
path = "app.old"
use = "app.new"
since = 2020-01-01
"""
SHIM = "import warnings\n\nfrom app.new import Engine\n\nwarnings.warn('use app.new', stacklevel=2)\n"
BEFORE = {"ssot.toml": REGISTRY, "app/__init__.py": "", "app/new.py": "class Engine: ...\n"}
AFTER = {**BEFORE, "ssot.toml": REGISTRY[: REGISTRY.index("\n[[")]}
CHOOSE = ("--choose", "delete")


def files(root: Path) -> dict[str, str]:
    """What is on disk."""
    found = {path.relative_to(root): path for path in root.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path.read_bytes().decode()
        for name, path in found.items()
        if not any(part.startswith(".") for part in name.parts)
    }


@pytest.fixture
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a shim that nothing uses."""
    write_files(tmp_path / "work", {**BEFORE, "app/old.py": SHIM})
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def test_the_choice_is_shown_and_not_taken_unasked(finished: Path, ssot: Runner):
    shown = ssot("check").stdout
    assert "= choice: `--choose delete`: Delete the module `app.old` and its entry\n" in shown
    ssot("check", "--fix")
    assert (finished / "app/old.py").read_text() == SHIM


def test_a_module_is_deleted_with_its_entry(finished: Path, ssot: Runner):
    run = ssot("check", "--fix", *CHOOSE)
    assert (run.status, run.stderr) == (0, "")
    assert files(finished) == AFTER
    assert ssot("check").stdout == "No violations in 2 files.\n"


@pytest.mark.parametrize("shim", [SHIM, "", "x = 1", "x = '\u00e9'\r\n"])
@pytest.mark.parametrize("repository", [None, ".", ".."])
def test_git_applies_the_patch(finished: Path, ssot: Runner, shim: str, repository: str | None):
    (finished / "app/old.py").write_bytes(shim.encode())
    if repository is not None:
        subprocess.run(["git", "init", "-q", repository], cwd=finished, check=True)
    before = files(finished)
    run = ssot("check", "--diff", *CHOOSE)
    assert run.stderr == "Would fix 1 of 1 violation.\n"
    assert files(finished) == before
    assert ("\n+++ /dev/null\n" in run.stdout) is bool(shim)
    assert ("\ndeleted file mode 100644\n" in run.stdout) is not bool(shim)
    subprocess.run(["git", "apply", "--whitespace=nowarn"], input=run.stdout.encode(), cwd=finished, check=True)
    assert files(finished) == AFTER


@pytest.mark.parametrize("path", ["run.sh", "deploy/Dockerfile", "app/pyproject.toml"])
def test_a_repeated_run_looks_at_settings_again(finished: Path, ssot: Runner, path: str):
    said = "= choice: `--choose delete`: Delete the module `app.old` and its entry"
    assert f"{said}\n" in ssot("check").stdout
    assert f"{said}\n" in ssot("check").stdout
    write_files(finished, {path: "python -m app.old\n"})
    assert f"{said} (unsafe: `{path}` names it)\n" in ssot("check").stdout
    write_files(finished, {path: "python -m app.new\n"})
    assert f"{said}\n" in ssot("check").stdout


def test_json_says_which_file_goes(finished: Path, ssot: Runner):
    (found,) = json.loads(ssot("check", "--output-format", "json").stdout)
    (choice,) = found["choices"]
    registry, deleted = sorted(choice["edits"], key=lambda edit: edit["filename"], reverse=True)
    assert (registry["filename"], registry["content"]) == ("ssot.toml", "")
    assert deleted == {
        "filename": "app/old.py",
        "location": {"row": 1, "column": 1},
        "end_location": {"row": 6, "column": 1},
        "content": None,
    }


def test_a_file_that_cannot_be_deleted_keeps_its_entry(finished: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ssot_server.engine.require_deletable", _refuse)
    run = ssot("check", "--fix", *CHOOSE)
    assert run.status == 2
    assert "error: app/old.py: it is locked\n" in run.stderr
    assert "error: ssot.toml: it has to change together with app/old.py, which was left alone\n" in run.stderr
    assert files(finished) == {**BEFORE, "app/old.py": SHIM}


def _refuse(_: Path) -> None:
    raise OSError("it is locked")
