"""Results as Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.batch import Result, ratio
from bench.outcome import Outcome, beside, beside_parse, cpu, growth, keys, peak, percentile, wall
from bench.servers import Timing
from bench.trees import Tree


def outcome_tables(outcome: Outcome) -> str:
    """All tables of one tree."""
    parts = []
    if outcome.results:
        parts.append(batch_table(outcome.results))
    if outcome.timings:
        parts += [server_table(outcome.timings, outcome.tree), keystroke_table(outcome), _yardstick(outcome.timings)]
    return "\n\n".join(parts)


def batch_table(results: Sequence[Result]) -> str:
    """Whole-tree runs: medians over the rounds. A run on a part of the tree is compared line by line."""
    by_name = {result.measure.name: result for result in results}
    header = ["run", "wall s", "CPU s", "peak MB", "findings", "beside", "wall ratio", "CPU ratio"]
    rows = []
    for result in results:
        name, rival = result.measure.name, result.measure.rival
        if result.failure is not None:
            rows.append(_failed(name, result.failure, header))
            continue
        numbers = [f"{result.median(of):.2f}" for of in (wall, cpu)]
        numbers += [megabytes(result.median(peak)), f"{result.median(lambda cost: cost.findings):.0f}"]
        ratios = [times(ratio(result, by_name, of)) for of in (wall, cpu)]
        rows.append([name, *numbers, rival if rival in by_name else "", *ratios])
    return table(header, rows)


def server_table(timings: Sequence[Timing], tree: Tree) -> str:
    """Language servers: medians over the rounds."""
    header = ["server", "start ms", "first diagnostics ms", "memory MB", "growth MB", "growth ÷ sources"]
    header += ["whole workspace s", "again after a change of the registry s"]
    rows = []
    for timing in timings:
        if timing.failure is not None:
            rows.append(_failed(timing.server.name, timing.failure, header))
            continue
        rows.append(
            [
                timing.server.name,
                _ms(timing.median(lambda session: session.start)),
                _ms(timing.median(lambda session: session.first)),
                megabytes(timing.median(lambda session: session.memory)),
                megabytes(timing.median(growth)),
                times(timing.median(growth) / tree.size),
                _seconds([session.everything for session in timing.sessions]),
                _seconds([session.changed for session in timing.sessions]),
            ]
        )
    return table(header, rows)


def keystroke_table(outcome: Outcome) -> str:
    """From a keystroke to its diagnostics, by place: all keys of all rounds. A ratio to `ast.parse` is to the parse
    of the same file in the same session, a ratio to ruff the median over the rounds."""
    header = ["server", "typed at", "keys", "median ms", "p95", "p99", "max"]
    header += ["median ÷ parse", "p95 ÷ parse", "median ÷ ruff", "p95 ÷ ruff"]
    rows = []
    for timing in outcome.timings:
        ruff = same_ruff(timing, outcome)
        for place in timing.typed()[0].keystrokes if timing.typed() else ():
            values = keys(timing, [place])
            row = [timing.server.name, place, str(len(values)), _ms(statistics.median(values))]
            row += [_ms(percentile(values, percent)) for percent in (95, 99, 100)]
            row += [times(beside_parse(timing, [place], percent)) for percent in (50, 95)]
            row += [times(beside(timing, ruff, [place], percent)) for percent in (50, 95)]
            rows.append(row)
    return table(header, rows)


def same_ruff(timing: Timing, outcome: Outcome) -> Timing | None:
    """ruff's server asked in the same way, and under the same registry if it was."""
    if not timing.server.is_ssot:
        return None
    way = "pull" if timing.server.pulls else "push"
    return outcome.timing(f"ruff, {way}, {timing.server.registry}") or outcome.timing(f"ruff, {way}, usual")


def _yardstick(timings: Sequence[Timing]) -> str:
    parses = [session.parse * 1000 for timing in timings for session in timing.typed()]
    if not parses:
        return "Nothing was typed."
    return f"One `ast.parse` of the file: {statistics.median(parses):.1f} ms ({min(parses):.1f} to {max(parses):.1f})."


# -- text -------------------------------------------------------------------------------------------------


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its numbers to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)


def times(ratio: float | None) -> str:
    """A ratio; nothing where there is none."""
    return "" if ratio is None else f"{ratio:.2f}×"


def megabytes(size: float) -> str:
    """A size without its unit."""
    return f"{size / 1e6:.0f}"


def _failed(name: str, failure: str, header: Sequence[str]) -> list[str]:
    return [name, f"failed: {' '.join(failure.split())}", *[""] * (len(header) - 2)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _seconds(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{statistics.median(known):.2f}" if known else ""
