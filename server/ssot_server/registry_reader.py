"""Read `ssot.toml` into a `Registry`, or say everything that keeps it from being one.

The reader walks the model's dataclasses by their fields and type hints, so that a new field of a known type
needs no change here. It never raises on bad input: each mistake becomes a diagnostic at its own place.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import types
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

import tomli

from ssot_rules.contract import Diagnostic
from ssot_rules.facts import Span
from ssot_rules.registry import VERSION, Allowed, Key, Registry, Source
from ssot_server.registry_checks import CHECKS, concept_of, contradictions, quoted
from ssot_server.toml_places import locate

STRING_FORMS: Final = frozenset({Allowed})
"""The dataclasses that may be written as a string as well: the value of their first field."""

OFF: Final = "off"
"""The word for None in a table of severities; TOML has none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one registry file."""

    source: Source
    registry: Registry | None
    """None when there is any problem."""
    problems: tuple[Diagnostic, ...]
    """All mistakes, in the order of the text."""


class Field(NamedTuple):
    """One key that a table of the file may have."""

    attribute: str
    """The dataclass's name for it."""
    key: str
    """The file's name for it."""
    hint: Any
    """Its type."""
    required: bool


@cache
def fields_of(model: type) -> tuple[Field, ...]:
    """The keys of a dataclass of the registry's model, in their order there."""
    hints = get_type_hints(model)
    return tuple(
        Field(
            field.name,
            field.name.removesuffix("_").replace("_", "-"),
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(model)
    )


def without_none(hint: Any) -> tuple[Any, bool]:
    """`X | None` as X and True, any other type as itself and False."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    (inner,) = (option for option in get_args(hint) if option is not type(None))
    return inner, True


def read_registry(path: str, text: str, rule_names: Collection[str]) -> Reading:
    """Read the text of a registry file.

    `path` is only kept, for the diagnostics. `rule_names` are all codes and names that `[rules]` may hold.
    A file of a newer version has that one problem, since nothing else can be said of it.
    """
    try:
        data = tomli.loads(text)
        source = Source(path, text, *locate(text))
    except (ValueError, RecursionError) as error:
        return Reading(Source(path, text, {}, {}), None, (_syntax_problem(text, error),))

    walk = _Walk(source, rule_names)
    if _is_newer(data.get("version")):
        walk.check(Registry, fields_of(Registry)[0], data["version"], ("version",))
        return Reading(source, None, tuple(walk.problems))
    registry = walk.table(Registry, data, ())
    problems = [*walk.problems, *contradictions(walk.built, source)]
    if problems or not isinstance(registry, Registry):
        return Reading(source, None, tuple(sorted(problems, key=lambda problem: problem.span)))
    return Reading(source, registry, ())


def _is_newer(version: object) -> bool:
    return type(version) is int and version > VERSION


class _Invalid(Enum):
    """Stands for a value that could not be read; the problem has been noted."""

    INVALID = 0


_INVALID: Final = _Invalid.INVALID


class _Walk:
    """One walk over the parsed file along the model."""

    def __init__(self, source: Source, rule_names: Collection[str]) -> None:
        self.source = source
        self.rule_names = rule_names
        self.problems: list[Diagnostic] = []
        self.built: list[tuple[Key, object]] = []
        """Every dataclass that could be read, with its place."""

    def at_key(self, key: Key, message: str) -> None:
        self.problems.append(Diagnostic(self.source.key_span(*key), message, concept=concept_of(key)))

    def at_value(self, key: Key, message: str) -> None:
        self.problems.append(Diagnostic(self.source.value_span(*key), message, concept=concept_of(key)))

    def convert(self, hint: Any, value: object, key: Key) -> object:
        """The value as the hint's type, or `_INVALID`."""
        expected, _ = without_none(hint)
        if get_origin(expected) is tuple:
            return self.array(expected, value, key)
        if get_origin(expected) is Mapping:
            return self.mapping(expected, value, key)
        if dataclasses.is_dataclass(expected):
            return self.table(expected, value, key)
        if issubclass(expected, Enum):
            return self.word(expected, value, key)
        return value if type(value) is expected else self.mismatch(expected, value, key)

    def table(self, model: Any, value: object, key: Key) -> object:
        if isinstance(value, str) and model in STRING_FORMS:
            return self.string_form(model, value, key)
        if not isinstance(value, dict):
            return self.mismatch(model, value, key)
        fields = {field.key: field for field in fields_of(model)}
        arguments: dict[str, object] = {}
        for name, item in value.items():
            place = (*key, name)
            if name not in fields:
                self.unknown_key(place, fields)
            elif (converted := self.checked(model, fields[name], item, place)) is not _INVALID:
                arguments[fields[name].attribute] = converted
        lacking = [field for field in fields.values() if field.required and field.attribute not in arguments]
        for field in lacking:
            if field.key not in value:
                self.missing_key(field, key, model)
        return _INVALID if lacking else self.build(model, arguments, key)

    def string_form(self, model: Any, value: str, key: Key) -> object:
        field = fields_of(model)[0]
        if not self.check(model, field, value, key):
            return _INVALID
        return self.build(model, {field.attribute: value}, key)

    def build(self, model: Any, arguments: Mapping[str, object], key: Key) -> object:
        made = model(**arguments)
        self.built.append((key, made))
        return made

    def checked(self, model: Any, field: Field, value: object, key: Key) -> object:
        converted = self.convert(field.hint, value, key)
        if converted is _INVALID:
            return _INVALID
        return converted if self.check(model, field, converted, key) else _INVALID

    def check(self, model: Any, field: Field, value: object, key: Key) -> bool:
        """Apply the field's own check, to each item if it is an array."""
        if (model, field.attribute) == (Registry, "rules") and isinstance(value, Mapping):
            return self.check_rules(value, key)
        check = CHECKS.get((model, field.attribute))
        if check is None:
            return True
        places = [((*key, index), item) for index, item in enumerate(value)] if isinstance(value, tuple) else [(key, value)]
        faults = [(place, fault) for place, item in places if (fault := check(item))]
        for place, fault in faults:
            self.at_value(place, f"{_subject(place)} {fault}")
        return not faults

    def check_rules(self, rules: Mapping[str, object], key: Key) -> bool:
        unknown = [name for name in rules if name not in self.rule_names]
        for name in unknown:
            self.at_key((*key, name), f"unknown rule {_shown(name)}{_did_you_mean(name, self.rule_names)}")
        return not unknown

    def array(self, hint: Any, value: object, key: Key) -> object:
        if not isinstance(value, list):
            return self.mismatch(hint, value, key)
        item_hint = get_args(hint)[0]
        items = [self.convert(item_hint, item, (*key, index)) for index, item in enumerate(value)]
        return _INVALID if _INVALID in items else tuple(items)

    def mapping(self, hint: Any, value: object, key: Key) -> object:
        if not isinstance(value, dict):
            return self.mismatch(hint, value, key)
        entries: dict[str, object] = {}
        for name, item in value.items():
            if name.strip():
                entries[name] = self.entry(get_args(hint)[1], item, (*key, name))
            else:
                self.at_key((*key, name), f"{_where(key)} has an entry without a name: name it or remove it")
        return _INVALID if _INVALID in entries.values() else MappingProxyType(entries)

    def entry(self, hint: Any, value: object, key: Key) -> object:
        expected, optional = without_none(hint)
        if not (optional and isinstance(expected, type) and issubclass(expected, Enum)):
            return self.convert(expected, value, key)
        return None if value == OFF else self.word(expected, value, key, OFF)

    def word(self, expected: type[Enum], value: object, key: Key, *more: str) -> object:
        words = [*(str(member.value) for member in expected), *more]
        if value in words:
            return expected(value)
        if isinstance(value, str):
            kind = expected.__name__.lower()
            hint = _did_you_mean(value, words) or f"; write {_alternatives(words)}"
            self.at_value(key, f"unknown {kind} {quoted(value)} for {_subject(key)}{hint}")
        else:
            remedy = f"write {quoted(OFF)}" if value is False and OFF in more else f"write {_alternatives(words)}"
            self.at_value(key, f"{_subject(key)} must be a string, not {_found(value)}: {remedy}")
        return _INVALID

    def unknown_key(self, key: Key, known: Collection[str]) -> None:
        hint = _did_you_mean(str(key[-1]), known) or f"; known keys are {', '.join(map(_shown, sorted(known)))}"
        self.at_key(key, f"unknown key {_shown(str(key[-1]))} in {_where(key[:-1])}{hint}")

    def missing_key(self, field: Field, key: Key, model: type) -> None:
        if key:
            remedy = f"add `{field.key} = {_example(model, field)}`"
        else:
            remedy = f"put `{field.key} = {_example(model, field)}` at the top"
        self.at_key(key, f"{_where(key)} lacks `{field.key}`: {remedy}")

    def mismatch(self, hint: Any, value: object, key: Key) -> _Invalid:
        wrong = f"{_subject(key)} must be {_expected(hint)}, not {_found(value)}"
        self.at_value(key, f"{wrong}: {_remedy(hint, value, key, self.written(key))}")
        return _INVALID

    def written(self, key: Key) -> str:
        """The value as the file writes it, if that is short enough for a message."""
        span = self.source.value_span(*key)
        text = self.source.text[span.start : span.end]
        return text if len(text) <= 60 and text.isprintable() else "..."


class _Words(NamedTuple):
    one: str
    many: str


_SCALARS: Mapping[type, _Words] = {
    str: _Words("a string", "strings"),
    int: _Words("a whole number", "whole numbers"),
    bool: _Words("true or false", "booleans"),
    datetime.date: _Words("a date", "dates"),
}


def _expected(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return f"an array of {_items(get_args(hint)[0])}"
    return _SCALARS[hint].one if hint in _SCALARS else "a table"


def _items(hint: Any) -> str:
    if hint in _SCALARS:
        return _SCALARS[hint].many
    return "strings or tables" if hint in STRING_FORMS else "tables"


def _found(value: object) -> str:
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


def _remedy(hint: Any, value: object, key: Key, written: str) -> str:
    """What to write instead of a value of the wrong type."""
    if get_origin(hint) is tuple:
        return _array_remedy(get_args(hint)[0], value, key, written)
    if hint is str:
        return _string_remedy(value, written)
    if hint is int:
        return f"write {value}" if isinstance(value, str) and value.isdecimal() else "write a number such as 10"
    if hint is bool:
        return f"write {value}" if value in ("true", "false") else "write true or false"
    if hint is datetime.date:
        return _date_remedy(value)
    if isinstance(key[-1], int):
        required = ", ".join(f"{field.key} = {_example(hint, field)}" for field in fields_of(hint) if field.required)
        return f"write {{ {required} }}"
    return f"write {_where(key)} and its keys below"


def _array_remedy(item: Any, value: object, key: Key, written: str) -> str:
    if isinstance(value, dict) and dataclasses.is_dataclass(item):
        return f"write [{_where(key)}]"
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


def _example(model: type, field: Field) -> str:
    if field.hint is int:
        return str(VERSION)
    return '"app.engine.Engine"' if (model, field.attribute) in CHECKS else '"..."'


def _subject(key: Key) -> str:
    if isinstance(key[-1], int):
        return f"item {key[-1] + 1} of {_shown(str(key[-2]))}"
    return _shown(key[-1])


def _where(key: Key) -> str:
    """The table at `key` as a header writes it."""
    if not key:
        return "the registry"
    header = ".".join(_key_text(part) for part in key if isinstance(part, str))
    return f"[[{header}]]" if isinstance(key[-1], int) else f"[{header}]"


def _key_text(part: str) -> str:
    is_bare = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
    return part if is_bare else quoted(part)


def _shown(name: str) -> str:
    return f"`{name}`" if name.isprintable() else f"`{quoted(name)}`"


def _alternatives(words: Iterable[str]) -> str:
    *most, last = (quoted(word) for word in words)
    return f"{', '.join(most)} or {last}"


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that proposes the known word most like this one; empty if none is."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"; did you mean `{by_lower[close[0]]}`?" if close else ""


_SYNTAX_REMEDIES: Mapping[str, str] = {
    "Cannot overwrite a value": "this key is given twice; keep one of the two",
    "Duplicate inline table key": "this key is given twice; keep one of the two",
    "Cannot declare": "this table is given twice; merge the two",
    "Cannot mutate immutable namespace": "this adds to a value that is complete already; merge the two",
    "Cannot redefine namespace": "this adds to a table that is complete already; merge the two",
    "Invalid value": "this is no value; put strings in quotes, write booleans as true and false",
    "Unterminated string": "this string does not end; close its quotes",
    'Expected "\'"': "this string does not end; close its quotes",
    "Unclosed array": "this array does not end; close it with ]",
    "Unclosed inline table": "this table does not end; close it with }",
    "Expected ']": "this header does not end; close it as it was opened",
    "Expected '=' after a key": "this key has no value; write key = value",
    "Expected newline": "something follows the value; put strings in quotes, and each key on a line of its own",
    "Unescaped '\\' in a string": "a backslash begins an escape here; double it, or use single quotes",
    "Invalid statement": "this is no key, table or comment; write key = value, [table] or # comment",
}
"""Our words for the parser's, by how the parser's begin."""


def _syntax_problem(text: str, error: ValueError | RecursionError) -> Diagnostic:
    if isinstance(error, RecursionError):
        return Diagnostic(Span(0, 0), "not valid TOML: values are nested too deeply; write them flatter")
    said = str(getattr(error, "msg", error))
    ours = next((words for start, words in _SYNTAX_REMEDIES.items() if said.startswith(start)), said)
    return Diagnostic(_syntax_span(text, error), f"not valid TOML: {ours}")


def _syntax_span(text: str, error: ValueError) -> Span:
    """From where the parser stopped to the end of the line; the whole line if it stopped at the end."""
    line_number, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if line_number is None or column is None:
        return Span(0, 0)
    # The parser counts in text whose \r\n have become \n, so lines and columns are ours but offsets are not.
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: line_number - 1])
    line = lines[line_number - 1].rstrip()
    indent = len(line) - len(line.lstrip())
    first = column - 1 if column - 1 < len(line) else indent
    return Span(start + min(first, len(line)), start + len(line))
