"""Results as Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.batch import Result, ratio
from bench.processes import Cost
from bench.servers import Timing
from bench.trees import Tree


def batch_table(results: Sequence[Result]) -> str:
    """Whole-tree runs: medians over the rounds. A run on a part of the tree is compared line by line."""
    by_name = {result.measure.name: result for result in results}
    header = ["run", "wall s", "CPU s", "peak MB", "findings", "beside", "wall ratio", "CPU ratio", "target"]
    rows = []
    for result in results:
        if result.failure is not None:
            rows.append([result.measure.name, f"failed: {' '.join(result.failure.split())}", *[""] * 7])
            continue
        target = result.measure.target
        rows.append(
            [
                result.measure.name,
                f"{result.median(_wall):.2f}",
                f"{result.median(_cpu):.2f}",
                f"{result.median(lambda cost: cost.peak) / 1e6:.0f}",
                f"{result.median(lambda cost: cost.findings):.0f}",
                result.measure.rival if result.measure.rival in by_name else "",
                _times(ratio(result, by_name, _wall)),
                _times(ratio(result, by_name, _cpu)),
                f"≤ {target:g}×" if target is not None else "",
            ]
        )
    return _table(header, rows)


def server_table(timings: Sequence[Timing], tree: Tree) -> str:
    """Language servers. The ratios are to one `ast.parse` of the same file, timed beside each server."""
    header = ["server", "start ms", "first diagnostics ms", "keystroke ms", "p95", "÷ parse", "p95"]
    header += ["import line ms", "p95", "resident MB", "growth MB", "÷ sources"]
    rows = []
    for timing in timings:
        if timing.failure is not None:
            rows.append([timing.server.name, f"failed: {' '.join(timing.failure.split())}", *[""] * 10])
            continue
        median, high = statistics.median(timing.keystrokes), percentile(timing.keystrokes, 95)
        rows.append(
            [
                timing.server.name,
                _ms(statistics.median(timing.starts)),
                _ms(statistics.median(timing.firsts)),
                _ms(median),
                _ms(high),
                _times(median / timing.parse),
                _times(high / timing.parse),
                _ms(statistics.median(timing.imports)),
                _ms(percentile(timing.imports, 95)),
                f"{timing.resident / 1e6:.0f}",
                f"{timing.growth / 1e6:.0f}",
                _times(timing.growth / tree.size),
            ]
        )
    return _table(header, rows)


def registry_change(timings: Sequence[Timing]) -> str:
    """What a change of the registry costs, in a sentence."""
    return "\n".join(
        f"{timing.server.name}: first diagnostics {statistics.median(timing.firsts):.2f} s, a report on the whole "
        f"workspace {timing.everything:.2f} s, and again after a change of the registry {timing.changed:.2f} s."
        for timing in timings
        if timing.everything is not None and timing.changed is not None
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent do not exceed."""
    return sorted(values)[min(len(values) - 1, -(-len(values) * percent // 100) - 1)]


def _wall(cost: Cost) -> float:
    return cost.wall


def _cpu(cost: Cost) -> float:
    return cost.cpu


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}×"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)
