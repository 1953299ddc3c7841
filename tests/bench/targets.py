"""What the product promises, beside what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench import bans as b
from bench import batch
from bench.growth import SERVER, Memory, check_peak, server_growth, steadiness
from bench.large_file import END, IMPORTS, LINES, MIDDLE, TOP
from bench.outcome import Outcome, beside, beside_parse
from bench.tables import same_ruff, table, times

_PYTHON_SERVERS = ("jedi-language-server", "python-lsp-server")
_FUNCTIONS = (TOP, MIDDLE, END)


@dataclass(frozen=True)
class Work:
    """What ssot does while a target is measured, for a profile."""

    registry: str
    run: str | None = None
    """The whole-tree run."""
    place: str | None = None
    """Where keys are typed."""
    change: bool = False
    """The registry changes. Without all these, it is the memory of a check that counts."""


@dataclass(frozen=True)
class Target:
    """One promise; a measured ratio should not be above its limit."""

    what: str
    limit: float
    measured: Callable[[Outcome], float | None]
    work: Work | None = None

    def is_missed(self, outcome: Outcome) -> bool:
        ratio = self.measured(outcome)
        return ratio is not None and ratio > self.limit


def targets(outcomes: Sequence[Outcome]) -> list[Target]:
    """Every promise, in the order of the design."""
    return [*_whole_trees(), *_keystrokes(), *_rest(outcomes)]


def _whole_trees() -> Iterator[Target]:
    for registry, name in ((b.USUAL, "ban list"), (b.THIRD, "ban list that touches a third of all files")):
        for state, rival in ((batch.COLD, "without cache"), (batch.NO_CACHE, "without cache"), (batch.WARM, "warm")):
            yield _run(f"{name}, {state} ÷ ruff TID251 {rival}", 1.0, registry, state)
    yield _run("all rules, cold ÷ ruff TID251 without cache", 3.0, b.ALL_RULES, batch.COLD)
    for state in (batch.COLD, batch.WARM):
        yield _run(f"import cycles, {state} ÷ grimp's graph", 1.0, b.CYCLES, state)


def _run(what: str, limit: float, registry: str, state: str) -> Target:
    name = f"ssot, {registry}, {state}"
    return Target(what, limit, lambda outcome: outcome.ratio(name), Work(registry, run=name))


def _keystrokes() -> Iterator[Target]:
    cases = (
        ("key in a function", SERVER, b.USUAL, _FUNCTIONS),
        ("key in an import line", SERVER, b.USUAL, (IMPORTS,)),
        ("key in a function, a third of all files touched", f"ssot, pull, {b.THIRD}", b.THIRD, _FUNCTIONS),
    )
    for what, name, registry, places in cases:
        work = Work(registry, place=places[len(places) // 2])
        yield Target(f"{what}, median ÷ `ast.parse`", 0.5, _parse_ratio(name, places, 50), work)
        yield Target(f"{what}, p95 ÷ `ast.parse`", 1.0, _parse_ratio(name, places, 95), work)
        yield Target(f"{what}, median ÷ ruff server", 3.0, _ruff_ratio(name, places), work)
        yield Target(f"{what}, median ÷ fastest server in Python", 1.0, _python_ratio(name, places), work)


def _parse_ratio(name: str, places: Sequence[str], percent: int) -> Callable[[Outcome], float | None]:
    return lambda outcome: beside_parse(outcome.timing(name), places, percent)


def _ruff_ratio(name: str, places: Sequence[str]) -> Callable[[Outcome], float | None]:
    def measured(outcome: Outcome) -> float | None:
        timing = outcome.timing(name)
        return beside(timing, same_ruff(timing, outcome), places, 50) if timing is not None else None

    return measured


def _python_ratio(name: str, places: Sequence[str]) -> Callable[[Outcome], float | None]:
    def measured(outcome: Outcome) -> float | None:
        ratios = [beside(outcome.timing(name), outcome.timing(peer), places, 50) for peer in _PYTHON_SERVERS]
        return max((ratio for ratio in ratios if ratio is not None), default=None)

    return measured


def _rest(outcomes: Sequence[Outcome]) -> Iterator[Target]:
    change = "registry changed, whole workspace again ÷ parsing all of it (estimated)"
    yield Target(change, 0.1, _change_ratio, Work(b.USUAL, change=True))
    yield Target("growth of the server's memory ÷ size of the sources", 1.0, _memory_ratio, Work(b.USUAL))
    for what, memory in (("a cold check", check_peak), ("the server", server_growth)):
        more = f"memory of {what} for each further line, largest ÷ smallest tree"
        yield Target(more, 1.2, _growth(outcomes, memory), Work(b.USUAL))


def _change_ratio(outcome: Outcome) -> float | None:
    timing = outcome.timing(SERVER)
    if timing is None or not timing.typed():
        return None
    parse = timing.median(lambda session: session.parse) * outcome.tree.lines / LINES
    return timing.median(lambda session: session.changed or 0.0) / parse


def _memory_ratio(outcome: Outcome) -> float | None:
    size = server_growth(outcome)
    return size / outcome.tree.size if size is not None else None


def _growth(outcomes: Sequence[Outcome], memory: Memory) -> Callable[[Outcome], float | None]:
    """Said once, of the largest tree."""
    largest = max(outcomes, key=lambda outcome: (outcome.tree.is_made_up, outcome.tree.lines))
    return lambda outcome: steadiness(outcomes, memory) if outcome is largest else None


def target_table(outcomes: Sequence[Outcome]) -> str:
    """Every promise beside what was measured on every tree."""
    rows = [
        [target.what, f"≤ {target.limit:g}×", *(_cell(target, outcome) for outcome in outcomes)]
        for target in targets(outcomes)
    ]
    return table(["target", "aim", *(outcome.tree.name for outcome in outcomes)], rows)


def _cell(target: Target, outcome: Outcome) -> str:
    text = times(target.measured(outcome)) or "not measured"
    return f"**{text}** missed" if target.is_missed(outcome) else text


def missed(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Work]]:
    """What to profile, each once."""
    found = [
        (outcome, target.work)
        for outcome in outcomes
        for target in targets(outcomes)
        if target.work is not None and target.is_missed(outcome)
    ]
    return [pair for number, pair in enumerate(found) if pair not in found[:number]]
