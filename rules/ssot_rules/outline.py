"""What a file's text shows without being parsed: what its imports ask for, and which names it offers.

An outline may see more than there is, in a docstring that holds code, but what it asks for is never too little. So
where everything that a file seems to ask for seems to be offered, nothing of it need be parsed. Rules go by the
offers even where a file is parsed: what looks like a definition counts as one, and the short cut changes no result.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LATER = re.compile(r"(?:async[ \t]+)?def\b|if[ \t(]*(?:(?:\w+\.)*TYPE_CHECKING[ \t)]*:|__name__[ \t]*==)", re.ASCII)
"""Begins a block that does not run when the module is imported."""
_HEADER = re.compile(r"(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b")
"""Begins a statement that has others inside."""


class Ask(NamedTuple):
    """What an import seems to want."""

    module: str
    """The module as it is written: `app.engines`, `..engines`."""
    names: tuple[str, ...]
    """The names that are taken from it, perhaps `*`; none for a plain import."""


class Outline(NamedTuple):
    """What can be told of a file without parsing it."""

    asks: tuple[Ask, ...]
    early: tuple[Ask, ...]
    """Those of the asks that may run when the module is imported: neither in a function nor for type checkers alone."""
    targets: tuple[str, ...]
    """Dotted paths in strings that are handed to something like `mock.patch`."""
    offers: str
    """The names that statements at the left margin seem to bind, each between two spaces."""
    registers: tuple[str, ...]
    """Names under which modules are put into `sys.modules`; `ANYTHING` where a name is worked out."""
    extends: bool
    """A package that may have modules from other folders: it speaks of its `__path__`."""
    is_clear: bool
    """No import can be missing among the asks."""

    def has(self, name: str) -> bool:
        """Whether a name is among the offers."""
        return f" {name} " in self.offers

    @property
    def names(self) -> frozenset[str]:
        """The offers, one by one."""
        return frozenset(self.offers.split())


ANYTHING = "*"
BLANK = Outline((), (), (), "  ", (), extends=False, is_clear=True)
"""The outline of an empty file."""


def runs_later(text: str, at: int, indent: int) -> bool:
    """Whether the line that begins behind an offset, indented so far, stands in a block that does not run when the
    module is imported, or in a docstring. It goes by how lines begin, and by how many triple quotes there are."""
    end = start = at
    while indent and end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end].lstrip(" \t")
        depth = end - start - len(line)
        end = start - 1
        if depth >= indent or not _HEADER.match(line):
            continue
        if _LATER.match(line):
            return True
        indent = depth
    return any(text.count(quotes, start, at) % 2 for quotes in ('"""', "'''"))
