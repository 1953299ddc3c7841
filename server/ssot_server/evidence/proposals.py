"""From evidence to what a first registry could say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ssot_rules.authorship import is_written_elsewhere
from ssot_rules.facts import Definition, Sketch
from ssot_rules.marks import is_misspelt
from ssot_rules.names import Sort, split_words
from ssot_rules.similarity import agreement
from ssot_server.engine import Engine
from ssot_server.evidence.clusters import Cluster, Member, find_clusters
from ssot_server.evidence.deprecations import INSTEAD, Replaced, Resolver, find_deprecations
from ssot_server.evidence.history import History, read_history
from ssot_server.evidence.survey import Survey, survey
from ssot_server.evidence.tools import Banned, Contract, read_tools
from ssot_server.index.snapshot import Snapshot
from ssot_server.steps import Progress

_MORE = 2
"""So many times as many clusters as are wanted are looked at closely."""
_CLOSE = 0.45
"""The least agreement of rivals with the same name, after a close look."""
_FEW_NAMESAKES = 4
"""With more namesakes than this, a name says too little for a concept."""


class Confidence(Enum):
    """How sure a proposal is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Candidate(NamedTuple):
    """One implementation that could be the canonical."""

    dotted: str
    """The path that people import it by."""
    path: str
    """Its file."""
    start: int
    """Where its name stands in it."""
    end: int
    importers: int
    tests: int
    """How many tests import it."""
    module_importers: int
    """How many files import anything from its module."""
    agreement: float
    """With the likely canonical, from 0 to 1."""
    words: tuple[str, ...]
    """What they agree in."""
    history: History | None


class Outdated(NamedTuple):
    """A path that the code itself, or a setting, calls deprecated."""

    path: str
    reason: str
    how: str
    """What says so."""
    importers: int
    tests: int


class Proposal(NamedTuple):
    """A concept for the registry."""

    name: str
    canonical: str
    confidence: Confidence
    summary: str
    """The first line of the canonical's docstring, or nothing."""
    in_common: tuple[str, ...] = ()
    """Words that all candidates hold and few others."""
    candidates: tuple[Candidate, ...] = ()
    """The implementations, the canonical first; empty where only something deprecated leads to the concept."""
    unrelated: tuple[str, ...] = ()
    """Definitions with the canonical's name that are something else."""
    deprecated: tuple[Outdated, ...] = ()


class Evidence(NamedTuple):
    """What was found in a workspace."""

    files: int
    lines: int
    proposals: tuple[Proposal, ...]
    """Those with deprecated paths first, then the others by what speaks for them."""
    further: int
    """How many more clusters there are."""
    shared_names: tuple[tuple[str, ...], ...]
    """The paths of classes of which no more than their names say that they are one concept."""
    unresolved: tuple[Outdated, ...]
    """What is deprecated in favour of nothing that could be found."""
    contracts: tuple[Contract, ...]


def gather(engine: Engine, most: int, progress: Progress | None = None) -> Evidence:
    """Look for concepts in a workspace whose registry is empty.

    `most` is how many clusters of rivals to propose.
    """
    with engine.crew(progress) as crew:
        known = survey(crew)
        index = engine.index()
        assert index is not None
        rivals_found = find_clusters(known, crew)
        said = find_deprecations(known, crew, index)
        banned, contracts = read_tools(engine.root, engine.read)
        found = [*map(_outdated, said), *(_banned(entry, Resolver(known, index), index) for entry in banned)]
    gone = {(one.said.path, one.said.name) for one in said}
    alive = [cluster for cluster in rivals_found.clusters if not any(_is_gone(one, gone) for one in cluster.members)]
    by_hand = [cluster for cluster in alive[: most * _MORE] if _is_by_hand(cluster, index)]
    history = read_history(engine.root, {one.sighting.path for cluster in by_hand for one in cluster.members})
    looked_at = [_looked_at(rivals_found.ranked(cluster, history), known, index) for cluster in by_hand]
    likely = [proposal for proposal in looked_at if _is_likely(proposal)]
    rivals = sorted(likely, key=lambda one: list(Confidence).index(one.confidence))[:most]
    every = _merged(_by_replacement(found, index), rivals)
    proposals = [proposal for proposal in every if _can_be_registered(proposal, index)]
    return Evidence(
        len(known.files),
        known.lines,
        tuple(_with_history(proposal, history) for proposal in _named(proposals)),
        max(0, len(alive) - most * _MORE) + len(likely) - len(rivals),
        tuple(tuple(known.faces.get(one.key, one.dotted) for one in group) for group in rivals_found.shared_names),
        tuple(outdated for outdated, use in found if use is None),
        tuple(contracts),
    )


def _is_gone(member: Member, gone: set[tuple[str, str]]) -> bool:
    path, name = member.sighting.key
    return (path, name) in gone or (path, "") in gone


def _is_by_hand(cluster: Cluster, index: Snapshot) -> bool:
    """Whether people wrote all of the rivals here."""
    modules = (index.module(member.sighting.path) for member in cluster.members)
    return not any(module is not None and is_written_elsewhere(module) for module in modules)


# -- rivals -----------------------------------------------------------------------------------------------------


def _looked_at(cluster: Cluster, known: Survey, index: Snapshot) -> Proposal:
    """A cluster with what a close look at its definitions says."""
    canonical = cluster.canonical
    own = _sketch(canonical, index)
    candidates = [_candidate(member, own, known, index) for member in cluster.members]
    rivals = candidates[1:]
    score = sum(candidate.agreement for candidate in rivals) / len(rivals)
    return Proposal(
        canonical.sighting.name,
        candidates[0].dotted,
        _confidence(score, cluster),
        canonical.sighting.doc,
        cluster.in_common,
        tuple(candidates),
        tuple(sorted({f"{one.module}.{one.name}" for one in cluster.namesakes})),
    )


def _is_likely(proposal: Proposal) -> bool:
    """Whether it bears a close look. Two things may have one name and some words in common; who calls something
    `old_…` knows of the other."""
    names = {one.dotted.rpartition(".")[2] for one in proposal.candidates}
    return len(names) > 1 or any(one.agreement >= _CLOSE for one in proposal.candidates[1:])


def _confidence(score: float, cluster: Cluster) -> Confidence:
    if len(cluster.namesakes) > min(_FEW_NAMESAKES, len(cluster.members)):
        return Confidence.LOW
    if score >= 0.7:
        return Confidence.MEDIUM if cluster.by_convention else Confidence.HIGH
    return Confidence.MEDIUM if score >= 0.4 and not cluster.by_convention else Confidence.LOW


def _candidate(member: Member, canonical: Sketch | None, known: Survey, index: Snapshot) -> Candidate:
    sighting = member.sighting
    score = member.agreement
    words: tuple[str, ...] = ()
    own = _sketch(member, index)
    if own is not None and canonical is not None and own is not canonical:
        close = agreement(canonical, own)
        score = max(score, close.score)
        words = close.words if close.score >= 0.3 else ()
    return Candidate(
        known.faces.get(sighting.key, sighting.dotted),
        sighting.path,
        sighting.start,
        sighting.start + (len(sighting.name) if sighting.sort is not Sort.MODULE else 0),
        member.importers,
        member.tests,
        member.module_importers,
        round(score, 2),
        words,
        None,
    )


def _sketch(member: Member, index: Snapshot) -> Sketch | None:
    sighting = member.sighting
    module = index.module(sighting.path) if sighting.sort is not Sort.MODULE else None
    definition = _definition(sighting.path, sighting.name, index)
    return module.facts.sketch(definition) if module is not None and definition is not None else None


def _definition(path: str, name: str, index: Snapshot) -> Definition | None:
    """The last definition of a name, which is the one that counts: overloads stand above it."""
    module = index.module(path)
    if module is None:
        return None
    found = [known for _, known in module.facts.definitions.about((name,), lambda known: known.qualname == name)]
    return found[-1] if found else None


# -- deprecations -----------------------------------------------------------------------------------------------

_Found = tuple[Outdated, "str | None"]
"""Something deprecated and its replacement."""


def _outdated(one: Replaced) -> _Found:
    return Outdated(one.dotted, one.reason, one.said.how, one.importers, one.tests), one.use


def _banned(entry: Banned, resolver: Resolver, index: Snapshot) -> _Found:
    """What ruff bans, with the replacement that its message names."""
    outdated = Outdated(entry.dotted, entry.message, f"`banned-api` in {entry.file}", 0, 0)
    named = [found["name"] for found in INSTEAD.finditer(entry.message)]
    is_module = not index.split(entry.dotted)[1]
    use = resolver.first(named, entry.dotted, is_module=is_module)
    if use is None:  # it may be of a library that is not installed here
        foreign = (name for name in named if "." in name and index.exists(name) is None)
        use = next((name for name in foreign if not is_misspelt(name, index)), None)
    return outdated, use


def _by_replacement(found: Iterable[_Found], index: Snapshot) -> list[Proposal]:
    """One proposal for each replacement, with all that it replaces."""
    uses = {outdated.path: use for outdated, use in found if use is not None}
    groups: dict[str, list[Outdated]] = {}
    for outdated, use in found:
        last = _end(outdated.path, uses) if use is not None else None
        if last is not None and uses.get(outdated.path) is not None:
            groups.setdefault(last, []).append(outdated)
    return [
        Proposal(
            use.rpartition(".")[2],
            use,
            Confidence.HIGH,
            _summary(use, index),
            deprecated=tuple({outdated.path: outdated for outdated in group}.values()),
        )
        for use, group in groups.items()
    ]


def _end(path: str, uses: dict[str, str]) -> str | None:
    """What to use in the end, where a replacement is deprecated itself; None where that goes in a circle."""
    seen = {path}
    while path in uses:
        path = uses[path]
        if path in seen:
            return None
        seen.add(path)
    return path


def _summary(dotted: str, index: Snapshot) -> str:
    place = index.find(dotted)[0].last
    definition = index.definition(place)
    module = index.module(place.home) if place.home and not place.name else None
    return (definition.doc if definition is not None else module.facts.doc if module is not None else None) or ""


# -- all together -----------------------------------------------------------------------------------------------


def _merged(replacements: Sequence[Proposal], rivals: Sequence[Proposal]) -> list[Proposal]:
    """All proposals, those with one canonical as one: what the code itself says of it is the surer part."""
    found = {proposal.canonical: proposal for proposal in replacements}
    for proposal in rivals:
        before = found.get(proposal.canonical)
        if before is not None:
            proposal = proposal._replace(deprecated=before.deprecated, confidence=before.confidence)
        found[proposal.canonical] = proposal
    return list(found.values())


def _with_history(proposal: Proposal, history: dict[str, History]) -> Proposal:
    candidates = tuple(one._replace(history=history.get(one.path)) for one in proposal.candidates)
    return proposal._replace(candidates=candidates)


def _can_be_registered(proposal: Proposal, index: Snapshot) -> bool:
    """Whether a registry may say so: every path is one, and the canonical is found."""
    paths = [proposal.canonical, *proposal.unrelated, *(outdated.path for outdated in proposal.deprecated)]
    if not all(part.isidentifier() for path in paths for part in path.split(".")):
        return False
    return index.exists(proposal.canonical) is not False and not is_misspelt(proposal.canonical, index)


def _named(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """The proposals, each under a name of its own: the canonical's, with as much before it as it takes."""
    taken: set[str] = set()
    for proposal in proposals:
        words = ["-".join(split_words(part)) for part in proposal.canonical.split(".")]
        parts = [part for part in words if part] or ["concept"]
        lengths = (part for count in range(1, len(parts) + 1) for part in ("-".join(parts[-count:]),))
        name = next((found for found in lengths if found not in taken), "-".join((*parts, str(len(taken)))))
        taken.add(name)
        yield proposal._replace(name=name)
