"""The one thread that the engines live in."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class AbandonedError(Exception):
    """Work was given up because nobody wants its result any more."""


class Worker:
    """Runs jobs one after another, in the order in which they come, and never on the event loop."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ssot-engine")
        self.stopping = False
        """Whether jobs should give up as soon as they can."""

    def post(self, job: Callable[[], None]) -> None:
        """Run a job some time, before every job that comes later; nobody waits for it."""
        if not self.stopping:
            self._executor.submit(_guarded, job, None)

    async def run(self, job: Callable[[], Result], otherwise: Result) -> Result:
        """Run a job and wait for its result, or for `otherwise` when it fails.

        A request that is cancelled before its job has begun takes the job with it.
        """
        if self.stopping:
            return otherwise
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, _guarded, job, otherwise)

    def stop(self) -> None:
        """Drop the jobs that have not begun and ask the one at work to give up."""
        self.stopping = True
        self._executor.shutdown(wait=False, cancel_futures=True)


def _guarded(job: Callable[[], Result], otherwise: Result) -> Result:
    """The one place where failures of the engine end: they are told and the server goes on."""
    try:
        return job()
    except AbandonedError:
        _log.info("cancelled")
    except Exception:  # noqa: BLE001 -- whatever it is, the editor keeps its server
        _log.exception("an internal error; please report it")
    return otherwise
