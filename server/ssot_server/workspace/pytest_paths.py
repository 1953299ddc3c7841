"""The folders that tests have on their path besides those that the layout of the project gives.

`pythonpath` in pytest's settings names some, and a `conftest.py` that changes `sys.path` others, where its text says
which: nothing is run. What leads out of the workspace, or cannot be told, is left out.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from ssot_server.places import TEST_SETTINGS

_WORD = b"pythonpath"
_PATH = b"sys.path"
_CONFTEST = "conftest.py"
_ROOT = "/:workspace:"
"""Stands for the workspace's root where paths are worked out, and for the folder that tests are started in."""

Read = Callable[[str], bytes]
"""Gives the content of a file, relative to the workspace's root. Raises `OSError`."""


class Lent(NamedTuple):
    """A folder that tests have on their path."""

    folder: str
    borrower: str
    """The folder below which these tests are."""


def lent_folders(projects: Iterable[str], files: Iterable[str], read: Read) -> Iterator[Lent]:
    """The folders that tests have on their path, given the folders that may have settings of pytest, and all files."""
    for project in projects:
        yield from _by_settings(project, read)
    for file in sorted(files):
        if file.rpartition("/")[2] == _CONFTEST:
            yield from _by_conftest(file, read)


# -- settings -------------------------------------------------------------------------------------------------


def _by_settings(project: str, read: Read) -> Iterator[Lent]:
    """As pytest does, the first file decides that has settings of it."""
    for name in TEST_SETTINGS:
        content = _content(posixpath.join(project, name), read)
        if _WORD not in content:
            continue
        for spelled in _spelled(name, content.decode("utf-8", "replace")):
            folder = _inside(posixpath.join(_ROOT, project, spelled))
            if folder is not None:
                yield Lent(folder, project)
        return


def _spelled(name: str, text: str) -> list[str]:
    """The paths of `pythonpath` in a file of settings."""
    if name.endswith(".toml"):
        import tomli  # only where there is something to read

        try:
            tables = tomli.loads(text).get("tool", {}).get("pytest", {})
            found = tables.get("ini_options", tables).get("pythonpath")
        except (tomli.TOMLDecodeError, AttributeError):
            return []
        paths = found.split() if isinstance(found, str) else found if isinstance(found, list) else ()
        return [path for path in paths if isinstance(path, str)]
    from configparser import Error, RawConfigParser

    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except Error:
        return []
    return parser.get("tool:pytest" if name == "setup.cfg" else "pytest", "pythonpath", fallback="").split()


# -- code -----------------------------------------------------------------------------------------------------


def _by_conftest(file: str, read: Read) -> Iterator[Lent]:
    content = _content(file, read)
    if _PATH not in content:
        return
    try:
        body = ast.parse(content).body
    except (SyntaxError, ValueError, RecursionError):
        return
    known = {"__file__": f"{_ROOT}/{file}"}
    for statement in _run(body):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            known[statement.targets[0].id] = _value(statement.value, known) or ""
        for node in _added(statement):
            value = _value(node, known)
            folder = _inside(posixpath.join(_ROOT, value)) if value else None
            if folder is not None:
                yield Lent(folder, posixpath.dirname(file))


def _run(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a file is imported, whatever they hang on; not those of functions and classes."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For)):
            yield from _run(inner for inner in ast.iter_child_nodes(statement) if isinstance(inner, ast.stmt))


def _added(statement: ast.stmt) -> list[ast.expr]:
    """What a statement puts on `sys.path`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
        return []
    owner = call.func.value
    if not (isinstance(owner, ast.Attribute) and owner.attr == "path" and isinstance(owner.value, ast.Name)):
        return []
    if owner.value.id != "sys":
        return []
    if call.func.attr == "extend":
        return call.args[0].elts if isinstance(call.args[0], (ast.List, ast.Tuple)) else []
    return call.args[-1:] if call.func.attr in {"insert", "append"} else []


def _value(node: ast.expr, known: dict[str, str]) -> str | None:
    """The path that an expression gives; None where that cannot be told."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        if node.attr in {"pardir", "curdir"}:
            return {"pardir": "..", "curdir": "."}[node.attr]
        owner = _value(node.value, known) if node.attr == "parent" else None
        return posixpath.dirname(owner) if owner else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _joined([node.left, node.right], known)
    if isinstance(node, ast.Subscript):
        return _parent(node, known)
    return _called(node, known) if isinstance(node, ast.Call) and not node.keywords else None


def _parent(node: ast.Subscript, known: dict[str, str]) -> str | None:
    """`path.parents[1]`."""
    number = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if not isinstance(node.value, ast.Attribute) or node.value.attr != "parents" or not isinstance(number, int):
        return None
    path = _value(node.value.value, known)
    parents = [] if path is None else PurePosixPath(path).parents
    return str(parents[number]) if 0 <= number < len(parents) else None


def _called(node: ast.Call, known: dict[str, str]) -> str | None:
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if name in {"getcwd", "cwd"}:
        return _ROOT
    if name == "dirname" and len(node.args) == 1:
        path = _value(node.args[0], known)
        return posixpath.dirname(path) if path else None
    if name in {"abspath", "realpath"} and len(node.args) == 1:
        path = _value(node.args[0], known)
        return posixpath.normpath(posixpath.join(_ROOT, path)) if path is not None else None
    if name in {"join", "Path", "str", "fspath", "normpath"}:
        return _joined(node.args, known)
    if isinstance(func, ast.Attribute):
        path = _joined([func.value, *node.args], known)
        if name in {"resolve", "absolute"}:
            return posixpath.normpath(posixpath.join(_ROOT, path)) if path is not None else None
        return path if name in {"joinpath", "as_posix"} else None
    return None


def _joined(nodes: Iterable[ast.expr], known: dict[str, str]) -> str | None:
    parts = [_value(node, known) for node in nodes]
    return posixpath.join(*filter(None, parts)) if parts and all(parts) else None


# -- paths ----------------------------------------------------------------------------------------------------


def _inside(path: str) -> str | None:
    """A path as seen from the workspace's root; None if it leads out of it."""
    place = posixpath.normpath(path)
    return place[len(_ROOT) + 1 :] if f"{place}/".startswith(f"{_ROOT}/") else None


def _content(file: str, read: Read) -> bytes:
    try:
        return read(file)
    except OSError:
        return b""
