"""A language client that measures: it notes the time of every message as it arrives."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

_PATIENCE = 180.0
"""Seconds until a server counts as silent."""


class Message(NamedTuple):
    """A message and the moment in which it was whole."""

    at: float
    content: dict[str, Any]


class Silent(Exception):
    """A server did not say what was waited for, or ended."""


class Client:
    """One server over standard input and output."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        self._log = log
        self.begin = time.perf_counter()
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._number = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def notify(self, method: str, params: object) -> float:
        """Send a notification; the moment in which it was begun."""
        return self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: object) -> Message:
        """Send a request and wait for its answer."""
        self._number += 1
        number = self._number
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        answer = self.wait(lambda content: content.get("id") == number and "method" not in content)
        if "error" in answer.content:
            raise Silent(f"{method}: {answer.content['error']}")
        return answer

    def wait(self, fits: Callable[[dict[str, Any]], bool]) -> Message:
        """The next message that fits; those before it are dropped."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                message = self._inbox.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise Silent(f"nothing came within {_PATIENCE:.0f} s") from None
            if message is None:
                said = self._log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
                raise Silent(f"the server ended with {self._process.wait()}: {said}")
            if fits(message.content):
                return message

    def stop(self) -> None:
        """Take leave as the protocol says, and see to it that the server ends."""
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self._process.wait(timeout=10)
        except (Silent, OSError, subprocess.TimeoutExpired):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def _send(self, content: dict[str, Any]) -> float:
        body = json.dumps(content).encode()
        assert self._process.stdin is not None
        with self._lock:
            at = time.perf_counter()
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self._process.stdin.flush()
        return at

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline().strip()) or not length:
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
                elif not line:
                    self._inbox.put(None)
                    return
            body = stream.read(length)
            at = time.perf_counter()
            content = json.loads(body)
            if "method" in content and "id" in content:
                self._answer(content)
            else:
                self._inbox.put(Message(at, content))

    def _answer(self, request: dict[str, Any]) -> None:
        """Agree with whatever a server asks; every setting is at its default."""
        result: list[dict[str, Any]] | None = None
        if request["method"] == "workspace/configuration":
            result = [{} for _ in request["params"]["items"]]
        self._send({"jsonrpc": "2.0", "id": request["id"], "result": result})
