"""Log messages for the editor."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol.types import LogMessageParams, MessageType

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_TYPES = (
    (logging.ERROR, MessageType.Error),
    (logging.WARNING, MessageType.Warning),
    (logging.INFO, MessageType.Info),
)


class EditorHandler(logging.Handler):
    """Sends what the server logs, in whichever thread, as `window/logMessage`."""

    def __init__(self, send: Callable[[LogMessageParams], None], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._send = send
        self._loop = loop
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; once the connection is closing there is nobody to send it to."""
        params = LogMessageParams(message_type(record.levelno), self.format(record))
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._send, params)


def message_type(level: int) -> MessageType:
    """The protocol's word for a level of `logging`."""
    return next((type_ for least, type_ in _TYPES if level >= least), MessageType.Log)
