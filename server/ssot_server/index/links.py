"""Cross-references in docstrings and comments: Sphinx roles, and links as mkdocstrings writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from ssot_rules.facts import DottedString, Span, Stand
from ssot_server.index.offsets import Offsets

_PATH = r"(?P<path>[^\W\d]\w*(?:\.[^\W\d]\w*)+)"
_LINK = re.compile(
    rf":(?:py:)?(?:class|func|meth|attr|mod|exc|obj|data|const|type|deco|any):`(?:[^`<]*<)?[!~]?{_PATH}>?`"
    rf"|\]\[{_PATH.replace('path', 'linked')}\]"
    rf"|\[`?{_PATH.replace('path', 'bare')}`?\]\[\]"
)


def find_links(text: str, tree: ast.Module, docs: Sequence[Span]) -> tuple[DottedString, ...]:
    """The cross-references of a text with this tree, in the order of the text; `docs` are the strings that are
    statements of their own."""
    if ":`" not in text and "][" not in text:
        return ()
    strings: list[Span] = []

    def is_for_readers(offset: int) -> bool:
        if any(_lies_in(offset, doc) for doc in docs):
            return True
        marks = _marks(text, offset)
        if marks and not strings:
            strings.extend(_strings(text, tree))
        return any(not any(_lies_in(mark, string) for string in strings) for mark in marks)

    return tuple(
        DottedString(match[match.lastgroup], Span(*match.span(match.lastgroup)), stand=Stand.LINK)
        for match in _LINK.finditer(text)
        if match.lastgroup is not None and is_for_readers(match.start())
    )


def _strings(text: str, tree: ast.Module) -> list[Span]:
    """Where strings stand."""
    offsets = Offsets(text)
    return [
        offsets.span(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    ]


def _lies_in(offset: int, span: Span) -> bool:
    return span.start <= offset < span.end


def _marks(text: str, offset: int) -> list[int]:
    """Where a `#` stands before an offset, on its line."""
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return [at for at in range(line, offset) if text[at] == "#"]
