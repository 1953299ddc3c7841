"""Expressions: the names that they use, call, compare with and annotate, and the strings that could name something."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ssot_rules.facts import BindingKind, Call, DottedString, Role, ScopeKind, Span, Stand
from ssot_server.index.offsets import Offsets
from ssot_server.index.scopes import Gathering

_SIMPLE_STRING = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")
_NAMES = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_DOTTED = re.compile(rf"(?:%s|\{{\w*\}})?\.*{_NAMES}(?::{_NAMES})?\.?\Z")
_ATTRIBUTE = re.compile(r"\s*\.\s*(\w+)")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_LONGEST_DOTTED = 300
_DEBUG_FIELD = re.compile(r"=\s*(?:![rsa]\s*)?(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")
"""The end of a field of an f-string that shows its own text: `{Old=}`."""
_FORMS = frozenset(
    {
        *("AbstractSet", "Annotated", "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "Callable"),
        *("ChainMap", "ClassVar", "Collection", "Container", "ContextManager", "Coroutine", "Counter", "DefaultDict"),
        *("Deque", "Dict", "Final", "FrozenSet", "Generator", "Iterable", "Iterator", "ItemsView", "KeysView", "List"),
        *("Mapping", "MutableMapping", "MutableSequence", "MutableSet", "NotRequired", "Optional", "OrderedDict"),
        *("Required", "Reversible", "Sequence", "Set", "Tuple", "Type", "TypeGuard", "TypeIs", "Union", "ValuesView"),
        *("dict", "frozenset", "list", "set", "tuple", "type"),
    }
)
"""What makes a type of the types in brackets behind it, wherever it stands."""
_NO_EXPRESSIONS = frozenset({"ctx", "op", "ops", "kind", "conversion", "attr", "id", "arg", "type_comment"})
"""Fields of expressions that hold none."""

_Standing = tuple[Stand, int, "int | str"]
"""Where a string stands, what it is given to and as which argument: see `DottedString`."""
_IN_PROSE: _Standing = (Stand.PROSE, -1, -1)


class Expressions(Gathering):
    """Reads expressions."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.quoted = False
        """Whether what is read stands in a string annotation."""
        self.maker: tuple[str, ...] = ()
        """What makes types of the strings that are read, if it is what it seems to be."""
        self._hidden: Span | None = None
        """The span of a string annotation whose text is not what it means (escapes, several pieces)."""
        self._in_f_string = False
        self._standing: _Standing = (Stand.VALUE, -1, -1)
        """Where a string stands that is read now."""
        self._placed: dict[int, int] = {}
        """Offsets of names inside f-strings, by the identity of their nodes."""

    def expression(self, node: ast.AST, role: Role = Role.LOAD) -> int | None:
        """Read an expression; the number of the use when it is a dotted name."""
        kind = type(node)
        if kind is ast.Name or kind is ast.Attribute:
            return self.dotted(node, role)
        visit = _EXPRESSIONS.get(kind)
        if visit is not None:
            visit(self, node)
            return None
        for field in node._fields:
            if field not in _NO_EXPRESSIONS:
                value = getattr(node, field)
                if isinstance(value, ast.AST):
                    self.expression(value)
                elif isinstance(value, list):
                    for item in value:
                        if isinstance(item, ast.AST):  # a key of a dict may be None
                            self.expression(item)
        return None

    # -- dotted names -------------------------------------------------------------------------------------

    def dotted(self, node: Any, role: Role, call: Call | None = None) -> int | None:
        """Read a name with its attributes; the number of the use, None when something else is at its root."""
        if type(node) is ast.Name and not self._placed:
            return self._named((node.id,), (self.span(node),), role, call)
        attributes: list[ast.Attribute] = []
        root: Any = node
        while type(root) is ast.Attribute:
            attributes.append(root)
            root = root.value
        if type(root) is not ast.Name:
            self.standing(root, Stand.PROSE)
            return None
        attributes.reverse()
        path = (root.id, *[attribute.attr for attribute in attributes])
        return self._named(path, self._spans(root, attributes), role, call)

    def _spans(self, root: ast.Name, attributes: list[ast.Attribute]) -> list[Span]:
        if id(root) not in self._placed:
            spans = [self.span(root)]
            for attribute in attributes:
                end = self.span(attribute).end
                spans.append(Span(end - len(attribute.attr), end))
            return spans
        at = self._placed[id(root)]
        spans = [Span(at, at + len(root.id))]
        for _ in attributes:
            match = _ATTRIBUTE.match(self.text, spans[-1].end)
            end = match.end() if match else spans[-1].end
            spans.append(Span(match.start(1) if match else end, end))
        return spans

    def _named(self, path: Sequence[str], spans: Sequence[Span], role: Role, call: Call | None) -> int:
        if self._hidden is not None:
            self.unplaced.update(path)
            spans = [self._hidden] * len(path)
        elif (self._in_f_string or not self.is_ascii) and any(
            self.text[start:end] != name for name, (start, end) in zip(path, spans, strict=True)
        ):
            self.unplaced.update(path)  # an f-string that hides its places, or a name that NFKC changes
        return self.use(path, spans, role, call, quoted=self.quoted, maker=self.maker if self.quoted else ())

    # -- kinds of expressions -----------------------------------------------------------------------------

    def subscript(self, node: ast.Subscript, role: Role = Role.LOAD) -> int | None:
        """Read `value[slice]`; the number of the use when the value is a dotted name."""
        use = self.expression(node.value, role)
        if use is not None:
            self.subscripted.add(use)
        maker = tuple((dotted_text(node.value) or "").split("."))
        if isinstance(node.slice, ast.Name) and node.slice.id == "__name__":
            self.dynamic = self.dynamic or (dotted_text(node.value) or "").rpartition(".")[2] == "modules"
        if role == Role.BASE:
            self.annotation(node.slice)
        elif maker[-1] in _FORMS:
            outer, self.maker = self.maker, maker
            self._types([node.slice])
            self.maker = outer
        else:
            self.standing(node.slice, Stand.KEY, -1 if use is None else use)
        return use

    def standing(self, node: ast.AST, stand: Stand, of: int = -1, argument: int | str = -1) -> int | None:
        """Read an expression in which strings stand so; the number of the use when it is a dotted name."""
        if type(node) is ast.Name:
            return self.dotted(node, Role.LOAD)
        outer, self._standing = self._standing, (stand, of, argument)
        use = self.expression(node)
        self._standing = outer
        return use

    def operation(self, node: ast.BinOp) -> None:
        """Read `a + b`, which may put a text together."""
        outer, self._standing = self._standing, _IN_PROSE
        operands: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):  # a sum of a thousand terms is a tree of that depth
            operands.append(left.right)
            left = left.left
        for operand in (left, *reversed(operands)):
            self.expression(operand)
        self._standing = outer

    def display(self, node: ast.List | ast.Tuple | ast.Set) -> None:
        """Read `[a, b]` and its like."""
        outer, self._standing = self._standing, (Stand.ITEM, *self._standing[1:])
        for element in node.elts:
            self.expression(element)
        self._standing = outer

    def dictionary(self, node: ast.Dict) -> None:
        """Read `{key: value}`, and which strings may belong together."""
        outer = self._standing
        for key, value in zip(node.keys, node.values, strict=True):
            self._standing = (Stand.KEY, *outer[1:])
            before = len(self.strings)
            if key is not None:
                self.expression(key)
            between = len(self.strings)
            self._standing = (Stand.ITEM, *outer[1:])
            self.expression(value)
            if self.scope == 0:
                self._pair(range(before, between), value, range(between, len(self.strings)))
        self._standing = outer

    def _pair(self, keys: range, value: ast.expr, values: range) -> None:
        """In the tables of lazy imports a name and its module stand together, in one of several ways."""
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
        if len(values) != len(elements):  # some are no strings that could name anything
            return
        if isinstance(value, ast.Tuple) and len(values) == 2:
            self._is_within(values[1], values[0])
        elif isinstance(value, ast.Constant) and keys:
            self._is_within(keys[0], values[0])
        elif isinstance(value, ast.List) and keys:
            for number in values:
                self._is_within(number, keys[0])

    def _is_within(self, number: int, module: int) -> None:
        self.strings[number] = self.strings[number]._replace(within=module)

    def call(self, node: ast.Call) -> None:
        """Read a call and its arguments."""
        function, arguments, keywords = node.func, node.args, node.keywords
        use = None
        subscript = function if isinstance(function, ast.Subscript) else None
        if subscript is not None:  # `Old[int]()`
            function = subscript.value
        if isinstance(function, (ast.Name, ast.Attribute)):
            stars = sum([isinstance(argument, ast.Starred) for argument in arguments])
            call = Call(
                positional=len(arguments) - stars,
                keywords=tuple([(word.arg, self._keyword_span(word)) for word in keywords if word.arg]),
                star=stars > 0,
                double_star=any(word.arg is None for word in keywords) if keywords else False,
                span=self.span(node),
            )
            use = self.dotted(function, Role.CALL, call)
            if subscript is not None and use is not None:
                self.subscripted.add(use)
        else:
            self.standing(function, Stand.PROSE)
        if subscript is not None:
            self.expression(subscript.slice)
        outer, self.maker = self.maker, tuple((dotted_text(function) or "").split("."))
        read = _READ_OTHERWISE.get(self.maker[-1])
        if read is not None:
            read(self, arguments, keywords)
        else:
            self._called_with(-1 if use is None else use, arguments, keywords)
        self.maker = outer

    def _called_with(self, function: int, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> None:
        """Read what a function is called with, given the number of the use that names it."""
        before = len(self.strings)
        given = [self.standing(argument, Stand.VALUE, function, at) for at, argument in enumerate(arguments)]
        given += [self.standing(word.value, Stand.VALUE, function, word.arg or "") for word in keywords]
        if function < 0 or len(given) < 2:
            return
        for number in range(before, len(self.strings)):
            string = self.strings[number]
            other = given[1 if string.argument == 0 else 0]
            if string.of == function and string.stand == Stand.VALUE and other is not None:
                self.strings[number] = string._replace(beside=other)

    def _arguments(self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> None:
        for argument in arguments:
            self.expression(argument)
        for word in keywords:
            self.expression(word.value)

    def _test_of_class(self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> None:
        """`isinstance(x, C)`"""
        self._arguments(arguments[:1], keywords)
        for number, argument in enumerate(arguments[1:]):
            if number == 0:
                self.compared(argument)
            else:
                self.expression(argument)

    def _cast(self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> None:
        """`cast("C", x)`, `ForwardRef("C")`"""
        self._types(arguments[:1])
        self._arguments(arguments[1:], keywords)

    def _named_type(self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> None:
        """`TypeVar("T", bound="C")`, `NewType("N", "C")`, `TypedDict("D", {"k": "C"})`: a name, and then types."""
        self._arguments(arguments[:1], [])
        self._types(arguments[1:])
        self._types([word.value for word in keywords])

    def _named_tuple(self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> None:
        """`NamedTuple("P", [("k", "C")])`"""
        self._arguments(arguments[:1], keywords)
        for fields in arguments[1:]:
            for field in fields.elts if isinstance(fields, (ast.List, ast.Tuple)) else [fields]:
                if isinstance(field, ast.Tuple):
                    self._arguments(field.elts[:1], [])
                    self._types(field.elts[1:])
                else:
                    self.expression(field)

    def _types(self, nodes: Iterable[ast.expr]) -> None:
        """Read values whose strings are types, if `maker` is what it seems to be."""
        for node in nodes:
            if isinstance(node, (ast.List, ast.Tuple)):
                self._types(node.elts)
            elif isinstance(node, ast.Dict):
                self._arguments([key for key in node.keys if key is not None], [])
                self._types(node.values)
            else:
                self.expression(node)
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self._quoted_annotation(node, node.value)

    def _keyword_span(self, word: ast.keyword) -> Span:
        start = self.span(word).start
        return Span(start, start + len(word.arg or ""))

    def compared(self, node: ast.expr) -> None:
        """Read the class, or the classes, that something is compared with."""
        if isinstance(node, (ast.Tuple, ast.List)):
            for element in node.elts:
                self.compared(element)
        elif isinstance(node, ast.BinOp):
            self.compared(node.left)
            self.compared(node.right)
        else:
            self.expression(node, Role.CHECK)

    def comparison(self, node: ast.Compare) -> None:
        """`type(x) is C` asks for a class as `isinstance` does."""
        outer, self._standing = self._standing, _IN_PROSE
        for operand in (node.left, *node.comparators):
            self.expression(operand, Role.CHECK)
        self._standing = outer

    def comprehension(self, node: Any) -> None:
        """The first iterable is evaluated outside of the scope that the rest has."""
        first = node.generators[0]
        self.expression(first.iter)
        outer = self.enter(ScopeKind.COMPREHENSION, self.scopes[self.scope].qualname)
        for generator in node.generators:
            if generator is not first:
                self.expression(generator.iter)
            self.target(generator.target)
            for condition in generator.ifs:
                self.expression(condition)
        for field in ("key", "elt", "value"):
            if hasattr(node, field):
                self.expression(getattr(node, field))
        self.leave(outer)

    def lambda_(self, node: ast.Lambda) -> None:
        """A function without a name."""
        self.signature(node.args)
        outer = self.enter(ScopeKind.FUNCTION, self.scopes[self.scope].qualname)
        self.parameters(node.args)
        self.expression(node.body)
        self.leave(outer)

    def signature(self, arguments: ast.arguments) -> None:
        """Read what is evaluated outside a function: its defaults and annotations, and its parameters' comments."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)
        for argument in all_arguments(arguments):
            if argument.annotation:
                self.annotation(argument.annotation)
            self.type_comment(argument.type_comment, self.span(argument).end)

    def parameters(self, arguments: ast.arguments) -> None:
        """Bind the parameters of a function in its scope."""
        for argument in all_arguments(arguments):
            start = self.span(argument).start
            self.bind(argument.arg, BindingKind.PARAMETER, Span(start, start + len(argument.arg)))

    def target(self, node: ast.expr) -> None:
        """Bind what a comprehension, a `for` or an assignment names."""
        if isinstance(node, ast.Name):
            self.bind(node.id, BindingKind.VARIABLE, self.span(node))
        elif isinstance(node, (ast.Tuple, ast.List)):
            for element in node.elts:
                self.target(element)
        elif isinstance(node, ast.Starred):
            self.target(node.value)
        elif isinstance(node, ast.Attribute):
            self.expression(node, Role.STORE)
        else:
            self.expression(node)

    def yield_(self, node: ast.Yield | ast.YieldFrom) -> None:
        """Makes a generator of the function around it."""
        if self.scope in self.results:
            self.results[self.scope][0] = True
        if node.value is not None:
            self.expression(node.value)

    def walrus(self, node: ast.NamedExpr) -> None:
        """`:=` binds in the nearest scope that is no comprehension (PEP 572)."""
        alias = self.expression(node.value, Role.ALIAS if dotted_text(node.value) else Role.LOAD)
        inner = self.scope
        while self.scopes[self.scope].kind == ScopeKind.COMPREHENSION:
            self.scope = self.scopes[self.scope].parent
        ref = -1 if alias is None else alias
        self.bind(node.target.id, BindingKind.VARIABLE, self.span(node.target), ref, alias=alias is not None)
        self.scope = inner

    def constant(self, node: ast.Constant) -> None:
        """A string that could name something is kept."""
        value = node.value
        if isinstance(value, str) and len(value) < _LONGEST_DOTTED and not self.quoted and _DOTTED.match(value):
            place = None if self._in_f_string else self.literal(node)
            span = self.span(node) if place is None else place[1]
            string = DottedString(value, span, place is not None, *self._standing)
            if string.plain or all(name in self.text[span.start : span.end] for name in string.names):
                self.strings.append(string)  # others are spelt by escapes, and no search finds them

    def f_string(self, node: ast.AST) -> None:
        """Before Python 3.12 the tree does not know where in an f-string a name stands: look for it."""
        names: dict[str, list[ast.Name]] = {}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and id(inner) not in self._placed:
                names.setdefault(inner.id, []).append(inner)
        span = self.span(node)
        for name, nodes in names.items():
            found = _in_braces(self.text, span, name)
            ordered = sorted(nodes, key=lambda inner: (inner.lineno, inner.col_offset))
            places = found if len(found) == len(nodes) else [span.start] * len(nodes)
            self._placed.update((id(inner), place) for inner, place in zip(ordered, places, strict=True))
        outer, self._in_f_string = self._in_f_string, True
        self.fields(node)
        self._in_f_string = outer

    def fields(self, node: Any) -> None:
        """Read the fields of a string. What shows its own text, as `{Old=}` does, would show another under another
        name: so such a name counts as one whose place is unknown."""
        shows = _DEBUG_FIELD.search(self.text, *self.span(node)) is not None
        outer, self._standing = self._standing, _IN_PROSE
        before = ""
        for child in node.values:
            self.expression(child)
            if isinstance(child, ast.Constant):
                before = str(child.value).rstrip()
                continue
            if shows and before.endswith("="):
                names = {inner.id for inner in ast.walk(child) if isinstance(inner, ast.Name)}
                self.unplaced.update(names.intersection(_NAME.findall(before)))
            before = ""
        self._standing = outer

    # -- annotations --------------------------------------------------------------------------------------

    def annotation(self, node: ast.expr) -> int | None:
        """Read an annotation, and what its strings say; the number of the use when it is a dotted name."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.dotted(node, Role.ANNOTATION)
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                self._quoted_annotation(node, node.value)
        elif isinstance(node, ast.Subscript):
            self._subscripted_annotation(node)
        elif isinstance(node, (ast.Tuple, ast.List, ast.BinOp, ast.Starred)):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.annotation(child)
        else:
            self.expression(node)
        return None

    def _subscripted_annotation(self, node: ast.Subscript) -> None:
        name = (dotted_text(node.value) or "").rpartition(".")[2]
        use = self.annotation(node.value)
        if use is not None:
            self.subscripted.add(use)
        if name == "Literal":
            self.expression(node.slice)
        elif name == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
            self.annotation(node.slice.elts[0])
            for metadata in node.slice.elts[1:]:
                self.expression(metadata)
        else:
            self.annotation(node.slice)

    def _quoted_annotation(self, node: ast.Constant, value: str) -> None:
        """A string that stands for an expression (PEP 484, forward references)."""
        inner = _parsed(value.strip(), "eval")
        if inner is None:
            return
        outer = self.offsets, self.span, self.quoted, self._hidden
        place = self.literal(node)
        if place is None or self._hidden is not None:
            hidden = self._hidden = self._hidden or self.span(node)
            self.span = lambda node: hidden  # noqa: ARG005 - called as the other is
        else:
            lead = len(place[0]) - len(place[0].lstrip())
            self.offsets = Offsets(place[0].strip(), place[1].start + lead)
            self.span = self.offsets.span
        self.quoted = True
        self.annotation(inner.body)
        self.offsets, self.span, self.quoted, self._hidden = outer

    def type_comment(self, comment: str | None, start: int) -> None:
        """Read a type comment (PEP 484) that stands behind `start`: a type, or `(int, str) -> bool` of a function."""
        if comment is None:
            return
        tree = _parsed(comment, "func_type" if comment.startswith("(") and "->" in comment else "eval")
        found = re.compile(r"#[ \t]*type:[ \t]*" + re.escape(comment)).search(self.text, start)
        if tree is None or found is None:
            return
        outer = self.offsets, self.span
        self.offsets = Offsets(comment, found.end() - len(comment))
        self.span, self.quoted = self.offsets.span, True
        for part in (*tree.argtypes, tree.returns) if isinstance(tree, ast.FunctionType) else (tree.body,):
            self.annotation(part)
        self.offsets, self.span = outer
        self.quoted = False

    def literal(self, node: ast.expr) -> tuple[str, Span] | None:
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


_EXPRESSIONS: dict[type[ast.AST], Callable[[Expressions, Any], object]] = {
    ast.Call: Expressions.call,
    ast.Subscript: Expressions.subscript,
    ast.ListComp: Expressions.comprehension,
    ast.SetComp: Expressions.comprehension,
    ast.DictComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.Lambda: Expressions.lambda_,
    ast.Yield: Expressions.yield_,
    ast.YieldFrom: Expressions.yield_,
    ast.NamedExpr: Expressions.walrus,
    ast.Constant: Expressions.constant,
    ast.Compare: Expressions.comparison,
    ast.List: Expressions.display,
    ast.Tuple: Expressions.display,
    ast.Set: Expressions.display,
    ast.Dict: Expressions.dictionary,
    ast.BinOp: Expressions.operation,
    # PEP 701 came with 3.12, as did the tree's type parameters
    ast.JoinedStr: Expressions.fields if hasattr(ast, "TypeVar") else Expressions.f_string,
}
_READ_OTHERWISE: dict[str, Callable[[Expressions, Sequence[ast.expr], Sequence[ast.keyword]], None]] = {
    "isinstance": Expressions._test_of_class,  # noqa: SLF001
    "issubclass": Expressions._test_of_class,  # noqa: SLF001
    "cast": Expressions._cast,  # noqa: SLF001
    "ForwardRef": Expressions._cast,  # noqa: SLF001
    **dict.fromkeys(
        ("TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "TypedDict", "TypeAliasType"),
        Expressions._named_type,  # noqa: SLF001
    ),
    "NamedTuple": Expressions._named_tuple,  # noqa: SLF001
}
"""Functions whose arguments are no mere values, by their last name."""


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter; the starred ones come last."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]


def _parsed(text: str, mode: str) -> Any:
    """The tree of a text; None where it has none."""
    try:
        return ast.parse(text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def dotted_text(node: ast.expr) -> str | None:
    """The dotted text of a name with attributes; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    names.append(node.id)
    return ".".join(reversed(names))


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
    return [match.start() for begin, end in fields for match in _NAME.finditer(text, begin, end) if match[0] == name]
