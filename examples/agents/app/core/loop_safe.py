"""Waits in a way that every event loop can be interrupted in."""

import asyncio

STEP = 0.25


async def sleep(seconds: float) -> None:
    """Sleep in short steps: on Windows the loop looks for interrupts only between them."""
    while seconds > 0:
        await asyncio.sleep(min(seconds, STEP))
        seconds -= STEP
