"""Programs and what they cost: wall time, processor time of the whole family, peak memory."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_LAUNCHER = """
import json, os, sys, time
begin = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - begin
cost = [wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]
with open(sys.argv[1], "w") as report:
    json.dump(cost, report)
"""
"""Starts a program from a process that is small: a program's peak counts from the moment before it is loaded."""
_PERIOD = 0.1
"""Seconds between two looks at the memory of a family of processes."""
_FINDING = re.compile(rb"[^:\s]+:\d+:\d+[: ]|\{|.* -> ")
NO_CHANGE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Cost:
    """What one run of a program took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time, of the program and of all that it started."""
    peak: int
    """The most memory, in bytes, that it and all that it started held at once."""
    status: int
    findings: int
    """The lines of its output that look like a finding."""


class TookTooLong(Exception):
    """A program was ended because it ran longer than allowed."""


def run(command: Sequence[str], folder: Path, output: Path, timeout: float, env: Mapping[str, str] = NO_CHANGE) -> Cost:
    """Run a program to its end, its output in a file."""
    report = output.with_suffix(".cost")
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(report), *command]
    with output.open("wb") as stdout, output.with_suffix(".err").open("wb") as stderr:
        process = subprocess.Popen(
            launcher,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **env},
            start_new_session=True,
        )
        try:
            with _watched(process.pid) as family:
                failed = process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise TookTooLong(f"ended after {timeout:.0f} s") from None
    if failed:
        raise OSError(f"{command[0]} could not be started")
    wall, cpu, peak, status = json.loads(report.read_text())
    unit = 1 if sys.platform == "darwin" else 1024
    findings = sum(bool(_FINDING.match(line)) for line in output.read_bytes().splitlines())
    return Cost(wall, cpu, max(peak * unit, family.peak), status, findings)


# -- memory -----------------------------------------------------------------------------------------------


def memory(leader: int) -> int:
    """The bytes that a session of processes holds: what they share is counted once."""
    if not Path("/proc/self").exists():
        done = subprocess.run(["ps", "-o", "rss=", "-p", str(leader)], capture_output=True, text=True, check=True)
        return int(done.stdout) * 1024
    return sum(_share(pid) for pid in _session(leader))


class _Family:
    """The most memory that several processes held together."""

    peak = 0


@contextmanager
def _watched(launcher: int) -> Iterator[_Family]:
    """Look at the memory of what a launcher started while there are several such processes: how much a single one
    took the operating system knows better, and looking would slow it down."""
    family, done = _Family(), threading.Event()

    def watch() -> None:
        while not done.wait(_PERIOD):
            pids = [pid for pid in _session(launcher) if pid != launcher]
            if len(pids) > 1:
                family.peak = max(family.peak, sum(map(_share, pids)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield family
    finally:
        done.set()
        thread.join()


def _session(leader: int) -> list[int]:
    """The processes of a session; where there is no `/proc`, none but the leader is known."""
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - it is cheap
    except OSError:
        return [leader]
    return [pid for pid in pids if pid == leader or _leader(pid) == leader]


def _leader(pid: int) -> int | None:
    with suppress(OSError):
        return os.getsid(pid)
    return None


def _share(pid: int) -> int:
    """The proportional set size of a process, in bytes; 0 if it has just ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
