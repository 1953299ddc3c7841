"""What a file's text shows without being parsed: what its imports ask for, and which names it offers.

An outline may see more than there is, in a docstring that holds code, but what it asks for is never too little. So
where everything that a file seems to ask for seems to be offered, nothing of it need be parsed. Rules go by the
offers even where a file is parsed: what looks like a definition counts as one, and the short cut changes no result.
"""

from __future__ import annotations

from typing import NamedTuple


class Ask(NamedTuple):
    """What an import seems to want."""

    module: str
    """The module as it is written: `app.engines`, `..engines`."""
    names: tuple[str, ...]
    """The names that are taken from it, perhaps `*`; none for a plain import."""


class Outline(NamedTuple):
    """What can be told of a file without parsing it."""

    asks: tuple[Ask, ...]
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
BLANK = Outline((), (), "  ", (), extends=False, is_clear=True)
"""The outline of an empty file."""
