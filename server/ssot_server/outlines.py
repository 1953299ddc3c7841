"""Bytes to outline: a few searches over the whole file, and nothing parsed.

Only ASCII is told apart: whatever else a file holds, it spells ASCII the same, and a name in other letters is never
among the offers, nor is an import that holds one among the asks. A run that repeats an earlier one asks for the
outlines of the files that changed.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ssot_rules.outline import ANYTHING, BLANK, Ask, Outline, runs_later
from ssot_server.disk import digest

_BYTE_ORDER_MARK = BOM_UTF8.decode("latin-1")
_NOTEBOOK = re.compile(rb"\s*\{\s*[\"}]")
_MORE = r"\n(?=[ \t)#\r\n])"
"""A line end inside brackets, if what follows is indented."""
_STATEMENT = re.compile(
    r"\n([ \t]*)(?:"
    rf"from[ \t]+([.\w]+)[ \t]+import\b[ \t]*(\((?:[^()#\n]|#[^\n]*|{_MORE})*\)|[^\n]*)"
    r"|import[ \t]+([^\n]*))",
    re.ASCII,
)
_WORD = re.compile(r"\bimport\b", re.ASCII)
_MAY_BEGIN = re.compile(r"(?:\A|[;:\r\f])[\s\\]*(?:from\b[^;:]*)?\Z", re.ASCII)
"""Before `import`: it may begin a statement, or go on with one that began with `from`."""
_DEFINED = re.compile(r"\n(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)", re.ASCII)
_ASSIGNED = re.compile(r"\n([A-Za-z_]\w*)[ \t]*(?::|=(?!=))", re.ASCII)
_CONTINUED = re.compile(r"\\\r?\n[ \t]*import\b")
_BRANCH = re.compile(
    r"\n(?:if|else|elif|try|except|finally|with|for|while)\b[^\n]*((?:\n(?:[ \t][^\n]*|#[^\n]*|\r?(?=\n)))+)"
)
"""The lines below a statement at the margin that holds others, as far as they are indented."""
_DEFINED_INSIDE = re.compile(r"\n[ \t]+(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)", re.ASCII)
_ASSIGNED_INSIDE = re.compile(r"\n[ \t]+([A-Za-z_]\w*)[ \t]*(?::|=(?!=))", re.ASCII)
_GIVEN = rf"\((?:[ \t\r]|{_MORE})*(?:\w+[ \t]*=[ \t]*)?[rRuU]?[\"']([\w.]+)[\"']"
_TARGETS = (
    ("patch", re.compile(rf"patch(?<!\wpatch)(?:\.\w+)?{_GIVEN}", re.ASCII)),
    (".setattr(", re.compile(rf"\.setattr{_GIVEN}", re.ASCII)),
    (".delattr(", re.compile(rf"\.delattr{_GIVEN}", re.ASCII)),
)
"""Calls that are given what they patch as a string, each with a text that it contains."""
_COMMENT = re.compile(r"#[^\n]*")
_FROM_NAME = re.compile(r"(\w+)(?:[ \t\r\n]+as[ \t\r\n]+(\w+))?", re.ASCII)
_PLAIN_NAME = re.compile(r"(\w+(?:\.\w+)*)(?:[ \t]+as[ \t]+(\w+))?", re.ASCII)
_SPACE = " \t\r\n"
_REGISTERED = re.compile(
    rf"\bmodules\b(?:\[((?:[^\]\n]|{_MORE})*)\][ \t]*=(?!=)|\.setdefault\(([^,\n]*),|\.update\((.*)|[\"']?[ \t]*,(.*))",
    re.ASCII,
)
_LITERAL = re.compile(r"[rRuU]?([\"'])([\w.]+)\1", re.ASCII)
_OWN = frozenset({"__name__"})


def outline(data: bytes) -> Outline:
    """The outline of a file with this content."""
    if _NOTEBOOK.match(data):
        return BLANK._replace(is_clear=False)  # its code is written as JSON
    text = data.decode("latin-1")
    padded = f"\n{text.removeprefix(_BYTE_ORDER_MARK)}"
    asks: dict[Ask, bool] = {}
    offers: dict[str, None] = dict.fromkeys((*_DEFINED.findall(padded), *_ASSIGNED.findall(padded)))
    found = list(_STATEMENT.finditer(padded)) if "import" in text else []
    is_clear = _is_regular(padded, len(found))
    inside = "\n".join(_BRANCH.findall(padded))
    if inside:
        offers.update(dict.fromkeys((*_DEFINED_INSIDE.findall(inside), *_ASSIGNED_INSIDE.findall(inside))))
        for _, *written in _STATEMENT.findall(inside):
            imported = _imported(*written)
            offers.update(dict.fromkeys(imported.local if imported is not None else ()))
    for match in found:
        indent, *written = match.groups("")
        imported = _imported(*written)
        if imported is None:
            is_clear = False
            continue
        is_early = not indent or not runs_later(padded, match.start(), len(indent))
        for ask in imported.asks:
            asks[ask] = asks.get(ask, False) or is_early
        if not indent:
            for name in imported.local:
                offers[name] = None
    return Outline(
        asks=tuple(asks),
        early=tuple(ask for ask, is_early in asks.items() if is_early),
        targets=tuple(dict.fromkeys(path for sign, call in _TARGETS if sign in text for path in call.findall(padded))),
        offers=f" {' '.join(offers)} ",
        registers=tuple(dict.fromkeys(_registered(padded))) if "modules" in text else (),
        extends="__path__" in text or "declare_namespace" in text,
        is_clear=is_clear,
    )


class _Imported(NamedTuple):
    """What an import statement says."""

    asks: tuple[Ask, ...]
    local: tuple[str, ...]
    """The names that it binds."""


@lru_cache(maxsize=1 << 16)
def _imported(source: str, names: str, modules: str) -> _Imported | None:
    """`from source import names`, or else `import modules`; None where the names cannot be told."""
    written = names if source else modules
    is_open = written[:1] == "("
    if is_open and written[-1:] != ")":
        return None
    plain = _COMMENT.sub("", written[1:-1] if is_open else written)
    if source and plain.strip(_SPACE) == "*":
        return _Imported((Ask(source, ("*",)),), ())
    form = _FROM_NAME if source else _PLAIN_NAME
    pieces = [stripped for piece in plain.split(",") if (stripped := piece.strip(_SPACE))]
    matches = [match for piece in pieces if (match := form.fullmatch(piece)) is not None]
    if len(matches) < len(pieces) or not pieces:
        return None
    wanted = [match[1] for match in matches]
    asks = (Ask(source, tuple(wanted)),) if source else tuple(Ask(module, ()) for module in wanted)
    return _Imported(asks, tuple(match[2] or match[1].partition(".")[0] for match in matches))


def _is_regular(padded: str, found: int) -> bool:
    """Whether all imports of a text were among so many statements that were found in it."""
    if "\\" in padded and _CONTINUED.search(padded):
        return False
    if padded.count("import") == found:
        return True
    known = [match.span() for match in _STATEMENT.finditer(padded)]
    at = 0
    for word in _WORD.finditer(padded):
        while at < len(known) and known[at][1] <= word.start():
            at += 1
        if at < len(known) and known[at][0] <= word.start():
            if len(_WORD.findall(_COMMENT.sub("", padded[slice(*known[at])]))) > 1:
                return False
            continue
        if _MAY_BEGIN.search(_before(padded, word.start())):
            return False
    return True


def _before(padded: str, offset: int) -> str:
    """The line up to an offset, with the lines above that go on in it."""
    start = padded.rfind("\n", 0, offset)
    while padded.endswith(("\\\n", "\\\r\n"), 0, start + 1):
        start = padded.rfind("\n", 0, start)
    return padded[start + 1 : offset]


def _registered(padded: str) -> Iterator[str]:
    """The names under which modules are put into `sys.modules`."""
    for found in _REGISTERED.finditer(padded):
        key, default, *others = found.groups()
        single = key if key is not None else default
        if single is not None:
            written = single.strip(_SPACE)
            literal = _LITERAL.fullmatch(written)
            if literal:
                yield literal[2]
            elif written not in _OWN:
                yield ANYTHING
            continue
        block = _rest_of_block(padded, found.end())
        yield from (match[2] for match in _LITERAL.finditer("".join(filter(None, others)) + block))


def _rest_of_block(padded: str, start: int) -> str:
    """The text up to the next line that begins at the left margin."""
    end = _MARGIN.search(padded, start)
    return padded[start : end.start() if end else len(padded)]


_MARGIN = re.compile(r"\n[^\s#)\]}]")


# -- outlines as bytes ----------------------------------------------------------------------------------------

_TRUE = "y"


def pack(known: Outline) -> bytes:
    """An outline as bytes."""
    early = frozenset(known.early)
    asks = ["\t".join((_TRUE * (ask in early), ask.module, *ask.names)) for ask in known.asks]
    flags = [_TRUE * flag for flag in (known.extends, known.is_clear)]
    groups = (asks, known.targets, [known.offers], known.registers, flags)
    return "\0".join("\n".join(group) for group in groups).encode()


def unpack(packed: bytes) -> Outline | None:
    """The outline that was packed; None if the bytes are none."""
    try:
        asks, targets, offers, registers, flags = packed.decode().split("\0")
        extends, is_clear = flags.split("\n")
    except ValueError:
        return None
    read = [_ask(line) for line in asks.split("\n")] if asks else []
    return Outline(
        asks=tuple(ask for _, ask in read),
        early=tuple(ask for is_early, ask in read if is_early),
        targets=tuple(targets.split("\n")) if targets else (),
        offers=offers,
        registers=tuple(registers.split("\n")) if registers else (),
        extends=extends == _TRUE,
        is_clear=is_clear == _TRUE,
    )


@lru_cache(maxsize=1 << 16)
def _ask(written: str) -> tuple[bool, Ask]:
    early, module, *names = written.split("\t")
    return early == _TRUE, Ask(module, tuple(names))


def shape(packed: bytes) -> bytes:
    """What stands for an outline: as long as it is the same, so is the outline."""
    return digest(packed)
