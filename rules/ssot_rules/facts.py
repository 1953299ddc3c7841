"""What one file says, as frozen values: its imports, its definitions, its uses of names.

Facts depend on one file's text alone. They know no registry, no other file and no meaning: that
`from a import B` reaches some class is for the index to find out. Positions are `Span`s of offsets into
the file's decoded text, counted in code points; only the edges of the program turn them into lines,
columns or UTF-16 units.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of a text, in code points from its start."""

    start: int
    end: int

    def contains(self, offset: int) -> bool:
        """Whether a caret at `offset` touches the range (its end included, as editors count)."""
        return self.start <= offset <= self.end


class ScopeKind(IntEnum):
    """The kinds of scope that Python's name resolution tells apart."""

    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    COMPREHENSION = 3
    TYPE_PARAMETERS = 4


class Scope(NamedTuple):
    """One lexical scope; its place in `Facts.scopes` is its number, 0 is the module."""

    kind: ScopeKind
    parent: int
    """The enclosing scope's number, -1 for the module."""
    qualname: str
    """Dotted name of the class or function that opens it, empty for the module."""


class Block(NamedTuple):
    """A suite of statements; imports can be merged only within one. Number 0 is the module's body."""

    parent: int
    scope: int
    type_checking: bool
    """It runs for type checkers alone (`if TYPE_CHECKING:`), directly or through an outer block."""
    conditional: bool
    """It may not run: under `if`, `try`, `except`, `else`, `match`, a loop or `with`, at any depth of its scope."""
    fallback: bool
    """It is, or lies in, an `except` handler: what stands here stands in for something else."""


class ImportStatement(NamedTuple):
    """`import a.b, c as d` or `from ..a import (b, c as d)`."""

    span: Span
    module: str | None
    """The dotted module after `from` without its dots (may be empty); None for a plain `import`."""
    level: int
    """How many dots lead the module of a relative import."""
    module_span: Span
    """Dots and module after `from`; empty at the statement's start for a plain `import`."""
    block: int
    scope: int


class ImportedName(NamedTuple):
    """One name of an import statement: `b as c`. `name` is dotted after a plain `import`, may be `*`."""

    statement: int
    name: str
    asname: str | None
    span: Span
    name_span: Span

    @property
    def local(self) -> str:
        """The name that it binds (`a` for `import a.b`)."""
        return self.asname or self.name.partition(".")[0]


class BindingKind(IntEnum):
    """What gives a name its value."""

    IMPORT = 0
    CLASS = 1
    FUNCTION = 2
    VARIABLE = 3
    PARAMETER = 4


class Binding(NamedTuple):
    """A place that binds a name in a scope."""

    name: str
    kind: BindingKind
    scope: int
    block: int
    span: Span
    """The name's own token (for an import, the whole `b as c`)."""
    ref: int
    """IMPORT: number of the imported name; CLASS, FUNCTION and constants: of the definition;
    a VARIABLE that is given a dotted name: of the use, see `alias`; otherwise -1."""
    alias: bool = False
    """A variable that only names something else: `Engine = engines.Old`."""
    is_none: bool = False
    """`X = None`, the usual stand-in for an import that failed."""


class Role(IntEnum):
    """What a use does with the name it spells."""

    LOAD = 0
    CALL = 1
    BASE = 2
    ANNOTATION = 3
    DECORATOR = 4
    STORE = 5
    """The last attribute is assigned or deleted: `engine.limit = 3`."""
    CHECK = 6
    """It is compared with: `isinstance(x, C)`, `type(x) is C`, `except C`, `case C()`."""
    ALIAS = 7
    """The whole right side of an assignment: `Engine = Old`."""


class Call(NamedTuple):
    """The arguments at a call site, as far as the text tells them."""

    positional: int
    keywords: tuple[tuple[str, Span], ...]
    """Each keyword's name and the span of the name."""
    star: bool
    """`*args` is passed: the number of positional arguments is open."""
    double_star: bool
    span: Span
    """The whole call expression."""


class Use(NamedTuple):
    """A name that is read, with the attributes that follow it: `m.engines.Old` in `m.engines.Old()`."""

    path: tuple[str, ...]
    spans: tuple[Span, ...]
    """One span for each segment of `path`."""
    role: Role
    scope: int
    block: int
    bindings: tuple[int, ...]
    """Numbers of the bindings that the first segment may mean; empty for builtins, unbound names and
    names that only a star import can bring."""
    call: Call | None = None
    quoted: bool = False
    """It stands inside a string annotation."""
    subscripted: bool = False
    """It is followed by `[…]`."""

    @property
    def span(self) -> Span:
        """From the first segment to the last."""
        return Span(self.spans[0].start, self.spans[-1].end)


class Parameter(NamedTuple):
    """One parameter of a signature. `kind` is `positional`, `normal`, `keyword`, `star` or `double_star`."""

    name: str
    kind: str
    default: bool


class DefinitionKind(IntEnum):
    """What a definition makes."""

    CLASS = 0
    FUNCTION = 1
    CONSTANT = 2
    """A module-level or class-level variable."""

    @property
    def label(self) -> str:
        """The word for it in messages."""
        return ("class", "function", "constant")[self]


class Definition(NamedTuple):
    """A class, a function, or a variable of a module or class."""

    name: str
    qualname: str
    """Dotted from the module, without `<locals>`."""
    kind: DefinitionKind
    name_span: Span
    span: Span
    scope: int
    """The scope that the name is bound in."""
    block: int
    inner: int
    """The scope that its body opens, -1 for constants."""
    bases: tuple[int, ...]
    """Numbers of the uses that name the bases; a base that is no dotted name counts in `opaque`."""
    decorators: tuple[str, ...]
    """Dotted text of each decorator, without arguments; `?` where it is no dotted name."""
    parameters: tuple[Parameter, ...] | None
    """A function's parameters, `self` included."""
    doc: str | None
    """The first line of its docstring."""
    attributes: tuple[str, ...] = ()
    """What the methods of a class assign on their first parameter: `self.engine = …`."""
    is_async: bool = False
    opaque: bool = False
    """A class with a base or a keyword that is no dotted name."""
    metaclass: str | None = None
    """The dotted text of a class's `metaclass=`."""
    annotation: str | None = None
    """The dotted text of a constant's annotation (of `a.B[c]`, `a.B`); `?` where it is no dotted name."""
    value: str | None = None
    """What a constant is given where it is defined: the text of a literal, `?` for anything else."""
    yields: bool = False
    """A function that is a generator."""
    returns: bool = False
    """A function that returns something: `return x`."""


class DottedString(NamedTuple):
    """A string constant that could name something: `"app.engine.Engine"`, `"Engine"`."""

    value: str
    span: Span
    """Of the text between the quotes, exactly as long as `value`."""


class Exported(NamedTuple):
    """An entry of `__all__`."""

    name: str
    span: Span
    """Of the text between the quotes."""


class SyntaxProblem(NamedTuple):
    """Where and why the file does not parse; facts of its sound statements are there all the same."""

    message: str
    span: Span


class Suppression(NamedTuple):
    """`# ssot: ignore[SSOT101] -- reason`, `# ssot: ignore-file[...]` or `# noqa: SSOT101`."""

    codes: tuple[str, ...]
    span: Span
    lines: Span | None
    """First and last line (0-based, inclusive) that it silences; None for the whole file."""
    reason: str | None


class Facts(NamedTuple):
    """Everything that is known of one file."""

    scopes: tuple[Scope, ...]
    blocks: tuple[Block, ...]
    statements: tuple[ImportStatement, ...]
    imports: tuple[ImportedName, ...]
    bindings: tuple[Binding, ...]
    uses: tuple[Use, ...]
    definitions: tuple[Definition, ...]
    exports: tuple[Exported, ...] | None
    """The entries of `__all__`; None where there is none or it cannot be read."""
    strings: tuple[DottedString, ...]
    suppressions: tuple[Suppression, ...]
    problem: SyntaxProblem | None
    doc: str | None
    """The first line of the module's docstring."""
    unplaced: frozenset[str] = frozenset()
    """Names used where their exact place in the text is unknown (some f-strings, escaped annotations)."""
    dynamic: bool = False
    """The module makes names at run time: `__getattr__`, `globals()`, `exec`."""
    introspects: bool = False
    """The module's names may be read as text: `eval`, `vars()`, an `__all__` that cannot be read."""

    def runs_at_import(self, statement: ImportStatement) -> bool:
        """Whether an import runs when the module is imported: not later, in a function, nor for type checkers
        alone."""
        if self.blocks[statement.block].type_checking:
            return False
        scope = statement.scope
        while scope > 0:
            if self.scopes[scope].kind == ScopeKind.FUNCTION:
                return False
            scope = self.scopes[scope].parent
        return True
