"""What a project has told other tools that belongs in a registry: ruff, import-linter, tach."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tomli

_RUFF = ("pyproject.toml", "ruff.toml", ".ruff.toml")
_INI = (".importlinter", "setup.cfg")


class Banned(NamedTuple):
    """A path on ruff's list of banned ones."""

    dotted: str
    message: str
    file: str
    """The file that says so."""


class Contract(NamedTuple):
    """A border between parts of the code that another tool watches."""

    text: str
    """What it says, in a line."""
    file: str


def read_tools(root: Path, read: Callable[[Path], bytes]) -> tuple[list[Banned], list[Contract]]:
    """What the settings at the top of a workspace say; a file that cannot be read says nothing."""
    tables = {name: _toml(root / name, read) for name in (*_RUFF, "tach.toml")}
    banned = [known for name in _RUFF for known in _banned(tables[name], name)]
    contracts = [*_contracts(tables["pyproject.toml"], "pyproject.toml"), *_tach(tables["tach.toml"])]
    for name in _INI:
        contracts += _ini_contracts(root / name, read)
    return banned, contracts


def _toml(path: Path, read: Callable[[Path], bytes]) -> Mapping[str, Any]:
    try:
        return tomli.loads(read(path).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _table(value: Any, *keys: str) -> Mapping[str, Any]:
    """The table at some keys; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _banned(table: Mapping[str, Any], file: str) -> Iterator[Banned]:
    ruff = _table(table, "tool", "ruff") if file == "pyproject.toml" else table
    for linter in (_table(ruff, "lint"), ruff):
        for dotted, entry in _table(linter, "flake8-tidy-imports", "banned-api").items():
            yield Banned(dotted, str(_table(entry).get("msg", "")), file)


def _contracts(table: Mapping[str, Any], file: str) -> Iterator[Contract]:
    contracts = _table(table, "tool", "importlinter").get("contracts", ())
    for contract in contracts if isinstance(contracts, list) else ():
        text = _forbids(_table(contract))
        if text:
            yield Contract(text, file)


def _forbids(contract: Mapping[str, Any]) -> str | None:
    if contract.get("type") != "forbidden":
        return None
    sources, targets = _lines(contract.get("source_modules")), _lines(contract.get("forbidden_modules"))
    return f"{', '.join(sources)} must not import {', '.join(targets)}" if sources and targets else None


def _lines(value: Any) -> list[str]:
    found = value.split("\n") if isinstance(value, str) else value if isinstance(value, list) else []
    return [str(item).strip() for item in found if str(item).strip()]


def _ini_contracts(path: Path, read: Callable[[Path], bytes]) -> Iterator[Contract]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(read(path).decode("utf-8"))
    except (OSError, ValueError, configparser.Error):
        return
    for section in parser.sections():
        if section.startswith("importlinter:contract"):
            text = _forbids(dict(parser[section]))
            if text:
                yield Contract(text, path.name)


def _tach(table: Mapping[str, Any]) -> Iterator[Contract]:
    modules = table.get("modules", ())
    for module in modules if isinstance(modules, list) else ():
        known = _table(module)
        depends = known.get("depends_on", ())
        for dependency in depends if isinstance(depends, list) else ():
            if _table(dependency).get("deprecated") is True:
                text = f"{known.get('path')} should stop importing {_table(dependency).get('path')}"
                yield Contract(text, "tach.toml")
