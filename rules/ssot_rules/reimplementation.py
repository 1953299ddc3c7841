"""A definition that is the concept by structure: members, signatures, bases, body.

## What it does
Compares classes and functions with the canonical implementations: which public members they share and what those are
given, what the bodies do whatever their names and constants are, the bases, and what the docstrings speak of. A
function is compared with the methods of a canonical class as well, and with the functions of a canonical module, and
may re-implement one of them, or contain it. The message says what speaks for it, and how much both agree in percent;
`by-structure` under `[rivals]`, or of a concept, says from where on that is a finding.

Definitions that a concept's name or `names` speak of are left to `competing-implementation` and
`same-name-definition`. No findings are subclasses and bases of the canonical class, protocols and abstract bases,
what passes its work on to the canonical implementation, fallbacks for a failed import, test doubles, deprecated
definitions, other concepts' canonicals, generated and vendored files, migrations, and what `allow` lists. Members
that two classes have because a common base wants them count only if they do the same; with a base of the workspace
in common that is every member.

## Why is this bad?
Whoever wrote it did not find the canonical implementation, or copied it. From then on every correction has to be
made twice, and it is made once.

## Example
```toml
[concepts.retry]
canonical = "app.net.retry.retry_with_backoff"
```
```python
# app/billing/helpers.py
async def call_patiently(action, tries=4):
    for attempt in range(tries):
        try:
            return await action()
        except (ConnectionError, TimeoutError):
            await asyncio.sleep(min(30, 2**attempt) + random.uniform(0, 1))
```
Call the canonical implementation, give it what it lacks, or list the definition under `allow` with the reason why it
is accepted.

## Fix safety
There is no fix: which implementation survives is for people to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ssot_rules.ancestry import ancestors, has_member
from ssot_rules.authorship import is_written_elsewhere
from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Definition, DefinitionKind, ScopeKind, Sketch
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import marks
from ssot_rules.originals import RULE_CODE, RULE_NAME, Original, originals
from ssot_rules.rivals import claim_on, concept_by_name, is_abstract, is_allowed, rival_diagnostic
from ssot_rules.similarity import Agreement, Crowd, agreement, words_of

_DOUBLE = re.compile(
    r"_?(?:Mock|Fake|Stub|Dummy|Spy|Recording|Test|InMemory)(?![a-z])|_?(?:mock|fake|stub|dummy|test)_"
)


class _Found(NamedTuple):
    """A definition that is like an original."""

    definition: Definition
    original: Original
    agreement: Agreement


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every definition that is a concept by structure; of a class and its methods, for the
    outermost, and for the class where all that the original offers is there and one method is the original's."""
    known = index.once(originals, None)
    if not known or module.home != module.path:
        return
    words = words_of(module.text)
    near = [original for original in known if original.crowd.is_among(words)]
    if not near or is_written_elsewhere(module):
        return
    found: dict[str, _Found] = {}
    crowds = tuple(original.crowd for original in near)
    for number in range(len(module.facts.starts)):
        for original in (near[at] for at in module.facts.text_once(number, _near, crowds)):
            for candidate in _whole(_candidates(module, number, original, index), module, index):
                best = found.get(candidate.definition.qualname)
                if best is None or best.agreement.score < candidate.agreement.score:
                    found[candidate.definition.qualname] = candidate
    for qualname, candidate in sorted(found.items(), key=lambda item: item[1].definition.span):
        if not any(qualname.startswith(f"{outer}.") for outer in found):
            yield _diagnostic(candidate, module, index)


def _near(text: str, crowds: tuple[Crowd, ...]) -> tuple[int, ...]:
    """The numbers of the crowds that a text holds enough of."""
    words = words_of(text)
    return tuple(number for number, known in enumerate(crowds) if known.is_among(words))


def _candidates(module: Module, number: int, original: Original, index: Index) -> Iterator[_Found]:
    """The definitions of one statement that are like an original, and nothing else besides."""
    if module.home in original.canonical.homes:
        return
    alike = {
        sketch.name
        for sketch in module.facts.sketches(number).values()
        if agreement(original.sketch, sketch).score >= original.threshold
    }
    if not alike:
        return
    for _, definition in module.facts.definitions.in_parts((number,), lambda known: known.name in alike):
        sketch = module.facts.sketch(definition)
        if sketch is None or not _is_comparable(definition, module, original, index):
            continue
        found = agreement(original.sketch, sketch, _dictated(definition, sketch, module, original, index))
        if found.score >= original.threshold:
            yield _Found(definition, original, found)


def _whole(candidates: Iterator[_Found], module: Module, index: Index) -> Iterator[_Found]:
    """Candidates, with the class in place of a method that is like one of the original's, where the class has every
    public method of the original: small classes offer what all kinds of classes offer, and tell by what they do."""
    for found in candidates:
        owner_name = found.definition.qualname.rpartition(".")[0]
        owner = index.definition(Place(module.path, owner_name)) if _is_method(found.definition, module) else None
        sketch = None if owner is None else module.facts.sketch(owner)
        if owner is None or sketch is None or not _offers_all(found.original.sketch, sketch):
            yield found
        elif _is_comparable(owner, module, found.original, index):
            whole = agreement(found.original.sketch, sketch)
            words = (*whole.words, *(f"`{found.definition.name}`: {said}" for said in found.agreement.words[:1]))
            yield _Found(owner, found.original, Agreement(max(whole.score, found.agreement.score), words))


def _offers_all(original: Sketch, other: Sketch) -> bool:
    """Whether a class has every public method of another, and that one has several."""
    offered, others = (
        {member.name for member in known.members if member.kind == DefinitionKind.FUNCTION}
        for known in (original, other)
    )
    public = {name for name in offered if not name.startswith("_")}
    return len(public) > 1 and public <= others


def _is_comparable(definition: Definition, module: Module, original: Original, index: Index) -> bool:
    """Whether a definition could be another implementation, as far as its place and its surroundings tell."""
    known = index.once(marks, None)
    place = Place(module.path, definition.qualname)
    if not _is_method(definition, module) and _has_a_say(definition, module, index):
        return False
    if module.facts.blocks[definition.block].fallback or (module.is_test and _DOUBLE.match(definition.name)):
        return False
    around = [Place(module.path, outer) for outer in _around(definition.qualname)]
    if not known.protected.isdisjoint(around) or known.deprecation_at(place, index) is not None:
        return False
    if is_allowed(module, definition.qualname, original.canonical) or is_abstract(definition, module, index):
        return False
    if any(_is_kin(outer, original, index) for outer in around) or _is_known_to(original, place, index):
        return False
    return not (_is_method(definition, module) and _is_of_sibling(place, original, index))


def _has_a_say(definition: Definition, module: Module, index: Index) -> bool:
    """Whether the name speaks of a concept, by itself or with the structure: that is told by another rule."""
    return concept_by_name(definition.name, index) is not None or claim_on(definition, module, index) is not None


def _is_known_to(original: Original, place: Place, index: Index) -> bool:
    """Whether the original's own module has a name for what stands at a place: it belongs to it, then."""
    traces = index.below(Place(original.place.home, ""), place.name) if "." not in place.name else ()
    return any(trace.last == place for trace in traces)


def _is_of_sibling(place: Place, original: Original, index: Index) -> bool:
    """Whether a method belongs to a class that has a base in common with the original, which wants it or is of the
    workspace: the class is compared as a whole."""
    owner, _, name = place.name.rpartition(".")
    common = ancestors(Place(place.home, owner), index) & ancestors(original.place, index)
    return any(base.home or has_member(base, name, index) for base in common)


def _is_method(definition: Definition, module: Module) -> bool:
    return module.facts.scopes[definition.scope].kind == ScopeKind.CLASS


def _around(qualname: str) -> Iterator[str]:
    """A definition and those that it lies in."""
    while qualname:
        yield qualname
        qualname = qualname.rpartition(".")[0]


def _is_kin(place: Place, original: Original, index: Index) -> bool:
    """Whether one inherits from the other."""
    return original.place in ancestors(place, index) or place in ancestors(original.place, index)


def _dictated(
    definition: Definition, sketch: Sketch, module: Module, original: Original, index: Index
) -> frozenset[str]:
    """The members that a definition and its original have because both have a base that wants them. Of two classes
    with a base of the workspace it is all of them: they were written as one another's siblings. So it is in a test,
    which may give its own class to whatever works with the original."""
    if definition.kind != DefinitionKind.CLASS:
        return frozenset()
    members = {member.name for member in sketch.members}.intersection(member.name for member in original.sketch.members)
    common = ancestors(Place(module.path, definition.qualname), index) & ancestors(original.place, index)
    if module.is_test or any(base.home for base in common):
        return frozenset(members)
    return frozenset(name for name in members if any(has_member(base, name, index) for base in common))


def _diagnostic(found: _Found, module: Module, index: Index) -> Diagnostic:
    canonical = found.original.canonical
    return rival_diagnostic(
        found.definition.name_span,
        canonical,
        f"`{found.definition.name}` re-implements `{canonical.concept.canonical}`, the `{canonical.concept_name}` of "
        f"this code base ({round(100 * found.agreement.score)}%): {'; '.join(found.agreement.words)}",
        index,
        round(found.agreement.score, 2),
        (module, found.definition.qualname),
    )


RULE = Rule(RULE_CODE, RULE_NAME, Severity.WARNING, __doc__, check, finds_likes=True)
