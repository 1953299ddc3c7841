"""The formats of `--output-format`: one file each, all from entries to text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ssot_server.cli.entries import Entry
from ssot_server.cli.formats import as_json, concise, full
from ssot_server.cli.formats.style import Style

Render = Callable[[Sequence[Entry], Style], str]

FORMATS: dict[str, Render] = {"full": full.render, "concise": concise.render, "json": as_json.render}
"""By name; the text ends in a line end unless it is empty."""
