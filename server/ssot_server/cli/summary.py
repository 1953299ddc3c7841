"""What a run comes to, in a line or two, and its counts by rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ssot_server.cli.entries import Entry


class Tally(NamedTuple):
    """The numbers of a run."""

    violations: int
    """Errors and warnings that are there still."""
    remarks: int
    """Findings of lesser weight."""
    fixed: int
    fixable: int
    """Findings that a fixing run would fix."""
    unsafe: int
    """Findings with a fix that only `--unsafe-fixes` would apply."""
    files: int

    @classmethod
    def of(cls, entries: Sequence[Entry], *, fixed: int, files: int, unsafe: bool) -> Tally:
        """Count the entries that are left; `unsafe` says that unsafe fixes are asked for."""
        violations = sum(entry.is_violation for entry in entries)
        fixable = sum(entry.is_fixable(unsafe=unsafe) for entry in entries)
        any_fix = sum(entry.is_fixable(unsafe=True) for entry in entries)
        return cls(violations, len(entries) - violations, fixed, fixable, any_fix - fixable, files)


def checked(tally: Tally) -> str:
    """After a check."""
    return _sentences(_found(tally), _fixable(tally))


def fixed(tally: Tally) -> str:
    """After a run that fixed; its violations were there before it."""
    if not tally.fixed:
        return _sentences(_found(tally), _more_unsafe(tally))
    left = f"{tally.violations} remaining"
    total = _count(tally.violations + tally.fixed, "violation")
    return _sentences(f"Found {total} ({tally.fixed} fixed, {left}){_remarks(tally)}.", _more_unsafe(tally))


def differing(tally: Tally) -> str:
    """After a run that showed what fixing would change."""
    total = _count(tally.violations + tally.fixed, "violation")
    verdict = f"Would fix {tally.fixed} of {total}{_remarks(tally)}." if tally.fixed else _found(tally)
    return _sentences(verdict, _more_unsafe(tally))


def _sentences(*sentences: str) -> str:
    return "".join(f"{sentence}\n" for sentence in sentences if sentence)


def _found(tally: Tally) -> str:
    if tally.violations:
        return f"Found {_count(tally.violations, 'violation')}{_remarks(tally)}."
    return f"No violations{_remarks(tally)} in {_count(tally.files, 'file')}."


def _remarks(tally: Tally) -> str:
    return f" and {_count(tally.remarks, 'remark')}" if tally.remarks else ""


def _fixable(tally: Tally) -> str:
    if not tally.fixable:
        return f"{tally.unsafe} fixable with `--fix --unsafe-fixes`." if tally.unsafe else ""
    more = f" ({tally.unsafe} more with `--unsafe-fixes`)" if tally.unsafe else ""
    return f"[*] {tally.fixable} fixable with `--fix`{more}."


def _more_unsafe(tally: Tally) -> str:
    return f"{tally.unsafe} more fixable with `--unsafe-fixes`." if tally.unsafe else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def statistics(entries: Sequence[Entry], *, unsafe: bool, as_json: bool) -> str:
    """How many findings each rule has, the most frequent first; `[*]` marks rules with applicable fixes."""
    counts = Counter(entry.finding.rule for entry in entries)
    fixable = Counter(entry.finding.rule for entry in entries if entry.is_fixable(unsafe=unsafe))
    order = sorted(counts, key=lambda rule: (-counts[rule], rule.code))
    if as_json:
        items = [
            {"code": rule.code, "name": rule.name, "count": counts[rule], "fixable": fixable[rule]} for rule in order
        ]
        return json.dumps(items, indent=2) + "\n"
    digits = len(str(max(counts.values(), default=0)))
    marks = {rule: "[*]" if fixable[rule] else "[ ]" for rule in order}
    return "".join(f"{counts[rule]:>{digits}}  {rule.code}  {marks[rule]} {rule.name}\n" for rule in order)
