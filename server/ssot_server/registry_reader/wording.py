"""The words of the reader's messages: what was expected, what was found, what to write instead."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_args, get_origin

from ssot_rules.registry import VERSION, Key
from ssot_server.registry_reader.checks import CHECKS, quoted
from ssot_server.registry_reader.model import STRING_FORMS, Field, fields_of


class _Words(NamedTuple):
    one: str
    many: str


_SCALARS: Mapping[type, _Words] = {
    str: _Words("a string", "strings"),
    int: _Words("a whole number", "whole numbers"),
    bool: _Words("true or false", "booleans"),
    datetime.date: _Words("a date", "dates"),
}


def expected(hint: Any) -> str:
    """What a value of this type is called."""
    if get_origin(hint) is tuple:
        return f"an array of {_items(get_args(hint)[0])}"
    if hint in _SCALARS:
        return _SCALARS[hint].one
    return "a string or a table" if hint in STRING_FORMS else "a table"


def _items(hint: Any) -> str:
    if hint in _SCALARS:
        return _SCALARS[hint].many
    return "strings or tables" if hint in STRING_FORMS else "tables"


def found(value: object) -> str:
    """What a value that was found is called."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        (int, "an integer"),
        (float, "a float"),
        (datetime.datetime, "a date with a time"),
        (datetime.date, "a date"),
        (datetime.time, "a time"),
        (list, "an array"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "a table")


def remedy(hint: Any, value: object, key: Key, written: str) -> str:
    """What to write instead of a value of the wrong type."""
    if get_origin(hint) is tuple:
        return _array_remedy(get_args(hint)[0], value, key, written)
    if hint is str:
        return _string_remedy(value, written)
    if hint is int:
        return f"write {value}" if isinstance(value, str) and value.isdecimal() else "write a number such as 1"
    if hint is bool:
        return f"write {value}" if value in ("true", "false") else "write true or false"
    if hint is datetime.date:
        return _date_remedy(value)
    if isinstance(key[-1], int):
        return f"write {{ {_required_keys(hint, value)} }}"
    return f"write {where(key)} and its keys below"


def _required_keys(model: type, value: object) -> str:
    """The least that an inline table needs, made of a string that stands in its place if there is one."""
    required = [field for field in fields_of(model) if field.required]
    if isinstance(value, str) and len(required) == 1:
        return f"{required[0].key} = {quoted(value)}"
    return ", ".join(f"{field.key} = {example(model, field)}" for field in required)


def _array_remedy(item: Any, value: object, key: Key, written: str) -> str:
    if isinstance(value, dict) and dataclasses.is_dataclass(item):
        return f"write [{where(key)}]"
    if type(value) is item or (isinstance(value, str) and item in STRING_FORMS):
        return f"write [{written}]"
    return "write [...]"


def _string_remedy(value: object, written: str) -> str:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return f"write {quoted(value[0])}"
    if isinstance(value, (list, dict)):
        return "write one value in quotes"
    return f"write {quoted(written)}"


def _date_remedy(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return f"write {value.date().isoformat()}"
    try:
        return f"write {datetime.date.fromisoformat(str(value)).isoformat()} without quotes"
    except ValueError:
        return "write a date such as 2026-01-31"


def example(model: type, field: Field) -> str:
    """A value that the field could have."""
    if field.hint is int:
        return str(VERSION)
    return '"app.engine.Engine"' if (model, field.attribute) in CHECKS else '"..."'


def subject(key: Key) -> str:
    """The value at `key`, as the subject of a sentence."""
    if isinstance(key[-1], int):
        return f"item {key[-1] + 1} of {shown(str(key[-2]))}"
    return shown(key[-1])


def where(key: Key) -> str:
    """The table at `key` as a header writes it."""
    if not key:
        return "the registry"
    header = ".".join(_key_text(part) for part in key if isinstance(part, str))
    return f"[[{header}]]" if isinstance(key[-1], int) else f"[{header}]"


def _key_text(part: str) -> str:
    is_bare = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
    return part if is_bare else quoted(part)


def shown(name: str) -> str:
    """A name as messages quote it."""
    return f"`{name}`" if name.isprintable() else f"`{quoted(name)}`"


def alternatives(words: Iterable[str]) -> str:
    """The words in quotes, with `or` before the last."""
    *most, last = (quoted(word) for word in words)
    return f"{', '.join(most)} or {last}" if most else last


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, if any is."""
    from difflib import get_close_matches

    by_lower = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else None
