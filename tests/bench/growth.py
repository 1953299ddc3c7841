"""How time and memory grow with made-up trees of the same kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from bench.batch import COLD, NO_CACHE, WARM
from bench.outcome import Outcome, cpu, growth, peak, wall
from bench.tables import megabytes, table

CHECK, SERVER = f"ssot, usual, {COLD}", "ssot, pull, usual"
"""The run and the server whose memory targets speak of."""
_RUNS = (
    *(f"ssot, {registry}, {state}" for registry in ("usual", "third") for state in (COLD, NO_CACHE, WARM)),
    *(f"ruff, usual, {state}" for state in (NO_CACHE, WARM)),
)
Memory = Callable[[Outcome], float | None]


def growth_table(outcomes: Sequence[Outcome]) -> str:
    """Lines beside time and memory; empty unless there are several made-up trees."""
    trees = _made_up(outcomes)
    header = ["run", "lines", "wall s", "CPU s", "µs a line", "peak MB", "MB for 1M lines more", "cache MB"]
    rows = [row for name in _RUNS for row in _rows(name, trees)]
    for before, outcome in zip([None, *trees], trees, strict=False):
        if (timing := outcome.timing(SERVER)) is not None:
            total = timing.median(lambda session: session.memory + session.growth)
            slope = _slope(before, outcome, server_growth)
            rows.append([f"server: {SERVER}", f"{outcome.tree.lines:,}", "", "", "", megabytes(total), slope, ""])
    return table(header, rows) if len(trees) > 1 else ""


def _rows(name: str, trees: Sequence[Outcome]) -> Iterator[list[str]]:
    for before, outcome in zip([None, *trees], trees, strict=False):
        if (result := outcome.result(name)) is not None:
            seconds = result.median(wall)
            yield [
                name,
                f"{outcome.tree.lines:,}",
                f"{seconds:.2f}",
                f"{result.median(cpu):.2f}",
                f"{seconds / outcome.tree.lines * 1e6:.2f}",
                megabytes(result.median(peak)),
                _slope(before, outcome, lambda one: _peak(one, name)),
                megabytes(result.stored) if result.stored is not None else "",
            ]


def check_peak(outcome: Outcome) -> float | None:
    """The most memory of a cold check."""
    return _peak(outcome, CHECK)


def server_growth(outcome: Outcome) -> float | None:
    """How much memory the server took after it was there."""
    timing = outcome.timing(SERVER)
    return timing.median(growth) if timing is not None else None


def steadiness(outcomes: Sequence[Outcome], memory: Memory) -> float | None:
    """The memory of each further line between the two largest made-up trees, divided by the same between the two
    smallest: 1 is linear growth, less is slower growth. None unless three were measured."""
    known = [(outcome.tree.lines, size) for outcome in _made_up(outcomes) if (size := memory(outcome)) is not None]
    slopes = [(more - size) / (longer - lines) for (lines, size), (longer, more) in itertools.pairwise(known)]
    return slopes[-1] / slopes[0] if len(slopes) > 1 and slopes[0] > 0 else None


def _made_up(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The made-up trees from small to large."""
    return sorted((outcome for outcome in outcomes if outcome.tree.is_made_up), key=lambda one: one.tree.lines)


def _peak(outcome: Outcome, name: str) -> float | None:
    result = outcome.result(name)
    return result.median(peak) if result is not None else None


def _slope(before: Outcome | None, after: Outcome, memory: Memory) -> str:
    """Megabytes for a million lines more."""
    less, more = memory(before) if before is not None else None, memory(after)
    if before is None or less is None or more is None:
        return ""
    return megabytes((more - less) / (after.tree.lines - before.tree.lines) * 1e6)
