"""Findings with the source they speak of, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ssot_rules.contract import Choice, Fix, Severity
from ssot_server.cli.entries import Entry, Location
from ssot_server.cli.formats.style import Style
from ssot_server.cli.formats.text import excerpt, printable
from ssot_server.lines import Lines

_COLOURS = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
    Severity.HINT: "bold cyan",
}
_BLUE = "bold blue"
_LONGEST = 4
"""Lines of a finding that are shown whole; of a longer one, the first and the last."""
_NARROWEST = 20
"""Columns of source that are shown however narrow the terminal."""


class _Mark(NamedTuple):
    """What stands under the lines of a location."""

    character: str
    colour: str
    label: str
    """Said behind the last underline; may be empty."""


class _Frame(NamedTuple):
    """The frame of one finding's block."""

    gutter: int
    """Columns of the widest row number."""
    style: Style


def render(entries: Sequence[Entry], style: Style) -> str:
    """A block for each finding, each followed by an empty line."""
    return "".join(f"{line}\n" for entry in entries for line in _block(entry, style))


def _block(entry: Entry, style: Style) -> Iterator[str]:
    finding = entry.finding
    notes = entry.related()
    colour = _COLOURS[finding.severity]
    last_row = max(location.end.row for location in (entry.location, *(note.location for note in notes)))
    frame = _Frame(len(str(last_row)), style)
    head = style.paint(f"{finding.severity.value}[{finding.rule.code}]", colour)
    yield f"{head}: {style.paint(printable(finding.diagnostic.message), 'bold')}"
    yield from _snippet("-->", entry.location, entry.lines, frame, _Mark("^", colour, ""))
    for note in notes:
        yield from _snippet(":::", note.location, note.lines, frame, _Mark("-", _BLUE, printable(note.message)))
    if entry.fix is not None:
        yield from _help(entry.fix, frame, applied=entry.is_fixable(unsafe=style.unsafe))
    if finding.choices:
        yield from _choices(finding.choices, frame)
    yield ""


def _choices(choices: Sequence[Choice], frame: _Frame) -> Iterator[str]:
    """What people may decide, each with the word that decides it."""
    paint = frame.style.paint
    sign = f"{' ' * frame.gutter} {paint('=', _BLUE)}"
    for choice in choices:
        yield f"{sign} {paint('choice', 'bold')}: `--choose {choice.key}`: {printable(choice.fix.message)}"


def _snippet(arrow: str, location: Location, lines: Lines, frame: _Frame, mark: _Mark) -> Iterator[str]:
    """The lines of a location, underlined."""
    indent, paint = " " * frame.gutter, frame.style.paint
    bar = paint("|", _BLUE)
    yield f"{indent}{paint(arrow, _BLUE)} {printable(location.where)}"
    yield f"{indent} {bar}"
    rows = range(location.start.row, location.end.row + 1)
    shown = rows if len(rows) <= _LONGEST else (rows[0], rows[-1])
    for row in shown:
        line = lines.line_text(location.above + row)
        start = location.start.column - 1 if row == rows[0] else len(line) - len(line.lstrip())
        end = location.end.column - 1 if row == rows[-1] else len(line)
        part = excerpt(line, start, end, max(frame.style.width - frame.gutter - 3, _NARROWEST))
        yield f"{paint(f'{row:>{frame.gutter}}', _BLUE)} {bar} {part.text}".rstrip()
        underline = paint(mark.character * (part.end - part.start), mark.colour)
        label = f" {paint(mark.label, mark.colour)}" if mark.label and row == rows[-1] else ""
        yield f"{indent} {bar} {' ' * part.start}{underline}{label}"
        if row == rows[0] and len(shown) < len(rows):
            yield paint("...", _BLUE)


def _help(fix: Fix, frame: _Frame, *, applied: bool) -> Iterator[str]:
    paint = frame.style.paint
    sign = f"{' ' * frame.gutter} {paint('=', _BLUE)}"
    mark = f"{paint('[*]', 'cyan')} " if applied else ""
    yield f"{sign} {paint('help', 'bold')}: {mark}{printable(fix.title)}"
    if fix.unsafe is not None:
        yield f"{sign} {paint('note', 'bold')}: this fix is unsafe: {printable(fix.unsafe)}"
