"""Text to facts: one pass over a file's syntax tree.

Bindings and uses are collected with their scopes, and uses are resolved when all bindings are known, after
the rules of the Python reference, 4.2 (naming and binding): class scopes are invisible from the scopes inside
them, comprehensions have scopes of their own, `global` and `nonlocal` redirect. Resolution is insensitive to
control flow: a use may mean every binding of its name in the scope that it is found in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ssot_rules.facts import (
    Binding,
    BindingKind,
    Block,
    Call,
    Definition,
    DefinitionKind,
    DottedString,
    Exported,
    Facts,
    ImportedName,
    ImportStatement,
    Parameter,
    Role,
    Scope,
    ScopeKind,
    Span,
    Use,
)
from ssot_server.index.recover import parse
from ssot_server.index.suppressions import find_suppressions
from ssot_server.lines import line_starts

_DEFINITION_NAME = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+")
_FROM = re.compile(r"from[\s\\]*(?P<module>[.\w](?:[.\w]|[\s\\]+(?=[.\w]))*?)[\s\\]*\bimport\b")
_SIMPLE_STRING = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")
_LONGEST_DOTTED = 300
_TYPE_ALIAS = getattr(ast, "TypeAlias", ())
_TRY = (ast.Try, getattr(ast, "TryStar", ast.Try))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def extract(text: str) -> Facts:
    """The facts of one file's text. Never raises: what does not parse is left out and said in `problem`."""
    tree, problem = parse(text)
    return _Extractor(text).facts(tree)._replace(problem=problem)


class _Offsets:
    """Turns the tree's lines and UTF-8 columns into offsets in code points."""

    def __init__(self, text: str, base: int = 0) -> None:
        self._text = text
        self._starts = line_starts(text)
        self._ascii = text.isascii()
        self._base = base
        self._lines: dict[int, bytes | None] = {}

    def at(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        if not self._ascii:
            encoded = self._encoded(line)
            if encoded is not None:
                column = len(encoded[:column].decode("utf-8", "surrogatepass"))
        return self._base + start + column

    def span(self, node: Any) -> Span:
        if self._ascii:
            starts, base = self._starts, self._base
            return Span(
                base + starts[node.lineno - 1] + node.col_offset,
                base + starts[node.end_lineno - 1] + node.end_col_offset,
            )
        return Span(self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset))

    def _encoded(self, line: int) -> bytes | None:
        """The line as UTF-8, None when its columns are the same in both counts."""
        if line not in self._lines:
            end = self._starts[line] if line < len(self._starts) else len(self._text)
            content = self._text[self._starts[line - 1] : end]
            self._lines[line] = None if content.isascii() else content.encode("utf-8", "surrogatepass")
        return self._lines[line]


class _Pending(NamedTuple):
    """A use before its bindings are known."""

    path: tuple[str, ...]
    spans: tuple[Span, ...]
    role: Role
    scope: int
    block: int
    call: Call | None
    quoted: bool
    subscripted: bool


class _Extractor:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offsets = _Offsets(text)
        self.is_ascii = text.isascii()
        self.in_f_string = False
        self.scopes: list[Scope] = []
        self.blocks: list[Block] = []
        self.statements: list[ImportStatement] = []
        self.imports: list[ImportedName] = []
        self.bindings: list[Binding] = []
        self.pending: list[_Pending] = []
        self.definitions: list[Definition] = []
        self.exports: list[Exported] | None = None
        self.exports_readable = True
        self.strings: list[DottedString] = []
        self.unplaced: set[str] = set()
        self.dynamic = False
        self.introspects = False
        self.results: dict[int, list[bool]] = {}
        """Function scope -> whether it yields, and whether it returns something."""
        self.redirected: dict[tuple[int, str], int] = {}
        """`global` and `nonlocal`: (scope, name) -> the scope that really binds it."""
        self.receivers: dict[int, tuple[str, int]] = {}
        """Method scope -> the name of its first parameter and the scope of its class."""
        self.attributes: dict[int, dict[str, None]] = {}
        """Class scope -> attributes that its methods assign."""
        self.placed: dict[int, int] = {}
        """Offsets of names inside f-strings, by the identity of their nodes."""
        self.quoted = False
        self.scope = 0
        self.block = 0

    def facts(self, tree: ast.Module) -> Facts:
        self.scopes.append(Scope(ScopeKind.MODULE, -1, ""))
        self.blocks.append(Block(-1, 0, type_checking=False, conditional=False, fallback=False))
        self.body(tree.body)
        names = self._names_by_scope()
        return Facts(
            scopes=tuple(self.scopes),
            blocks=tuple(self.blocks),
            statements=tuple(self.statements),
            imports=tuple(self.imports),
            bindings=tuple(self.bindings),
            uses=tuple(self._resolved(use, names) for use in self.pending),
            definitions=tuple(
                definition._replace(attributes=tuple(self.attributes[definition.inner]))
                if definition.inner in self.attributes
                else definition
                for definition in self.definitions
            ),
            exports=tuple(self.exports) if self.exports is not None and self.exports_readable else None,
            strings=tuple(self.strings),
            suppressions=find_suppressions(self.text, tree, [statement.span for statement in self.statements]),
            problem=None,
            doc=_first_line(ast.get_docstring(tree)),
            unplaced=frozenset(self.unplaced),
            dynamic=self.dynamic,
            introspects=self.introspects or not self.exports_readable,
        )

    # -- resolution ---------------------------------------------------------------------------------------

    def _names_by_scope(self) -> list[dict[str, list[int]]]:
        names: list[dict[str, list[int]]] = [{} for _ in self.scopes]
        for number, binding in enumerate(self.bindings):
            names[binding.scope].setdefault(binding.name, []).append(number)
        return names

    def _resolved(self, use: _Pending, names: list[dict[str, list[int]]]) -> Use:
        bindings = self._lookup(use.path[0], use.scope, names)
        return Use(use.path, use.spans, use.role, use.scope, use.block, bindings, use.call, use.quoted, use.subscripted)

    def _lookup(self, name: str, start: int, names: list[dict[str, list[int]]]) -> tuple[int, ...]:
        scope = self.redirected.get((start, name), start)
        found: list[int] = []
        while scope >= 0:
            kind, parent, _ = self.scopes[scope]
            if name in names[scope] and kind != ScopeKind.CLASS:
                return (*found, *names[scope][name])
            if name in names[scope] and scope == start:
                found = names[scope][name]  # before it is bound, the name is looked up outside: `x = x`
            scope = self.redirected.get((parent, name), parent)
        return tuple(found)

    # -- places -------------------------------------------------------------------------------------------

    def span(self, node: Any) -> Span:
        return self.offsets.span(node)

    def bind(self, name: str, kind: BindingKind, span: Span, ref: int = -1, **flags: bool) -> int:
        scope = self.redirected.get((self.scope, name), self.scope)
        self.bindings.append(Binding(name, kind, scope, self.block, span, ref, **flags))
        return len(self.bindings) - 1

    @contextmanager
    def inside(self, kind: ScopeKind, qualname: str) -> Iterator[int]:
        """Open a scope and the block of its body."""
        outer = self.scope, self.block
        self.scopes.append(Scope(kind, self.scope, qualname))
        self.scope = len(self.scopes) - 1
        above = self.blocks[self.block]
        self.blocks.append(
            Block(self.block, self.scope, type_checking=above.type_checking, conditional=False, fallback=above.fallback)
        )
        self.block = len(self.blocks) - 1
        yield self.scope
        self.scope, self.block = outer

    def suite(self, body: Sequence[ast.stmt], *, type_checking: bool = False, fallback: bool = False) -> None:
        """Visit a suite that may not run."""
        if not body:
            return
        outer = self.block
        above = self.blocks[outer]
        self.blocks.append(
            Block(
                outer,
                self.scope,
                type_checking=above.type_checking or type_checking,
                conditional=True,
                fallback=above.fallback or fallback,
            )
        )
        self.block = len(self.blocks) - 1
        self.body(body)
        self.block = outer

    def qualname(self, name: str) -> str:
        outer = self.scopes[self.scope].qualname
        return f"{outer}.{name}" if outer else name

    # -- statements ---------------------------------------------------------------------------------------

    def body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            visit = _STATEMENTS.get(type(statement))
            if visit is not None:
                visit(self, statement)
            else:
                self.children(statement)

    def children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.body([child])
            else:
                self.expression(child)

    def import_(self, node: ast.Import) -> None:
        span = self.span(node)
        self.statements.append(ImportStatement(span, None, 0, Span(span.start, span.start), self.block, self.scope))
        self._imported(node.names)

    def import_from(self, node: ast.ImportFrom) -> None:
        span = self.span(node)
        match = _FROM.match(self.text, span.start, span.end)
        module_span = Span(*match.span("module")) if match else Span(span.start, span.start)
        self.statements.append(
            ImportStatement(span, node.module or "", node.level, module_span, self.block, self.scope)
        )
        self._imported(node.names)

    def _imported(self, names: list[ast.alias]) -> None:
        statement = len(self.statements) - 1
        for alias in names:
            span = self.span(alias)
            end = span.end
            if alias.asname:
                end = span.start + len(re.split(r"[\s\\]+as\b", self.text[span.start : span.end])[0])
            imported = ImportedName(statement, alias.name, alias.asname, span, Span(span.start, end))
            self.imports.append(imported)
            if alias.name != "*":
                self.bind(imported.local, BindingKind.IMPORT, span, len(self.imports) - 1)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, Role.DECORATOR)
        number = self._define(node, DefinitionKind.FUNCTION)
        if node.name == "__getattr__" and self.scope == 0:
            self.dynamic = True
        with self._type_parameters(node):
            self._signature(node.args)
            if node.returns:
                self.annotation(node.returns)
            self._function_body(node, number)
        self.definitions[number] = self.definitions[number]._replace(span=self.span(node))

    def _function_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, number: int) -> None:
        owner = self.scope if self.scopes[self.scope].kind == ScopeKind.CLASS else -1
        with self.inside(ScopeKind.FUNCTION, self.definitions[number].qualname) as inner:
            self.definitions[number] = self.definitions[number]._replace(inner=inner)
            self._parameters(node.args)
            first = (*node.args.posonlyargs, *node.args.args)[:1]
            if owner >= 0 and first:
                self.receivers[inner] = (first[0].arg, owner)
            results = self.results[inner] = [False, False]
            self.body(node.body)
        self.definitions[number] = self.definitions[number]._replace(yields=results[0], returns=results[1])

    def class_(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, Role.DECORATOR)
        number = self._define(node, DefinitionKind.CLASS)
        with self._type_parameters(node):
            bases: list[int] = []
            opaque = False
            for base in node.bases:
                use = (
                    self.subscript(base, Role.BASE)
                    if isinstance(base, ast.Subscript)
                    else self.expression(base, Role.BASE)
                )
                if use is None:
                    opaque = True
                else:
                    bases.append(use)
            metaclass = None
            for keyword in node.keywords:
                self.expression(keyword.value)
                if keyword.arg == "metaclass":
                    metaclass = _dotted(keyword.value)
                opaque = opaque or (keyword.arg is None or (keyword.arg == "metaclass" and metaclass is None))
            with self.inside(ScopeKind.CLASS, self.definitions[number].qualname) as inner:
                self.definitions[number] = self.definitions[number]._replace(
                    inner=inner, bases=tuple(bases), opaque=opaque, metaclass=metaclass, span=self.span(node)
                )
                self.body(node.body)

    def _define(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, kind: DefinitionKind) -> int:
        whole = self.span(node)
        match = _DEFINITION_NAME.match(self.text, whole.start)
        start = match.end() if match else whole.start
        name_span = Span(start, start + len(node.name))
        function = not isinstance(node, ast.ClassDef)
        self.definitions.append(
            Definition(
                name=node.name,
                qualname=self.qualname(node.name),
                kind=kind,
                name_span=name_span,
                span=whole,
                scope=self.scope,
                block=self.block,
                inner=-1,
                bases=(),
                decorators=tuple(_dotted(decorator) or "?" for decorator in node.decorator_list),
                parameters=_parameters(node.args) if not isinstance(node, ast.ClassDef) else None,
                doc=_first_line(ast.get_docstring(node)),
                is_async=isinstance(node, ast.AsyncFunctionDef),
            )
        )
        number = len(self.definitions) - 1
        self.bind(node.name, BindingKind.FUNCTION if function else BindingKind.CLASS, name_span, number)
        return number

    @contextmanager
    def _type_parameters(self, node: Any) -> Iterator[None]:
        """The scope of `[T: Bound]` (PEP 695), where there is one."""
        parameters = getattr(node, "type_params", None)
        if not parameters:
            yield
            return
        with self.inside(ScopeKind.TYPE_PARAMETERS, self.scopes[self.scope].qualname):
            for parameter in parameters:
                span = self.span(parameter)
                self.bind(parameter.name, BindingKind.PARAMETER, Span(span.start, span.start + len(parameter.name)))
                for field in ("bound", "default_value"):
                    if getattr(parameter, field, None) is not None:
                        self.annotation(getattr(parameter, field))
            yield

    def _signature(self, arguments: ast.arguments) -> None:
        """What is evaluated outside a function: its defaults and annotations."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)
        for argument in _all_arguments(arguments):
            if argument.annotation:
                self.annotation(argument.annotation)

    def _parameters(self, arguments: ast.arguments) -> None:
        for argument in _all_arguments(arguments):
            span = self.span(argument)
            self.bind(argument.arg, BindingKind.PARAMETER, Span(span.start, span.start + len(argument.arg)))

    def assign(self, node: ast.Assign) -> None:
        alias = self.expression(node.value, Role.ALIAS if _dotted(node.value) else Role.LOAD)
        for target in node.targets:
            self._assigned(target, node.value, alias)
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets):
            self.exported(node.value)

    def annotated(self, node: ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        alias = None
        if node.value is not None:
            alias = self.expression(node.value, Role.ALIAS if _dotted(node.value) else Role.LOAD)
        head = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
        self._assigned(node.target, node.value, alias, _dotted(head) or "?")
        if isinstance(node.target, ast.Name) and node.target.id == "__all__" and node.value is not None:
            self.exported(node.value)

    def augmented(self, node: ast.AugAssign) -> None:
        self.expression(node.value)
        self.target(node.target)
        if isinstance(node.target, ast.Name):
            self._use([node.target.id], [self.span(node.target)], Role.LOAD)
            if node.target.id == "__all__":
                self.exported(node.value)

    def type_alias(self, node: Any) -> None:
        with self._type_parameters(node):
            alias = self.annotation(node.value)
        self._assigned(node.name, node.value, alias)

    def _assigned(
        self, target: ast.expr, value: ast.expr | None, alias: int | None, annotation: str | None = None
    ) -> None:
        if not isinstance(target, ast.Name):
            self.target(target)
            return
        span = self.span(target)
        is_none = isinstance(value, ast.Constant) and value.value is None
        if self.scopes[self.scope].kind in {ScopeKind.MODULE, ScopeKind.CLASS}:
            self._constant(target.id, span, annotation, _kind_of_value(value))
        ref = -1 if alias is None else alias
        self.bind(target.id, BindingKind.VARIABLE, span, ref, alias=alias is not None, is_none=is_none)

    def _constant(self, name: str, span: Span, annotation: str | None = None, value: str | None = "?") -> None:
        self.definitions.append(
            Definition(
                name=name,
                qualname=self.qualname(name),
                kind=DefinitionKind.CONSTANT,
                name_span=span,
                span=span,
                scope=self.scope,
                block=self.block,
                inner=-1,
                bases=(),
                decorators=(),
                parameters=None,
                doc=None,
                annotation=annotation,
                value=value,
            )
        )

    def target(self, node: ast.expr) -> None:
        """Bind what an assignment's left side, a `for` or a `with` names."""
        if isinstance(node, ast.Name):
            span = self.span(node)
            if self.scopes[self.scope].kind in {ScopeKind.MODULE, ScopeKind.CLASS}:
                self._constant(node.id, span)
            self.bind(node.id, BindingKind.VARIABLE, span)
        elif isinstance(node, (ast.Tuple, ast.List)):
            for element in node.elts:
                self.target(element)
        elif isinstance(node, ast.Starred):
            self.target(node.value)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and self.receivers.get(self.scope, ("", 0))[0] == node.value.id:
                self.attributes.setdefault(self.receivers[self.scope][1], {})[node.attr] = None
            self.expression(node, Role.STORE)
        else:
            self.expression(node)

    def exported(self, value: ast.expr) -> None:
        """Read the entries that are added to `__all__`."""
        if self.scope != 0:
            return
        if not isinstance(value, (ast.List, ast.Tuple)):
            self.exports_readable = False
            return
        self.exports = self.exports or []
        for element in value.elts:
            place = self._literal(element)
            if place is None:
                self.exports_readable = False
            else:
                self.exports.append(Exported(*place))

    def expression_statement(self, node: ast.Expr) -> None:
        value = node.value
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and isinstance(value.func.value, ast.Name)
            and value.func.value.id == "__all__"
        ):
            argument = value.args[0] if len(value.args) == 1 else None
            if value.func.attr == "extend" and argument is not None:
                self.exported(argument)
            elif value.func.attr == "append" and argument is not None:
                self.exported(ast.List(elts=[argument], ctx=ast.Load()))
            else:
                self.exports_readable = False
        self.expression(value)

    def if_(self, node: ast.If) -> None:
        self.expression(node.test)
        checking = (_dotted(node.test) or "").rpartition(".")[2] == "TYPE_CHECKING"
        self.suite(node.body, type_checking=checking)
        self.suite(node.orelse)

    def try_(self, node: Any) -> None:
        self.suite(node.body)
        for handler in node.handlers:
            if handler.type:
                self._check(handler.type)
            if handler.name:
                span = self.span(handler)
                self.bind(handler.name, BindingKind.VARIABLE, Span(span.start, span.start))
            self.suite(handler.body, fallback=True)
        self.suite(node.orelse)
        self.suite(node.finalbody)

    def loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.expression(node.iter)
        self.target(node.target)
        self.suite(node.body)
        self.suite(node.orelse)

    def while_(self, node: ast.While) -> None:
        self.expression(node.test)
        self.suite(node.body)
        self.suite(node.orelse)

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.target(item.optional_vars)
        self.suite(node.body)

    def match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        for case in node.cases:
            self._pattern(case.pattern)
            if case.guard:
                self.expression(case.guard)
            self.suite(case.body)

    def _pattern(self, node: ast.pattern) -> None:
        if isinstance(node, ast.MatchClass):
            self._check(node.cls)
        elif isinstance(node, ast.MatchValue):
            self.expression(node.value)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            end = self.span(node).end
            self.bind(node.name, BindingKind.VARIABLE, Span(end - len(node.name), end))
        elif isinstance(node, ast.MatchMapping):
            for key in node.keys:
                self.expression(key)
            if node.rest:
                self.bind(node.rest, BindingKind.VARIABLE, Span(self.span(node).start, self.span(node).start))
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.pattern):
                self._pattern(child)

    def global_(self, node: ast.Global) -> None:
        for name in node.names:
            self.redirected[self.scope, name] = 0

    def nonlocal_(self, node: ast.Nonlocal) -> None:
        bound = {(binding.scope, binding.name) for binding in self.bindings}
        for name in node.names:
            outer = [scope for scope in self._enclosing_functions() if (scope, name) in bound]
            self.redirected[self.scope, name] = next(iter(outer or self._enclosing_functions()), self.scope)

    def _enclosing_functions(self) -> list[int]:
        found = []
        scope = self.scopes[self.scope].parent
        while scope >= 0:
            if self.scopes[scope].kind == ScopeKind.FUNCTION:
                found.append(scope)
            scope = self.scopes[scope].parent
        return found

    def return_(self, node: ast.Return) -> None:
        if node.value is not None:
            self.expression(node.value)
            if self.scope in self.results and not (isinstance(node.value, ast.Constant) and node.value.value is None):
                self.results[self.scope][1] = True

    def yield_(self, node: ast.Yield | ast.YieldFrom) -> None:
        if self.scope in self.results:
            self.results[self.scope][0] = True
        if node.value is not None:
            self.expression(node.value)

    def delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.expression(target, Role.STORE)

    # -- expressions --------------------------------------------------------------------------------------

    def expression(self, node: ast.AST, role: Role = Role.LOAD) -> int | None:
        """Visit an expression; the number of the use when it is a dotted name."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._chain(node, role)
        visit = _EXPRESSIONS.get(type(node))
        if visit is not None:
            visit(self, node)
        else:
            for child in ast.iter_child_nodes(node):
                self.expression(child)
        return None

    def _chain(self, node: ast.Name | ast.Attribute, role: Role, call: Call | None = None) -> int | None:
        attributes: list[ast.Attribute] = []
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            attributes.append(root)
            root = root.value
        if not isinstance(root, ast.Name):
            self.expression(root)
            return None
        attributes.reverse()
        return self._use([root.id, *(a.attr for a in attributes)], self._chain_spans(root, attributes), role, call)

    def _chain_spans(self, root: ast.Name, attributes: list[ast.Attribute]) -> list[Span]:
        if id(root) not in self.placed:
            spans = [self.span(root)]
            for attribute in attributes:
                end = self.offsets.at(attribute.end_lineno or 1, attribute.end_col_offset or 0)
                spans.append(Span(end - len(attribute.attr), end))
            return spans
        at = self.placed[id(root)]
        spans = [Span(at, at + len(root.id))]
        for attribute in attributes:
            match = re.compile(r"\s*\.\s*" + attribute.attr).match(self.text, spans[-1].end)
            end = match.end() if match else spans[-1].end
            spans.append(Span(end - len(attribute.attr) if match else end, end))
        return spans

    def _use(self, path: Sequence[str], spans: Sequence[Span], role: Role, call: Call | None = None) -> int:
        if self.quoted and self._unquotable:
            self.unplaced.update(path)
            spans = [self._quoted_span] * len(path)
        elif (self.in_f_string or not self.is_ascii) and any(
            self.text[start:end] != name for name, (start, end) in zip(path, spans, strict=True)
        ):
            self.unplaced.update(path)  # an f-string that hides its places, or a name that NFKC changes
        if role == Role.CALL and len(path) == 1:
            self.dynamic = self.dynamic or path[0] in {"globals", "exec"}
            self.introspects = self.introspects or path[0] in {"eval", "locals", "vars"}
        elif path[:2] == ["sys", "modules"]:
            self.introspects = True
        self.pending.append(_Pending(tuple(path), tuple(spans), role, self.scope, self.block, call, self.quoted, False))
        return len(self.pending) - 1

    def subscript(self, node: ast.Subscript, role: Role = Role.LOAD) -> int | None:
        use = self.expression(node.value, role)
        if use is not None:
            self.pending[use] = self.pending[use]._replace(subscripted=True)
        if role == Role.BASE:
            self.annotation(node.slice)
        else:
            self.expression(node.slice)
        return use

    def call(self, node: ast.Call) -> None:
        call = Call(
            positional=sum(not isinstance(argument, ast.Starred) for argument in node.args),
            keywords=tuple((word.arg, self._keyword_span(word)) for word in node.keywords if word.arg),
            star=any(isinstance(argument, ast.Starred) for argument in node.args),
            double_star=any(word.arg is None for word in node.keywords),
            span=self.span(node),
        )
        if isinstance(node.func, (ast.Name, ast.Attribute)):
            self._chain(node.func, Role.CALL, call)
        else:
            self.expression(node.func)
        tests_class = isinstance(node.func, ast.Name) and node.func.id in {"isinstance", "issubclass"}
        for number, argument in enumerate(node.args):
            if tests_class and number == 1:
                self._check(argument)
            else:
                self.expression(argument)
        for word in node.keywords:
            self.expression(word.value)

    def _keyword_span(self, word: ast.keyword) -> Span:
        start = self.span(word).start
        return Span(start, start + len(word.arg or ""))

    def _check(self, node: ast.expr) -> None:
        """The class, or the classes, that something is compared with."""
        if isinstance(node, (ast.Tuple, ast.List)):
            for element in node.elts:
                self._check(element)
        elif isinstance(node, ast.BinOp):
            self._check(node.left)
            self._check(node.right)
        else:
            self.expression(node, Role.CHECK)

    def comprehension(self, node: Any) -> None:
        first = node.generators[0]
        self.expression(first.iter)
        with self.inside(ScopeKind.COMPREHENSION, self.scopes[self.scope].qualname):
            for generator in node.generators:
                if generator is not first:
                    self.expression(generator.iter)
                self.target(generator.target)
                for condition in generator.ifs:
                    self.expression(condition)
            for field in ("key", "elt", "value"):
                if hasattr(node, field):
                    self.expression(getattr(node, field))

    def lambda_(self, node: ast.Lambda) -> None:
        self._signature(node.args)
        with self.inside(ScopeKind.FUNCTION, self.scopes[self.scope].qualname):
            self._parameters(node.args)
            self.expression(node.body)

    def named(self, node: ast.NamedExpr) -> None:
        """`:=` binds in the nearest scope that is no comprehension (PEP 572)."""
        alias = self.expression(node.value, Role.ALIAS if _dotted(node.value) else Role.LOAD)
        inner = self.scope
        while self.scopes[self.scope].kind == ScopeKind.COMPREHENSION:
            self.scope = self.scopes[self.scope].parent
        self.bind(
            node.target.id,
            BindingKind.VARIABLE,
            self.span(node.target),
            -1 if alias is None else alias,
            alias=alias is not None,
        )
        self.scope = inner

    def constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and len(node.value) < _LONGEST_DOTTED and _DOTTED.match(node.value):
            place = self._literal(node)
            if place is not None and not self.quoted:
                self.strings.append(DottedString(*place))

    def compare(self, node: ast.Compare) -> None:
        """`type(x) is C` asks for a class as `isinstance` does."""
        for operand in (node.left, *node.comparators):
            self.expression(operand, Role.CHECK)

    def f_string(self, node: ast.AST) -> None:
        """Before Python 3.12 the tree does not know where in an f-string a name stands: look for it."""
        names: dict[str, list[ast.Name]] = {}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and id(inner) not in self.placed:
                names.setdefault(inner.id, []).append(inner)
        span = self.span(node)
        for name, nodes in names.items():
            found = _in_braces(self.text, span, name)
            ordered = sorted(nodes, key=lambda inner: (inner.lineno, inner.col_offset))
            places = found if len(found) == len(nodes) else [span.start] * len(nodes)
            self.placed.update((id(inner), place) for inner, place in zip(ordered, places, strict=True))
        outer, self.in_f_string = self.in_f_string, True
        for child in ast.iter_child_nodes(node):
            self.expression(child)
        self.in_f_string = outer

    # -- annotations --------------------------------------------------------------------------------------

    _unquotable = False
    _quoted_span = Span(0, 0)

    def annotation(self, node: ast.expr) -> int | None:
        """Visit an annotation, and what its strings say."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._chain(node, Role.ANNOTATION)
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                self._quoted_annotation(node, node.value)
        elif isinstance(node, ast.Subscript):
            name = (_dotted(node.value) or "").rpartition(".")[2]
            use = self.annotation(node.value)
            if use is not None:
                self.pending[use] = self.pending[use]._replace(subscripted=True)
            if name == "Literal":
                self.expression(node.slice)
            elif name == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
                self.annotation(node.slice.elts[0])
                for metadata in node.slice.elts[1:]:
                    self.expression(metadata)
            else:
                self.annotation(node.slice)
        elif isinstance(node, (ast.Tuple, ast.List, ast.BinOp, ast.Starred)):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.annotation(child)
        else:
            self.expression(node)
        return None

    def _quoted_annotation(self, node: ast.Constant, value: str) -> None:
        """A string that stands for an expression (PEP 484, forward references)."""
        try:
            inner = ast.parse(value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        outer = self.offsets, self.quoted, self._unquotable, self._quoted_span
        place = self._literal(node)
        self.quoted = True
        if place is None or self._unquotable:
            self._unquotable, self._quoted_span = True, self.span(node) if not outer[1] else outer[3]
        else:
            lead = len(place[0]) - len(place[0].lstrip())
            self.offsets = _Offsets(place[0].strip(), place[1].start + lead)
        self.annotation(inner)
        self.offsets, self.quoted, self._unquotable, self._quoted_span = outer

    def _literal(self, node: ast.expr) -> tuple[str, Span] | None:
        """A string constant's value and the span between its quotes, when the text there is that value."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or self.quoted:
            return None
        whole = self.span(node)
        match = _SIMPLE_STRING.match(self.text, whole.start)
        if match is None:
            return None
        inner = Span(match.end(), match.end() + len(node.value))
        if self.text[inner.start : inner.end] != node.value or inner.end + len(match[1]) != whole.end:
            return None
        return node.value, inner


_Visit = Callable[[_Extractor, Any], object]

_STATEMENTS: dict[type[ast.AST], _Visit] = {
    ast.Import: _Extractor.import_,
    ast.ImportFrom: _Extractor.import_from,
    ast.FunctionDef: _Extractor.function,
    ast.AsyncFunctionDef: _Extractor.function,
    ast.ClassDef: _Extractor.class_,
    ast.Assign: _Extractor.assign,
    ast.AnnAssign: _Extractor.annotated,
    ast.AugAssign: _Extractor.augmented,
    ast.Expr: _Extractor.expression_statement,
    ast.If: _Extractor.if_,
    ast.For: _Extractor.loop,
    ast.AsyncFor: _Extractor.loop,
    ast.While: _Extractor.while_,
    ast.With: _Extractor.with_,
    ast.AsyncWith: _Extractor.with_,
    ast.Match: _Extractor.match,
    ast.Global: _Extractor.global_,
    ast.Nonlocal: _Extractor.nonlocal_,
    ast.Delete: _Extractor.delete,
    ast.Return: _Extractor.return_,
    **dict.fromkeys(_TRY, _Extractor.try_),
}
if _TYPE_ALIAS:
    _STATEMENTS[_TYPE_ALIAS] = _Extractor.type_alias

_EXPRESSIONS: dict[type[ast.AST], _Visit] = {
    ast.Call: _Extractor.call,
    ast.Subscript: _Extractor.subscript,
    ast.ListComp: _Extractor.comprehension,
    ast.SetComp: _Extractor.comprehension,
    ast.DictComp: _Extractor.comprehension,
    ast.GeneratorExp: _Extractor.comprehension,
    ast.Lambda: _Extractor.lambda_,
    ast.Yield: _Extractor.yield_,
    ast.YieldFrom: _Extractor.yield_,
    ast.NamedExpr: _Extractor.named,
    ast.Constant: _Extractor.constant,
    ast.Compare: _Extractor.compare,
}
if not hasattr(ast, "TypeVar"):  # PEP 701 came with 3.12, as did the tree's type parameters
    _EXPRESSIONS[ast.JoinedStr] = _Extractor.f_string


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]


def _parameters(arguments: ast.arguments) -> tuple[Parameter, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    found = [
        Parameter(argument.arg, "positional" if number < len(arguments.posonlyargs) else "normal", number >= required)
        for number, argument in enumerate(positional)
    ]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "star", default=True))
    found += [
        Parameter(argument.arg, "keyword", default is not None)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "double_star", default=True))
    return tuple(found)


def _dotted(node: ast.expr) -> str | None:
    """The dotted text of a name with attributes; of a call, that of what is called."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    names.append(node.id)
    return ".".join(reversed(names))


def _kind_of_value(value: ast.expr | None) -> str | None:
    if value is None:
        return None
    return repr(value.value)[:_LONGEST_DOTTED] if isinstance(value, ast.Constant) else "?"


def _first_line(doc: str | None) -> str | None:
    return doc.strip().partition("\n")[0].strip() or None if doc else None


def _in_braces(text: str, span: Span, name: str) -> list[int]:
    """Offsets of a name inside the replacement fields of an f-string."""
    fields: list[tuple[int, int]] = []
    depth = start = 0
    at = span.start
    while at < span.end:
        mark = text[at]
        if mark == "{" and depth == 0 and text[at + 1 : at + 2] == "{":
            at += 1
        elif mark == "{":
            depth += 1
            start = at if depth == 1 else start
        elif mark == "}" and depth:
            depth -= 1
            if depth == 0:
                fields.append((start, at))
        at += 1
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    return [match.start() for begin, end in fields for match in word.finditer(text, begin, end)]
