"""The trees to measure on: a real one from PyPI, one that is made up to any size, or a copy of your own."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REAL = "homeassistant==2024.3.3"
"""About a million lines, and the same for everyone."""

LARGE = "bench_large.py"
"""The file that servers are measured with; it is there while they are."""

_SEED = 2024
_FILES_IN_A_PACKAGE = 24
_PACKAGES_IN_A_TOP = 100
_AREAS = "billing orders stock users search mail reports audit fleet media"
_NOUNS = "Invoice Order Item Account Query Message Report Entry Vehicle Clip Ledger Batch Route Policy Ticket Budget"
_ROLES = "Service Store Factory Handler Reader Writer Planner Monitor Client Adapter"
_VERBS = "load save find merge split check total render cancel renew"
_STANDARD = (
    "import json",
    "import logging",
    "import re",
    "from collections.abc import Iterator, Mapping",
    "from dataclasses import dataclass, field",
    "from datetime import datetime, timedelta",
    "from pathlib import Path",
    "from typing import Any",
)
MOVED = ["Clock", "Session", "Retry", "Lock", "Token", "Page", "Signal", "Cursor", "Channel", "Schedule"]
"""The classes that a made-up tree keeps in `acme_core` and, as they were, in `acme_core.legacy`."""


@dataclass(frozen=True)
class Tree:
    """A tree that the benchmark owns and may write its configuration files into."""

    root: Path
    name: str
    files: int
    lines: int
    size: int
    """The bytes of all sources."""
    packages: tuple[str, ...]
    """The top-level packages."""

    def describe(self) -> str:
        return f"{self.name}: {self.files:,} files, {self.lines:,} lines, {self.size / 1e6:.1f} MB"


def real_tree(cache: Path) -> Tree:
    """The tree from PyPI, downloaded on the first call."""
    root = cache / "trees" / REAL.replace("==", "-")
    if not _is_complete(root):
        options = ["--no-deps", "--no-compile", "--ignore-requires-python", "--disable-pip-version-check", "-q"]
        subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", root, REAL], check=True)
        _complete(root)
    return survey(root, REAL)


def copied_tree(source: Path, cache: Path) -> Tree:
    """A copy of the Python files of `source`, made on the first call."""
    source = source.resolve()
    root = cache / "trees" / f"{source.name}-{hashlib.sha256(str(source).encode()).hexdigest()[:8]}"
    if not _is_complete(root):
        for file in sorted(source.rglob("*.py")):
            relative = file.relative_to(source)
            if not any(part.startswith(".") for part in relative.parts):
                (root / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, root / relative)
        _complete(root)
    return survey(root, source.name)


def generated_tree(lines: int, cache: Path) -> Tree:
    """A made-up tree of about so many lines, the same for the same number."""
    root = cache / "trees" / f"generated-{lines}"
    if not _is_complete(root):
        generate(root, lines)
        _complete(root)
    return survey(root, f"generated ({lines:,} lines asked for)")


def survey(root: Path, name: str) -> Tree:
    """Count a tree, without what a run that was broken off may have left in it."""
    files = lines = size = 0
    (root / LARGE).unlink(missing_ok=True)
    for file in root.rglob("*.py"):
        content = file.read_bytes()
        files, lines, size = files + 1, lines + content.count(b"\n"), size + len(content)
    packages = tuple(sorted(path.parent.name for path in root.glob("*/__init__.py")))
    return Tree(root, name, files, lines, size, packages)


def _is_complete(root: Path) -> bool:
    return root.with_suffix(root.suffix + ".complete").exists()


def _complete(root: Path) -> None:
    root.with_suffix(root.suffix + ".complete").touch()


# -- the made-up tree -------------------------------------------------------------------------------------


def generate(root: Path, lines: int) -> None:
    """Write packages with faces that re-export, modules that import each other, classes and functions."""
    shutil.rmtree(root, ignore_errors=True)
    left = lines - _write_core(root)
    number = 0
    while left > 0:
        left -= _write_package(root, number, left)
        number += 1


def _write_core(root: Path) -> int:
    return sum(_write(root / path, text) for path, text in _core().items())


def _core() -> dict[str, str]:
    exports = "".join(f"from acme_core.{name.lower()} import {name}\n" for name in MOVED)
    files = {
        "acme_core/__init__.py": f'"""What every package uses."""\n\n{exports}from acme_core.context import Context\n',
        "acme_core/context.py": '"""One request."""\n\n\nclass Context:\n    """Who asks for what."""\n\n    user = ""\n',
        "acme_core/legacy.py": '"""The first versions; see `acme_core`."""\n\n'
        + "\n".join(_class(name, "start", "stop") for name in MOVED),
    }
    files.update({f"acme_core/{name.lower()}.py": _class(name, "start", "stop") for name in MOVED})
    return files


def _class(name: str, *methods: str) -> str:
    bodies = "".join(f"    def {method}(self, times: int = 1) -> int:\n        return times\n\n" for method in methods)
    return f'class {name}:\n    """{name}."""\n\n{bodies}'


def _write_package(root: Path, number: int, lines: int) -> int:
    """One package, of at most so many lines; the lines written."""
    rng = random.Random(_SEED + number)
    top, name = _package_name(number)
    written = 0
    if number % _PACKAGES_IN_A_TOP == 0:
        written += _write(root / top / "__init__.py", '"""A part of the product."""\n')
    faces: list[str] = []
    for index in range(_FILES_IN_A_PACKAGE):
        if written >= lines:
            break
        classes = [f"{rng.choice(_NOUNS.split())}{role}{index}" for role in rng.sample(_ROLES.split(), 4)]
        text = "".join(_module(rng, number, index, f"{top}.{name}", classes))
        written += _write(root / top / name / f"part_{index}.py", text)
        faces.append(f"from .part_{index} import {classes[0]}, {classes[1]}\n")
    return written + _write(root / top / name / "__init__.py", f'"""The face of {name}."""\n\n{"".join(faces)}')


def _package_name(number: int) -> tuple[str, str]:
    areas = _AREAS.split()
    return f"acme_{number // _PACKAGES_IN_A_TOP}", f"{areas[number * 7 % len(areas)]}_{number}"


def _module(rng: random.Random, number: int, index: int, package: str, classes: list[str]) -> Iterator[str]:
    yield f'"""Part {index} of {package}."""\n\nfrom __future__ import annotations\n\n'
    for statement in rng.sample(_STANDARD, 4):
        yield f"{statement}\n"
    yield "\n"
    if rng.random() < 0.3:
        yield f"from acme_core import {rng.choice(['Context', 'Context as RequestContext'])}\n"
    if rng.random() < 0.02:
        yield f"from acme_core.legacy import {', '.join(sorted(rng.sample(MOVED, 2)))}\n"
    elif rng.random() < 0.1:
        yield f"from acme_core.{rng.choice(MOVED).lower()} import *\n"
    elif rng.random() < 0.3:
        yield f"from acme_core import {rng.choice(MOVED)}\n"
    if number:
        yield f"from {'.'.join(_package_name(rng.randrange(number)))} import part_{rng.randrange(_FILES_IN_A_PACKAGE)}\n"
    if index:
        yield f"from . import part_{rng.randrange(index)}\n"
    yield f"\n_log = __import__('logging').getLogger(__name__)\nLIMIT_{index} = {rng.randrange(1000)}\n\n\n"
    for name in classes:
        yield f'class {name}:\n    """{name} of {package}."""\n\n    def __init__(self, name: str, size: int = 10) -> None:\n'
        yield "        self.name = name\n        self.size = size\n        self.items: list[str] = []\n\n"
        for verb in rng.sample(_VERBS.split(), 5):
            yield _method(verb, rng.randrange(100))
        yield "\n"
    for verb in rng.sample(_VERBS.split(), 4):
        yield f"def {verb}_{index}(values: list[int], factor: int = {rng.randrange(9)}) -> list[int]:\n"
        yield f'    """The values to {verb}."""\n    found = []\n    for value in values:\n'
        yield f"        if value % {rng.randrange(2, 9)}:\n            found.append(value * factor)\n"
        yield "        else:\n            _log.debug('%s is left out', value)\n    return found\n\n\n"


def _method(verb: str, number: int) -> str:
    return (
        f"    def {verb}(self, key: str, default: str | None = None) -> str | None:\n"
        f'        """{verb.capitalize()} the entry of a key."""\n'
        f"        if len(self.items) > {number} or not key:\n"
        f'            _log.warning("cannot {verb} %s of %s", key, self.name)\n'
        "            return default\n"
        "        for position, item in enumerate(self.items):\n"
        f"            if item.startswith(key) and position != {number}:\n"
        f'                return f"{{item}}:{{position}}:{verb}"\n'
        "        self.items.append(key)\n"
        "        return default\n\n"
    )


def _write(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return text.count("\n")
