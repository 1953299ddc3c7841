"""How a format's text is to look."""

from __future__ import annotations

from typing import NamedTuple

from ssot_server.cli.terminal import Paint, plain


class Style(NamedTuple):
    """What a format needs to know of the stream and the run."""

    paint: Paint = plain
    width: int = 140
    """Columns that a line should keep to."""
    unsafe: bool = False
    """Unsafe fixes count as fixes that a run applies."""
