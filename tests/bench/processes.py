"""Programs and what they cost: wall time, processor time of the whole family, peak memory."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
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
    """The largest resident set, in bytes, of any one of its processes."""
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
    return Cost(wall, cpu, peak * unit, status, findings)


def resident(pid: int) -> int:
    """The resident set of a running process, in bytes."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) * 1024
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024
