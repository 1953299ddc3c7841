"""Definitions that look like rival implementations of one concept, and which of them is the likely canonical.

Definitions with one name, or with names that differ in qualifiers alone, are compared by their content. What a
framework makes people define in many places alike (a plug-in's `setup`) is no rivalry, so it takes more agreement
where the file or the name is one that all neighbours have, and what builds on another is no rival of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from itertools import chain
from math import log
from typing import NamedTuple

from ssot_rules.marks import vocabulary
from ssot_rules.names import Sort, core, split_words
from ssot_rules.registry import VERSION, Registry
from ssot_server.evidence.history import History, standing
from ssot_server.evidence.likeness import Content, Weights, content
from ssot_server.evidence.survey import Key, Link, Sighting, Survey, is_left_out
from ssot_server.steps import Desk
from ssot_server.workers import Crew, Share

_MOST = 24
"""What is defined more often than this under one name is a convention."""
_NEIGHBOURS = 4
"""So many neighbours with one file name, or one name in a folder, make a convention."""
_LEAST_SIZE = 30
"""Words of the shortest definition that says enough to be compared."""
_ALIKE, _SAME = 0.3, 0.75
"""Agreement from which on definitions are rivals; where a convention explains it, the higher one."""
_CENTRES = 8
_TELLING_WORDS = 2
"""A name of fewer words is often that of another thing."""
_WORDS = vocabulary(Registry(version=VERSION))
"""What qualifies a name where no registry says so yet."""
_KINDS = re.compile(
    r"\b(?:Protocol|ABC|ABCMeta|Enum|IntEnum|StrEnum|Flag|TypedDict|NamedTuple|\w*Error|\w*Exception|\w*Warning)\b"
)
"""In the bases of a class: what has a name and no implementation."""
_OUTDATED = frozenset({"old", "legacy", "deprecated", "compat", "backup", "bak", "copy", "orig", "obsolete", "contrib"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Member(NamedTuple):
    """One implementation of a cluster."""

    sighting: Sighting
    agreement: float
    """With the likely canonical; 1 for itself."""
    importers: int
    tests: int
    """How many tests import it."""
    module_importers: int
    """How many files import its module."""
    size: int
    """How many words it has."""


class Cluster(NamedTuple):
    """Rival implementations."""

    members: tuple[Member, ...]
    """The likely canonical first, the others by what speaks for them."""
    in_common: tuple[str, ...]
    """What all of them speak of."""
    namesakes: tuple[Sighting, ...]
    """Other definitions with the canonical's name, which are something else."""
    by_convention: bool
    """Its neighbours have such definitions, too."""
    score: float
    """How much speaks for it, among other clusters."""

    @property
    def canonical(self) -> Member:
        """The likely canonical."""
        return self.members[0]

    @property
    def agreement(self) -> float:
        """How much the rivals agree with the canonical, in the middle."""
        rivals = self.members[1:]
        return sum(member.agreement for member in rivals) / len(rivals)


class Found(NamedTuple):
    """What the names and the contents of a workspace's definitions say."""

    clusters: list[Cluster]
    """The most likely first."""
    ranked: Callable[[Cluster, Mapping[str, History]], Cluster]
    """A cluster by what the history of its files says, too: history takes time, and few clusters are proposed."""
    shared_names: list[tuple[Sighting, ...]]
    """Classes whose names alone, of two words or more, say that they are one concept; those of most classes first."""


def find_clusters(known: Survey, crew: Crew[Desk]) -> Found:
    """Definitions that may be one concept."""
    groups = _groups(known)
    wanted: dict[str, list[Sighting]] = defaultdict(list)
    for group in groups:
        for sighting in group:
            wanted[sighting.path].append(sighting)
    contents = {key: found for part in crew.ask(_contents, dict(wanted)) for key, found in part.items()}
    used = crew.ask(_used_through_modules, dict(wanted), _whole_imports(known, wanted.keys()))
    judge = _Judge(known.with_importers(pair for part in used for pair in part), contents)
    clusters = [(group, judge.cluster(group)) for group in groups]
    return Found(
        sorted(
            (cluster for _, cluster in clusters if cluster is not None),
            key=lambda cluster: (-cluster.score, cluster.canonical.sighting.dotted),
        ),
        judge.ranked,
        sorted(
            filter(None, (judge.sharing(group) for group, cluster in clusters if cluster is None)),
            key=lambda group: (-len(group), group[0].dotted),
        ),
    )


def _groups(known: Survey) -> list[list[Sighting]]:
    """Definitions of one sort whose names have one core, in several files; modules of one folder."""
    found: dict[tuple[str, Sort, str], list[Sighting]] = defaultdict(list)
    for sighting in chain(known.sightings(), known.modules()):
        if not (is_left_out(sighting.path) or sighting.name.startswith("__")):
            beside = _folder(sighting.path) if sighting.sort is Sort.MODULE else ""
            found[core(sighting.name, sighting.sort, _WORDS), sighting.sort, beside].append(sighting)
    return [
        group
        for (name, _, _), group in found.items()
        if name and len(group) <= _MOST and len({sighting.path for sighting in group}) > 1
    ]


def _contents(desk: Desk, share: Share, wanted: Mapping[str, Sequence[Sighting]]) -> dict[Key, Content]:
    found = {}
    mine = [path for path in share.part(desk.files) if path in wanted]
    for path in desk.watched("Comparing", mine, share):
        text = desk.store.text(path) or ""
        for sighting in wanted[path]:
            found[sighting.key] = content(sighting.name, text[sighting.start : sighting.end])
    return found


def _whole_imports(known: Survey, homes: Set[str]) -> dict[str, list[Link]]:
    """For each file the imports of some modules as a whole."""
    found = {
        path: [link for link in file.links if not link.name and link.home in homes]
        for path, file in known.files.items()
    }
    return {path: links for path, links in found.items() if links}


def _used_through_modules(
    desk: Desk, share: Share, wanted: Mapping[str, Sequence[Sighting]], imports: Mapping[str, Sequence[Link]]
) -> list[tuple[Key, str]]:
    """The definitions that files use as attributes of their modules: `web.fetch_page`, each with the file."""
    found = []
    mine = [path for path in share.part(desk.files) if path in imports]
    for path in desk.watched("Reading", mine, share):
        text = desk.store.text(path) or ""
        for link in imports[path]:
            for sighting in wanted[link.home]:
                spelled = f"{link.local}.{sighting.name}"
                if spelled in text and re.search(rf"\b{re.escape(spelled)}\b", text):
                    found.append((sighting.key, path))
    return found


class _Judge:
    """Decides which definitions of a group are rivals."""

    def __init__(self, known: Survey, contents: Mapping[Key, Content]) -> None:
        self._survey = known
        self._contents = contents
        self._weights = Weights(contents.values())
        self._by_name: dict[str, list[Sighting]] = defaultdict(list)
        self._in_folder: Counter[tuple[str, str]] = Counter()
        for sighting in known.sightings():
            self._by_name[sighting.name].append(sighting)
            self._in_folder[_folder(sighting.path), sighting.name] += 1
        self._files = Counter(_slot(path) for path in known.files)

    def cluster(self, group: Sequence[Sighting]) -> Cluster | None:
        """The rivals among definitions with names of one core, if there are any."""
        able = sorted(filter(self._says_enough, group), key=lambda one: (-self._standing(one), one.dotted))
        stars = [(centre, self._rivals(centre, able)) for centre in able[:_CENTRES]]
        centre, rivals = max(stars, key=lambda star: sum(star[1].values()), default=(None, {}))
        if centre is None or not rivals:
            return None
        return self._cluster([centre, *rivals], {}, rivals.values())

    def ranked(self, cluster: Cluster, history: Mapping[str, History]) -> Cluster:
        """See `Found.ranked`."""
        found = self._cluster([one.sighting for one in cluster.members], history, ())
        return found._replace(score=cluster.score)

    def _cluster(self, rivals: Iterable[Sighting], history: Mapping[str, History], worth: Collection[float]) -> Cluster:
        every = history.values()
        members = sorted(
            rivals, key=lambda one: (-self._standing(one) - standing(history.get(one.path), every), one.dotted)
        )
        canonical = members[0]
        found = [self._member(one, canonical) for one in members]
        named = self._by_name[canonical.name] if canonical.sort is not Sort.MODULE else []
        namesakes = tuple(one for one in named if one not in members)
        by_convention = any(self._is_convention(canonical, one) for one in members[1:])
        contents = [self._contents[one.key] for one in members]
        common = tuple(self._weights.in_common(contents, 6))
        score = self._score(found, worth, len(namesakes)) if worth else 0.0
        return Cluster(tuple(found), common, namesakes, by_convention, score)

    def sharing(self, group: Sequence[Sighting]) -> tuple[Sighting, ...]:
        """The classes of a group that have no more than the words of their names in common, if these are telling."""
        if group[0].sort is not Sort.CLASS or len(core(group[0].name, Sort.CLASS, _WORDS).split()) < _TELLING_WORDS:
            return ()
        able = [one for one in group if not _KINDS.search(self._contents[one.key].header)]
        apart = [one for one in able if not any(self._is_tied(one, other) for other in able if other is not one)]
        return tuple(sorted(apart, key=lambda one: one.dotted)) if len({one.path for one in apart}) > 1 else ()

    def _is_tied(self, one: Sighting, other: Sighting) -> bool:
        return self._builds_on(one, other) or self._is_convention(one, other)

    def _says_enough(self, one: Sighting) -> bool:
        known = self._contents[one.key]
        return known.size >= _LEAST_SIZE and not (one.sort is Sort.CLASS and _KINDS.search(known.header))

    def _rivals(self, centre: Sighting, group: Iterable[Sighting]) -> dict[Sighting, float]:
        """Those that agree with one, and how much; convention makes it worth less."""
        found = {}
        for one in group:
            if one.path == centre.path or self._builds_on(one, centre) or self._builds_on(centre, one):
                continue
            agreement = self._agreement(centre, one)
            is_convention = self._is_convention(centre, one)
            if agreement >= (_SAME if is_convention else _ALIKE):
                found[one] = agreement * (0.6 if is_convention else 1.0)
        return found

    def _agreement(self, one: Sighting, other: Sighting) -> float:
        return self._weights.agreement(self._contents[one.key], self._contents[other.key])

    def _builds_on(self, one: Sighting, other: Sighting) -> bool:
        """Whether a definition uses the other: as a base, or to pass its work on to."""
        words = self._contents[one.key].words
        for link in self._survey.files[one.path].links:
            if other.sort is Sort.MODULE and link.home == other.path:
                return True
            if link.name == other.name and link.local in words | {one.name}:
                if link.home == other.path or one.path in self._survey.importers.get(other.key, ()):
                    return True
            elif not link.name and link.home == other.path and other.name in words:
                return True
        return False

    def _is_convention(self, one: Sighting, other: Sighting) -> bool:
        """Whether it may be because of where they stand that both have such a name."""
        if _folder(one.path) == _folder(other.path):
            return self._in_folder[_folder(one.path), one.name] >= _NEIGHBOURS
        return _slot(one.path) == _slot(other.path) and self._files[_slot(one.path)] >= _NEIGHBOURS

    def _standing(self, one: Sighting) -> float:
        """What speaks for a definition being the canonical one: who imports it, which tests do, where it stands in the
        graph of imports, how complete it is, and that its name neither qualifies it nor calls it outdated. What its
        history says comes on top."""
        users, tests = self._survey.users(one.key)
        place = len(self._survey.importers.get((one.path, ""), ()))
        outdated = not _OUTDATED.isdisjoint(word.lower() for word in _WORD.findall(one.dotted))
        return (
            3 * log(1 + len(users))
            + log(1 + len(tests))
            + 0.5 * log(1 + place)
            + 0.3 * log(1 + self._contents[one.key].size)
            - 0.2 * one.dotted.count(".")
            - 0.5 * one.name.startswith("_")
            - 0.5 * (len(split_words(one.name)) - len(core(one.name, one.sort, _WORDS).split()))
            - 2.0 * outdated
        )

    def _member(self, one: Sighting, canonical: Sighting) -> Member:
        users, tests = self._survey.users(one.key)
        return Member(
            one,
            1.0 if one is canonical else self._agreement(one, canonical),
            len(users),
            len(tests),
            len(self._survey.importers.get((one.path, ""), ())),
            self._contents[one.key].size,
        )

    def _score(self, members: Sequence[Member], worth: Iterable[float], namesakes: int) -> float:
        """Agreement, and how much it matters: long definitions, many of them, used by many, with a name of their
        own."""
        users = sum(member.importers + member.tests for member in members)
        return (
            max(worth)
            * log(min(member.size for member in members))
            * (1 + 0.15 * log(1 + users))
            * (1 + 0.2 * log(len(members) - 1))
            * len(members)
            / (len(members) + namesakes)
        )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _slot(path: str) -> tuple[str, str]:
    """What files have in common that a framework expects in each of some folders: `components/*/sensor.py`."""
    folder, _, name = path.rpartition("/")
    return _folder(folder), name
