"""Language servers: how soon they are there, and how soon they answer a keystroke."""

from __future__ import annotations

import ast
import gc
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench import bans as b
from bench import situations
from bench.batch import has_disk_cache, ssot_checker, ssot_program
from bench.client import Client, Message, Silent
from bench.large_file import Place, large_file, places, strokes
from bench.peers import Peers
from bench.processes import memory, run
from bench.trees import LARGE, Tree

_PARSES = 5
_WORD, _PAUSE = 8, 0.15
"""After so many keys whoever types pauses for so many seconds: time for a server to turn to other things."""


@dataclass(frozen=True)
class Server:
    """A server and how it is spoken to."""

    name: str
    command: Sequence[str]
    pulls: bool = False
    """The client asks for diagnostics instead of waiting for them."""
    registry: str = b.USUAL
    is_ssot: bool = False
    is_cold: bool = False
    """It finds no disk cache; it is only started, in every round."""
    is_slow: bool = False
    """It waits on purpose before it answers; keys are typed in the first round only."""


@dataclass
class Session:
    """One life of a server; all times in seconds."""

    start: float = 0.0
    """From the start of the process until `initialize` is answered."""
    first: float = 0.0
    """From opening the file until its diagnostics are there."""
    keystrokes: dict[str, list[float]] = field(default_factory=dict)
    """From a keystroke until the diagnostics are there, by place."""
    parse: float = 0.0
    """One `ast.parse` of the file, the median before, between and after the typing."""
    memory: int = 0
    """Bytes after `initialize`."""
    growth: int = 0
    """Bytes more after all else."""
    everything: float | None = None
    """The first report on the whole workspace."""
    changed: float | None = None
    """The report on the whole workspace after a change of the registry."""


@dataclass
class Timing:
    """What came of a server: a session for every round, or why there is none."""

    server: Server
    sessions: list[Session] = field(default_factory=list)
    failure: str | None = None

    def median(self, of: Callable[[Session], float]) -> float:
        return statistics.median(map(of, self.sessions))

    def typed(self) -> list[Session]:
        """The sessions in which keys were typed."""
        return [session for session in self.sessions if session.keystrokes]


def choose_servers(peers: Peers, registries: Sequence[str]) -> list[Server]:
    """ssot and the peers that are there, asked and unasked where they do both."""
    ssot = Server("ssot", [*ssot_program(), "server"], is_ssot=True)
    found = [replace(ssot, name=f"ssot, pull, {registry}", pulls=True, registry=registry) for registry in registries]
    found.append(replace(ssot, name="ssot, push, usual"))
    if has_disk_cache():
        found.append(replace(ssot, name="ssot, pull, usual, no disk cache", pulls=True, is_cold=True))
    if "ruff" in peers:
        ruff = Server("ruff", [peers.program("ruff"), "server"])
        found += [replace(ruff, name="ruff, pull, usual", pulls=True), replace(ruff, name="ruff, push, usual")]
        if b.THIRD in registries:
            found.append(replace(ruff, name="ruff, pull, third", pulls=True, registry=b.THIRD))
    if "jedi-language-server" in peers:
        found.append(Server("jedi-language-server", [peers.program("jedi-language-server")], is_slow=True))
    if "python-lsp-server" in peers:
        found.append(Server("python-lsp-server", [peers.program("pylsp")], is_slow=True))
    return found


@dataclass(frozen=True)
class Plan:
    """Everything that a measurement of servers is made of."""

    tree: Tree
    bans: b.Bans
    servers: Sequence[Server]
    cache: Path
    edits: int
    """How many keys are typed inside functions."""


def measure(plan: Plan, rounds: int, tell: Callable[[str], None]) -> list[Timing]:
    """Let every server live once a round, forwards and backwards in turn."""
    plan.cache.mkdir(parents=True, exist_ok=True)
    timings = [Timing(server) for server in plan.servers]
    with situations.replaced(plan.tree.root / LARGE, large_file(plan.tree, plan.bans)):
        for number in range(rounds):
            for timing in timings if number % 2 == 0 else timings[::-1]:
                tell(f"{plan.tree.name}, round {number + 1} of {rounds}: {timing.server.name}")
                _try(timing, plan, types=number == 0 or not timing.server.is_slow)
    return timings


def _try(timing: Timing, plan: Plan, *, types: bool) -> None:
    server = timing.server
    if timing.failure is not None:
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(_prepared(server, plan))
            life = _Life(server, plan)
            stack.callback(life.client.stop)
            life.open()
            if types and not server.is_cold:
                life.type(plan.edits)
            if server.is_ssot and server.pulls and not server.is_cold:
                life.report_everything()
            life.session.growth = memory(life.client.pid) - life.session.memory
            timing.sessions.append(life.session)
        except (Silent, OSError) as error:
            timing.failure = str(error)


@contextmanager
def _prepared(server: Server, plan: Plan) -> Iterator[None]:
    """The registry is in force, and the disk cache is as it should be."""
    checker = ssot_checker(plan.tree, plan.bans, server.registry)
    checker.put_in_force()
    if server.is_cold:
        shutil.rmtree(checker.store, ignore_errors=True)
    elif server.is_ssot and has_disk_cache():
        run(checker.command, plan.tree.root, plan.cache / "settle.txt", 600.0)
    with situations.replaced(plan.tree.root / "ruff.toml", b.ruff_text(plan.bans.of(server.registry))):
        yield


class _Life:
    """One server's life, with one open file."""

    def __init__(self, server: Server, plan: Plan) -> None:
        root = plan.tree.root
        self.session = Session()
        self._server = server
        self._bans = plan.bans
        self._root = root
        self._uri = (root / LARGE).as_uri()
        self._lines = (root / LARGE).read_text(encoding="utf-8").split("\n")
        self._version = 1
        self.client = Client(server.command, root, plan.cache / "server.log")
        answer = self.client.request("initialize", _introduction(root, pulls=server.pulls))
        self.session.start = answer.at - self.client.begin
        sync = answer.content["result"]["capabilities"].get("textDocumentSync", 1)
        self._is_incremental = (sync["change"] if isinstance(sync, dict) else sync) == 2
        self.session.memory = memory(self.client.pid)

    def open(self) -> None:
        self.client.notify("initialized", {})
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": "\n".join(self._lines)}
        begin = self.client.notify("textDocument/didOpen", {"textDocument": document})
        self.session.first = self._diagnostics().at - begin

    def type(self, edits: int) -> None:
        """Type so many keys inside functions, and a third as many in an import statement."""
        text = "\n".join(self._lines)
        parses = _parse_times(text)
        for place in places(text, self._bans):
            self.session.keystrokes[place.name] = self._type(place, -(-edits // 3))
            parses += _parse_times(text)
        assert "\n".join(self._lines) == text
        self.session.parse = statistics.median(parses)

    def report_everything(self) -> None:
        """The whole workspace, before and after a change of the registry."""
        more = self._bans.more
        self.session.everything = self._workspace_report()
        uri = (self._root / "ssot.toml").as_uri()
        text = (self._root / "ssot.toml").read_text(encoding="utf-8")
        added = f'[concepts.more]\ncanonical = "{more.use}"\n[[concepts.more.deprecated]]\npath = "{more.path}"\n'
        document = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": document})
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": f"{text}\n{added}"}]}
        self.client.notify("textDocument/didChange", change)
        self.session.changed = self._workspace_report()

    def _workspace_report(self) -> float:
        begin = time.perf_counter()
        return self.client.request("workspace/diagnostic", {"previousResultIds": []}).at - begin

    def _type(self, place: Place, count: int) -> list[float]:
        """Type on new lines above a row, and take them away again: what is half typed in one place would make
        every later keystroke one in a file that is broken in several."""
        self._edit((place.row, 0), (place.row, 0), f"{place.indent}\n")
        self._diagnostics()
        row, column = place.row, len(place.indent)
        times = []
        for number, stroke in enumerate(strokes(place, count), 1):
            start, inserted = ((row, column - 1), "") if stroke == "\b" else ((row, column), stroke)
            begin = self._edit(start, (row, column), inserted)
            times.append(self._diagnostics().at - begin)
            if number % _WORD == 0:
                time.sleep(_PAUSE)
            row, column = (row + 1, len(inserted) - 1) if stroke[0] == "\n" else (row, start[1] + len(inserted))
        self._edit((place.row, 0), (row + 1, 0), "")
        self._diagnostics()
        return times

    def _edit(self, start: tuple[int, int], end: tuple[int, int], inserted: str) -> float:
        """Replace what is between two places, each a row and a column."""
        before, after = self._lines[start[0]][: start[1]], self._lines[end[0]][end[1] :]
        self._lines[start[0] : end[0] + 1] = f"{before}{inserted}{after}".split("\n")
        self._version += 1
        change: dict[str, Any] = {"range": {"start": _place(*start), "end": _place(*end)}, "text": inserted}
        if not self._is_incremental:
            change = {"text": "\n".join(self._lines)}
        document = {"uri": self._uri, "version": self._version}
        return self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def _diagnostics(self) -> Message:
        if self._server.pulls:
            return self.client.request("textDocument/diagnostic", {"textDocument": {"uri": self._uri}})
        return self.client.wait(self._is_current)

    def _is_current(self, content: dict[str, Any]) -> bool:
        if content.get("method") != "textDocument/publishDiagnostics":
            return False
        version = content["params"].get("version")
        return content["params"]["uri"] == self._uri and version in (None, self._version)


def _place(row: int, column: int) -> dict[str, int]:
    return {"line": row, "character": column}


def _introduction(root: Path, *, pulls: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True, "tagSupport": {"valueSet": [1, 2]}},
    }
    if pulls:
        document["diagnostic"] = {"relatedDocumentSupport": False}
    return {
        "processId": os.getpid(),
        "rootUri": root.as_uri(),
        "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
        "capabilities": {"textDocument": document, "workspace": {"workspaceFolders": True}},
    }


def _parse_times(text: str) -> list[float]:
    """The seconds of `ast.parse`; without the collector, whose time depends on what else this process holds."""
    times = []
    gc.disable()
    try:
        for _ in range(_PARSES):
            begin = time.perf_counter()
            ast.parse(text)
            times.append(time.perf_counter() - begin)
    finally:
        gc.enable()
    return times
