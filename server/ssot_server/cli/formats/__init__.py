"""The formats of `--output-format`: one file each, all from entries to text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssot_server.cli.entries import Entry
from ssot_server.cli.formats import as_json, concise, full
from ssot_server.cli.terminal import Paint


@dataclass(frozen=True, slots=True)
class Style:
    """How a format's text is to look."""

    paint: Paint
    width: int
    """Columns that a line should keep to."""
    unsafe: bool
    """Unsafe fixes count as fixes that a run applies."""


Render = Callable[[Sequence[Entry], Style], str]

FORMATS: dict[str, Render] = {
    "full": lambda entries, style: full.render(entries, style.paint, style.width, unsafe=style.unsafe),
    "concise": lambda entries, style: concise.render(entries, style.paint, unsafe=style.unsafe),
    "json": lambda entries, style: as_json.render(entries),
}
"""By name; the text ends in a line end unless it is empty."""
