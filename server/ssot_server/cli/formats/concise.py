"""One line a finding: `path:row:column: CODE[*] message`."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_server.cli.entries import Entry
from ssot_server.cli.formats.style import Style
from ssot_server.cli.formats.text import printable


def render(entries: Sequence[Entry], style: Style) -> str:
    """The lines; `[*]` marks what a fixing run would fix."""
    return "".join(f"{_line(entry, style)}\n" for entry in entries)


def _line(entry: Entry, style: Style) -> str:
    location, paint = entry.location, style.paint
    name = printable(location.filename)
    where = f"{paint(name, 'bold')}{printable(location.where)[len(name) :]}:"
    mark = paint("[*]", "cyan") if entry.is_fixable(unsafe=style.unsafe) else ""
    return f"{where} {paint(entry.finding.rule.code, 'bold red')}{mark} {printable(entry.finding.diagnostic.message)}"
