"""The file of 4,000 lines that servers are measured with, and what is typed into it."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from bench.bans import Bans
from bench.trees import Tree

LINES = 4_000
IMPORTS, TOP, MIDDLE, END = "import lines", "top", "middle", "end"
_USUAL = range(100, 1_000)
"""How many lines a file has that parts are taken from, and a part at most: tables are no code that people edit."""
_LONGEST = 400
_WIDTH = 100
_SEED = 2024
_BACKSPACE = "\b"
_BODY = f'if isinstance(one, Banned0):\n    raise TypeErorr{_BACKSPACE * 3}ror(f"{{one}} of 1")\n'
_STROKE = re.compile(r"\n *|.")


@dataclass(frozen=True)
class Place:
    """Where something is typed."""

    name: str
    row: int
    """The line above which new lines are begun, from 0."""
    indent: str
    text: str
    """What is typed there, over and over."""


def large_file(tree: Tree, bans: Bans) -> str:
    """About 4,000 lines of the tree's own imports, functions and classes, as many of each as its files have.

    Two banned names are imported and used.
    """
    chosen = [f"Banned{number}" for number, _ in enumerate(bans.usual[:2])]
    imports = _Imports()
    for name, ban in zip(chosen, bans.usual, strict=False):
        imports.add_from(ban.module, f"{ban.name} as {name}")
    uses = [f"def use_{name.lower()}(value: {name}) -> {name}:\n    return value" for name in chosen]
    body, taken, count = list[str](), set[str](), 0
    for module, text in _modules(tree):
        if count >= LINES:
            break
        for statement in ast.parse(text).body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                imports.add(statement, module)
            elif count < LINES and _is_usual(statement) and taken.isdisjoint(names := _names(statement)):
                taken |= names
                body.append(_source(text, statement))
                count = imports.text().count("\n") + sum(part.count("\n") + 3 for part in body)
    header = f'"""A large file."""\n\nfrom __future__ import annotations\n\n{imports.text()}'
    return "\n\n\n".join([header, *body, *uses]) + "\n"


class _Imports:
    """Import statements, one for each module."""

    def __init__(self) -> None:
        self._modules = set[str]()
        self._names = dict[str, set[str]]()

    def add(self, statement: ast.Import | ast.ImportFrom, module: str) -> None:
        """Add what a statement of a module brings, so that it means the same at the top of the tree."""
        names = [ast.unparse(alias) for alias in statement.names]
        if isinstance(statement, ast.Import):
            self._modules.update(names)
            return
        source = statement.module or ""
        if statement.level:
            source = ".".join([*module.split(".")[: -statement.level], *filter(None, [source])])
        if source != "__future__" and names != ["*"]:
            self.add_from(source, *names)

    def add_from(self, source: str, *names: str) -> None:
        self._names.setdefault(source, set()).update(names)

    def text(self) -> str:
        lines = [f"import {name}" for name in sorted(self._modules)]
        for source, names in sorted(self._names.items()):
            line = f"from {source} import {', '.join(sorted(names))}"
            if len(line) > _WIDTH:
                line = f"from {source} import (\n" + "".join(f"    {name},\n" for name in sorted(names)) + ")"
            lines.append(line)
        return "\n".join(lines)


def _modules(tree: Tree) -> Iterator[tuple[str, str]]:
    """The names and texts of files of usual length from all over the tree, or of all where there are too few."""
    files = tree.sources()
    random.Random(_SEED).shuffle(files)
    others = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
            ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        module = ".".join(file.relative_to(tree.root).with_suffix("").parts)
        if text.count("\n") in _USUAL:
            yield module, text
        else:
            others.append((module, text))
    yield from others


def _is_usual(statement: ast.stmt) -> bool:
    return (statement.end_lineno or 0) - statement.lineno < _LONGEST and not isinstance(statement, (ast.Expr, ast.If))


def _names(statement: ast.stmt) -> set[str]:
    """What a statement at the top of a module binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _source(text: str, statement: ast.stmt) -> str:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(text.split("\n")[first - 1 : statement.end_lineno])


# -- what is typed ----------------------------------------------------------------------------------------


def places(text: str, bans: Bans) -> list[Place]:
    """Above the last statement of a function at the end, in the middle and at the top, and above the imports."""
    lines = text.split("\n")
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.body[-1].lineno > node.lineno:
            row = node.body[-1].lineno - 1
            found.append((row, lines[row][: len(lines[row]) - len(lines[row].lstrip())]))
    found.sort()
    chosen = {END: found[-1], MIDDLE: found[len(found) // 2], TOP: found[0]}
    first = next(row for row, line in enumerate(lines) if line.startswith("from ") and "__future__" not in line)
    ban = bans.usual[-1]
    typed = f"from {ban.module} import {ban.name}\nimport jsom{_BACKSPACE}n\n"
    return [*(Place(name, *place, _BODY) for name, place in chosen.items()), Place(IMPORTS, first, "", typed)]


def strokes(place: Place, count: int) -> Iterator[str]:
    """So many keys: a character, `\\b` for backspace, or a new line with its indentation."""
    for stroke in islice(cycle(_STROKE.findall(place.text)), count):
        yield stroke[0] + place.indent + stroke[1:] if stroke[0] == "\n" else stroke
