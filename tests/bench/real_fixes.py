"""Carry out all safe fixes over whole trees, and look for what they broke.

Of every tree a copy is made in which some of its own names are deprecated (`moves.py`). After the safe fixes, every
changed file has to compile, a second run has nothing to change, every name that could be imported still leads where
it led, and the findings that were not fixed are those from before. What names lead to is told without ssot (`names.py`);
a tree that can be imported is imported, too.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench import moves, trees
from bench.importing import Held, held
from bench.names import MISSING, Names
from harness import is_safe, without_short_cut
from ssot_server.engine import Engine

_LINTED = "F401,F811,F821,F822,F823"
"""What ruff is asked for: imports without a use, names bound twice, names that nothing binds."""
_ONLY_UNTIDY = "F401"
_ANSWERED = frozenset({"SSOT101", "SSOT102", "SSOT103", "SSOT104", "SSOT105", "SSOT106"})
"""What the fix of another finding may answer, in the files that it changes."""
_OF_ALL_IMPORTS = "SSOT302"
"""Of many loops of imports the shortest one is told: what is told changes with every import (see `_new_loops`)."""
_BY_WORDS = frozenset({"SSOT201", "SSOT204"})
"""What is told by how code reads: a fix that gives names in it other names may take such a finding away, and changes
the evidence."""
_EVIDENCE = re.compile(r"(?: \(\d+%\))?: .*", re.DOTALL)
_LIVES = re.compile(r"`(?P<name>.+)` lives in `(?P<home>.+)`")
_WANTED = re.compile(r"use `[^`]+`")
"""A way to a definition that no longer passes a deprecated stop is told as a detour."""
_ROW = re.compile(r" from line \d+")
_TESTS = re.compile(r"(^|[._])(tests?|conftest|__main__)([._]|$)")
"""What a tree can be imported without."""
_SHOWN = 12


class Note(NamedTuple):
    """A finding without its place in the file."""

    path: str
    code: str
    message: str
    fix: str | None
    safe: bool


@dataclass
class Result:
    """What became of one tree under one registry."""

    tree: str
    kind: str
    seed: int
    lines: int = 0
    findings: int = 0
    safe: int = 0
    unsafe: int = 0
    changed: int = 0
    importable: int = 0
    left: int = 0
    """Imports that nothing uses any more, kept because somebody might."""
    seconds: float = 0.0
    broken: dict[str, list[str]] = field(default_factory=dict)
    """What must not be, by its kind."""

    def row(self) -> str:
        counts = [str(len(self.broken.get(column, ()))) for column in BROKEN]
        numbers = [self.lines, self.findings, self.safe, self.unsafe, self.changed, self.left, self.importable]
        return (
            f"| {self.tree} | {self.kind} | {self.seed} | "
            + " | ".join([*(f"{number:,}" for number in numbers), *counts, f"{self.seconds:.0f}"])
            + " |"
        )


BROKEN = {
    "skipped": "files skipped",
    "compile": "do not compile",
    "lost": "names lost",
    "meaning": "names that mean something else",
    "imports": "imports that fail",
    "loops": "new loops of imports",
    "undefined": "new findings of ruff",
    "differ": "findings that differ",
    "again": "changed again",
    "short cut": "found with the short cut alone, or without it alone",
}
"""What must not be, and its column."""


def header() -> str:
    columns = [
        "tree",
        "registry",
        "seed",
        "lines",
        "findings",
        "safe",
        "unsafe",
        "files changed",
        "imports left",
        "importable",
    ]
    columns += [*BROKEN.values(), "seconds"]
    return f"| {' | '.join(columns)} |\n|{'---|' * 3}{'--:|' * (len(columns) - 3)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fix, compare, print a table, and say with the exit status whether anything was broken."""
    parser = argparse.ArgumentParser(prog="tests/bench/fix.py", description=str(__doc__).partition("\n")[0])
    parser.add_argument("trees", nargs="*", default=["real"], metavar="TREE", help=f"`real` ({trees.REAL}) or a folder")
    parser.add_argument("--kinds", nargs="+", choices=list(moves.KINDS), default=list(moves.KINDS), metavar="KIND")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2], metavar="SEED")
    parser.add_argument("--concepts", type=int, default=80, help="how much is deprecated (default: 80)")
    parser.add_argument("--libraries", nargs="*", type=Path, default=[], metavar="FOLDER", help="what trees import")
    parser.add_argument("--import", dest="imports", action="store_true", help="import all modules, before and after")
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds that importing all may take")
    parser.add_argument("--cache", type=Path, default=trees.default_cache(), help="where trees are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was broken")
    options = parser.parse_args(arguments)
    results = []
    print(header(), flush=True)
    for name in options.trees:
        tree = trees.find(name, options.cache.resolve())
        for kind in options.kinds:
            for seed in options.seeds:
                results.append(_measure(tree, kind, seed, options))
                print(results[-1].row(), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps([vars(result) for result in results], indent=1), "utf-8")
    for result in results:
        for column, found in result.broken.items():
            print(f"\n{result.tree}, {result.kind}, {result.seed}: {BROKEN[column]}\n")
            print("\n".join(f"- {line}" for line in found[:_SHOWN]))
    return 1 if any(result.broken for result in results) else 0


def _measure(tree: trees.Tree, kind: str, seed: int, options: argparse.Namespace) -> Result:
    begin = time.monotonic()
    root = options.cache.resolve() / "fixed" / f"{tree.root.name}-{kind}-{seed}"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(tree.root, root, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    result = Result(tree.name, kind, seed, tree.lines)
    plain = Names(root)
    moved = moves.prepare(kind, plain, root, seed, options.concepts)
    before = Names(root, plain)
    libraries = [folder.resolve() for folder in options.libraries]
    modules = [name for name in before.sources if not _TESTS.search(name)]
    ran = held(root, modules, libraries, options.timeout) if options.imports else {}
    linted = _linted(root)
    engine = Engine.open(root)
    first = _notes(engine)
    exact = _notes(without_short_cut(Engine.open(root)))
    _sweep()
    fixed = engine.fix(None, is_safe)
    skipped = (*fixed.skipped, *engine.write(fixed.changed, fixed.together))
    changed = fixed.changed
    del engine, fixed
    _sweep()
    after, engine = Names(root, before), Engine.open(root)
    last, found = _notes(engine), _linted(root) - linted
    result.findings = len(first)
    result.safe, result.unsafe = (
        sum(note.fix is not None and note.safe == safe for note in first) for safe in (True, False)
    )
    result.changed = len(changed)
    result.left = sum(number for line, number in found.items() if _ONLY_UNTIDY in line)
    broken = {
        "skipped": [f"{known.path}: {known.message}" for known in skipped],
        "compile": [f"{path}: {problem}" for path, problem in after.problems.items() if path not in before.problems],
        "lost": list(_lost(before, after)),
        "meaning": list(_changed_meanings(before, after, moved)) if kind != "twins" else [],
        "loops": list(_new_loops(before, after)),
        "undefined": sorted(line for line in found if _ONLY_UNTIDY not in line),
        "differ": list(_differences(first, last, changed)),
        "again": sorted(engine.fix(None, is_safe).changed),
        "short cut": [str(note) for note in ((Counter(first) - Counter(exact)) + (Counter(exact) - Counter(first)))],
    }
    if options.imports:
        result.importable = sum(not isinstance(found, str) for found in ran.values())
        broken["imports"] = list(_changed_imports(ran, held(root, modules, libraries, options.timeout), kind))
    result.broken = {column: found for column, found in broken.items() if found}
    del engine
    _sweep()
    result.seconds = time.monotonic() - begin
    return result


def _sweep() -> None:
    """Engines set aside what they made, for as long as their process lives; here several follow one another."""
    gc.unfreeze()
    gc.collect()


def _notes(engine: Engine) -> list[Note]:
    found = []
    for finding in engine.check().findings:
        fix = finding.fix
        said, message, code = None if fix is None else fix.message, finding.diagnostic.message, finding.rule.code
        message = _EVIDENCE.sub("", message) if code in _BY_WORDS else message
        found.append(Note(finding.path, code, message, said, is_safe(finding)))
    return found


def _differences(first: Sequence[Note], last: Sequence[Note], changed: Container[str]) -> Iterator[str]:
    """Findings that came, or that went without a safe fix of their own or of the name that they speak of."""
    before, after = (Counter(note[:3] for note in notes if note.code != _OF_ALL_IMPORTS) for notes in (first, last))
    repaired = Counter(note[:3] for note in first if note.safe)
    passed_on = {note[1:3] for note in first if note.safe}
    """Who passes a name on and is fixed mends it for those that take it from there."""
    wanted = {(note[0], found[0]) for note in first if (found := _WANTED.search(note[2]))}
    for note, number in sorted((after - before).items()):
        lives = _LIVES.fullmatch(note[2])
        if lives is None or (note[0], f"use `{lives['home']}.{lives['name']}`") not in wanted:
            yield f"new: {number} of {': '.join(note)}"
    for note, number in sorted((before - after - repaired).items()):
        is_answered = note[0] in changed and note[1] in _ANSWERED | _BY_WORDS
        if not is_answered and note[1:] not in passed_on:
            yield f"gone: {number} of {': '.join(note)}"


def _lost(before: Names, after: Names) -> Iterator[str]:
    """Names that some code asks for and that are no longer there, or that their module's `__all__` lists."""
    for ask in sorted(after.unanswered() - before.unanswered()):
        yield f"{ask.by} asks for {ask.module}.{ask.name}"
    for name, source in before.sources.items():
        if name in after.sources:
            for lost in sorted((before.names(name) - after.names(name)) & (source.listed or frozenset())):
                yield f"{name}.__all__ lists {lost}"


def _changed_meanings(before: Names, after: Names, moved: Sequence[moves.Move]) -> Iterator[str]:
    """Names that lead elsewhere; one that led nowhere could not be imported, and to mend that is a fix (SSOT306). What
    is a deprecated module has to become the one that is used instead."""
    then = {place: origin for place, origin in before.origins().items() if origin != {MISSING}}
    modules = {frozenset({f"{move.old}:"}): {f"{move.new}:"} for move in moved}
    for place, origin in sorted(after.origins().items()):
        if then.get(place, origin) != origin and modules.get(then[place]) != origin:
            yield f"{'.'.join(place)} was {', '.join(sorted(then[place]))} and is {', '.join(sorted(origin))}"


def _new_loops(before: Names, after: Names) -> Iterator[str]:
    """Modules that lead to each other while they are imported, and did not before."""
    then = before.loops()
    for loop in sorted(map(sorted, after.loops())):
        if not any(known.issuperset(loop) for known in then):
            yield " and ".join(loop)


def _changed_imports(before: Held, after: Held, kind: str) -> Iterator[str]:
    for name, then in before.items():
        now = after.get(name, "was not imported")
        if isinstance(then, str):
            continue
        if isinstance(now, str):
            yield f"{name}: {now}"
        elif kind != "twins":
            yield from (
                f"{name}.{key} was {then[key]} and is {now[key]}"
                for key in sorted(then.keys() & now.keys())
                if then[key] != now[key]
            )


def _linted(root: Path) -> Counter[str]:
    """What ruff finds, without rows and columns, which its words name, too."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--select", _LINTED]
    command += ["--output-format", "json", "--quiet", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    return Counter(
        f"{Path(found['filename']).relative_to(root.resolve())}: {found['code']} {_ROW.sub('', found['message'])}"
        for found in json.loads(done.stdout)
    )
