"""What an editor asks about a place in a text, answered without knowing any editor or protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ssot_rules.bans import banned_calls
from ssot_rules.contract import because
from ssot_rules.facts import Span
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.lifecycle import what_is_left
from ssot_rules.marks import Canonical, Deprecation, marks
from ssot_rules.registry import Concept
from ssot_rules.rivals import rivalry
from ssot_server.engine import Engine
from ssot_server.index.snapshot import Snapshot
from ssot_server.inference import infer

Link = Callable[[str, Span], str]
"""Makes the address of a span in a file (relative to the workspace's root)."""

_NAME = re.compile(r"[^\W\d]\w*")
_PATH_KEYS = frozenset({"canonical", "path", "use"})


@dataclass(frozen=True, slots=True)
class Hover:
    """Text in Markdown about a span."""

    span: Span
    markdown: str


@dataclass(frozen=True, slots=True)
class Target:
    """A definition to go to."""

    path: str
    """Relative to the workspace's root, with `/`."""
    span: Span
    """Its name."""
    full: Span
    """All of it."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What stands at an offset, and where it leads."""

    span: Span
    traces: tuple[Trace, ...]


def hover(engine: Engine, path: str, offset: int, link: Link | None = None) -> Hover | None:
    """What the registry says of the name at an offset; None where it says nothing.

    `link` makes addresses for links; without it, paths are plain text.
    """
    index = engine.view()
    if index is None:
        return None
    for subject in _subjects(engine, index, path, offset):
        text = _described(subject, index, link) or _banned_text(subject, path, index, link)
        if text is not None:
            return Hover(subject.span, text)
    return None


def definition(engine: Engine, path: str, offset: int) -> tuple[Target, ...]:
    """Where the name at an offset should lead: from anything deprecated to its replacement, from a canonical
    name (in code or in the registry) to its definition. Empty for names that the registry does not know."""
    index = engine.view()
    if index is None:
        return ()
    for subject in _subjects(engine, index, path, offset):
        goal = _goal(subject, index)
        targets = dict.fromkeys(target for trace in goal if (target := _target(trace.last, index)) is not None)
        if targets:
            return tuple(targets)
    return ()


def concepts_in(index: Index, path: str, span: Span) -> tuple[str, ...]:
    """The concepts that the names in a span of a file belong to, whatever they are to them."""
    module = index.module(path)
    if module is None:
        return ()
    offsets = [found.start() for found in _NAME.finditer(module.text, span.start, span.end)]
    subjects = (subject for offset in offsets for subject in _fact_subjects(module, index, offset))
    found = (concept for subject in subjects for trace in subject.traces if (concept := concept_of(trace, index)))
    return tuple(dict.fromkeys(found))


def concept_of(trace: Trace, index: Index) -> str | None:
    """The concept that a trace leads to: by something deprecated, its canonical or a rival."""
    hit = index.once(marks, None).deprecation_of(trace, index)
    if hit is not None:
        return hit[0].concept_name
    canonical = _canonical_of(trace, index) or _rival_of(trace.last, index)
    return canonical.concept_name if canonical is not None else None


def _subjects(engine: Engine, index: Snapshot, path: str, offset: int) -> Iterator[_Subject]:
    """What may be meant at an offset: first what the facts say, then what has to be inferred."""
    if path == engine.registry_name:
        yield from _registry_subjects(index, offset)
        return
    module = index.module(path)
    if module is None:
        return
    yield from _fact_subjects(module, index, offset)
    place = infer(engine.root, engine.source_roots(), path, module.text, offset)
    if place is not None:
        yield _Subject(_word(module.text, offset), (Trace((place,)),))


def _registry_subjects(index: Snapshot, offset: int) -> Iterator[_Subject]:
    for key, span in index.source.values.items():
        if key[-1] in _PATH_KEYS and span.contains(offset):
            dotted = index.source.text[span.start : span.end].strip("\"'")
            yield _Subject(span, index.find(dotted))


def _fact_subjects(module: Module, index: Index, offset: int) -> Iterator[_Subject]:
    facts = module.facts
    for number, use in facts.uses.at(offset):
        if use.span.contains(offset):
            for segment, span in enumerate(use.spans):
                if span.contains(offset):
                    yield _Subject(span, index.used(module, number)[segment])
    for number, imported in facts.imports.at(offset):
        if imported.span.contains(offset):
            yield _Subject(imported.span, index.imported(module, number))
    for _, definition_ in facts.definitions.at(offset):
        if definition_.name_span.contains(offset):
            yield _Subject(definition_.name_span, (Trace((Place(module.path, definition_.qualname),)),))
    for _, text in facts.strings.at(offset):
        if text.span.contains(offset) and len(text.names) > 1 and text.value[0].isidentifier():
            yield _Subject(text.span, index.find(".".join(text.names)))


def _word(text: str, offset: int) -> Span:
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(start, end)


def _goal(subject: _Subject, index: Index) -> tuple[Trace, ...]:
    known = index.once(marks, None)
    for trace in subject.traces:
        hit = known.deprecation_of(trace, index)
        if hit is not None:
            return index.find(hit[0].replacement)
        canonical = _canonical_of(trace, index)
        if canonical is not None:
            return canonical.traces
    return ()


def _canonical_of(trace: Trace, index: Index) -> Canonical | None:
    for canonical in index.once(marks, None).canonicals.values():
        if trace.last in {goal.last for goal in canonical.traces} or trace.first in canonical.places:
            return canonical
    return None


def _target(place: Place, index: Index) -> Target | None:
    found = index.definition(place)
    if found is not None:
        return Target(place.home, found.name_span, found.span)
    if place.home and not place.name and index.module(place.home) is not None:
        return Target(place.home, Span(0, 0), Span(0, 0))
    return None


# -- the text of a hover --------------------------------------------------------------------------------------


def _described(subject: _Subject, index: Index, link: Link | None) -> str | None:
    known = index.once(marks, None)
    for trace in subject.traces:
        hit = known.deprecation_of(trace, index)
        if hit is not None:
            return _deprecated_text(hit[0], index, link)
        canonical = _canonical_of(trace, index)
        if canonical is not None:
            return _canonical_text(canonical, index, link)
        rival = _rival_of(trace.last, index)
        if rival is not None:
            return _rival_text(trace.last.name, rival, index, link)
    return None


def _banned_text(subject: _Subject, path: str, index: Index, link: Link | None) -> str | None:
    """What a ban says that is in force in a file."""
    module = index.module(path)
    if module is None:
        return None
    for ban in (ban for ban in index.once(banned_calls, None) if ban.holds_in(module, index)):
        if any(ban.hit(trace, module, index) is not None for trace in subject.traces):
            instead = f", use {_linked(ban.entry.use, index, link)}" if ban.entry.use is not None else ""
            return because(f"**Banned** `{ban.call}`{instead}", ban.entry.reason)
    return None


def _rival_of(place: Place, index: Index) -> Canonical | None:
    module, found = index.module(place.home), index.definition(place)
    if module is None or found is None:
        return None
    claim = rivalry(found, module, index)
    return None if claim is None else claim.canonical


def _deprecated_text(deprecation: Deprecation, index: Index, link: Link | None) -> str:
    entry = deprecation.entry
    lines = [f"**Deprecated** `{entry.path}`"]
    if entry.reason:
        lines.append(f"{entry.reason[0].upper()}{entry.reason[1:]}.".replace("..", "."))
    left = what_is_left(deprecation, index)
    if left:
        lines.append(f"{left[0].upper()}{left[1:]}.")
    lines.append(f"Use {_linked(deprecation.replacement, index, link)} instead:")
    lines.append(f"```python\n{import_line(deprecation.replacement, index)}\n```")
    return "\n\n".join(lines + _concept_lines(deprecation.concept_name, deprecation.concept, link))


def _canonical_text(canonical: Canonical, index: Index, link: Link | None) -> str:
    path = canonical.concept.canonical
    lines = [
        f"**Canonical** {_linked(path, index, link)}",
        f"```python\n{import_line(path, index)}\n```",
        *_concept_lines(canonical.concept_name, canonical.concept, link),
    ]
    replaced = [because(f"- `{entry.path}`", entry.reason) for entry in canonical.concept.deprecated]
    if replaced:
        lines.append("Replaces:\n" + "\n".join(replaced))
    return "\n\n".join(lines)


def _rival_text(name: str, canonical: Canonical, index: Index, link: Link | None) -> str:
    path = canonical.concept.canonical
    lines = [f"`{name}` competes with {_linked(path, index, link)}"]
    return "\n\n".join(lines + _concept_lines(canonical.concept_name, canonical.concept, link))


def _concept_lines(name: str, concept: Concept, link: Link | None) -> list[str]:
    """The concept's name and summary, its owner and its documentation."""
    about = [f"Concept `{name}`" + (f": {concept.summary}" if concept.summary else "")]
    if concept.construct is not None:
        about.append(f"Constructed in `{concept.construct}` alone.")
    facts = []
    if concept.owner:
        facts.append(f"Owner: {concept.owner}")
    if concept.docs:
        is_address = "://" in concept.docs
        address = concept.docs if is_address else link(concept.docs, Span(0, 0)) if link else None
        facts.append(f"Docs: [{concept.docs}]({address})" if address else f"Docs: {concept.docs}")
    return about + ([" · ".join(facts)] if facts else [])


def _linked(dotted: str, index: Index, link: Link | None) -> str:
    if link is not None:
        for trace in index.find(dotted):
            target = _target(trace.last, index)
            if target is not None:
                return f"[`{dotted}`]({link(target.path, target.span)})"
    return f"`{dotted}`"


def import_line(dotted: str, index: Index) -> str:
    """The statement that imports a dotted path."""
    module, names = index.split(dotted)
    if names:
        return f"from {module} import {names[0]}"
    package, _, name = module.rpartition(".")
    return f"from {package} import {name}" if package else f"import {name}"
