"""What strings name: targets of patches, attributes that are asked for by name, modules that are imported by text,
settings.

A string is read by where it stands. `patch("app.views.Engine")` and `getattr(app.views, "Engine")` say which module's
name they mean; a dotted path elsewhere may be a setting; a name alone says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from ssot_rules.facts import DefinitionKind, DottedString, Span, Stand
from ssot_rules.index import Index, Module, Place


class Way(Enum):
    """What is done with what a string names."""

    PATCH = "patch"
    """Its last name is given to something else for a while: `patch("a.B")`, `monkeypatch.setattr(a, "B", …)`."""
    CHANGE = "change"
    """The object itself is changed: `patch.dict("a.TABLE")`."""
    ATTRIBUTE = "attribute"
    """It is looked up: `getattr(a, "B")`."""
    MODULE = "module"
    """It is imported: `import_module("a.b")`."""
    TABLE = "table"
    """A table says where a name of this module comes from: `{"B": "a.b"}` beside `__getattr__`."""
    SETTING = "setting"
    """A dotted path that somebody reads."""
    PROSE = "prose"
    """Part of a text, or compared with one."""
    LINK = "link"
    """A cross-reference in a docstring or comment."""


class Reading(NamedTuple):
    """How a string is read."""

    way: Way
    names: tuple[str, ...]
    """The whole dotted path."""
    lead: int
    """How many of its names come from elsewhere: from the module that stands beside the string."""
    spans: tuple[Span, ...]
    """Where each of the other names stands in the file; nowhere for a string that is not plain."""

    def dotted(self, own: int) -> str:
        """The path up to the string's own name of that number."""
        return ".".join(self.names[: self.lead + own + 1])


class Mention(NamedTuple):
    """A place that a string names, or passes on the way."""

    place: Place
    path: str
    """The file that the string is in."""
    span: Span | None
    """Where the place's own name stands there; None where another name cannot be written for it with certainty."""
    may_patch: bool
    """It may be what gives the name another value."""
    masks: bool
    """It is sure to do so and no more: nobody sees through it what the name stands for."""


_NAME = re.compile(r"[^.:]+")
_IMPORTING = frozenset({"import_module", "__import__", "find_spec", "importorskip"})
_BY_NAME = _IMPORTING | {"setattr", "delattr"}
"""Functions that call an argument `name` that is a reference."""
_TELLING = frozenset(
    {"getLogger", "get_logger", "getChild", "at_level", "set_level", "assertLogs", "assertNoLogs"}
    | {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "skip", "fail", "xfail"}
)
"""Functions whose arguments are for readers, or name a logger."""
_NAMING = frozenset({"name", "logger", "label", "description", "help"})
"""Keywords for what a thing is called, or for readers."""
_KEYS = frozenset({"dict", "update", "multiple", "update_forward_refs"})
"""Functions that make strings of their keywords; `patch.multiple(app.views, Old=…)` sets an attribute by such a one."""
_COMPLAINING = ("Error", "Exception", "Warning")
_CERTAIN = frozenset({Way.PATCH, Way.CHANGE, Way.ATTRIBUTE})
_PATCHING = frozenset({Way.PATCH, Way.SETTING, Way.PROSE})
"""What may be a patch; that a setting or a text is one, nobody can rule out."""


def reading(module: Module, number: int, index: Index) -> Reading | None:
    """How string `number` of a module is read; None where what it names cannot be told."""
    string = module.facts.strings[number]
    if string.is_open:
        return None
    table = _table(module, string, index)
    if table is not None:
        return table
    way, is_beside = _way(module, string)
    if is_beside:
        lead = _beside(module, string, index)
    elif string.value[0] == ".":
        lead = _package(module, string) if way is Way.MODULE else None
    else:
        lead = () if way is Way.MODULE or len(string.names) > 1 else None
    return None if lead is None else _reading(way, lead, string)


def _reading(way: Way, lead: tuple[str, ...], string: DottedString) -> Reading:
    start = string.span.start
    spans = [Span(start + found.start(), start + found.end()) for found in _NAME.finditer(string.value)]
    return Reading(way, (*lead, *string.names), len(lead), tuple(spans) if string.plain else ())


def _way(module: Module, string: DottedString) -> tuple[Way, bool]:
    """What is done with what a string names, and whether it is a name of what stands beside it."""
    if string.stand == Stand.LINK:
        return Way.LINK, False
    if string.stand == Stand.PROSE or (string.of < 0 and string.argument != -1):  # or given to who knows what
        return Way.PROSE, False
    called = module.facts.uses[string.of].path if string.of >= 0 else ("",)
    if called[-1] in _TELLING or called[-1].endswith(_COMPLAINING):
        return Way.PROSE, False
    if string.argument in _NAMING and called[-1] not in _BY_NAME:
        return Way.PROSE, False
    if string.stand != Stand.VALUE:
        is_item = string.stand == Stand.KEY and string.of >= 0 and string.argument == -1 and called[-1] != "modules"
        return (Way.PROSE if is_item else Way.SETTING), False
    return _way_of_argument(called, string.argument)


def _way_of_argument(called: tuple[str, ...], argument: int | str) -> tuple[Way, bool]:
    last, is_patch, is_method = called[-1], called[-2:-1] == ("patch",), len(called) > 1
    if (last == "patch" or (last in {"setattr", "delattr"} and is_method)) and argument in {0, "target"}:
        return Way.PATCH, False
    if is_patch and last == "dict" and argument in {0, "in_dict"}:
        return Way.CHANGE, False
    if is_patch and last == "multiple" and argument in {0, "target"}:
        return Way.ATTRIBUTE, False
    if (is_patch and last == "object" and argument in {1, "attribute"}) or (
        last in {"setattr", "delattr"} and argument in {1, "name"}
    ):
        return Way.PATCH, True
    if last in {"getattr", "hasattr"} and not is_method and argument == 1:
        return Way.ATTRIBUTE, True
    if last in _IMPORTING and argument in {0, "name"}:
        return Way.MODULE, False
    return Way.SETTING, False


def _beside(module: Module, string: DottedString, index: Index) -> tuple[str, ...] | None:
    """The module or class whose attribute a string names; None where that is not certain."""
    if string.beside < 0 or len(string.names) != 1:
        return None
    traces = index.used(module, string.beside)[-1]
    if len(traces) != 1 or traces[0].missing:
        return None
    place = traces[0].last
    home = index.module(place.home)
    if home is None:
        return None
    if place.name:
        definition = index.definition(place)
        if definition is None or definition.kind != DefinitionKind.CLASS:
            return None
    return tuple(filter(None, (*home.name.split("."), *place.name.split("."))))


def _package(module: Module, string: DottedString) -> tuple[str, ...] | None:
    """What a relative module name begins with: `import_module(".old", "app")`, `import_module(".old", __package__)`."""
    package = None
    if string.beside >= 0:
        path = module.facts.uses[string.beside].path
        if path == ("__package__",) or (path == ("__name__",) and module.is_package):
            package = _own_package(module)
    for _, other in module.facts.strings.at(string.span.start):
        if other.of == string.of and other.argument in {1, "package"} and other.stand == Stand.VALUE:
            package = other.names
    return None if package is None else _above(package, string)


def _own_package(module: Module) -> tuple[str, ...]:
    names = tuple(module.name.split("."))
    return names if module.is_package else names[:-1]


def _above(package: tuple[str, ...], string: DottedString) -> tuple[str, ...] | None:
    """The package that a name with leading dots starts from."""
    up = len(string.value) - len(string.value.lstrip(".")) - 1
    return package[: len(package) - up] if up < len(package) else None


def _table(module: Module, string: DottedString, index: Index) -> Reading | None:
    """A name in a table that says which module it is loaded from when somebody asks for it."""
    if string.within < 0 or len(string.names) != 1 or not module.facts.dynamic:
        return None
    holder = module.facts.strings[string.within]
    if holder.is_open:
        return None
    package = _above(_own_package(module), holder) if holder.value[0] == "." else ()
    if package is None:
        return None
    lead = (*package, *holder.names)
    traces = index.find(".".join(lead))
    if any(trace.missing or trace.last.name for trace in traces):
        return None
    return _reading(Way.TABLE, lead, string)


# -- all strings of a module, and of the workspace --------------------------------------------------------------


def readings(module: Module, index: Index) -> tuple[tuple[int, Reading | None], ...]:
    """Every string that could name what the registry speaks of, by number, but for those that are types: a use is read
    out of these. Call it through `index.once`."""
    facts, names = module.facts, index.names
    about = facts.strings.about(
        names, lambda known: known.beside >= 0 or known.within >= 0 or not names.isdisjoint(known.names)
    )
    types = {use.span for _, use in facts.uses.about(names, lambda use: bool(use.maker)) if facts.is_use(use)}
    return tuple((number, reading(module, number, index)) for number, known in about if known.span not in types)


def _read(module: Module, index: Index) -> Iterator[Reading]:
    return (read for _, read in index.once(readings, module) if read is not None and read.way is not Way.LINK)


def mentions(module: Module, index: Index) -> frozenset[Mention]:
    """The places of the workspace that a module's strings name."""
    found = {mention for read in _read(module, index) for mention in _mentioned(module, read, index)}
    return frozenset(found.union(_patched_together(module, index)))


def _mentioned(module: Module, read: Reading, index: Index) -> Iterator[Mention]:
    last = len(read.names) - read.lead - 1
    for own in range(last + 1):
        traces = index.find(read.dotted(own))
        certain = read.way in _CERTAIN and len(traces) == 1
        span = read.spans[own] if certain and read.spans else None
        may_patch = own == last and read.way in _PATCHING
        for trace in traces:
            if trace.first.home and trace.first.name:
                yield Mention(trace.first, module.path, span, may_patch, may_patch and certain)


def _patched_together(module: Module, index: Index) -> Iterator[Mention]:
    """The names that `patch.multiple("app.views", Engine=…)` gives to others."""
    calls = module.facts.uses.about(index.names, lambda use: use.path[-2:] == ("patch", "multiple"))
    for number, use in calls:
        for _, target in module.facts.strings.beside(number):
            if target.of != number or target.argument != 0 or use.call is None:
                continue
            for keyword, _ in use.call.keywords:
                for trace in index.find(".".join((*target.names, keyword))):
                    if trace.first.home and trace.first.name:
                        yield Mention(trace.first, module.path, None, may_patch=True, masks=False)


def passed_by_strings(module: Module, index: Index) -> frozenset[Place]:
    """The places that the names in a module's strings pass behind the first one, but for those that a file passes
    inside: there its own uses follow."""
    return frozenset(
        place
        for read in _read(module, index)
        for trace in index.find(".".join(read.names))
        for before, place in zip(trace.places, trace.places[1:], strict=False)
        if place.home and place.home != before.home
    )


def names_in_strings(module: Module, index: Index) -> frozenset[str]:
    """Names in strings of which nobody can tell whose they are: `getattr(engine, "Old")`, `f"{MODULE}.Old"`,
    `attrgetter("Old.size")`; and what becomes such a string, as in `dict(Old=…)`. Entries of `__all__` do not count."""
    exported = {entry.span for entry in module.facts.exports or ()}
    found: set[str] = set()
    for number, read in index.once(readings, module):
        string = module.facts.strings[number]
        if string.span not in exported:
            found.update(name for name in _untold(string, read, index) if name in index.names)
    calls = module.facts.uses.about(index.names, lambda use: use.call is not None and use.path[-1] in _KEYS)
    found.update(name for _, use in calls for name, _ in (use.call.keywords if use.call else ()) if name in index.names)
    return frozenset(found)


def is_untold(read: Reading | None, index: Index) -> bool:
    """Whether nobody can tell what a string names."""
    if read is None:
        return True
    return read.way in {Way.PROSE, Way.SETTING} and not any(
        trace.first.home for trace in index.find(".".join(read.names))
    )


def _untold(string: DottedString, read: Reading | None, index: Index) -> tuple[str, ...]:
    """The names in a string of which nobody can tell whose they are."""
    if not is_untold(read, index):
        return ()
    # What a setting begins with may be any name.
    return read.names[:1] if read is not None and read.way is Way.SETTING else string.names


def mentions_of(place: Place, index: Index) -> tuple[Mention, ...]:
    """Every mention of a place in the workspace, in order."""
    return index.once(_by_place, None, bodies=True).get(place, ())


def _by_place(_: None, index: Index) -> Mapping[Place, tuple[Mention, ...]]:
    found: dict[Place, list[Mention]] = {}
    for mention in sorted(index.gather(mentions), key=lambda known: (known.path, known.span or (), known.place)):
        found.setdefault(mention.place, []).append(mention)
    return {place: tuple(known) for place, known in found.items()}
