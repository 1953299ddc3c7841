"""All that was measured on one tree, and how to compare it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.bans import Bans
from bench.batch import Result, ratio
from bench.processes import Cost
from bench.servers import Session, Timing
from bench.trees import Tree


@dataclass
class Outcome:
    """All that was measured on one tree."""

    tree: Tree
    bans: Bans
    results: list[Result] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)

    def result(self, name: str) -> Result | None:
        """A whole-tree run by its name, if it worked."""
        return next((result for result in self.results if result.measure.name == name and not result.failure), None)

    def timing(self, name: str) -> Timing | None:
        """A server by its name, if it worked."""
        return next((timing for timing in self.timings if timing.server.name == name and not timing.failure), None)

    def ratio(self, name: str) -> float | None:
        """The time of a run beside its rival's."""
        result = self.result(name)
        by_name = {result.measure.name: result for result in self.results}
        return ratio(result, by_name, wall) if result is not None else None

    def failures(self) -> list[str]:
        """What did not run, and why."""
        failed = [(result.measure.name, result.failure) for result in self.results]
        failed += [(timing.server.name, timing.failure) for timing in self.timings]
        return [f"{self.tree.name}: {name}: {failure}" for name, failure in failed if failure]


def wall(cost: Cost) -> float:
    """The time that went by."""
    return cost.wall


def cpu(cost: Cost) -> float:
    """The time of processors."""
    return cost.cpu


def peak(cost: Cost) -> float:
    """The most memory."""
    return cost.peak


def growth(session: Session) -> float:
    """How much memory a server took after it was there."""
    return session.growth


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def keys(timing: Timing, places: Sequence[str]) -> list[float]:
    """The times of all keys that were typed at some places."""
    return [value for session in timing.typed() for value in _keys(session, places)]


def beside_parse(timing: Timing | None, places: Sequence[str], percent: int) -> float | None:
    """A percentile of the keys typed at some places, each divided by its session's parse."""
    typed = timing.typed() if timing is not None else []
    values = [value / session.parse for session in typed for value in _keys(session, places)]
    return percentile(values, percent) if values else None


def beside(timing: Timing | None, other: Timing | None, places: Sequence[str], percent: int) -> float | None:
    """The median over the rounds of one server's percentile divided by the other's in the same round."""
    if timing is None or other is None:
        return None
    ratios = [
        percentile(_keys(mine, places), percent) / percentile(_keys(theirs, places), percent)
        for mine, theirs in zip(timing.sessions, other.sessions, strict=False)
        if mine.keystrokes and theirs.keystrokes
    ]
    return statistics.median(ratios) if ratios else None


def _keys(session: Session, places: Sequence[str]) -> list[float]:
    return [value for place in places for value in session.keystrokes[place]]
