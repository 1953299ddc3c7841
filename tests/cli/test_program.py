"""The program as a process: streams, signals, start-up, unforeseen errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.conftest import Runner, write_files

SSOT = [sys.executable, "-m", "ssot_server"]
NOTHING_FOUND = "No violations in 6 files.\n"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SSOT, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def test_version_and_help(workspace: Path):
    version = run(workspace, "--version")
    assert version.returncode == 0
    assert version.stdout.startswith("ssot ")
    assert version.stderr == ""
    assert "check" in run(workspace, "--help").stdout
    assert run(workspace, "check", "-h").returncode == 0


def test_status_and_streams(workspace: Path):
    done = run(workspace, "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert run(workspace, "check", "app/clean.py").stdout == NOTHING_FOUND


HEAVY = """
    rich pygls lsprotocol attr jedi asyncio concurrent logging importlib.metadata difflib tempfile shutil
"""


@pytest.mark.parametrize("arguments", [["--version"], ["check", "app/safe.py"], ["rule", "SSOT101"]])
def test_start_up_loads_nothing_heavy(workspace: Path, arguments: list[str]):
    program = "import sys; from ssot_server.__main__ import main; main(); sys.exit(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=workspace, capture_output=True, text=True, check=False
    )
    loaded = done.stderr.split()
    assert done.stdout
    assert "ssot_server.__main__" in loaded
    assert not set(HEAVY.split()) & set(loaded)


def test_any_encoding_can_be_written_to(workspace: Path):
    write_files(workspace, {"app/wide.py": "import app.old\n'漢字'; app.old.OldEngine()\n"})
    done = run(workspace, "check", "app/wide.py", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert "\\u6f22" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently there")
def test_a_reader_that_stops_reading(workspace: Path):
    many = "".join(f"app.old.OldEngine({number})\n" for number in range(5000))
    write_files(workspace, {"app/many.py": f"import app.old\n{many}"})
    with subprocess.Popen([*SSOT, "check"], cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_control_c(workspace: Path):
    command = [*SSOT, "check", "--stdin-filename", "app/safe.py"]
    with subprocess.Popen(command, cwd=workspace, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        _wait_until_it_reads(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == b""


def _wait_until_it_reads(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process to sleep in a read of its standard input."""
    deadline = time.monotonic() + 60
    calls = Path(f"/proc/{process.pid}/syscall")
    if not calls.exists():
        pytest.skip("nothing here tells what a process is waiting for")
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if calls.read_text().startswith("0 0x0 "):
                return
        except PermissionError:
            pytest.skip("nothing here may tell what a process is waiting for")
        time.sleep(0.02)
    pytest.fail("it never read its standard input")


def test_an_unforeseen_error_is_one_line_and_where_to_report_it(
    workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("ssot_server.cli.check.find_targets", fail)
    done = ssot("check")
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.startswith("ssot: internal error: ZeroDivisionError: oh\nPlease report it at https://")
    assert "Traceback" not in done.stderr
    monkeypatch.setenv("SSOT_DEBUG", "1")
    assert "Traceback" in ssot("check").stderr
    monkeypatch.setenv("SSOT_DEBUG", "")
    assert "Traceback" in ssot("--verbose", "check").stderr


@pytest.mark.parametrize(
    ("arguments", "tcp"),
    [
        ((), None),
        (("--stdio",), None),
        (("--tcp", "127.0.0.1:2087"), ("127.0.0.1", 2087)),
        (("--tcp", "[::1]:2087"), ("::1", 2087)),
    ],
)
def test_server(ssot: Runner, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], tcp: object):
    served: list[object] = []
    monkeypatch.setattr("ssot_server.lsp.server.serve", lambda *, tcp: served.append(tcp))
    assert ssot("server", *arguments).status == 0
    assert served == [tcp]


@pytest.mark.parametrize("tcp", ["2087", "host:", ":2087", "host:x", "host:70000"])
def test_server_wants_host_and_port(ssot: Runner, tcp: str):
    done = ssot("server", "--tcp", tcp)
    assert done.status == 2
    assert "is not HOST:PORT" in done.stderr


def test_server_talks_in_one_way(ssot: Runner):
    assert ssot("server", "--stdio", "--tcp", "localhost:1").status == 2


def test_the_progress_bar_waits(monkeypatch: pytest.MonkeyPatch):
    from ssot_server.cli import terminal

    now = 0.0
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    made: list[_Bar] = []
    monkeypatch.setattr(terminal, "_new_bar", lambda: made.append(_Bar()) or made[-1])
    with terminal.progress() as bar:
        assert bar is not None
        bar("Searching", 0, 0)
        assert made == []
        now = 1.0
        bar("Checking", 3, 9)
        assert made[0].said == [("Checking", 3, 9)]
    assert made[0].stopped


class _Bar:
    task_ids = (0,)

    def __init__(self) -> None:
        self.said: list[tuple[str, int, int | None]] = []
        self.stopped = False

    def update(self, _task: int, *, description: str, completed: int, total: int | None, refresh: bool) -> None:
        assert refresh  # no thread draws it
        self.said.append((description, completed, total))

    def stop(self) -> None:
        self.stopped = True


def test_the_progress_bar_of_rich_comes_and_goes():
    from ssot_server.cli import terminal

    bar = terminal._new_bar()
    bar.update(bar.task_ids[0], description="Checking", completed=3, total=None)
    bar.stop()
    assert bar.tasks[0].completed == 3


def test_nobody_watches_a_pipe(monkeypatch: pytest.MonkeyPatch):
    from ssot_server.cli import terminal

    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    with terminal.progress() as bar:
        assert bar is None
