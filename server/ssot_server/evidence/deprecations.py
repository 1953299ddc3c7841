"""What the code itself calls deprecated, and what it says to use instead.

Code says so by a decorator, by a warning that it gives whenever it is called or imported, by `.. deprecated::` in a
docstring, or by a module's `__getattr__` that warns. A module that does nothing but pass on what another one has, and
says that this is for the sake of old imports, is a shim. A warning under an `if` speaks of an argument, and a method's
of that method: neither makes the whole deprecated.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from ssot_rules.index import Module, absolute_path
from ssot_server.evidence.survey import Key, Survey, is_left_out
from ssot_server.index.expressions import all_arguments, dotted_text
from ssot_server.index.recover import parse
from ssot_server.index.snapshot import Snapshot
from ssot_server.steps import Desk
from ssot_server.workers import Crew, Share

_SPEAKS = re.compile(r"deprecat", re.IGNORECASE)
_SPELLINGS = ("eprecat", "EPRECAT")
_OF_PARTS = re.compile(r"arg|param|kw|option|position|attr|alias|const|setting", re.IGNORECASE)
"""In the name of a decorator that is about something smaller than what it stands above."""
_KEPT_FOR = re.compile(
    r"deprecat|\bmoved\b|backwards?[ -]|\bcompat|\blegacy\b|\bshims?\b|\bold (?:name|path|location|import)",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"^\.\. deprecated::[ \t]*(?P<since>[vV]?[\d.]*)[ \t]*(?P<text>[^\n]*(?:(?:\n[ \t]*)?\n[ \t]+\S[^\n]*)*)",
    re.MULTILINE,
)
_ABOUT_ALL = re.compile(
    r"(?:[`:\w.]*\s+)?(?:use\b|please\b|replaced\b|renamed\b|moved\b|see\b|in favou?r\b|removed\b|will be removed\b|"
    r"this (?:function|class|module|is|will)\b|the (?:function|class|module)\b)",
    re.IGNORECASE,
)
"""How a directive goes on that speaks of the whole, and not of an argument or a way of use."""
INSTEAD = re.compile(
    r"(?:\buse[ds]?\b|\busing\b|\bfavou?r of\b|\breplaced (?:by|with)\b|\bmoved (?:in)?to\b|\brenamed (?:to|as)\b|"
    r"\bsee\b|\bmigrate to\b|\bswitch to\b|\bimport(?:ed)? (?:it |them )?from\b|\bavailable (?:in|at|from|as)\b)"
    r"(?:\s+(?:the|an?|new|class|function|method|module|standard|instead|package|from|in)\b)*(?:\s*:)?\s+"
    r"(?::[\w:]+:)?[`'\"~]*(?P<name>[A-Za-z_][\w.]*\w)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*\Z")
_SHIM_LINES = 80
_REASON = 120


class Said(NamedTuple):
    """Something that says of itself that it is deprecated."""

    path: str
    """Its file."""
    name: str
    """Its name in the file; empty for the module."""
    how: str
    """What says so, as the end of a sentence about it."""
    message: str
    candidates: tuple[str, ...]
    """What may name the replacement, the likeliest first: a dotted path, or a name of the module."""


class Replaced(NamedTuple):
    """The same with the path that its replacement has."""

    said: Said
    dotted: str
    use: str | None
    """None where the replacement cannot be told."""
    importers: int
    tests: int

    @property
    def reason(self) -> str:
        """The first sentence of what it says."""
        text = " ".join(self.said.message.replace("`", "").split())
        sentence = re.split(r"(?<=[.!])\s", text, maxsplit=1)[0].rstrip(".")
        return sentence if len(sentence) <= _REASON else f"{sentence[:_REASON].rpartition(' ')[0]} …"


def find_deprecations(known: Survey, crew: Crew[Desk], index: Snapshot) -> list[Replaced]:
    """Everything in a workspace that says so of itself, in the order of files and names."""
    paths = frozenset(
        path for path, file in known.files.items() if file.speaks and not (file.is_test or is_left_out(path))
    )
    said = sorted({(one.path, one.name): one for part in crew.ask(_read, paths) for one in part}.values())
    resolver = Resolver(known, index)
    found = []
    for one in said:
        module = known.files[one.path].module
        users, tests = known.users((one.path, one.name))
        dotted = f"{module}.{one.name}" if one.name else module
        found.append(Replaced(one, dotted, resolver.resolve(one), len(users), len(tests)))
    return found


# -- what a file says -------------------------------------------------------------------------------------------


def _read(desk: Desk, share: Share, paths: Set[str]) -> list[Said]:
    mine = [path for path in share.part(desk.files) if path in paths]
    return [said for module in desk.modules("Reading", mine, share) for said in _said_in(module)]


def _said_in(module: Module) -> Iterator[Said]:
    facts = module.facts
    for number in facts.parts_about(_SPELLINGS):
        tree, _ = parse(facts.part_text(number))
        for statement in tree.body:
            yield from _said_by(statement, module.path)
    if not module.is_package and module.text.count("\n") <= _SHIM_LINES and _KEPT_FOR.search(module.text):
        yield from _shim(module)
    text = _directive(parse(facts.part_text(0))[0], module.name)
    if text is not None:
        yield _about(module.path, "", "its docstring says so", text)


def _directive(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str) -> str | None:
    """What a docstring's `.. deprecated::` says of the whole; None where there is none."""
    found = _DIRECTIVE.search(ast.get_docstring(node) or "")
    if found is None:
        return None
    text = found["text"].strip()
    return text if not text or _ABOUT_ALL.match(text) or name in text.partition(" is ")[0] else None


def _said_by(statement: ast.stmt, path: str) -> Iterator[Said]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if statement.name == "__getattr__":
            yield from _on_demand(statement, path)
        else:
            yield from _of_definition(statement, statement.body, path)
    elif isinstance(statement, ast.ClassDef):
        makers = [
            inner.body
            for inner in statement.body
            if isinstance(inner, ast.FunctionDef) and inner.name in {"__init__", "__new__"}
        ]
        yield from _of_definition(statement, makers[0] if makers else [], path)
    elif (message := _warning(statement)) is not None:
        yield _about(path, "", "it warns when it is imported", message)


def _of_definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, body: Sequence[ast.stmt], path: str
) -> Iterator[Said]:
    """What the definition of a class or function says of it; `body` runs when it is called."""
    if _SPEAKS.search(node.name):  # it warns in the name of others
        return
    beside = _passes_to(node)
    for decorator in node.decorator_list:
        name = dotted_text(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""
        last = name.rpartition(".")[2]
        if _SPEAKS.search(last) and not _OF_PARTS.search(last):
            yield _about(path, node.name, f"`@{last}`", _texts(decorator), beside)
            return
    text = _directive(node, node.name)
    if text is not None:
        yield _about(path, node.name, "its docstring says so", text, beside)
        return
    for statement in body:
        message = _warning(statement)
        if message is not None:
            yield _about(path, node.name, "it warns when it is called", message, beside)
            return


def _about(path: str, name: str, how: str, message: str, beside: Iterable[str] = ()) -> Said:
    text = inspect.cleandoc(message)
    whole = [text] if _DOTTED.match(text) and ("." in text or text != text.lower()) else []
    named = [found["name"] for found in INSTEAD.finditer(text)]
    return Said(path, name, how, text, tuple(dict.fromkeys([*whole, *named, *beside])))


def _warning(statement: ast.stmt) -> str | None:
    """What a statement says if it is a call that warns of something deprecated."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return None
    name = (dotted_text(call.func) or "").rpartition(".")[2]
    categories = [*call.args[1:2], *(known.value for known in call.keywords if known.arg == "category")]
    text = _texts(call)
    warns = name == "warn" and any(_SPEAKS.search(dotted_text(category) or "") for category in categories)
    until = name.startswith("warn_") and _SPEAKS.search(text)
    return text if warns or until or (name != "warn" and _SPEAKS.search(name)) else None


def _texts(node: ast.AST) -> str:
    """The longest of the arguments of a call, as far as they are strings; without what is filled in."""
    arguments = [*node.args, *(known.value for known in node.keywords)] if isinstance(node, ast.Call) else []
    return max(map(_text, arguments), key=len, default="")


def _text(node: ast.expr) -> str:
    strings = (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    return "".join(text for text in strings if isinstance(text, str))


def _passes_to(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[str]:
    """What does the work: the only base of a class that adds nothing to it, or the function that a function passes its
    arguments on to."""
    body = [statement for statement in node.body if not isinstance(statement, ast.Pass) and not _is_string(statement)]
    if isinstance(node, ast.ClassDef):
        makers = {"__init__", "__new__"}
        adds = [inner for inner in body if not (isinstance(inner, ast.FunctionDef) and inner.name in makers)]
        return [name for base in node.bases if not adds and (name := dotted_text(base))] if len(node.bases) == 1 else []
    value = getattr(body[-1], "value", None) if body and isinstance(body[-1], (ast.Return, ast.Expr)) else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or _warning(body[-1]) is not None:
        return []
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    plain = [argument.value if isinstance(argument, ast.Starred) else argument for argument in given]
    own = {argument.arg for argument in all_arguments(node.args)}
    name = dotted_text(call.func)
    if not name or not all(isinstance(argument, ast.Name) and argument.id in own for argument in plain):
        return []
    return [_absolute_local(name, body)]


def _absolute_local(name: str, body: Iterable[ast.stmt]) -> str:
    """A name with what a function's own import says of it."""
    first, dot, rest = name.partition(".")
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            for imported in statement.names:
                if (imported.asname or imported.name) == first:
                    return f"{statement.module}.{imported.name}{dot}{rest}"
    return name


def _is_string(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _on_demand(node: ast.FunctionDef | ast.AsyncFunctionDef, path: str) -> Iterator[Said]:
    """The names that a module's `__getattr__` compares with before it warns."""
    asked = node.args.args[0].arg if node.args.args else ""
    for branch in ast.walk(node):
        if not isinstance(branch, ast.If):
            continue
        messages = [found for statement in branch.body if (found := _warning(statement)) is not None]
        test = branch.test
        if messages and isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == asked:
            beside = [
                name
                for statement in branch.body
                if isinstance(statement, ast.Return) and statement.value and (name := dotted_text(statement.value))
            ]
            for value in ast.walk(test.comparators[0]):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield _about(path, value.value, "the module's `__getattr__` warns", messages[0], beside)


def _shim(module: Module) -> Iterator[Said]:
    """A module that only passes on what one other module has, and says why."""
    tree, problem = parse(module.text)
    sources: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
            sources.add("." * statement.level + (statement.module or ""))
        elif not (_is_silent(statement) or _warning(statement) is not None):
            return
    if problem is None and len(sources) == 1:
        lines = [line for line in module.text.splitlines() if _KEPT_FOR.search(line)]
        yield Said(
            module.path, "", "it only passes on what another module has", lines[0].strip("# \"'"), tuple(sources)
        )


def _is_silent(statement: ast.stmt) -> bool:
    """A docstring, `__all__`, or an import that brings nothing of the workspace's."""
    if isinstance(statement, ast.Assign):
        return [dotted_text(target) for target in statement.targets] == ["__all__"]
    if isinstance(statement, ast.Import):
        return [known.name for known in statement.names] == ["warnings"]
    return isinstance(statement, ast.ImportFrom) or _is_string(statement)


# -- what it means ----------------------------------------------------------------------------------------------


class Resolver:
    """Finds what a message means by the name of a replacement."""

    def __init__(self, known: Survey, index: Snapshot) -> None:
        self._survey = known
        self._index = index
        self._by_name: dict[str, list[Key]] = {}
        for sighting in known.sightings():
            self._by_name.setdefault(sighting.name, []).append(sighting.key)

    def resolve(self, said: Said) -> str | None:
        """The dotted path of the replacement of something in the workspace; None where nothing fits."""
        own = self._survey.files[said.path].module
        deprecated = f"{own}.{said.name}" if said.name else own
        return self.first(said.candidates, deprecated, said, is_module=not said.name)

    def first(
        self, candidates: Iterable[str], deprecated: str, said: Said | None = None, *, is_module: bool
    ) -> str | None:
        """The first of several spellings that means something of the same kind as what is deprecated, and not that
        itself; `said` is where they come from."""
        for candidate in candidates:
            for dotted in self._meanings(candidate, said):
                found = self._path_of(dotted, is_module=is_module)
                if found is not None and not _is_within(found, deprecated) and not _is_within(deprecated, found):
                    return found
        return None

    def _meanings(self, candidate: str, said: Said | None) -> Iterator[str]:
        """The absolute dotted paths that a spelling may stand for, where it stands."""
        if candidate.startswith("."):
            module = self._index.module(said.path) if said is not None else None
            if module is not None:
                yield from filter(None, [absolute_path(candidate, module.name, is_package=module.is_package)])
            return
        if "." in candidate or (said is not None and not said.name):
            yield candidate
        if said is not None and said.name:
            yield f"{self._survey.files[said.path].module}.{candidate}"
        last = candidate.rpartition(".")[2]
        keys = self._by_name.get(last, ())
        if len(keys) == 1 and last != last.lower():
            yield self._dotted(keys[0])

    def _path_of(self, dotted: str, *, is_module: bool) -> str | None:
        """The path that people should import it by; None where it does not exist, and where only one of it and what
        it replaces is a module."""
        index = self._index
        if not index.exists(dotted):
            return None
        last = index.find(dotted)[0].last
        if not last.home:
            return last.name if "." in last.name and bool(index.split(last.name)[1]) != is_module else None
        if index.module(last.home) is None or bool(last.name) == is_module:
            return None
        if last.name and index.definition(last) is None:
            return None
        return self._dotted((last.home, last.name))

    def _dotted(self, key: Key) -> str:
        path, name = key
        return self._survey.faces.get(key) or ".".join(filter(None, [self._index.name_of(path), name]))


def _is_within(dotted: str, other: str) -> bool:
    """Whether a path is another or lies in it."""
    return f"{dotted}.".startswith(f"{other}.")
