"""The one thread that the engines live in."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class AbandonedError(Exception):
    """Work was given up because nobody wants its result any more."""


class Worker:
    """Runs jobs one after another, never on the event loop.

    What somebody waits for comes first, in the order in which it comes. Long work goes behind all that, and lets
    what came meanwhile pass at every `breathe`.
    """

    def __init__(self) -> None:
        self.stopping = False
        """Whether jobs should give up as soon as they can."""
        self._jobs: deque[_Job] = deque()
        self._long: deque[_Job] = deque()
        self._at_work: _Job | None = None
        """The long job that is being done."""
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def post(self, job: Callable[[], None]) -> None:
        """Run a job some time, before every job that comes later; nobody waits for it."""
        self._submit(self._jobs, _Job(job, None))

    async def run(self, job: Callable[[], Result], otherwise: Result, *, long: bool = False) -> Result:
        """Run a job and wait for its result, or for `otherwise` when it fails.

        A request that is cancelled takes its job with it, unless the job has begun and is not `long`.
        """
        if self.stopping:
            return otherwise
        work = _Job(job, otherwise)
        self._submit(self._long if long else self._jobs, work)
        try:
            return await asyncio.wrap_future(work.future)
        except asyncio.CancelledError:
            work.unwanted = True
            raise

    def breathe(self) -> None:
        """Do what waits, in the middle of long work. Raises `AbandonedError` if nobody wants that any more."""
        if self.stopping or (self._at_work is not None and self._at_work.unwanted):
            raise AbandonedError
        while self._at_work is not None and self._jobs and not self.stopping:
            self._jobs.popleft().do()

    def stop(self) -> None:
        """Drop the jobs that have not begun and ask the one at work to give up."""
        with self._news:
            self.stopping = True
            for job in (*self._jobs, *self._long):
                job.future.cancel()
            self._jobs.clear()
            self._long.clear()
            self._news.notify()

    def _submit(self, queue: deque[_Job], job: _Job) -> None:
        with self._news:
            if self.stopping:
                return
            queue.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="ssot-engine", daemon=True)
                self._thread.start()
            self._news.notify()

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self.stopping or self._jobs or self._long)
                if self.stopping:
                    return
                is_long = not self._jobs
                job = (self._long if is_long else self._jobs).popleft()
            self._at_work = job if is_long else None
            job.do()
            self._at_work = None


class _Job:
    """Something to do, and its result when it is done."""

    def __init__(self, work: Callable[[], Any], otherwise: object) -> None:
        self._work = work
        self._otherwise = otherwise
        self.future: Future[Any] = Future()
        self.unwanted = False

    def do(self) -> None:
        """The one place where failures of the engine end: they are told and the server goes on."""
        if self.unwanted or not self.future.set_running_or_notify_cancel():
            return
        result = self._otherwise
        try:
            result = self._work()
        except AbandonedError:
            _log.info("cancelled")
        except Exception:  # noqa: BLE001 - whatever it is, the editor keeps its server
            _log.exception("an internal error; please report it")
        self.future.set_result(result)
