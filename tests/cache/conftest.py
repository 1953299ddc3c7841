"""A small workspace, and runs that tell whether they were replayed."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

import ssot_server.__main__ as program
from cli.conftest import FILES, write_files
from ssot_server import cache, disk

COMMAND = ("check",)


class Shown(NamedTuple):
    """What a run came to, as far as a user can tell."""

    status: int
    stdout: str
    stderr: str


class Checked(NamedTuple):
    """A run, and whether it was spared the work."""

    shown: Shown
    replayed: bool


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def run(*arguments: str, stream: Callable[[], io.StringIO] = io.StringIO) -> Checked:
    """Run a command line in this process."""
    worked = []
    work = program._run

    def noted(*given):
        worked.append(given)
        return work(*given)

    program._run = noted
    try:
        with redirect_stdout(stream()) as out, redirect_stderr(io.StringIO()) as err:
            status = program.run(list(arguments or COMMAND))
    finally:
        program._run = work
    return Checked(Shown(status, out.getvalue(), err.getvalue()), not worked)


def fresh(*arguments: str) -> Shown:
    """What a run shows that knows of no other."""
    return run(*(arguments or COMMAND), "--no-cache").shown


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path.resolve() / "work"
    write_files(root, FILES)
    monkeypatch.chdir(root)
    for variable in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "SSOT_DEBUG", cache.FOLDER_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    return root


@pytest.fixture(params=["young", "old"])
def age(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Files that were written just now: too young to be known by their stamps alone, or taken for old."""
    if request.param == "old":
        monkeypatch.setattr(disk, "_GRAIN", 0)
    return request.param


def blobs(root: Path, kind: str = "*") -> list[Path]:
    """The files of the cache."""
    return sorted(path for path in (root / cache.FOLDER_NAME).glob(f"ssot-*/{kind}/*") if path.is_file())


def needs_an_ordinary_user() -> None:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("a privileged user may read and write everything")
