"""The texts of the workspace's files and what was read out of them.

Unsaved editor text stands in for a file's own. What was read is kept until somebody says that the file changed.
"""

from __future__ import annotations

from pathlib import Path

from ssot_rules.facts import Facts
from ssot_rules.relevance import Word
from ssot_server.index.extract import extract
from ssot_server.index.search import Search
from ssot_server.workspace import UnreadableSource, read_source

_SEARCHES = 16
"""How many searches' results are kept: a registry needs a few, and registries are edited."""


class Store:
    """Texts and facts by path, relative to the workspace's root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unsaved: dict[str, str] = {}
        self._read: dict[str, tuple[str, Facts]] = {}
        self._searched: dict[frozenset[Word], dict[str, bool]] = {}
        """What searches found, by their words and then by path."""
        self.unreadable: dict[str, str] = {}
        """Why a file could not be read, by path."""

    @property
    def unsaved(self) -> frozenset[str]:
        """The paths whose text an editor holds."""
        return frozenset(self._unsaved)

    def set_text(self, path: str, text: str | None) -> None:
        """Let a text stand for the file's; None goes back to the file."""
        if text is None:
            self._unsaved.pop(path, None)
        else:
            self._unsaved[path] = text
        self.forget(path)

    def forget(self, path: str) -> None:
        """The file changed: read it again when it is next asked for."""
        self._read.pop(path, None)
        for found in self._searched.values():
            found.pop(path, None)
        self.unreadable.pop(path, None)

    def load(self, path: str) -> tuple[str, Facts] | None:
        """A file's text and facts; None where it cannot be read, see `unreadable`."""
        if path not in self._read and path not in self.unreadable:
            text = self.text(path)
            if text is not None:
                self._read[path] = (text, extract(text))
        return self._read.get(path)

    def text(self, path: str) -> str | None:
        """A file's text; None where it cannot be read."""
        if path in self._read:
            return self._read[path][0]
        if path in self._unsaved:
            return self._unsaved[path]
        try:
            return read_source(self._root / path).text
        except UnreadableSource as error:
            self.unreadable[path] = str(error)
            return None

    def concerned(self, path: str, search: Search) -> bool:
        """Whether a file could matter to a search; see `Search.concerns`."""
        if search.words not in self._searched and len(self._searched) >= _SEARCHES:
            self._searched.clear()
        known = self._searched.setdefault(search.words, {})
        if path in known:
            return known[path]
        try:
            unsaved = self._unsaved.get(path)
            data = (self._root / path).read_bytes() if unsaved is None else unsaved.encode("utf-8", "surrogatepass")
        except OSError as error:
            self.unreadable[path] = error.strerror or str(error)
            return False
        known[path] = search.concerns(data)
        return known[path]
