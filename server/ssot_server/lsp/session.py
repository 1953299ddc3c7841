"""The server's state: one editor, its documents, and the thread that the engines live in."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from pygls.lsp.server import LanguageServer

from ssot_server.lsp.client import Client
from ssot_server.lsp.documents import Documents
from ssot_server.lsp.logs import EditorHandler
from ssot_server.lsp.notebooks import SYNCHRONIZATION
from ssot_server.lsp.progress import Indexing
from ssot_server.lsp.protocol import Protocol
from ssot_server.lsp.refresher import Refresher
from ssot_server.lsp.settings import LEVELS, Settings
from ssot_server.lsp.worker import Worker
from ssot_server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager

    from pygls.exceptions import JsonRpcException, PyglsError

    from ssot_server.lsp.watcher import Watcher
    from ssot_server.lsp.workspaces import Workspaces
    from ssot_server.steps import Progress

_log = logging.getLogger(__name__)

Result = TypeVar("Result")

_TRIES = 5
"""How often a job waits for the index when the disk changes meanwhile, and again."""


class Session(LanguageServer):
    """A language server for one editor."""

    def __init__(self) -> None:
        super().__init__("ssot", VERSION, protocol_cls=Protocol, notebook_document_sync=SYNCHRONIZATION)
        self.client = Client()
        self.settings = Settings()
        self.documents = Documents()
        self.folders: tuple[str, ...] = ()
        """The editor's folders, as absolute paths."""
        self.stopped = False
        """Whether the editor has asked the server to shut down."""
        self.refresher = Refresher(self)
        self._worker = Worker()
        self._watcher: Watcher | None = None
        """Made with the first folder to watch, in the worker's thread."""
        self._indexing: Indexing | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self, client: Client) -> None:
        """The editor has introduced itself."""
        self._loop = loop = asyncio.get_running_loop()
        self.client = client
        self._indexing = Indexing(self.work_done_progress, loop, self._worker.breathe)
        logging.getLogger("ssot_server").addHandler(EditorHandler(self.window_log_message, loop))

    def configure(self, settings: Settings, folders: tuple[str, ...]) -> None:
        """The settings or the editor's folders are (now) these."""
        self.settings = settings
        self.folders = folders
        logging.getLogger("ssot_server").setLevel(LEVELS[settings.log_level])
        self.post(lambda workspaces: workspaces.configure(folders, settings.configuration))
        self.watch()

    def watch(self) -> None:
        """There may be other folders now that the editor does not watch: watch them."""
        self.post(self._watch_disk)

    def disk_changed(self, paths: Collection[str]) -> None:
        """Files or folders, by their absolute paths, changed on disk: show what that changes."""
        self.post(partial(self._invalidate, paths))

    def post(self, job: Callable[[Workspaces], None]) -> None:
        """Have a job done before every job that comes later; nobody waits for it."""
        self._worker.post(partial(self._do, job))

    async def run(self, job: Callable[[Workspaces], Result], otherwise: Result, *, long: bool = False) -> Result:
        """Have a job done in its turn; its result, or `otherwise` when it fails. What is `long` waits for all else."""
        return await self._worker.run(partial(self._do, job), otherwise, long=long)

    async def run_indexed(
        self,
        uri: str,
        job: Callable[[Workspaces], Result],
        otherwise: Result,
        *,
        patience: float | None = None,
        long: bool = False,
    ) -> Result:
        """Have a job done when all is known about a document's project, or, after so many seconds, with what is known
        then. Where the disk changes before the job's turn has come, it waits once more; not for ever."""
        end = math.inf if patience is None else time.monotonic() + patience
        left, is_done, result = _TRIES, False, otherwise
        while not is_done:
            await self._indexed(uri, None if patience is None else max(0.0, end - time.monotonic()))
            left -= 1
            must = left == 0 or time.monotonic() >= end
            attempt = partial(_if_indexed, uri=uri, job=job, otherwise=otherwise, must=must)
            is_done, result = await self.run(attempt, (True, otherwise), long=long)
        return result

    async def _indexed(self, uri: str, patience: float | None) -> None:
        index = asyncio.ensure_future(self.run(partial(_index, uri=uri), None, long=True))
        await asyncio.wait([index], timeout=patience)

    def stop(self) -> None:
        """Give up all work: the editor is leaving."""
        self.stopped = True
        self._end()

    def shutdown(self) -> None:
        """Called when the connection ends, however it ends."""
        self._end()
        super().shutdown()  # type: ignore[no-untyped-call]

    def report_server_error(self, error: Exception, source: type[PyglsError | JsonRpcException]) -> None:
        """Failures outside the engine are logged; no window pops up."""
        _log.error("%s: %s", source.__name__, error)

    def _do(self, job: Callable[[Workspaces], Result]) -> Result:
        return job(self._workspaces)

    @cached_property
    def _workspaces(self) -> Workspaces:
        """Made by the first job, in the worker's thread: with it comes all that knows Python code, and while that is
        loaded the editor has its answers already."""
        from ssot_server.lsp.workspaces import Workspaces

        return Workspaces(self._show_progress)

    def _end(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
        self._worker.stop()

    def _invalidate(self, paths: Collection[str], workspaces: Workspaces) -> None:
        if workspaces.invalidate(paths):
            self._on_loop(partial(self.refresher.schedule, everything=True))
        self._watch_disk(workspaces)

    def _watch_disk(self, workspaces: Workspaces) -> None:
        from ssot_server.lsp.watcher import Watcher

        since = time.time()
        if self._watcher is None:
            self._watcher = Watcher(lambda paths: self._on_loop(partial(self.disk_changed, paths)))
        self._watcher.watch(workspaces.to_watch(by_editor=self.client.watches_files), since)
        if self._worker.stopping:
            self._watcher.stop()

    def _on_loop(self, call: Callable[[], None]) -> None:
        """Call from another thread; once the connection is closing nothing is."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call)

    def _show_progress(self, name: str, again: bool) -> AbstractContextManager[Progress]:
        if self._indexing is None:
            raise RuntimeError("the editor has not introduced itself")
        return self._indexing.watch(name, again, self.client.progress)


def _if_indexed(
    workspaces: Workspaces, uri: str, job: Callable[[Workspaces], Result], otherwise: Result, *, must: bool
) -> tuple[bool, Result]:
    """Whether a job was done, and its result: while a document's project is not indexed, only if it must be."""
    file = workspaces.file(uri)
    is_ready = must or file is None or file.project.engine.is_indexed
    return is_ready, job(workspaces) if is_ready else otherwise


def _index(workspaces: Workspaces, uri: str) -> None:
    from ssot_server.lsp import reports

    reports.index(workspaces, uri)
