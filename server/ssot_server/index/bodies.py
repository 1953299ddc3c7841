"""Trees to bodies: what a function does, whatever it calls things.

A function's tree is flattened to a row of steps (statements, calls, operators, literals). Two kinds of marks are
taken from it, and compared as sets:

* runs of neighbouring steps, thinned out by winnowing, so that any two texts with a long enough run in common have
  a mark in common (Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting, 2003);
* each step with what it is made of and what it stands in, which survives where statements change places
  (after Jiang, Misherghi, Su, Glondu: DECKARD: Scalable and Accurate Tree-based Detection of Code Clones, 2007).

What tells rewritten code best is neither: it is the names that the code does not choose, of the functions that it
calls and the attributes that it reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from zlib import crc32

from ssot_rules.facts import Body
from ssot_server.index.expressions import all_arguments, dotted_text

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_RUN = 5
"""Steps in a run: shorter ones are found everywhere."""
_WINDOW = 4
"""Of so many neighbouring runs, at least one leaves a mark."""
_MOST_WORDS = 60
_LONGEST_WORD = 40
_KEY = re.compile(r"[A-Za-z_][\w.-]*\Z")
_LOGGERS = frozenset({"logger", "log", "logging", "_logger", "_log", "_LOGGER", "LOGGER", "LOG", "warnings", "print"})
_SAME = {
    "Attribute": ".",
    "AsyncFor": "loop",
    "For": "loop",
    "While": "loop",
    "ListComp": "each",
    "SetComp": "each",
    "GeneratorExp": "each",
    "DictComp": "each",
    "AsyncWith": "With",
    "AnnAssign": "Assign",
    "AugAssign": "Assign",
    "NamedExpr": "Assign",
    "JoinedStr": "text",
    "TryStar": "Try",
    "YieldFrom": "Yield",
    "List": "many",
    "Tuple": "many",
    "Set": "many",
    "Gt": "Lt",
    "GtE": "LtE",
}
"""Steps that stand for each other in versions of one function."""
_SILENT = frozenset({ast.Await, ast.Starred, ast.FormattedValue, ast.keyword, ast.arguments, ast.arg, ast.alias})
"""Kinds of nodes that are no steps of their own."""
_SKIPPED_FIELDS = frozenset({"ctx", "annotation", "returns", "type_comment", "type_params"})
_DROPPED = (ast.Pass, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom)


def read_body(node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_bound: bool) -> tuple[Body, set[str]]:
    """What a function does, and the attributes that it gives its first parameter if it is bound to that."""
    reader = _Reader(node, is_bound=is_bound)
    statements = [statement for statement in node.body if not _says_nothing(statement)]
    for statement in statements:
        reader.step(statement, "")
    if not statements:
        return Body(), reader.given
    return Body(
        size=len(reader.steps),
        prints=frozenset((*_winnowed(reader.steps), *reader.trees)),
        words=frozenset(sorted(reader.words())[:_MOST_WORDS]),
        passes_to=_passes_to(statements, node.args),
    ), reader.given


class _Reader:
    """Goes through the tree of a function once, and notes its steps, its subtrees and its words."""

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_bound: bool) -> None:
        self.steps: list[str] = []
        self.trees: list[int] = []
        self.given: set[str] = set()
        """The attributes that it gives its first parameter."""
        self._names: set[str] = set()
        self._words: set[str] = set()
        self._own = {argument.arg for argument in all_arguments(node.args)}
        first = (*node.args.posonlyargs, *node.args.args)[:1]
        self._self = first[0].arg if is_bound and first else None
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:  # one more thing that it takes from elsewhere, but nothing that it does
                self._take(default)

    def words(self) -> set[str]:
        """The names that it does not choose itself."""
        stripped = {word.strip("_") for word in self._words | (self._names - self._own)}
        return {word for word in stripped if word and len(word) <= _LONGEST_WORD}

    def step(self, node: ast.AST, outer: str) -> str:
        """Take a step, and those that it is made of; what it is called."""
        kind = type(node)
        if isinstance(node, ast.Name):
            self._note_name(node)
            self.steps.append("n")
            return "n"
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if kind in _SILENT:
            if isinstance(node, ast.keyword) and node.arg:
                self._words.add(node.arg)
            return "".join([self.step(child, outer) for child in _children(node)])
        if isinstance(node, ast.Attribute):
            self._note_attribute(node)
        elif isinstance(node, (*DEFINITIONS, ast.ExceptHandler)) and node.name:
            self._own.add(node.name)
        name = _SAME.get(kind.__name__, kind.__name__)
        self.steps.append(name)
        made_of = [self.step(child, name) for child in _children(node)]
        if made_of:
            self.trees.append(_mark((outer, name, *made_of)))
        return name

    def _take(self, default: ast.expr) -> None:
        for node in ast.walk(default):
            if isinstance(node, ast.Name):
                self._names.add(node.id)
            elif isinstance(node, ast.Attribute):
                self._words.add(node.attr)

    def _note_name(self, node: ast.Name) -> None:
        (self._names if isinstance(node.ctx, ast.Load) else self._own).add(node.id)

    def _note_attribute(self, node: ast.Attribute) -> None:
        """What an object calls its own attributes is its own."""
        if not (isinstance(node.value, ast.Name) and node.value.id == self._self):
            self._words.add(node.attr)
        elif isinstance(node.ctx, ast.Store):
            self.given.add(node.attr)

    def _constant(self, node: ast.Constant) -> str:
        is_text = isinstance(node.value, str)
        if isinstance(node.value, str) and len(node.value) <= _LONGEST_WORD and _KEY.match(node.value):
            self._words.add(node.value)
        name = "text" if is_text else type(node.value).__name__
        self.steps.append(name)
        return name


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What a step is made of, but for statements that say nothing."""
    for field in node._fields:
        if field in _SKIPPED_FIELDS:
            continue
        value = getattr(node, field, None)
        if isinstance(value, list):
            for child in value:
                if isinstance(child, ast.stmt):
                    if not _says_nothing(child):
                        yield child
                elif isinstance(child, ast.AST):
                    yield child
        elif isinstance(value, ast.AST):
            yield value


def _says_nothing(statement: ast.stmt) -> bool:
    """A docstring, `...`, `pass`, `raise NotImplementedError`, an import, or something that is logged."""
    if isinstance(statement, _DROPPED):
        return True
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return dotted_text(error) == "NotImplementedError"
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    if isinstance(value, ast.Call):
        path = (dotted_text(value.func) or "").split(".")
        return path[0] in _LOGGERS or (len(path) > 1 and path[-2] in _LOGGERS)
    return isinstance(value, ast.Constant)


def _winnowed(steps: Sequence[str]) -> Iterator[int]:
    runs = [_mark(steps[at : at + _RUN]) for at in range(max(1, len(steps) - _RUN + 1))]
    for at in range(max(1, len(runs) - _WINDOW + 1)):
        yield min(runs[at : at + _WINDOW])


def _mark(steps: Sequence[str]) -> int:
    """A number for a row of steps, the same in every process."""
    return crc32(" ".join(steps).encode())


def _passes_to(statements: Sequence[ast.stmt], arguments: ast.arguments) -> str:
    """The function that the only statement passes the parameters on to, and nothing else."""
    last = statements[-1]
    value: ast.AST | None = last.value if isinstance(last, (ast.Return, ast.Expr)) else None
    if isinstance(value, ast.Await):
        value = value.value
    if len(statements) > 1 or not isinstance(value, ast.Call):
        return ""
    given = [*value.args, *(keyword.value for keyword in value.keywords)]
    own = {argument.arg for argument in all_arguments(arguments)}
    passed = [argument.value if isinstance(argument, ast.Starred) else argument for argument in given]
    if all(isinstance(argument, ast.Name) and argument.id in own for argument in passed):
        return (dotted_text(value.func) or "").rpartition(".")[2]
    return ""
