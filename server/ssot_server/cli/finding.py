"""Show what a search finds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ssot_rules.registry import VERSION
from ssot_server.cache import Cache
from ssot_server.cli.entries import Places
from ssot_server.cli.targets import real_path
from ssot_server.cli.terminal import Paint, painter, progress
from ssot_server.engine import Engine, NoRegistry
from ssot_server.lookup import Found
from ssot_server.lookup import find as look_up
from ssot_server.workers import cores
from ssot_server.workspace import REGISTRY_NAME


def find(query: str, most: int, *, as_json: bool) -> str:
    """The answers to a search of the workspace around the current folder, as text; a registry is not needed."""
    engine = _engine()
    with progress() as watcher:
        found = look_up(engine, query, most, watcher)
    places = Places(engine, Path.cwd())
    if as_json:
        return json.dumps([_as_json(one, places) for one in found], indent=2) + "\n"
    return "".join(f"{line}\n" for line in _lines(found, places, painter(sys.stdout)))


def _engine() -> Engine:
    folder = real_path(Path())
    try:
        return Engine.open(folder, None, cores(), Cache.open)
    except NoRegistry:
        engine = Engine(folder / REGISTRY_NAME, cores())
        engine.set_text(REGISTRY_NAME, f"version = {VERSION}\n")
        return engine


def _lines(found: Sequence[Found], places: Places, paint: Paint) -> Iterator[str]:
    if not found:
        yield "Nothing is called or described like that."
    for one in found:
        where = places.location(one.path, one.span).where
        yield f"{paint(one.dotted, 'bold')}  {one.kind}  {paint(where, 'cyan')}{_standing(one, paint)}"
        if one.doc:
            yield f"    {one.doc}"


def _standing(one: Found, paint: Paint) -> str:
    if one.use is not None:
        return "  " + paint(f"deprecated: use {one.use}", "yellow")
    return "  " + paint(f"canonical of `{one.concept}`", "green") if one.is_canonical else ""


def _as_json(one: Found, places: Places) -> dict[str, object]:
    location = places.location(one.path, one.span)
    return {
        "path": one.dotted,
        "kind": one.kind,
        "filename": location.filename,
        "location": location.start._asdict(),
        "summary": one.doc,
        "score": one.score,
        "concept": one.concept,
        "canonical": one.is_canonical,
        "deprecated": one.use is not None,
        "use": one.use,
    }
