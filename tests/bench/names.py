"""Where the names of a tree lead, told by reading its sources with `ast`: a second opinion that shares no code with ssot."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

MISSING = "nothing"
"""Where a name leads that its module does not have."""


class Asked(NamedTuple):
    """A name that some code asks another module for."""

    by: str
    module: str
    name: str


class Source(NamedTuple):
    """What one file says."""

    name: str
    is_package: bool
    content: bytes
    given: Mapping[str, Sequence[str]]
    """The names that it binds, each with where they are from: `module:name`."""
    listed: frozenset[str] | None
    """What its `__all__` lists, if that is written out."""
    imported: tuple[tuple[str, str, str | None], ...]
    """Modules that it imports, or names from them, in any scope, and what these are called then."""
    chains: frozenset[tuple[str, ...]]
    """The dotted names that it reads through names that nothing but imports gives a value."""
    run: frozenset[str]
    """What it imports while it is imported itself: modules, and names of modules that may be modules, too."""


class Names:
    """The names of all modules below a folder, as they are now."""

    def __init__(self, root: Path, before: Names | None = None) -> None:
        """What `before` knows of files that are as they were is taken over."""
        self.problems: dict[str, str] = {}
        known = before.sources if before is not None else {}
        self.sources = {source.name: source for source in self._read(root, known)}
        self._packages = {
            ".".join(name.split(".")[:at]) for name in self.sources for at in range(1, name.count(".") + 1)
        }
        self._tops = frozenset(name.partition(".")[0] for name in self.sources)
        self._known: dict[str, frozenset[str]] = {}
        self._origins: dict[tuple[str, str], frozenset[str]] = {}

    def _read(self, root: Path, known: Mapping[str, Source]) -> Iterator[Source]:
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            content = path.read_bytes()
            if name in known and known[name].content == content:
                yield known[name]
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(content)
                    if known:  # it was changed
                        compile(content, str(path), "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError) as error:
                self.problems[path.relative_to(root).as_posix()] = str(error)
                continue
            yield _source(name, path.name == "__init__.py", content, tree)

    def names(self, module: str) -> frozenset[str]:
        """The names that a module has, those that stars bring included."""
        if module not in self._known:
            self._known[module] = self._names(module, frozenset())
        return self._known[module]

    def _names(self, module: str, seen: frozenset[str]) -> frozenset[str]:
        if module in seen:
            return frozenset()
        given = self.sources[module].given if module in self.sources else {}
        found = set(given) - {"*"}
        for origin in given.get("*", ()):
            source = origin.partition(":")[0]
            offered = self._names(source, seen | {module})
            listed = self.sources[source].listed if source in self.sources else None
            found.update(offered if listed is None else listed)
        return frozenset(name for name in found if name in given or not name.startswith("_"))

    def leads_to(self, module: str, name: str) -> frozenset[str]:
        """The definitions that `module.name` may be, each as `module:name`; what is no module of the tree stays as it
        is written."""
        if (module, name) not in self._origins:
            self._origins[module, name] = frozenset()  # so a loop ends
            self._origins[module, name] = self._follow(module, name)
        return self._origins[module, name]

    def _follow(self, module: str, name: str) -> frozenset[str]:
        if module not in self.sources:
            inner = f"{module}.{name}"
            return frozenset({f"{inner}:"} if module not in self._packages or self._is_module(inner) else {MISSING})
        given = self.sources[module].given
        found: set[str] = set()
        for origin in given.get(name, ()):
            source, _, inner = origin.partition(":")
            if not inner or (source, inner) == (module, name):
                found.add(origin)
            elif source == module:
                found |= self._through(module, inner) or {f"{module}:{name}"}
            else:
                found |= self.leads_to(source, inner)
        if not found or found == {MISSING}:
            for origin in given.get("*", ()):
                source = origin.partition(":")[0]
                if source not in self.sources:
                    found.add(f"{source}:*")
                elif name in self.names(source):
                    found |= self.leads_to(source, name)
        inner = f"{module}.{name}"
        if self._is_module(inner) and not any(
            origin.startswith((f"{inner}:", f"{inner}.")) for origin in given.get(name, ())
        ):
            found.add(f"{inner}:")  # unless the package takes the name from the module, which has been imported then
        found = {origin for origin in found if origin != MISSING} or found
        if not found and "__getattr__" in given:
            return frozenset({f"{module}:__getattr__"})
        return frozenset(found or {MISSING})

    def _through(self, module: str, dotted: str) -> frozenset[str] | None:
        """What a dotted name leads to in a module, as long as its way leads through modules."""
        first, *rest = dotted.split(".")
        found = self.leads_to(module, first)
        for name in rest:
            if not all(origin.endswith(":") and origin[:-1] in self.sources for origin in found):
                return None
            found = frozenset().union(*(self.leads_to(origin[:-1], name) for origin in found))
        return None if MISSING in found else found

    def _is_module(self, name: str) -> bool:
        return name in self.sources or name in self._packages

    def asked(self) -> Iterator[Asked]:
        """What every from-import of the tree, and every attribute of an imported module, asks for."""
        for source in self.sources.values():
            modules: dict[str, str] = {}
            for module, name, local in source.imported:
                if name:
                    yield Asked(source.name, module, name)
                if local is not None:
                    modules[local] = f"{module}.{name}".rstrip(".")
            for chain in source.chains:
                at = modules.get(chain[0], "")
                for name in chain[1:]:
                    if not self._is_module(at):
                        break
                    yield Asked(source.name, at, name)
                    at = f"{at}.{name}"

    def unanswered(self) -> frozenset[Asked]:
        """What is asked of modules of the tree that do not have it."""
        asked = {ask for ask in self.asked() if ask.module.partition(".")[0] in self._tops}
        return frozenset(ask for ask in asked if self.leads_to(ask.module, ask.name) == {MISSING})

    def loops(self) -> frozenset[frozenset[str]]:
        """The modules that lead to each other while they are imported, as sets of all that do."""
        leads = {name: sorted(self._led_to(source)) for name, source in self.sources.items()}
        led: dict[str, list[str]] = {}
        for name, others in leads.items():
            for other in others:
                led.setdefault(other, []).append(name)
        seen: set[str] = set()
        left = [name for start in leads for name in _finished(start, leads, seen)]
        seen = set()
        groups = (frozenset(_finished(start, led, seen)) for start in reversed(left))
        return frozenset(group for group in groups if len(group) > 1)

    def _led_to(self, source: Source) -> frozenset[str]:
        """The modules that run, or that a name is taken from, when one is imported; but not the packages around it on
        the way to a module in them: these have begun."""
        found: set[str] = set()
        for path in source.run:
            parts = path.split(".")
            known = [
                name for name in (".".join(parts[:end]) for end in range(1, len(parts) + 1)) if name in self.sources
            ]
            found.update(name for name in known[:-1] if not source.name.startswith(f"{name}."))
            found.update(known[-1:])
        return frozenset(found - {source.name})

    def origins(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Where every name of every module leads."""
        return {(module, name): self.leads_to(module, name) for module in self.sources for name in self.names(module)}


def _finished(start: str, leads: Mapping[str, Sequence[str]], seen: set[str]) -> Iterator[str]:
    """What can be reached from a start and was not seen before, each when all that it leads to is done."""
    if start in seen:
        return
    seen.add(start)
    waiting = [(start, iter(leads.get(start, ())))]
    while waiting:
        name, others = waiting[-1]
        other = next((known for known in others if known not in seen), None)
        if other is None:
            waiting.pop()
            yield name
        else:
            seen.add(other)
            waiting.append((other, iter(leads.get(other, ()))))


def _source(name: str, is_package: bool, content: bytes, tree: ast.Module) -> Source:
    package = name.split(".") if is_package else name.split(".")[:-1]
    given: dict[str, list[str]] = {}
    for local, origin in _given(name, package, tree.body):
        given.setdefault(local, []).append(origin)
    imported: list[tuple[str, str, str | None]] = []
    stored: set[str] = set()
    attributes: list[ast.Attribute] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            attributes.append(node)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                stored.add(node.id)
        elif isinstance(node, ast.arg):
            stored.add(node.arg)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(package, node)
            imported += [(module, alias.name, alias.asname or alias.name) for alias in node.names if alias.name != "*"]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                outer, _, inner = alias.name.rpartition(".")
                if alias.asname or not outer:
                    imported.append((alias.name, "", alias.asname or alias.name))
                else:
                    top = alias.name.partition(".")[0]
                    imported += [(outer, inner, None), (top, "", top)]
    chains = frozenset(chain for chain in _chains(attributes) if chain[0] not in stored)
    return Source(
        name, is_package, content, given, _listed(tree), tuple(imported), chains, frozenset(_run(package, tree.body))
    )


def _absolute(package: list[str], node: ast.ImportFrom) -> str:
    base = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])


def _given(name: str, package: list[str], body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The names that statements bind when the module runs, each with where it is from: `module:name`."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, f"{name}:{node.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                dotted = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or dotted, f"{dotted}:"
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{_absolute(package, node)}:{alias.name}"
        elif given := _renamings(node):
            yield from ((local, f"{name}:{dotted}") for local, dotted in given)
        else:
            for found in _stored(node):
                yield found, f"{name}:{found}"
            for part in ast.iter_child_nodes(node):
                if isinstance(part, (ast.excepthandler, ast.match_case)):
                    yield from _given(name, package, part.body)
            inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)]
            yield from _given(name, package, inner)


def _run(package: list[str], body: Sequence[ast.AST]) -> Iterator[str]:
    """What statements import when they run: not those in functions, nor those for type checkers alone."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(package, node)
            yield from (module if alias.name == "*" else f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from _run(package, node.orelse)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _run(package, [*ast.iter_child_nodes(node)])


def _renamings(statement: ast.stmt) -> list[tuple[str, str]]:
    """For `a = b = c.d`: the names and what they are given, as a dotted name."""
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = [statement.target], statement.value
    else:
        return []
    parts: list[str] = []
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if not isinstance(value, ast.Name) or len(names) < len(targets):
        return []
    dotted = ".".join([value.id, *reversed(parts)])
    return [(name, dotted) for name in names]


def _stored(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement itself gives a value, without those in the statements that it holds."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        waiting += [
            part
            for part in ast.iter_child_nodes(node)
            if not isinstance(part, (ast.stmt, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
        ]


def _listed(tree: ast.Module) -> frozenset[str] | None:
    """What `__all__` lists, where that is written out plainly; None where there is none, or it is made up."""
    found: set[str] | None = None
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                try:
                    found = (found or set()) | set(ast.literal_eval(node.value))
                except (ValueError, TypeError):
                    return None
    return None if found is None else frozenset(found)


def _chains(attributes: Sequence[ast.Attribute]) -> Iterator[tuple[str, ...]]:
    """The longest dotted names that are read, as their parts."""
    inner: set[int] = set()
    for node in attributes:  # an outer one comes before those in it
        if id(node) in inner or not isinstance(node.ctx, ast.Load):
            continue
        parts: list[str] = []
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            inner.add(id(at))
            parts.append(at.attr)
            at = at.value
        if isinstance(at, ast.Name):
            yield at.id, *reversed(parts)
