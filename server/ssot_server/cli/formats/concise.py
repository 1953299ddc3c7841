"""One line a finding: `path:row:column: CODE[*] message`."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_server.cli.entries import Entry
from ssot_server.cli.formats.text import printable
from ssot_server.cli.terminal import Paint


def render(entries: Sequence[Entry], paint: Paint, *, unsafe: bool) -> str:
    """The lines; `[*]` marks what a fixing run would fix."""
    return "".join(f"{_line(entry, paint, unsafe)}\n" for entry in entries)


def _line(entry: Entry, paint: Paint, unsafe: bool) -> str:
    location = entry.location
    where = f"{paint(printable(location.filename), 'bold')}:{location.start.row}:{location.start.column}:"
    mark = paint("[*]", "cyan") if entry.is_fixable(unsafe=unsafe) else ""
    return f"{where} {paint(entry.finding.rule.code, 'bold red')}{mark} {printable(entry.finding.diagnostic.message)}"
