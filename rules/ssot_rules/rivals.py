"""What counts as another implementation of a concept by its name, and how much: the common ground of SSOT201 to 205."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import partial
from typing import NamedTuple

from ssot_rules.ancestry import ancestors
from ssot_rules.authorship import is_written_elsewhere
from ssot_rules.contract import Diagnostic, Related
from ssot_rules.decisions import decisions
from ssot_rules.facts import Definition, DefinitionKind, ScopeKind, Sketch, Span
from ssot_rules.file_names import is_variant
from ssot_rules.globs import matches
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import SORTS, Canonical, defined_here, marks, vocabulary
from ssot_rules.names import Kinship, Sort, is_plural_of, kinship, split_words
from ssot_rules.registry import Allowed
from ssot_rules.relevance import name_fragments, parts_claiming
from ssot_rules.similarity import agreement

_ABSTRACT = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})
_TEST_DOUBLE = re.compile(r"_?(?:Mock|Fake|Stub)(?![a-z])|(?:mock|fake|stub)_")
_BY_PATTERN = 0.8
_LIKE, _UNLIKE = 0.2, 0.1
"""Agreement from which on a structure speaks for a claim, and below which it speaks against one."""
_GIVEN = 0.15
"""What it says of two functions with kindred names that they are given the same."""
_GIVEN_ALL = 0.25
"""What it says if that is all that one of them is given, and more than one thing."""
_OFFERED = 0.15
"""What it says of two classes with kindred names that they have half of their methods in common."""
_APART = 0.25
"""What it says against two classes with kindred names that none of their several methods is in both."""
_BESIDE = 0.5
"""What it says of a module with a kindred name that it stands beside the canonical one."""
_DATA = frozenset({"NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "dataclass"})
"""What makes a class one of values."""
_STEPS, _METHODS = 12, 2
"""What a function and a class have at least, if they can be compared."""


class Claim(NamedTuple):
    """The concept that a name belongs to, and why."""

    canonical: Canonical
    score: float
    """How much speaks for it, from 0 to 1."""
    words: str
    """The evidence, as a clause; empty for the canonical's very name."""
    is_kin: bool = True
    """The name is like the canonical's, and does not merely fit a pattern."""


def claim_of(name: str, sort: Sort | None, index: Index) -> Claim | None:
    """The concept that a name belongs to: the one with that very canonical name, else the one whose pattern, or the
    core of whose canonical's name, is the most specific. A concept whose canonical does not exist has no rivals yet.

    `sort` is what the name is the name of, None for constants: those have only their very name.
    """
    return index.once(_claim, (name, sort))


def _claim(asked: tuple[str, Sort | None], index: Index) -> Claim | None:
    found = list(_claims(*asked, index))
    return max(found, key=lambda known: known[0])[1] if found else None


def _claims(name: str, sort: Sort | None, index: Index) -> Iterator[tuple[tuple[bool, int, float], Claim]]:
    """What a name could belong to, with how specific that is."""
    for canonical in index.once(marks, None).canonicals.values():
        if not canonical.found:
            continue
        if name == canonical.name:
            yield (True, 0, 1.0), Claim(canonical, 1.0, "")
        elif sort is not None and canonical.could_be(sort):
            yield from _likenesses(name, sort, canonical, index)


def _likenesses(
    name: str, sort: Sort, canonical: Canonical, index: Index
) -> Iterator[tuple[tuple[bool, int, float], Claim]]:
    fitting = [pattern for pattern in canonical.concept.names if fnmatchcase(name, pattern)]
    pattern = max(fitting, key=_letters, default=None)
    words = [] if pattern is None else [f"fits `{pattern}`"]
    kin = None
    if canonical.sort is sort and any(text.is_in(name) for text in name_fragments(canonical, index)):
        known = (_kinship(name, other, sort, index) for other in canonical.spellings)
        kin = max(filter(None, known), key=lambda found: found.score, default=None)
    if kin is not None:
        words.append(kin.words)
    if words:
        specific = max(_letters(pattern or ""), 0 if kin is None else _letters(canonical.name) - 1)
        score = max(_BY_PATTERN if pattern is not None else 0.0, 0.0 if kin is None else kin.score)
        yield (False, specific, score), Claim(canonical, score, f"its name {' and '.join(words)}", kin is not None)


def _kinship(name: str, spelling: str, sort: Sort, index: Index) -> Kinship | None:
    """The kinship of a name with one that the canonical has, or could have."""
    if name == spelling:
        return Kinship(_BY_PATTERN, "is the canonical's with its package's before it")
    return kinship(name, spelling, sort, vocabulary(index.registry))


def concept_by_name(name: str, index: Index) -> Canonical | None:
    """The concept that a class or function so named is taken for."""
    claims = [claim for sort in Sort if (claim := claim_of(name, sort, index)) is not None]
    return next((claim.canonical for claim in claims if claim.score >= _enough(index)), None)


def _enough(index: Index) -> float:
    """The score from which on a name is evidence enough."""
    return index.registry.rivals.by_name / 100


def _letters(pattern: str) -> int:
    return len(pattern.replace("*", ""))


# -- definitions ------------------------------------------------------------------------------------------------


def claim_on(definition: Definition, module: Module, index: Index) -> Claim | None:
    """The claim of a definition that could be an implementation of a concept other than the canonical, whether or not
    the registry accepts it.

    None are: canonical places, what is of another kind, members of classes, protocols, abstract bases and bases of
    the canonical, fallbacks for a failed import, test doubles in tests, what nobody writes by hand here, what the
    registry says is another concept, and what a stub says once more of its source.
    """
    claim = claim_of(definition.name, SORTS.get(definition.kind), index)
    if claim is None:
        return None
    known = index.once(marks, None)
    place = Place(module.path, definition.qualname)
    if module.home != module.path or place in known.protected or not _fits(definition, module, claim.canonical):
        return None
    if module.facts.blocks[definition.block].fallback or (module.is_test and _TEST_DOUBLE.match(definition.name)):
        return None
    if is_listed(module, definition.qualname, claim.canonical.concept.unrelated) or is_written_elsewhere(module):
        return None
    if is_abstract(definition, module, index) or place in index.once(_bases_of, claim.canonical.concept_name):
        return None
    if claim.words:
        claim = _weighed(claim, definition, module, index)
    return claim if not claim.words or claim.score >= _enough(index) else None


def _weighed(claim: Claim, definition: Definition, module: Module, index: Index) -> Claim:
    """A claim by name with what the structure says to it: agreement speaks for it, and a class that merely fits a
    pattern and has nothing in common with the canonical is another concept. Where there is little to compare, the name
    decides."""
    one = next(filter(None, (index.sketch(trace.last) for trace in claim.canonical.traces)), None)
    other = module.facts.sketch(definition)
    if one is None or other is None:
        return claim
    is_beside = module.path in claim.canonical.homes
    if _uses(other, one) or (is_beside and (_uses(one, other) or _is_made_of(one, other))):
        return claim._replace(score=0.0)
    if _is_data(other) and not _is_data(one):
        return claim._replace(score=0.0)
    if claim.is_kin and (given := _given(one, other)):
        more = _GIVEN_ALL if _is_all(given, one, other) and not is_beside else _GIVEN
        words = ", ".join(f"`{name}`" for name in given)
        claim = _with_more(claim, more, f"it is given {words} as well")
    if not (_tells(one) and _tells(other)):
        return claim
    found = agreement(one, other)
    if found.score >= _LIKE:
        return _with_more(claim, found.score / 2, *found.words)
    if claim.is_kin and definition.kind == DefinitionKind.CLASS and _offers_half(one, other):
        return _with_more(claim, _OFFERED, "it has half of the canonical's methods")
    if definition.kind == DefinitionKind.CLASS and found.score < _UNLIKE and not _offers_half(one, other):
        if not claim.is_kin:
            return claim._replace(score=claim.score / 2)
        if _offers_nothing(one, other):
            return claim._replace(score=claim.score - _APART)
    return claim


def _uses(one: Sketch, other: Sketch) -> bool:
    """Whether a function seems to call another: what calls the canonical is no second one."""
    return one.kind == other.kind == DefinitionKind.FUNCTION and other.name.strip("_") in one.body.words


def _is_made_of(one: Sketch, other: Sketch) -> bool:
    """Whether a class has another in the text of its bases: `class Manager(BaseManager.from_queryset(QuerySet))`."""
    return one.kind == other.kind == DefinitionKind.CLASS and any(other.name in base.split(".") for base in one.bases)


def _is_data(known: Sketch) -> bool:
    """Whether a class is made to hold values: it may be what is used with the canonical, not what is used instead."""
    made = {name.rpartition(".")[2] for name in (*known.bases, *known.decorators)}
    return known.kind == DefinitionKind.CLASS and not made.isdisjoint(_DATA)


def _with_more(claim: Claim, more: float, *words: str) -> Claim:
    """A claim for which something else speaks, too."""
    return claim._replace(score=round(min(1.0, claim.score + more), 2), words="; ".join((claim.words, *words)))


def _offers_half(one: Sketch, other: Sketch) -> bool:
    """Whether two classes have half of their public methods in common, those of the one with fewer, however ordinary
    they are called and whatever they do. One of several is an accident: `close`."""
    offered, others = ({method.name for method in _offered(known)} for known in (one, other))
    shared, fewer = len(offered & others), min(len(offered), len(others))
    return 2 * shared >= fewer > 0 and (shared > 1 or fewer == 1)


def _offers_nothing(one: Sketch, other: Sketch) -> bool:
    """Whether none of the several public methods of two classes is in both: `SharedMemory` is no `Memory`."""
    offered, others = ({method.name for method in _offered(known)} for known in (one, other))
    return min(len(offered), len(others)) >= _METHODS and offered.isdisjoint(others)


def _offered(known: Sketch) -> list[Sketch]:
    methods = (member for member in known.members if member.kind == DefinitionKind.FUNCTION)
    return [member for member in methods if not member.name.startswith("_")]


def _given(one: Sketch, other: Sketch) -> tuple[str, ...]:
    """What two functions that work on the same are both given: the first thing, and unless their names speak of it,
    more than half of what the one with fewer parameters is. `get_orders(session, customer)` does another thing than
    `get_order(session, order_id)`, `hash_passwords(password, rounds)` does not; nor does `hash_passwords(passwords)`,
    which does the same for each."""
    if not (one.kind == other.kind == DefinitionKind.FUNCTION and one.parameters and other.parameters):
        return ()
    first, others = one.parameters[0], other.parameters[0]
    if first != others and not is_plural_of(others, first):
        return ()
    given = (others, *(name for name in one.parameters if name in other.parameters[1:]))
    given = tuple(name for name in given if not name.startswith("*"))
    if first in split_words(one.name):
        return given
    return given if 2 * len(given) > min(len(one.parameters), len(other.parameters)) else ()


def _is_all(given: tuple[str, ...], one: Sketch, other: Sketch) -> bool:
    """Whether that is all that one of two functions is given, and no accident."""
    return 1 < len(given) == min(len(one.parameters), len(other.parameters))


def _tells(known: Sketch) -> bool:
    """Whether there is enough of a definition to compare it."""
    if known.kind == DefinitionKind.FUNCTION:
        return known.body.size >= _STEPS
    methods = [member for member in known.members if member.kind == DefinitionKind.FUNCTION]
    return len([member for member in methods if not member.name.startswith("__")]) >= _METHODS


def rivalry(definition: Definition, module: Module, index: Index) -> Claim | None:
    """The claim of a definition that is a rival: it could be another implementation, and the registry does not accept
    it."""
    claim = claim_on(definition, module, index)
    return None if claim is None or _is_accepted(definition, module, claim.canonical, index) else claim


def _fits(definition: Definition, module: Module, canonical: Canonical) -> bool:
    """Whether a definition is of the canonical's kind, and stands where others could reach it."""
    if module.facts.scopes[definition.scope].kind == ScopeKind.CLASS:
        return False
    if definition.kind == DefinitionKind.CONSTANT:
        return canonical.kind is definition.kind and definition.scope == 0
    return canonical.kind in {definition.kind, None}


def _is_accepted(definition: Definition, module: Module, canonical: Canonical, index: Index) -> bool:
    place = Place(module.path, definition.qualname)
    if index.once(marks, None).deprecation_at(place, index) is not None:
        return True
    if is_listed(module, definition.qualname, canonical.concept.allow):
        return True
    return canonical.concept.subclasses and not canonical.places.isdisjoint(ancestors(place, index))


def is_allowed(module: Module, qualname: str, canonical: Canonical) -> bool:
    """Whether the concept's `allow` or `unrelated` covers a definition or the module that it is in."""
    return any(
        is_listed(module, qualname, entries) for entries in (canonical.concept.allow, canonical.concept.unrelated)
    )


def is_listed(module: Module, qualname: str, entries: Iterable[Allowed]) -> bool:
    """Whether some entries cover a definition or the module that it is in."""
    dotted = f"{module.name}.{qualname}".rstrip(".")
    return any(matches(entry.path, dotted) for entry in entries)


def is_abstract(definition: Definition, module: Module, index: Index) -> bool:
    """Whether a class is a protocol or an abstract base: it inherits from `Protocol` or `ABC` itself, has
    `ABCMeta` for its metaclass, or declares an abstract method."""
    if definition.kind != DefinitionKind.CLASS:
        return False
    if (definition.metaclass or "").rpartition(".")[2] == "ABCMeta":
        return True
    for number in definition.bases:
        segments = index.used(module, number)
        if any(trace.last.name in _ABSTRACT and not trace.last.home for trace in segments[-1]):
            return True
    return any(
        member.scope == definition.inner
        and any(name.rpartition(".")[2].startswith("abstract") for name in member.decorators)
        for _, member in module.facts.definitions.beside(definition.inner)
    )


def _bases_of(concept_name: str, index: Index) -> frozenset[Place]:
    canonical = index.once(marks, None).canonicals[concept_name]
    return frozenset().union(*(ancestors(trace.last, index) for trace in canonical.traces))


# -- modules ----------------------------------------------------------------------------------------------------


def module_rivalry(module: Module, index: Index) -> Claim | None:
    """The claim of a module that is a rival of a canonical module by more than its very name: every package may have
    its own `utils`. What is a variant of the file beside it is one already."""
    name = module.name.rpartition(".")[2]
    claim = claim_of(name, Sort.MODULE, index)
    if claim is None or not claim.words or claim.canonical.sort is not Sort.MODULE:
        return None
    if claim.score < _enough(index) and _is_apart_beside(module, claim.canonical, index):
        claim = _with_more(claim, _BESIDE, "it stands beside the canonical")
    known = index.once(marks, None)
    place = Place(module.path, "")
    if claim.score < _enough(index) or module.home != module.path or module.is_test:
        return None
    if place in known.protected or known.deprecation_at(place, index) is not None:
        return None
    if is_allowed(module, "", claim.canonical):
        return None
    return None if is_variant(module.path, index) or is_written_elsewhere(module) else claim


def _is_apart_beside(module: Module, canonical: Canonical, index: Index) -> bool:
    """Whether a module is in the folder of the canonical one, and neither is made with the other."""
    folder = module.path.rpartition("/")[0]
    beside = [home for home in canonical.homes if home.rpartition("/")[0] == folder]
    return any(not index.depends(module.path, home) and not index.depends(home, module.path) for home in beside)


# -- how many there are -----------------------------------------------------------------------------------------


class Implementation(NamedTuple):
    """Something that is a concept, beside its canonical."""

    concept_name: str
    place: Place


def implementations(module: Module, index: Index) -> frozenset[Implementation]:
    """What of a module, other than tests, implements a concept that may have only so many implementations. What is
    deprecated no longer counts."""
    limited = {name for name, concept in index.registry.concepts.items() if concept.max is not None}
    if not limited or module.is_test:
        return frozenset()
    known = index.once(marks, None)
    names = frozenset(known.canonicals[name].name for name in limited)
    return frozenset(
        Implementation(claim.canonical.concept_name, place)
        for definition, claim in claimed(module, index, names)
        if claim.canonical.concept_name in limited
        and known.deprecation_at(place := Place(module.path, definition.qualname), index) is None
    )


def claimed(module: Module, index: Index, names: frozenset[str] = frozenset()) -> Iterator[tuple[Definition, Claim]]:
    """The definitions of a module that could be implementations of a concept by a name that is like the canonical's,
    or one of `names`, each with its claim."""
    own = module.facts.parts_about(names) if names else ()
    parts = sorted({*parts_claiming(module, index), *own})
    for _, definition in module.facts.definitions.in_parts(parts):
        claim = claim_on(definition, module, index)
        if claim is not None:
            yield definition, claim


# -- findings ---------------------------------------------------------------------------------------------------


def rival_diagnostic(
    span: Span,
    canonical: Canonical,
    message: str,
    index: Index,
    score: float | None = None,
    about: tuple[Module, str] | None = None,
) -> Diagnostic:
    """A diagnostic where a rival gets its name, with the canonical and the registry's entry beside it.

    `about` is a definition, by its module and its dotted name there (empty for the module itself), about which
    something can be decided.
    """
    entry = index.source.place("concepts", canonical.concept_name, "canonical")
    return Diagnostic(
        span=span,
        message=message,
        concept=canonical.concept_name,
        canonical=canonical.concept.canonical,
        evidence=partial(defined_here, canonical.concept.canonical),
        places=(Related(*entry, f"the `{canonical.concept_name}` concept"),),
        score=score,
        options=None if about is None else partial(decisions, *about, canonical),
    )
