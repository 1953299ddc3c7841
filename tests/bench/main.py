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
from bench import batch, servers, start, tables, trees
from bench.peers import PACKAGES, Peers, install

_QUICK_LINES = 200_000
_PARTS = ["start", "batch", "servers"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print tables, and say with the exit status whether anything failed to run."""
    options = _read(arguments)
    cache: Path = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    _compile_ssot()
    tree = _tree(options, cache)
    _tell(tree.describe())
    bans = b.choose_bans(tree)
    peers = install(options.peers, cache)
    _tell_heading(tree, bans, peers)
    starts = start.Starts()
    results: list[batch.Result] = []
    timings: list[servers.Timing] = []
    if "start" in options.parts:
        starts = start.measure(peers, options.rounds, _tell)
        print("\n" + start.start_tables(starts) + "\n", flush=True)
    if "batch" in options.parts:
        plan = batch.Plan(
            tree,
            bans,
            peers,
            cache / "runs" / tree.root.name,
            options.registries,
            options.pylint_lines,
            options.timeout,
        )
        results = batch.measure(plan, options.rounds, _tell)
        print("\n" + tables.batch_table(results) + "\n", flush=True)
    if "servers" in options.parts:
        chosen = servers.choose_servers(peers)
        timings = servers.measure(
            tree, bans, chosen, cache / "runs" / tree.root.name, options.edits, options.rounds, _tell
        )
        parses = [f"{timing.parse * 1000:.1f}" for timing in timings if timing.parse]
        print(f"\nOne `ast.parse` of the file beside each server, in ms: {', '.join(parses)}\n")
        print(tables.server_table(timings, tree) + "\n\n" + tables.registry_change(timings) + "\n")
    print(f"Took {time.monotonic() - begin:.0f} s in all.")
    if options.json is not None:
        options.json.write_text(json.dumps(_record(tree, peers, starts, results, timings), indent=1), encoding="utf-8")
    failures = [result.failure for result in results] + [timing.failure for timing in timings]
    return 1 if any(failures) or starts.failures or peers.missing else 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/bench/run.py", description="Measure ssot beside its peers.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--tree", type=Path, help=f"a folder of Python code; it is copied (default: {trees.REAL})")
    source.add_argument("--lines", type=int, help="make up a tree of about so many lines")
    parser.add_argument("--rounds", type=int, help="how often all is run (default: 5)")
    parser.add_argument("--edits", type=int, help="keystrokes for each server (default: 200)")
    parser.add_argument("--peers", nargs="*", choices=[*PACKAGES, "none"], default=list(PACKAGES), metavar="PEER")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=_PARTS)
    registries = [b.USUAL, b.THIRD, b.ALL_RULES]
    parser.add_argument("--registries", nargs="+", choices=registries, default=registries)
    parser.add_argument("--pylint-lines", type=int, help="how much of the tree pylint is given (default: 50000)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that one run may take")
    parser.add_argument("--cache", type=Path, default=_default_cache(), help="where trees and peers are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single run")
    parser.add_argument("--quick", action="store_true", help="one round on a small tree, in about two minutes")
    options = parser.parse_args(arguments)
    if options.quick and options.tree is None and options.lines is None:
        options.lines = _QUICK_LINES
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.edits = options.edits or (24 if options.quick else 200)
    options.pylint_lines = options.pylint_lines or (5_000 if options.quick else 50_000)
    options.peers = [name for name in options.peers if name != "none"]
    return options


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ssot-bench")


def _compile_ssot() -> None:
    """So that the first run pays for nothing that no later run pays for."""
    import ssot_rules
    import ssot_server

    for package in (ssot_rules, ssot_server):
        compileall.compile_dir(Path(str(package.__file__)).parent, quiet=1)


def _tree(options: argparse.Namespace, cache: Path) -> trees.Tree:
    if options.lines is not None:
        return trees.generated_tree(options.lines, cache)
    return trees.copied_tree(options.tree, cache) if options.tree is not None else trees.real_tree(cache)


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _tell_heading(tree: trees.Tree, bans: b.Bans, peers: Peers) -> None:
    print(f"{tree.describe()}\n{_machine()}")
    versions = {"ssot-lsp": importlib.metadata.version("ssot-lsp"), **peers.versions}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    for name, reason in peers.missing.items():
        print(f"{name} could not be installed: {reason}")
    print(f"usual: {', '.join(ban.path for ban in bans.usual)}\nthird: {', '.join(ban.path for ban in bans.third)}")
    sys.stdout.flush()


def _machine() -> str:
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def _record(
    tree: trees.Tree,
    peers: Peers,
    starts: start.Starts,
    results: Sequence[batch.Result],
    timings: Sequence[servers.Timing],
) -> dict[str, Any]:
    return {
        "machine": _machine(),
        "tree": {**vars(tree), "root": str(tree.root)},
        "peers": peers.versions,
        "missing": peers.missing,
        "start": vars(starts),
        "batch": [batch.samples(result) for result in results],
        "servers": [{**vars(timing), "server": timing.server.name} for timing in timings],
    }
