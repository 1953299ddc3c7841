"""From the registry's text to the registry, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import tomli

from ssot_rules.contract import Diagnostic
from ssot_rules.registry import VERSION, Registry, Source
from ssot_server.registry_reader.checks import contradictions
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


def read_registry(path: str, text: str, rule_names: Collection[str]) -> Reading:
    """Read the text of a registry file.

    `path` is only kept, for the diagnostics. `rule_names` are all codes and names that `[rules]` may hold.
    A file of a newer version has that one problem, since nothing else can be said of it.
    """
    try:
        data = tomli.loads(text)
        source = Source(path, text, *locate(text))
    except (ValueError, RecursionError) as error:
        return Reading(Source(path, text, {}, {}), None, (syntax_problem(text, error),))

    walk = Walk(source, rule_names)
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
