"""Walk the parsed file along the model, and build what it says or note why that cannot be done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from ssot_rules.contract import Diagnostic
from ssot_rules.registry import Key, Registry, Source, Suppressions
from ssot_server.registry_reader import wording
from ssot_server.registry_reader.checks import CHECKS, concept_of, quoted
from ssot_server.registry_reader.model import OFF, STRING_FORMS, Field, fields_of, without_none


class _Invalid(Enum):
    """Stands for a value that could not be read; the problem has been noted."""

    INVALID = 0


_INVALID: Final = _Invalid.INVALID


class Walk:
    """One walk over the parsed file along the model."""

    def __init__(self, source: Source, rule_names: Collection[str]) -> None:
        self.source = source
        self.rule_names = rule_names
        self.problems: list[Diagnostic] = []
        self.built: list[tuple[Key, object]] = []
        """Every dataclass that could be read, with its place."""

    def _at_key(self, key: Key, message: str) -> None:
        self.problems.append(Diagnostic(self.source.key_span(*key), message, concept=concept_of(key)))

    def _at_value(self, key: Key, message: str) -> None:
        self.problems.append(Diagnostic(self.source.value_span(*key), message, concept=concept_of(key)))

    def _convert(self, hint: Any, value: object, key: Key) -> object:
        """The value as the hint's type, or `_INVALID`."""
        inner, _ = without_none(hint)
        if get_origin(inner) is tuple:
            return self._array(inner, value, key)
        if get_origin(inner) is Mapping:
            return self._mapping(inner, value, key)
        if dataclasses.is_dataclass(inner):
            return self.table(inner, value, key)
        if issubclass(inner, Enum):
            return self._word(inner, value, key)
        return value if type(value) is inner else self._mismatch(inner, value, key)

    def table(self, model: Any, value: object, key: Key) -> object:
        """The table as an instance of the dataclass `model`; something else if it cannot be one."""
        if isinstance(value, str) and model in STRING_FORMS:
            return self._string_form(model, value, key)
        if not isinstance(value, dict):
            return self._mismatch(model, value, key)
        fields = {field.key: field for field in fields_of(model)}
        arguments: dict[str, object] = {}
        for name, item in value.items():
            place = (*key, name)
            if name not in fields:
                self._unknown_key(place, fields)
            elif (converted := self._checked(model, fields[name], item, place)) is not _INVALID:
                arguments[fields[name].attribute] = converted
        lacking = [field for field in fields.values() if field.required and field.attribute not in arguments]
        for field in lacking:
            if field.key not in value:
                self._missing_key(field, key, model)
        return _INVALID if lacking else self._build(model, arguments, key)

    def _string_form(self, model: Any, value: str, key: Key) -> object:
        field = fields_of(model)[0]
        if not self.check(model, field, value, key):
            return _INVALID
        return self._build(model, {field.attribute: value}, key)

    def _build(self, model: Any, arguments: Mapping[str, object], key: Key) -> object:
        made = model(**arguments)
        self.built.append((key, made))
        return made

    def _checked(self, model: Any, field: Field, value: object, key: Key) -> object:
        converted = self._convert(field.hint, value, key)
        if converted is _INVALID:
            return _INVALID
        return converted if self.check(model, field, converted, key) else _INVALID

    def check(self, model: Any, field: Field, value: object, key: Key) -> bool:
        """Apply the field's own check, to each item if it is an array; whether all is well."""
        if (model, field.attribute) == (Registry, "rules") and isinstance(value, Mapping):
            return self._check_rules({(*key, name): name for name in value}, self._at_key)
        if (model, field.attribute) == (Suppressions, "never") and isinstance(value, tuple):
            return self._check_rules({(*key, number): name for number, name in enumerate(value)}, self._at_value)
        check = CHECKS.get((model, field.attribute))
        if check is None:
            return True
        places = [(key, value)]
        if isinstance(value, tuple):
            places = [((*key, index), item) for index, item in enumerate(value)]
        faults = [(place, fault) for place, item in places if (fault := check(item))]
        for place, fault in faults:
            self._at_value(place, f"{wording.subject(place)} {fault}")
        return not faults

    def _check_rules(self, named: Mapping[Key, str], note: Callable[[Key, str], None]) -> bool:
        """Note the names of rules, by their places, that no rule has; whether there was none."""
        unknown = {place: name for place, name in named.items() if name not in self.rule_names}
        for place, name in unknown.items():
            close = wording.closest(name, self.rule_names)
            remedy = f"did you mean `{close}`?" if close else "write a rule's code or name, such as `deprecated-import`"
            note(place, f"unknown rule {wording.shown(name)}; {remedy}")
        return not unknown

    def _array(self, hint: Any, value: object, key: Key) -> object:
        if not isinstance(value, list):
            return self._mismatch(hint, value, key)
        item_hint = get_args(hint)[0]
        items = [self._convert(item_hint, item, (*key, index)) for index, item in enumerate(value)]
        return _INVALID if _INVALID in items else tuple(items)

    def _mapping(self, hint: Any, value: object, key: Key) -> object:
        if not isinstance(value, dict):
            return self._mismatch(hint, value, key)
        entries: dict[str, object] = {}
        for name, item in value.items():
            if name.strip():
                entries[name] = self._entry(get_args(hint)[1], item, (*key, name))
            else:
                self._at_key((*key, name), f"{wording.where(key)} has an entry without a name: name it or remove it")
        return _INVALID if _INVALID in entries.values() else MappingProxyType(entries)

    def _entry(self, hint: Any, value: object, key: Key) -> object:
        inner, optional = without_none(hint)
        if not (optional and isinstance(inner, type) and issubclass(inner, Enum)):
            return self._convert(inner, value, key)
        return None if value == OFF else self._word(inner, value, key, OFF)

    def _word(self, kind: type[Enum], value: object, key: Key, *more: str) -> object:
        words = [*(str(member.value) for member in kind), *more]
        if value in words:
            return kind(value)
        close = wording.closest(value, words) if isinstance(value, str) else None
        if value is False and OFF in more:
            close = OFF
        remedy = f"write {quoted(close) if close else wording.alternatives(words)}"
        if isinstance(value, str):
            wrong = f"unknown {kind.__name__.lower()} {quoted(value)} for {wording.subject(key)}"
        else:
            wrong = f"{wording.subject(key)} must be a string, not {wording.found(value)}"
        self._at_value(key, f"{wrong}: {remedy}")
        return _INVALID

    def _unknown_key(self, key: Key, known: Collection[str]) -> None:
        close = wording.closest(str(key[-1]), known)
        remedy = (
            f"did you mean `{close}`?" if close else f"known keys are {', '.join(map(wording.shown, sorted(known)))}"
        )
        self._at_key(key, f"unknown key {wording.shown(str(key[-1]))} in {wording.where(key[:-1])}; {remedy}")

    def _missing_key(self, field: Field, key: Key, model: type) -> None:
        if key:
            remedy = f"add `{field.key} = {wording.example(model, field)}`"
        else:
            remedy = f"put `{field.key} = {wording.example(model, field)}` at the top"
        self._at_key(key, f"{wording.where(key)} lacks `{field.key}`: {remedy}")

    def _mismatch(self, hint: Any, value: object, key: Key) -> _Invalid:
        wrong = f"{wording.subject(key)} must be {wording.expected(hint)}, not {wording.found(value)}"
        self._at_value(key, f"{wrong}: {wording.remedy(hint, value, key, self._written(key))}")
        return _INVALID

    def _written(self, key: Key) -> str:
        """The value as the file writes it, if that is short enough for a message."""
        span = self.source.value_span(*key)
        text = self.source.text[span.start : span.end]
        return text if len(text) <= 60 and text.isprintable() else "..."
