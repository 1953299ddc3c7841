"""The steps of a check over a whole workspace.

Each step is a function of a desk and a share: what it does for that share of the files, and what of it everybody
has to know. The processes of a crew take a step together; where there is one process, its share is everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from ssot_rules.contract import Diagnostic
from ssot_rules.file_names import concerned
from ssot_rules.import_loops import may_lead_to
from ssot_rules.index import Module
from ssot_rules.lifecycle import asked
from ssot_rules.marks import marks
from ssot_rules.outline import Outline
from ssot_rules.proof import GATHERED
from ssot_rules.relevance import Word, other_names, words
from ssot_rules.rivals import implementations
from ssot_server.checking import check_module, problem_of, unsettled, wide_rules, words_of_comments
from ssot_server.disk import Disk
from ssot_server.index.snapshot import Reach, Snapshot
from ssot_server.index.store import Searched, Store
from ssot_server.report import Finding, Settled, Skipped
from ssot_server.search import Search, seeks_likes
from ssot_server.workers import Crew, Share

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is; may raise to stop."""

_OFTEN = 50
"""After how many files progress is told."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a process has in front of it."""

    index: Snapshot
    store: Store
    files: Sequence[str]
    """Every file of the workspace."""
    progress: Progress
    is_lean: bool
    """Memory is dearer than time: what was read of a file goes when the file is done."""

    def watched(self, message: str, paths: Sequence[str], share: Share) -> Iterator[str]:
        """The paths, one after another, while whoever waits is told how far it is."""
        for number, path in enumerate(paths):
            if share.number == 0 and number % _OFTEN == 0:
                self.progress(message, number * share.of, len(paths) * share.of)
            yield path

    def modules(self, message: str, paths: Sequence[str], share: Share) -> Iterator[Module]:
        """The modules in these files, those that can be read, each to be done with before the next."""
        for path in self.watched(message, paths, share):
            module = self.index.module(path)
            if module is not None:
                yield module
                if self.is_lean:
                    self.store.let_go(path)


class Checked(NamedTuple):
    """What came of checking some files."""

    findings: list[Finding]
    skipped: list[Skipped]
    unreadable: dict[str, str]
    """Why some of them could not be read."""


# -- what the registry could concern ----------------------------------------------------------------------------


def reach(crew: Crew[Desk], desk: Desk) -> Reach:
    """Search all files for the registry's words, and then for every other name that turns up for the same things,
    until no new one does. Every process's index is given the result."""
    wanted = fresh = words(desk.index) | words_of_comments(desk.index)
    paths: set[str] = set()
    like: set[str] = set()
    while True:
        names = frozenset(word.text for word in wanted if word.is_everywhere)
        more: set[str] = set()
        for searched, others in crew.ask(_search, fresh, names, paths):
            desk.store.remember(fresh, searched)
            paths.update(naming(searched))
            like.update(path for path, found in searched.found.items() if any(map(seeks_likes, found)))
            more |= others
        if more <= names:
            paths.update(concerned(desk.files, desk.index))
            followed = frozenset(word.text for word in wanted if word.is_name)
            known = Reach(
                tuple(sorted(paths | like)),
                followed,
                wanted,
                unsettled=frozenset(_unsettled(crew, desk) - paths - like),
                unnamed=frozenset(like - paths),
                unlike=frozenset(paths - like),
            )
            crew.ask(_take, known)
            return known
        fresh = frozenset(map(Word, more - names))
        wanted |= fresh


def _unsettled(crew: Crew[Desk], desk: Desk) -> set[str]:
    """The files that could hold a finding of a rule which concerns more than what the registry speaks of."""
    if not wide_rules(desk.index):
        return set()
    if crew.size > 1:
        outlines: dict[str, Outline] = {}
        for found in crew.ask(_outlines):
            outlines.update(found)
        crew.ask(_take_outlines, outlines)
    return set().union(*crew.ask(_unsettled_of))


def _outlines(desk: Desk, share: Share) -> dict[str, Outline]:
    return desk.store.outlines(desk.watched("Outlining", share.part(desk.files), share))


def _take_outlines(desk: Desk, _: Share, outlines: dict[str, Outline]) -> None:
    desk.store.take_outlines(outlines)


def _unsettled_of(desk: Desk, share: Share) -> set[str]:
    return unsettled(desk.watched("Outlining", share.part(desk.files), share), desk.index)


def _take(desk: Desk, _: Share, found: Reach) -> None:
    desk.index.take_reach(found)


def _search(
    desk: Desk, share: Share, fresh: frozenset[Word], names: frozenset[str], paths: Set[str]
) -> tuple[Searched, set[str]]:
    """Which further files matter, and under which other names all that matter pass things on."""
    files = share.part(desk.files)
    searched = desk.store.search(Search(fresh), files, lambda some: desk.watched("Searching", some, share))
    modules = desk.modules("Reading", _mine(desk, share, {*paths, *naming(searched)}), share)
    return searched, {name for module in modules for name in other_names(module, names, desk.index)}


def naming(searched: Searched) -> Iterator[str]:
    """Those of the files found that hold a name which could lead to something, and are not merely like it."""
    return (path for path, found in searched.found.items() if not all(map(seeks_likes, found)))


# -- findings ---------------------------------------------------------------------------------------------------


def keep(crew: Crew[Desk], desk: Desk) -> None:
    """Keep what was found out for later runs. This comes last: it wants to know what everybody has read."""
    if not desk.store.keeps:
        return
    crew.ask(_keep_facts)
    desk.store.keep_searches(desk.files)


def _keep_facts(desk: Desk, share: Share) -> None:
    desk.store.keep_facts(share.part(desk.files))


def check(crew: Crew[Desk], paths: Set[str]) -> list[Checked]:
    """The findings in these files, worked out to the end where several processes are at work: what one of them
    knows, the others cannot look up."""
    if crew.size == 1:
        return crew.ask(_check, paths)
    gathered: dict[Any, frozenset[Any]] = {}
    graph: dict[str, frozenset[str]] = {}
    wanted: tuple[Any, ...] = crew.ask(_wanted)[0]
    if any(crew.ask(_has_repairs, paths)):
        wanted += GATHERED
        graph = _import_graph(crew)
    for found in crew.ask(_gather, wanted) if wanted else ():
        for compute, values in found.items():
            gathered[compute] = gathered.get(compute, frozenset()) | values
    checked = crew.ask(_settle, paths, gathered, graph)
    own, *others = crew.ask(_disk)
    for other in others:
        own.absorb(other)
    return checked


def _disk(desk: Desk, _: Share) -> Disk:
    return desk.store.disk


def _check(desk: Desk, share: Share, paths: Set[str]) -> Checked:
    chosen = _mine(desk, share, paths)
    found: list[Finding] = []
    skipped: list[Skipped] = []
    for module in desk.modules("Checking", chosen, share):
        found += check_module(module, desk.index)
        problem = problem_of(module, desk.index)
        if problem is not None:
            skipped.append(problem)
    unreadable = {path: desk.store.unreadable[path] for path in chosen if path in desk.store.unreadable}
    return Checked(found, skipped, unreadable)


def _mine(desk: Desk, share: Share, paths: Set[str]) -> list[str]:
    """Those of the paths that belong to a share, in order."""
    return sorted(paths) if share.of == 1 else [path for path in share.part(desk.files) if path in paths]


def _has_repairs(desk: Desk, share: Share, paths: Set[str]) -> bool:
    return any(_repairs(finding.diagnostic) for finding in _check(desk, share, paths).findings)


def _repairs(diagnostic: Diagnostic) -> bool:
    return diagnostic.repair is not None


def _settle(
    desk: Desk,
    share: Share,
    paths: Set[str],
    gathered: Mapping[Any, frozenset[Any]],
    graph: Mapping[str, frozenset[str]],
) -> Checked:
    desk.index.learn(gathered, graph)
    checked = _check(desk, share, paths)
    return checked._replace(findings=[Settled(finding) for finding in checked.findings])


def _wanted(desk: Desk, _: Share) -> tuple[Any, ...]:
    """What the rules for the registry will ask all modules for: the implementations that it limits, and the uses of
    what it deprecates."""
    has_limits = any(concept.max is not None for concept in desk.index.registry.concepts.values())
    return (implementations,) * has_limits + asked(desk.index)


def _gather(desk: Desk, share: Share, wanted: Sequence[Any]) -> dict[Any, frozenset[Any]]:
    """What proofs and counts ask all modules for."""
    reach = desk.index.reach()
    paths = set(reach.paths) - reach.unnamed
    modules = [
        module for path in share.part(desk.files) if path in paths and (module := desk.index.module(path)) is not None
    ]
    return {compute: frozenset().union(*(desk.index.once(compute, module) for module in modules)) for compute in wanted}


def _import_graph(crew: Crew[Desk]) -> dict[str, frozenset[str]]:
    """What the modules that the replacements could lead to lead to: a fix must close no cycle."""
    found: dict[str, frozenset[str]] = {}
    (homes, *_) = crew.ask(_homes)
    frontier = sorted(homes)
    while frontier:
        for part in crew.ask(_led_to, frontier):
            found.update(part)
        frontier = sorted({path for paths in found.values() for path in paths} - found.keys())
    return found


def _homes(desk: Desk, _: Share) -> set[str]:
    homes = {place.home for place in desk.index.once(marks, None).protected}
    known = set(desk.files)
    parts = [home.split("/") for home in homes if home in known]
    packages = {"/".join([*part[:end], "__init__.py"]) for part in parts for end in range(1, len(part))}
    return (homes | packages) & known


def _led_to(desk: Desk, share: Share, paths: Sequence[str]) -> dict[str, frozenset[str]]:
    return {path: desk.index.seen(may_lead_to, path) for path in share.part(paths)}
