"""Registries that speak of a tree's own names, so that much of it has to be fixed."""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from bench.names import Names


class Move(NamedTuple):
    """What is deprecated, and what is used instead."""

    old: str
    new: str


class _Import(NamedTuple):
    module: str
    name: str
    home: str
    """Where it is defined, and as what."""
    own: str


def home(tree: Names, draw: random.Random) -> Iterator[Move]:
    """What a module only passes on is imported from where it is defined."""
    for found in _passed_on(tree, draw):
        yield Move(f"{found.module}.{found.name}", f"{found.home}.{found.own}")


def face(tree: Names, draw: random.Random) -> Iterator[Move]:
    """What a module passes on is imported from there, no longer from where it is defined."""
    for found in _passed_on(tree, draw):
        yield Move(f"{found.home}.{found.own}", f"{found.module}.{found.name}")


def _passed_on(tree: Names, draw: random.Random) -> list[_Import]:
    asked = {(ask.module, ask.name) for ask in tree.asked()}
    found = []
    for module, name in sorted(asked):
        source = tree.sources.get(module)
        origin = tree.leads_to(module, name)
        if source is None or len(origin) != 1 or name.startswith("__"):
            continue
        where, _, own = next(iter(origin)).partition(":")
        if own and own != "*" and where != module and where in tree.sources:
            found.append(_Import(module, name, where, own))
    draw.shuffle(found)
    return found


def shims(tree: Names, draw: random.Random) -> Iterator[Move]:
    """Whole modules: one that was moved and left what it had under its old name, or one that something new offers all
    of (see `_write_shim`, `_write_face`)."""
    modules = _modules_of_interest(tree)
    draw.shuffle(modules)
    for module in modules:
        yield Move(module, f"{module}_moved")


def _modules_of_interest(tree: Names) -> list[str]:
    readers = Counter(ask.module for ask in tree.asked())
    return sorted(
        name
        for name, source in tree.sources.items()
        if readers[name] and "." in name and not source.is_package and f"{name}_moved" not in tree.sources
        if len(source.given) > 1 and "__getattr__" not in source.given and "test" not in name
    )


def twins(tree: Names, draw: random.Random) -> Iterator[Move]:
    """Definitions that have the name of another one, which may be quite different."""
    asked = {(ask.module, ask.name) for ask in tree.asked()}
    homes: dict[str, list[str]] = {}
    for module, name in sorted(asked):
        if module in tree.sources and tree.leads_to(module, name) == {f"{module}:{name}"} and not name.startswith("__"):
            homes.setdefault(name, []).append(module)
    found = [(name, modules) for name, modules in homes.items() if len(modules) > 1]
    draw.shuffle(found)
    for name, modules in found:
        old, new = draw.sample(modules, 2)
        yield Move(f"{old}.{name}", f"{new}.{name}")


def renames(tree: Names, draw: random.Random) -> Iterator[Move]:
    """Definitions that had another name, under which everybody still knows them (see `_write_rename`)."""
    readers = Counter((ask.module, ask.name) for ask in tree.asked())
    found = [
        Move(f"{module}.former_{name}", f"{module}.{name}")
        for module, name in sorted(readers)
        if module in tree.sources
        and tree.leads_to(module, name) == {f"{module}:{name}"}
        and re.fullmatch(r"[A-Za-z]\w{3,}", name)
        and "." in module
    ]
    draw.shuffle(found)
    yield from found


KINDS: Mapping[str, Callable[[Names, random.Random], Iterator[Move]]] = MappingProxyType(
    {"home": home, "face": face, "shims": shims, "renames": renames, "twins": twins}
)
"""What registries are about."""


def prepare(kind: str, tree: Names, root: Path, seed: int, concepts: int) -> list[Move]:
    """Choose what is deprecated, make the tree one in which that has happened, and write its registry."""
    draw = random.Random(seed)
    chosen: list[Move] = []
    spoken_of: set[str] = set()
    for move in KINDS[kind](tree, draw):
        if len(chosen) == concepts:
            break
        if spoken_of.isdisjoint(move):
            spoken_of.update(move)
            chosen.append(move)
    paths = {name: _path(root, name) for name in tree.sources}
    if kind == "shims":
        for number, move in enumerate(chosen):
            (_write_face if number % 2 else _write_shim)(paths[move.old], tree, move)
    elif kind == "renames":
        asked = {(ask.module, ask.name) for ask in tree.asked()}
        for move in chosen:
            _write_rename(paths, tree, move, asked)
    lines = ["version = 1"]
    for number, move in enumerate(chosen):
        lines += ["", f"[concepts.c{number}]", f'canonical = "{move.new}"']
        lines += [f"[[concepts.c{number}.deprecated]]", f'path = "{move.old}"']
    (root / "ssot.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return chosen


def _path(root: Path, module: str) -> Path:
    path = root.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _offered(tree: Names, move: Move) -> list[str]:
    """The names of a module, without those that stars bring."""
    asked = {ask.name for ask in tree.asked() if ask.module == move.old}
    names = set(tree.sources[move.old].given) - {"*"}
    return sorted(name for name in names if name in asked or not name.startswith("_"))


def _write_shim(path: Path, tree: Names, move: Move) -> None:
    moved = path.with_name(f"{path.stem}_moved.py")
    path.rename(moved)
    path.write_text(_passing_on(moved.stem, _offered(tree, move)), "utf-8")


def _write_face(path: Path, tree: Names, move: Move) -> None:
    path.with_name(f"{path.stem}_moved.py").write_text(_passing_on(path.stem, _offered(tree, move)), "utf-8")


def _passing_on(module: str, names: list[str]) -> str:
    return f"from .{module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _write_rename(paths: Mapping[str, Path], tree: Names, move: Move, asked: Set[tuple[str, str]]) -> None:
    """Give a definition a second name, and let those modules use that which nobody asks for the first one."""
    module, _, name = move.new.rpartition(".")
    former = move.old.rpartition(".")[2]
    with paths[module].open("ab") as file:
        file.write(f"\n\n{former} = {name}\n".encode())
    for source in tree.sources.values():
        if source.name == module or (source.name, name) in asked or len(source.given.get(name, ())) > 1:
            continue
        if {known for known in source.imported if known[2] == name} == {(module, name, name)}:
            paths[source.name].write_bytes(_renamed(paths[source.name].read_bytes(), name, former))


def _renamed(content: bytes, name: str, other: str) -> bytes:
    """A source with another name for one that it imports and gives to nothing else; as it is where that cannot be told,
    or where a string says the name."""
    places: list[ast.Name | ast.alias] = []
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.JoinedStr):
            if name in ast.unparse(node):  # its parts have no places of their own
                return content
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _is_said(name, node.value):
                return content
        elif isinstance(node, ast.Name):
            if node.id == name and not isinstance(node.ctx, ast.Load):
                return content
            places += [node] if node.id == name else []
        elif isinstance(node, ast.alias):
            places += [node] if (node.name, node.asname) == (name, None) else []
        elif not isinstance(node, ast.keyword) and name in (getattr(node, "name", None), getattr(node, "arg", None)):
            return content
    lines = content.splitlines(keepends=True)
    for row, column in sorted(((place.lineno - 1, place.col_offset) for place in places), reverse=True):
        line = lines[row]
        if line[column : column + len(name)] != name.encode():
            return content
        lines[row] = line[:column] + other.encode() + line[column + len(name) :]
    return b"".join(lines)


def _is_said(name: str, text: str) -> bool:
    """Whether a string may be a name, or an annotation that holds it."""
    return name in re.findall(r"\w+", text) and re.fullmatch(r"(?:[\w.\[\]]|, | \| )+", text) is not None
