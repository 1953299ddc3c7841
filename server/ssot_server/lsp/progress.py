"""Tells the editor how far the indexing is."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol.types import WorkDoneProgressBegin, WorkDoneProgressEnd, WorkDoneProgressReport
from pygls.exceptions import JsonRpcException

from ssot_server.lsp.worker import AbandonedError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from pygls.progress import Progress as Tokens

    from ssot_server.steps import Progress

_log = logging.getLogger(__name__)

_PATIENCE = 0.5
"""Seconds that a later check may take before it is shown; the first of a project always is."""
_INTERVAL = 0.1
"""Seconds between two reports."""


class Indexing:
    """Watches checks in the worker's thread and shows the long ones in the editor."""

    def __init__(self, tokens: Tokens, loop: asyncio.AbstractEventLoop, breathe: Callable[[], None]) -> None:
        """`breathe` is called often; it may raise `AbandonedError`."""
        self._tokens = tokens
        self._loop = loop
        self._breathe = breathe

    @contextmanager
    def watch(self, name: str, again: bool, shown: bool) -> Iterator[Progress]:
        """A callback for one check of the project `name`, which was checked before or not. It raises `AbandonedError`
        when the user does not want to wait."""
        bar = _Bar(f"Indexing {name}", self._tokens, self._loop)
        begin = time.monotonic() + (_PATIENCE if again else 0)
        last = 0.0

        def progress(message: str, done: int, total: int) -> None:
            nonlocal last
            self._breathe()
            if bar.cancelled:
                raise AbandonedError
            now = time.monotonic()
            if shown and now >= begin and now >= last + _INTERVAL:
                last = now
                self._loop.call_soon_threadsafe(bar.show, message, done, total)

        try:
            yield progress
        finally:
            if last and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(bar.finish)


class _Bar:
    """One progress bar; all but `cancelled` belongs to the event loop."""

    def __init__(self, title: str, tokens: Tokens, loop: asyncio.AbstractEventLoop) -> None:
        self._title = title
        self._tokens = tokens
        self._loop = loop
        self._token = f"ssot/{uuid4()}"
        self._begin: asyncio.Task[None] | None = None
        self._begun = False
        self._latest = ("", 0)

    @property
    def cancelled(self) -> bool:
        """Whether the user has pressed Cancel."""
        future = self._tokens.tokens.get(self._token)
        return future is not None and future.cancelled()

    def show(self, message: str, done: int, total: int) -> None:
        """Say how far it is; the first time, open the bar."""
        percentage = min(100 * done // total, 100) if total else 0
        self._latest = (message, percentage)
        if self._begin is None:
            self._begin = self._loop.create_task(self._open())
        elif self._begun:
            self._tokens.report(self._token, WorkDoneProgressReport(message=message, percentage=percentage))

    def finish(self) -> None:
        """Close the bar, as soon as it is open."""
        if self._begin is not None:
            self._begin.add_done_callback(self._close)

    async def _open(self) -> None:
        try:
            await self._tokens.create_async(self._token)
        except JsonRpcException as error:
            _log.debug("the editor shows no progress: %s", error)
            return
        message, percentage = self._latest
        begin = WorkDoneProgressBegin(self._title, cancellable=True, message=message, percentage=percentage)
        self._tokens.begin(self._token, begin)
        self._begun = True

    def _close(self, opened: asyncio.Task[None]) -> None:
        if not opened.cancelled() and self._begun:
            self._tokens.end(self._token, WorkDoneProgressEnd())
        self._tokens.tokens.pop(self._token, None)
