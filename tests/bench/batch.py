"""Whole-tree runs: what is run, in which order, and what came of it."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench import bans as b
from bench.peers import Peers
from bench.processes import NO_CHANGE, Cost, TookTooLong, run
from bench.trees import Tree

_GRAPH = "import sys, grimp; grimp.build_graph(*sys.argv[2:], cache_dir=sys.argv[1] or None)"
Aspect = Callable[[Cost], float]
"""What of a cost is looked at."""


@dataclass(frozen=True)
class Measure:
    """One row of the table."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], None]
    """What must be so before each run; not measured."""
    rival: str | None = None
    """The row to divide by."""
    target: float | None = None
    """What the ratio should be at most."""
    share: float = 1.0
    """The share of the tree's lines that it is given."""
    good: tuple[int, ...] = (0, 1)
    """The exit statuses of a run that worked."""
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """What came of a row: one cost a round, or why there is none."""

    measure: Measure
    costs: list[Cost] = field(default_factory=list)
    failure: str | None = None

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
    _write_configuration(plan)
    groups = [*_ssot(plan), *_ruff(plan), *_others(plan)]
    results = {row.name: Result(row) for group in groups for row in group}
    for number in range(rounds):
        for group in groups if number % 2 == 0 else groups[::-1]:
            for row in group:
                tell(f"round {number + 1} of {rounds}: {row.name}")
                _run(results[row.name], plan)
    return list(results.values())


def _run(result: Result, plan: Plan) -> None:
    row = result.measure
    if result.failure is not None:
        return
    row.prepare()
    output = plan.cache / "output.txt"
    try:
        cost = run(row.command, plan.tree.root, output, plan.timeout, row.env)
    except (TookTooLong, OSError) as error:
        result.failure = str(error)
        return
    if cost.status not in row.good:
        said = output.with_suffix(".err").read_text(errors="replace").strip() or output.read_text(errors="replace")
        result.failure = f"exit status {cost.status}: {said.strip()[-300:]}"
    else:
        result.costs.append(cost)


def _write_configuration(plan: Plan) -> None:
    for registry in (b.USUAL, b.THIRD):
        bans = plan.bans.of(registry)
        b.write_if_new(plan.cache / f"ruff-{registry}.toml", b.ruff_text(bans))
    b.write_if_new(plan.cache / "bans.importlinter", b.import_linter_text(plan.bans.usual, plan.tree))
    b.write_if_new(plan.cache / "bans.json", b.ast_grep_text(plan.bans.usual))


# -- ssot -------------------------------------------------------------------------------------------------


def ssot_program() -> list[str]:
    """The `ssot` of the environment that runs this."""
    script = Path(sys.executable).parent / ("ssot.exe" if os.name == "nt" else "ssot")
    return [str(script)] if script.exists() else [sys.executable, "-m", "ssot_server"]


def codes_to_turn_on(registry: str) -> list[str]:
    """The rules that are off unless a registry asks for them, and are asked for here."""
    from ssot_rules import ALL_RULES

    if registry == b.ALL_RULES:
        return [rule.code for rule in ALL_RULES if rule.severity is None]
    return ["SSOT302"] if registry == b.CYCLES else []


def has_cycles() -> bool:
    """Whether this version of ssot looks for import cycles."""
    from ssot_rules import ALL_RULES

    return any(rule.code == "SSOT302" for rule in ALL_RULES)


def write_registry(tree: Tree, bans: b.Bans, registry: str) -> None:
    """Put a registry into force."""
    b.write_if_new(tree.root / "ssot.toml", b.registry_text(bans, registry, codes_to_turn_on(registry)))


_RIVALS = {
    b.USUAL: (b.USUAL, 1.0, 1.0),
    b.THIRD: (b.THIRD, None, None),
    b.ALL_RULES: (b.USUAL, 3.0, None),
}
"""By registry, ruff's ban list to compare with, and the ratios to aim for, cold and warm."""


def _ssot(plan: Plan) -> list[list[Measure]]:
    own = plan.cache / "ssot-cache"
    env = {"XDG_CACHE_HOME": str(own)}
    command = [*ssot_program(), "check", "--output-format", "concise"]

    def cold(registry: str) -> Callable[[], None]:
        def prepare() -> None:
            write_registry(plan.tree, plan.bans, registry)
            _forget(own, *plan.tree.root.glob(".ssot*"))

        return prepare

    def warm(registry: str) -> Callable[[], None]:
        return lambda: write_registry(plan.tree, plan.bans, registry)

    groups = []
    for registry in plan.registries:
        ruff, cold_target, warm_target = _RIVALS[registry]
        groups.append(
            [
                Measure(
                    f"ssot check, {registry}, cold",
                    command,
                    cold(registry),
                    f"ruff TID251, {ruff}, no cache",
                    cold_target,
                    env=env,
                ),
                Measure(
                    f"ssot check, {registry}, warm",
                    command,
                    warm(registry),
                    f"ruff TID251, {ruff}, warm",
                    warm_target,
                    env=env,
                ),
            ]
        )
    if has_cycles():
        groups.append(
            [
                Measure("ssot check, cycles, cold", command, cold(b.CYCLES), "grimp graph, no cache", 1.0, env=env),
                Measure("ssot check, cycles, warm", command, warm(b.CYCLES), "grimp graph, cached", 1.0, env=env),
            ]
        )
    return groups


def _forget(*folders: Path) -> None:
    for folder in folders:
        if folder.is_dir():
            shutil.rmtree(folder)


def _nothing() -> None:
    """Nothing needs to be so."""


# -- the others -------------------------------------------------------------------------------------------


def _once(command: Sequence[str], plan: Plan, env: Mapping[str, str] = NO_CHANGE) -> Callable[[], None]:
    """Fill a cache by running a program before its first run that counts."""

    @cache
    def fill() -> None:
        run(command, plan.tree.root, plan.cache / "fill.txt", plan.timeout, env)

    return fill


def _ruff(plan: Plan) -> list[list[Measure]]:
    if "ruff" not in plan.peers:
        return []
    groups = []
    for registry in (b.USUAL, b.THIRD):
        config = str(plan.cache / f"ruff-{registry}.toml")
        store = plan.cache / f"ruff-cache-{registry}"
        base = [plan.peers.program("ruff"), "check", "--select", "TID251", "--output-format", "concise"]
        warm = [*base, "--config", config, "--cache-dir", str(store)]

        groups.append(
            [
                Measure(f"ruff TID251, {registry}, no cache", [*base, "--config", config, "--no-cache"], _nothing),
                Measure(f"ruff TID251, {registry}, warm", warm, _once(warm, plan)),
            ]
        )
    return groups


def _others(plan: Plan) -> list[list[Measure]]:
    groups = []
    peers, tree = plan.peers, plan.tree
    usual = f"ssot check, {b.USUAL}, cold"
    path = {"PYTHONPATH": str(tree.root)}
    if "grimp" in peers:
        store = str(plan.cache / "grimp-cache")
        graph = [peers.program("python"), "-c", _GRAPH]

        cached = [*graph, store, *tree.packages]
        groups.append(
            [
                Measure("grimp graph, no cache", [*graph, "", *tree.packages], _nothing, env=path, good=(0,)),
                Measure("grimp graph, cached", cached, _once(cached, plan, path), env=path, good=(0,)),
            ]
        )
    if "import-linter" in peers:
        lint = [peers.program("lint-imports"), "--config", str(plan.cache / "bans.importlinter"), "--no-cache"]
        groups.append([Measure("import-linter protected, no cache", lint, _nothing, usual, env=path)])
    if "ast-grep" in peers:
        scan = [peers.program("ast-grep"), "scan", "--rule", str(plan.cache / "bans.json"), "--json=stream", "."]
        groups.append([Measure("ast-grep", scan, _nothing, usual)])
    if "pylint" in peers:
        files, lines = _sample(tree, plan.pylint_lines)
        lint = [peers.program("pylint"), *b.pylint_arguments(plan.bans.usual), *files]
        share = lines / tree.lines
        name = f"pylint deprecated-module (on {lines:,} lines)"
        groups.append([Measure(name, lint, _nothing, usual, share=share, good=tuple(range(32)), env=path)])
    return groups


def _sample(tree: Tree, wanted: int) -> tuple[list[str], int]:
    """Files from all over the tree with about so many lines, and how many they have."""
    files = sorted(tree.root.rglob("*.py"))
    step = max(1, int(tree.lines / wanted))
    chosen = files[::step]
    lines = sum(file.read_bytes().count(b"\n") for file in chosen)
    return [str(file.relative_to(tree.root)) for file in chosen], lines


def samples(result: Result) -> dict[str, object]:
    """A row with all its runs, for the JSON file."""
    row = result.measure
    return {
        "name": row.name,
        "command": list(row.command)[:12],
        "failure": result.failure,
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
