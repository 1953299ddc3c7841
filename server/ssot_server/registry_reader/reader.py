"""From the registry's text to the registry, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import tomli

from ssot_rules.contract import Diagnostic, Related
from ssot_rules.facts import Span
from ssot_rules.registry import VERSION, Registry, Source
from ssot_server.registry_reader.checks import contradictions, quoted, shared_registry
from ssot_server.registry_reader.extends import DEEPEST, EXTENDS, Layer, Sharing, merged, rooted
from ssot_server.registry_reader.model import fields_of
from ssot_server.registry_reader.syntax import syntax_problem
from ssot_server.registry_reader.walk import Walk
from ssot_server.toml_places import locate


class Reading(NamedTuple):
    """What came of reading one registry file."""

    source: Source
    registry: Registry | None
    """None when there is any problem."""
    problems: tuple[Diagnostic, ...]
    """All mistakes, in the order of the text."""


def read_registry(path: str, text: str, rule_names: Collection[str], sharing: Sharing | None = None) -> Reading:
    """Read the text of a registry file.

    `path`, relative to the workspace's root, is kept for the diagnostics. `rule_names` are all codes and names that
    `[rules]` may hold. Without `sharing` the file is read as if it extended no other. A file of a newer version has
    that one problem, since nothing else can be said of it.
    """
    return _Reader(rule_names, sharing).read(path, text, (path,))[0]


class _Reader:
    def __init__(self, rule_names: Collection[str], sharing: Sharing | None) -> None:
        self.rule_names = rule_names
        self.sharing = sharing

    def read(self, path: str, text: str, chain: tuple[str, ...]) -> tuple[Reading, dict[str, Any]]:
        """What came of a file, and its data with all that it extends; `chain` are the files that led to it, and it."""
        try:
            data = tomli.loads(text)
            source = Source(path, text, *locate(text))
        except (ValueError, RecursionError) as error:
            return Reading(Source(path, text, {}, {}), None, (syntax_problem(text, error),)), {}
        if _is_newer(data.get("version")):
            walk = Walk(source, self.rule_names)
            walk.check(Registry, fields_of(Registry)[0], data["version"], ("version",))
            return Reading(source, None, tuple(walk.problems)), {}

        if len(chain) > 1:
            rooted(data, path)
        layers: list[Layer] = []
        problems: list[Diagnostic] = []
        for span, item in self._items(data, source):
            layer = self._layer(span, item, chain)
            if isinstance(layer, Layer):
                layers.append(layer)
            else:
                problems += layer
        if self.sharing is not None and layers:
            data, source = merged(data, source, layers, self.sharing.synonyms)
        walk = Walk(source, self.rule_names)
        registry = walk.table(Registry, data, ())
        problems += (*walk.problems, *contradictions(walk.built, source))
        if problems or not isinstance(registry, Registry):
            return Reading(source, None, tuple(sorted(problems, key=lambda problem: problem.span))), data
        return Reading(source, registry, ()), data

    def _items(self, data: dict[str, Any], source: Source) -> Iterator[tuple[Span, str]]:
        """The sound items of `extends`, with their places."""
        workspace = data.get("workspace")
        items = workspace.get("extends") if isinstance(workspace, dict) else None
        for number, item in enumerate(items if self.sharing is not None and isinstance(items, list) else ()):
            if isinstance(item, str) and shared_registry(item) is None:
                yield source.value_span(*EXTENDS, number), item

    def _layer(self, span: Span, item: str, chain: tuple[str, ...]) -> Layer | list[Diagnostic]:
        assert self.sharing is not None
        found = self.sharing.fetch(item, chain[-1])
        if isinstance(found, str):
            return [Diagnostic(span, f"{quoted(item)} cannot be extended: {found}")]
        if found.path in chain:
            circle = " → ".join(f"`{path}`" for path in (*chain[chain.index(found.path) :], found.path))
            return [Diagnostic(span, f"registries extend each other in a circle: {circle}; take one of them out")]
        if len(chain) > DEEPEST:
            return [
                Diagnostic(span, f"more than {DEEPEST} registries extend each other: extend {quoted(item)} directly")
            ]
        reading, data = self.read(found.path, found.text, (*chain, found.path))
        if reading.problems:
            return [_passed_on(problem, span, found.path) for problem in reading.problems]
        return Layer(span, data, reading.source)


def _passed_on(problem: Diagnostic, span: Span, path: str) -> Diagnostic:
    """A mistake in a file that is extended, as it is shown where that is."""
    place = Related(path, problem.span, "the mistake")
    return Diagnostic(span, f"`{path}`: {problem.message}", places=(place, *problem.places))


def _is_newer(version: object) -> bool:
    return type(version) is int and version > VERSION
