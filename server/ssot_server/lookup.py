"""Search first: what of a workspace answers a few words.

Everything that has a name is ranked by BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and
Beyond, 2009): a word counts for more the fewer definitions have it, less and less the more often it comes, and for as
much as the field that it stands in, of which the name is the first. Names are searched by their words, in whatever
spelling; endings of words are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import log
from typing import NamedTuple

from ssot_rules.facts import Span
from ssot_rules.index import Index, Place
from ssot_rules.marks import marks
from ssot_rules.names import split_words
from ssot_server.engine import Engine
from ssot_server.index.contents import Contents, Heading, contents
from ssot_server.index.snapshot import Snapshot
from ssot_server.steps import Desk, Progress
from ssot_server.workers import Share

_WEIGHTS = {"name": 4.0, "summary": 3.0, "doc": 2.0, "place": 1.0, "members": 1.0}
"""How much a word counts in each field."""
_SATURATION = 1.2
_LENGTH = 0.4
"""How much the length of a definition's words counts against it, from 0 to 1."""
_IN_TESTS = 0.5
"""What a definition in a test is worth."""
_NEAR = 0.75
"""A canonical comes first if its score is at least this share of the best."""
_SPARE = 3
"""So many times as many as are wanted are looked at: what only looked like a definition goes."""
_STOP = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the", "this", "to"}
    | {"with"}
)
_ENDING = re.compile(r"(?<=\w{3})(?:y?ing|ies|ied|es|ed|ers?|ors?|s|e|y)\Z")


class Found(NamedTuple):
    """A class, function or module that answers a search."""

    dotted: str
    kind: str
    path: str
    span: Span
    """Of its name; the beginning of the file for a module."""
    doc: str
    """The first line of its docstring, or nothing."""
    score: float
    concept: str | None = None
    """The concept that it is the canonical of, or that deprecates it."""
    is_canonical: bool = False
    use: str | None = None
    """What to use instead of something deprecated."""


class _Hit(NamedTuple):
    """Something that has at least one of the words."""

    path: str
    name: str
    """Empty for a module."""
    doc: str
    start: int
    frequencies: Mapping[str, float]
    """How often it has each word, by what the fields count."""
    length: int
    is_test: bool


class _Hits(NamedTuple):
    """What a share of the files has."""

    hits: list[_Hit]
    number: int
    """How many definitions there are."""
    length: int
    """How many words they have, all together."""


def find(engine: Engine, query: str, most: int, progress: Progress | None = None) -> tuple[Found, ...]:
    """The best answers to a search, canonical ones first and deprecated ones last."""
    wanted = stems(query)
    if not wanted:
        return ()
    with engine.crew(progress) as crew:
        index = engine.index()
        assert index is not None
        parts = crew.ask(_search, frozenset(wanted), _summaries(index))
        ranked = _ranked(parts)
        best = ranked[0][0] if ranked else 0.0
        first = [
            (score, hit)
            for number, (score, hit) in enumerate(ranked)
            if number < most * _SPARE or (score >= best * _NEAR and (hit.path, hit.name) in _places(index))
        ]
        found = [known for score, hit in first if (known := _looked_up(score, hit, index)) is not None]
    return tuple(sorted(found, key=lambda known: (_tier(known, best), -known.score, known.dotted))[:most])


def stems(text: str) -> list[str]:
    """The words of a text or a name without their endings, and without those that say nothing."""
    words = [word for piece in re.findall(r"\w+", text) for word in split_words(piece)]
    return [_ENDING.sub("", word) for word in words if word not in _STOP]


def _tier(found: Found, best: float) -> int:
    if found.use is not None:
        return 2
    return 0 if found.is_canonical and found.score >= best * _NEAR else 1


def _places(index: Index) -> Mapping[tuple[str, str], str]:
    """The canonical definitions, each with its concept."""
    return {
        (trace.last.home, trace.last.name): name
        for name, canonical in index.once(marks, None).canonicals.items()
        for trace in canonical.traces
    }


def _summaries(index: Index) -> dict[tuple[str, str], list[str]]:
    """What the registry says of canonical definitions, as words to be searched."""
    concepts = index.registry.concepts
    return {
        place: stems(f"{name.replace('-', ' ')} {concepts[name].summary or ''}")
        for place, name in _places(index).items()
    }


# -- searching --------------------------------------------------------------------------------------------------


def _search(desk: Desk, share: Share, wanted: frozenset[str], summaries: Mapping[tuple[str, str], list[str]]) -> _Hits:
    hits: list[_Hit] = []
    number = length = 0
    for path in desk.watched("Searching", share.part(desk.files), share):
        text = desk.store.text(path) if path.endswith(".py") else None
        if text is None:
            continue
        for name, start, doc, fields in _documents(desk.index.name_of(path), contents(text)):
            fields["summary"] = summaries.get((path, name), [])
            words = sum(map(len, fields.values()))
            number += 1
            length += words
            frequencies: dict[str, float] = {}
            for field, held in fields.items():
                for word in held:
                    if word in wanted:
                        frequencies[word] = frequencies.get(word, 0.0) + _WEIGHTS[field]
            if frequencies:
                hits.append(_Hit(path, name, doc, start, frequencies, words, desk.index.is_test(path)))
    return _Hits(hits, number, length)


def _documents(module: str, known: Contents) -> Iterator[tuple[str, int, str, dict[str, list[str]]]]:
    """The module and its definitions, each with its words by field."""
    place = _words_of(module)
    yield "", 0, known.doc, {"name": _words_of(module.rpartition(".")[2]), "doc": stems(known.doc), "place": place}
    for one in {one.name: one for one in known.definitions}.values():
        yield one.name, one.start, one.doc, _fields(one, place)


def _fields(one: Heading, place: list[str]) -> dict[str, list[str]]:
    members = [word for member in one.members if not member.startswith("_") for word in _words_of(member)]
    return {"name": _words_of(one.name), "doc": stems(one.doc), "members": members, "place": place}


def _words_of(name: str) -> list[str]:
    """The words of a name, and what each two neighbours make together: `back_off` is `backoff`, too."""
    words = stems(name)
    plain = split_words(name)
    return words + [_ENDING.sub("", one + other) for one, other in pairwise(plain)]


# -- ranking ----------------------------------------------------------------------------------------------------


def _ranked(parts: Iterable[_Hits]) -> list[tuple[float, _Hit]]:
    every = list(parts)
    hits = [hit for part in every for hit in part.hits]
    number = sum(part.number for part in every)
    mean = sum(part.length for part in every) / max(1, number)
    having = Counter(word for hit in hits for word in hit.frequencies)
    rarity = {word: log(1 + (number - count + 0.5) / (count + 0.5)) for word, count in having.items()}
    scored = [(_score(hit, rarity, mean), hit) for hit in hits]
    return sorted(scored, key=lambda known: (-known[0], known[1].path, known[1].start))


def _score(hit: _Hit, rarity: Mapping[str, float], mean: float) -> float:
    norm = 1 - _LENGTH + _LENGTH * hit.length / mean
    held = ((rarity[word], count / norm) for word, count in sorted(hit.frequencies.items()))
    score = sum(worth * count * (_SATURATION + 1) / (count + _SATURATION) for worth, count in held)
    return score * (_IN_TESTS if hit.is_test else 1.0)


def _looked_up(score: float, hit: _Hit, index: Snapshot) -> Found | None:
    """A hit as the facts have it; None if it is no definition."""
    place = Place(hit.path, hit.name)
    definition = index.definition(place)
    if hit.name and definition is None:
        return None
    module = index.name_of(hit.path)
    known = index.once(marks, None)
    deprecation = known.deprecation_at(place, index)
    concept = _places(index).get((hit.path, hit.name))
    return Found(
        f"{module}.{hit.name}" if hit.name else module,
        definition.kind.label if definition is not None else "module",
        hit.path,
        definition.name_span if definition is not None else Span(0, 0),
        hit.doc,
        round(score, 3),
        deprecation.concept_name if deprecation is not None else concept,
        concept is not None and deprecation is None,
        deprecation.replacement if deprecation is not None else None,
    )
