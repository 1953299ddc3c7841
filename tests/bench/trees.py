"""The trees to measure on: a real one from PyPI, one that is made up to any size, or a copy of your own."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.made_up import generate

REAL = "homeassistant==2024.3.3"
"""About a million lines, and the same for everyone."""

LARGE = "bench_large.py"
"""The file that servers are measured with; it is there while they are."""

MARK = b"\n\n# -- from here on written by a benchmark --\n"
"""What follows it in a file is there for one run only."""

_NUMBER = re.compile(r"(\d+)([kM]?)")
_UNITS = {"": 1, "k": 1_000, "M": 1_000_000}


@dataclass(frozen=True)
class Tree:
    """A tree that the benchmark owns and may write into."""

    root: Path
    name: str
    files: int
    lines: int
    size: int
    """The bytes of all sources."""
    packages: tuple[str, ...]
    """The top-level packages."""
    is_made_up: bool = False

    def describe(self) -> str:
        return f"{self.files:,} files, {self.lines:,} lines, {self.size / 1e6:.1f} MB"

    def sources(self) -> list[Path]:
        """All its files, in order."""
        return sorted(self.root.rglob("*.py"))


def default_cache() -> Path:
    """Where trees and peers are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ssot-bench")


def find(name: str, cache: Path) -> Tree:
    """The tree called `real`, one of so many lines as `200k` or `5M` say, or a copy of a folder; it is fetched,
    made up or copied on the first call."""
    if name == "real":
        return _survey(fetched(REAL, cache), REAL.partition("=")[0])
    if (number := _NUMBER.fullmatch(name)) is not None:
        lines = int(number[1]) * _UNITS[number[2]]
        return _survey(_made_up(lines, cache), f"made up, {name}", is_made_up=True)
    source = Path(name).resolve(strict=True)
    return _survey(_copied(source, cache), source.name)


def fetched(requirement: str, cache: Path) -> Path:
    """The folder with a package of PyPI, as `name==version` says, and with nothing that it depends on."""
    root = cache / "trees" / requirement.replace("==", "-")
    if not _is_complete(root):
        options = ["--no-deps", "--no-compile", "--ignore-requires-python", "--disable-pip-version-check", "-q"]
        subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", root, requirement], check=True)
        _complete(root)
    return root


def _copied(source: Path, cache: Path) -> Path:
    root = cache / "trees" / f"{source.name}-{hashlib.sha256(str(source).encode()).hexdigest()[:8]}"
    if not _is_complete(root):
        for file in sorted(source.rglob("*.py")):
            relative = file.relative_to(source)
            if not any(part.startswith(".") for part in relative.parts):
                (root / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, root / relative)
        _complete(root)
    return root


def _made_up(lines: int, cache: Path) -> Path:
    root = cache / "trees" / f"made-up-{lines}"
    if not _is_complete(root):
        generate(root, lines)
        _complete(root)
    return root


def _survey(root: Path, name: str, *, is_made_up: bool = False) -> Tree:
    """Count a tree, after taking away what a run that was broken off may have left in it."""
    files = lines = size = 0
    for left in (LARGE, "ruff.toml", "ssot.toml"):
        (root / left).unlink(missing_ok=True)
    for file in root.rglob("*.py"):
        content = file.read_bytes()
        if MARK in content:
            content = content.partition(MARK)[0]
            file.write_bytes(content)
        files, lines, size = files + 1, lines + content.count(b"\n"), size + len(content)
    packages = tuple(sorted(path.parent.name for path in root.glob("*/__init__.py")))
    return Tree(root, name, files, lines, size, packages, is_made_up)


def _is_complete(root: Path) -> bool:
    return root.with_suffix(root.suffix + ".complete").exists()


def _complete(root: Path) -> None:
    root.with_suffix(root.suffix + ".complete").touch()
