"""What a stream can show: colours, width, a progress bar. rich is loaded only where it is needed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from ssot_server.steps import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

Paint = Callable[[str, str], str]
"""Gives a text a style, such as `bold red`."""

_WIDTH = 140
"""Columns of what is no terminal."""

_PATIENCE = 0.3
"""Seconds that a run may take before a progress bar appears."""


def plain(text: str, _style: str) -> str:
    """Paint for streams without colour."""
    return text


def painter(stream: IO[Any]) -> Paint:
    """Paint for a stream: coloured on terminals, unless NO_COLOR or FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return plain
    if not os.environ.get("FORCE_COLOR") and (not stream.isatty() or os.environ.get("TERM") == "dumb"):
        return plain
    return _rich_paint


def _rich_paint(text: str, style: str) -> str:
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)


def is_interactive() -> bool:
    """Whether somebody is there to answer questions."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def width(stream: IO[Any]) -> int:
    """How many columns a line may take."""
    if not stream.isatty():
        return _WIDTH
    from shutil import get_terminal_size

    return get_terminal_size((_WIDTH, 0)).columns


def cells(text: str) -> int:
    """How many columns a text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


class _ProgressBar:
    """Tells a terminal how far a run is, once it takes long enough to wonder."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._bar: Bar | None = None

    def __call__(self, message: str, done: int, total: int) -> None:
        """Take part as an engine's `Progress`."""
        if self._bar is None:
            if time.monotonic() - self._started < _PATIENCE:
                return
            self._bar = _new_bar()
        self._bar.update(self._bar.task_ids[0], description=message, completed=done, total=total or None, refresh=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _new_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)  # a thread would forbid forks
    bar.add_task("", total=None)
    bar.start()
    return bar


@contextmanager
def progress() -> Iterator[Progress | None]:
    """Something to tell how far a run is; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _ProgressBar()
    try:
        yield bar
    finally:
        bar.close()
