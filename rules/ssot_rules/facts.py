"""What one file says, as frozen values: its imports, its definitions, its uses of names.

Facts depend on one file's text alone. They know no registry, no other file and no meaning: that
`from a import B` reaches some class is for the index to find out. Positions are `Span`s of offsets into
the file's decoded text, counted in code points; only the edges of the program turn them into lines,
columns or UTF-16 units.

A file is read statement by statement. A `Part` is what one top-level statement says, whatever stands around it;
`Facts` puts the parts together, and reads one only when it could have to do with what it is asked about. So most
of a file is never parsed, and an edit changes one part.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from ssot_rules.outline import runs_later


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
    """One lexical scope; 0 is the module."""

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
    caught: frozenset[str] = frozenset()
    """The last names of the exceptions that something around it in its function is prepared for: an `except`, also
    for the `else` below it, or what a `with` is given (`suppress`, `raises`); empty text for a bare `except`."""


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
    is_global: bool = False
    """The first segment may mean a name of the module, or one that is bound nowhere in the file."""
    maker: tuple[str, ...] = ()
    """Of a use in a string that stands among values: the dotted name of what makes a type of the string, `cast`
    in `cast("Old", x)`, if it means what it seems to mean; see `Facts.is_use`."""

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
    """Of the whole definition; of a variable its name, but where several are given one value (`a = b = 1`) all of
    the statement."""
    scope: int
    """The scope that the name is bound in."""
    block: int
    inner: int
    """The scope that its body opens, -1 for constants."""
    bases: tuple[int, ...]
    """Numbers of the uses that name the bases; a base that is no dotted name counts in `opaque`."""
    decorators: tuple[str, ...]
    """Dotted text of each decorator, with `()` for what it is called with; `?` where it is no dotted name."""
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

    @property
    def decorator_names(self) -> frozenset[str]:
        """The last names of its decorators."""
        return frozenset(text.removesuffix("()").rpartition(".")[2] for text in self.decorators)


class Stand(IntEnum):
    """Where a string stands, as far as that tells what it may be."""

    VALUE = 0
    """It is an argument, assigned, a default, or returned."""
    ITEM = 1
    """It is one of several: in a list, a tuple, a set, or the values of a dict."""
    KEY = 2
    """It is a key of a dict, or stands in a subscript."""
    PROSE = 3
    """It is part of a longer text, compared with something, or has an attribute of its own."""
    LINK = 4
    """It is no string but a cross-reference in a docstring or comment: of ``:class:`app.engine.Engine` ``."""


class DottedString(NamedTuple):
    """A string constant that could name something: `"app.engine.Engine"`, `"Engine"`, `".engine"`, `"app:main"`; or
    that could be part of such a string, as the rest of `f"{APP}.Engine"` or of `"%s.Engine"`."""

    value: str
    span: Span
    """Of the text between the quotes, exactly as long as `value`; of the whole constant where it is not `plain`."""
    plain: bool = True
    """The text between the quotes is the value: one piece, without escapes."""
    stand: Stand = Stand.VALUE
    of: int = -1
    """The number of the use that it is given to: of the function that is called with it, itself or in a list or dict,
    or of the name that it is a subscript of; -1 where there is none."""
    argument: int | str = -1
    """Which argument that is: a position or a keyword's name."""
    beside: int = -1
    """The number of the use that is the first of the other arguments; -1 where that is no dotted name."""
    within: int = -1
    """The number of the string that may tell which module it is of, in a table of the module: of `"Old"` in
    `{"Old": "app.old"}`, `{"app.old": ["Old"]}` and `{"Runner": ("app.old", "Old")}`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its parts between dots (and the colon of an entry point)."""
        return tuple(filter(None, self.value.replace(":", ".").split(".")))

    @property
    def is_open(self) -> bool:
        """Whether something that is not in sight stands before it or after it."""
        return not (self.value[0] == "." or self.value[0].isidentifier()) or self.value[-1] == "."


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


class Part(NamedTuple):
    """What one top-level statement says, wherever it stands: numbers and positions count from its own beginning.

    Scope 0 and block 0 are the module's and common to all parts.
    """

    scopes: tuple[Scope, ...]
    blocks: tuple[Block, ...]
    statements: tuple[ImportStatement, ...] = ()
    imports: tuple[ImportedName, ...] = ()
    bindings: tuple[Binding, ...] = ()
    uses: tuple[Use, ...] = ()
    definitions: tuple[Definition, ...] = ()
    exports: tuple[Exported, ...] | None = None
    """The entries that it gives or adds to `__all__`; None where it does neither."""
    strings: tuple[DottedString, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    problem: SyntaxProblem | None = None
    doc: str | None = None
    """The first line of a string that it begins with."""
    unplaced: frozenset[str] = frozenset()
    """Names used where their exact place in the text is unknown (some f-strings, escaped annotations)."""
    dynamic: bool = False
    """It makes names of the module at run time: `__getattr__`, `globals()`, `exec`, `sys.modules[__name__]`."""
    introspects: bool = False
    """It may read names of the module as text: `eval`, `vars()`, an `__all__` that cannot be read."""


class Body(NamedTuple):
    """What the statements of a function do, whatever its names and constants are.

    What is the same in two versions that do the same leaves no trace in it: docstrings, annotations, what is logged,
    `async` and `await`, the names of locals, and the values of constants.
    """

    size: int = 0
    """How many steps (statements, calls, operators, literals) it has."""
    prints: frozenset[int] = frozenset()
    """Fingerprints of short runs of steps and of small subtrees."""
    words: frozenset[str] = frozenset()
    """Names that it takes from elsewhere and does not choose: attributes, functions, exceptions, keywords of calls,
    keys; without the underscores around them."""
    passes_to: str = ""
    """The name of the function or method, if all that it does is to pass its arguments on to it."""


class Sketch(NamedTuple):
    """What a class or function is like, to be compared with another. It is found out apart from the rest of the
    facts, and only of what is to be compared."""

    name: str
    kind: DefinitionKind
    parameters: tuple[str, ...] = ()
    """Of a function, without the first of a method; `*` and `**` lead those that take the rest."""
    body: Body = Body()
    """Of a function."""
    doc: tuple[str, ...] = ()
    """Words of its docstring in small letters, in order, each once."""
    bases: tuple[str, ...] = ()
    """Dotted text of each base of a class, without what is in brackets."""
    decorators: tuple[str, ...] = ()
    """Dotted text of each decorator, without arguments."""
    members: tuple[Sketch, ...] = ()
    """The functions and classes that a class defines."""
    fields: tuple[str, ...] = ()
    """The variables of a class and those that its methods give an instance, each once."""


class Sharing(IntEnum):
    """How the instances of a class come to share something that can change."""

    ATTRIBUTE = 0
    """A variable of the class holds it."""
    ASSIGNED = 1
    """Methods assign a variable of the class."""
    DEFAULT = 2
    """It is the default of a parameter."""
    CACHE = 3
    """What a method returned is remembered for all of them."""


class Shared(NamedTuple):
    """Something that all instances of a class share and that can change. It is found out apart from the rest of the
    facts, and only of the classes that are asked about."""

    how: Sharing
    name: str
    """Of the variable, the parameter, or the method that is remembered."""
    span: Span
    """Of that name, or of the text that shares it."""
    method: str = ""
    """The method that does so; empty for what the class's own statements do."""


Value = TypeVar("Value")
Result = TypeVar("Result")
Argument = TypeVar("Argument", bound=Hashable)
_Notes = dict[tuple[Callable[..., Any], Hashable], Any]
_STEP = 1 << 24
"""Numbers of things in different parts are so far apart; no file that is read holds as many in one part."""


class Numbered(Generic[Value]):
    """The things of one kind in a file, each under a number that grows with its place."""

    def __init__(
        self, facts: Facts, within: Callable[[Part], Sequence[Value]], place: Callable[[Facts, int, Value], Value]
    ) -> None:
        """`within` gives the things of a part, and `place` a thing as it is in the part of that number."""
        self._facts = facts
        self._within = within
        self._place = place
        self._placed: dict[int, Value] = {}

    def __getitem__(self, number: int) -> Value:
        found = self._placed.get(number)
        if found is None:
            part, own = divmod(number, _STEP)
            found = self._place(self._facts, part, self._within(self._facts.part(part))[own])
            self._placed[number] = found
        return found

    def __iter__(self) -> Iterator[Value]:
        return (value for _, value in self.items())

    def items(self) -> Iterator[tuple[int, Value]]:
        """All of them with their numbers. This reads every part of the file."""
        return self.in_parts(range(len(self._facts.starts)))

    def about(self, names: Iterable[str], fits: Callable[[Value], bool] | None = None) -> Iterator[tuple[int, Value]]:
        """Those in statements whose text holds one of the names: all that could have to do with any of them.

        `fits` picks some by what they are called; numbers and positions are not what they are in the file yet.
        """
        return self.in_parts(self._facts.parts_about(names), fits)

    def beside(self, number: int) -> Iterator[tuple[int, Value]]:
        """Those in the statement that the thing of this number, of any kind, belongs to."""
        return self.in_parts((self._facts.part_of(number),))

    def at(self, offset: int) -> Iterator[tuple[int, Value]]:
        """Those in the statement at an offset."""
        return self.in_parts((max(0, bisect_right(self._facts.starts, offset) - 1),))

    def in_parts(
        self, parts: Iterable[int], fits: Callable[[Value], bool] | None = None
    ) -> Iterator[tuple[int, Value]]:
        """Those in the parts of these numbers; for `fits` see `about`."""
        for part in parts:
            first = part * _STEP
            for own, value in enumerate(self._within(self._facts.part(part))):
                if fits is None or fits(value):
                    yield first + own, self[first + own]


class Kept(NamedTuple):
    """What is as it was before an edit."""

    before: Facts
    moved: Mapping[int, int]
    """The numbers of the parts that were kept, from before to now."""
    fresh: range
    """The numbers of the other parts now."""

    def taken_over(self, known: Mapping[int, Value]) -> dict[int, Value]:
        """What was known of the parts, under their numbers now."""
        return {self.moved[number]: value for number, value in known.items() if number in self.moved}


class Facts:
    """Everything that one file says, statement by statement, each read when it is first asked about."""

    def __init__(
        self,
        text: str,
        starts: tuple[int, ...] | Callable[[str], tuple[int, ...]],
        read: Callable[[Facts, int], Part],
        draw: Callable[[Facts, int], Mapping[int, Sketch]],
        kept: Kept | None = None,
    ) -> None:
        """`starts` is where the parts begin, or tells it; `read` gives a part and `draw` the sketches of its classes
        and functions; `kept` is what is known of the parts from before an edit."""
        self.text = text
        self._starts = starts
        self._kept = kept
        if kept is not None:
            kept.before._kept = None  # noqa: SLF001 - or every version would hold on to all before it
        self.known: dict[int, Part] = {} if kept is None else kept.taken_over(kept.before.known)
        """The parts read so far, by number."""
        self.drawn: dict[int, Mapping[int, Sketch]] = {} if kept is None else kept.taken_over(kept.before.drawn)
        """The sketches made so far, by the number of their part."""
        self._noted: dict[int, _Notes] = {} if kept is None else kept.taken_over(kept.before._noted)  # noqa: SLF001
        """What `part_once` has worked out."""
        self._about: dict[frozenset[str], frozenset[int]] = {}
        """What `parts_about` has worked out."""
        self._held: _Held | None = None
        """What `held` was asked last."""
        self._read = read
        self._draw = draw
        self._named: dict[str, tuple[int, ...]] = {}
        self._results: dict[tuple[Callable[..., Any], Hashable], Any] = {}
        self.scopes = Numbered(self, _scopes, _placed_scope)
        self.blocks = Numbered(self, _blocks, _placed_block)
        self.statements = Numbered(self, _statements, _placed_statement)
        self.imports = Numbered(self, _imports, _placed_import)
        self.bindings = Numbered(self, _bindings, _placed_binding)
        self.uses = Numbered(self, _uses, _placed_use)
        self.definitions = Numbered(self, _definitions, _placed_definition)
        self.strings = Numbered(self, _strings, _placed_string)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where the parts begin; the first at 0."""
        return self._starts(self.text) if callable(self._starts) else self._starts

    # -- parts --------------------------------------------------------------------------------------------

    def part(self, number: int) -> Part:
        """One part, as it says itself."""
        found = self.known.get(number)
        if found is None:
            found = self.known[number] = self._read(self, number)
        return found

    def let_go(self) -> None:
        """Forget the parts that were read; what was worked out from them stays. Another look reads them again."""
        self.known.clear()
        self.drawn.clear()

    def sketches(self, number: int) -> Mapping[int, Sketch]:
        """What the classes and functions of one part are like, but for those in functions, by where in it they start
        (see `Definition.span`)."""
        found = self.drawn.get(number)
        if found is None:
            found = self.drawn[number] = self._draw(self, number)
        return found

    def sketch(self, definition: Definition) -> Sketch | None:
        """What a class or function of the file is like; None for constants, and for what stands in a function."""
        part = self._number_at(definition.span.start)
        return self.sketches(part).get(definition.span.start - self.starts[part])

    def part_text(self, number: int) -> str:
        """The text of one part."""
        return self.text[self.starts[number] : self.end(number)]

    def end(self, number: int) -> int:
        """Where a part ends."""
        return self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)

    def parts_about(self, names: Iterable[str]) -> list[int]:
        """The numbers of the parts whose text holds one of the names, or may hold one in disguise: with characters
        that Python takes for others (NFKC), or with escapes that spell it."""
        wanted = names if isinstance(names, frozenset) else frozenset(names)
        if "" in wanted:
            return list(range(len(self.starts)))
        return sorted(self._parts_with(wanted) | self._parts_with(_DISGUISES))

    def held(self, names: frozenset[str]) -> frozenset[str]:
        """Those of some names to which something in the file could lead by their own name: the text holds them, or a
        statement spells them in disguise. There may be too many. Most files hold few of the names that are asked
        about: nothing should be kept for each of the others."""
        if "" in names:
            return names
        known = self._held or self._held_before()
        if known.names is not names:
            fresh = names - known.names
            found = {name for name in fresh if name in self.text or name in self._disguised}
            known = self._held = _Held(names, (known.found & names) | found)
        return known.found

    def _held_before(self) -> _Held:
        """What is known of it from before an edit."""
        kept = self._kept
        before = None if kept is None else kept.before._held  # noqa: SLF001
        if kept is None or before is None:
            return _Held(frozenset(), frozenset())
        fresh = kept.fresh
        text = self.text[self.starts[fresh.start] : self.end(fresh[-1])] if fresh else ""
        found = {name for name in before.names if name in text or name in self._disguised}
        self._held = _Held(before.names, before.found | found)
        return self._held

    @cached_property
    def _disguised(self) -> frozenset[str]:
        """The names that statements spell in which any may be in disguise."""
        parts = self._parts_with(_DISGUISES)
        return frozenset().union(*(self.part_once(number, _names_spelled, None) for number in parts))

    def parts_naming(self, name: str) -> list[int]:
        """The numbers of the parts in whose text a name stands by itself, with no dot before it, or in disguise."""
        alone = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
        found = {self._number_at(match.start()) for match in alone.finditer(self.text)}
        return sorted(found | self._parts_with(_DISGUISES))

    def parts_defining(self, fragments: Iterable[tuple[str, tuple[str, ...], str]]) -> list[int]:
        """The numbers of the parts whose text looks as if a class or function were defined there whose name holds a
        text and, in small letters, is made of others (see `is_made_of`)."""
        found = set() if self.text.isascii() else set(self._parts_with(frozenset({_UNUSUAL})))
        for text, beside, only in fragments:
            at = self.text.find(text)
            while at >= 0:
                name = _DEFINED.search(self.text, max(0, at - _LONGEST_LEAD), at)
                if name is not None and _holds(self.text, name.start("name"), beside, only):
                    found.add(self._number_at(at))
                at = self.text.find(text, at + len(text))
        return sorted(found)

    def binding_parts_about(self, names: Iterable[str]) -> list[int]:
        """Those of the parts about the names that could bind a name of the module other than that of a definition."""
        return [number for number in self.parts_about(names) if self.binds_more(number)]

    def binds_more(self, part: int) -> bool:
        """Whether a part could bind a name of the module other than that of a definition."""
        start, end = self.starts[part], self.end(part)
        return (
            not _DEFINITION.match(self.text, start, end)
            or self.text.find("global", start, end) >= 0
            or self.text.find(":=", start, end) >= 0
        )

    def _parts_with(self, texts: frozenset[str]) -> frozenset[int]:
        found = self._about.get(texts)
        if found is None:
            kept = self._kept
            before = None if kept is None else kept.before._about.get(texts)  # noqa: SLF001
            if kept is None or before is None:
                found = frozenset(self._search(texts, 0, len(self.text)))
            else:
                fresh = kept.fresh
                again = self._search(texts, self.starts[fresh.start], self.end(fresh[-1])) if fresh else ()
                found = frozenset((*(kept.moved[part] for part in before if part in kept.moved), *again))
            self._about[texts] = found
        return found

    def _search(self, texts: frozenset[str], start: int, end: int) -> Iterator[int]:
        """The numbers of the parts in a stretch of the text that hold one of some texts."""
        for text in texts:
            if text == _UNUSUAL:
                if self.text.isascii():
                    continue
                yield from (self._number_at(found.start()) for found in _NOT_ASCII.finditer(self.text, start, end))
                continue
            at = self.text.find(text, start, end)
            while at >= 0:
                number = self._number_at(at)
                yield number
                at = self.text.find(text, max(self.end(number) - len(text) + 1, at + 1), end)

    def _number_at(self, offset: int) -> int:
        return max(0, bisect_right(self.starts, offset) - 1)

    def part_of(self, number: int) -> int:
        """The number of the part that the thing of this number, of any kind, belongs to."""
        return number // _STEP

    def numbers(self, part: int, own: Iterable[int]) -> Iterator[int]:
        """The numbers in the file of things that a part numbers so."""
        return (part * _STEP + number for number in own)

    # -- what others work out -----------------------------------------------------------------------------

    def once(self, compute: Callable[[Facts, Argument], Result], argument: Argument) -> Result:
        """`compute(facts, argument)`, which depends on nothing else, computed once."""
        key = compute, argument
        if key not in self._results:
            self._results[key] = compute(self, argument)
        result: Result = self._results[key]
        return result

    def part_once(self, number: int, compute: Callable[[Part, Argument], Result], argument: Argument) -> Result:
        """`compute(part, argument)`, which depends on nothing else, computed once, also over edits of other
        parts."""
        results = self._noted.setdefault(number, {})
        key = compute, argument
        if key not in results:
            results[key] = compute(self.part(number), argument)
        result: Result = results[key]
        return result

    def text_once(self, number: int, compute: Callable[[str, Argument], Result], argument: Argument) -> Result:
        """`compute(text, argument)` of the text of a part, which depends on nothing else, computed once, also over
        edits of other parts. It reads nothing."""
        results = self._noted.setdefault(number, {})
        key = compute, argument
        if key not in results:
            results[key] = compute(self.part_text(number), argument)
        result: Result = results[key]
        return result

    # -- names of the module ------------------------------------------------------------------------------

    def named(self, name: str) -> tuple[int, ...]:
        """The numbers of the bindings that a name of the module has; the module itself, ``""``, has none."""
        if not name:
            return ()
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = tuple(
                part * _STEP + own
                for part in self._parts_binding(name)
                for own, binding in enumerate(self.part(part).bindings)
                if binding.scope == 0 and binding.name == name
            )
        return found

    def _parts_binding(self, name: str) -> Iterator[int]:
        """The numbers of the parts that could bind a name of the module."""
        for number in self.parts_about((name,)):
            if (
                len(self.starts) == 1
                or number in self._parts_with(_DISGUISES)
                or self.binds_more(number)
                or self._defines(number, name)
            ):
                yield number

    def _defines(self, part: int, name: str) -> bool:
        """Whether a part looks as if it defined a class or function whose name begins so."""
        end = self.end(part)
        at = self.text.find(name, self.starts[part], end)
        while at >= 0:
            before = _DEFINED.search(self.text, max(0, at - _LONGEST_LEAD), at)
            if before is not None and not before["name"]:
                return True
            at = self.text.find(name, at + len(name), end)
        return False

    def names(self) -> Iterator[str]:
        """Every name of the module, some of them more than once. This reads every part of the file."""
        for part in range(len(self.starts)):
            for binding in self.part(part).bindings:
                if binding.scope == 0:
                    yield binding.name

    @cached_property
    def stars(self) -> tuple[int, ...]:
        """The numbers of the star imports."""
        if "*" not in self.text:
            return ()
        parts = {self._number_at(found.start()) for found in _STAR.finditer(self.text)}
        return tuple(number for number, known in self.imports.in_parts(sorted(parts)) if known.name == "*")

    @cached_property
    def exports(self) -> tuple[Exported, ...] | None:
        """The entries of `__all__`; None where there is none or it cannot be read."""
        found: list[Exported] | None = None
        for number in self.parts_about(("__all__",)):
            part = self.part(number)
            if part.exports is not None:
                found = [*(found or ()), *(_placed_export(self, number, entry) for entry in part.exports)]
                if UNREADABLE in part.exports:
                    return None
        return None if found is None else tuple(found)

    @cached_property
    def dynamic(self) -> bool:
        """The module makes names at run time: `__getattr__`, `globals()`, `exec`, `sys.modules[__name__]`."""
        return any(self.part(number).dynamic for number in self.parts_about(_MAKING_NAMES))

    @cached_property
    def introspects(self) -> bool:
        """The module's names may be read as text: `eval`, `vars()`, an `__all__` that cannot be read."""
        return any(self.part(number).introspects for number in self.parts_about(_READING_NAMES))

    # -- about the text -----------------------------------------------------------------------------------

    @property
    def doc(self) -> str | None:
        """The first line of the module's docstring."""
        return self.part(0).doc

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        """The comments that silence findings."""
        if "ssot" not in self.text.lower():
            return ()
        parts = {self._number_at(found.start()) for found in _SUPPRESSING.finditer(self.text)}
        return tuple(
            _placed_suppression(self, number, known)
            for number in sorted(parts)
            for known in self.part(number).suppressions
        )

    @property
    def problem(self) -> SyntaxProblem | None:
        """Where and why the file does not parse; facts of its sound statements are there all the same. This
        reads every part of the file."""
        return self._first_problem(range(len(self.starts)))

    def problem_about(self, names: Iterable[str], parts: Iterable[int] = ()) -> SyntaxProblem | None:
        """The first syntax error in a statement that could have to do with any of the names, or in some others."""
        return self._first_problem(sorted({*self.parts_about(names), *parts}))

    def _first_problem(self, parts: Iterable[int]) -> SyntaxProblem | None:
        for number in parts:
            problem = self.part(number).problem
            if problem is not None:
                return problem._replace(span=_moved(problem.span, self.starts[number]))
        return None

    def is_use(self, use: Use) -> bool:
        """Whether a use is one: what stands in a string among values is, if `typing` makes a type of it."""
        if not use.maker:
            return True
        known = self.named(use.maker[0])
        if not known:
            return len(use.maker) == 1 and use.maker[0].islower() and use.maker[0] != "cast"
        return all(self._is_of_typing(self.bindings[number], use.maker) for number in known)

    def _is_of_typing(self, binding: Binding, maker: tuple[str, ...]) -> bool:
        if binding.kind != BindingKind.IMPORT:
            return False
        imported = self.imports[binding.ref]
        statement = self.statements[imported.statement]
        if statement.module is None:
            return len(maker) > 1 and imported.name.partition(".")[0] in _TYPING
        return len(maker) == 1 and statement.module.partition(".")[0] in _TYPING and imported.name == maker[0]

    def are_placed(self, names: Collection[str]) -> bool:
        """Whether the place of every use of these names is known."""
        return all(self.part(number).unplaced.isdisjoint(names) for number in self.parts_about(names))

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

    def is_for_scripts(self, statement: ImportStatement) -> bool:
        """Whether an import runs only where the file is run by itself: below `if __name__ == "__main__":`."""
        number = self._number_at(statement.span.start)
        return _SCRIPT.match(self.text, self.starts[number], self.end(number)) is not None

    def _is_early(self, found: re.Match[str]) -> bool:
        """Whether what looks like an import may be one that runs when the module is imported."""
        start, indent = found.span("indent")
        return indent == start or not runs_later(self.text, start - 1, indent - start)

    def imports_outside_functions(self) -> Iterator[tuple[int, ImportedName]]:
        """The imported names in the statements that may import something when the module is imported."""
        found = filter(self._is_early, _IMPORT.finditer(self.text))
        parts = sorted({self._number_at(known.start()) for known in found})
        if len(self.starts) > 1:  # or the one part holds more than the function that it begins with
            parts = [part for part in parts if not _FUNCTION.match(self.text, self.starts[part], self.end(part))]
        return self.imports.in_parts(parts)


class _Held(NamedTuple):
    """Which names a file holds."""

    names: frozenset[str]
    """Those that were asked about; all files share them."""
    found: frozenset[str]


def _names_spelled(part: Part, _: None) -> frozenset[str]:
    """The names in the imports and the uses of a part."""
    paths = [statement.module or "" for statement in part.statements] + [imported.name for imported in part.imports]
    uses = (name for use in part.uses for name in use.path)
    return frozenset((*uses, *(name for path in paths for name in path.split("."))))


# -- from a part to the file ------------------------------------------------------------------------------------

_UNUSUAL = "\x80"
"""Stands for any character beyond ASCII."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_DISGUISES = frozenset({_UNUSUAL, "\\x", "\\u", "\\U", "\\N", *(f"\\{digit}" for digit in range(8))})
_IMPORT = re.compile(r"(?:^(?P<indent>[ \t]*)|[;:\r\f][ \t\f]*)(?:from|import)\b", re.MULTILINE)
_STAR = re.compile(r"import\b[\s\\(]*\*")
_SUPPRESSING = re.compile(r"ssot", re.IGNORECASE)
_ABOVE = r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*"
_FUNCTION = re.compile(rf"{_ABOVE}(?:async[ \t]+)?def\b")
_SCRIPT = re.compile(rf"{_ABOVE}if[ \t(]*__name__[ \t]*==")
_DEFINED = re.compile(r"\b(?:class|def)[\s\\]+(?P<name>\w*)\Z")
_NAME = re.compile(r"\w*")
_LONGEST_LEAD = 100
"""Characters before a part of a name among which the statement that defines it begins."""
_DEFINITION = re.compile(rf"{_ABOVE}(?:@|class\b|(?:async[ \t]+)?def\b)")
_MAKING_NAMES = ("__getattr__", "globals", "exec", "locals", "setattr", "modules")
_TYPING = frozenset({"typing", "typing_extensions", "collections"})
"""Modules whose names make types of strings."""
_READING_NAMES = ("__all__", "eval", "locals", "vars", "modules")
UNREADABLE = Exported("", Span(0, 0))
"""Stands for what is in `__all__` and cannot be told."""


def _scopes(part: Part) -> Sequence[Scope]:
    return part.scopes


def _blocks(part: Part) -> Sequence[Block]:
    return part.blocks


def _statements(part: Part) -> Sequence[ImportStatement]:
    return part.statements


def _imports(part: Part) -> Sequence[ImportedName]:
    return part.imports


def _bindings(part: Part) -> Sequence[Binding]:
    return part.bindings


def _uses(part: Part) -> Sequence[Use]:
    return part.uses


def _definitions(part: Part) -> Sequence[Definition]:
    return part.definitions


def _strings(part: Part) -> Sequence[DottedString]:
    return part.strings


def is_made_of(name: str, beside: Iterable[str], only: str) -> bool:
    """Whether a name in small letters holds all of some texts, and (unless `only` is empty) matches a regular
    expression."""
    return all(text in name for text in beside) and (not only or re.fullmatch(only, name) is not None)


def _holds(text: str, start: int, beside: tuple[str, ...], only: str) -> bool:
    """Whether the name at an offset is made of some texts."""
    if not beside and not only:
        return True
    found = _NAME.match(text, start)
    return found is not None and is_made_of(found[0].lower(), beside, only)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _inner(number: int, part: int) -> int:
    """The number of a scope or block, which all parts share where it is 0."""
    return number + part * _STEP if number > 0 else number


def _other(number: int, part: int) -> int:
    """The number of anything else; -1 is nothing."""
    return number + part * _STEP if number >= 0 else number


def _placed_scope(_facts: Facts, part: int, scope: Scope) -> Scope:
    return scope._replace(parent=_inner(scope.parent, part))


def _placed_block(_facts: Facts, part: int, block: Block) -> Block:
    return block._replace(parent=_inner(block.parent, part), scope=_inner(block.scope, part))


def _placed_statement(facts: Facts, part: int, statement: ImportStatement) -> ImportStatement:
    by = facts.starts[part]
    return statement._replace(
        span=_moved(statement.span, by),
        module_span=_moved(statement.module_span, by),
        block=_inner(statement.block, part),
        scope=_inner(statement.scope, part),
    )


def _placed_import(facts: Facts, part: int, imported: ImportedName) -> ImportedName:
    by = facts.starts[part]
    return imported._replace(
        statement=_other(imported.statement, part),
        span=_moved(imported.span, by),
        name_span=_moved(imported.name_span, by),
    )


def _placed_binding(facts: Facts, part: int, binding: Binding) -> Binding:
    name, kind, scope, block, span, ref, alias, is_none = binding
    by = facts.starts[part]
    return Binding(
        name, kind, _inner(scope, part), _inner(block, part), _moved(span, by), _other(ref, part), alias, is_none
    )


def _placed_use(facts: Facts, part: int, use: Use) -> Use:
    path, spans, role, scope, block, bindings, call, quoted, subscripted, is_global, maker = use
    by = facts.starts[part]
    if part:
        bindings = tuple([number + part * _STEP for number in bindings])
    if is_global:
        bindings += facts.named(path[0])
    if by:
        spans = tuple([Span(start + by, end + by) for start, end in spans])
        if call is not None:
            keywords = tuple((name, _moved(span, by)) for name, span in call.keywords)
            call = call._replace(keywords=keywords, span=_moved(call.span, by))
    scope, block = _inner(scope, part), _inner(block, part)
    return Use(path, spans, role, scope, block, bindings, call, quoted, subscripted, is_global, maker)


def _placed_definition(facts: Facts, part: int, definition: Definition) -> Definition:
    by = facts.starts[part]
    return definition._replace(
        name_span=_moved(definition.name_span, by),
        span=_moved(definition.span, by),
        scope=_inner(definition.scope, part),
        block=_inner(definition.block, part),
        inner=_inner(definition.inner, part),
        bases=tuple(number + part * _STEP for number in definition.bases),
    )


def _placed_string(facts: Facts, part: int, string: DottedString) -> DottedString:
    return string._replace(
        span=_moved(string.span, facts.starts[part]),
        of=_other(string.of, part),
        beside=_other(string.beside, part),
        within=_other(string.within, part),
    )


def _placed_export(facts: Facts, part: int, entry: Exported) -> Exported:
    return Exported(entry.name, _moved(entry.span, facts.starts[part]))


def _placed_suppression(facts: Facts, part: int, known: Suppression) -> Suppression:
    by = facts.starts[part]
    lines = known.lines and _moved(known.lines, len(_LINE_END.findall(facts.text, 0, by)))
    return known._replace(span=_moved(known.span, by), lines=lines)


_LINE_END = re.compile(r"\r\n|\n|\r")
