"""The JSON Schema of `ssot.toml`, for editors that complete and check TOML: made from the registry's model."""

from __future__ import annotations

import ast
import dataclasses
import datetime
import inspect
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, get_args, get_origin

from ssot_rules import ALL_RULES
from ssot_rules.registry import Registry, Suppressions
from ssot_server.registry_reader.checks import CHECKS
from ssot_server.registry_reader.model import OFF, STRING_FORMS, Field, fields_of, without_none

_PLAIN: Mapping[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime.date: {"type": "string", "format": "date"},
}
_NAMED = ("^(?=.*\\S)",)
"""The keys of a table by name: anything but blanks."""
_TRIED = range(-1, 102)
"""Numbers that tell the limits of a field, by its check."""


def schema() -> str:
    """The schema as text."""
    top = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ssot.toml",
        **_table(Registry),
    }
    return json.dumps(top, indent=2, ensure_ascii=False) + "\n"


def documentation_of(model: Any) -> dict[str, str]:
    """The first line of the string under each field of a dataclass."""
    [definition] = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(below, ast.Expr), f"{model.__name__}.{field.target.id} has no documentation"
            assert isinstance(below.value, ast.Constant)
            found[field.target.id] = str(below.value.value).strip().partition("\n")[0]
    return found


def _table(model: Any) -> dict[str, Any]:
    meanings = documentation_of(model)
    fields = fields_of(model)
    required = [field.key for field in fields if field.required]
    return {
        "description": inspect.getdoc(model),
        "type": "object",
        "properties": {field.key: _property(model, field, meanings[field.attribute]) for field in fields},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(model: Any, field: Field, meaning: str) -> dict[str, Any]:
    if (model, field.attribute) == (Registry, "rules"):
        return {"description": meaning, **_rules(field.hint)}
    if (model, field.attribute) == (Suppressions, "never"):
        return {"description": meaning, "type": "array", "items": {"enum": _rule_names()}, "default": []}
    found = _value(field.hint) | _limits(model, field)
    return {**found, "description": meaning, **_default(model, field)}


def _value(hint: Any) -> dict[str, Any]:
    plain, _ = without_none(hint)
    container = get_origin(plain)
    if container is tuple:
        return {"type": "array", "items": _value(get_args(plain)[0])}
    if container is not None and issubclass(container, Mapping):
        return {
            "type": "object",
            "patternProperties": dict.fromkeys(_NAMED, _value(get_args(plain)[1])),
            "additionalProperties": False,
        }
    if dataclasses.is_dataclass(plain):
        return {"anyOf": [{"type": "string"}, _table(plain)]} if plain in STRING_FORMS else _table(plain)
    if issubclass(plain, Enum):
        return {"enum": [member.value for member in plain]}
    return dict(_PLAIN[plain])


def _rules(hint: Any) -> dict[str, Any]:
    """The severities by rule: each code and each name is a key, so that editors offer them."""
    severity, _ = without_none(get_args(hint)[1])
    assert issubclass(severity, Enum)
    words = [*(member.value for member in severity), OFF]
    summaries = {word: rule.summary for rule in ALL_RULES for word in (rule.code, rule.name)}
    return {
        "type": "object",
        "properties": {word: {"description": summaries[word], "enum": words} for word in _rule_names()},
        "additionalProperties": False,
    }


def _rule_names() -> list[str]:
    return [*(rule.code for rule in ALL_RULES), *(rule.name for rule in ALL_RULES)]


def _limits(model: Any, field: Field) -> dict[str, int]:
    """The least and the greatest number that a field may have, as its check lets them pass."""
    check = CHECKS.get((model, field.attribute))
    if check is None or without_none(field.hint)[0] is not int:
        return {}
    passed = [number for number in _TRIED if check(number) is None]
    least = {"minimum": passed[0]} if passed[0] != _TRIED[0] else {}
    return {**least, **({"maximum": passed[-1]} if passed[-1] != _TRIED[-1] else {})}


def _default(model: Any, field: Field) -> dict[str, Any]:
    default = next(known.default for known in dataclasses.fields(model) if known.name == field.attribute)
    if isinstance(default, tuple):
        return {"default": list(default)}
    return {"default": default} if isinstance(default, (bool, int, str)) else {}
