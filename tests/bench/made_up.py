"""A made-up tree of any size, the same for everyone.

Its files are as long as those of real products (half of them under ninety lines, a few of a thousand and more), as
are their functions, classes and lists of imports. Packages have faces that re-export, import what lies near, and
share a core; one file in a hundred still uses the core's `legacy` module.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

MOVED = (
    *[(name, name) for name in ("Clock", "Session", "Retry")],
    *[(f"Simple{name}", name) for name in ("Lock", "Token", "Page", "Signal", "Cursor", "Channel", "Schedule")],
)
"""What `acme_core.legacy` still has, and the name under which `acme_core` has it now."""

_SEED = 2024
_SHARED = {"Context": 0.19, "Settings": 0.09, "Result": 0.06, "Metrics": 0.04}
"""What many files import from `acme_core`, and how many."""
_PACKAGES_IN_A_TOP = 100
_LONGEST = 3_000
_AREAS = ("billing", "orders", "stock", "users", "search", "mail", "reports", "audit", "fleet", "media")
_NOUNS = (
    "Invoice",
    "Order",
    "Item",
    "Account",
    "Query",
    "Message",
    "Report",
    "Entry",
    "Vehicle",
    "Clip",
    "Ledger",
    "Batch",
    "Route",
    "Policy",
    "Ticket",
)
_ROLES = (
    "Service",
    "Store",
    "Factory",
    "Handler",
    "Reader",
    "Writer",
    "Planner",
    "Monitor",
    "Client",
    "Adapter",
    "Builder",
)
_SYLLABLES = (
    "ba",
    "co",
    "di",
    "fu",
    "ga",
    "he",
    "ji",
    "ko",
    "lu",
    "mo",
    "ne",
    "pi",
    "ra",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
)
_STANDARD = (
    "import asyncio",
    "import json",
    "import logging",
    "import re",
    "from collections.abc import Iterator, Mapping",
    "from dataclasses import dataclass, field",
    "from datetime import datetime, timedelta",
    "from pathlib import Path",
)
_STATEMENTS = (
    "{x} = {y}.{a}({n}, {b}={x})",
    "{x} = [{a}.{b} for {a} in {y} if {a} is not None]",
    "{y}.{a} = {x} or {n}",
    '_log.debug("{a} of %s: %s", {x}, {y})',
    "# The {a} comes before the {b}.",
    "if {x} is None or {y} > {n}:\n    return None",
    "for {a} in {x}:\n    if {a}.{b} != {y}:\n        continue\n    {y}.{c}({a})",
    'try:\n    {x} = int({y})\nexcept ValueError as error:\n    raise TypeError(f"{a}: {{{y}}}") from error',
    'with open({x}, encoding="utf-8") as {a}:\n    {y} = {a}.read()',
    '{x} = {{\n    "{a}": {y},\n    "{b}": {n},\n    "{c}": str({y}),\n}}',
    '{x}.{a}(\n    {y},\n    {b}={n},\n    {c}="{a} {b}",\n)',
)


def generate(root: Path, lines: int) -> None:
    """Write about so many lines below a folder, in place of what is there."""
    shutil.rmtree(root, ignore_errors=True)
    left = lines - sum(_write(root / path, text) for path, text in _core().items())
    code = _Code(random.Random(_SEED))
    number = 0
    while left > 0:
        left -= _write_package(root, _package(number), left, code)
        number += 1


def _write(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return text.count("\n")


# -- the core ---------------------------------------------------------------------------------------------


def _core() -> dict[str, str]:
    names = [*_SHARED, *(new for _, new in MOVED)]
    face = "".join(f"from acme_core.{name.lower()} import {name}\n" for name in names)
    files = {f"acme_core/{name.lower()}.py": f'"""{name}."""\n\n\n{_core_class(name)}' for name in names}
    files["acme_core/__init__.py"] = f'"""What every package uses."""\n\n{face}'
    old = "\n\n".join(_core_class(name) for name, _ in MOVED)
    files["acme_core/legacy.py"] = f'"""The first versions; see `acme_core`."""\n\n\n{old}'
    return files


def _core_class(name: str) -> str:
    methods = "\n".join(
        f"    def {verb}(self, times: int = 1) -> int:\n        return times\n" for verb in ("start", "stop")
    )
    return f'class {name}:\n    """{name}."""\n\n{methods}'


# -- packages ---------------------------------------------------------------------------------------------


class _Package:
    """What can be known of a package by its number alone, so that others can import from it."""

    def __init__(self, number: int) -> None:
        rng = random.Random(_SEED + number)
        self.number = number
        self.top = f"acme_{number // _PACKAGES_IN_A_TOP}"
        self.name = f"{rng.choice(_AREAS)}_{number}"
        roles = rng.choices(_ROLES, k=rng.randrange(6, 20))
        self.classes = [f"{rng.choice(_NOUNS)}{role}{index}" for index, role in enumerate(roles)]
        """The main class of each part."""
        self.parts = [f"{role.lower()}_{index}" for index, role in enumerate(roles)]

    @property
    def path(self) -> str:
        return f"{self.top}.{self.name}"


_package = lru_cache(maxsize=4096)(_Package)


def _write_package(root: Path, package: _Package, lines: int, code: _Code) -> int:
    """One package, of about so many lines at most; the lines written."""
    rng = random.Random(-_SEED - package.number)
    folder = root / package.top / package.name
    written = 0
    if package.number % _PACKAGES_IN_A_TOP == 0:
        written += _write(root / package.top / "__init__.py", '"""A part of the product."""\n')
    face = [f'"""The face of {package.name}."""\n\n']
    for index, (part, main) in enumerate(zip(package.parts, package.classes, strict=True)):
        if written >= lines:
            break
        written += _write(folder / f"{part}.py", _module(rng, package, index, code))
        face.append(f"from .{part} import {main}\n")
    return written + _write(folder / "__init__.py", "".join(face))


def _module(rng: random.Random, package: _Package, index: int, code: _Code) -> str:
    size = min(_LONGEST, int(rng.lognormvariate(4.35, 1.0)))
    imports, names = _imports(rng, package, index)
    main = package.classes[index]
    header = f'"""{main} of {package.name}."""\n\nfrom __future__ import annotations\n\n'
    parts = [header, *imports, "\n_log = logging.getLogger(__name__)\n", f"LIMIT = {rng.randrange(1000)}\n"]
    parts += code.class_(rng, main, names, size - len(imports) - 8)
    left = size - sum(part.count("\n") for part in parts)
    number = 0
    while left > 0:
        number += 1
        more = code.class_(rng, f"{main}Part{number}", names, left) if rng.random() < 0.4 else code.function(rng)
        left -= sum(part.count("\n") for part in more)
        parts += more
    return "".join(parts)


def _imports(rng: random.Random, package: _Package, index: int) -> tuple[list[str], list[str]]:
    """The import statements of a part, and the classes that they bring."""
    first = package.number == index == 0
    pairs: list[tuple[str, str]] = [
        ("acme_core", name) for name, share in _SHARED.items() if rng.random() < share or first
    ]
    if rng.random() < 0.1:
        pairs.append(("acme_core", rng.choice(MOVED)[1]))
    elif rng.random() < 0.01 or first:
        pairs.append(("acme_core.legacy", rng.choice(MOVED)[0]))
    for _ in range(rng.randrange(5) if package.number else 0):
        other = _package(max(0, package.number - 1 - int(rng.expovariate(0.05))))
        chosen = rng.randrange(len(other.parts))
        source = other.path if rng.random() < 0.3 else f"{other.path}.{other.parts[chosen]}"
        pairs.append((source, other.classes[chosen]))
    if index and rng.random() < 0.6:
        chosen = rng.randrange(index)
        pairs.append((f".{package.parts[chosen]}", package.classes[chosen]))
    pairs = list(dict.fromkeys(pairs))
    statements = sorted({"import logging", "from typing import Any", *rng.sample(_STANDARD, rng.randrange(1, 5))})
    statements += [f"from {source} import {name}" for source, name in pairs]
    if index and rng.random() < 0.2:
        statements.append(f"from . import {package.parts[rng.randrange(index)]}")
    if rng.random() < 0.005:
        statements.append(f"from acme_core.{rng.choice(MOVED)[1].lower()} import *")
    if index and rng.random() < 0.01:
        statements.append(f"from {package.path} import {package.classes[0]} as face")
    return [f"{statement}\n" for statement in statements], list(dict.fromkeys(name for _, name in pairs))


# -- code -------------------------------------------------------------------------------------------------


class _Code:
    """A stock of functions and methods: to make up each anew would take minutes for ten million lines."""

    def __init__(self, rng: random.Random) -> None:
        self._words = sorted({"".join(rng.choices(_SYLLABLES, k=rng.randrange(2, 4))) for _ in range(3_000)})
        self._functions = [f"\n\n{self._function(rng, '')}" for _ in range(1_500)]
        self._methods = [f"\n{self._function(rng, '    ')}" for _ in range(3_000)]

    def function(self, rng: random.Random) -> list[str]:
        return [rng.choice(self._functions)]

    def class_(self, rng: random.Random, name: str, others: Sequence[str], limit: int) -> list[str]:
        """A class of a usual length, of about so many lines at most, that uses some of the others."""
        base = f"({rng.choice(others)})" if others and rng.random() < 0.2 else ""
        parts = [f'\n\nclass {name}{base}:\n    """Keeps what belongs to {name}."""\n']
        parts += map(_method_with, rng.sample(others, min(2, len(others))))
        limit = min(limit, int(rng.lognormvariate(3.3, 0.9)))
        left = limit - sum(part.count("\n") for part in parts)
        while left > 0:
            parts.append(rng.choice(self._methods))
            left -= parts[-1].count("\n")
        return parts

    def _function(self, rng: random.Random, indent: str) -> str:
        first, second = rng.sample(self._words, 2)
        own = "self, " if indent else ""
        name = "_".join(rng.sample(self._words, 2))
        lines = chain(
            [f"def {name}({own}{first}: Any, {second}: int = {rng.randrange(99)}) -> Any:"],
            [f'    """Find the {second} of the {first}."""'] if rng.random() < 0.4 else [],
            *([f"    {line}" for line in self._statement(rng, first, second)] for _ in range(_length(rng))),
            [f"    return {first}"],
        )
        return "".join(f"{indent}{line}\n" for line in lines)

    def _statement(self, rng: random.Random, first: str, second: str) -> Iterator[str]:
        a, b, c = rng.sample(self._words, 3)
        statement = rng.choice(_STATEMENTS)
        yield from statement.format(x=first, y=second, a=a, b=b, c=c, n=rng.randrange(999)).split("\n")


def _method_with(other: str) -> str:
    return f"\n    def with_{other.lower()}(self, other: {other}) -> {other}:\n        return other\n"


def _length(rng: random.Random) -> int:
    """How many statements a function has."""
    return min(60, max(1, int(rng.lognormvariate(0.9, 0.9))))
