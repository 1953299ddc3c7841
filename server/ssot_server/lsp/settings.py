"""The user's settings, as the editor sends them under `ssot`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

_log = logging.getLogger(__name__)
_Default = TypeVar("_Default")

LEVELS = {
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": logging.DEBUG,
}
"""The words for `ssot.logLevel`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, at their defaults."""

    configuration: str | None = None
    """`ssot.configuration`: the path of the registry to use, instead of the nearest `ssot.toml`."""
    log_level: str = "info"
    """`ssot.logLevel`: a word of `LEVELS`."""
    lint: bool = True
    """`ssot.lint.enable`: whether there are diagnostics at all."""
    fix_all: bool = True
    """`ssot.fixAll`: whether `source.fixAll` is offered."""
    disable_rule_comment: bool = True
    """`ssot.codeAction.disableRuleComment.enable`: whether "Disable … for this line" is offered."""
    fix_violation: bool = True
    """`ssot.codeAction.fixViolation.enable`: whether quick fixes are offered."""


def from_options(options: object) -> Settings:
    """The settings in an editor's initialization options: `{"settings": {…}}`, `{"ssot": {…}}` or the settings
    themselves."""
    values = options
    for key in ("settings", "ssot"):
        if isinstance(values, Mapping) and isinstance(values.get(key), Mapping):
            values = values[key]
    return parse(values)


def parse(values: object) -> Settings:
    """The settings that `values` spell; what makes no sense is logged and keeps its default."""
    if values is None:
        return Settings()
    if not isinstance(values, Mapping):
        _log.warning("settings must be an object, not %r", values)
        return Settings()
    reader = _Reader(values)
    return Settings(
        configuration=reader.text("configuration") or None,
        log_level=reader.word("logLevel", "info"),
        lint=reader.flag("lint", "enable"),
        fix_all=reader.flag("fixAll"),
        disable_rule_comment=reader.flag("codeAction", "disableRuleComment", "enable"),
        fix_violation=reader.flag("codeAction", "fixViolation", "enable"),
    )


class _Reader:
    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def flag(self, *key: str) -> bool:
        value = self._at(key)
        if value is None or isinstance(value, bool):
            return value is not False
        return self._refuse(key, value, "true or false", True)

    def text(self, *key: str) -> str | None:
        value = self._at(key)
        if value is None or isinstance(value, str):
            return value
        return self._refuse(key, value, "a string", None)

    def word(self, key: str, default: str) -> str:
        value = self._at((key,))
        if value is None:
            return default
        if isinstance(value, str) and value.lower() in LEVELS:
            return value.lower()
        return self._refuse((key,), value, " or ".join(LEVELS), default)

    def _at(self, key: tuple[str, ...]) -> object:
        value: object = self._values
        for index, part in enumerate(key):
            if not isinstance(value, Mapping):
                return self._refuse(key[:index], value, "an object", None)
            value = value.get(part)
            if value is None:
                return None
        return value

    def _refuse(self, key: tuple[str, ...], value: object, wanted: str, default: _Default) -> _Default:
        _log.warning("setting ssot.%s must be %s, not %r; it is ignored", ".".join(key), wanted, value)
        return default
