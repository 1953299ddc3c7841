"""Where the keys and values of a TOML document stand.

The TOML parser says what a document holds but not where. This scanner follows the document's structure a
second time, for the places alone: it decides nothing about validity, and must only be given text that the
parser has accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import tomli

from ssot_rules.facts import Span
from ssot_rules.registry import Key


class Places(NamedTuple):
    """The spans of a document's keys and values, by their way from the document's top."""

    keys: Mapping[Key, Span]
    """A key's own token (the last part of a dotted key, the last name of a header); an array's item as a whole.
    A table that is only spelled as part of a longer key has the span of its part there."""
    values: Mapping[Key, Span]
    """The whole value, its quotes or brackets included; the header for a table that has one."""


def locate(text: str) -> Places:
    """Find every key and value of `text`, which must be valid TOML."""
    scanner = _Scanner(text)
    scanner.document()
    return Places(MappingProxyType(scanner.keys), MappingProxyType(scanner.values))


class _Name(NamedTuple):
    text: str
    span: Span


_SPACES = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]+|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']+|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\]+|\\.)*"'
    r"|'[^']*'"
)
# A date and its time may be parted by a space; no other plain value holds one.
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:)?[^\s,\]}#]*|[^\s,\]}#]+")


class _Scanner:
    """A cursor over the text, and what it has found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.keys: dict[Key, Span] = {}
        self.values: dict[Key, Span] = {}
        self.lengths: dict[Key, int] = {}
        """How many tables each array of tables has so far."""

    def document(self) -> None:
        table: Key = ()
        self.skip(_BLANK)
        while self.position < len(self.text):
            if self.text[self.position] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)

    def header(self) -> Key:
        start = self.position
        is_item = self.text.startswith("[[", start)
        self.position += 2 if is_item else 1
        names = self.dotted_key()
        self.position += 2 if is_item else 1
        span = Span(start, self.position)

        outer: Key = ()
        for name in names[:-1]:
            outer = self.latest((*outer, name.text))
            self.note_implied(outer, name.span, span)
        key = (*outer, names[-1].text)
        return self.array_item(key, names[-1].span, span) if is_item else self.table(key, names[-1].span, span)

    def latest(self, key: Key) -> Key:
        """The table that a header means by `key`: the last item where it is an array of tables."""
        return (*key, self.lengths[key] - 1) if key in self.lengths else key

    def array_item(self, key: Key, name: Span, header: Span) -> Key:
        self.note_implied(key, name, header)
        index = self.lengths.get(key, 0)
        self.lengths[key] = index + 1
        return self.table((*key, index), name, header)

    def table(self, key: Key, name: Span, header: Span) -> Key:
        self.keys[key] = name
        self.values[key] = header
        return key

    def note_implied(self, key: Key, name: Span, value: Span) -> None:
        self.keys.setdefault(key, name)
        self.values.setdefault(key, value)

    def pair(self, table: Key) -> None:
        names = self.dotted_key()
        self.position += 1  # the equals sign
        self.skip(_SPACES)
        key = (*table, *(name.text for name in names))
        self.keys[key] = names[-1].span
        self.value(key)
        for depth, name in enumerate(names[:-1], len(table) + 1):
            self.note_implied(key[:depth], name.span, Span(name.span.start, self.position))

    def dotted_key(self) -> list[_Name]:
        names = [self.name()]
        while self.text.startswith(".", self.position):
            self.position += 1
            names.append(self.name())
        return names

    def name(self) -> _Name:
        self.skip(_SPACES)
        start = self.position
        quoted = self.text[start] in "\"'"
        self.skip(_STRING if quoted else _BARE_KEY)
        span = Span(start, self.position)
        self.skip(_SPACES)
        token = self.text[span.start : span.end]
        return _Name(tomli.loads(f"x = {token}")["x"] if quoted else token, span)

    def value(self, key: Key) -> None:
        start = self.position
        opening = self.text[start]
        if opening == "[":
            self.array(key)
        elif opening == "{":
            self.inline_table(key)
        else:
            self.skip(_STRING if opening in "\"'" else _PLAIN)
        self.values[key] = Span(start, self.position)

    def array(self, key: Key) -> None:
        for index, _ in enumerate(self.items("]")):
            item = (*key, index)
            self.value(item)
            self.keys[item] = self.values[item]

    def inline_table(self, key: Key) -> None:
        for _ in self.items("}"):
            self.pair(key)

    def items(self, closing: str) -> Iterator[None]:
        """Stop before each item between brackets; the caller steps over it. Ends behind the closing one."""
        self.position += 1
        self.skip(_BLANK)
        while self.text[self.position] != closing:
            yield
            self.skip(_BLANK)
            if self.text[self.position] == ",":
                self.position += 1
                self.skip(_BLANK)
        self.position += 1

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
