"""Show what the registry says of a name or a line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ssot_rules.contract import because
from ssot_server.cache import Cache
from ssot_server.cli.entries import Places
from ssot_server.cli.targets import find_targets
from ssot_server.cli.terminal import Paint, painter, progress
from ssot_server.engine import Engine
from ssot_server.explanation import Explanation, Retired, Spot, explain_line, explain_name
from ssot_server.workers import cores

_LINE = re.compile(r"(?P<file>.+?):(?P<row>\d+)(?::\d+)?\Z")
_SHOWN = 5


class Unknown(Exception):
    """The registry says nothing of it; the message says what else to try."""


def explain(subject: str, *, as_json: bool) -> str:
    """The answer as text. Raises `Unknown` and `NoRegistry`."""
    line = _LINE.match(subject)
    if line is not None and Path(line["file"]).is_file():
        target, *_ = find_targets([Path(line["file"])], None, cached=True)
        engine = target.engine
        (path,) = target.paths or ("",)
        with progress() as watcher:
            found = explain_line(engine, path, int(line["row"]), watcher)
    else:
        engine = Engine.open(Path.cwd(), None, cores(), Cache.open, notebooks=True)
        with progress() as watcher:
            found = explain_name(engine, subject, watcher)
    if not found:
        raise Unknown(f"{engine.registry_name} says nothing of {subject}; `ssot find WORDS` searches for what is there")
    places = Places(engine, Path.cwd())
    if as_json:
        return json.dumps([_as_json(known, places) for known in found], indent=2) + "\n"
    paint = painter(sys.stdout)
    return "\n".join("".join(f"{line}\n" for line in _lines(known, places, paint)) for known in found)


def _lines(known: Explanation, places: Places, paint: Paint) -> Iterator[str]:
    concept = known.concept
    yield paint(known.name, "bold") + (f": {concept.summary}" if concept.summary else "")
    about = [f"{label} {value}" for label, value in (("owner", concept.owner), ("docs", concept.docs)) if value]
    if about:
        yield f"  {', '.join(about)}"
    yield f"  canonical   {paint(concept.canonical, 'green')}"
    for spot in known.defined:
        yield f"              {paint(_where(spot, places), 'cyan')}"
    yield f"              {known.import_line}"
    for spot in known.bounds:
        yield f"  bound       {spot.message} ({paint(_where(spot, places), 'cyan')})"
    for allowed in concept.allow:
        yield because(f"  allowed     {allowed.path}", allowed.reason)
    for spot in known.rivals:
        yield f"  rival       {paint(_where(spot, places), 'cyan')} {spot.message}"
    for entry in known.deprecated:
        yield from _retired(entry, places, paint)


def _retired(entry: Retired, places: Places, paint: Paint) -> Iterator[str]:
    yield because(f"  deprecated  {paint(entry.path, 'yellow')}", entry.reason)
    files = len({spot.path for spot in entry.uses})
    yield f"              use {entry.use}; " + (
        f"{_count(len(entry.uses), 'use')} in {_count(files, 'file')}" if entry.uses else "nothing uses it"
    )
    for spot in entry.uses[:_SHOWN]:
        yield f"              {paint(_where(spot, places), 'cyan')}"
    if len(entry.uses) > _SHOWN:
        yield f"              … and {len(entry.uses) - _SHOWN} more"


def _where(spot: Spot, places: Places) -> str:
    return places.location(spot.path, spot.span).where


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _as_json(known: Explanation, places: Places) -> dict[str, Any]:
    concept = known.concept
    return {
        "concept": known.name,
        "canonical": concept.canonical,
        "summary": concept.summary,
        "owner": concept.owner,
        "docs": concept.docs,
        "import": known.import_line,
        "defined": _spots(known.defined, places),
        "bounds": _spots(known.bounds, places),
        "allowed": [{"path": allowed.path, "reason": allowed.reason} for allowed in concept.allow],
        "rivals": _spots(known.rivals, places),
        "deprecated": [
            {"path": entry.path, "use": entry.use, "reason": entry.reason, "uses": _spots(entry.uses, places)}
            for entry in known.deprecated
        ],
    }


def _spots(spots: Sequence[Spot], places: Places) -> list[dict[str, Any]]:
    found = []
    for spot in spots:
        location = places.location(spot.path, spot.span)
        found.append({"filename": location.filename, "location": location.start._asdict(), "message": spot.message})
    return found
