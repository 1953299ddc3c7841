"""What is gathered while a statement is read: scopes, bindings and uses, and which binding a use means.

Uses are resolved when all bindings are known, after the rules of the Python reference, 4.2 (naming and binding):
class scopes are invisible from the scopes inside them, comprehensions have scopes of their own, `global` and
`nonlocal` redirect. Resolution is insensitive to control flow: a use may mean every binding of its name in the
scope that it is found in. Names of the module are left open: other statements may bind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ssot_rules.facts import (
    Binding,
    BindingKind,
    Block,
    Call,
    Definition,
    DottedString,
    Exported,
    ImportedName,
    ImportStatement,
    Part,
    Role,
    Scope,
    ScopeKind,
    Span,
    Use,
)
from ssot_server.index.offsets import Offsets

_ON_TOP = frozenset({"setattr", "locals"})
"""Functions that can make names of the module where they are called outside of functions and classes."""


class _Pending(NamedTuple):
    """A use before its bindings are known."""

    path: tuple[str, ...]
    spans: tuple[Span, ...]
    role: Role
    scope: int
    block: int
    call: Call | None
    quoted: bool
    maker: tuple[str, ...]


class Gathering:
    """What was read so far of one statement, and where the reader is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offsets = Offsets(text)
        self.span = self.offsets.span
        self.is_ascii = text.isascii()
        self.scopes = [Scope(ScopeKind.MODULE, -1, "")]
        self.blocks = [Block(-1, 0, type_checking=False, conditional=False, fallback=False)]
        self.statements: list[ImportStatement] = []
        self.imports: list[ImportedName] = []
        self.bindings: list[Binding] = []
        self.pending: list[_Pending] = []
        self.subscripted: set[int] = set()
        """Numbers of the uses that are followed by `[…]`."""
        self.definitions: list[Definition] = []
        self.exports: list[Exported] | None = None
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
        self.scope = 0
        self.block = 0

    def part(self) -> Part:
        """All that was gathered, with every use resolved as far as the statement goes."""
        names = self._names_by_scope()
        return Part(
            scopes=tuple(self.scopes),
            blocks=tuple(self.blocks),
            statements=tuple(self.statements),
            imports=tuple(self.imports),
            bindings=tuple(self.bindings),
            uses=tuple([self._resolved(number, use, names) for number, use in enumerate(self.pending)]),
            definitions=tuple(
                definition._replace(attributes=tuple(self.attributes[definition.inner]))
                if definition.inner in self.attributes
                else definition
                for definition in self.definitions
            ),
            exports=None if self.exports is None else tuple(self.exports),
            strings=tuple(self.strings),
            unplaced=frozenset(self.unplaced),
            dynamic=self.dynamic,
            introspects=self.introspects,
        )

    # -- resolution ---------------------------------------------------------------------------------------

    def _names_by_scope(self) -> list[dict[str, list[int]]]:
        names: list[dict[str, list[int]]] = [{} for _ in self.scopes]
        for number, binding in enumerate(self.bindings):
            if binding.scope:
                names[binding.scope].setdefault(binding.name, []).append(number)
        return names

    def _resolved(self, number: int, use: _Pending, names: list[dict[str, list[int]]]) -> Use:
        path, spans, role, scope, block, call, quoted, maker = use
        bindings: tuple[int, ...] = ()
        is_global = True
        if scope:
            bindings, is_global = self._lookup(path[0], scope, names)
        return Use(
            path, spans, role, scope, block, bindings, call, quoted, number in self.subscripted, is_global, maker
        )

    def _lookup(self, name: str, start: int, names: list[dict[str, list[int]]]) -> tuple[tuple[int, ...], bool]:
        """The bindings inside the statement that a name may mean, and whether it may be one of the module's."""
        scope = self.redirected.get((start, name), start)
        found: list[int] = []
        while scope > 0:
            kind, parent, _ = self.scopes[scope]
            if name in names[scope]:
                if kind != ScopeKind.CLASS:
                    return (*found, *names[scope][name]), False
                if scope == start:
                    found = names[scope][name]  # before it is bound, the name is looked up outside: `x = x`
            scope = self.redirected.get((parent, name), parent)
        return tuple(found), True

    # -- places -------------------------------------------------------------------------------------------

    def bind(self, name: str, kind: BindingKind, span: Span, ref: int = -1, **flags: bool) -> int:
        """A name gets a value here; the number of the binding."""
        scope = self.redirected.get((self.scope, name), self.scope) if self.redirected else self.scope
        self.dynamic = self.dynamic or (name == "__getattr__" and scope == 0)
        self.bindings.append(Binding(name, kind, scope, self.block, span, ref, **flags))
        return len(self.bindings) - 1

    def enter(self, kind: ScopeKind, qualname: str) -> tuple[int, int]:
        """Open a scope and the block of its body; what `leave` is to be given."""
        outer = self.scope, self.block
        self.scopes.append(Scope(kind, self.scope, qualname))
        self.scope = len(self.scopes) - 1
        above = self.blocks[self.block]
        self.blocks.append(
            Block(
                self.block,
                self.scope,
                type_checking=above.type_checking,
                conditional=False,
                fallback=above.fallback,
                caught=frozenset() if kind == ScopeKind.FUNCTION else above.caught,
            )
        )
        self.block = len(self.blocks) - 1
        return outer

    def leave(self, outer: tuple[int, int]) -> None:
        """Close the scope that was opened."""
        self.scope, self.block = outer

    def use(
        self,
        path: Sequence[str],
        spans: Sequence[Span],
        role: Role,
        call: Call | None = None,
        *,
        quoted: bool = False,
        maker: tuple[str, ...] = (),
    ) -> int:
        """A dotted name is used here; the number of the use."""
        if role == Role.CALL and len(path) == 1:
            self.dynamic = self.dynamic or path[0] in {"globals", "exec"} or (self.scope == 0 and path[0] in _ON_TOP)
            self.introspects = self.introspects or path[0] in {"eval", "locals", "vars"}
        elif path[0] == "sys" and path[1:2] == ["modules"]:
            self.introspects = True
        self.pending.append(_Pending(tuple(path), tuple(spans), role, self.scope, self.block, call, quoted, maker))
        return len(self.pending) - 1

    def qualname(self, name: str) -> str:
        """The dotted name of something that is defined here."""
        outer = self.scopes[self.scope].qualname
        return f"{outer}.{name}" if outer else name
