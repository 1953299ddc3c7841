"""Several processes find what one finds, whatever becomes of them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ssot_server import engine as engines
from ssot_server.engine import Engine
from ssot_server.workers import Crew, Share

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process does it all")


@pytest.fixture(autouse=True)
def _forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own threads, if there are any, touch nothing that a fork needs."""
    monkeypatch.setattr("ssot_server.workers._can_fork", lambda: True)


def who(subject: object, share: Share) -> tuple[Share, int]:
    return share, os.getpid()


def echo(subject: str, share: Share, order: str) -> str:
    return subject + order


def die(subject: int, share: Share) -> str:
    if os.getpid() != subject:
        os._exit(3)
    return f"share {share.number} by the first"


def fail(subject: int, share: Share) -> int:
    if os.getpid() != subject:
        raise ZeroDivisionError
    return share.number


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_every_process_has_its_share():
    with Crew(None, 3) as crew:
        answers = crew.ask(who)
    assert [share for share, _ in answers] == [Share(0, 3), Share(1, 3), Share(2, 3)]
    assert len({process for _, process in answers}) == 3
    assert [list(Share(number, 3).part(range(7))) for number in range(3)] == [[0, 3, 6], [1, 4], [2, 5]]


def test_large_orders_and_answers():
    large = "x" * 3_000_000
    with Crew("answer ", 3) as crew:
        for _ in range(2):
            assert crew.ask(echo, large) == ["answer " + large] * 3


@pytest.mark.parametrize("work", [die, fail])
def test_the_share_of_a_worker_that_fails_is_done_here(work, capfd):
    with Crew(os.getpid(), 2) as crew:
        answers = crew.ask(work)
        assert len(answers) == 2
        assert crew.ask(work) == answers  # and again, without it


def test_a_worker_that_is_killed():
    before = children()
    with Crew(None, 2) as crew:
        crew.ask(who)
        (worker,) = children() - before
        os.kill(int(worker), signal.SIGKILL)
        assert [share for share, _ in crew.ask(who)] == [Share(0, 2), Share(1, 2)]
    assert children() == before


def test_an_interruption_ends_the_workers():
    before = children()

    def work() -> None:
        with Crew(None, 3):
            assert len(children() - before) == 2
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert children() == before


REGISTRY = """\
version = 1
[concepts.engine]
canonical = "app.new.New"
names = ["*Engine"]
[[concepts.engine.deprecated]]
path = "app.old.Old"
"""


def make_workspace(root: Path, count: int) -> None:
    (root / "app").mkdir()
    texts = {
        "ssot.toml": REGISTRY,
        "app/__init__.py": "",
        "app/new.py": "class New:\n    def run(self): ...\n",
        "app/old.py": "class Old:\n    def run(self): ...\n",
        "app/passing.py": "from app.old import Old as Runner\n",
        "app/broken.py": "from app.old import Old\nx = Old(\n",
        "app/latin.py": "# é\nfrom app.old import Old\n",
    }
    for number in range(count):
        source, name = ("app.old", "Old") if number % 3 else ("app.passing", "Runner")
        texts[f"app/use_{number}.py"] = f"from {source} import {name}\n\n\ndef use():\n    {name}().run()\n" + (
            "class SpareEngine: ...\n" if number % 5 == 0 else ""
        )
    for path, text in texts.items():
        (root / path).write_bytes(text.encode("latin-1" if "latin" in path else "utf-8"))


def shown(engine: Engine) -> object:
    report = engine.check()
    return (
        [(f.path, f.rule.code, f.severity, f.diagnostic, f.fix, f.related) for f in report.findings],
        report.skipped,
        report.files,
    )


def test_two_processes_find_what_one_finds(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "_MANY", 1)
    make_workspace(tmp_path, 30)
    assert shown(Engine.open(tmp_path, jobs=2)) == shown(Engine.open(tmp_path))
    assert len(shown(Engine.open(tmp_path, jobs=3))[1]) == 2
    fixed = [Engine.open(tmp_path, jobs=jobs).fix(None, lambda finding: finding.fix is not None) for jobs in (1, 2)]
    assert fixed[0].changed == fixed[1].changed
    assert fixed[0].fixed == fixed[1].fixed > 0


def test_ctrl_c_stops_at_once(tmp_path):
    make_workspace(tmp_path, 3_000)
    command = [sys.executable, "-m", "ssot_server", "check", "--no-cache", "--output-format", "json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        listing = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not (workers := listing.read_text().split()) and time.monotonic() < deadline:
            time.sleep(0.005)
        assert workers or os.cpu_count() == 1
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        out, err = process.communicate(timeout=30)
        took = time.monotonic() - begin
    assert (process.returncode, out, err.strip()) == (130, b"", b"")
    assert took < 5
    deadline = time.monotonic() + 5  # one that had just been made notices by itself
    while left := [worker for worker in workers if Path(f"/proc/{worker}").exists()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.01)
