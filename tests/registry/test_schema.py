"""The JSON Schema agrees with the reader."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomli

import ssot_server
from registry.test_registry_mistakes import MISTAKES
from registry.test_registry_reader import FULL
from ssot_server.cli.commands import cli

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads(Path(ssot_server.__file__).with_name("ssot.schema.json").read_text("utf-8"))
KINDS = re.compile(
    r"unknown key|unknown rule|unknown severity|must be|lacks `|without a name|`(?:max|max-uses)` is -?\d"
)
"""What a schema can tell: keys, types, words and numbers; what strings mean and what contradicts is the reader's."""


def as_json(value: Any) -> Any:
    """What a TOML editor validates: dates are strings."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value


def faults(text: str) -> list[str]:
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    validator = jsonschema.Draft7Validator(SCHEMA, format_checker=checker)
    return [error.message for error in validator.iter_errors(as_json(tomli.loads(text)))]


def test_it_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path",
    [path.relative_to(ROOT) for path in (ROOT / "ssot.toml", *sorted(ROOT.glob("examples/*/ssot.toml")))],
    ids=str,
)
def test_registries_fit(path: Path):
    assert faults((ROOT / path).read_text("utf-8")) == []


def test_every_kind_of_key_fits():
    assert faults(FULL) == []


def is_of_form(expected: str) -> bool:
    """Dates are strings in JSON: a string in place of a date may be one, and a date in place of a string is."""
    is_dated = "write 2025-09-05 without" in expected or ", not a date" in expected or ", not a time" in expected
    return "not valid TOML" not in expected and KINDS.search(expected) is not None and not is_dated


@pytest.mark.parametrize("text", [text for text, expected in MISTAKES if is_of_form(expected)])
def test_mistakes_of_form_are_told(text: str):
    assert faults(text)


def test_every_key_says_what_it_means():
    def lacking(schema: dict[str, Any], path: str) -> list[str]:
        found = []
        for name, inner in schema.get("properties", {}).items():
            found += [f"{path}.{name}"] if not inner.get("description") else []
            found += lacking(inner, f"{path}.{name}")
        for inner in (
            *schema.get("patternProperties", {}).values(),
            *([schema["items"]] if "items" in schema else []),
            *schema.get("anyOf", ()),
        ):
            found += lacking(inner, f"{path}[]")
        return found

    assert lacking(SCHEMA, "") == []


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]):
    cli(["schema"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out) == SCHEMA
