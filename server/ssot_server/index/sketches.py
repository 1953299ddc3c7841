"""Trees to sketches: what classes and functions are like, without the names and constants that each author chooses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ssot_rules.facts import DefinitionKind, Sketch
from ssot_server.index.bodies import DEFINITIONS, read_body
from ssot_server.index.expressions import dotted_text
from ssot_server.index.offsets import Offsets
from ssot_server.index.recover import parse

_MOST_WORDS = 60
_DOC_WORD = re.compile(r"[A-Za-z][a-z]{3,}|[A-Z]{3,}")


def draw(text: str) -> dict[int, Sketch]:
    """The sketches of the classes and functions of a part, but for those in functions, by where they start."""
    tree, _ = parse(text)
    drawer = _Drawer(text)
    for node in _defined(tree.body):
        drawer.sketch(node, in_class=False)
    return drawer.drawn


def _defined(statements: Iterable[ast.stmt]) -> Iterator[Any]:
    """The definitions among statements, and in the branches among them."""
    for statement in statements:
        if isinstance(statement, DEFINITIONS):
            yield statement
        elif isinstance(statement, (ast.If, ast.Try, ast.With)):
            for field in ("body", "handlers", "orelse", "finalbody"):
                for inner in getattr(statement, field, ()):
                    yield from _defined(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])


class _Drawer:
    """Draws definitions, those that a class holds with it."""

    def __init__(self, text: str) -> None:
        self._offsets = Offsets(text)
        self._given: set[str] = set()
        """What the class at hand gives its instances."""
        self.drawn: dict[int, Sketch] = {}

    def sketch(self, node: Any, *, in_class: bool) -> Sketch:
        """The sketch of a definition."""
        common = Sketch(
            name=node.name,
            kind=DefinitionKind.CLASS if isinstance(node, ast.ClassDef) else DefinitionKind.FUNCTION,
            doc=_doc_words(node),
            decorators=tuple(
                dotted_text(decorator.func if isinstance(decorator, ast.Call) else decorator) or "?"
                for decorator in node.decorator_list
            ),
        )
        made = self._class(node, common) if isinstance(node, ast.ClassDef) else self._function(node, common, in_class)
        self.drawn[self._offsets.span(node).start] = made
        return made

    def _class(self, node: ast.ClassDef, common: Sketch) -> Sketch:
        outer, self._given = self._given, set(_fields(node.body))
        members = tuple(self.sketch(member, in_class=True) for member in _defined(node.body))
        given, self._given = self._given, outer
        return common._replace(
            members=members,
            bases=tuple(dotted_text(_without_brackets(base)) or "?" for base in node.bases),
            fields=tuple(sorted(given)),
        )

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, common: Sketch, in_class: bool) -> Sketch:
        is_static = any(decorator.rpartition(".")[2] == "staticmethod" for decorator in common.decorators)
        is_bound = in_class and not is_static
        body, given = read_body(node, is_bound=is_bound)
        self._given.update(given)
        return common._replace(parameters=_parameters(node.args)[1 if is_bound else 0 :], body=body)


def _without_brackets(base: ast.expr) -> ast.expr:
    if isinstance(base, ast.Subscript):
        return base.value
    return base.func if isinstance(base, ast.Call) else base


def _fields(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The variables that a class's own statements define."""
    for statement in body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
                if isinstance(target, ast.Name):
                    yield target.id


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    found = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        found.append(f"*{arguments.vararg.arg}")
    found += [argument.arg for argument in arguments.kwonlyargs]
    if arguments.kwarg:
        found.append(f"**{arguments.kwarg.arg}")
    return tuple(found)


def _doc_words(node: ast.AST) -> tuple[str, ...]:
    body = getattr(node, "body", ())
    text = _string(body[0].value) if body and isinstance(body[0], ast.Expr) else None
    words = sorted({word.lower() for word in _DOC_WORD.findall(text or "")})
    return tuple(words[:_MOST_WORDS])


def _string(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
