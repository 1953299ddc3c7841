"""The tools to compare with, in a virtual environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = {
    "ruff": ("ruff",),
    "grimp": ("grimp",),
    "import-linter": ("import-linter",),
    "ast-grep": ("ast-grep-cli",),
    "pylint": ("pylint",),
    "jedi-language-server": ("jedi-language-server",),
    "python-lsp-server": ("python-lsp-server", "pyflakes"),
}
"""What pip installs for each peer; the first is the one whose version is told."""


@dataclass(frozen=True)
class Peers:
    """The peers that are there, and why the others are not."""

    folder: Path
    """Where their programs are."""
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def program(self, name: str) -> str:
        return str(self.folder / name)

    def __contains__(self, name: str) -> bool:
        return name in self.versions


def install(wanted: Iterable[str], cache: Path) -> Peers:
    """Install what is not installed yet; a peer that cannot be is reported, not dropped."""
    names = tuple(wanted)
    folder = cache / "peers" / ("Scripts" if os.name == "nt" else "bin")
    peers = Peers(folder)
    if not names:
        return peers
    python = folder / Path(sys.executable).name
    if not python.exists():
        venv.create(cache / "peers", with_pip=True, symlinks=os.name != "nt")
        python = next(folder.glob("python*"))
    installed = _installed(python)
    for name in names:
        reason = None
        if any(package not in installed for package in PACKAGES[name]):
            reason = _install(python, PACKAGES[name])
            installed = _installed(python)
        version = installed.get(PACKAGES[name][0])
        if version is None or reason is not None:
            peers.missing[name] = reason or "pip installed something else"
        else:
            peers.versions[name] = version
    return peers


def _install(python: Path, packages: Iterable[str]) -> str | None:
    """What went wrong, if anything."""
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
    return lines[-1] if lines else f"pip ended with {done.returncode}"


def _installed(python: Path) -> dict[str, str]:
    command = [str(python), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {package["name"].lower(): package["version"] for package in json.loads(done.stdout)}
