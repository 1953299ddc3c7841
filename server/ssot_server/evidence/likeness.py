"""How much two definitions have in common, told from the words of their text.

A word counts for as much as it tells: one that few of the compared definitions hold says more than one that all of
them do (inverse document frequency; Spärck Jones: A statistical interpretation of term specificity and its application
in retrieval, 1972). The agreement of two definitions is the weight of the words that both hold, as a share of the
weight of all that either holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from keyword import kwlist
from math import fsum, log
from typing import NamedTuple

_NOISE = re.compile(
    r"[rRbBuUfF]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|#[^\n]*", re.DOTALL
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_GRAMMAR = frozenset({*kwlist, "self", "cls"})


class Content(NamedTuple):
    """What a definition's text holds."""

    words: frozenset[str]
    """Every name in it, but for its own."""
    size: int
    """How many names and keywords it is long."""
    header: str
    """Up to the colon: its bases or parameters."""


def content(name: str, text: str) -> Content:
    """The content of a definition of that name; `text` begins with the name."""
    bare = _NOISE.sub(" ", text)
    words = _WORD.findall(bare)
    return Content(frozenset(words) - _GRAMMAR - {name}, len(words), bare.partition(":\n")[0])


class Weights:
    """What each word tells among all definitions that are compared."""

    def __init__(self, contents: Iterable[Content]) -> None:
        every = list(contents)
        frequency = Counter(word for known in every for word in known.words)
        self._weights: Mapping[str, float] = {word: log(1 + len(every) / number) for word, number in frequency.items()}

    def agreement(self, one: Content, other: Content) -> float:
        """From 0 (nothing in common) to 1 (the same words)."""
        every = self._weight(one.words | other.words)
        return self._weight(one.words & other.words) / every if every else 0.0

    def in_common(self, contents: Sequence[Content], most: int) -> list[str]:
        """The words that tell most among those that all of several definitions hold."""
        shared = frozenset.intersection(*(known.words for known in contents))
        return sorted(shared, key=lambda word: (-self._weights[word], word))[:most]

    def _weight(self, words: Iterable[str]) -> float:
        return fsum(self._weights[word] for word in words)  # the same in whatever order they come
