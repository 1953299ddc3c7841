"""Everything that is defined in a workspace and who imports it, as far as the beginnings of lines tell.

Names are followed through re-exports and star imports as the index does, by the contents of the files alone: a
million lines take a second. What is said about few definitions is looked up in the index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ssot_rules.index import absolute_path
from ssot_rules.names import Sort
from ssot_server.index.contents import Heading, ImportLine, contents
from ssot_server.index.snapshot import Snapshot
from ssot_server.steps import Desk
from ssot_server.workers import Crew, Share

_SPEAKS = re.compile(r"eprecat|EPRECAT")
_HOPS = 8
"""A name that is passed on more often than this is not followed."""


_LEFT_OUT = re.compile(
    r"(?:^|/)(?:_?vendor(?:ed)?|_?extern(?:al|s)?|third_?party|migrations?|examples?|docs?|benchmarks?|templates?|"
    r"testing|tests?|fixtures)/|_pb2(?:_grpc)?\.py$|(?:^|/)(?:setup|conftest)\.py$"
)
"""Code of others, generated code, and what is repeated on purpose."""


class Link(NamedTuple):
    """An import of something of the workspace."""

    home: str
    """The file that it is imported from."""
    name: str
    """Empty for the module itself, `*` for everything."""
    local: str


class Surveyed(NamedTuple):
    """One file."""

    path: str
    module: str
    """Its dotted name."""
    is_test: bool
    lines: int
    size: int
    """How many characters its text has."""
    doc: str
    """The first line of its docstring, or nothing."""
    definitions: tuple[Heading, ...]
    links: tuple[Link, ...]
    speaks: bool
    """It says something of deprecation, or passes on only what others have."""


class Sighting(NamedTuple):
    """A class or function at the left margin of a file, or the file as a module."""

    path: str
    module: str
    """The dotted name of the file."""
    sort: Sort
    name: str
    """Its own name, without dots."""
    start: int
    """Where its text begins: with its name, but for a module."""
    end: int
    doc: str
    """The first line of its docstring, or nothing."""

    @property
    def key(self) -> Key:
        """Its file and its name there, which is empty for a module."""
        return self.path, "" if self.sort is Sort.MODULE else self.name

    @property
    def dotted(self) -> str:
        """Its dotted path."""
        return self.module if self.sort is Sort.MODULE else f"{self.module}.{self.name}"


Key = tuple[str, str]
"""A file, and a name in it; the empty name is the module."""


@dataclass(frozen=True)
class Survey:
    """All files, and what follows from all of them together."""

    files: Mapping[str, Surveyed]
    importers: Mapping[Key, frozenset[str]]
    """The files that reach a definition by its name, from wherever, or import a module."""
    faces: Mapping[Key, str]
    """The dotted path by which most of them do so."""

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return sum(file.lines for file in self.files.values())

    def with_importers(self, found: Iterable[tuple[Key, str]]) -> Survey:
        """The survey with further files that reach a definition."""
        more: dict[Key, set[str]] = {}
        for key, path in found:
            more.setdefault(key, set()).add(path)
        added = {key: self.importers.get(key, frozenset()) | paths for key, paths in more.items()}
        return replace(self, importers={**self.importers, **added})

    def sightings(self) -> Iterator[Sighting]:
        """Every definition outside of tests; of several in one file with one name the last, which is the one that
        counts."""
        for file in self.files.values():
            if not file.is_test:
                for one in {known.name: known for known in file.definitions}.values():
                    sort = Sort.CLASS if one.is_class else Sort.FUNCTION
                    yield Sighting(file.path, file.module, sort, one.name, one.start, one.end, one.doc)

    def modules(self) -> Iterator[Sighting]:
        """Every module outside of tests that is no package."""
        for file in self.files.values():
            if not file.is_test and not file.path.endswith(("__init__.py", "__main__.py")):
                name = file.module.rpartition(".")[2]
                yield Sighting(file.path, file.module, Sort.MODULE, name, 0, file.size, file.doc)

    def users(self, key: Key) -> tuple[frozenset[str], frozenset[str]]:
        """The importers that are no tests, and those that are."""
        every = self.importers.get(key, frozenset())
        tests = frozenset(path for path in every if self.files[path].is_test)
        return every - tests, tests


def is_left_out(path: str) -> bool:
    """Whether a file holds code of others, generated code, or what is repeated on purpose."""
    return _LEFT_OUT.search(path) is not None


def survey(crew: Crew[Desk]) -> Survey:
    """Go through all files."""
    files = {file.path: file for part in crew.ask(_contents) for file in part}
    origin = _follower(files)
    importers: dict[Key, set[str]] = {}
    faces: dict[Key, Counter[str]] = {}
    for path, file in files.items():
        for link in file.links:
            key = (link.home, "") if link.name in ("", "*") else origin(link.home, link.name)
            if key is None or key[0] == path or link.home not in files:
                continue
            importers.setdefault(key, set()).add(path)
            if key[1]:
                importers.setdefault((key[0], ""), set()).add(path)
                faces.setdefault(key, Counter())[f"{files[link.home].module}.{link.name}"] += 1
    return Survey(
        files,
        {key: frozenset(found) for key, found in importers.items()},
        {key: _most_used(found) for key, found in faces.items()},
    )


def _most_used(paths: Mapping[str, int]) -> str:
    return min(paths, key=lambda path: (-paths[path], len(path), path))


def _follower(files: Mapping[str, Surveyed]) -> Callable[[str, str], Key | None]:
    """Tells where a name of a file is defined: there or in what it imports it from."""
    defined = {path: frozenset(known.name for known in file.definitions) for path, file in files.items()}
    passed_on = {path: {link.local: link for link in file.links if link.name != "*"} for path, file in files.items()}
    stars = {path: [link.home for link in file.links if link.name == "*"] for path, file in files.items()}

    def origin(home: str, name: str, hops: int = _HOPS) -> Key | None:
        if home not in files or not hops:
            return None
        if name in defined[home]:
            return home, name
        link = passed_on[home].get(name)
        if link is not None:
            return origin(link.home, link.name, hops - 1) if link.name else (link.home, "")
        found = (origin(star, name, hops - 1) for star in stars[home])
        return next((key for key in found if key is not None), None)

    return origin


def _contents(desk: Desk, share: Share) -> list[Surveyed]:
    files = desk.watched("Reading", share.part(desk.files), share)
    texts = ((path, desk.store.text(path)) for path in files if path.endswith(".py"))
    return [_surveyed(desk.index, path, text) for path, text in texts if text is not None]


def _surveyed(index: Snapshot, path: str, text: str) -> Surveyed:
    known = contents(text)
    module = index.name_of(path)
    return Surveyed(
        path,
        module,
        index.is_test(path),
        text.count("\n"),
        len(text),
        known.doc,
        known.definitions,
        tuple(_links(index, path, module, known.imports)),
        _SPEAKS.search(text) is not None or not known.definitions,
    )


def _links(index: Snapshot, path: str, module: str, imports: Iterable[ImportLine]) -> Iterator[Link]:
    """What of the imports leads to files of the workspace."""
    for imported in imports:
        base = absolute_path(imported.module, module, is_package=index.is_package(path))
        if base is None:
            continue
        is_name = imported.name not in ("", "*")
        submodule = index.file_of(f"{base}.{imported.name}", path) if is_name else None
        home = submodule or index.file_of(base, path)
        if home is not None:
            yield Link(home, "" if submodule else imported.name, imported.local)
