"""Keeps the editor's diagnostics up to date when something has changed.

Editors that wait for diagnostics are sent those of their open documents. Editors that ask for them ask by
themselves about the document that they change; they are told to ask again when another document is concerned.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol.types import PublishDiagnosticsParams

from ssot_server.lsp import kinds, reports

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ssot_server.lsp.reports import DocumentReport
    from ssot_server.lsp.session import Session

_log = logging.getLogger(__name__)

DELAY = 0.08
"""Seconds without a change before the documents that were not edited are looked at."""


class Refresher:
    """Belongs to the event loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._quick: asyncio.Task[None] | None = None
        self._edited: set[str] = set()
        self._everything = False
        self._sent: dict[str, tuple[int | None, str]] = {}
        """By URI, the version and result of the report that the editor has."""
        self._waiting: set[asyncio.Event] = set()

    def edited(self, uri: str) -> None:
        """A document or notebook was opened or edited: show what is found in it at once, elsewhere a little later."""
        self.schedule()
        if self._session.client.pulls or not self._session.settings.lint:
            return
        self._edited.add(uri)
        if self._quick is None:
            self._quick = self._spawn(self._publish_edited())

    def schedule(self, *, everything: bool = False) -> None:
        """Something has changed: the open documents, or `everything`, may look different now."""
        self._everything |= everything
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(DELAY, self._start)

    def remember(self, report: DocumentReport) -> None:
        """The editor was given this report when it asked."""
        self._sent[report.uri] = (report.version, report.result_id)

    def close(self, uri: str) -> None:
        """A document was closed: an editor that waits shows nothing more for it."""
        if self._sent.pop(uri, None) is not None and not self._session.client.pulls:
            self._session.text_document_publish_diagnostics(PublishDiagnosticsParams(uri, []))

    async def changed(self) -> None:
        """Wait until something has changed."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await event.wait()
        finally:
            self._waiting.discard(event)

    def _start(self) -> None:
        self._timer = None
        if self._task is not None:
            self._again = True
            return
        self._task = self._spawn(self._run())
        self._task.add_done_callback(self._done)

    def _done(self, _task: asyncio.Task[None]) -> None:
        self._task = None
        if self._again:
            self._again = False
            self._start()

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(_report_failure)
        return task

    async def _run(self) -> None:
        if await self._session.run(reports.index_next, False, long=True):
            self._everything = True  # what was answered from what was known may be more now
            self.schedule()
        everything, self._everything = self._everything, False
        if self._session.client.pulls:
            await self._ask_again(everything)
        else:
            await self._publish()
        if self._session.client.refreshes_overview:
            self._session.protocol.notify(kinds.REFRESH)
        for event in self._waiting:
            event.set()

    async def _publish_edited(self) -> None:
        session = self._session
        try:
            while self._edited:
                job = partial(reports.file_reports, uri=self._edited.pop(), client=session.client)
                for report in await session.run(job, None) or ():
                    self._send(report)
        finally:
            self._quick = None

    async def _publish(self) -> None:
        found = await self._open_reports()
        if found is None:
            return
        for report in found:
            self._send(report)
        for uri in self._sent.keys() - {report.uri for report in found}:
            self.close(uri)

    def _send(self, report: DocumentReport) -> None:
        """Send a report, unless the editor has it already or has changed the document meanwhile."""
        is_current = report.version == self._session.documents.version(report.uri)
        if not is_current or self._sent.get(report.uri) == (report.version, report.result_id):
            return
        version = report.version if self._session.client.diagnostic_version else None
        self._session.text_document_publish_diagnostics(
            PublishDiagnosticsParams(report.uri, list(report.items), version)
        )
        self.remember(report)

    async def _ask_again(self, everything: bool) -> None:
        if self._session.client.refreshes and (everything or await self._is_outdated()):
            self._sent.clear()
            self._session.workspace_diagnostic_refresh(None)

    async def _is_outdated(self) -> bool:
        """Whether a document that was not edited since the editor asked about it would be answered differently."""
        if not self._sent:
            return False
        return any(
            report.uri in self._sent
            and self._sent[report.uri][0] == report.version
            and self._sent[report.uri][1] != report.result_id
            for report in await self._open_reports() or ()
        )

    async def _open_reports(self) -> list[DocumentReport] | None:
        """The reports of the open documents; None when they could not be made."""
        session = self._session
        found = await session.run(lambda workspaces: reports.open_reports(workspaces, session.client), None)
        if found is None or session.settings.lint:
            return found
        return [reports.nothing(report.uri, report.version) for report in found]


def _report_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("diagnostics could not be brought up to date", exc_info=error)
