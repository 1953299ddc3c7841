"""Write the first registry: what was found is shown, asked about, and written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from ssot_rules.facts import Span
from ssot_rules.registry import VERSION
from ssot_server.cli import terminal
from ssot_server.cli.entries import Places
from ssot_server.cli.targets import real_path
from ssot_server.engine import Engine
from ssot_server.evidence.draft import draft, evidence_for
from ssot_server.evidence.proposals import Candidate, Confidence, Evidence, Outdated, Proposal, gather
from ssot_server.workers import cores
from ssot_server.workspace import REGISTRY_NAME


class Refused(Exception):
    """The registry cannot be written; the message says why."""


class Options(NamedTuple):
    """What is asked for."""

    folder: Path
    yes: bool
    most: int
    dry_run: bool
    as_json: bool


def init(options: Options) -> None:
    """Find the evidence, ask, and write. Raises `Refused`."""
    registry = real_path(options.folder) / REGISTRY_NAME
    if registry.exists() and not options.dry_run:
        raise Refused(f"{registry} is there already: edit it, or remove it to start anew")
    engine = Engine(registry, cores())
    engine.set_text(REGISTRY_NAME, f"version = {VERSION}\n")
    with terminal.progress() as watcher:
        evidence = gather(engine, options.most, watcher)
    places = Places(engine, Path.cwd())
    chosen = evidence.proposals
    if not options.yes and not options.dry_run and terminal.is_interactive():
        asked = _ask(evidence, places)
        if asked is None:
            click.echo("Nothing was written.")
            return
        chosen = tuple(asked)
    text = draft(evidence, chosen)
    if not options.dry_run:
        _write(engine, text)
    if options.as_json:
        click.echo(json.dumps(_as_json(evidence, chosen, places, written=not options.dry_run), indent=2))
    elif options.dry_run:
        click.echo(text, nl=False)
    else:
        click.echo(_summary(chosen, places.filename(REGISTRY_NAME)))


def _write(engine: Engine, text: str) -> None:
    try:
        engine.create(text)
    except FileExistsError:
        raise Refused(f"{engine.registry_path} was written by somebody else in the meantime") from None
    except OSError as error:
        raise Refused(f"{engine.registry_path} cannot be written: {error.strerror or error}") from None


def _summary(chosen: Sequence[Proposal], name: str) -> str:
    deprecated = sum(len(proposal.deprecated) for proposal in chosen)
    rivals = sum(bool(proposal.candidates) for proposal in chosen)
    return (
        f"Wrote {name}: {_count(rivals, 'concept')} with several implementations, "
        f"{_count(deprecated, 'deprecated path')}.\n"
        "Read it, correct it, and run `ssot check`."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# -- asking -----------------------------------------------------------------------------------------------------


def _ask(evidence: Evidence, places: Places) -> list[Proposal] | None:
    """The proposals that somebody at a terminal takes; None if they want none of it written."""
    chosen: list[Proposal] = []
    every = False
    for number, proposal in enumerate(evidence.proposals, 1):
        if every:
            chosen.append(proposal)
            continue
        click.echo(f"\n{number} of {len(evidence.proposals)}, {proposal.confidence.value} confidence: {proposal.name}")
        for line in _shown(proposal, places):
            click.echo(f"  {line}")
        answer = _answer(proposal)
        if answer == "q":
            return None
        every = answer == "a"
        if every or answer == "y":
            chosen.append(_confirmed(proposal, 0) if answer == "y" else proposal)
        elif answer.isdecimal():
            chosen.append(_confirmed(proposal, int(answer) - 1))
    return chosen


def _shown(proposal: Proposal, places: Places) -> Iterator[str]:
    yield f"canonical: {proposal.canonical}"
    for outdated in proposal.deprecated:
        yield f"deprecated: {outdated.path} ({outdated.how})"
    yield from evidence_for(proposal)
    for number, candidate in enumerate(proposal.candidates, 1):
        location = places.location(candidate.path, Span(candidate.start, candidate.end))
        yield f"{number}: {location.where}"


def _answer(proposal: Proposal) -> str:
    numbers = [str(number) for number in range(1, len(proposal.candidates) + 1)]
    other = f", 1-{len(numbers)} that one is canonical" if numbers else ""
    default = "n" if proposal.confidence is Confidence.LOW else "y"
    answer: str = click.prompt(
        f"  Take it? y yes, n no{other}, a all that are left, q quit without writing",
        type=click.Choice(["y", "n", "a", "q", *numbers]),
        show_choices=False,
        default=default,
    )
    return answer


def _confirmed(proposal: Proposal, number: int) -> Proposal:
    """The proposal with the canonical that somebody chose, who knows better than any evidence."""
    if not proposal.candidates:
        return proposal
    first = proposal.candidates[number]
    others = tuple(candidate for candidate in proposal.candidates if candidate is not first)
    return proposal._replace(canonical=first.dotted, candidates=(first, *others), confidence=Confidence.HIGH)


# -- for agents -------------------------------------------------------------------------------------------------


def _as_json(evidence: Evidence, chosen: Sequence[Proposal], places: Places, *, written: bool) -> dict[str, Any]:
    return {
        "registry": places.filename(REGISTRY_NAME),
        "written": written,
        "files": evidence.files,
        "lines": evidence.lines,
        "concepts": [_proposal(proposal, places) for proposal in chosen],
        "further": evidence.further,
        "shared_names": [list(paths) for paths in evidence.shared_names],
        "unresolved": [_outdated(outdated) for outdated in evidence.unresolved],
        "contracts": [{"text": contract.text, "filename": contract.file} for contract in evidence.contracts],
    }


def _proposal(proposal: Proposal, places: Places) -> dict[str, Any]:
    return {
        "name": proposal.name,
        "canonical": proposal.canonical,
        "confidence": proposal.confidence.value,
        "summary": proposal.summary,
        "in_common": list(proposal.in_common),
        "candidates": [_candidate(candidate, places) for candidate in proposal.candidates],
        "unrelated": list(proposal.unrelated),
        "deprecated": [_outdated(outdated) for outdated in proposal.deprecated],
    }


def _candidate(candidate: Candidate, places: Places) -> dict[str, Any]:
    location = places.location(candidate.path, Span(candidate.start, candidate.end))
    history = candidate.history
    return {
        "path": candidate.dotted,
        "filename": location.filename,
        "location": location.start._asdict(),
        "importers": candidate.importers,
        "tests": candidate.tests,
        "module_importers": candidate.module_importers,
        "agreement": candidate.agreement,
        "evidence": list(candidate.words),
        "since": history and history.since.isoformat(),
        "changed": history and history.changed.isoformat(),
        "recent_changes": history and history.recent,
    }


def _outdated(outdated: Outdated) -> dict[str, Any]:
    return {
        "path": outdated.path,
        "reason": outdated.reason,
        "evidence": outdated.how,
        "importers": outdated.importers,
        "tests": outdated.tests,
    }
