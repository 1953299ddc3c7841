"""Loops of imports: modules that import each other, directly or through others, while they are imported.

A module *leads to* a file if importing the module can run that file, or takes a name from it. So the packages around a
module that it imports count, which run first, but not those around the importing module itself: they have begun to run
whenever the module does. `from package import module` takes nothing from a package that has begun, `from package
import name` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ssot_rules.absence import STUB
from ssot_rules.facts import ImportedName, ImportStatement
from ssot_rules.index import NAMESPACE, Index, Module
from ssot_rules.outline import Ask

Graph = Mapping[str, Collection[str]]
_INIT = "/__init__.py"
_FEWEST = 2
"""So many modules a loop has at least."""


def leads_to(ask: Ask, path: str, index: Index) -> Iterator[str]:
    """The files that an import which a file makes while it is imported leads to; some may come twice."""
    last = index.home(ask.module, path)
    if not last:
        return
    is_around = _is_around(last, path)
    inside = [name for name in ask.names if _is_inside(last, name, index, surely=is_around)]
    lead = ask.module if ask.module.endswith(".") else f"{ask.module}."
    homes = [
        home for name in inside if (home := index.home(lead + name, path)) is not None and not _is_around(home, path)
    ]
    if len(inside) < len(ask.names) or not is_around:
        homes.append(last)
    depth = ask.module.lstrip(".").count(".")
    for home in homes:
        if not home or home.endswith((NAMESPACE, STUB)):
            continue
        if home != path:
            yield home
        if not is_around:
            yield from _above(home, depth + (home != last), path, index)


def _is_around(home: str, path: str) -> bool:
    """Whether a file is that of a package in which another file lies, or which it is itself."""
    return home.endswith(_INIT) and path.startswith(home[: 1 - len(_INIT)])


def led_to(asks: Iterable[Ask], path: str, index: Index) -> frozenset[str]:
    """The files that some imports of a file lead to."""
    return frozenset(home for ask in asks for home in leads_to(ask, path, index))


def _is_inside(last: str, name: str, index: Index, *, surely: bool) -> bool:
    """Whether a name that is imported from a module is one of its own modules; namespace packages count `surely`."""
    if last.endswith(_INIT):
        place = last[: 1 - len(_INIT)] + name
        if index.has_file(f"{place}.py") or index.has_file(place + _INIT):
            return True
    elif not last.endswith(NAMESPACE):
        return False
    return (surely or last.endswith(NAMESPACE)) and index.submodule(last, name)


def _above(home: str, depth: int, path: str, index: Index) -> Iterator[str]:
    """The packages around a module, as many as its name has above it, in which another file does not lie."""
    place = home.removesuffix(_INIT)
    for _ in range(depth):
        place = place.rpartition("/")[0]
        if not place or path.startswith(f"{place}/"):
            return
        if index.has_file(place + _INIT):
            yield place + _INIT


class Step(NamedTuple):
    """An imported name that leads from one module to another."""

    number: int
    """The number of the imported name."""
    name: ImportedName
    statement: ImportStatement


def early_imports(module: Module) -> Iterator[tuple[Ask, Step]]:
    """The imports of a module that run while it is imported."""
    facts = module.facts
    if module.is_stub:
        return
    for number, name in facts.imports_outside_functions():
        statement = facts.statements[name.statement]
        if facts.runs_at_import(statement) and not facts.is_for_scripts(statement):
            is_plain = statement.module is None
            spelled = name.name if is_plain else "." * statement.level + (statement.module or "")
            yield Ask(spelled, () if is_plain else (name.name,)), Step(number, name, statement)


def steps(path: str, other: str, index: Index) -> tuple[Step, ...]:
    """The imports that lead from one file to another."""
    module = index.module(path)
    known = early_imports(module) if module is not None else ()
    return tuple(step for ask, step in known if other in leads_to(ask, path, index))


# -- loops ------------------------------------------------------------------------------------------------------


class Loop(NamedTuple):
    """Modules that lead to each other, each to the next and the last to the first: a shortest loop among all those
    that some modules form together."""

    paths: tuple[str, ...]
    """In the order of the loop; the first in the alphabet is the first."""
    tangle: frozenset[str]
    """All files of which each leads to all others."""


def loops(_: None, index: Index) -> tuple[Loop, ...]:
    """One loop for each of the groups of modules that lead to each other, in order.

    Groups are what outlines show. Only the modules of a loop are read, to be sure of it; what turns out to be no import
    is left out, and another loop looked for.
    """
    found: list[Loop] = []
    for tangle in index.tangles():
        graph = {path: tangle & index.seen(may_lead_to, path) for path in tangle}
        groups = [tangle]
        while groups:
            group = groups.pop()
            loop = _shortest(graph, group)
            wrong = [path for path, other in pairs(loop) if not steps(path, other, index)]
            if not wrong:
                found.append(Loop(loop, group))
                continue
            for path in wrong:
                graph[path] &= exact(path, index)
            groups += components({path: graph[path] & group for path in group})
    return tuple(sorted(found, key=lambda loop: loop.paths))


def pairs(loop: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each module of a loop with the next."""
    return zip(loop, (*loop[1:], loop[0]), strict=True)


def may_lead_to(path: str, index: Index) -> frozenset[str]:
    """The files that a file leads to, as far as its outline tells; to be asked for with `Index.seen`."""
    if path.endswith(STUB):
        return frozenset()
    outline = index.outline(path)
    return led_to(outline.early, path, index) if outline.is_clear else exact(path, index)


def reached(path: str, index: Index) -> frozenset[str]:
    """A file and all that it may lead to, directly or not; call it through `index.once`."""
    seen, waiting = {path}, [path]
    while waiting:
        fresh = index.seen(may_lead_to, waiting.pop()) - seen
        seen |= fresh
        waiting += fresh
    return frozenset(seen)


def exact(path: str, index: Index) -> frozenset[str]:
    """The files that a file leads to."""
    module = index.module(path)
    return led_to((ask for ask, _ in early_imports(module)), path, index) if module is not None else frozenset()


def components(graph: Graph) -> list[frozenset[str]]:
    """The groups, of two or more, in which each node leads to all others (Tarjan's algorithm, without recursion).

    What a node leads to outside the graph does not count.
    """
    found: list[frozenset[str]] = []
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    is_waiting: set[str] = set()
    for root in graph:
        if root in order:
            continue
        order[root] = lowest[root] = len(order)
        waiting.append(root)
        is_waiting.add(root)
        work: list[tuple[str, Iterator[str]]] = [(root, iter(graph[root]))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in order:
                    if other in graph:
                        order[other] = lowest[other] = len(order)
                        waiting.append(other)
                        is_waiting.add(other)
                        work.append((other, iter(graph[other])))
                        break
                elif other in is_waiting:
                    lowest[node] = min(lowest[node], order[other])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    group = _popped(waiting, node)
                    is_waiting -= group
                    if len(group) > 1:
                        found.append(group)
    return found


def _popped(stack: list[str], node: str) -> frozenset[str]:
    """What is taken from a stack down to a node."""
    taken: set[str] = set()
    while node not in taken:
        taken.add(stack.pop())
    return frozenset(taken)


def _shortest(graph: Graph, group: Collection[str]) -> tuple[str, ...]:
    """The first, in the alphabet, of the shortest loops in a group."""
    best: tuple[str, ...] = ()
    for start in sorted(group):
        if len(best) == _FEWEST:
            break
        found = _back_to(start, graph, group, len(best))
        if found and (not best or len(found) < len(best)):
            best = found
    return best


def _back_to(start: str, graph: Graph, group: Collection[str], limit: int) -> tuple[str, ...]:
    """The shortest way from a node back to itself among those that come after it in the alphabet, if it is shorter
    than the limit (0: none)."""
    before: dict[str, str] = {start: ""}
    frontier = [start]
    length = 1
    while frontier and (not limit or length < limit):
        following: list[str] = []
        for node in frontier:
            for other in sorted(graph[node]):
                if other == start:
                    return _way(before, node)
                if other > start and other in group and other not in before:
                    before[other] = node
                    following.append(other)
        frontier = following
        length += 1
    return ()


def _way(before: Mapping[str, str], end: str) -> tuple[str, ...]:
    way: list[str] = []
    while end:
        way.append(end)
        end = before[end]
    return tuple(reversed(way))
