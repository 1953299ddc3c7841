"""How much two definitions are the same concept, and why, in words.

Code that was written anew for the same purpose is seldom the same text: names of locals, constants, the order of
statements and half of the method names change. What stays is what the code is for: the operations that it offers,
what they are given, and the functions, attributes and keys that they need and cannot rename. So members weigh most,
and of two bodies the names that they take from elsewhere count as much as their shape. A name that all kinds of code
use says little, and so does a member that both classes have because they implement the same base.

Two sets are compared by what they have in common over what they have (Tversky: Features of Similarity, 1977): what
the canonical has and the other lacks speaks more against it than what the other has on top, so that a partial copy
is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ssot_rules.common_words import compound_rarity, rarity, subwords
from ssot_rules.facts import Body, DefinitionKind, Sketch


class Agreement(NamedTuple):
    """How much two definitions are the same concept."""

    score: float
    """From 0, nothing speaks for it, to 1, everything does."""
    words: tuple[str, ...]
    """The evidence, what says most first: `9 of 11 public methods match`, `the same base (Engine)`."""


NONE = Agreement(0.0, ())


def agreement(canonical: Sketch, other: Sketch, dictated: Set[str] = frozenset()) -> Agreement:
    """How much `other` is what `canonical` is.

    `dictated` are members that both have because something else wants them so, such as a common base: that they have
    them says nothing, that they do the same in them does. A function is compared with a class by the method that it
    is most like.
    """
    if canonical.kind == DefinitionKind.CLASS:
        return _classes(canonical, other, dictated) if other.kind == canonical.kind else _part(canonical, other)
    return _functions(canonical, other) if other.kind == canonical.kind else NONE


# -- functions --------------------------------------------------------------------------------------------------

_LEAST_STEPS = 15
"""What is shorter says nothing."""
_LEAST_SHARED = 0.3
_ENOUGH_RARITY = 1.5
"""The weight of the names that a part of a function must share with another to be told from a common idiom."""
_ENOUGH_STEPS = 30
"""A shorter body may be like another by chance."""
_MOST_TIMES_AS_LONG = 5
"""What is still longer contains much by chance."""


class _Bodies(NamedTuple):
    """How much two bodies do the same."""

    score: float
    shared: tuple[str, ...]
    """The names that both take from elsewhere, the rarest first."""
    contained: float
    """How much of the first is in the second."""


@lru_cache(maxsize=4096)
def _weight_of(words: frozenset[str]) -> float:
    return sum(map(rarity, sorted(words)))


_APART = _Bodies(0.0, (), 0.0)


def _bodies(one: Body, other: Body) -> _Bodies:
    if not one.prints or not other.prints:
        return _APART
    marks, words = one.prints & other.prints, one.words & other.words
    shape = 2 * len(marks) / (len(one.prints) + len(other.prints))
    in_one, in_other, in_both = _weight_of(one.words), _weight_of(other.words), _weight_of(words)
    taken = 2 * in_both / (in_one + in_other) if in_one + in_other else shape
    held = (len(marks) / len(one.prints) + (in_both / in_one if in_one else 0.0)) / 2
    telling = sorted(words, key=lambda word: (-rarity(word), -len(word), word))
    return _Bodies((shape + taken) / 2, tuple(telling), held)


def _functions(canonical: Sketch, other: Sketch) -> Agreement:
    """Two functions, or methods."""
    if canonical.kind != other.kind or min(canonical.body.size, other.body.size) < _LEAST_STEPS:
        return NONE
    if canonical.body.passes_to or other.body.passes_to or canonical.name in other.body.words:
        return NONE
    bodies = _bodies(canonical.body, other.body)
    if max(bodies.score, bodies.contained) < _LEAST_SHARED:
        return NONE
    signature, topic = _signatures(canonical, other), _topics(canonical, other)
    whole = 0.85 * bodies.score + 0.05 * signature + 0.1 * topic
    longer = canonical.body.size < other.body.size <= _MOST_TIMES_AS_LONG * canonical.body.size
    told = min(1.0, _weight_of(frozenset(bodies.shared)) / _ENOUGH_RARITY)
    part = (bodies.contained * 0.85 + 0.15 * topic) * told if longer else 0.0
    enough = min(1.0, min(canonical.body.size, other.body.size) / _ENOUGH_STEPS)
    said = []
    if part > whole:
        said.append(f"it contains {_percent(bodies.contained)} of what `{canonical.name}` does")
    else:
        said.append(f"its body is {_percent(bodies.score)} that of `{canonical.name}`")
    if bodies.shared:
        said.append(f"both use {_listed(bodies.shared)}")
    return Agreement(max(whole, part) * enough, tuple(said))


def _part(canonical: Sketch, other: Sketch) -> Agreement:
    """A function beside a class: it may be one of its public methods, written again; how a class does its work inside
    is not what it is."""
    if is_dictated_by_python(other.name) or other.body.size < _LEAST_STEPS:
        return NONE
    found = [_functions(member, other) for member in canonical.members if not member.name.startswith("_")]
    return max(found, key=lambda known: known.score, default=NONE)


def is_dictated_by_python(name: str) -> bool:
    """Whether a method is called as it is because Python wants it so."""
    return name.startswith("__") and name.endswith("__")


def _signatures(one: Sketch, other: Sketch) -> float:
    names, others = ({name.lstrip("*") for name in known.parameters} for known in (one, other))
    most = max(len(names), len(others))
    if not most:
        return 1.0
    return (_dice(names, others) + min(len(names), len(others)) / most) / 2


def _topics(one: Sketch, other: Sketch) -> float:
    """How much two definitions speak of the same, in their names, parameters and docstrings."""
    return _dice(_topic(one), _topic(other), rarity)


def _topic(known: Sketch) -> set[str]:
    return {_stem(word) for name in (known.name, *known.parameters) for word in subwords(name)}.union(
        map(_stem, known.doc)
    )


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word


# -- classes ----------------------------------------------------------------------------------------------------

_ENOUGH_MEMBERS = 2.0
"""The weight of members in common from which on they are no accident."""
_DICTATED = 0.15
_SAME_BODY = 0.6
_WORK = 0.85
"""What the body weighs where two members are compared; the rest is for what they are given."""
_TELLING_STEPS = 12


class _Match(NamedTuple):
    """Two members that do the same for their classes."""

    one: Sketch
    other: Sketch
    value: float
    """How much they are the same, from 0 to 1."""
    weight: float


def _classes(canonical: Sketch, other: Sketch, dictated: Set[str]) -> Agreement:
    mine, theirs = _methods(canonical), _methods(other)
    matches = list(_matches(mine, theirs, dictated))
    both = sum(match.value * match.weight for match in matches)
    only_mine = sum(_weight(name, dictated) for name in mine) - both
    only_theirs = sum(_weight(name, dictated) for name in theirs) - both
    whole = both + 0.7 * max(0.0, only_mine) + 0.3 * max(0.0, only_theirs)
    overlap = both / whole if whole else 0.0
    enough = min(1.0, both / _ENOUGH_MEMBERS)
    beside = 0.6 * _topics(canonical, other) + 0.4 * _dice(set(canonical.fields), set(other.fields), compound_rarity)
    score = min(1.0, enough * (0.85 * overlap + 0.15 * beside) / 0.9)
    return Agreement(score, tuple(_class_words(canonical, other, matches, dictated)))


def _methods(known: Sketch) -> dict[str, Sketch]:
    """The methods of a class by name: the last of a name wins, as it does in the class."""
    return {
        member.name: member
        for member in known.members
        if member.kind == DefinitionKind.FUNCTION and not member.name.startswith("__")
    }


def _weight(name: str, dictated: Set[str]) -> float:
    hidden = 0.4 if name.startswith("_") else 1.0
    return hidden * compound_rarity(name) * (_DICTATED if name in dictated else 1.0)


def _matches(mine: dict[str, Sketch], theirs: dict[str, Sketch], dictated: Set[str]) -> Iterator[_Match]:
    alike = {name for name in mine if name in theirs}
    for name in sorted(alike):
        yield _same_name(mine[name], theirs[name], dictated)
    left = [known for name, known in theirs.items() if name not in alike and not known.body.passes_to]
    for name, known in mine.items():
        if name in alike or known.body.size < _TELLING_STEPS:
            continue
        value, best = max(((_enough_work(known, method), method) for method in left), key=_value, default=(0.0, known))
        if value >= _SAME_BODY:
            left.remove(best)
            yield _Match(known, best, value, max(_weight(name, frozenset()), 0.4))


def _same_name(one: Sketch, other: Sketch, dictated: Set[str]) -> _Match:
    weight = _weight(one.name, dictated)
    if other.body.passes_to or (one.body.size and not other.body.size):  # it leaves the work to something else
        return _Match(one, other, 0.1, weight)
    work = _same_work(one, other)
    if one.name in dictated:
        does_the_same = work >= _SAME_BODY and one.body.size >= _TELLING_STEPS
        return _Match(one, other, work, _weight(one.name, frozenset()) if does_the_same else weight)
    return _Match(one, other, 0.5 + 0.25 * _signatures(one, other) + 0.25 * work, weight)


def _same_work(one: Sketch, other: Sketch) -> float:
    return _WORK * _bodies(one.body, other.body).score + (1 - _WORK) * _signatures(one, other)


def _enough_work(one: Sketch, other: Sketch) -> float:
    """As `_same_work`, where that is `_SAME_BODY` or more; else 0, told in less time: nearly all pairs are that."""
    if one.body.prints.isdisjoint(other.body.prints):  # that is half of what bodies are compared by
        return 0.0
    score = _WORK * _bodies(one.body, other.body).score
    return score + (1 - _WORK) * _signatures(one, other) if score + (1 - _WORK) >= _SAME_BODY else 0.0


def _value(known: tuple[float, Sketch]) -> float:
    return known[0]


def _class_words(canonical: Sketch, other: Sketch, matches: Collection[_Match], dictated: Set[str]) -> Iterator[str]:
    public = [name for name in _methods(canonical) if not name.startswith("_")]
    same = [match for match in matches if match.one.name in public and match.one.name == match.other.name]
    if same:
        yield f"{len(same)} of {len(public)} public methods match `{canonical.name}`"
    renamed = [match for match in matches if match.one.name != match.other.name]
    if renamed:
        pairs = [f"`{match.other.name}` does what `{match.one.name}` does" for match in renamed]
        yield ", ".join(pairs[:3]) + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "")
    if any(match.one.name in dictated for match in same):
        yield "some of them as a common base wants it"
    bases = [base for base in canonical.bases if base in other.bases]
    if bases:
        yield f"the same base {_listed(bases)}"


# -- what to search for -----------------------------------------------------------------------------------------

_MOST_SOUGHT = 16
_SHARE_OF_CLASS = 0.25
_SHARE_OF_FUNCTION = 0.6
_LEAST_SOUGHT = 3
_SHORTEST_SOUGHT = 4
_LEAST_RARITY = 1.5
"""What is made of more ordinary names than this cannot be told from other code."""


class Crowd(NamedTuple):
    """Names of which whatever is like a definition has some."""

    names: tuple[str, ...]
    enough: int
    """How many of them it has at least."""

    def is_among(self, words: Set[str]) -> bool:
        """Whether a text of these words holds enough of the names, each by itself or behind an underscore."""
        return sum(name in words or f"_{name}" in words for name in self.names) >= self.enough


_WORD = re.compile(r"\w+")


def words_of(text: str) -> frozenset[str]:
    """All the words of a text, for many crowds to be looked for in it."""
    return frozenset(_WORD.findall(text))


def crowd(canonical: Sketch) -> Crowd | None:
    """What to search for to find what is like a definition, in any text; None where it says too little.

    Of a class its public members come first, which a copy keeps most often, then what most of its methods need.
    Constants are left out: the next author has others, or none.
    """
    is_class = canonical.kind == DefinitionKind.CLASS
    if not is_class and canonical.body.size < _LEAST_STEPS:
        return None
    offered = [name for name in _methods(canonical) if is_class and not name.startswith("_")]
    members = [known.body.words for known in canonical.members]
    needed = Counter(chain(canonical.body.words, canonical.fields, *members))
    sought = [
        *sorted(offered, key=lambda name: (-compound_rarity(name), -len(name), name))[: _MOST_SOUGHT // 2],
        *sorted(needed, key=lambda name: (-rarity(name) * compound_rarity(name), -needed[name], -len(name), name)),
    ]
    names = dict.fromkeys(name.strip("_") for name in sought)
    telling = [name for name in names if _is_sought(name)][:_MOST_SOUGHT]
    enough = max(_LEAST_SOUGHT, round(len(telling) * (_SHARE_OF_CLASS if is_class else _SHARE_OF_FUNCTION)))
    is_told = len(telling) >= enough and sum(map(rarity, telling)) >= _LEAST_RARITY
    return Crowd(tuple(telling), enough) if is_told else None


def _is_sought(name: str) -> bool:
    return len(name) >= _SHORTEST_SOUGHT and name.isascii() and name.isidentifier() and not name.isupper()


# -- words ------------------------------------------------------------------------------------------------------


def _dice(one: Collection[str], other: Collection[str], weight: Callable[[str], float] = lambda _: 1.0) -> float:
    """What two sets have in common over what they have, by weight (Dice 1945)."""
    every = sum(map(weight, one)) + sum(map(weight, other))
    return 2 * sum(map(weight, set(one) & set(other))) / every if every else 0.0


def _percent(share: float) -> str:
    return f"{round(100 * min(1.0, share))}%"


def _listed(names: Iterable[str], most: int = 3) -> str:
    return ", ".join(f"`{name}`" for name in list(names)[:most])
