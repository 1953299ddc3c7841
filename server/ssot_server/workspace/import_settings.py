"""How the project's other tools want imports written: the settings of ruff, isort and black around a file.

As those tools do, the nearest folder with settings decides: `ruff.toml`, `.ruff.toml` or `[tool.ruff]` in
`pyproject.toml`; `.isort.cfg`, `[tool.isort]` or a section of `setup.cfg`; `[tool.black]`. Where both ruff and isort
have a say, it is ruff's if its settings speak of imports. What cannot be read or makes no sense is as good as absent.

Everything is read through the `Disk`, when it is first asked for: a check that nobody wants fixes of reads nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ssot_rules.import_style import FIRST_PARTY, FUTURE, LOCAL, STANDARD, THIRD_PARTY, ImportStyle
from ssot_server import places
from ssot_server.disk import FILE, FOLDER, Disk

_Table = Mapping[str, Any]
_ISORTS_LENGTH = 79
_DEFAULT_SOURCES = (".", "src")
_ISORT_SECTIONS = {
    "FUTURE": FUTURE,
    "STDLIB": STANDARD,
    "THIRDPARTY": THIRD_PARTY,
    "FIRSTPARTY": FIRST_PARTY,
    "LOCALFOLDER": LOCAL,
}
_KNOWN = {
    "standard_library": STANDARD,
    "third_party": THIRD_PARTY,
    "first_party": FIRST_PARTY,
    "local_folder": LOCAL,
}
_PROFILES: Mapping[str, _Table] = {
    "black": {"line_length": 88},
    "django": {"combine_as_imports": True},
    "google": {
        "force_single_line": True,
        "force_sort_within_sections": True,
        "single_line_exclusions": ["typing"],
        "order_by_type": False,
    },
    "open_stack": {"force_single_line": True, "force_sort_within_sections": True},
    "plone": {"force_single_line": True, "line_length": 200, "case_sensitive": False},
    "attrs": {"lines_between_types": 1},
    "wemake": {"line_length": 80},
    "appnexus": {"force_sort_within_sections": True, "order_by_type": False, "reverse_relative": True},
}
_FLAGS = {
    "no_sections": "is_flat",
    "force_sort_within_sections": "types_mixed",
    "from_first": "from_first",
    "force_single_line": "single_line",
    "combine_as_imports": "combine_as",
    "case_sensitive": "case_sensitive",
    "order_by_type": "by_type",
    "length_sort": "by_length",
    "length_sort_straight": "plain_by_length",
    "split_on_trailing_comma": "keeps_trailing_comma",
    "detect_same_package": "same_package",
    "reverse_relative": "nearest_first",
}
_LISTS = {
    "single_line_exclusions": "single_line_exclusions",
    "constants": "constants",
    "classes": "classes",
    "variables": "variables",
    "force_to_top": "to_top",
}
"""Settings of isort's names, and the fields that they are."""


class _Found(NamedTuple):
    """The settings of one tool, and the folder that they count from."""

    folder: str
    table: _Table


class ImportSettings:
    """The styles of a workspace's files, each worked out once."""

    def __init__(self, root: str, disk: Disk) -> None:
        self._root = root
        self._disk = disk
        self._by_folder: dict[str, ImportStyle] = {}
        self._tables: dict[str, _Table] = {}

    def style(self, path: str) -> ImportStyle:
        """How imports are written in a file, relative to the root with `/`."""
        folder = path.rpartition("/")[0]
        found = self._by_folder.get(folder)
        if found is None:
            found = self._by_folder[folder] = self._style(os.path.join(self._root, folder) if folder else self._root)
        return found

    def _style(self, folder: str) -> ImportStyle:
        ruff, isort, black = (self._nearest(folder, tool) for tool in (_ruff, _isort, _black))
        sorts = ruff is not None and (bool(_imports_of(ruff.table)) or _selects_imports(ruff.table))
        if isort is not None and not sorts:
            profile = _PROFILES.get(str(isort.table.get("profile", "")), {})
            settings = {"split_on_trailing_comma": False, **profile, **isort.table}
            style = ImportStyle(is_chosen=True, line_length=_ISORTS_LENGTH, same_package=False)
            style = _with_length(style, _number(settings, "line_length"))
            return self._with_sources(_with_settings(style, settings), isort, "src_paths")
        style = ImportStyle(is_chosen=sorts)
        style = _with_length(style, _length(isort), _length(black), _length(ruff))
        if ruff is None:
            return self._with_sources(style, _Found(self._root, {}), "src")
        settings = {key.replace("-", "_"): value for key, value in _imports_of(ruff.table).items()}
        if settings.get("relative_imports_order") == "closest-to-furthest":
            settings["reverse_relative"] = True
        return self._with_sources(_with_settings(style, settings), ruff, "src")

    def _with_sources(self, style: ImportStyle, found: _Found, key: str) -> ImportStyle:
        """A style that knows the modules in the folders where the project's own ones are."""
        folders = _strings(found.table, key) or _DEFAULT_SOURCES
        names: set[str] = set()
        for folder in folders:
            place = os.path.normpath(os.path.join(found.folder, folder))
            if self._disk.kind(place) == FOLDER:
                listing = self._disk.listing(place)
                names.update(listing.folders)
                names.update(name.removesuffix(".py") for name in listing.modules)
        return style._replace(first_party=frozenset(names))

    # -- files ------------------------------------------------------------------------------------------------

    def _nearest(self, folder: str, tool: Callable[[str, _Table], _Table | None]) -> _Found | None:
        """The settings of a tool in the nearest folder that has any."""
        for place in self._around(folder):
            for name in places.STYLE_FILES:
                path = os.path.join(place, name)
                found = tool(name, self._table(path))
                if found is not None:
                    return _Found(place, self._extended(place, found, tool))
        return None

    def _around(self, folder: str) -> Iterator[str]:
        """The folders from one outwards, to the top of the repository or else of the workspace."""
        top = self._disk.ask("repository", self._root) or self._root
        for place in places.upwards(folder):
            yield place
            if place == top:
                return

    def _extended(self, folder: str, table: _Table, tool: Callable[[str, _Table], _Table | None]) -> _Table:
        """Settings with those that they extend, as ruff's may."""
        seen = set()
        while isinstance(table.get("extend"), str):
            path = os.path.normpath(os.path.join(folder, table["extend"]))
            base = None if path in seen else tool(os.path.basename(path), self._table(path))
            seen.add(path)
            rest = {key: value for key, value in table.items() if key != "extend"}
            folder, table = os.path.dirname(path), _merged(base or {}, rest)
        return table

    def _table(self, path: str) -> _Table:
        """A settings file as tables; empty where there is none that can be read."""
        found = self._tables.get(path)
        if found is None:
            found = self._tables[path] = self._read(path)
        return found

    def _read(self, path: str) -> _Table:
        if self._disk.kind(path) != FILE:
            return {}
        try:
            text = self._disk.read(path).decode("utf-8-sig")
        except (OSError, ValueError):
            return {}
        return _toml(text) if path.endswith(".toml") else _ini(text)


# -- tables ---------------------------------------------------------------------------------------------------


def _toml(text: str) -> _Table:
    import tomli  # only where a fix is wanted

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError:
        return {}


def _ini(text: str) -> _Table:
    from configparser import Error, RawConfigParser

    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except Error:
        return {}
    return {section: dict(parser.items(section)) for section in parser.sections()}


def _merged(base: _Table, over: _Table) -> _Table:
    """Two tables; where both have a value the second decides, table by table."""
    found = dict(base)
    for key, value in over.items():
        before = found.get(key)
        found[key] = _merged(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return found


def _ruff(name: str, table: _Table) -> _Table | None:
    """The settings of ruff in a file."""
    if name == "pyproject.toml":
        return _inner(table, "tool", "ruff")
    return table if name in {"ruff.toml", ".ruff.toml"} and table else None


def _black(name: str, table: _Table) -> _Table | None:
    """The settings of black in a file."""
    return _inner(table, "tool", "black") if name == "pyproject.toml" else None


def _isort(name: str, table: _Table) -> _Table | None:
    """The settings of isort in a file."""
    if name == "pyproject.toml":
        return _inner(table, "tool", "isort")
    sections = {".isort.cfg": ("settings", "isort"), "setup.cfg": ("isort", "tool:isort")}.get(name, ())
    return next((found for section in sections if (found := _inner(table, section)) is not None), None)


def _inner(table: _Table, *keys: str) -> _Table | None:
    """A table within a table."""
    found: object = table
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _imports_of(ruff: _Table) -> _Table:
    """What ruff's settings say of imports."""
    return _inner(ruff, "lint", "isort") or _inner(ruff, "isort") or {}


def _selects_imports(ruff: _Table) -> bool:
    """Whether ruff is to look at the order of imports."""
    tables = (ruff, _inner(ruff, "lint") or {})
    codes = [code for table in tables for key in ("select", "extend-select") for code in _strings(table, key)]
    return any(code == "ALL" or code.rstrip("0123456789") == "I" for code in codes)


# -- values ---------------------------------------------------------------------------------------------------


def _with_settings(style: ImportStyle, settings: _Table) -> ImportStyle:
    """A style with settings of isort's names."""
    changes: dict[str, Any] = {
        field: flag for key, field in _FLAGS.items() if (flag := _flag(settings, key)) is not None
    }
    changes |= {field: frozenset(_strings(settings, key)) for key, field in _LISTS.items() if key in settings}
    changes["known"] = tuple(_known(settings))
    order = _strings(settings, "section_order") or _strings(settings, "sections")
    if order:
        changes["sections"] = tuple(map(_section, order))
    if isinstance(settings.get("default_section"), str):
        changes["default_section"] = _section(settings["default_section"])
    changes["no_lines_before"] = frozenset(map(_section, _strings(settings, "no_lines_before")))
    changes["lines_between_types"] = _number(settings, "lines_between_types") or 0
    return style._replace(**changes)


def _known(settings: _Table) -> Iterator[tuple[str, str]]:
    """Globs of modules with their sections."""
    for module in _strings(settings, "extra_standard_library"):
        yield module, STANDARD
    for key in settings:
        if key.startswith("known_"):
            name = key.removeprefix("known_")
            for module in _strings(settings, key):
                yield module, _KNOWN.get(name, name)
    for name, modules in (_inner(settings, "sections") or {}).items():
        for module in _strings({name: modules}, name):
            yield module, name


def _section(name: str) -> str:
    """A section by the name that it has for ruff; isort's are in capitals."""
    return _ISORT_SECTIONS.get(name, name.lower() if name.isupper() else name)


def _with_length(style: ImportStyle, *lengths: int | None) -> ImportStyle:
    """A style with the last of the lengths that are known."""
    known = [length for length in lengths if length]
    return style._replace(line_length=known[-1]) if known else style


def _length(found: _Found | None) -> int | None:
    if found is None:
        return None
    return _number(found.table, "line-length") or _number(found.table, "line_length")


def _strings(table: _Table, key: str) -> tuple[str, ...]:
    """A list of words, or a text that holds them, parted by commas or lines."""
    value = table.get(key)
    if isinstance(value, str):
        return tuple(word for part in value.splitlines() for word in map(str.strip, part.split(",")) if word)
    return (
        tuple(filter(str.strip, (word for word in value if isinstance(word, str)))) if isinstance(value, list) else ()
    )


def _flag(table: _Table, key: str) -> bool | None:
    value = table.get(key)
    if isinstance(value, str):
        return {
            "true": True,
            "1": True,
            "yes": True,
            "on": True,
            "false": False,
            "0": False,
            "no": False,
            "off": False,
        }.get(value.lower())
    return value if isinstance(value, bool) else None


def _number(table: _Table, key: str) -> int | None:
    value = table.get(key)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
