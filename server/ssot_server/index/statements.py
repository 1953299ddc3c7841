"""Statements: imports, definitions and assignments, and the suites that they stand in."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar

from ssot_rules.facts import (
    UNREADABLE,
    BindingKind,
    Block,
    Definition,
    DefinitionKind,
    Exported,
    ImportedName,
    ImportStatement,
    Parameter,
    Role,
    ScopeKind,
    Span,
)
from ssot_server.index.expressions import Expressions, dotted_text

_DEFINITION_NAME = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+")
_FROM = re.compile(r"from[\s\\]*(?P<module>[.\w](?:[.\w]|[\s\\]+(?=[.\w]))*?)[\s\\]*\bimport\b")
_AS = re.compile(r"[\s\\]+as\b")
_LONGEST_VALUE = 300
_TYPE_ALIAS = (ast.TypeAlias,) if hasattr(ast, "TypeAlias") else ()
_Given = int | None | tuple["_Given", ...]
"""The number of the use that is given to a name; of what is given to several names, one for each."""
_TRY = (ast.Try, getattr(ast, "TryStar", ast.Try))


class Statements(Expressions):
    """Reads statements."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.docs: list[Span] = []
        """Where constants are statements of their own, as docstrings are."""

    def suite(
        self,
        body: Sequence[ast.stmt],
        *,
        type_checking: bool = False,
        fallback: bool = False,
        caught: frozenset[str] = frozenset(),
    ) -> None:
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
                caught=above.caught | caught,
            )
        )
        self.block = len(self.blocks) - 1
        self.body(body)
        self.block = outer

    # -- statements ---------------------------------------------------------------------------------------

    def body(self, statements: Iterable[ast.stmt]) -> None:
        """Read statements that run one after another."""
        for statement in statements:
            visit = self._VISITS.get(type(statement))
            if visit is not None:
                visit(self, statement)
            else:
                self.expression(statement)

    def _import(self, node: ast.Import) -> None:
        span = self.span(node)
        self.statements.append(ImportStatement(span, None, 0, Span(span.start, span.start), self.block, self.scope))
        self._imported(node.names)

    def _import_from(self, node: ast.ImportFrom) -> None:
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
                end = span.start + len(_AS.split(self.text[span.start : span.end])[0])
            imported = ImportedName(statement, alias.name, alias.asname, span, Span(span.start, end))
            self.imports.append(imported)
            if alias.name != "*":
                self.bind(imported.local, BindingKind.IMPORT, span, len(self.imports) - 1)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, Role.DECORATOR)
        number = self._define(node, DefinitionKind.FUNCTION)
        outer = self._type_parameters(node)
        self.signature(node.args)
        if node.returns:
            self.annotation(node.returns)
        self.type_comment(node.type_comment, self.definitions[number].name_span.end)
        self._function_body(node, number)
        self.leave(outer)

    def _function_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, number: int) -> None:
        owner = self.scope if self.scopes[self.scope].kind == ScopeKind.CLASS else -1
        outer = self.enter(ScopeKind.FUNCTION, self.definitions[number].qualname)
        inner = self.scope
        self.parameters(node.args)
        first = (*node.args.posonlyargs, *node.args.args)[:1]
        if owner >= 0 and first:
            self.receivers[inner] = (first[0].arg, owner)
        results = self.results[inner] = [False, False]
        self.body(node.body)
        self.leave(outer)
        self.definitions[number] = self.definitions[number]._replace(inner=inner, yields=results[0], returns=results[1])

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, Role.DECORATOR)
        number = self._define(node, DefinitionKind.CLASS)
        outer = self._type_parameters(node)
        bases = [self._base(base) for base in node.bases]
        metaclass = None
        opaque = None in bases
        for keyword in node.keywords:
            self.expression(keyword.value)
            if keyword.arg == "metaclass":
                metaclass = dotted_text(keyword.value)
            opaque = opaque or (keyword.arg is None or (keyword.arg == "metaclass" and metaclass is None))
        around = self.enter(ScopeKind.CLASS, self.definitions[number].qualname)
        self.definitions[number] = self.definitions[number]._replace(
            inner=self.scope,
            bases=tuple(base for base in bases if base is not None),
            opaque=opaque,
            metaclass=metaclass,
        )
        self.body(node.body)
        self.leave(around)
        self.leave(outer)

    def _base(self, node: ast.expr) -> int | None:
        return self.subscript(node, Role.BASE) if isinstance(node, ast.Subscript) else self.expression(node, Role.BASE)

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
                decorators=tuple(map(_decorator, node.decorator_list)),
                parameters=_parameters(node.args) if not isinstance(node, ast.ClassDef) else None,
                doc=first_line(node.body),
                is_async=isinstance(node, ast.AsyncFunctionDef),
            )
        )
        number = len(self.definitions) - 1
        self.bind(node.name, BindingKind.FUNCTION if function else BindingKind.CLASS, name_span, number)
        return number

    def _type_parameters(self, node: Any) -> tuple[int, int]:
        """Open the scope of `[T: Bound]` (PEP 695), where there is one; what `leave` is to be given."""
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return self.scope, self.block
        outer = self.enter(ScopeKind.TYPE_PARAMETERS, self.scopes[self.scope].qualname)
        for parameter in parameters:
            span = self.span(parameter)
            self.bind(parameter.name, BindingKind.PARAMETER, Span(span.start, span.start + len(parameter.name)))
            for field in ("bound", "default_value"):
                if getattr(parameter, field, None) is not None:
                    self.annotation(getattr(parameter, field))
        return outer

    def _assign(self, node: ast.Assign) -> None:
        aliases = self._given(node.value)
        self.type_comment(node.type_comment, self.span(node.value).end)
        whole = self.span(node) if len(node.targets) > 1 else None
        for target in node.targets:
            self._given_to(target, node.value, aliases, whole)
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets):
            self.exported(node.value)

    def _given(self, value: ast.expr) -> _Given:
        """Read what an assignment gives: the number of the use where it is a dotted name, and one for each of several
        dotted names."""
        if isinstance(value, (ast.Tuple, ast.List)) and all(map(_is_dotted, value.elts)):
            return tuple([self._given(element) for element in value.elts])
        return self.expression(value, Role.ALIAS if dotted_text(value) else Role.LOAD)

    def _given_to(self, target: ast.expr, value: ast.expr, given: _Given, whole: Span | None = None) -> None:
        if (
            isinstance(given, tuple)
            and isinstance(value, (ast.Tuple, ast.List))
            and isinstance(target, (ast.Tuple, ast.List))
            and len(target.elts) == len(value.elts)
            and not any(isinstance(element, ast.Starred) for element in target.elts)
        ):
            for inner, element, use in zip(target.elts, value.elts, given, strict=True):
                self._given_to(inner, element, use)
        else:
            self._assigned(target, value, None if isinstance(given, tuple) else given, whole=whole)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        alias = None
        if node.value is not None:
            if (dotted_text(node.annotation) or "").rpartition(".")[2] == "TypeAlias" and not dotted_text(node.value):
                self.annotation(node.value)
            else:
                alias = self.expression(node.value, Role.ALIAS if dotted_text(node.value) else Role.LOAD)
        head = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
        self._assigned(node.target, node.value, alias, dotted_text(head) or "?")
        if isinstance(node.target, ast.Name) and node.target.id == "__all__" and node.value is not None:
            self.exported(node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        self.expression(node.value)
        self.target(node.target)
        if isinstance(node.target, ast.Name):
            self.use((node.target.id,), (self.span(node.target),), Role.LOAD)
            if node.target.id == "__all__":
                self.exported(node.value)

    def _type_alias(self, node: Any) -> None:
        outer = self._type_parameters(node)
        alias = self.annotation(node.value)
        self.leave(outer)
        self._assigned(node.name, node.value, alias)

    def _assigned(
        self,
        target: ast.expr,
        value: ast.expr | None,
        alias: int | None,
        annotation: str | None = None,
        whole: Span | None = None,
    ) -> None:
        if not isinstance(target, ast.Name):
            self.target(target)
            return
        span = self.span(target)
        is_none = isinstance(value, ast.Constant) and value.value is None
        if self.scopes[self.scope].kind in {ScopeKind.MODULE, ScopeKind.CLASS}:
            self._constant(target.id, span, annotation, _kind_of_value(value), whole)
        ref = -1 if alias is None else alias
        self.bind(target.id, BindingKind.VARIABLE, span, ref, alias=alias is not None, is_none=is_none)

    def _constant(
        self,
        name: str,
        span: Span,
        annotation: str | None = None,
        value: str | None = "?",
        whole: Span | None = None,
    ) -> None:
        self.definitions.append(
            Definition(
                name=name,
                qualname=self.qualname(name),
                kind=DefinitionKind.CONSTANT,
                name_span=span,
                span=whole or span,
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
        """Bind what an assignment's left side, a `for` or a `with` names; in a class or module it is defined."""
        if isinstance(node, ast.Name) and self.scopes[self.scope].kind in {ScopeKind.MODULE, ScopeKind.CLASS}:
            self._constant(node.id, self.span(node))
        elif isinstance(node, ast.Attribute):
            owner = self.receivers.get(self.scope)
            if owner is not None and isinstance(node.value, ast.Name) and owner[0] == node.value.id:
                self.attributes.setdefault(owner[1], {})[node.attr] = None
        super().target(node)

    def exported(self, value: ast.expr) -> None:
        """Read the entries that are added to `__all__`."""
        if self.scope != 0:
            return
        self.exports = self.exports or []
        for element in _entries(value):
            place = None if element is None else self.literal(element)
            self.exports.append(UNREADABLE if place is None else Exported(*place))
            self.introspects = self.introspects or place is None

    def _expression_statement(self, node: ast.Expr) -> None:
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
                self.exported(value)
        if isinstance(value, ast.Constant):  # a text for readers
            self.docs.append(self.span(value))
        else:
            self.expression(value)

    def _if(self, node: ast.If) -> None:
        self.expression(node.test)
        checking = (dotted_text(node.test) or "").rpartition(".")[2] == "TYPE_CHECKING"
        self.suite(node.body, type_checking=checking)
        self.suite(node.orelse)

    def _try(self, node: Any) -> None:
        caught = frozenset(name for handler in node.handlers for name in _exceptions(handler.type))
        self.suite(node.body, caught=caught)
        for handler in node.handlers:
            if handler.type:
                self.compared(handler.type)
            if handler.name:
                span = self.span(handler)
                self.bind(handler.name, BindingKind.VARIABLE, Span(span.start, span.start))
            self.suite(handler.body, fallback=True)
        self.suite(node.orelse, caught=caught)
        self.suite(node.finalbody)

    def _loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.expression(node.iter)
        self.type_comment(node.type_comment, self.span(node.iter).end)
        self.target(node.target)
        self.suite(node.body)
        self.suite(node.orelse)

    def _while(self, node: ast.While) -> None:
        self.expression(node.test)
        self.suite(node.body)
        self.suite(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.target(item.optional_vars)
        self.type_comment(node.type_comment, self.span(node.items[-1].context_expr).end)
        given = (item.context_expr.args for item in node.items if isinstance(item.context_expr, ast.Call))
        self.suite(node.body, caught=frozenset(name for args in given for arg in args for name in _exceptions(arg)))

    def _match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        for case in node.cases:
            self._pattern(case.pattern)
            if case.guard:
                self.expression(case.guard)
            self.suite(case.body)

    def _pattern(self, node: ast.pattern) -> None:
        if isinstance(node, ast.MatchClass):
            self.compared(node.cls)
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

    def _global(self, node: ast.Global) -> None:
        for name in node.names:
            self.redirected[self.scope, name] = 0

    def _nonlocal(self, node: ast.Nonlocal) -> None:
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

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.expression(node.value)
            if self.scope in self.results and not (isinstance(node.value, ast.Constant) and node.value.value is None):
                self.results[self.scope][1] = True

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.expression(target, Role.STORE)

    _VISITS: ClassVar[dict[type[ast.AST], Callable[..., object]]] = {
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Expr: _expression_statement,
        ast.If: _if,
        ast.For: _loop,
        ast.AsyncFor: _loop,
        ast.While: _while,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.Global: _global,
        ast.Nonlocal: _nonlocal,
        ast.Delete: _delete,
        ast.Return: _return,
        **dict.fromkeys(_TRY, _try),
        **dict.fromkeys(_TYPE_ALIAS, _type_alias),
    }


def _decorator(node: ast.expr) -> str:
    """The text of a decorator as facts keep it."""
    if isinstance(node, ast.Call):
        called = dotted_text(node.func)
        return "?" if called is None else f"{called}()"
    return dotted_text(node) or "?"


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


def _is_dotted(value: ast.expr) -> bool:
    """Whether a value is a dotted name or None, or some of them in brackets."""
    if isinstance(value, (ast.Tuple, ast.List)):
        return all(map(_is_dotted, value.elts))
    return dotted_text(value) is not None or (isinstance(value, ast.Constant) and value.value is None)


def _entries(value: ast.expr) -> Iterator[ast.expr | None]:
    """The entries of a list that may be put together of several; None for what cannot be told."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        yield from _entries(value.left)
        yield from _entries(value.right)
    elif isinstance(value, (ast.List, ast.Tuple)):
        for element in value.elts:
            if isinstance(element, ast.Starred):
                yield from _entries(element.value)
            else:
                yield element
    else:
        yield None


def _exceptions(node: ast.expr | None) -> list[str]:
    """The last names of the classes in an `except`, or in an argument that may be some."""
    if node is None:
        return [""]
    if isinstance(node, ast.Tuple):
        return [name for element in node.elts for name in _exceptions(element)]
    dotted = dotted_text(node)
    return [] if dotted is None else [dotted.rpartition(".")[2]]


def _kind_of_value(value: ast.expr | None) -> str | None:
    if value is None:
        return None
    return repr(value.value)[:_LONGEST_VALUE] if isinstance(value, ast.Constant) else "?"


def first_line(body: Sequence[ast.stmt]) -> str | None:
    """The first line of the docstring that a body begins with."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value.value.strip().partition("\n")[0].strip() or None
    return None
