"""What two names have in common once all is taken away that only says which one of a kind is meant.

`RequestScopedExecutionEngine`, `execution_engine_v2` and `EnginesExecution` speak of one thing. A name is cut into
words; words that qualify are left out, and what remains, the core, is compared whatever its order, its number
(singular or plural) and its spelling (camel or snake case). How much such a likeness is worth is a score from 0 to 1.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from ssot_rules.facts import is_made_of

_WORD = re.compile(r"[Vv]\d+(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W_A-Za-z\d]+")
_PLURALS = (("ies", "y"), ("es", ""), ("s", ""))
_ENDS = re.compile(r"(?<=\w{3})(?:ies|es|s|y)\Z")
_WILD = re.compile(r"(\*|\?|\[[^\]]*\])")
_WILDS = {"*": r"[^\W_]*", "?": r"[^\W_]"}
_TWO_IN_ONE = """
    back-end back-off bread-crumb check-point check-sum code-base data-base data-class data-frame data-set data-source
    data-store date-time end-point file-name file-path file-system folder-name front-end geo-location hand-shake
    hash-map health-check heart-beat home-page host-name key-word life-cycle life-time meta-data mid-point name-space
    nick-name pass-phrase path-name place-holder play-list query-set sand-box style-sheet time-line time-out
    time-stamp time-zone tool-box tool-kit tool-tip type-name user-name view-set web-hook web-page web-site
    web-socket white-list black-list allow-list block-list wild-card work-flow work-item work-load work-space
"""
"""Words that are written as one or as two: `filename` and `file_name`, `WebSocket` and `Websocket`."""
_HALVES = {pair.replace("-", ""): tuple(pair.split("-")) for pair in _TWO_IN_ONE.split()}
_ABBREVIATION = 4
"""Letters of the longest word that is likely to be written in capitals: `HTTP`."""
_COLOURS = frozenset({"async", "sync"})
"""What tells two functions apart that many interfaces offer side by side. A number may do so, too."""
_DIRECTIONS = frozenset({"to", "from", "into", "onto", "via", "as", "2"})
"""What stands between two things that are not the same the other way round."""


class Sort(Enum):
    """What a name is the name of. One word says little in the name of a function or module, more in that of a class."""

    CLASS = "class"
    FUNCTION = "function"
    MODULE = "module"


class Kinship(NamedTuple):
    """How much speaks for two names meaning one thing."""

    score: float
    """From 0 to 1."""
    words: str
    """Why, as the end of a sentence that begins with `its name`."""


class Vocabulary(NamedTuple):
    """The words that qualify, as the registry writes them: in camel or snake case, or globs of words (`v[0-9]*`). With
    `_` before it a word counts only behind a name (`_copy`), with `_` behind it only before one (`User_`)."""

    variants: tuple[str, ...]
    """They say that it is the same thing once more."""
    qualifiers: tuple[str, ...]
    """They say which one of a kind it is."""


class _Core(NamedTuple):
    """A name without what qualifies it."""

    words: tuple[str, ...]
    variants: tuple[str, ...]
    """What was taken away, of either sort."""
    qualifiers: tuple[str, ...]

    @property
    def taken(self) -> tuple[str, ...]:
        return (*self.variants, *self.qualifiers)


def split_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `HTTPServer_v2` is `http`, `server`, `v2`."""
    return tuple(word.lower() for word in _WORD.findall(name))


class _Piece(NamedTuple):
    """A word of a name, and where it stands there."""

    word: str
    start: int
    end: int


def _pieces(name: str) -> list[_Piece]:
    """The words of a name; two that may be written as one are one."""
    found: list[_Piece] = []
    for match in _WORD.finditer(name):
        piece = _Piece(match[0].lower(), *match.span())
        if found and len(_halves(found[-1].word + piece.word)) > 1:
            last = found.pop()
            piece = _Piece(last.word + piece.word, last.start, piece.end)
        found.append(piece)
    return found


def _words(name: str) -> tuple[str, ...]:
    return tuple(piece.word for piece in _pieces(name))


def _halves(word: str) -> tuple[str, ...]:
    """The two of which a word is made that may be written as two, or the word."""
    return _HALVES.get(word) or _HALVES.get(word.removesuffix("s")) or (word,)


def kinship(name: str, canonical: str, sort: Sort, vocabulary: Vocabulary) -> Kinship | None:
    """What speaks for a name meaning what the canonical's means; None where nothing does.

    Equal names are for others to judge: their kinship is None.
    """
    own, known = _core(name, sort, vocabulary), _core(canonical, sort, vocabulary)
    words = tuple(_folded(word, known.words) for word in own.words)
    if name == canonical or sorted(words) != sorted(known.words):
        return None
    score, remarks = _by_qualifiers(name, canonical, own, known, sort)
    if words != known.words:
        if not _same_sides(words, known.words):
            return None
        score -= 0.2 if len(words) == 2 else 0.1
        remarks.append("has the words of the canonical's in another order")
    plural = _other_number(own.words, words, known.words)
    if plural is not None:
        score -= 0.4 if plural else 0.05
        remarks.append("differs from the canonical's in singular and plural")
    if len(words) == 1 and set(own.taken).isdisjoint(known.taken):
        score -= 0.2 if sort is Sort.CLASS else 0.4
    if name.startswith("_") and not canonical.startswith("_"):
        score -= 0.1
    if not remarks:
        remarks.append("is the canonical's in another spelling")
    return Kinship(round(max(score, 0.0), 2), " and ".join(remarks))


def _same_sides(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names with the same words have the same before and behind a direction: `local_to_utc` is the other
    way round than `utc_to_local`."""
    way = next((word for word in one if word in _DIRECTIONS), None)
    return way is None or sorted(one[: one.index(way)]) == sorted(other[: other.index(way)])


def core(name: str, sort: Sort, vocabulary: Vocabulary) -> str:
    """The same text for all names that have a `kinship`, and for few others."""
    words = _core(name, sort, vocabulary).words
    return " ".join(sorted(_ENDS.sub("", word) for word in words))


def _by_qualifiers(name: str, canonical: str, own: _Core, known: _Core, sort: Sort) -> tuple[float, list[str]]:
    """The score of two names with one core as far as the rest of them tells, and what that is."""
    more = [word for word in own.taken if word not in known.taken]
    less = [word for word in known.taken if word not in own.taken]
    if not more and not less:
        return 0.95, []
    remarks = [_difference(name, canonical, more, less)]
    if {*more, *less}.isdisjoint((*own.qualifiers, *known.qualifiers)):
        return 0.9, remarks
    if sort is Sort.CLASS:
        return 0.75, remarks
    if any(word in _COLOURS or word.isdigit() for word in (*more, *less)):
        return 0.4, remarks
    return 0.65 if len(known.words) > 1 else 0.55, remarks


def _difference(name: str, canonical: str, more: list[str], less: list[str]) -> str:
    """What one name has and the other has not: `is the canonical's plus `V2``."""
    added, gone = _spelled(name, more), _spelled(canonical, less)
    if more and less:
        return f"is the canonical's with {added} for {gone}"
    return f"is the canonical's plus {added}" if more else f"is the canonical's without {gone}"


def _spelled(name: str, words: list[str]) -> str:
    """Words as a name spells them; those that stand together, together."""
    pieces = _pieces(name)
    wanted = [number for number, piece in enumerate(pieces) if piece.word in words]
    starts = [number for number in wanted if number - 1 not in wanted]
    ends = [number for number in wanted if number + 1 not in wanted]
    runs = zip(starts, ends, strict=True)
    return " and ".join(f"`{name[pieces[first].start : pieces[last].end]}`" for first, last in runs)


def _other_number(own: tuple[str, ...], folded: tuple[str, ...], known: tuple[str, ...]) -> bool | None:
    """Whether the last word is singular here and plural there, or (False) another one is; None where none is."""
    changed = [word != after for word, after in zip(own, folded, strict=True)]
    return None if not any(changed) else changed[-1] or folded[-1] != known[-1]


def _folded(word: str, known: tuple[str, ...]) -> str:
    """The one of the known words that differs from a word in number alone; else the word itself."""
    if word in known:
        return word
    alike = (other for other in known if word in _singulars(other) or other in _singulars(word))
    return next(alike, word)


def is_plural_of(word: str, singular: str) -> bool:
    """Whether a word may be the plural of another."""
    return singular in _singulars(word)


def _singulars(word: str) -> list[str]:
    """What a word could be the plural of."""
    return [word[: -len(end)] + put for end, put in _PLURALS if word.endswith(end) and len(word) > len(end) + 1]


@lru_cache(maxsize=4096)
def _core(name: str, sort: Sort, vocabulary: Vocabulary) -> _Core:
    words, variants = _without(_words(name), vocabulary.variants, sort)
    words, qualifiers = _without(words, vocabulary.qualifiers, sort)
    return _Core(words, variants, qualifiers)


def _without(words: tuple[str, ...], taken: tuple[str, ...], sort: Sort) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words without those that qualify, and these. One word stays in any case."""
    before, behind = qualifying(taken)
    kept = list(words)
    gone: list[str] = []
    while len(kept) > 1:
        run = _last_run(kept, behind) or _first_run(kept, before, sort)
        if run is None:
            break
        gone += kept[run]
        del kept[run]
    return tuple(kept), tuple(gone)


def _last_run(words: list[str], behind: re.Pattern[str]) -> slice | None:
    """The words at the end that qualify, but for the first of all."""
    starts = (at for at in range(1, len(words)) if behind.fullmatch("_".join(words[at:])))
    start = next(starts, None)
    return None if start is None else slice(start, len(words))


def _first_run(words: list[str], before: re.Pattern[str], sort: Sort) -> slice | None:
    """The first words before the last that qualify; of a function or module, those that it begins with. What stands in
    the middle of a function's name speaks of what the function works on: `get_old_state`."""
    starts = range(len(words) - 1) if sort is Sort.CLASS else (0,)
    for start in starts:
        for end in range(len(words) - 1, start, -1):
            if before.fullmatch("_".join(words[start:end])):
                return slice(start, end)
    return None


@lru_cache(maxsize=16)
def qualifying(entries: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Match what qualifies before a name, and what does behind it: words in lower case, joined by `_`."""
    before = [_glob(entry) for entry in entries if not entry.startswith("_")]
    behind = [_glob(entry) for entry in entries if not entry.endswith("_")]
    return re.compile("|".join(before) or r"(?!)"), re.compile("|".join(behind) or r"(?!)")


def _glob(entry: str) -> str:
    """A qualifier as a regular expression for words joined by `_`."""
    return _wild(entry) or "_".join(map(re.escape, _words(entry)))


def _loose_glob(entry: str) -> str:
    """The same for a name in small letters, however it is spelled."""
    return _wild(entry) or "_?".join(re.escape(half) for word in _words(entry) for half in _halves(word))


def _wild(entry: str) -> str:
    """The regular expression of an entry with wildcards; empty for another."""
    if not _WILD.search(entry):
        return ""
    pieces = _WILD.split(entry.strip("_").lower())
    return "".join(_WILDS.get(piece, piece if piece.startswith("[") else re.escape(piece)) for piece in pieces)


class Fragment(NamedTuple):
    """What is part of a name, told without cutting the name into words."""

    text: str
    beside: tuple[str, ...] = ()
    """Texts that are part of the name, too, if that is written in small letters."""
    only: str = ""
    """A regular expression for the whole name so written; empty for any."""

    def is_in(self, name: str) -> bool:
        """Whether a name has all of it."""
        return self.text in name and is_made_of(name.lower(), self.beside, self.only)


def fragments(canonical: str, sort: Sort, vocabulary: Vocabulary) -> tuple[Fragment, ...]:
    """What each name has one of whose `kinship` is worth asking for: the longest word of the core, as camel case and,
    where the canonical is no class, snake case spell it, beside the other words. A word that may be written as two
    is sought as its halves, and only where there is no other."""
    words = sorted(_core(canonical, sort, vocabulary).words, key=lambda word: (len(_halves(word)), -len(word)))
    if not words:
        return ()
    is_halved = len(_halves(words[0])) > 1
    stems = [_ENDS.sub("", half) for word in words for half in _halves(word)]
    forms = [stems[0].capitalize()]
    if not is_halved and len(words[0]) <= _ABBREVIATION:
        forms.append(stems[0].upper())
    if sort is not Sort.CLASS:
        forms.append(stems[0])
    texts = dict.fromkeys((*_known_texts(vocabulary), *(f"{stem}(?:ies|es|s|y)?" for stem in stems), "_"))
    only = f"(?:{'|'.join(texts)})*"
    return tuple(Fragment(form, tuple(stems[1:]), only) for form in dict.fromkeys(forms))


@lru_cache(maxsize=16)
def _known_texts(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Regular expressions for what may qualify a name in small letters, the longest first."""
    entries = sorted((*vocabulary.variants, *vocabulary.qualifiers), key=len, reverse=True)
    return tuple(map(_loose_glob, entries))
