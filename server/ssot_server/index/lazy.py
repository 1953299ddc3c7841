"""Names that a module makes when they are asked for (PEP 562), where its text tells what they will be.

A module with a `__getattr__` mostly imports there what it is asked for: by a statement, or by a table that says in
which module each name lives. Names are followed that keep what they are called; the shapes of tables are those of
the usual helpers: `{"Name": "module"}`, `{"Name": ("module", "Name")}`, `{"Name": "module:Name"}`,
`{"module": ["Name"]}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ssot_rules.facts import BindingKind, Facts, ScopeKind
from ssot_server.index.recover import parse

_MODULE = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z|\.+\Z")


def imports_on_demand(facts: Facts, name: str) -> Iterator[int]:
    """The numbers of the imported names by which a module's `__getattr__` gets what it is asked for."""
    for _, binding in facts.bindings.about((name,), lambda known: known.name == name):
        if binding.kind == BindingKind.IMPORT and facts.imports[binding.ref].name == name:
            scope = facts.scopes[binding.scope]
            if scope.kind == ScopeKind.FUNCTION and scope.qualname == "__getattr__":
                yield binding.ref


def modules_on_demand(facts: Facts, name: str) -> Iterator[str]:
    """The modules, as the text spells them, that tables of the module name as the home of a name."""
    for number in facts.parts_about((name,)):
        text = facts.part_text(number)
        if "{" in text:
            for node in ast.walk(parse(text)[0]):
                if isinstance(node, ast.Dict):
                    yield from _modules_in(node, name)


def _modules_in(table: ast.Dict, name: str) -> Iterator[str]:
    for key, value in zip(table.keys, table.values, strict=True):
        texts = [_text(item) for item in value.elts] if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else []
        home = _text(key)
        if home == name:
            found = [_text(value)] if not texts else texts[:1] if texts[1:] in ([], [name]) else []
        else:
            found = [home] if name in texts else []
        for spelled in found:
            module = re.sub(rf"[.:]{re.escape(name)}\Z", "", spelled)
            if _MODULE.match(module):
                yield module


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
