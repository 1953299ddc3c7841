"""A class's text to what its instances share and that can change.

Containers that can change are told by how they are made: a display, a comprehension, or a call of a type that is known
to be one. A container that a class fills when it is defined and that none of its methods changes is a table; that is
only read, and shared by nobody to any effect.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_rules.facts import Shared, Sharing, Span
from ssot_server.index.expressions import all_arguments, dotted_text
from ssot_server.index.offsets import Offsets
from ssot_server.index.recover import parse

_CONTAINERS = frozenset(
    {
        "list",
        "dict",
        "set",
        "bytearray",
        "defaultdict",
        "OrderedDict",
        "Counter",
        "deque",
        "ChainMap",
        "WeakKeyDictionary",
        "WeakValueDictionary",
        "WeakSet",
        "Queue",
        "LifoQueue",
        "PriorityQueue",
        "SimpleQueue",
    }
)
_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_CHANGING = frozenset(
    {
        "append",
        "appendleft",
        "add",
        "clear",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "move_to_end",
        "pop",
        "popitem",
        "popleft",
        "put",
        "put_nowait",
        "remove",
        "reverse",
        "rotate",
        "setdefault",
        "sort",
        "subtract",
        "update",
    }
)
"""Methods that change a container."""
_READ_ONLY = frozenset({"Final", "Mapping", "Sequence", "Set", "AbstractSet", "Collection", "Iterable", "Container"})
"""Annotations that say that nobody changes it; `typing.Set` is none that people write for what is only read."""
_COPYING = frozenset({"BaseModel", "BaseSettings", "TypedDict", "NamedTuple"})
"""Bases that give each instance a copy of a default, or have no instances of their own."""
_REMEMBERING = frozenset({"lru_cache", "cache"})
_ABOUT_CLASSES = frozenset({"__init_subclass__", "__set_name__", "__class_getitem__"})
"""Methods that are run for a class, once for each."""


def read_sharing(text: str, span: Span) -> tuple[Shared, ...]:
    """What the instances of the class at a span of a text share, in order."""
    start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    indent = text[start : span.start]
    lead = f"if 1:\n{indent}" if indent and indent.isspace() else ""
    tree, _ = parse(lead + text[span.start : span.end])
    node = next((node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)), None)
    if node is None:
        return ()
    return tuple(_Class(node, Offsets(lead + text[span.start : span.end], span.start - len(lead))).shared())


class _Class:
    """One class, as its methods see it."""

    def __init__(self, node: ast.ClassDef, offsets: Offsets) -> None:
        self._node = node
        self._offsets = offsets
        self._methods = list(_methods(node.body))
        self._changed = {name for method in self._methods for name in _changed(method, self._owners(method))}
        self._own = {name for method in self._methods if method.name == "__init__" for name in _given(method)}
        """What every instance is given of its own."""

    def shared(self) -> Iterator[Shared]:
        """All of it, in the order of the text."""
        found = [*self._attributes()]
        for method in self._methods:
            found += [*self._defaults(method), *self._remembered(method)]
            if method.name not in _ABOUT_CLASSES:
                found += self._assigned(method)
        first: dict[tuple[Sharing, str, str], Shared] = {}
        for shared in sorted(found, key=lambda known: known.span):
            method_of = shared.method if shared.how != Sharing.ASSIGNED else ""
            first.setdefault((shared.how, shared.name, method_of), shared)
        assigned = {shared.name for shared in first.values() if shared.how == Sharing.ATTRIBUTE}
        return (known for known in first.values() if known.how != Sharing.ASSIGNED or known.name not in assigned)

    def _attributes(self) -> Iterator[Shared]:
        bases = {(dotted_text(base) or "").rpartition(".")[2] for base in self._node.bases}
        if not bases.isdisjoint(_COPYING):
            return
        for target, annotation, value in _variables(self._node.body):
            name = target.id
            if not _is_container(value) or not (_is_empty(value) or name in self._changed):
                continue
            if not _is_dunder(name) and name not in self._own and not _is_read_only(annotation):
                yield Shared(Sharing.ATTRIBUTE, name, self._offsets.span(target))

    def _defaults(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Shared]:
        arguments = method.args
        by_position = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(by_position[len(by_position) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            if default is not None and _is_container(default):
                yield Shared(Sharing.DEFAULT, argument.arg, self._offsets.span(default), method.name)

    def _remembered(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Shared]:
        names = _decorators(method)
        is_static = not names.isdisjoint({"staticmethod", "classmethod"})
        own = all_arguments(method.args)[0 if "staticmethod" in names else 1 :]
        if is_static and own:  # what is remembered depends on what is asked
            return
        for decorator in method.decorator_list:
            if _called(decorator) in _REMEMBERING:
                yield Shared(Sharing.CACHE, method.name, self._offsets.span(decorator), method.name)

    def _assigned(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Shared]:
        owners = self._owners(method) - _receiver(method, of_instances=True)
        for node in ast.walk(method):
            for target in _targets(node):
                if isinstance(target, ast.Attribute) and _owner(target.value) in owners and not _is_dunder(target.attr):
                    yield Shared(Sharing.ASSIGNED, target.attr, self._offsets.span(target), method.name)

    def _owners(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
        """How a method spells the class or one of its instances."""
        own = _receiver(method, of_instances=True) | _receiver(method, of_instances=False)
        about = {form for name in own for form in (f"type({name})", f"{name}.__class__")}
        return {self._node.name, "__class__", *own, *about}


def _methods(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for statement in _flat(body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement


def _variables(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.Name, ast.expr | None, ast.expr]]:
    """The variables of a class with their annotations and values."""
    for statement in _flat(body):
        if isinstance(statement, ast.Assign):
            yield from ((target, None, statement.value) for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
            yield statement.target, statement.annotation, statement.value


def _flat(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements with those in the branches among them."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for field in ("body", "orelse", "finalbody"):
                yield from _flat(getattr(statement, field, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _flat(handler.body)


def _receiver(method: ast.FunctionDef | ast.AsyncFunctionDef, *, of_instances: bool) -> set[str]:
    """What a method calls the instance that it is called on, or the class."""
    names = _decorators(method)
    is_of_class = "classmethod" in names or method.name in {"__new__", *_ABOUT_CLASSES}
    first = [*method.args.posonlyargs, *method.args.args][:1]
    if "staticmethod" in names or is_of_class == of_instances:
        return set()
    return {argument.arg for argument in first}


def _changed(method: ast.AST, owners: set[str]) -> Iterator[str]:
    """The attributes of the class or its instances that a method changes in place."""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
            yield from _held(node.func.value, owners)
        for target in _targets(node):
            if isinstance(target, ast.Subscript) or isinstance(node, ast.AugAssign):
                yield from _held(target, owners)


def _held(node: ast.expr, owners: set[str]) -> Iterator[str]:
    """The attribute that something is, or lies in: `x` of `self.x[key]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute) and _owner(node.value) in owners:
        yield node.attr


def _given(method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """What a method assigns on its instance."""
    owners = _receiver(method, of_instances=True)
    for node in ast.walk(method):
        if not isinstance(node, ast.AugAssign):
            for target in _targets(node):
                if isinstance(target, ast.Attribute) and _owner(target.value) in owners:
                    yield target.attr


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    """What a statement assigns or deletes, one by one."""
    waiting: list[ast.expr] = []
    if isinstance(node, (ast.Assign, ast.Delete)):
        waiting = [*node.targets]
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        waiting = [node.target] if not isinstance(node, ast.AnnAssign) or node.value is not None else []
    while waiting:
        target = waiting.pop(0)
        if isinstance(target, (ast.Tuple, ast.List)):
            waiting = [*target.elts, *waiting]
        else:
            yield target


def _owner(node: ast.expr) -> str | None:
    """How something spells a class or an instance: `self`, `cls`, `Engine`, `type(self)`, `self.__class__`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return f"{node.func.id}({dotted_text(node.args[0])})"
    return dotted_text(node)


def _is_container(value: ast.expr) -> bool:
    if isinstance(value, _DISPLAYS):
        return True
    return isinstance(value, ast.Call) and (dotted_text(value.func) or "").rpartition(".")[2] in _CONTAINERS


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, (ast.List, ast.Set)):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    return isinstance(value, ast.Call) and all(isinstance(given, (ast.Name, ast.Lambda)) for given in value.args)


def _is_read_only(annotation: ast.expr | None) -> bool:
    while annotation is not None:
        inner = annotation.slice if isinstance(annotation, ast.Subscript) else None
        text = dotted_text(annotation.value if isinstance(annotation, ast.Subscript) else annotation) or ""
        if text.rpartition(".")[2] != "ClassVar":
            return text.rpartition(".")[2] in _READ_ONLY
        annotation = inner
    return False


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _decorators(method: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {_called(decorator) for decorator in method.decorator_list}


def _called(decorator: ast.expr) -> str:
    """The last name of a decorator."""
    return (dotted_text(decorator.func if isinstance(decorator, ast.Call) else decorator) or "").rpartition(".")[2]
