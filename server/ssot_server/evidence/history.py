"""What git says of files: when they came, and how often they changed of late."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Collection
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

_SECONDS = 2.0
"""How long git may take. It tells the latest changes first; what it did not come to is not known."""
_YEAR = 365
_DAY = timedelta(days=1)


class History(NamedTuple):
    """The history of one file, as far as it was looked at."""

    since: date
    """The day of its earliest change."""
    changed: date
    """The day of its last one."""
    recent: int
    """How many changes it saw in the year before the last change of any of the files."""


def standing(known: History | None, every: Collection[History]) -> float:
    """How much the history of its file speaks for a definition being the one that is meant, from 0 to 1.5; `every` is
    the history of the files that are looked at.

    What is old and still changed is what people rely on. What nobody touched for a year is left over, however old it
    is; and how often a file was changed says more of how new it is than of how good. A file that git does not know
    has just been written. Old is meant as code goes here: a week is much in a project of two.
    """
    if known is None or not known.recent:
        return 0.0
    first, last = min(one.since for one in every), max(one.changed for one in every)
    return 0.5 + (last - known.since) / max(last - first, _DAY)


def read_history(root: Path, paths: Collection[str]) -> dict[str, History]:
    """The history of some files (relative to `root`), where git knows them; nothing where there is no git."""
    changes: dict[str, list[date]] = {}
    day = None
    for line in _log(root, sorted(paths)):
        if line.startswith("\0"):
            day = datetime.fromtimestamp(int(line[1:]), timezone.utc).date()
        elif line and day is not None:
            changes.setdefault(line, []).append(day)
    latest = max((days[0] for days in changes.values()), default=None)
    return {
        path: History(min(days), max(days), sum((latest - day).days < _YEAR for day in days))
        for path, days in changes.items()
        if latest is not None and path in paths
    }


def _log(root: Path, paths: list[str]) -> list[str]:
    """The lines of `git log` about some files: a zero byte and a time for each change, then the files."""
    if not paths:
        return []
    command = ["git", "-c", "core.quotePath=off", "log", "--relative", "--name-only", "--format=%x00%at", "--", *paths]
    try:
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return []
    timer = threading.Timer(_SECONDS, process.kill)
    timer.start()
    try:
        output, _ = process.communicate()
    finally:
        timer.cancel()
    complete = output[: output.rfind(b"\n") + 1]  # the last line may be cut off
    return complete.decode("utf-8", "replace").splitlines()
