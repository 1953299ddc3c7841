"""Registries that extend others: what of whom counts.

Tables are merged key by key, at every depth. What a file says itself counts before what it extends, and a later item
of `extends` before an earlier one. Of two values of a key one counts, but for arrays of tables (`deprecated`,
`allow`, …): theirs are added up, the file's own items first. `version` and `extends` are each file's own.
"""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_args, get_origin

from ssot_rules.facts import Span
from ssot_rules.registry import Key, Origin, Registry, Source
from ssot_server.registry_reader.model import fields_of, without_none

DEEPEST: Final = 8
"""How many registries may extend each other, one the next."""

EXTENDS: Final[Key] = ("workspace", "extends")
_OWN: Final = frozenset({("version",), EXTENDS})
"""The keys that are each file's own."""


class Shared(NamedTuple):
    """A registry that another one extends, as it is on disk."""

    path: str
    """Relative to the workspace's root with `/`, above it with `..`; absolute where Windows has it on another drive."""
    text: str


class Sharing(NamedTuple):
    """What the reader needs for registries that extend others."""

    fetch: Callable[[str, str], Shared | str]
    """The file that an item of `extends` means in the registry of that path, or why there is none."""
    synonyms: Mapping[str, str]
    """The other name of each rule, by its code and by its name."""


class Layer(NamedTuple):
    """A registry that is extended, read without a mistake and with all that it extends itself."""

    item: Span
    """The item of `extends` that brings it."""
    data: Mapping[str, Any]
    source: Source


def rooted(data: dict[str, Any], path: str) -> None:
    """Have the relative addresses in a registry's data begin at the workspace's root."""
    concepts = data.get("concepts")
    for concept in concepts.values() if isinstance(concepts, dict) else ():
        docs = concept.get("docs") if isinstance(concept, dict) else None
        if isinstance(docs, str) and "://" not in docs:
            concept["docs"] = posixpath.normpath(posixpath.join(posixpath.dirname(path), docs))


def merged(
    data: Mapping[str, Any], source: Source, layers: Iterable[Layer], synonyms: Mapping[str, str]
) -> tuple[dict[str, Any], Source]:
    """A registry's data with all that it extends, and where each of its keys comes from. The layers are those of its
    `extends`, in their order."""
    whole = _copied(data)
    inherited: dict[Key, Origin] = {}
    for layer in reversed(tuple(layers)):
        for place, other in _add(whole, layer.data, (), synonyms):
            inherited.update(_origins(place, other, layer))
    return whole, dataclasses.replace(source, inherited=MappingProxyType(inherited))


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _add(
    own: dict[str, Any], other: Mapping[str, Any], key: Key, synonyms: Mapping[str, str]
) -> Iterator[tuple[Key, Key]]:
    """Add to a table what another one has and it has not; yields the key of each value that came, and its key there."""
    for name, value in other.items():
        place = (*key, name)
        if place in _OWN or (key == ("rules",) and synonyms.get(name) in own):
            continue
        if name not in own:
            own[name] = _copied(value)
            yield place, place
        elif isinstance(own[name], dict) and isinstance(value, dict):
            yield from _add(own[name], value, place, synonyms)
        elif isinstance(own[name], list) and isinstance(value, list) and _adds_up(place):
            first = len(own[name])
            own[name] += _copied(value)
            yield from (((*place, first + number), (*place, number)) for number in range(len(value)))


def _adds_up(key: Key) -> bool:
    """Whether the model has an array of tables there."""
    model: Any = Registry
    for name in key:
        if dataclasses.is_dataclass(model):
            hints = {field.key: field.hint for field in fields_of(model)}  # type: ignore[arg-type]
            model = without_none(hints.get(str(name)))[0]
        else:
            model = get_args(model)[1] if get_origin(model) is not None else None
    return get_origin(model) is tuple and dataclasses.is_dataclass(get_args(model)[0])


def _origins(place: Key, other: Key, layer: Layer) -> Iterator[tuple[Key, Origin]]:
    """Where a value that came, and all that it holds, is written."""
    source = layer.source
    for key, span in source.values.items():
        if key[: len(other)] == other:
            yield (*place, *key[len(other) :]), Origin(layer.item, source.path, span)
    for key, origin in source.inherited.items():
        if key[: len(other)] == other:
            yield (*place, *key[len(other) :]), origin._replace(item=layer.item)
