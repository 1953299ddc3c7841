"""Work shared out to several processes.

A worker is a fork of this process. It has a copy of everything that is known so far and keeps what it finds out:
it is given the same share of the files at every step, and sends back no more than the others have to know. That
pays for a whole tree on the command line. Elsewhere, as in a server with its threads and on systems where a fork
is slow or unsafe, one process does it all.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any, Generic, NamedTuple, TypeVar

Subject = TypeVar("Subject")
Result = TypeVar("Result")
Item = TypeVar("Item")


class Share(NamedTuple):
    """One of several equal shares."""

    number: int
    of: int

    def part(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items that belong to this share."""
        return items[self.number :: self.of]


class Crew(Generic[Subject]):
    """Processes that each have a copy of a subject and work on it in step; this process is the first of them."""

    def __init__(self, subject: Subject, size: int) -> None:
        """`subject` is copied as it is now."""
        self._subject = subject
        self._size = size if _can_fork() else 1
        self._workers: list[_Worker] = []

    @property
    def size(self) -> int:
        """How many processes there are."""
        return self._size

    def __enter__(self) -> Crew[Subject]:
        for number in range(1, self._size):
            self._workers.append(_Worker(self._subject, Share(number, self._size)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the workers, at once if need be."""
        for worker in self._workers:
            worker.end()

    def ask(self, work: Callable[..., Result], *arguments: Any) -> list[Result]:
        """`work(subject, share, *arguments)`, done by every process for its share; `work` is a function of a module
        or class.

        The share of a worker that failed is done here, so that whatever is wrong is seen here.
        """
        for worker in self._workers:
            worker.tell(work, arguments)
        results = [work(self._subject, Share(0, self._size), *arguments)]
        for worker in self._workers:
            done, result = worker.hear()
            results.append(result if done else work(self._subject, worker.share, *arguments))
        return results


def cores() -> int:
    """How many processes can run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1


class _Worker:
    """A fork that does what it is told until it is told no more."""

    def __init__(self, subject: object, share: Share) -> None:
        self.share = share
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it, and ends this one
                os.close(self._orders)
                os.close(self._answers)
                with os.fdopen(orders, "rb") as source, os.fdopen(answers, "wb") as target:
                    _obey(subject, share, source, target)
            finally:
                os._exit(0)
        os.close(orders)
        os.close(answers)
        self._source = os.fdopen(self._answers, "rb")

    def tell(self, work: Callable[..., object], arguments: tuple[Any, ...]) -> None:
        """Have work done."""
        if self._pid:
            try:
                data = pickle.dumps((work, arguments), pickle.HIGHEST_PROTOCOL)
                while data:
                    data = data[os.write(self._orders, data) :]
            except OSError:
                self.end()

    def hear(self) -> tuple[bool, Any]:
        """Whether the work was done, and its result."""
        if self._pid:
            try:
                return True, pickle.load(self._source)
            except (EOFError, pickle.UnpicklingError, OSError):
                self.end()
        return False, None

    def end(self) -> None:
        """End the process, if it is still there."""
        if self._pid:
            os.close(self._orders)
            self._source.close()
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0


def _obey(subject: object, share: Share, source: IO[bytes], target: IO[bytes]) -> None:
    while True:
        try:
            work, arguments = pickle.load(source)
        except EOFError:
            return
        pickle.dump(work(subject, share, *arguments), target, pickle.HIGHEST_PROTOCOL)
        target.flush()
