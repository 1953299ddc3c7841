"""How long a program takes to be there, before it has read a single file, and what it does meanwhile.

All is measured beside `python -c pass`, which is the least that a program in Python can take.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.batch import ssot_program
from bench.client import Client, Silent
from bench.peers import Peers

NOTHING = "python -c pass"
_FILES = {
    "ssot.toml": 'version = 1\n\n[concepts.engine]\ncanonical = "engine.Engine"\n',
    "engine.py": "class Engine: ...\n",
}
_BARE = "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '0').start_io()"
_LOADED = {
    "ssot server": "import ssot_server.__main__, ssot_server.lsp.server",
    "ssot check": "import ssot_server.__main__, ssot_server.cli.commands, ssot_server.cli.check, ssot_rules",
}
"""What is loaded before `initialize` is answered, and before a check begins."""
_PACKAGES = {
    "lsprotocol": "lsprotocol",
    "attr": "attrs, cattrs",
    "attrs": "attrs, cattrs",
    "cattrs": "attrs, cattrs",
    "pygls": "pygls",
    "click": "click",
    "ssot_server": "ssot",
    "ssot_rules": "ssot",
}
_OTHERS = "all else"
_STARTS = 2
"""In each round: they are short, and vary."""


@dataclass
class Starts:
    """Every sample, in seconds."""

    walls: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By program: until it answers `initialize`, or until it ends."""
    imports: dict[str, list[dict[str, float]]] = field(default_factory=lambda: defaultdict(list))
    """By program: for each run, the time that each package took to load."""
    failures: dict[str, str] = field(default_factory=dict)
    """By program: why it did not start."""


def measure(peers: Peers, rounds: int, tell: Callable[[str], None]) -> Starts:
    """Start everything in turn, in a small workspace of its own."""
    starts = Starts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in _FILES.items():
            (folder / path).write_text(text, encoding="utf-8")
        for number in range(rounds * _STARTS):
            tell(f"start {number + 1} of {rounds * _STARTS}")
            starts.walls[NOTHING].append(_until_end([sys.executable, "-c", "pass"], folder))
            for program, command in _servers(peers).items():
                _try(starts, program, command, folder)
            starts.walls["ssot check, one file"].append(_until_end([*ssot_program(), "check", "--no-cache"], folder))
            for program, statement in _LOADED.items():
                starts.imports[program].append(import_times(statement))
    return starts


def start_tables(starts: Starts) -> str:
    """The medians, as Markdown."""
    least = statistics.median(starts.walls[NOTHING])
    lines = [f"| program | ms | ÷ `{NOTHING}` |", "| --- | ---: | ---: |"]
    for program, walls in starts.walls.items():
        median = statistics.median(walls)
        lines.append(f"| {program} | {median * 1000:.1f} | {median / least:.1f}× |")
    lines += [f"| {program} | failed: {' '.join(reason.split())} | |" for program, reason in starts.failures.items()]
    lines += ["", "| loading | package | ms |", "| --- | --- | ---: |"]
    for program, runs in starts.imports.items():
        medians = {package: statistics.median(run.get(package, 0.0) for run in runs) for package in runs[0]}
        for package in sorted(medians, key=lambda package: -medians[package]):
            lines.append(f"| {program} | {package} | {medians[package] * 1000:.1f} |")
    return "\n".join(lines)


def import_times(statement: str) -> dict[str, float]:
    """The seconds that each package takes to load; the measuring itself makes them a little more."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import gc; gc.disable(); {statement}"],
        capture_output=True,
        text=True,
        check=True,
    )
    times: dict[str, float] = defaultdict(float)
    for line in done.stderr.splitlines():
        own, _, module = line.removeprefix("import time:").split("|")
        if own.strip().isdecimal():
            times[_PACKAGES.get(module.strip().partition(".")[0], _OTHERS)] += int(own) / 1e6
    return dict(times)


def _servers(peers: Peers) -> Mapping[str, Sequence[str]]:
    """The servers that are there; what a server made with pygls takes at least, too."""
    commands = {"ssot server": [*ssot_program(), "server"], "pygls alone": [sys.executable, "-c", _BARE]}
    if "ruff" in peers:
        commands["ruff server"] = [peers.program("ruff"), "server"]
    if "jedi-language-server" in peers:
        commands["jedi-language-server"] = [peers.program("jedi-language-server")]
    if "python-lsp-server" in peers:
        commands["python-lsp-server"] = [peers.program("pylsp")]
    return commands


def _try(starts: Starts, program: str, command: Sequence[str], folder: Path) -> None:
    try:
        wall = _until_answer(command, folder)
    except (Silent, OSError) as error:
        starts.failures[program] = str(error)
    else:
        starts.walls[program].append(wall)


def _until_answer(command: Sequence[str], folder: Path) -> float:
    client = Client(command, folder, folder / "server.log")
    try:
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
        return client.request("initialize", params).at - client.begin
    finally:
        client.stop()


def _until_end(command: Sequence[str], folder: Path) -> float:
    begin = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - begin
