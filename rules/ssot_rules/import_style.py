"""How a project writes its imports: which sections they form, in which order, and how long a line may be.

The defaults are those of isort and ruff, which agree on them. A setting that is not among these makes a file look
unsorted, and what is not sorted is not moved: the worst that comes of it is a statement that stands beside the one
that it replaces.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any, NamedTuple

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL = (
    "future",
    "standard-library",
    "third-party",
    "first-party",
    "local-folder",
)
SECTIONS = (FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL)
_UNSECTIONED = "no-sections"
_WERE_STANDARD = (
    "aifc asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib nis nntplib "
    "ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib"
)
_COMING = "annotationlib compression tomllib"
_STANDARD_LIBRARY = frozenset({*sys.stdlib_module_names, *_WERE_STANDARD.split(), *_COMING.split()})
"""Of all versions of Python, so that it does not matter which one runs this."""
_DIGITS = re.compile(r"(\d+)")

Key = tuple[Any, ...]
"""Sorts imports; keys of one style can be compared with each other."""


class Head(NamedTuple):
    """What of an import statement decides where it stands."""

    module: str
    """After `from`, without its dots; or after `import`."""
    level: int
    """How many dots lead it."""
    names: tuple[tuple[str, str | None], ...] | None
    """The names and aliases after `from … import`; None for a plain import."""
    asname: str | None = None
    """The alias of a plain import."""


class ImportStyle(NamedTuple):
    """How a project writes its imports."""

    is_chosen: bool = False
    """The project's settings say how imports are sorted; otherwise the files themselves show it."""
    line_length: int = 88
    sections: tuple[str, ...] = SECTIONS
    known: tuple[tuple[str, str], ...] = ()
    """Globs of modules, each with its section."""
    first_party: frozenset[str] = frozenset()
    """Top-level modules and packages of the project."""
    default_section: str = THIRD_PARTY
    same_package: bool = True
    """The package that a file is in is first party to it."""
    is_flat: bool = False
    """There are no sections but `__future__`."""
    no_lines_before: frozenset[str] = frozenset()
    """Sections without a blank line above them."""
    lines_between_types: int = 0
    """Blank lines between `import …` and `from … import …` of a section."""
    types_mixed: bool = False
    """In a section, both kinds stand among each other."""
    from_first: bool = False
    """In a section, `from … import …` comes first."""
    single_line: bool = False
    """Each name has a statement of its own, …"""
    single_line_exclusions: frozenset[str] = frozenset()
    """… but for names from these modules."""
    combine_as: bool = False
    """Names with an alias share a statement with others."""
    case_sensitive: bool = False
    by_type: bool = True
    """Constants come before classes, and those before everything else."""
    constants: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    """Names that are of a type whatever they look like."""
    to_top: frozenset[str] = frozenset()
    """Modules that come first in their section."""
    nearest_first: bool = False
    """Of relative imports, `.` comes before `..`."""
    by_length: bool = False
    """Shorter names come first, …"""
    plain_by_length: bool = False
    """… or at least shorter modules of plain imports."""
    keeps_trailing_comma: bool = True
    """A comma behind the last name keeps each name on a line of its own."""

    # -- where a statement stands ---------------------------------------------------------------------------

    def section(self, head: Head, package: str) -> str:
        """The section of a statement in a file of a top-level package."""
        if not head.level and head.module == "__future__":
            return FUTURE
        if self.is_flat:
            return _UNSECTIONED
        if head.level:
            return LOCAL
        top = head.module.partition(".")[0]
        for prefix in _prefixes(head.module):
            for pattern, section in self.known:
                if fnmatchcase(prefix, pattern):
                    return section
        if top in _STANDARD_LIBRARY:
            return STANDARD
        if top in self.first_party or (self.same_package and top == package):
            return FIRST_PARTY
        return self.default_section

    def key(self, head: Head, package: str) -> Key:
        """Sorts statements of a file in a top-level package."""
        section = self.section(head, package)
        order = self.sections.index(section) if section in self.sections else len(self.sections)
        is_from = head.names is not None
        first = min((self.name_key(*name) for name in head.names or ()), default=())
        return (
            order,
            False if self.types_mixed else is_from != self.from_first,
            "." * head.level + head.module not in self.to_top,
            len(head.module) + head.level if self.by_length or (self.plain_by_length and head.names is None) else 0,
            head.level if self.nearest_first else -head.level,
            *self._spelling(head.module),
            first,
            _natural(head.asname or ""),
        )

    def name_key(self, name: str, asname: str | None) -> Key:
        """Sorts the names of one statement."""
        return (
            name != "*",
            self._type(name) if self.by_type else 0,
            len(name) if self.by_length else 0,
            *self._spelling(name),
            asname is not None,
            _natural(asname or ""),
        )

    def blank_lines(self, before: Head, after: Head, package: str) -> int:
        """How many blank lines stand between two neighbours.

        A section with nothing in it parts those around it as if it were there, as it does for isort and ruff.
        """
        section, last = self.section(after, package), self.section(before, package)
        if section != last:
            known = section in self.sections and last in self.sections
            passed = self.sections[self.sections.index(last) + 1 : self.sections.index(section) + 1] if known else ()
            return 0 if self.no_lines_before.issuperset(passed or (section,)) else 1
        if (before.names is None) != (after.names is None) and not self.types_mixed:
            return self.lines_between_types
        return 0

    def is_single(self, module: str) -> bool:
        """Whether each name from a module has a statement of its own."""
        return self.single_line and module not in self.single_line_exclusions

    def _spelling(self, name: str) -> Key:
        return ((), _natural(name)) if self.case_sensitive else (_natural(name.lower()), _natural(name))

    def _type(self, name: str) -> int:
        for kind, names in enumerate((self.constants, self.classes, self.variables)):
            if name in names:
                return kind
        if len(name) > 1 and name.isupper():
            return 0
        return 1 if name[:1].isupper() else 2

    # -- other readings -------------------------------------------------------------------------------------

    def readings(self, packages: frozenset[str]) -> Iterator[ImportStyle]:
        """This style, and what it may be in a file where the project leaves it open; `packages` are the
        workspace's."""
        yield self
        if self.is_chosen:
            return
        for first_party in (self.first_party, packages):
            for types_mixed in (False, True):
                yield self._replace(first_party=first_party, types_mixed=types_mixed)

    def name_orders(self) -> Iterator[ImportStyle]:
        """This style, and others that names within a statement may be sorted by."""
        yield self
        yield self._replace(by_type=not self.by_type)
        yield self._replace(by_type=False, case_sensitive=True)


def is_in_order(keys: Sequence[Key]) -> bool:
    """Whether keys never go down."""
    return all(before <= after for before, after in pairwise(keys))


def _prefixes(dotted: str) -> Iterator[str]:
    """A dotted path and those that it lies in, the longest first."""
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


def _natural(name: str) -> Key:
    """Sorts names as people do: numbers in them by their value."""
    parts = _DIGITS.split(name)
    return tuple(
        key
        for number, part in enumerate(parts)
        for key in ([(ord("0"), int(part))] if number % 2 else [(ord(letter), 0) for letter in part])
    )
