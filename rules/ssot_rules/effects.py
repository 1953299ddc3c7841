"""What importing a module does besides giving it names, as far as its text tells.

A shim imports, warns and lists what it offers: nobody else can tell whether that ever ran. A call may have registered
something somewhere, and so may a decorator or a base class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_QUIET = frozenset({"warn", "warning", "catch_warnings", "simplefilter", "suppress", "getLogger", "get_logger"})
"""Last names of functions that leave nothing behind that others could miss: they warn, or look something up."""
_MAKING = frozenset(
    {"bool", "bytes", "dict", "frozenset", "int", "list", "object", "set", "sorted", "str", "tuple", "globals", "range"}
    | {"TypeVar", "ParamSpec", "NewType", "namedtuple", "NamedTuple", "compile", "Path", "field", "property", "super"}
)
"""Last names of functions that make a value and do no more."""
_PLAIN = frozenset(
    {
        "abstractmethod",
        "cache",
        "cached_property",
        "classmethod",
        "contextmanager",
        "dataclass",
        "deleter",
        "deprecated",
    }
    | {"final", "getter", "lru_cache", "overload", "property", "setter", "staticmethod", "unique"}
)
"""Last names of decorators that tell nobody of what they decorate."""
_PLAIN_BASES = frozenset({"object", "Protocol", "ABC", "NamedTuple", "TypedDict", "Generic"})
_OWN = ("globals()[", "sys.modules[__name__]")
"""What the texts of targets begin with that are the module's own names, or itself."""


def effect(text: str) -> str | None:
    """Something that others may need and that importing a module with this text does, in words; None where it only
    gives names."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return "it cannot be parsed"
    return next(_effects(body), None)


def _effects(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _of_condition(statement)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _of_definition(statement)
        else:
            yield from _of_targets(statement)
            for child in ast.iter_child_nodes(statement):
                if not isinstance(child, (ast.stmt, ast.ExceptHandler)):
                    yield from _calls(child)
            for inner in ("body", "orelse", "finalbody"):
                yield from _effects(getattr(statement, inner, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _effects(handler.body)


def _of_condition(statement: ast.If) -> Iterator[str]:
    test = ast.unparse(statement.test)
    if "__name__" in test:
        yield "it can be run as a program"
    yield from _calls(statement.test)
    if test.rpartition(".")[2] != "TYPE_CHECKING":
        yield from _effects(statement.body)
    yield from _effects(statement.orelse)


def _of_definition(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[str]:
    if any(_last_name(decorator) not in _PLAIN for decorator in statement.decorator_list):
        yield f"the decorators of `{statement.name}` may have registered it somewhere"
    if isinstance(statement, ast.ClassDef):
        if statement.keywords or any(_last_name(base) not in _PLAIN_BASES for base in statement.bases):
            yield f"the base classes of `{statement.name}` may keep a list of their subclasses"
        yield from _effects(statement.body)
    else:
        for default in (*statement.args.defaults, *filter(None, statement.args.kw_defaults)):
            yield from _calls(default)


def _of_targets(statement: ast.stmt) -> Iterator[str]:
    """The things of others that a statement gives a value, or takes away."""
    targets: list[ast.expr] = getattr(statement, "targets", None) or [
        target for target in (getattr(statement, "target", None),) if target is not None
    ]
    for node in (inner for target in targets for inner in ast.walk(target)):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            written = ast.unparse(node)
            if not written.startswith(_OWN):
                yield f"importing it changes `{written}`"


def _calls(node: ast.AST) -> Iterator[str]:
    """The calls in an expression after which something else may be different."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, (ast.Await, ast.Call)):
        called = node.func if isinstance(node, ast.Call) else node.value
        if _last_name(called) not in _QUIET | _MAKING:
            yield f"importing it calls `{ast.unparse(called)}`"
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)


def _last_name(node: ast.expr) -> str:
    """The last name of what is called or subscribed; nothing where it has none."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
