"""The benchmarks themselves still run, and their numbers mean what the tables say; how large they are is no matter."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from bench import bans as b
from bench import main, servers, start, tables, trees
from bench.batch import Measure, Result, ratio
from bench.peers import Peers
from bench.processes import Cost, TookTooLong, run

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the benchmarks ask the operating system as POSIX has it"
)


def test_the_smallest_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.json"
    arguments = ["--lines", "2000", "--rounds", "1", "--edits", "9", "--peers", "none", "--registries", "usual"]
    assert main.main([*arguments, "--cache", str(tmp_path), "--json", str(record)]) == 0
    printed = capsys.readouterr().out
    assert "| ssot server | lsprotocol |" in printed
    assert "| ssot check, usual, cold |" in printed
    assert "| ssot (push) |" in printed
    found = json.loads(record.read_text(encoding="utf-8"))
    walls = found["start"]["walls"]
    assert walls["python -c pass"] < walls["ssot check, one file"] < walls["ssot server"]
    assert [row["name"] for row in found["batch"]] == ["ssot check, usual, cold", "ssot check, usual, warm"]
    assert all(row["runs"][0]["findings"] > 0 for row in found["batch"])
    for timing in found["servers"]:
        assert (len(timing["starts"]), len(timing["keystrokes"]), timing["failure"]) == (1, 9, None)
    assert not list((tmp_path / "trees" / "generated-2000").glob("bench*"))


def test_a_server_that_does_not_start_is_shown(tmp_path: Path) -> None:
    peers = Peers(tmp_path, {"ruff": "0"})
    starts = start.measure(peers, 1, lambda _: None)
    assert set(starts.failures) == {"ruff server"}
    assert "| ruff server | failed: " in start.start_tables(starts)


def test_made_up_trees_are_the_same_for_everyone(tmp_path: Path) -> None:
    trees.generate(tmp_path / "one", 9_000)
    trees.generate(tmp_path / "two", 9_000)
    one, two = (
        {file.relative_to(root): file.read_text() for file in root.rglob("*.py")} for root in _children(tmp_path)
    )
    assert one == two
    for text in one.values():
        ast.parse(text)
    assert trees.survey(tmp_path / "one", "").lines == pytest.approx(9_000, rel=0.05)


def test_the_large_file_is_large_and_holds_what_is_banned(tmp_path: Path) -> None:
    trees.generate(tmp_path / "tree", 9_000)
    tree = trees.survey(tmp_path / "tree", "")
    bans = b.choose_bans(tree)
    text = servers.large_file(tree, bans)
    ast.parse(text)
    assert 3_000 < text.count("\n") <= 4_050
    assert f"import {bans.usual[0].name} as" in text
    rows = [row for row, _ in servers.function_rows(text)]
    assert rows == sorted(set(rows))


def test_bans_of_any_tree(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "models.py").write_text("class User: ...\nclass Old: ...\nclass New: ...\n")
    for number in range(9):
        names = "(\n    User as Somebody,  # everyone\n    New,\n)" if number < 3 else "Old"
        (tmp_path / "app" / f"user_{number}.py").write_text(f"from app.models import {names}\n")
    bans = b.choose_bans(trees.survey(tmp_path, ""))
    assert {ban.path for ban in bans.usual} == {"app.models.Old"}
    assert {ban.path for ban in bans.third} == {"app.models.New", "app.models.User"}


def test_a_ratio_is_the_median_of_pairs() -> None:
    mine = Result(Measure("mine", [], _nothing, "theirs", share=0.5), [_cost(1), _cost(30), _cost(4)])
    theirs = Result(Measure("theirs", [], _nothing), [_cost(1), _cost(10), _cost(2)])
    assert ratio(mine, {"mine": mine, "theirs": theirs}, _wall) == 4
    assert ratio(mine, {"mine": mine}, _wall) is None


def test_percentiles() -> None:
    assert tables.percentile(list(range(1, 101)), 95) == 95
    assert tables.percentile([7.0], 95) == 7.0


def test_costs_count_what_children_do(tmp_path: Path) -> None:
    burn = (
        "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass\nprint('a.py:1:2: found')"
    )
    parent = f"import subprocess, sys\nsys.exit(subprocess.run([sys.executable, '-c', {burn!r}]).returncode + 3)"
    cost = run([sys.executable, "-c", parent], tmp_path, tmp_path / "output.txt", 30)
    assert cost.cpu >= 0.2
    assert (cost.status, cost.findings) == (3, 1)


def test_a_run_is_ended_when_it_takes_too_long(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, tmp_path / "output.txt", 0.3)


def test_a_failed_run_is_shown() -> None:
    failed = Result(Measure("broken", [], _nothing), failure="exit status 2:\nno such option")
    assert "| broken | failed: exit status 2: no such option |" in tables.batch_table([failed])


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _cost(wall: float) -> Cost:
    return Cost(wall, wall, 1, 0, 0)


def _wall(cost: Cost) -> float:
    return cost.wall


def _nothing() -> None:
    """Nothing to prepare."""
