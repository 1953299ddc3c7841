"""The texts of the workspace's files and what was read out of them.

Unsaved editor text stands in for a file's own. What was read is kept until somebody says that the file changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssot_rules.facts import Facts
from ssot_rules.outline import BLANK, Outline
from ssot_server.disk import Disk
from ssot_server.index.extract import extract, revise
from ssot_server.index.memory import Memory
from ssot_server.outlines import outline, pack, shape, unpack
from ssot_server.search import NOTHING, Search
from ssot_server.workspace import UnreadableSource, read_source

if TYPE_CHECKING:
    from ssot_server.search import Word

_SEARCHES = 16
"""How many searches' results are kept for later runs: a registry needs a few."""
_WORDS = 1000
"""How many words' results are kept at all: registries are edited."""


class Searched(NamedTuple):
    """What a search found in some files."""

    found: dict[str, frozenset[Word]]
    """The files that could matter, each with the words because of which it does."""
    looked_at: Sequence[str]
    """The files that were searched for it; what the others hold was known."""
    unreadable: dict[str, str]
    """Why some of them could not be read."""


class _Search(NamedTuple):
    """What a file was searched for so far."""

    words: frozenset[Word]
    found: frozenset[Word]


class _Last(NamedTuple):
    """What a search found last."""

    files: Sequence[str]
    """All files that it was about."""
    found: dict[str, frozenset[Word]]
    changed: set[str]
    """Those that have changed since."""


_UNSEARCHED = _Search(NOTHING, NOTHING)


class Store:
    """Texts and facts by path, relative to the workspace's root."""

    def __init__(self, root: Path, disk: Disk, memory: Memory) -> None:
        self._root = root
        self._folder = os.path.join(root, "")  # noqa: PTH118 - paths are put together for every file of a large tree
        self.disk = disk
        self._memory = memory
        self._unsaved: dict[str, str] = {}
        self._deleted: set[str] = set()
        self._read: dict[str, Facts] = {}
        self._before: dict[str, Facts] = {}
        """Facts of what a file held before it changed: most of them still hold."""
        self._outlines: dict[str, Outline] = {}
        self._searched: dict[str, _Search] = {}
        """What searches found, by path."""
        self._last: dict[frozenset[Word], _Last] = {}
        """The last searches, by their words."""
        self.unreadable: dict[str, str] = {}
        """Why a file could not be read, by path."""

    @property
    def unsaved(self) -> frozenset[str]:
        """The paths whose text an editor holds."""
        return frozenset(self._unsaved)

    @property
    def deleted(self) -> frozenset[str]:
        """The paths of files that count as deleted."""
        return frozenset(self._deleted)

    def delete(self, path: str) -> None:
        """Let a file count as deleted, until it is given a text or goes back to what it is."""
        self._unsaved.pop(path, None)
        self._deleted.add(path)
        self.forget(path)

    def set_text(self, path: str, text: str | None) -> None:
        """Let a text stand for the file's; None goes back to the file."""
        self._deleted.discard(path)
        if text is None:
            self._unsaved.pop(path, None)
        else:
            self._unsaved[path] = text
        self.forget(path)

    def forget(self, path: str) -> None:
        """The file changed: read it again when it is next asked for."""
        before = self._read.pop(path, None)
        if before is not None:
            self._before[path] = before
        self._outlines.pop(path, None)
        self._searched.pop(path, None)
        for last in self._last.values():
            last.changed.add(path)
        self.unreadable.pop(path, None)

    def forget_below(self, folders: Collection[str]) -> None:
        """These folders came, went or were replaced: read again whatever lies in them."""
        if not folders:
            return
        for path in {*self._read, *self._outlines, *self.unreadable, *self._searched}:
            if any(path[:end] in folders for end, character in enumerate(path) if character == "/"):
                self.forget(path)

    def load(self, path: str) -> Facts | None:
        """A file's facts; None where it cannot be read, see `unreadable`."""
        if path not in self._read and path not in self.unreadable:
            text = self._text(path)
            before = self._before.pop(path, None)
            if text is not None:
                self._read[path] = self._extract(path, text) if before is None else revise(before, text)
        return self._read.get(path)

    def outline(self, path: str) -> Outline:
        """A file's outline; that of an empty one where it cannot be read, see `unreadable`."""
        found = self._outlines.get(path)
        if found is None:
            found = self._outlines[path] = self._outline(path)
        return found

    def _outline(self, path: str) -> Outline:
        if path in self._unsaved:
            return outline(self._unsaved[path].encode("utf-8", "surrogatepass"))
        digest = self.disk.digest(self._folder + path)
        packed = None if digest is None else self._memory.outline(digest)
        known = None if packed is None else unpack(packed)
        if known is not None:
            return known
        try:
            return outline(self.disk.skim(self._folder + path))
        except (OSError, ValueError) as error:
            self.unreadable[path] = (error.strerror if isinstance(error, OSError) else None) or str(error)
            return BLANK

    def outlines(self, paths: Iterable[str]) -> dict[str, Outline]:
        """The outlines of some files."""
        return {path: self.outline(path) for path in paths}

    def take_outlines(self, outlines: Mapping[str, Outline]) -> None:
        """Another process has made outlines."""
        self._outlines.update(outlines)

    def shapes(self) -> dict[str, bytes]:
        """What stands for the outlines of the files of which one was asked for, by absolute path."""
        return {self._folder + path: shape(self._packed(path)) for path in self._outlines if path not in self._unsaved}

    def _packed(self, path: str) -> bytes:
        digest = self._digest(path)
        return (None if digest is None else self._memory.outline(digest)) or pack(self._outlines[path])

    def _extract(self, path: str, text: str) -> Facts:
        digest = self._digest(path)
        return extract(text, None if digest is None else self._memory.facts(digest))

    def _digest(self, path: str) -> bytes | None:
        """The digest of what was read of a file; None if an editor holds its text."""
        seen = None if path in self._unsaved else self.disk.files.get(self._folder + path)
        return None if seen is None else seen[1]

    @property
    def keeps(self) -> bool:
        """Whether anything is kept for later runs."""
        return self._memory.keeps

    def keep_facts(self, paths: Iterable[str]) -> None:
        """Keep what was read of some files for later runs."""
        for path in paths:
            digest = self._digest(path) if path in self._read else None
            if digest is not None:
                self._memory.keep_facts(digest, self._read[path])

    def let_go(self, path: str) -> None:
        """Keep what was read of a file for later runs, and no longer in memory unless an editor has it open."""
        facts = self._read.get(path)
        if facts is None or not (facts.known or facts.drawn) or path in self._unsaved:
            return
        self.keep_facts((path,))
        facts.let_go()
        digest = self._digest(path)
        if digest is not None:
            self._memory.let_go(digest)

    def keep_searches(self, paths: Collection[str]) -> None:
        """Keep which contents the files have, and which of them the searches concern, for later runs."""
        digests = {path: digest for path in paths if (digest := self._digest(path)) is not None}
        for words in self._last:
            known = {
                digests[path]: words & searched.found if searched.found else NOTHING
                for path, searched in self._searched.items()
                if path in digests and words <= searched.words
            }
            self._memory.keep_search(words, known)
        self._memory.keep_outlines({digests[path]: self._packed(path) for path in self._outlines if path in digests})
        self._memory.keep_files(paths, self.disk)

    def text(self, path: str) -> str | None:
        """A file's text; None where it cannot be read."""
        return self._read[path].text if path in self._read else self._text(path)

    def _text(self, path: str) -> str | None:
        if path in self._unsaved:
            return self._unsaved[path]
        if path in self._deleted:
            return None
        try:
            return read_source(self._root / path, self.disk.read).text
        except UnreadableSource as error:
            self.unreadable[path] = str(error)
            return None

    def search(
        self, search: Search, files: Sequence[str], watched: Callable[[Sequence[str]], Iterable[str]]
    ) -> Searched:
        """Which of the files could matter to a search, see `Search.find`; whatever is open in an editor does.

        `watched` goes through those that have to be looked at.
        """
        last = self._last.get(search.words)
        if last is None or last.files is not files:
            last = _Last(files, {}, set())
            looked_at = files
        else:
            looked_at = sorted(last.changed.intersection(files)) if last.changed else ()
        left: dict[frozenset[Word], Search] = {NOTHING: search}
        found = {path: words for path, words in last.found.items() if path not in last.changed}
        for path in watched(looked_at):
            words = self._search(path, search, left)
            if words:
                found[path] = words
        self._last.pop(search.words, None)
        self._last[search.words] = _Last(files, found, set())
        if len(self._last) > _SEARCHES:
            del self._last[next(iter(self._last))]
        return Searched(
            found, looked_at, {path: self.unreadable[path] for path in looked_at if path in self.unreadable}
        )

    def found(self, path: str, search: Search) -> frozenset[Word]:
        """The words because of which one file could matter to a search."""
        return self._search(path, search, {NOTHING: search})

    def _search(self, path: str, search: Search, left: dict[frozenset[Word], Search]) -> frozenset[Word]:
        """What is found in a file; `left` is what is left to search for, by what was searched for before."""
        if path in self._unsaved:
            return search.words
        known = self._searched.get(path, _UNSEARCHED)
        if known.words not in left:
            left[known.words] = Search(search.words - known.words)
        more = self._find(path, left[known.words])
        return more | (known.found & search.words) if known.found else more

    def remember(self, words: frozenset[Word], searched: Searched) -> None:
        """What a search for these words found holds until a file changes; another process may have searched."""
        together = {NOTHING: words}  # by what they were searched for before; files share these sets
        for path in searched.looked_at:
            if path in self._unsaved:
                continue
            known = self._searched.get(path, _UNSEARCHED)
            found = searched.found.get(path, NOTHING)
            if known.words not in together:
                together[known.words] = known.words | words if len(known.words) < _WORDS else words
            self._searched[path] = _Search(together[known.words], known.found | found if known.found else found)
        self.unreadable.update(searched.unreadable)

    def _find(self, path: str, search: Search) -> frozenset[Word]:
        if not search.words:
            return NOTHING
        digest = self.disk.digest(self._folder + path)
        found = None if digest is None else self._memory.found(search.words, digest)
        if found is not None:
            return found
        try:
            return search.find(self.disk.skim(self._folder + path))
        except (OSError, ValueError) as error:
            self.unreadable[path] = (error.strerror if isinstance(error, OSError) else None) or str(error)
            return NOTHING
