"""The benchmarks themselves still run, and their numbers mean what the tables say; how large they are is no matter."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench import bans as b
from bench import batch, large_file, main, moves, real_fixes, replay, servers, start, tables, targets, trees
from bench.batch import Checker, Measure, Result
from bench.growth import check_peak, growth_table, steadiness
from bench.names import Names
from bench.outcome import Outcome, beside, beside_parse, percentile, wall
from bench.peers import PACKAGES, Peers
from bench.processes import Cost, TookTooLong, run
from bench.profiles import profile
from bench.servers import Server, Session, Timing

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the benchmarks ask the operating system as POSIX has it"
)

SITUATIONS = [
    "a file of interest edited",
    "another file edited",
    "all files touched",
    "branch switched back",
    "registry changed",
]
ALL = [b.USUAL, b.THIRD, b.ALL_RULES]


@pytest.fixture
def make_plan(tmp_path: Path) -> Callable[[str], batch.Plan]:
    def make(lines: str) -> batch.Plan:
        tree = trees.find(lines, tmp_path)
        peers = Peers(tmp_path / "bin", dict.fromkeys(PACKAGES, "1.0"))
        (tmp_path / "runs").mkdir()
        return batch.Plan(tree, b.choose_bans(tree), peers, tmp_path / "runs", ALL, 100, 60.0)

    return make


def test_the_smallest_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.json"
    arguments = ["--trees", "1k", "2k", "--rounds", "1", "--edits", "9", "--peers", "none", "--registries", "usual"]
    assert main.main([*arguments, "--cache", str(tmp_path), "--json", str(record)]) == 0
    printed = capsys.readouterr().out
    assert "| ssot server | lsprotocol |" in printed
    for begin in ("| ssot, usual, cold | ", "| ssot, push, usual | top | 3 |", "## Growth", "| growth of the server's"):
        assert begin in printed
    found = json.loads(record.read_text(encoding="utf-8"))
    walls = found["start"]["walls"]
    assert walls["python -c pass"] < walls["ssot check, one file"] < walls["ssot server"]
    small, large = found["trees"]
    assert small["tree"]["lines"] < large["tree"]["lines"]
    rows = {row["name"]: row["runs"] for row in large["batch"]}
    assert {"ssot, usual, cold", "ssot, usual, warm"} <= rows.keys()
    assert all(len(runs) == 1 for runs in rows.values())
    assert all(runs[0]["findings"] > 0 for name, runs in rows.items() if "cycles" not in name)  # there may be no loop
    typed = [timing["sessions"][0]["keystrokes"] for timing in large["servers"] if "no disk" not in timing["name"]]
    places = dict.fromkeys(["end", "middle", "top", "import lines"], 3)
    assert [{place: len(keys) for place, keys in session.items()} for session in typed] == [places, places]
    left = {path.name for path in (tmp_path / "trees" / "made-up-2000").iterdir()}
    assert left - {".ssot_cache"} == {"acme_0", "acme_core", "ssot.toml"}


# -- nothing is lost --------------------------------------------------------------------------------------


def test_every_run_is_there(make_plan: Callable[[str], batch.Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan("2k")
    monkeypatch.setattr(batch, "has_disk_cache", lambda: True)
    names = {row.name for group in batch.groups(plan) for row in group}
    states = ["cold", "no cache", "warm"]
    expected = {f"{tool}, {bans}, {state}" for tool in ("ssot", "ruff") for bans in ALL[:2] for state in states}
    expected |= {f"{tool}, {bans}, {state}" for tool in ("ssot", "ruff") for bans in ALL[:2] for state in SITUATIONS}
    expected |= {f"ssot, all-rules, {state}" for state in states}
    expected |= {"grimp graph, no cache", "grimp graph, warm", "import-linter protected, no cache", "ast-grep"}
    assert expected <= names
    assert any(name.startswith("pylint ") for name in names)
    rivals = {row.rival for group in batch.groups(plan) for row in group if row.rival}
    assert rivals <= names
    without = {row.name for group in batch.groups(replace(plan, peers=Peers(plan.cache))) for row in group}
    assert without == {name for name in names if name.startswith("ssot, ")}


def test_a_version_without_a_disk_cache_is_measured_all_the_same(
    make_plan: Callable[[str], batch.Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan("1k")
    monkeypatch.setattr(batch, "has_disk_cache", lambda: False)
    names = [row.name for row in next(iter(batch.groups(plan)))]
    assert names[:4] == ["ssot, usual, cold", "ruff, usual, cold", "ssot, usual, warm", "ruff, usual, no cache"]
    assert [name for name in names if name.startswith("ssot")] == ["ssot, usual, cold", "ssot, usual, warm"]


def test_every_server_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "has_disk_cache", lambda: True)
    names = [server.name for server in servers.choose_servers(Peers(Path(), dict.fromkeys(PACKAGES, "1.0")), ALL)]
    ssot = [*(f"ssot, pull, {registry}" for registry in ALL), "ssot, push, usual", "ssot, pull, usual, no disk cache"]
    ruff = ["ruff, pull, usual", "ruff, push, usual", "ruff, pull, third"]
    assert names == [*ssot, *ruff, "jedi-language-server", "python-lsp-server"]


def test_every_target_stands_beside_what_was_measured(make_plan: Callable[[str], batch.Plan]) -> None:
    plan = make_plan("1k")
    fast, slow = ([_cost(seconds)] * 3 for seconds in (1.0, 4.0))
    results = [
        Result(Measure("ssot, usual, cold", [], rival="ruff, usual, no cache"), slow),
        Result(Measure("ssot, usual, warm", [], rival="ruff, usual, warm"), fast),
        *(Result(Measure(f"ruff, usual, {state}", []), fast) for state in ("no cache", "warm")),
    ]
    outcome = Outcome(plan.tree, plan.bans, results, [_timing("ssot, pull, usual", 0.01)])
    lines = targets.target_table([outcome]).splitlines()
    assert "| ban list, cold ÷ ruff TID251 without cache | ≤ 1× | **4.00×** missed |" in lines
    assert "| ban list, warm ÷ ruff TID251 warm | ≤ 1× | 1.00× |" in lines
    assert "| all rules, cold ÷ ruff TID251 without cache | ≤ 3× | not measured |" in lines
    assert "| key in a function, median ÷ `ast.parse` | ≤ 0.5× | 0.50× |" in lines
    assert len(lines) == 2 + 9 + 12 + 4
    assert [(work.run, work.place) for _, work in targets.missed([outcome])] == [("ssot, usual, cold", None)]


def test_a_failed_run_is_shown() -> None:
    failed = Result(Measure("broken", []), failure="exit status 2:\nno such option")
    assert "| broken | failed: exit status 2: no such option |" in tables.batch_table([failed])


# -- trees ------------------------------------------------------------------------------------------------


def test_made_up_trees_are_the_same_for_everyone(tmp_path: Path) -> None:
    one, two = (trees.find("40k", tmp_path / name) for name in ("one", "two"))
    texts = [{file.relative_to(tree.root): file.read_text() for file in tree.sources()} for tree in (one, two)]
    assert texts[0] == texts[1]
    for text in texts[0].values():
        ast.parse(text)
    assert one.lines == pytest.approx(40_000, rel=0.02)
    bans = b.choose_bans(one)
    assert len(bans.hit[b.USUAL]) / one.files == pytest.approx(0.01, abs=0.01)
    assert len(bans.hit[b.THIRD]) / one.files == pytest.approx(0.33, abs=0.05)
    assert bans.untouched not in {*bans.hit[b.USUAL], *bans.hit[b.THIRD]}


def test_what_a_broken_run_left_behind_is_taken_away(tmp_path: Path) -> None:
    tree = trees.find("1k", tmp_path)
    file = tree.sources()[0]
    before = file.read_bytes()
    file.write_bytes(before + trees.MARK + b"\ndef more(): ...\n")
    (tree.root / trees.LARGE).touch()
    assert trees.find("1k", tmp_path) == tree
    assert file.read_bytes() == before


def test_the_large_file_is_large_and_holds_what_is_banned(tmp_path: Path) -> None:
    tree = trees.find("20k", tmp_path)
    bans = b.choose_bans(tree)
    text = large_file.large_file(tree, bans)
    body = ast.parse(text).body
    assert 3_900 < text.count("\n") <= 4_400
    assert f"{bans.usual[0].name} as Banned0" in text
    assert max((node.end_lineno or 0) - node.lineno for node in body) < 400
    names = [node.name for node in body if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    assert len(names) == len(set(names)) > 60
    rows = {place.name: place.row for place in large_file.places(text, bans)}
    assert rows["import lines"] < rows["top"] < 1_000 < rows["middle"] < 3_000 < 3_500 < rows["end"]


def test_what_is_typed_passes_through_broken_code() -> None:
    place = large_file.Place("top", 0, "    ", 'if x:\n    "a"z\b\n')
    assert list(large_file.strokes(place, 12)) == [*"if x:", "\n        ", *'"a"z', "\b", "\n    "]


def test_bans_of_any_tree(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "models.py").write_text(
        "class User: ...\nclass Old: ...\nclass New: ...\nclass More: ...\nclass Last: ...\n"
    )
    for number in range(9):
        names = "(\n    User as Somebody,  # everyone\n    New,\n)" if number < 3 else "Old"
        (tmp_path / "app" / f"user_{number}.py").write_text(f"from app.models import {names}, More\n")
    bans = b.choose_bans(trees.find(str(tmp_path), tmp_path / "cache"))
    found = [[ban.path for ban in chosen] for chosen in (bans.usual, bans.third, [bans.more])]
    assert found == [["app.models.Old"], ["app.models.New", "app.models.User"], ["app.models.More"]]
    assert {ban.use for ban in (*bans.usual, *bans.third, bans.more)} == {"app.models.Last"}


# -- situations -------------------------------------------------------------------------------------------

_FAKE = """
import os, pathlib, sys
store, registry = map(pathlib.Path, sys.argv[1:3])
known = dict(eval((store / "known").read_text())) if (store / "known").exists() else {}
files = [registry, *sorted(pathlib.Path(".").rglob("*.py"))]
now = {str(file): (os.stat(file).st_mtime_ns, file.read_text()) for file in files}
changed = [name for name in now if known.get(name) != now[name]]
print(len(changed), sum(name in known and known[name][1] == now[name][1] for name in changed))
if "--no-cache" not in sys.argv:
    store.mkdir(exist_ok=True)
    (store / "known").write_text(repr(now))
"""


def test_what_a_program_finds_changed(make_plan: Callable[[str], batch.Plan]) -> None:
    """A program that says how many files, its registry among them, are not as it knew them, and how many of those
    only look so."""
    plan = make_plan("4k")
    registry = plan.cache / "registry"
    command = [sys.executable, "-c", _FAKE, str(plan.cache / "store"), str(registry)]
    checker = Checker(
        "fake", command, [*command, "--no-cache"], plan.cache / "store", registry, lambda more: f"{len(more)} more"
    )
    texts = {file: file.read_text() for file in plan.tree.sources()}
    said: dict[str, str] = {}
    for _ in range(2):
        for row in batch.rows(checker, plan, b.USUAL, full=True):
            result = Result(row)
            batch.run_row(result, plan)
            assert result.failure is None
            said[row.name.removeprefix("fake, usual, ")] = (plan.cache / "output.txt").read_text().strip()
    files = plan.tree.files
    branch = -(-files // 20)
    assert said == {
        "cold": f"{files + 1} 0",
        "no cache": "0 0",
        "warm": "0 0",
        "a file of interest edited": "1 0",
        "another file edited": "1 0",
        "all files touched": f"{files} {files}",
        "branch switched back": f"{branch} 0",
        "registry changed": "1 0",
    }
    assert {file: file.read_text() for file in plan.tree.sources()} == texts


# -- numbers ----------------------------------------------------------------------------------------------


def test_a_ratio_is_the_median_of_pairs() -> None:
    mine = Result(Measure("mine", [], rival="theirs", share=0.5), [_cost(1), _cost(30), _cost(4)])
    theirs = Result(Measure("theirs", []), [_cost(1), _cost(10), _cost(2)])
    assert batch.ratio(mine, {"mine": mine, "theirs": theirs}, wall) == 4
    assert batch.ratio(mine, {"mine": mine}, wall) is None


def test_keystrokes_are_compared_within_their_round() -> None:
    one, two = _timing("one", 0.03, 0.01), _timing("two", 0.01, 0.01)
    assert beside(one, two, ["top"], 50) == pytest.approx(2)
    assert beside_parse(one, ["top", "middle"], 95) == pytest.approx(1.5)
    assert beside(one, None, ["top"], 50) is None


def test_percentiles() -> None:
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([7.0], 95) == 7.0


def test_steady_growth_of_memory(make_plan: Callable[[str], batch.Plan]) -> None:
    plan = make_plan("1k")

    def grown(lines: int, size: int) -> Outcome:
        results = [Result(Measure("ssot, usual, cold", []), [Cost(1.0, 1.0, size * 1_000_000, 0, 0)])]
        return Outcome(replace(plan.tree, lines=lines * 1_000_000), plan.bans, results)

    outcomes = [grown(10, 170), grown(1, 50), grown(5, 90)]
    assert steadiness(outcomes, check_peak) == 1.6
    assert "| ssot, usual, cold | 10,000,000 | 1.00 | 1.00 | 0.10 | 170 | 16 |  |" in growth_table(outcomes)
    assert growth_table(outcomes[:1]) == ""


def test_costs_count_what_children_do(tmp_path: Path) -> None:
    burn = (
        "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass\nprint('a.py:1:2: found')"
    )
    parent = f"import subprocess, sys\nsys.exit(subprocess.run([sys.executable, '-c', {burn!r}]).returncode + 3)"
    cost = run([sys.executable, "-c", parent], tmp_path, tmp_path / "output.txt", 30)
    assert cost.cpu >= 0.2
    assert (cost.status, cost.findings) == (3, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the largest process is known")
def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    hold = "held = b'x' * 40_000_000\nprint(flush=True)\ninput()"
    parent = (
        "import subprocess, sys, time\n"
        f"command, pipe = [sys.executable, '-c', {hold!r}], subprocess.PIPE\n"
        "running = [subprocess.Popen(command, stdin=pipe, stdout=pipe) for _ in range(3)]\n"
        "for process in running: process.stdout.readline()\n"
        "time.sleep(0.6)\n"
        "for process in running: process.communicate(b'\\n')"
    )
    cost = run([sys.executable, "-c", parent], tmp_path, tmp_path / "output.txt", 30)
    assert 120_000_000 < cost.peak < 200_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the largest process is known")
def test_what_processes_share_is_counted_once(tmp_path: Path) -> None:
    forks = (
        "import os, time\nheld = b'x' * 40_000_000\n"
        "if os.fork(): os.wait()\nelse:\n    time.sleep(0.5)\n    os._exit(0)"
    )
    cost = run([sys.executable, "-c", forks], tmp_path, tmp_path / "output.txt", 30)
    assert 40_000_000 < cost.peak < 80_000_000


def test_a_run_is_ended_when_it_takes_too_long(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, tmp_path / "output.txt", 0.3)


@pytest.mark.parametrize(
    "work",
    [
        targets.Work(b.USUAL, run="ssot, usual, cold"),
        targets.Work(b.USUAL, place="middle"),
        targets.Work(b.USUAL, change=True),
        targets.Work(b.USUAL),
    ],
)
def test_a_profile_says_what_time_and_memory_go_to(make_plan: Callable[[str], batch.Plan], work: targets.Work) -> None:
    plan = make_plan("1k")
    results = [Result(row) for group in batch.groups(plan) for row in group]
    text = profile(Outcome(plan.tree, plan.bans, results), work, plan)
    assert "| index/" in text
    assert "| rules | " in text
    assert text.count("| `") >= 5 or text.count("| MB |") == 1


def _timing(name: str, *seconds: float) -> Timing:
    """A server that always takes so long for a key, in one session after another; a parse takes 0.02 s."""
    keys = [dict.fromkeys(["top", "middle", "end", "import lines"], [value] * 9) for value in seconds]
    return Timing(Server(name, [], pulls=True, is_ssot=True), [Session(keystrokes=typed, parse=0.02) for typed in keys])


def _cost(seconds: float) -> Cost:
    return Cost(seconds, seconds, 1, 0, 0)


def test_a_server_that_does_not_start_is_shown(tmp_path: Path) -> None:
    peers = Peers(tmp_path, {"ruff": "0"})
    starts = start.measure(peers, 1, lambda _: None)
    assert set(starts.failures) == {"ruff server"}
    assert "| ruff server | failed: " in start.start_tables(starts)


MOVED = replay.Migration("app", "1", "2", (), {"app.old.Engine": "app.new.Engine"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from app.new import Engine as E, Other\nE.run(Other)", ["E", "E.run", "from app.new import Engine as E"]),
        ("from .old import Engine", ["from .old import Engine"]),
        ("from app import old as o, new\no.Engine, new.Other", ["o.Engine"]),
        ("import app.new\napp.new.Engine()", ["app.new.Engine"]),
        ("patch('app.old.Engine.run')", ["'app.old.Engine.run'"]),
    ],
)
def test_what_a_file_says_of_what_was_moved(text: str, said: list[str]) -> None:
    assert sorted(part.text for part in replay.reading("app/views.py", text.encode(), MOVED)) == said


def test_a_fixed_file_is_compared_with_its_release(tmp_path: Path) -> None:
    files = {
        "equal": ("from app.new import Engine\n", "from app.new import Engine\n"),
        "same": ("from app.new import Engine\n", "import os\nfrom app.new import Engine\n"),
        "kept": ("from app.new import Engine\n", "from app.old import Engine\n"),
        "other": ("from app.new import Engine as E\n", "from app.new import Engine\n"),
    }
    for name, (_, released) in files.items():
        (tmp_path / f"{name}.py").write_text(released)
    fixed = {f"{name}.py": own.encode() for name, (own, _) in files.items()} | {"gone.py": b""}
    left = {"kept.py": b"from app.old import Engine\n", "equal.py": b"from app.old import Engine\n"}
    found = replay.compared(MOVED, fixed=fixed, left=left, released=tmp_path)
    assert [found.equal, found.same, found.kept, found.gone] == [["equal.py"], ["same.py"], ["kept.py"], ["gone.py"]]
    assert found.other == {"other.py": "- `from app.new import Engine as E`; + `from app.new import Engine`"}
    assert found.missed == ["equal.py"]


def test_loops_of_imports_that_fixes_close(tmp_path: Path) -> None:
    def write(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)

    write("app/__init__.py", "from app.a import x")
    write("app/a.py", "from app import b\nx = 1")
    write("app/b.py", "import app.c\ndef f():\n    import app.a")
    write("app/c.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.a import x")
    before = Names(tmp_path)
    assert before.loops() == frozenset()
    write("app/b.py", "from app import x")
    after = Names(tmp_path, before)
    assert after.loops() == {frozenset({"app", "app.a", "app.b"})}
    assert list(real_fixes._new_loops(before, after)) == ["app and app.a and app.b"]
    write("app/b.py", "")
    assert list(real_fixes._new_loops(after, Names(tmp_path, after))) == []


def test_findings_of_ruff_have_no_rows(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import math as m\nm = 1\n")
    before = real_fixes._linted(tmp_path)
    (tmp_path / "app.py").write_text("import sys\n\nimport math as m\nm = sys\n")
    assert len(before) == 1
    assert real_fixes._linted(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        (
            "from app import x\ntry: x(x=1)\nexcept x: y.x",
            "from app import was_x\ntry: was_x(x=1)\nexcept was_x: y.x",
        ),
        ("from app import x, y\né = x.x", "from app import was_x, y\né = was_x.x"),
        ("from app import x\nx = 1", None),
        ("from app import x\ndef f(x): return x", None),
        ("from app import x\nprint(f'{x}')", None),
        ("from app import x\n__all__ = ['x']", None),
        ("from app import x\ndef f(a: 'list[x]'): 'Do x.'", None),
        ("from app import x\ndef f(a): 'Do x as it was.'", "from app import was_x\ndef f(a): 'Do x as it was.'"),
    ],
)
def test_a_name_that_is_renamed_means_what_it_did(text: str, renamed: str | None) -> None:
    assert moves._renamed(text.encode(), "x", "was_x").decode() == (renamed or text)
