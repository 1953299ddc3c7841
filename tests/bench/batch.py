"""Whole-tree runs: what is run, in which order, and what came of it."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path

from bench import bans as b
from bench import situations
from bench.peers import Peers
from bench.processes import NO_CHANGE, Cost, TookTooLong, run
from bench.trees import Tree

COLD, NO_CACHE, WARM = "cold", "no cache", "warm"
EDITED, ELSEWHERE, TOUCHED, BACK, CHANGED = (
    "a file of interest edited",
    "another file edited",
    "all files touched",
    "branch switched back",
    "registry changed",
)
_ON_A_BRANCH = 20
"""One in so many files differs on the other branch."""
_GRAPH = "import sys, grimp; grimp.build_graph(*sys.argv[2:], cache_dir=sys.argv[1] or None)"
Aspect = Callable[[Cost], float]
"""What of a cost is looked at."""


@dataclass(frozen=True)
class Measure:
    """One row of the table."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    """What must be so before each run; not measured."""
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    """What is so during the run and is undone after it."""
    rival: str | None = None
    """The row to divide by."""
    share: float = 1.0
    """The share of the tree's lines that it is given."""
    good: tuple[int, ...] = (0, 1)
    """The exit statuses of a run that worked."""
    env: Mapping[str, str] = field(default_factory=dict)
    store: Path | None = None
    """Where it writes what it wants to know again."""


@dataclass
class Result:
    """What came of a row: one cost a round, or why there is none."""

    measure: Measure
    costs: list[Cost] = field(default_factory=list)
    failure: str | None = None
    stored: int | None = None
    """The bytes in its store after the last run."""

    def median(self, of: Aspect) -> float:
        return statistics.median(of(cost) for cost in self.costs)


@dataclass(frozen=True)
class Plan:
    """Everything that a whole-tree run is made of."""

    tree: Tree
    bans: b.Bans
    peers: Peers
    cache: Path
    registries: Sequence[str]
    pylint_lines: int
    timeout: float


def measure(plan: Plan, rounds: int, tell: Callable[[str], None]) -> list[Result]:
    """Run every group of rows once a round, forwards and backwards in turn, so that noise hits all alike."""
    plan.cache.mkdir(parents=True, exist_ok=True)
    chosen = list(groups(plan))
    results = {row.name: Result(row) for group in chosen for row in group}
    for number in range(rounds):
        for group in chosen if number % 2 == 0 else chosen[::-1]:
            for row in group:
                tell(f"{plan.tree.name}, round {number + 1} of {rounds}: {row.name}")
                run_row(results[row.name], plan)
    return list(results.values())


def run_row(result: Result, plan: Plan) -> None:
    """Run a row once more, unless it has failed before."""
    row = result.measure
    if result.failure is not None:
        return
    output = plan.cache / "output.txt"
    try:
        row.before()
        with row.around():
            cost = run(row.command, plan.tree.root, output, plan.timeout, row.env)
    except (TookTooLong, OSError) as error:
        result.failure = str(error)
        return
    if cost.status not in row.good:
        said = output.with_suffix(".err").read_text(errors="replace").strip() or output.read_text(errors="replace")
        result.failure = f"exit status {cost.status}: {said.strip()[-300:]}"
    else:
        result.costs.append(cost)
    if row.store is not None and row.store.exists():
        result.stored = sum(file.stat().st_size for file in row.store.rglob("*") if file.is_file())


def groups(plan: Plan) -> Iterator[list[Measure]]:
    """All rows: one group for each registry and each other program, to be run in this order."""
    for registry in plan.registries:
        has_rival = "ruff" in plan.peers and registry != b.ALL_RULES
        ours = rows(ssot_checker(plan.tree, plan.bans, registry), plan, registry, full=registry != b.ALL_RULES)
        theirs = rows(_ruff_checker(plan, registry), plan, registry, full=True) if has_rival else iter(())
        yield [row for pair in zip_longest(ours, theirs) for row in pair if row is not None]
    if has_cycles():
        yield list(rows(ssot_checker(plan.tree, plan.bans, b.CYCLES), plan, b.CYCLES, full=False))
    yield from _others(plan)


# -- programs with a cache --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checker:
    """A program that checks the tree against a registry."""

    name: str
    command: Sequence[str]
    without_cache: Sequence[str] | None
    """The same without reading or writing a cache; None where it has no cache."""
    store: Path
    """The folder of its cache."""
    registry: Path
    text: Callable[[Sequence[b.Ban]], str]
    """What the registry says, with more bans or without."""

    def put_in_force(self) -> None:
        """Write the registry."""
        b.write_if_new(self.registry, self.text(()))

    def forget(self) -> None:
        """The state of the first run of all."""
        self.put_in_force()
        shutil.rmtree(self.store, ignore_errors=True)


def ssot_program() -> list[str]:
    """The `ssot` of the environment that runs this."""
    script = Path(sys.executable).parent / ("ssot.exe" if os.name == "nt" else "ssot")
    return [str(script)] if script.exists() else [sys.executable, "-m", "ssot_server"]


@cache
def has_disk_cache() -> bool:
    """Whether this version of ssot keeps what it knows between two runs."""
    done = subprocess.run([*ssot_program(), "check", "--help"], capture_output=True, text=True, check=True)
    return "--no-cache" in done.stdout


def has_cycles() -> bool:
    """Whether this version of ssot looks for import cycles."""
    from ssot_rules import ALL_RULES

    return any(rule.code == "SSOT302" for rule in ALL_RULES)


def _codes_to_turn_on(registry: str) -> list[str]:
    """The rules that are off unless a registry asks for them, and are asked for here."""
    from ssot_rules import ALL_RULES

    if registry == b.ALL_RULES:
        return [rule.code for rule in ALL_RULES if rule.severity is None]
    return ["SSOT302"] if registry == b.CYCLES else []


def ssot_checker(tree: Tree, bans: b.Bans, registry: str) -> Checker:
    """ssot under one of the registries."""
    command = [*ssot_program(), "check", "--output-format", "concise"]
    return Checker(
        "ssot",
        command,
        [*command, "--no-cache"] if has_disk_cache() else None,
        tree.root / ".ssot_cache",
        tree.root / "ssot.toml",
        lambda more: b.registry_text(bans, registry, _codes_to_turn_on(registry), more),
    )


def _ruff_checker(plan: Plan, registry: str) -> Checker:
    config, store = plan.cache / f"ruff-{registry}.toml", plan.cache / f"ruff-cache-{registry}"
    base = [plan.peers.program("ruff"), "check", "--select", "TID251", "--output-format", "concise"]
    base += ["--config", str(config)]
    return Checker(
        "ruff",
        [*base, "--cache-dir", str(store)],
        [*base, "--no-cache"],
        store,
        config,
        lambda more: b.ruff_text([*plan.bans.of(registry), *more]),
    )


def rows(checker: Checker, plan: Plan, registry: str, *, full: bool) -> Iterator[Measure]:
    """The rows of one program under one registry. The first forgets what earlier rounds left behind."""

    def row(name: str, before: Callable[[], None], command: Sequence[str] = checker.command) -> Measure:
        rival = _rival(registry, name) if checker.name == "ssot" else None
        store = checker.store if name == COLD else None
        return Measure(f"{checker.name}, {registry}, {name}", command, before, rival=rival, store=store)

    def settle() -> None:
        """The state after a run with nothing to do."""
        checker.put_in_force()
        run(checker.command, plan.tree.root, plan.cache / "settle.txt", plan.timeout)

    yield row(COLD, checker.forget)
    if checker.without_cache is None:
        yield row(WARM, checker.put_in_force)
        return
    yield row(NO_CACHE, checker.put_in_force, checker.without_cache)
    yield row(WARM, settle)
    if not full:
        return
    files = plan.tree.sources()
    hit = plan.bans.hit[registry] or files
    branch = files[::_ON_A_BRANCH]
    changes: dict[str, Callable[[], AbstractContextManager[None]]] = {
        EDITED: partial(situations.edited, [hit[len(hit) // 2]]),
        ELSEWHERE: partial(situations.edited, [plan.bans.untouched]),
        TOUCHED: partial(situations.touched, files),
        BACK: partial(situations.switched_back, branch, settle),
        CHANGED: partial(situations.replaced, checker.registry, checker.text([plan.bans.more])),
    }
    for name, around in changes.items():
        yield replace(row(name, settle), around=around)


def _rival(registry: str, situation: str) -> str:
    if registry == b.CYCLES:
        return f"grimp graph, {WARM if situation == WARM else NO_CACHE}"
    bans = b.USUAL if registry == b.ALL_RULES else registry
    return f"ruff, {bans}, {NO_CACHE if situation == COLD else situation}"


# -- the others -------------------------------------------------------------------------------------------


def _once(command: Sequence[str], plan: Plan, env: Mapping[str, str] = NO_CHANGE) -> Callable[[], None]:
    """Fill a cache by running a program before its first run that counts."""

    @cache
    def fill() -> None:
        run(command, plan.tree.root, plan.cache / "settle.txt", plan.timeout, env)

    return fill


def _others(plan: Plan) -> Iterator[list[Measure]]:
    peers, tree = plan.peers, plan.tree
    usual = f"ssot, {b.USUAL}, {COLD}"
    path = {"PYTHONPATH": str(tree.root)}
    if "grimp" in peers:
        graph = [peers.program("python"), "-c", _GRAPH]
        cached = [*graph, str(plan.cache / "grimp-cache"), *tree.packages]
        yield [
            Measure(f"grimp graph, {NO_CACHE}", [*graph, "", *tree.packages], rival=usual, env=path, good=(0,)),
            Measure(f"grimp graph, {WARM}", cached, _once(cached, plan, path), env=path, good=(0,)),
        ]
    if "import-linter" in peers:
        config = plan.cache / "bans.importlinter"
        b.write_if_new(config, b.import_linter_text(plan.bans.usual, tree))
        lint = [peers.program("lint-imports"), "--config", str(config), "--no-cache"]
        yield [Measure(f"import-linter protected, {NO_CACHE}", lint, rival=usual, env=path)]
    if "ast-grep" in peers:
        rule = plan.cache / "bans.json"
        b.write_if_new(rule, b.ast_grep_text(plan.bans.usual))
        scan = [peers.program("ast-grep"), "scan", "--rule", str(rule), "--json=stream", "."]
        yield [Measure("ast-grep", scan, rival=usual)]
    if "pylint" in peers:
        files, lines = _sample(tree, plan.pylint_lines)
        lint = [peers.program("pylint"), *b.pylint_arguments(plan.bans.usual), *files]
        name = f"pylint deprecated-module (on {lines:,} lines)"
        yield [Measure(name, lint, rival=usual, share=lines / tree.lines, good=tuple(range(32)), env=path)]


def _sample(tree: Tree, wanted: int) -> tuple[list[str], int]:
    """Files from all over the tree with about so many lines, and how many they have."""
    chosen = tree.sources()[:: max(1, int(tree.lines / wanted))]
    lines = sum(file.read_bytes().count(b"\n") for file in chosen)
    return [str(file.relative_to(tree.root)) for file in chosen], lines


def samples(result: Result) -> dict[str, object]:
    """A row with all its runs, for the JSON file."""
    row = result.measure
    return {
        "name": row.name,
        "command": list(row.command)[:12],
        "failure": result.failure,
        "stored": result.stored,
        "runs": [vars(cost) for cost in result.costs],
    }


def ratio(result: Result, results: Mapping[str, Result], of: Aspect) -> float | None:
    """The median over the rounds of a row's cost for each line divided by its rival's in the same round."""
    rival = results.get(result.measure.rival or "")
    if rival is None or rival.failure or result.failure:
        return None
    pairs = zip(result.costs, rival.costs, strict=True)
    return statistics.median(
        of(mine) / result.measure.share / of(theirs) * rival.measure.share for mine, theirs in pairs
    )
