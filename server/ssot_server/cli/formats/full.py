"""Findings with the source they speak of, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssot_rules.contract import Fix, Severity
from ssot_server.cli.entries import Entry, Location, Note
from ssot_server.cli.formats.text import excerpt, printable
from ssot_server.cli.terminal import Paint
from ssot_server.lines import Lines

_COLOURS = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
    Severity.HINT: "bold cyan",
}
_FRAME = "bold blue"
_LONGEST = 4
"""Lines of a finding that are shown whole; of a longer one, the first and the last."""


def render(entries: Sequence[Entry], paint: Paint, width: int, *, unsafe: bool) -> str:
    """A block for each finding, each followed by an empty line."""
    return "".join(f"{line}\n" for entry in entries for line in _block(entry, paint, width, unsafe))


def _block(entry: Entry, paint: Paint, width: int, unsafe: bool) -> Iterator[str]:
    finding = entry.finding
    notes = entry.related()
    colour = _COLOURS[finding.severity]
    last_row = max(location.end.row for location in (entry.location, *(note.location for note in notes)))
    gutter = len(str(last_row))
    head = paint(f"{finding.severity.value}[{finding.rule.code}]", colour)
    yield f"{head}: {paint(printable(finding.diagnostic.message), 'bold')}"
    yield _arrow("-->", entry.location, gutter, paint)
    yield from _snippet(entry.lines, entry.location, gutter, width, paint, ("^", colour, ""))
    for note in notes:
        yield from _note(note, gutter, width, paint)
    if entry.fix is not None:
        yield from _help(entry.fix, gutter, paint, applied=entry.is_fixable(unsafe=unsafe))
    yield ""


def _note(note: Note, gutter: int, width: int, paint: Paint) -> Iterator[str]:
    yield _arrow(":::", note.location, gutter, paint)
    yield from _snippet(note.lines, note.location, gutter, width, paint, ("-", _FRAME, printable(note.message)))


def _arrow(arrow: str, location: Location, gutter: int, paint: Paint) -> str:
    where = f"{printable(location.filename)}:{location.start.row}:{location.start.column}"
    return f"{' ' * gutter}{paint(arrow, _FRAME)} {where}"


def _snippet(
    lines: Lines, location: Location, gutter: int, width: int, paint: Paint, mark: tuple[str, str, str]
) -> Iterator[str]:
    """The lines of a location with `mark` (a character, its colour, a label behind the last) under them."""
    character, colour, label = mark
    bar = paint("|", _FRAME)
    yield f"{' ' * gutter} {bar}"
    rows = range(location.start.row, location.end.row + 1)
    shown = rows if len(rows) <= _LONGEST else (rows[0], rows[-1])
    for row in shown:
        line = lines.line_text(row)
        start = location.start.column - 1 if row == location.start.row else len(line) - len(line.lstrip())
        end = location.end.column - 1 if row == location.end.row else len(line)
        part = excerpt(line, start, end, max(width - gutter - 3, 20))
        yield f"{paint(f'{row:>{gutter}}', _FRAME)} {bar} {part.text}".rstrip()
        underline = paint(character * (part.end - part.start), colour)
        tail = f" {paint(label, colour)}" if label and row == shown[-1] else ""
        yield f"{' ' * gutter} {bar} {' ' * part.start}{underline}{tail}"
        if row == shown[0] and len(shown) < len(rows):
            yield paint("...", _FRAME)


def _help(fix: Fix, gutter: int, paint: Paint, *, applied: bool) -> Iterator[str]:
    sign = f"{' ' * gutter} {paint('=', _FRAME)}"
    mark = paint("[*]", "cyan") + " " if applied else ""
    yield f"{sign} {paint('help', 'bold')}: {mark}{printable(fix.title)}"
    if fix.unsafe is not None:
        yield f"{sign} {paint('note', 'bold')}: this fix is unsafe: {printable(fix.unsafe)}"
