"""`ssot check`: find, show and fix."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from ssot_rules.contract import Fix
from ssot_server.cli import summary
from ssot_server.cli.entries import Entry, Places, filename, in_order, is_applied, make_entries
from ssot_server.cli.formats import FORMATS
from ssot_server.cli.formats.style import Style
from ssot_server.cli.patch import deletion_of_empty, unified_patch
from ssot_server.cli.selection import Selection
from ssot_server.cli.targets import Target, find_targets, stdin_target
from ssot_server.cli.terminal import painter, progress, width
from ssot_server.engine import Engine, FixResult, without_collector
from ssot_server.fixing import Changed
from ssot_server.places import repository_top
from ssot_server.replay import Run
from ssot_server.report import Finding, Report, Skipped
from ssot_server.steps import Progress
from ssot_server.workspace import decode_source, read_source

CLEAN, FOUND, TROUBLE = 0, 1, 2
"""The exit statuses."""


class Options(NamedTuple):
    """What the command line asks for."""

    paths: tuple[Path, ...]
    selection: Selection
    fix: bool
    unsafe: bool
    choose: str | None
    """The key of the choice to take for each finding that has it, instead of fixes."""
    diff: bool
    output_format: str
    statistics: bool
    exit_zero: bool
    exit_non_zero_on_fix: bool
    stdin_filename: Path | None
    config: Path | None
    cached: bool
    """What earlier runs found out may be used and kept."""


class Outcome(NamedTuple):
    """What came of one engine's run."""

    target: Target
    report: Report
    fixed: int
    changed: Changed
    unwritten: tuple[Skipped, ...]


class Printed(NamedTuple):
    """What a run has written."""

    stdout: str
    stderr: str


def check(options: Options, run: Run | None = None) -> int:
    """Run and show the result; the exit status. `run`, if given, may be recorded.

    Raises `NoRegistry`, `OutsideWorkspace` and `UnreadableSource` (of what standard input says).
    """
    if options.stdin_filename is not None:
        return _check_stdin(options, options.stdin_filename)
    targets = find_targets(options.paths, options.config, cached=options.cached)
    with without_collector():
        with progress() as bar:
            outcomes = [_run(target, options, bar) for target in targets]
        entries = _entries(outcomes, options)
    if options.diff:
        for outcome in outcomes:
            _show_patches(outcome.target.engine, outcome.changed)
    printed = _show(entries, outcomes, options, to_stderr=options.diff)
    status = _status(entries, outcomes, options)
    if run is not None and status != TROUBLE:
        engines = [outcome.target.engine for outcome in outcomes]
        with without_collector():
            inputs = {str(engine.root): engine.inputs() for engine in engines}
            words = {word for engine in engines for word in engine.words}
            days = [day for engine in engines if (day := engine.holds_until()) is not None]
            until = min(days).isoformat() if days else None
            run.record(printed.stdout, printed.stderr, status, inputs, words, until)
    return status


def _check_stdin(options: Options, path: Path) -> int:
    source = decode_source(sys.stdin.buffer.read(), path)
    target, name = stdin_target(path, options.config)
    target.engine.set_text(name, source.text)
    outcome = _run(target, options, None)
    after = (outcome.changed[name][1] if name in outcome.changed else source.text) or ""
    if options.diff:
        shown = filename(target.engine.root / name, Path.cwd())
        _write_bytes(unified_patch(shown, source.encode(), source._replace(text=after).encode()))
    elif options.fix:
        _write_bytes(source._replace(text=after).encode())
    entries = _entries([outcome], options)
    _show(entries, [outcome], options, to_stderr=options.diff or options.fix)
    return _status(entries, [outcome], options)


def _run(target: Target, options: Options, bar: Progress | None) -> Outcome:
    engine = target.engine
    paths = None if target.paths is None else target.paths | {engine.registry_name}
    if not (options.fix or options.diff):
        return Outcome(target, engine.check(paths, bar), 0, {}, ())
    result = engine.fix(
        paths, lambda finding: _is_to_fix(finding, target, options), bar, lambda finding: _answer(finding, options)
    )
    writes = options.fix and not options.diff and options.stdin_filename is None
    unwritten = engine.write(result.changed, result.together) if writes else ()
    _let_stand(engine, result, written=writes, unwritten={skipped.path for skipped in unwritten})
    return Outcome(target, result.report, result.fixed, result.changed, (*result.skipped, *unwritten))


def _is_to_fix(finding: Finding, target: Target, options: Options) -> bool:
    if finding.rule not in options.selection or not _is_covered(finding, target):
        return False
    fix = _answer(finding, options)
    if options.stdin_filename is None or fix is None:
        return fix is not None
    return target.paths == frozenset(change.path for change in fix.changes) and not fix.deletes


def _answer(finding: Finding, options: Options) -> Fix | None:
    """What this run applies to a finding, if anything: its fix, or the choice that was made."""
    if options.choose is None:
        found = finding.fix
    else:
        found = next((choice.fix for choice in finding.choices if choice.key == options.choose), None)
    return found if is_applied(found, unsafe=options.unsafe) else None


def _let_stand(engine: Engine, result: FixResult, *, written: bool, unwritten: set[str]) -> None:
    """Have the engine hold the fixed texts that no file holds: what is left to report speaks of them."""
    for path, (_, after) in result.changed.items():
        if (not written or path in unwritten) and after is None:
            engine.delete(path)
        elif not written or path in unwritten:
            engine.set_text(path, after)


def _entries(outcomes: Sequence[Outcome], options: Options) -> list[Entry]:
    """What is left to show, of all engines."""
    folder = Path.cwd()
    return in_order(
        entry
        for outcome in outcomes
        for entry in make_entries(
            [finding for finding in outcome.report.findings if _is_asked_for(finding, outcome, options)],
            Places(outcome.target.engine, folder),
        )
    )


def _is_asked_for(finding: Finding, outcome: Outcome, options: Options) -> bool:
    if outcome.report.broken:
        return True
    return _is_covered(finding, outcome.target) and finding.rule in options.selection


def _is_covered(finding: Finding, target: Target) -> bool:
    """Whether the user asked about the file that a finding is in; the registry is always checked."""
    return finding.path != target.engine.registry_name or target.covers_registry


# -- showing ----------------------------------------------------------------------------------------------


def _show(entries: Sequence[Entry], outcomes: Sequence[Outcome], options: Options, *, to_stderr: bool) -> Printed:
    stream = sys.stderr if to_stderr else sys.stdout
    tally = summary.Tally.of(
        entries,
        fixed=sum(outcome.fixed for outcome in outcomes),
        files=sum(outcome.report.files for outcome in outcomes),
        unsafe=options.unsafe,
    )
    if options.diff:
        text = summary.differing(tally)
    elif options.statistics:
        text = summary.statistics(entries, unsafe=options.unsafe, as_json=options.output_format == "json")
    else:
        style = Style(painter(stream), width(stream), options.unsafe)
        text = FORMATS[options.output_format](entries, style)
    if options.output_format != "json" and not options.diff and not _is_broken(outcomes):
        text += summary.fixed(tally) if options.fix else summary.checked(tally)
    click.echo(text, file=stream, nl=False, color=True)
    warnings = "".join(f"{warning}\n" for outcome in outcomes for warning in _warnings(outcome))
    click.echo(warnings, err=True, nl=False, color=True)
    return Printed("", text + warnings) if to_stderr else Printed(text, warnings)


def _warnings(outcome: Outcome) -> Iterator[str]:
    """What could not be done."""
    engine = outcome.target.engine
    folder = Path.cwd()
    for path in outcome.target.unknown:
        yield f"warning: {filename(path, folder)} is not checked: it is excluded or no Python file"
    for skipped in outcome.report.skipped:
        yield f"warning: {filename(engine.root / skipped.path, folder)}: {skipped.message}"
    for skipped in outcome.unwritten:
        yield f"error: {filename(engine.root / skipped.path, folder)}: {skipped.message}"
    if outcome.report.broken:
        registry = filename(engine.registry_path, folder)
        yield f"error: {registry} has mistakes; no code was checked"


def _show_patches(engine: Engine, changed: Changed) -> None:
    for path, (before, after) in sorted(changed.items()):
        file = engine.root / path
        source = read_source(file)
        old = source._replace(text=before).encode()
        if after is not None:
            _write_bytes(unified_patch(filename(file, Path.cwd()), old, source._replace(text=after).encode()))
        elif old:
            _write_bytes(unified_patch(filename(file, Path.cwd()), old, None))
        else:
            top = repository_top(str(Path.cwd()))
            name = filename(file, Path(top) if top else Path.cwd())
            _write_bytes(deletion_of_empty(name, executable=os.access(file, os.X_OK)))


def _write_bytes(content: bytes) -> None:
    stream = sys.stdout.buffer
    stream.write(content)
    stream.flush()


# -- the exit status --------------------------------------------------------------------------------------


def _status(entries: Sequence[Entry], outcomes: Sequence[Outcome], options: Options) -> int:
    if _is_broken(outcomes) or any(outcome.unwritten for outcome in outcomes):
        return TROUBLE
    if options.exit_zero:
        return CLEAN
    if any(entry.is_violation for entry in entries):
        return FOUND
    changes = any(outcome.changed for outcome in outcomes)
    return FOUND if changes and (options.diff or options.exit_non_zero_on_fix) else CLEAN


def _is_broken(outcomes: Sequence[Outcome]) -> bool:
    return any(outcome.report.broken for outcome in outcomes)
