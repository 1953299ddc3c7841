"""Changes to the text of a registry: new tables for its arrays, tables that go, and other values.

Only what changes is touched: comments, layout and line ends of the rest stay as they are, byte for byte. The places
of keys and values are known from reading the registry, so that no TOML is written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ssot_rules.contract import Edit, Entry
from ssot_rules.facts import Span
from ssot_rules.registry import Key, Source

_COMMENT = re.compile(r"#[^\n]*")
_KEY = re.compile(r"""[ \t]*(?:(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*)*""")
"""What may stand before the last name of a key."""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*|\r)?(?:\n|\Z)")
_REST_OF_ITEM = re.compile(rf"[ \t]*,?{_REST_OF_LINE.pattern}")
"""What may stand on an item's last line, if it has that line for itself."""
_TABLES = "deprecated"
"""The array that people write as tables of their own, `[[...]]`."""

Tables = list[tuple[tuple[str, str], ...]]


class _Insertion(NamedTuple):
    """A text to put in at an offset; of several at one offset, whole tables come last."""

    offset: int
    is_table: bool
    text: str


def entry_edits(source: Source, entries: Iterable[Entry]) -> list[Edit]:
    """The edits that add entries to the registry, equal ones once. An entry for which its text has no place (its
    concept is gone) is left out."""
    groups: dict[tuple[Key, str], Tables] = {}
    for entry in dict.fromkeys(entries):
        table: Key = ("files",) if entry.concept is None else ("concepts", entry.concept)
        groups.setdefault((table, entry.array), []).append(entry.values)
    found = sorted(
        insertion for (table, array), new in groups.items() for insertion in _Registry(source).added(table, array, new)
    )
    offsets = dict.fromkeys(insertion.offset for insertion in found)
    return [
        Edit(source.path, Span(offset, offset), "".join(known.text for known in found if known.offset == offset))
        for offset in offsets
    ]


def removal(source: Source, item: Key) -> Edit | None:
    """The edit that takes an item out of an array of tables; None where its keys do not stand together.

    Comments on its own lines go with it. Those that stand around it stay, as does everything else.
    """
    span = _Registry(source).extent(item)
    return None if span is None else Edit(source.path, span, "")


def new_value(source: Source, key: Key, value: str) -> Edit | None:
    """The edit that gives a key another value, written as TOML; None where the key is not in the file."""
    span = source.values.get(key)
    return None if span is None else Edit(source.path, span, value)


class _Registry:
    """The text of a registry and its places."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        end = self.text.find("\n")
        self.newline = "\r\n" if self.text[:end].endswith("\r") else "\n"

    def added(self, table: Key, array: str, new: Tables) -> Iterator[_Insertion]:
        """What adds new items to an array of a table."""
        key = (*table, array)
        if key in self.source.values:
            is_tables = (*key, 0) in self.source.values and self._is_header((*key, 0))
            more = self._more_tables if is_tables else self._more_items
            yield from more(key, new)
        elif table in self.source.values:
            yield from self._new_array(table, array, new)
        elif table == ("files",) or table in self.source.inherited:
            lead = "" if not self.text or self.text.endswith("\n") else self.newline
            header = f"[{'.'.join(_key(str(name)) for name in table)}]"
            line = f"{array} = {self._array(new)}"
            yield _Insertion(len(self.text), True, f"{lead}{self.newline}{header}{self.newline}{line}{self.newline}")

    # -- an item that goes ------------------------------------------------------------------------------------

    def extent(self, item: Key) -> Span | None:
        """What an item of an array of tables takes up, with what parts it from its neighbours."""
        if item not in self.source.values:
            return None
        return self._table_extent(item) if self._is_header(item) else self._inline_extent(item)

    def _table_extent(self, item: Key) -> Span | None:
        """The lines of a `[[...]]` table, and the blank ones above it."""
        own = [span for key, span in self.source.values.items() if key[: len(item)] == item]
        start = self.text.rfind("\n", 0, self.source.values[item].start) + 1
        end = self._next_line(max(span.end for span in own))
        others = (span for key, span in self.source.values.items() if item[: len(key)] != key and span not in own)
        if any(start <= span.start < end for span in others):
            return None
        while start > 0 and not self.text[self.text.rfind("\n", 0, start - 1) + 1 : start].strip():
            start = self.text.rfind("\n", 0, start - 1) + 1
        return Span(start, end)

    def _inline_extent(self, item: Key) -> Span | None:
        """An item between brackets: with its lines where it has them for itself; with the comma before or behind it;
        all of the array's pair where it is the only one."""
        array, number = item[:-1], item[-1]
        assert isinstance(number, int)
        span = self.source.values[item]
        before = self.source.values.get((*array, number - 1))
        behind = self.source.values.get((*array, number + 1))
        if before is None and behind is None:
            return self._pair_extent(array)
        start = self.text.rfind("\n", 0, span.start) + 1
        rest = _REST_OF_ITEM.match(self.text, span.end)
        if rest is not None and not self.text[start : span.start].strip():
            return Span(start, rest.end())
        if behind is not None:
            return Span(span.start, behind.start)
        assert before is not None
        return Span(before.end, span.end)

    def _pair_extent(self, array: Key) -> Span:
        """A pair with its line, or all but the brackets where it shares that line."""
        span = self.source.values[array]
        start = self.text.rfind("\n", 0, self.source.keys[array].start) + 1
        rest = _REST_OF_LINE.match(self.text, span.end)
        if rest is not None and _KEY.fullmatch(self.text[start : self.source.keys[array].start]):
            return Span(start, rest.end())
        return Span(span.start + 1, span.end - 1)

    def _next_line(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end + 1

    # -- an array that is there -------------------------------------------------------------------------------

    def _more_tables(self, key: Key, new: Tables) -> Iterator[_Insertion]:
        """Behind the last of several `[[...]]` tables."""
        item: Key = (*key, 0)
        first = self.source.values[item]
        header = self.text[first.start : first.end]
        yield self._tables(self._last_end(key), self._indent(first.start), header, new)

    def _more_items(self, key: Key, new: Tables) -> Iterator[_Insertion]:
        """Inside the brackets of an array."""
        span = self.source.values[key]
        closing = span.end - 1
        items = [known for at in range(len(self.source.values)) if (known := self.source.values.get((*key, at)))]
        end = items[-1].end if items else span.start + 1
        tail = _COMMENT.sub(lambda found: " " * len(found[0]), self.text[end:closing])
        comma = not items or "," in tail
        line = self.text.rfind("\n", 0, closing) + 1
        if line > end and not self.text[line:closing].strip():
            if not comma:
                yield _Insertion(end, False, ",")
            indent = self._indent(items[-1].start) if items else f"{self._indent(closing)}  "
            yield _Insertion(line, False, "".join(f"{indent}{_inline(table)},{self.newline}" for table in new))
        elif items and not comma:
            yield _Insertion(end, False, "".join(f", {_inline(table)}" for table in new))
        else:
            space = " " if items and not self.text[:closing].endswith(" ") else ""
            yield _Insertion(closing, False, space + ", ".join(map(_inline, new)))

    # -- an array that is not ---------------------------------------------------------------------------------

    def _new_array(self, table: Key, array: str, new: Tables) -> Iterator[_Insertion]:
        """Behind the last key of a table, written as that is; or as tables, behind all that the table has."""
        pairs = [key for key in self.source.values if key[:-1] == table and not self._is_header(key)]
        if not pairs:
            if self._is_header(table):
                end = self._line_end(self.source.values[table].end)
                yield _Insertion(end, False, f"{self.newline}{array} = {self._array(new)}")
            return
        last = max(pairs, key=lambda key: self.source.values[key].end)
        end = self.source.values[last].end
        if self.text[self.source.values[table].start] == "{":
            yield _Insertion(end, False, f", {array} = {self._array(new)}")
            return
        name = self.source.keys[last].start
        lead = self.text[self.text.rfind("\n", 0, name) + 1 : name]
        if _KEY.fullmatch(lead) is None:
            return
        if array == _TABLES and not lead.strip() and self._is_header(table):
            header = self.source.values[table]
            inner = self.text[header.start + 1 : header.end - 1].strip()
            yield self._tables(self._last_end(table), self._indent(header.start), f"[[{inner}.{array}]]", new)
        else:
            yield _Insertion(self._line_end(end), False, f"{self.newline}{lead}{array} = {self._array(new)}")

    def _tables(self, end: int, indent: str, header: str, new: Tables) -> _Insertion:
        lines = (
            line
            for table in new
            for line in ("", f"{indent}{header}", *(f"{indent}{key} = {_string(value)}" for key, value in table))
        )
        return _Insertion(self._line_end(end), True, "".join(f"{self.newline}{line}" for line in lines))

    def _array(self, new: Tables) -> str:
        if len(new) == 1:
            return f"[{_inline(new[0])}]"
        return f"[{self.newline}{''.join(f'  {_inline(table)},{self.newline}' for table in new)}]"

    # -- places -----------------------------------------------------------------------------------------------

    def _is_header(self, key: Key) -> bool:
        """Whether a table has a header of its own: then its name stands in what is its value's place."""
        name, value = self.source.keys[key], self.source.values[key]
        return value.start < name.start < value.end and self.text[value.start] == "["

    def _last_end(self, table: Key) -> int:
        """Where the last of all that a table holds ends."""
        return max(span.end for key, span in self.source.values.items() if key[: len(table)] == table)

    def _line_end(self, offset: int) -> int:
        """The end of a line, before what ends it."""
        end = self.text.find("\n", offset)
        if end < 0:
            return len(self.text)
        return end - 1 if self.text[end - 1] == "\r" else end

    def _indent(self, offset: int) -> str:
        """The space that a line begins with; two columns where something else stands before the offset."""
        lead = self.text[self.text.rfind("\n", 0, offset) + 1 : offset]
        return lead if not lead.strip() else "  "


def _inline(table: tuple[tuple[str, str], ...]) -> str:
    return f"{{ {', '.join(f'{key} = {_string(value)}' for key, value in table)} }}"


def _key(name: str) -> str:
    """A key as TOML writes it."""
    return name if _BARE_KEY.fullmatch(name) else _string(name)


def _string(value: str) -> str:
    """A string as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
