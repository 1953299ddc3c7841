"""Where ssot's time or memory goes when a target is missed."""

from __future__ import annotations

import cProfile
import multiprocessing
import pstats
import sys
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from bench import batch, situations
from bench.large_file import Place, large_file, places, strokes
from bench.outcome import Outcome
from bench.processes import TookTooLong, run
from bench.tables import megabytes, table
from bench.targets import Work
from bench.trees import LARGE, Tree

_KEYS = 60
_PARTS, _FUNCTIONS = 10, 8
"""How many are shown."""
_HOPS = 30
_START = "start (imports)"
Function = tuple[str, int, str]
Calls = dict[Function, tuple[int, int, float, float]]
Stats = Mapping[Function, tuple[int, int, float, float, Calls]]
"""By function: calls without recursion, calls, own seconds, seconds in all, the same for each caller."""


def profile(outcome: Outcome, work: Work, plan: batch.Plan) -> str:
    """A section that says which parts of ssot the time of some work goes to, or the memory of a check."""
    file = plan.cache / "profile"
    file.unlink(missing_ok=True)
    if work.run is not None:
        _profile_run(work.run, outcome, plan, file)
    else:
        _profile_engine(outcome, work, file)
    typed = f"keys typed, {work.place}, {work.registry}" if work.place else None
    what = work.run or typed or ("registry changed" if work.change else "memory of a check")
    title = f"#### {outcome.tree.name}: {what}"
    if not file.exists():
        return f"{title}\n\nThe profiler said nothing."
    return f"{title}\n\n{time_tables(file) if work.run or work.place or work.change else memory_table(file)}"


def _profile_run(name: str, outcome: Outcome, plan: batch.Plan, file: Path) -> None:
    result = outcome.result(name)
    assert result is not None
    row = result.measure
    arguments = row.command[len(batch.ssot_program()) :]
    command = [sys.executable, "-m", "cProfile", "-o", str(file), "-m", "ssot_server", *arguments]
    row.before()
    with row.around():
        try:
            run(command, plan.tree.root, plan.cache / "output.txt", plan.timeout * 3, row.env)
        except TookTooLong:
            return


def _profile_engine(outcome: Outcome, work: Work, file: Path) -> None:
    """In a process of its own: what a profile needs is not to stay here."""
    tree, bans = outcome.tree, outcome.bans
    checker = batch.ssot_checker(tree, bans, work.registry)
    checker.put_in_force()
    text = large_file(tree, bans)
    with situations.replaced(tree.root / LARGE, text):
        spawn = multiprocessing.get_context("spawn")
        if work.place is not None:
            place = next(place for place in places(text, bans) if place.name == work.place)
            process = spawn.Process(target=_type, args=(tree, text, place, file))
        elif work.change:
            process = spawn.Process(target=_change, args=(tree, checker.text([bans.more]), file))
        else:
            process = spawn.Process(target=_hold, args=(tree, file))
        process.start()
        process.join()


def _type(tree: Tree, text: str, place: Place, file: Path) -> None:
    """Have the engine check the file after every key, as a server does."""
    from ssot_server.engine import Engine

    engine = Engine.open(tree.root)
    engine.set_text(LARGE, text)
    engine.check({LARGE})
    profiler = cProfile.Profile()
    for typed in _texts(text, place):
        engine.set_text(LARGE, typed)
        profiler.enable()
        engine.check({LARGE})
        profiler.disable()
    profiler.dump_stats(file)


def _texts(text: str, place: Place) -> Iterator[str]:
    """What the file says after every key."""
    lines = text.split("\n")
    above, below, typed = "\n".join(lines[: place.row]), "\n".join(lines[place.row :]), place.indent
    for stroke in strokes(place, _KEYS):
        typed = typed[:-1] if stroke == "\b" else typed + stroke
        yield f"{above}\n{typed}\n{below}"


def _change(tree: Tree, registry: str, file: Path) -> None:
    """Have the engine check everything after a change of the registry."""
    from ssot_server.engine import Engine

    engine = Engine.open(tree.root)
    engine.check()
    profiler = cProfile.Profile()
    profiler.enable()
    engine.set_text(engine.registry_name, registry)
    engine.check()
    profiler.disable()
    profiler.dump_stats(file)


def _hold(tree: Tree, file: Path) -> None:
    """Have the engine check everything, and note which lines allocated what it then holds."""
    from ssot_server.engine import Engine

    tracemalloc.start()
    engine = Engine.open(tree.root)
    engine.check()
    tracemalloc.take_snapshot().dump(str(file))


# -- reading it -------------------------------------------------------------------------------------------


def time_tables(file: Path) -> str:
    """The parts of ssot by the time they took, what they called outside included, and ssot's own functions by the
    time they took themselves, what they called outside included."""
    stats: Stats = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    own = _given_to_callers(stats)
    total = sum(own.values()) or 1.0
    parts: defaultdict[str, float] = defaultdict(float)
    for function, seconds in own.items():
        parts[_part(function) or "the rest"] += seconds
    ranked = sorted(parts.items(), key=lambda item: -item[1])[:_PARTS]
    shown = [[part, f"{seconds / total:.0%}", f"{seconds:.3f}"] for part, seconds in ranked]
    functions = sorted((item for item in own.items() if _part(item[0])), key=lambda item: -item[1])[:_FUNCTIONS]
    listed = [
        [_label(function), f"{seconds / total:.0%}", f"{seconds:.3f}", str(stats[function][1])]
        for function, seconds in functions
    ]
    by_part = table(["part", "share", "s under the profiler"], shown)
    return f"{by_part}\n\n{table(['function', 'share', 's', 'calls'], listed)}"


def memory_table(file: Path) -> str:
    """The parts of ssot by the memory that their lines allocated."""
    parts: defaultdict[str, int] = defaultdict(int)
    for statistic in tracemalloc.Snapshot.load(str(file)).statistics("filename"):
        parts[_part((statistic.traceback[0].filename, 0, "")) or "the rest"] += statistic.size
    total = sum(parts.values()) or 1
    ranked = sorted(parts.items(), key=lambda item: -item[1])[:_PARTS]
    return table(["part", "share", "MB"], [[part, f"{size / total:.0%}", megabytes(size)] for part, size in ranked])


def _given_to_callers(stats: Stats) -> dict[Function, float]:
    """The own time of every function of ssot, with that of everything else given to those who called it."""
    kept: defaultdict[Function, float] = defaultdict(float)
    moving = {function: entry[2] for function, entry in stats.items()}
    for _ in range(_HOPS):
        onward: defaultdict[Function, float] = defaultdict(float)
        for function, seconds in moving.items():
            callers = stats[function][4]
            weights = {caller: entry[3] for caller, entry in callers.items() if caller in stats}
            total = sum(weights.values())
            if _part(function) is not None or total <= 0:
                kept[function] += seconds
                continue
            for caller, weight in weights.items():
                onward[caller] += seconds * weight / total
        moving = onward
    for function, seconds in moving.items():
        kept[function] += seconds
    return dict(kept)


def _part(function: Function) -> str | None:
    """The folder or module of ssot that a function belongs to; None for functions of others."""
    path = PurePath(function[0])
    for package in ("ssot_rules", "ssot_server"):
        if package in path.parts:
            if function[2] == "<module>":
                return _START
            inside = path.with_suffix("").parts[path.parts.index(package) + 1 :]
            return "rules" if package == "ssot_rules" else "/".join(inside[:2])
    return None


def _label(function: Function) -> str:
    file, line, name = function
    if name.startswith("<"):
        name = "import" if name == "<module>" else f"line {line}"
    return f"`{'/'.join(PurePath(file).parts[-2:])}: {name}`"
