"""Language servers: how soon they are there, and how soon they answer a keystroke."""

from __future__ import annotations

import ast
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import bans as b
from bench.batch import ssot_program, write_registry
from bench.client import Client, Message, Silent
from bench.peers import Peers
from bench.processes import resident
from bench.trees import LARGE, Tree

_LARGE_LINES = 4_000
_BODY = 'total = sum(len(str(item)) for item in (1, 2))\nif total > 10:\n    print(f"{total} found")\n# and so on\n'
_IMPORT = "from collections import OrderedDict, deque\n"
_PARSES = 15


@dataclass(frozen=True)
class Server:
    """A server and how it is spoken to."""

    name: str
    command: Sequence[str]
    pulls: bool = False
    """The client asks for diagnostics instead of waiting for them."""
    is_ssot: bool = False


@dataclass
class Timing:
    """What came of a server; all times in seconds."""

    server: Server
    starts: list[float] = field(default_factory=list)
    """From the start of the process until `initialize` is answered."""
    firsts: list[float] = field(default_factory=list)
    """From opening the file until its diagnostics are there."""
    keystrokes: list[float] = field(default_factory=list)
    """From a keystroke inside a function until the diagnostics are there."""
    imports: list[float] = field(default_factory=list)
    """From a keystroke in an import statement until the diagnostics are there."""
    parse: float = 0.0
    """One `ast.parse` of the file, the median around the measurement."""
    resident: int = 0
    """Bytes after `initialize`."""
    growth: int = 0
    """Bytes more after all else."""
    everything: float | None = None
    """The first report on the whole workspace."""
    changed: float | None = None
    """The report on the whole workspace after a change of the registry."""
    failure: str | None = None


def choose_servers(peers: Peers) -> list[Server]:
    """ssot and the peers that are there, asked and unasked where they do both."""
    command = [*ssot_program(), "server"]
    found = [Server("ssot (pull)", command, True, True), Server("ssot (push)", command, False, True)]
    if "ruff" in peers:
        ruff = [peers.program("ruff"), "server"]
        found += [Server("ruff server (pull)", ruff, True), Server("ruff server (push)", ruff)]
    if "jedi-language-server" in peers:
        found.append(Server("jedi-language-server", [peers.program("jedi-language-server")]))
    if "python-lsp-server" in peers:
        found.append(Server("python-lsp-server", [peers.program("pylsp")]))
    return found


def measure(
    tree: Tree,
    bans: b.Bans,
    servers: Sequence[Server],
    cache: Path,
    edits: int,
    rounds: int,
    tell: Callable[[str], None],
) -> list[Timing]:
    """Start every server once a round; type in the first."""
    cache.mkdir(parents=True, exist_ok=True)
    write_registry(tree, bans, b.USUAL)
    b.write_if_new(tree.root / "ruff.toml", b.ruff_text(bans.usual))
    file = tree.root / LARGE
    b.write_if_new(file, large_file(tree, bans))
    timings = [Timing(server) for server in servers]
    try:
        for number in range(rounds):
            for timing in timings:
                tell(f"round {number + 1} of {rounds}: {timing.server.name}")
                _try(timing, tree, bans, cache, 0 if number else edits)
    finally:
        file.unlink()
        (tree.root / "ruff.toml").unlink()
        write_registry(tree, bans, b.USUAL)
    return timings


def _try(timing: Timing, tree: Tree, bans: b.Bans, cache: Path, edits: int) -> None:
    if timing.failure is not None:
        return
    session = None
    try:
        session = _Session(timing, tree, cache)
        session.open()
        if edits:
            session.type(edits)
            if timing.server.is_ssot and timing.server.pulls:
                session.report_everything(bans)
            timing.growth = resident(session.client.pid) - timing.resident
    except (Silent, OSError) as error:
        timing.failure = str(error)
    finally:
        if session is not None:
            session.client.stop()


class _Session:
    """One server's life, with one open file."""

    def __init__(self, timing: Timing, tree: Tree, cache: Path) -> None:
        self._timing = timing
        self._tree = tree
        self._uri = (tree.root / LARGE).as_uri()
        self._lines = (tree.root / LARGE).read_text(encoding="utf-8").split("\n")
        self._version = 1
        own = {"XDG_CACHE_HOME": str(cache / "ssot-cache")}
        self.client = Client(timing.server.command, tree.root, cache / "server.log", own)
        answer = self.client.request("initialize", _introduction(tree.root, pulls=timing.server.pulls))
        timing.starts.append(answer.at - self.client.begin)
        sync = answer.content["result"]["capabilities"].get("textDocumentSync", 1)
        self._is_incremental = (sync["change"] if isinstance(sync, dict) else sync) == 2
        timing.resident = timing.resident or resident(self.client.pid)

    def open(self) -> None:
        self.client.notify("initialized", {})
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": "\n".join(self._lines)}
        begin = self.client.notify("textDocument/didOpen", {"textDocument": document})
        self._timing.firsts.append(self._diagnostics().at - begin)

    def type(self, edits: int) -> None:
        """Type inside functions at the end, in the middle and at the top, then an import statement."""
        text = "\n".join(self._lines)
        before = _parse_time(text)
        for row, indent in reversed(function_rows(text)):
            self._type(self._timing.keystrokes, row, indent, _BODY, -(-edits // 3))
        row = next(number for number, line in enumerate(self._lines) if line.startswith("from "))
        self._type(self._timing.imports, row, "", _IMPORT, max(3, edits // 5))
        assert "\n".join(self._lines) == text
        self._timing.parse = statistics.median([before, _parse_time(text)])

    def report_everything(self, bans: b.Bans) -> None:
        """The whole workspace, before and after a change of the registry."""
        self._timing.everything = self._workspace_report()
        uri = (self._tree.root / "ssot.toml").as_uri()
        text = (self._tree.root / "ssot.toml").read_text(encoding="utf-8")
        extra = bans.third[0] if bans.third else bans.usual[0]
        more = f'\n[concepts.more]\ncanonical = "{extra.use}"\n[[concepts.more.deprecated]]\npath = "{extra.path}"\n'
        document = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": document})
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text + more}]}
        self.client.notify("textDocument/didChange", change)
        self._timing.changed = self._workspace_report()

    def _workspace_report(self) -> float:
        begin = time.perf_counter()
        return self.client.request("workspace/diagnostic", {"previousResultIds": []}).at - begin

    def _type(self, into: list[float], first: int, indent: str, text: str, count: int) -> None:
        """Type so many characters on new lines above a row, and take them away again: what is half typed in one
        place would make every later keystroke one in a file that is broken in several."""
        self._edit((first, 0), (first, 0), f"{indent}\n")
        self._diagnostics()
        row, column = first, len(indent)
        for character in islice(cycle(text), count):
            inserted = f"\n{indent}" if character == "\n" else character
            begin = self._edit((row, column), (row, column), inserted)
            into.append(self._diagnostics().at - begin)
            row, column = (row + 1, len(indent)) if character == "\n" else (row, column + 1)
        self._edit((first, 0), (row + 1, 0), "")
        self._diagnostics()

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
        if self._timing.server.pulls:
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


# -- the file ---------------------------------------------------------------------------------------------


def large_file(tree: Tree, bans: b.Bans) -> str:
    """About 4,000 lines of the tree's own files, with two banned names imported and used.

    They come from the files with the most functions: large tables are quick to parse, and no code that people edit.
    """
    chosen = bans.usual[:2]
    header = ['"""A large file."""', "", "from __future__ import annotations", ""]
    header += [f"from {ban.module} import {ban.name} as Banned{number}" for number, ban in enumerate(chosen)]
    lines = [*header, "", ""]
    for file in sorted(tree.root.rglob("*.py"), key=lambda file: (-_functions(file), file.as_posix())):
        if len(lines) >= _LARGE_LINES:
            break
        lines += _statements(file.read_text(encoding="utf-8", errors="replace"), _LARGE_LINES - len(lines))
    uses = [
        f"def use_{number}(value: Banned{number}) -> Banned{number}:\n    return value\n"
        for number in range(len(chosen))
    ]
    return "\n".join([*lines, "", "", *uses])


def _functions(file: Path) -> int:
    return file.read_bytes().count(b"def ")


def _statements(text: str, limit: int) -> Iterator[str]:
    """The top-level statements of a text that fit into so many lines, without imports from the future."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return
    lines = text.split("\n")
    previous = 0
    for statement in body:
        end = statement.end_lineno or statement.lineno
        if end > limit:
            return
        if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            yield from lines[previous:end]
        previous = end


def function_rows(text: str) -> list[tuple[int, str]]:
    """Where to type: the rows (from 0) of a function's first statement at the top, in the middle and at the end,
    each with its indentation."""
    lines = text.split("\n")
    places = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.body[-1].lineno > node.lineno:
            row = node.body[-1].lineno - 1
            places.append((row, lines[row][: len(lines[row]) - len(lines[row].lstrip())]))
    places.sort()
    return [places[0], places[len(places) // 2], places[-1]]


def _parse_time(text: str) -> float:
    times = []
    for _ in range(_PARSES):
        begin = time.perf_counter()
        ast.parse(text)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)
