"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import compileall
import importlib.metadata
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import bans as b
from bench import batch, servers, start, trees
from bench.growth import growth_table
from bench.outcome import Outcome
from bench.peers import PACKAGES, Peers, install
from bench.profiles import profile
from bench.tables import outcome_tables
from bench.targets import missed, target_table

_TREES = ("real", "1M", "5M", "10M")
_PARTS = ["start", "batch", "servers"]
_SMALL_TREES = ("50k", "100k", "200k")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print Markdown, and say with the exit status whether anything failed to run."""
    options = _read(arguments)
    cache: Path = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    os.environ.pop("SSOT_CACHE_DIR", None)
    begin = time.monotonic()
    _compile_ssot()
    peers = install(options.peers, cache)
    print(f"{_machine()}\n\n{_versions(peers)}\n")
    starts = start.Starts()
    if "start" in options.parts:
        starts = start.measure(peers, options.rounds, _tell)
        print(f"## Start\n\n{start.start_tables(starts)}\n", flush=True)
    outcomes: list[Outcome] = []
    plans: list[batch.Plan] = []
    for name in options.trees:
        plans.append(_plan(name, options, peers, cache))
        outcomes.append(_measure(plans[-1], options))
        if options.json is not None:
            options.json.write_text(json.dumps(_record(outcomes, peers, starts), indent=1), encoding="utf-8")
    if grown := growth_table(outcomes):
        print(f"## Growth\n\n{grown}\n")
    print(f"## Targets\n\n{target_table(outcomes)}\n", flush=True)
    if options.profile:
        print("### Where time and memory go\n")
        for outcome, work in missed(outcomes):
            _tell(f"{outcome.tree.name}: profile")
            print(f"{profile(outcome, work, plans[outcomes.index(outcome)])}\n", flush=True)
    print(f"Took {time.monotonic() - begin:.0f} s in all.")
    failures = [failure for outcome in outcomes for failure in outcome.failures()]
    failures += [f"{name}: {reason}" for name, reason in starts.failures.items()]
    failures += [f"{name} could not be installed: {reason}" for name, reason in peers.missing.items()]
    for failure in failures:
        _tell(failure)
    return 1 if failures else 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/bench/run.py", description="Measure ssot beside its peers.")
    parser.add_argument(
        "--trees",
        nargs="+",
        metavar="TREE",
        help=f"`real` ({trees.REAL}), a folder, which is copied, or the lines of a made-up tree, such as 200k or 5M "
        f"(default: {' '.join(_TREES)})",
    )
    parser.add_argument("--rounds", type=int, help="how often all is run (default: 5)")
    parser.add_argument("--edits", type=int, help="keys typed inside functions in one round (default: 200)")
    parser.add_argument("--peers", nargs="*", choices=[*PACKAGES, "none"], default=list(PACKAGES), metavar="PEER")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=_PARTS)
    registries = [b.USUAL, b.THIRD, b.ALL_RULES]
    parser.add_argument("--registries", nargs="+", choices=registries, default=registries)
    parser.add_argument("--pylint-lines", type=int, help="how much of a tree pylint is given (default: 50000)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that one run may take")
    parser.add_argument("--profile", action="store_true", help="say where time and memory go when a target is missed")
    parser.add_argument("--cache", type=Path, default=trees.default_cache(), help="where trees and peers are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single sample")
    parser.add_argument("--quick", action="store_true", help="one round on small trees, in a few minutes")
    options = parser.parse_args(arguments)
    options.trees = options.trees or (_SMALL_TREES if options.quick else _TREES)
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.edits = options.edits or (6 if options.quick else 200)
    options.pylint_lines = options.pylint_lines or (5_000 if options.quick else 50_000)
    options.peers = [name for name in options.peers if name != "none"]
    return options


def _compile_ssot() -> None:
    """So that the first run pays for nothing that no later run pays for."""
    import ssot_rules
    import ssot_server

    for package in (ssot_rules, ssot_server):
        compileall.compile_dir(Path(str(package.__file__)).parent, quiet=1)


def _plan(name: str, options: argparse.Namespace, peers: Peers, cache: Path) -> batch.Plan:
    tree = trees.find(name, cache)
    bans = b.choose_bans(tree)
    runs = cache / "runs" / tree.root.name
    return batch.Plan(tree, bans, peers, runs, options.registries, options.pylint_lines, options.timeout)


def _measure(plan: batch.Plan, options: argparse.Namespace) -> Outcome:
    """Measure one tree, and print its tables."""
    tree, bans = plan.tree, plan.bans
    print(f"## {tree.name}\n\n{tree.describe()}; the machine's load before is {os.getloadavg()[0]:.1f}.", flush=True)
    for registry in (b.USUAL, b.THIRD):
        share = len(bans.hit[registry]) / tree.files
        paths = ", ".join(f"`{ban.path}`" for ban in bans.of(registry))
        print(f"The {registry} registry finds something in {share:.1%} of the files: {paths}.")
    outcome = Outcome(tree, bans)
    if "batch" in options.parts:
        outcome.results = batch.measure(plan, options.rounds, _tell)
    if "servers" in options.parts:
        chosen = servers.choose_servers(plan.peers, plan.registries)
        talk = servers.Plan(tree, bans, chosen, plan.cache, options.edits)
        outcome.timings = servers.measure(talk, options.rounds, _tell)
    print(f"\n{outcome_tables(outcome)}\n", flush=True)
    return outcome


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"Python {platform.python_version()}, {system}."


def _versions(peers: Peers) -> str:
    versions = {"ssot-lsp": importlib.metadata.version("ssot-lsp"), **peers.versions}
    return ", ".join(f"{name} {version}" for name, version in versions.items()) + "."


def _record(outcomes: Sequence[Outcome], peers: Peers, starts: start.Starts) -> dict[str, Any]:
    return {
        "machine": _machine(),
        "peers": peers.versions,
        "missing": peers.missing,
        "start": vars(starts),
        "trees": [_samples(outcome) for outcome in outcomes],
    }


def _samples(outcome: Outcome) -> dict[str, Any]:
    return {
        "tree": {**vars(outcome.tree), "root": str(outcome.tree.root)},
        "batch": [batch.samples(result) for result in outcome.results],
        "servers": [
            {
                "name": timing.server.name,
                "failure": timing.failure,
                "sessions": [vars(session) for session in timing.sessions],
            }
            for timing in outcome.timings
        ],
    }
