"""How far the code has come with the registry's deprecated entries: what is left of each, and until when.

What counts as a use is what SSOT101 to SSOT106 would report on some day in some file; so files that may use a thing,
and days on which it is not deprecated yet, make no difference to whether it is still used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from ssot_rules.contract import Diagnostic, Related
from ssot_rules.facts import Span
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Deprecation, marks
from ssot_rules.references import deprecated_references
from ssot_rules.registry import Deprecated, Key, Registry
from ssot_rules.relevance import relevant

_SHOWN = 5
"""How many uses are shown beside a finding."""


class Used(NamedTuple):
    """One use of a deprecated entry."""

    path: str
    span: Span
    concept_name: str
    number: int
    """That of the entry among its concept's."""


def uses(module: Module, index: Index) -> frozenset[Used]:
    """The uses in a module of whatever is deprecated, those in files that may use it included; call it through
    `index.gather(uses)`."""
    return frozenset(
        Used(module.path, reference.span, reference.deprecation.concept_name, reference.deprecation.number)
        for reference in index.once(deprecated_references, module)
    )


def missed(module: Module, index: Index) -> frozenset[str]:
    """The names that a module uses and binds nowhere, or imports from where they are not, among those that the
    registry speaks of: a deprecated path may say what they once meant. Call it through `index.gather(missed)`."""
    known = relevant(module, index)
    unbound = (use.path[0] for number in known.uses if not (use := module.facts.uses[number]).bindings)
    dangling = (
        module.facts.imports[number].name.rpartition(".")[2]
        for number in known.imports
        if any(trace.missing for trace in index.imported(module, number))
    )
    return frozenset((*unbound, *dangling))


def asked(index: Index) -> tuple[Callable[[Module, Index], frozenset[Any]], ...]:
    """What `standings` asks all modules for: nothing unless something deprecated may be left without uses, or has a
    limit."""
    if not any(_is_of_interest(known, index) for known in index.once(marks, None).deprecations):
        return ()
    return (uses, missed, members) if index.once(_every_member, None) else (uses, missed)


def _is_of_interest(deprecation: Deprecation, index: Index) -> bool:
    return is_finite(deprecation.entry) or is_gone(deprecation.entry, index)


def is_finite(entry: Deprecated) -> bool:
    """Whether the team means it to end: it has a date or a limit. Any other entry may be there to stay, as a guard."""
    return any(term is not None for term in (entry.since, entry.error_from, entry.remove_by, entry.max_uses))


def is_over(entry: Deprecated, index: Index) -> bool:
    """Whether it should have been removed before today."""
    return entry.remove_by is not None and entry.remove_by < index.today


def is_gone(entry: Deprecated, index: Index) -> bool:
    """Whether the deprecated path would lie in the workspace, and nothing is there."""
    return index.exists(entry.path) is False


def is_here(deprecation: Deprecation, index: Index) -> bool:
    """Whether the workspace still has what is deprecated, as far as anybody can tell: a definition, a module, a name
    that leads elsewhere, or one that a module may make on demand."""
    return not is_gone(deprecation.entry, index) and any(place.home for place in deprecation.places)


def is_spelled(deprecation: Deprecation, index: Index) -> bool:
    """Whether one of the files where it would be holds its name, at least as a part of another one. If none does, a
    module makes it on demand, a class inherits it from outside, or it is gone: that cannot be told."""
    return any(
        not place.name or place.name.rpartition(".")[2] in module.text
        for place in deprecation.places
        if (module := index.module(place.home)) is not None
    )


def is_used_at_home(deprecation: Deprecation, index: Index) -> bool:
    """Whether a module that has it uses it itself, other than in its definition, or the module of its replacement does:
    such uses are no findings. What a module only passes it on by (`Old = Engine`) is no use of it."""
    entered = {
        place
        for trace in index.find(deprecation.entry.path)
        for before, place in zip((None, *trace.places), trace.places, strict=False)
        if before is None or before.home != place.home
    }
    if any(_uses_its_own(place, index) for place in entered & deprecation.places):
        return True
    homes = {place.home for place in deprecation.replaced} - {place.home for place in deprecation.places}
    return any(_reaches(home, deprecation.places, index) for home in sorted(filter(None, homes)))


def _reaches(home: str, places: frozenset[Place], index: Index) -> bool:
    """Whether a module imports one of some places."""
    module = index.module(home)
    if module is None:
        return False
    names = {place.name.rpartition(".")[2] for place in places} - {""}
    return any(
        not places.isdisjoint(trace.places)
        for number, _ in module.facts.imports.about(names)
        for trace in index.imported(module, number)
    )


def _uses_its_own(place: Place, index: Index) -> bool:
    module = index.module(place.home)
    if module is None or not place.name.isidentifier():
        return False
    numbers = set(module.facts.named(place.name))
    extent = _extent(place, index)
    return any(
        not numbers.isdisjoint(use.bindings) and not extent.start <= use.span.start < extent.end
        for _, use in module.facts.uses.about((place.name,))
    )


def _extent(place: Place, index: Index) -> Span:
    definition = index.definition(place)
    return Span(0, 0) if definition is None else definition.span


def members(module: Module, index: Index) -> frozenset[str]:
    """The deprecated members of classes whose names a module holds behind a dot or in quotes, or in their own module
    at all, other than where they are defined: it may reach them through an instance, which nobody can tell. Call it
    through `index.gather(members)`."""
    found = ((place, place.name.rpartition(".")[2]) for place in index.once(_every_member, None))
    return frozenset(name for place, name in found if name in module.text and _may_reach(module, place, name, index))


def _may_reach(module: Module, place: Place, name: str, index: Index) -> bool:
    if place.home != module.path:
        return re.search(rf"""[.'"]\s*{re.escape(name)}\b""", module.text) is not None
    extent = _extent(place, index)
    words = re.finditer(rf"\b{re.escape(name)}\b", module.text)
    return any(not extent.start <= word.start() < extent.end for word in words)


def _every_member(_: None, index: Index) -> tuple[Place, ...]:
    every = (place for deprecation in index.once(marks, None).deprecations for place in _members_of(deprecation))
    return tuple(dict.fromkeys(every))


def _members_of(deprecation: Deprecation) -> Iterator[Place]:
    return (place for place in deprecation.places if place.home and "." in place.name)


class Standing(NamedTuple):
    """A deprecated entry and the uses that are left."""

    deprecation: Deprecation
    uses: tuple[Used, ...]
    """All of them, in order."""
    is_certain: bool = True
    """There are no others: it is no member of a class that something may reach through an instance."""

    @classmethod
    def of(cls, deprecation: Deprecation, uses: tuple[Used, ...], index: Index) -> Standing:
        """What is known of an entry, given its uses."""
        names = {place.name.rpartition(".")[2] for place in _members_of(deprecation)}
        return cls(deprecation, uses, not names or names.isdisjoint(index.gather(members)))

    @property
    def is_unused(self) -> bool:
        """Whether nothing uses it, certainly."""
        return self.is_certain and not self.uses

    def is_shared(self, index: Index) -> bool:
        """Whether the entry comes from another registry: what it needs is not for this workspace alone to say."""
        return index.source.is_inherited(*self.key, "path")

    @property
    def entry(self) -> Deprecated:
        """The entry."""
        return self.deprecation.entry

    @property
    def key(self) -> Key:
        """Where it stands in the registry."""
        return ("concepts", self.deprecation.concept_name, "deprecated", self.deprecation.number)

    def is_done(self, index: Index) -> bool:
        """Whether it is still there and meant to end, and nothing uses it any more, its own module included."""
        may_be_used = self.is_shared(index) or is_used_at_home(self.deprecation, index)
        return self.is_unused and is_finite(self.entry) and is_here(self.deprecation, index) and not may_be_used

    def counted(self, index: Index) -> tuple[Used, ...]:
        """The uses that the limit speaks of: those in files that may use it are none."""
        allowed = self.entry.except_
        return tuple(used for used in self.uses if not (allowed and index.is_among(used.path, allowed)))

    def diagnostic(self, key: str, message: str, index: Index) -> Diagnostic:
        """A diagnostic at one of the entry's keys, or at the entry where it has not got that key."""
        return Diagnostic(
            span=index.source.value_span(*self.key, key),
            message=message,
            concept=self.deprecation.concept_name,
            canonical=self.deprecation.replacement,
            places=index.source.elsewhere(*self.key, key),
        )

    def shown(self, _: Index) -> tuple[Related, ...]:
        """The first few uses."""
        return tuple(Related(used.path, used.span, "still used here") for used in self.uses[:_SHOWN])


def standings(index: Index) -> Iterator[Standing]:
    """Every entry whose uses have to be counted, in the registry's order; none while the workspace is being
    indexed, since uses may be unknown then."""
    wanted = [known for known in index.once(marks, None).deprecations if _is_of_interest(known, index)]
    if not wanted or not index.is_complete:
        return
    found: dict[tuple[str, int], list[Used]] = {}
    for used in sorted(index.gather(uses)):
        found.setdefault((used.concept_name, used.number), []).append(used)
    for deprecation in wanted:
        key = deprecation.concept_name, deprecation.number
        yield Standing.of(deprecation, tuple(found.get(key, ())), index)


def counted_in_words(count: int) -> str:
    """`12 uses`, with the verb's number right: `1 use is`, `12 uses are`."""
    return "1 use is" if count == 1 else f"{count} uses are"


def next_change(registry: Registry, today: date) -> date | None:
    """The first day after this one on which the registry may say something else of the same code; None if it never
    will."""
    entries = [entry for concept in registry.concepts.values() for entry in concept.deprecated]
    days = {day for entry in entries for day in (entry.since, entry.error_from) if day is not None}
    days.update(entry.remove_by + timedelta(1) for entry in entries if entry.remove_by not in {None, date.max})
    return min((day for day in days if day > today), default=None)


def what_is_left(deprecation: Deprecation, index: Index) -> str:
    """What is left of an entry's life, for people: `42 uses left, an error in 12 days`; empty where nothing can be
    said yet."""
    entry = deprecation.entry
    said = [*_left_in_words(deprecation, index)]
    if entry.since is not None and entry.since > index.today:
        said.append(f"deprecated {_days(index.today, entry.since)}")
    if entry.error_from is not None:
        is_error = entry.error_from <= index.today
        said.append(
            f"an error since {entry.error_from}" if is_error else f"error {_days(index.today, entry.error_from)}"
        )
    if entry.remove_by is not None:
        is_late = entry.remove_by < index.today
        when = f"overdue since {entry.remove_by}" if is_late else f"to be removed {_days(index.today, entry.remove_by)}"
        said.append(when)
    return ", ".join(said)


def _left_in_words(deprecation: Deprecation, index: Index) -> Iterator[str]:
    if not index.is_complete:
        return
    key = deprecation.concept_name, deprecation.number
    found = tuple(used for used in index.gather(uses) if (used.concept_name, used.number) == key)
    standing = Standing.of(deprecation, found, index)
    left = len(standing.counted(index))
    limit = "" if deprecation.entry.max_uses is None else f" of {deprecation.entry.max_uses} accepted"
    if left or standing.is_certain:
        yield f"{left or 'no'} {'use' if left == 1 else 'uses'} left{limit}"


def _days(today: date, day: date) -> str:
    count = (day - today).days
    return "today" if count == 0 else "tomorrow" if count == 1 else f"in {count} days"
