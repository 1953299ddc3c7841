"""A small workspace and a way to run the command line in it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ssot_server.__main__ import run as run_program

FILES = {
    "ssot.toml": """\
version = 1

[concepts.engine]
canonical = "app.new.Engine"

[[concepts.engine.deprecated]]
path = "app.old.OldEngine"
reason = "slow"
""",
    "app/__init__.py": "",
    "app/new.py": "class Engine:\n    def __init__(self, size=1): ...\n",
    "app/old.py": "class OldEngine:\n    def __init__(self, size=1, colour=None): ...\n",
    "app/safe.py": "from app.old import OldEngine\n\nengine = OldEngine(2)\n",
    "app/unsafe.py": "from app.old import OldEngine\n\nengine = OldEngine(2, colour='red')\n",
    "app/clean.py": "from app.new import Engine\n",
}


class Run(NamedTuple):
    """What a command did."""

    status: int
    stdout: str
    stderr: str


Runner = Callable[..., Run]


def write_files(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path.resolve() / "work"
    write_files(root, FILES)
    monkeypatch.chdir(root)
    for variable in ("NO_COLOR", "FORCE_COLOR", "SSOT_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    return root


@pytest.fixture
def ssot(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Run a command line in this process, with bytes for standard input."""

    def run(*arguments: str, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        status = run_program(list(arguments))
        out, err = capsysbinary.readouterr()
        return Run(status, out.decode(), err.decode())

    return run
