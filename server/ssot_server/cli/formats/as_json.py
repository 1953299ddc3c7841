"""One JSON array with every finding, for programs. An edit whose `content` is null deletes the file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ssot_rules.contract import Fix
from ssot_server.cli.entries import Entry, Location, Point
from ssot_server.cli.formats.style import Style
from ssot_server.urls import rule_url


def render(entries: Sequence[Entry], _style: Style) -> str:
    """The array. Characters beyond ASCII are escaped, so that no terminal's encoding can spoil them."""
    return json.dumps([_item(entry) for entry in entries], indent=2) + "\n"


def _item(entry: Entry) -> dict[str, Any]:
    finding = entry.finding
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity.value,
        "message": finding.diagnostic.message,
        **_location(entry.location),
        "concept": finding.diagnostic.concept,
        "canonical": finding.diagnostic.canonical,
        "score": finding.diagnostic.score,
        "url": rule_url(finding.rule.name),
        "fix": None if entry.fix is None else _fix(entry, entry.fix),
        "choices": [{"key": choice.key, **_fix(entry, choice.fix)} for choice in finding.choices],
        "related": [{"message": note.message, **_location(note.location)} for note in entry.related()],
    }


def _fix(entry: Entry, fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "edits": [{**_location(edit.location), "content": edit.content} for edit in entry.places.replacements(fix)],
    }


def _location(location: Location) -> dict[str, Any]:
    return {
        "filename": location.filename,
        **({} if location.cell is None else {"cell": location.cell}),
        "location": _point(location.start),
        "end_location": _point(location.end),
    }


def _point(point: Point) -> dict[str, int]:
    return {"row": point.row, "column": point.column}
