from __future__ import annotations

import asyncio
import contextlib
import logging
import threading

import pytest

from ssot_server.lsp.progress import Indexing
from ssot_server.lsp.worker import AbandonedError, Worker

pytestmark = pytest.mark.asyncio


async def test_jobs_run_in_their_order_in_one_other_thread() -> None:
    worker = Worker()
    done: list[tuple[int, int]] = []
    for number in range(50):
        worker.post(lambda number=number: done.append((number, threading.get_ident())))  # type: ignore[misc]
    assert await worker.run(lambda: len(done), 0) == 50
    assert [number for number, _ in done] == list(range(50))
    assert len({thread for _, thread in done}) == 1
    assert done[0][1] != threading.get_ident()
    worker.stop()


async def test_a_job_that_fails_is_told_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker()

    def fail() -> int:
        raise ZeroDivisionError("on purpose")

    with caplog.at_level(logging.ERROR):
        worker.post(lambda: [][1])
        assert await worker.run(fail, 7) == 7
    assert "on purpose" in caplog.text
    assert "IndexError" in caplog.text
    assert await worker.run(lambda: 8, 0) == 8
    worker.stop()


async def test_a_job_that_is_abandoned_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker()

    def abandon() -> int:
        raise AbandonedError

    with caplog.at_level(logging.WARNING):
        assert await worker.run(abandon, 7) == 7
    assert not caplog.records
    worker.stop()


async def test_a_request_that_is_cancelled_takes_its_job_with_it() -> None:
    worker = Worker()
    gate = threading.Event()
    ran: list[str] = []
    worker.post(gate.wait)  # type: ignore[arg-type]
    request = asyncio.ensure_future(worker.run(lambda: ran.append("cancelled"), None))
    await asyncio.sleep(0)
    request.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await request
    gate.set()
    await worker.run(lambda: ran.append("kept"), None)
    assert ran == ["kept"]
    worker.stop()


async def test_nothing_begins_after_the_stop() -> None:
    worker = Worker()
    worker.stop()
    worker.post(lambda: pytest.fail("it ran"))
    assert await worker.run(lambda: 1, 0) == 0


class Tokens:
    """Stands in for pygls' progress: notes what is sent."""

    def __init__(self) -> None:
        self.tokens: dict[str, asyncio.Future[None]] = {}
        self.sent: list[str] = []

    async def create_async(self, token: str) -> None:
        self.tokens[token] = asyncio.get_running_loop().create_future()

    def begin(self, token: str, value: object) -> None:
        self.sent.append("begin")

    def report(self, token: str, value: object) -> None:
        self.sent.append("report")

    def end(self, token: str, value: object) -> None:
        self.sent.append("end")


async def test_progress_that_the_user_cancels_stops_the_work() -> None:
    tokens = Tokens()
    indexing = Indexing(tokens, asyncio.get_running_loop(), lambda: None)  # type: ignore[arg-type]
    with indexing.watch("app", again=False, shown=True) as progress:
        progress("Reading", 0, 10)
        while "begin" not in tokens.sent:
            await asyncio.sleep(0)
        progress("Reading", 1, 10)
        next(iter(tokens.tokens.values())).cancel()
        with pytest.raises(AbandonedError):
            progress("Reading", 2, 10)
    while "end" not in tokens.sent:
        await asyncio.sleep(0)
    assert not tokens.tokens


async def test_a_server_that_stops_stops_the_work() -> None:
    worker = Worker()
    begun, goes_on = threading.Event(), threading.Event()

    def long() -> str:
        begun.set()
        goes_on.wait()
        worker.breathe()
        return "done"

    request = asyncio.ensure_future(worker.run(long, "given up", long=True))
    await asyncio.to_thread(begun.wait)
    worker.stop()
    goes_on.set()
    assert await request == "given up"


async def test_what_somebody_waits_for_passes_long_work() -> None:
    worker = Worker()
    done: list[str] = []
    finish = threading.Event()

    def long() -> None:
        done.append("begun")
        while not finish.is_set():
            worker.breathe()
        done.append("finished")

    request = asyncio.ensure_future(worker.run(long, None, long=True))
    await worker.run(lambda: done.append("asked"), None)
    await worker.run(lambda: done.append("asked again"), None)
    finish.set()
    await request
    assert done.index("asked") < done.index("asked again") < done.index("finished")
    worker.stop()


async def test_long_work_that_nobody_wants_any_more_ends() -> None:
    worker = Worker()
    begun = threading.Event()

    def long() -> None:
        while True:
            begun.set()
            worker.breathe()

    request = asyncio.ensure_future(worker.run(long, None, long=True))
    await asyncio.to_thread(begun.wait)
    request.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await request
    assert await worker.run(lambda: "free", "") == "free"
    worker.stop()


@pytest.mark.parametrize(("again", "shown"), [(True, True), (False, False)])
async def test_what_is_quick_or_unwanted_is_not_shown(again: bool, shown: bool) -> None:
    tokens = Tokens()
    indexing = Indexing(tokens, asyncio.get_running_loop(), lambda: None)  # type: ignore[arg-type]
    with indexing.watch("app", again=again, shown=shown) as progress:
        progress("Reading", 0, 10)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not tokens.sent
