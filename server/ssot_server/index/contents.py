"""What a file defines and imports, told from how its lines begin, without parsing it.

The table of contents of a million lines takes a second or two; the facts of all of them would take a minute. It answers
questions about the whole workspace that no registry narrows down: what is there that does this, and what is there
twice. What looks like a definition inside a string is taken for one, and what stands under `if` or `try` is left
out; so an answer that names a few definitions looks at their facts first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_START = re.compile(
    r"^(?:(?:async[ \t]+)?(?P<kind>def|class)[ \t]+(?P<name>\w+)|[ \t]*(?P<import>from|import)[ \t]+)", re.MULTILINE
)
_NEXT = re.compile(r"^[^\s#)\]}\"']", re.MULTILINE)
"""Where a statement at the margin may begin."""
_BODY = re.compile(r":[ \t]*(?:#[^\n]*)?\r?\n")
_DOC = re.compile(r"(?:\s|#[^\n]*\n)*[rRuU]?(?P<quote>\"{3}|'{3}|\"|')\s*(?P<line>[^\n]*)")
_INDENT = re.compile(r"^[ \t]+(?=[^\s#])", re.MULTILINE)
_FROM = re.compile(r"([.\w]+)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n\\;#]*(?:\\\r?\n[^\n\\;#]*)*))")
_PLAIN = re.compile(r"[^\n;#]*")
_COMMENT = re.compile(r"#[^\n]*")
_AS = re.compile(r"[\s\\]+as[\s\\]+")


class Heading(NamedTuple):
    """A class or function at the left margin."""

    name: str
    is_class: bool
    start: int
    """Where its name stands."""
    end: int
    """Where the next statement at the margin begins."""
    doc: str
    """The first line of its docstring, or nothing."""
    members: tuple[str, ...]
    """The names that a class gives to methods, nested classes and attributes."""


class ImportLine(NamedTuple):
    """`from module import name as local`; `name` is empty for `import module`, and may be `*`."""

    module: str
    """With its leading dots."""
    name: str
    local: str


class Contents(NamedTuple):
    """One file."""

    doc: str
    """The first line of its docstring, or nothing."""
    definitions: tuple[Heading, ...]
    imports: tuple[ImportLine, ...]
    """Wherever they stand."""


def contents(text: str) -> Contents:
    """The table of contents of a text."""
    definitions: list[Heading] = []
    imports: list[ImportLine] = []
    for found in _START.finditer(text):
        if found["kind"]:
            definitions.append(_heading(text, found))
        elif found["import"] == "from":
            imports += _from_import(text, found.end())
        else:
            imports += _plain_import(text, found.end())
    return Contents(_doc(text, 0), tuple(definitions), tuple(imports))


def _heading(text: str, found: re.Match[str]) -> Heading:
    following = _NEXT.search(text, found.end())
    end = following.start() if following else len(text)
    body = _BODY.search(text, found.end(), end)
    is_class = found["kind"] == "class"
    members = tuple(dict.fromkeys(_members(text, body.end(), end))) if is_class and body else ()
    doc = _doc(text, body.end()) if body else ""
    return Heading(found["name"], is_class, found.start("name"), end, doc, members)


def _members(text: str, start: int, end: int) -> Iterator[str]:
    indent = _INDENT.search(text, start, end)
    if indent is not None:
        for found in _member_at(indent[0]).finditer(text, start, end):
            yield found[1] or found[2]


@lru_cache(maxsize=32)
def _member_at(indent: str) -> re.Pattern[str]:
    return re.compile(
        rf"^{indent}(?:(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|(?!\d)(\w+)[ \t]*(?::|=(?!=)))", re.MULTILINE
    )


def _doc(text: str, start: int) -> str:
    """The first line of the string that a body begins with."""
    found = _DOC.match(text, start)
    return found["line"].partition(found["quote"])[0].strip() if found else ""


def _from_import(text: str, start: int) -> Iterator[ImportLine]:
    found = _FROM.match(text, start)
    if found is not None:
        names = found[2] if found[2] is not None else found[3]
        for name, local in _named(names):
            yield ImportLine(found[1], name, local)


def _plain_import(text: str, start: int) -> Iterator[ImportLine]:
    found = _PLAIN.match(text, start)
    for module, local in _named(found[0] if found else ""):
        yield ImportLine(module, "", local)


def _named(names: str) -> Iterator[tuple[str, str]]:
    """What an import names, and what it is called here: `a as b, c`."""
    for item in _COMMENT.sub("", names).split(","):
        name, *local = _AS.split(item.strip(" \t\r\n\\"))
        if name:
            yield name, local[0] if local else name
