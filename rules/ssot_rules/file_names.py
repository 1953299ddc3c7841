"""What the path of a file tells: that it is another version of the file beside it.

Only the names are looked at, so that all files of a workspace can be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from ssot_rules.facts import Span
from ssot_rules.index import Index, Module
from ssot_rules.marks import marks
from ssot_rules.names import Fragment, qualifying
from ssot_rules.relevance import name_fragments

_PACKAGE = "/__init__.py"
_SOURCE = ".py"
_APART = re.compile(r"[_\-. ]+|(?<=[a-z\d])(?=[A-Z])")
_NUMBER = re.compile(r"(?:(?:(?<=[^\W\d_])|[_\-. ])[2-9]|[_\-. ]?\([1-9]\))\Z")
"""What file managers and people in a hurry put behind the name of a copy: `engine2`, `engine (1)`."""
_CASES = frozenset({"test", "tests"})
_ACTIONS = ("create", "delete", "detail", "edit", "list", "show", "update")
"""What modules are called that do what one does with a thing, of which `new` is one."""


class Original(NamedTuple):
    """The file of which another one is a version, by its name."""

    path: str
    more: str
    """What the other's name has on top."""

    @property
    def is_number(self) -> bool:
        """Whether that is a bare number, which may as well be part of a name."""
        return self.more.strip("_-. ").isdigit()

    @property
    def score(self) -> float:
        """How much that says, from 0 to 1."""
        return 0.7 if self.is_number else 0.9


def original_of(path: str, index: Index) -> Original | None:
    """The file beside this one of which it is another version, by its name: `engine.py` for `engine_v2.py`.

    A test of something so named (`test_engine_v2.py` where there is an `engine_v2`) is its test.
    """
    folder, name, own = _parts(path)
    if name is None:
        return None
    for stem in _stems(name, index.registry.files.variants):
        for original in (f"{folder}{stem}{_SOURCE}", f"{folder}{stem}{_PACKAGE}"):
            if original != path and index.has_file(original) and not (own and index.is_module_name(own)):
                found = Original(original, _beyond(name, stem))
                return None if _is_one_of_many(folder, stem, found, index) else found
    return None


def _beyond(name: str, stem: str) -> str:
    """What a name has that another lacks."""
    head = _shared(name, stem)
    tail = _shared(name[head:][::-1], stem[head:][::-1])
    return name[head : len(name) - tail]


def _is_one_of_many(folder: str, stem: str, found: Original, index: Index) -> bool:
    """Whether others beside it show that a name is no version's: `gtk3` beside `gtk4` is another thing than `gtk`, and
    `order_new` beside `order_edit` is what one does with an order."""
    others: Iterable[str] = ()
    if found.is_number:
        gap, own = found.more[:-1], found.more[-1]
        others = (f"{folder}{stem}{gap}{other}" for other in range(2, 10) if str(other) != own)
    elif found.more == "_new":
        others = (f"{folder}{stem}_{action}" for action in _ACTIONS)
    return any(index.has_file(other + _SOURCE) or index.has_file(other + _PACKAGE) for other in others)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def is_variant(path: str, index: Index) -> bool:
    """Whether a file is another version of the file beside it."""
    return original_of(path, index) is not None


def concerned(paths: Iterable[str], index: Index) -> Iterator[str]:
    """Those of the files that could concern a rule by their names alone."""
    canonicals = [known for known in index.once(marks, None).canonicals.values() if known.is_module]
    parts = {part for canonical in canonicals for part in name_fragments(canonical, index)}
    for path in paths:
        if is_variant(path, index) or (parts and _is_called(path, parts)):
            yield path


def _is_called(path: str, parts: Set[Fragment]) -> bool:
    name = _parts(path)[1] or ""
    return any(part.is_in(name) for part in parts)


def first_line(module: Module) -> Span:
    """The first line of a file, for what is said of the whole."""
    return Span(0, len(module.text.partition("\n")[0].rstrip("\r")))


def _parts(path: str) -> tuple[str, str | None, str | None]:
    """The folder of a module, what it is called there, and what it tests; None where there is no such thing."""
    stem = path.removesuffix(_PACKAGE) if path.endswith(_PACKAGE) else path.removesuffix(_SOURCE)
    if stem == path:
        return "", None, None
    folder, slash, name = stem.rpartition("/")
    tested = name.removeprefix("test_").removesuffix("_test")
    return folder + slash, name, None if tested == name else tested


def _stems(name: str, variants: tuple[str, ...]) -> Iterator[str]:
    """What a name is without what makes it a variant's: without the last such word, the last two, and so on."""
    lead = "test_" if name.startswith("test_") else ""
    tail = "_test" if name.endswith("_test") else ""
    rest = name[len(lead) : len(name) - len(tail)]
    while (shorter := _shortened(rest, variants)) is not None:
        rest = shorter
        if f"{lead}{rest}" not in _CASES:
            yield f"{lead}{rest}{tail}"


@lru_cache(maxsize=4096)
def _shortened(name: str, variants: tuple[str, ...]) -> str | None:
    before, behind = qualifying(variants)
    gaps = [gap.span() for gap in _APART.finditer(name) if gap.start() and gap.end() < len(name)]
    for start, end in gaps:
        if behind.fullmatch(_APART.sub("_", name[end:].lower())):
            return name[:start]
    for start, end in reversed(gaps):
        if before.fullmatch(_APART.sub("_", name[:start].lower())):
            return name[end:]
    number = _NUMBER.search(name)
    return name[: number.start()] if number is not None and number.start() else None
