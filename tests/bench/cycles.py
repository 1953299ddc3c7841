"""Not speed: loops of imports, as `ssot` finds them and as a second program does that shares no code with it.

`python tests/bench/cycles.py FOLDER` says for each group of modules that lead to each other by imports at import time
whether both found it, with the loop that SSOT302 reports. The second program parses every file with `ast`, takes all
that runs when a module is imported, and knows one layout: packages at the top of the folder.
"""

from __future__ import annotations

import argparse
import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from ssot_rules.import_loops import loops
from ssot_server.engine import Engine

Graph = dict[str, set[str]]


def graph(root: Path) -> Graph:
    """For each file what importing it runs or takes names from, but for the packages that it lies in."""
    files = {path.relative_to(root).as_posix() for path in root.rglob("*.py")}
    return {file: set(led_to(file, (root / file).read_bytes(), files)) - {file} for file in files}


def led_to(file: str, text: bytes, files: set[str]) -> Iterator[str]:
    """The files that an import of a file leads to, one import after the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            return
    here = file.split("/")[:-1]
    around = {"/".join((*here[:end], "__init__.py")) for end in range(1, len(here) + 1)}
    for node in early(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from (path for path in run(alias.name.split("."), files) if path not in around)
            continue
        base = here[: len(here) - node.level + 1] if node.level else []
        source = base + (node.module.split(".") if node.module else [])
        for alias in node.names:
            is_inside = module([*source, alias.name], files) is not None
            wanted = [*source, alias.name] if is_inside else source
            taken = None if is_inside else module(source, files)
            yield from (path for path in run(wanted, files) if path not in around or path == taken)


def early(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is imported."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If):
            test = ast.unparse(node.test)
            if not test.endswith("TYPE_CHECKING") and not test.startswith("__name__ =="):
                yield from early(node.body)
            yield from early(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for field in ("body", "handlers", "orelse", "finalbody", "cases"):
                for inner in getattr(node, field, []):
                    yield from early(inner.body if isinstance(inner, ast.ExceptHandler | ast.match_case) else [inner])


def module(parts: list[str], files: set[str]) -> str | None:
    place = "/".join(parts)
    return next((path for path in (f"{place}/__init__.py", f"{place}.py") if path in files), None)


def run(parts: list[str], files: set[str]) -> Iterator[str]:
    """The files that importing a module runs: its packages' and its own."""
    for end in range(1, len(parts) + 1):
        path = module(parts[:end], files)
        if path is not None:
            yield path


def groups(graph: Graph) -> set[frozenset[str]]:
    """The strongly connected components of two or more (Kosaraju's algorithm)."""
    backwards: Graph = {node: set() for node in graph}
    for node, others in graph.items():
        for other in others:
            backwards[other].add(node)
    left: list[str] = []
    seen: set[str] = set()
    for node in graph:
        walk(node, graph, seen, left)
    found: set[frozenset[str]] = set()
    seen.clear()
    for node in reversed(left):
        group: list[str] = []
        walk(node, backwards, seen, group)
        if len(group) > 1:
            found.add(frozenset(group))
    return found


def walk(start: str, graph: Graph, seen: set[str], left: list[str]) -> None:
    """Add all nodes that can be reached from one to `left`, each when nothing new can be reached from it."""
    if start in seen:
        return
    seen.add(start)
    stack = [(start, iter(graph[start]))]
    while stack:
        node, others = stack[-1]
        fresh = next((other for other in others if other not in seen), None)
        if fresh is None:
            left.append(node)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, iter(graph[fresh])))


def main() -> int:
    """Compare, and say how many differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    root = parser.parse_args().folder.resolve()
    second = groups(graph(root))
    index = Engine.open(root).index()
    assert index is not None, "the folder needs an ssot.toml"
    first = {loop.tangle: loop for loop in loops(None, index)}
    for group in sorted(second | first.keys(), key=sorted):
        who = "both" if group in second and group in first else "ssot alone" if group in first else "the other alone"
        told = " → ".join(first[group].paths) if group in first else ", ".join(sorted(group))
        print(f"{who}: {len(group)} modules: {told}")
    different = len(second ^ first.keys())
    print(f"{len(second & first.keys())} groups found by both, {different} by one alone")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
