"""The first registry as text: what was proposed, with the evidence in comments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ssot_rules.contract import because
from ssot_rules.registry import VERSION
from ssot_server.evidence.proposals import Candidate, Confidence, Evidence, Outdated, Proposal
from ssot_server.registry_reader import quoted

_WIDTH = 110
_MOST_CANDIDATES = 8
_MOST_UNRESOLVED = 20
_MOST_SHARED = 10


def draft(evidence: Evidence, proposals: Sequence[Proposal]) -> str:
    """The registry with some of the proposals. What nobody is sure of is there as a comment."""
    deprecating = [proposal for proposal in proposals if not proposal.candidates]
    rivals = [proposal for proposal in proposals if proposal.candidates]
    lines = [
        *_comment(
            f"Drafted by `ssot init` from {evidence.files:,} files with {evidence.lines:,} lines. What stands here "
            "says what the team decided: correct what is wrong, delete what is nobody's business. The comments are the "
            "evidence; they can go."
        ),
        f"version = {VERSION}",
    ]
    if deprecating:
        lines += _section("Deprecated by the code itself, or by the settings of another tool")
        lines += [line for proposal in deprecating for line in _concept(proposal)]
    if rivals:
        lines += _section("Implementations that look like one concept; the likely canonical is the first")
        lines += [line for proposal in rivals for line in _concept(proposal)]
    lines += _left_over(evidence)
    return "\n".join(lines) + "\n"


def evidence_for(proposal: Proposal) -> list[str]:
    """What speaks for a proposal, line by line."""
    found = []
    if proposal.in_common:
        found.append(f"All of them speak of {', '.join(f'`{word}`' for word in proposal.in_common[:4])}.")
    shown = proposal.candidates[:_MOST_CANDIDATES]
    found += [_candidate(candidate) for candidate in shown]
    if len(proposal.candidates) > len(shown):
        found.append(f"… and {len(proposal.candidates) - len(shown)} more")
    return found


def _candidate(one: Candidate) -> str:
    said = [f"imported by {_count(one.importers, 'file')}"]
    if one.tests:
        said.append(_count(one.tests, "test"))
    if one.module_importers > one.importers + one.tests:
        said.append(f"its module by {one.module_importers}")
    if one.history is not None:
        said.append(
            f"since {one.history.since}, {_count(one.history.recent, 'change')} in the last year, the last one on "
            f"{one.history.changed}"
        )
    if one.agreement < 1 or one.words:
        said.append(f"{one.agreement:.0%} alike" + (f" ({'; '.join(one.words)})" if one.words else ""))
    return f"- {one.dotted}: {', '.join(said)}"


def _concept(proposal: Proposal) -> Iterator[str]:
    yield ""
    yield from _comment(f"{proposal.confidence.value} confidence")
    for line in evidence_for(proposal):
        yield from _comment(line, "  ")
    lines = [f"[concepts.{proposal.name}]", f"canonical = {quoted(proposal.canonical)}"]
    if proposal.summary:
        lines.append(f"summary = {quoted(proposal.summary)}")
    if proposal.unrelated:
        reason = quoted("has the name and is something else")
        lines.append("unrelated = [")
        lines += [f"  {{ path = {quoted(path)}, reason = {reason} }}," for path in proposal.unrelated]
        lines.append("]")
    for outdated in proposal.deprecated:
        lines += _deprecated(proposal.name, outdated)
    if proposal.confidence is Confidence.LOW:
        yield "# Take this in if it is one concept:"
        yield from (f"# {line}".rstrip() for line in lines)
    else:
        yield from lines


def _deprecated(name: str, outdated: Outdated) -> Iterator[str]:
    yield ""
    yield f"[[concepts.{name}.deprecated]]  # {outdated.how}; {_used(outdated)}"
    yield f"path = {quoted(outdated.path)}"
    if outdated.reason:
        yield f"reason = {quoted(outdated.reason)}"


def _used(outdated: Outdated) -> str:
    users = outdated.importers + outdated.tests
    return f"imported by {_count(users, 'file')}" if users else "imported by no file"


def _left_over(evidence: Evidence) -> Iterator[str]:
    if evidence.further:
        yield from _section(
            f"{evidence.further} further groups look alike: `ssot init --most NUMBER` shows more of them"
        )
    if evidence.shared_names:
        yield from _section("One name for several classes; nothing in them says that they are one concept, or that not")
        for paths in evidence.shared_names[:_MOST_SHARED]:
            yield from _comment(", ".join(paths), "  ")
        if len(evidence.shared_names) > _MOST_SHARED:
            yield f"# … and {len(evidence.shared_names) - _MOST_SHARED} more"
    if evidence.unresolved:
        yield from _section("Deprecated in favour of nothing that could be found; an entry needs a replacement")
        for outdated in evidence.unresolved[:_MOST_UNRESOLVED]:
            said = because(f"{outdated.path} ({outdated.how}; {_used(outdated)})", outdated.reason)
            yield from _comment(said, "  ")
        if len(evidence.unresolved) > _MOST_UNRESOLVED:
            yield f"# … and {len(evidence.unresolved) - _MOST_UNRESOLVED} more"
    if evidence.contracts:
        yield from _section("Borders that other tools watch; they stay with them")
        for contract in evidence.contracts:
            yield from _comment(f"{contract.text} ({contract.file})", "  ")


def _section(title: str) -> list[str]:
    return ["", "", *_comment(title)]


def _comment(text: str, indent: str = "") -> list[str]:
    """A text in comments, none of them longer than a line; what may not stand in a comment is left out."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return textwrap.wrap(
        plain,
        _WIDTH,
        initial_indent="# ",
        subsequent_indent=f"# {indent}",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
