"""All that there is to say of a concept: its canonical, its rivals, what is deprecated and where that is used.

Rivals and uses are the findings of a check: what is explained is what is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ssot_rules.bans import banned_calls
from ssot_rules.contract import because
from ssot_rules.facts import Span
from ssot_rules.globs import lies_in
from ssot_rules.index import Place
from ssot_rules.marks import Canonical, marks
from ssot_rules.names import Sort
from ssot_rules.registry import Concept, Key
from ssot_rules.rivals import claim_of
from ssot_server.engine import Engine
from ssot_server.ide import concept_of, concepts_in, import_line
from ssot_server.index.snapshot import Snapshot
from ssot_server.lines import Lines
from ssot_server.report import Finding, Report
from ssot_server.steps import Progress

_OF_RIVALS = "SSOT2"
"""How the codes of the rules begin that find other implementations."""


class Spot(NamedTuple):
    """A place in a file, and what is to be said of it."""

    path: str
    span: Span
    message: str


class Retired(NamedTuple):
    """A deprecated path."""

    entry: Spot
    """Where the registry says so."""
    path: str
    use: str
    reason: str | None
    uses: tuple[Spot, ...]


class Explanation(NamedTuple):
    """One concept."""

    name: str
    concept: Concept
    entry: Spot
    """Where the registry names the canonical."""
    import_line: str
    defined: tuple[Spot, ...]
    """Where the canonical is defined."""
    rivals: tuple[Spot, ...]
    deprecated: tuple[Retired, ...]
    bounds: tuple[Spot, ...]
    """What else the registry says of the canonical: who constructs it, bans and boundaries."""


def explain_name(engine: Engine, name: str, progress: Progress | None = None) -> tuple[Explanation, ...]:
    """What there is to say of a concept, a dotted path or a bare name; nothing if the registry knows none such."""
    report, index = _checked(engine, progress)
    if index is None:
        return ()
    return _explanations(dict.fromkeys(_concepts_of(name, index)), report.findings, index)


def explain_line(engine: Engine, path: str, row: int, progress: Progress | None = None) -> tuple[Explanation, ...]:
    """The same of all that stands in a line, counted from 1, of a file."""
    report, index = _checked(engine, progress)
    if index is None:
        return ()
    lines = Lines(engine.text(path) or "")
    span = Span(lines.offset(row, 1), lines.offset(row + 1, 1) if row < len(lines) else len(engine.text(path) or ""))
    return _explanations(concepts_in(index, path, span), report.findings, index)


def explain_all(findings: Iterable[Finding], index: Snapshot) -> tuple[Explanation, ...]:
    """What there is to say of every concept, in the registry's order, given all that was found."""
    return _explanations(index.registry.concepts, findings, index)


def _checked(engine: Engine, progress: Progress | None) -> tuple[Report, Snapshot | None]:
    report = engine.check(None, progress)
    return report, engine.index()


def _concepts_of(name: str, index: Snapshot) -> Iterator[str]:
    """The concepts that a name may mean, the most exact meaning alone."""
    concepts = index.registry.concepts
    if name in concepts:
        yield name
        return
    if "." in name:
        found = (concept_of(trace, index) for trace in index.find(name))
        yield from filter(None, found)
        return
    claims = (claim_of(name, sort, index) for sort in (Sort.CLASS, Sort.FUNCTION))
    yield from (claim.canonical.concept_name for claim in claims if claim is not None)
    for known, concept in concepts.items():
        paths = (concept.canonical, *(entry.path for entry in concept.deprecated))
        if any(path.rpartition(".")[2] == name for path in paths):
            yield known


def _explanations(names: Iterable[str], findings: Iterable[Finding], index: Snapshot) -> tuple[Explanation, ...]:
    about: dict[str | None, list[Finding]] = {}
    for finding in findings:
        about.setdefault(finding.diagnostic.concept, []).append(finding)
    return tuple(_explanation(name, about.get(name, ()), index) for name in names)


def _explanation(name: str, findings: Sequence[Finding], index: Snapshot) -> Explanation:
    canonical = index.once(marks, None).canonicals[name]
    concept = canonical.concept
    source = index.source
    places = dict.fromkeys(trace.last for trace in canonical.traces)
    return Explanation(
        name,
        concept,
        Spot(*source.place("concepts", name, "canonical"), concept.summary or ""),
        import_line(concept.canonical, index),
        tuple(spot for place in places if (spot := _definition(place, index)) is not None),
        tuple(_spot(finding) for finding in findings if finding.rule.code.startswith(_OF_RIVALS)),
        tuple(
            Retired(
                Spot(*source.place("concepts", name, "deprecated", number, "path"), entry.reason or ""),
                entry.path,
                entry.use or concept.canonical,
                entry.reason,
                tuple(_spot(finding) for finding in findings if _is_about(finding, name, number, index)),
            )
            for number, entry in enumerate(concept.deprecated)
        ),
        tuple(Spot(*source.place(*key), message) for key, message in _bounds(canonical, index)),
    )


def _bounds(canonical: Canonical, index: Snapshot) -> Iterator[tuple[Key, str]]:
    """The keys of the registry that say who constructs the canonical, calls it or reaches it, each in words."""
    path, construct = canonical.concept.canonical, canonical.concept.construct
    if construct is not None:
        yield ("concepts", canonical.concept_name, "construct"), f"constructed in `{construct}` alone"
    for ban in index.once(banned_calls, None):
        if ban.pattern is None and not canonical.places.isdisjoint(ban.places | ban.replaced):
            yield ("bans", ban.number, "call"), ban.said(ban.call)
    for number, boundary in enumerate(index.registry.boundaries):
        if lies_in(boundary.to, path):
            way = f"through `{boundary.through}` alone" if boundary.through is not None else "in no way"
            yield ("boundaries", number, "to"), because(f"`{boundary.from_}` may reach it {way}", boundary.reason)


def _definition(place: Place, index: Snapshot) -> Spot | None:
    definition = index.definition(place)
    if definition is not None:
        return Spot(place.home, definition.name_span, definition.doc or "")
    module = index.module(place.home) if place.home and not place.name else None
    return Spot(place.home, Span(0, 0), module.facts.doc or "") if module is not None else None


def _spot(finding: Finding) -> Spot:
    return Spot(finding.path, finding.diagnostic.span, finding.diagnostic.message)


def _is_about(finding: Finding, concept: str, number: int, index: Snapshot) -> bool:
    """Whether a finding is a use of the concept's deprecated entry of that number."""
    entry = index.source.place("concepts", concept, "deprecated", number, "path")
    return any((place.path, place.span) == entry for place in finding.diagnostic.places)
