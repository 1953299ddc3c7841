"""The workspace as a whole, for views beside the code: what each registry says, and what is found of it.

Answers are plain values in the protocol's words, as `docs/editor-protocol.md` describes them; they are made in the
worker's thread.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol.types import Position

    from ssot_rules.facts import Span
    from ssot_server.explanation import Explanation, Retired, Spot
    from ssot_server.lsp.client import Client
    from ssot_server.lsp.workspaces import Project, Workspaces
    from ssot_server.report import Finding

Answer = dict[str, Any]


def status(workspaces: Workspaces) -> Answer:
    """Each registry, whether it is in force, and how much there is of it."""
    return {"registries": [_status(workspaces, project) for project in workspaces.projects()]}


def concepts(workspaces: Workspaces, client: Client) -> Answer:
    """Every concept of each registry with its canonical, its rivals, and what is deprecated and where it is used."""
    return {"registries": [_concepts(workspaces, project, client) for project in workspaces.projects()]}


def _status(workspaces: Workspaces, project: Project) -> Answer:
    registry = project.engine.registry()
    return {
        "uri": project.registry_uri,
        "mistakes": len(project.engine.registry_reading().problems),
        "inForce": registry is not None,
        "concepts": len(registry.concepts) if registry is not None else 0,
        "findings": len(_findings(workspaces, project)),
    }


def _concepts(workspaces: Workspaces, project: Project, client: Client) -> Answer:
    from ssot_server.explanation import explain_all

    findings = _findings(workspaces, project)
    index = project.engine.index()
    explained = explain_all(findings, index) if index is not None else ()
    number = Counter(finding.diagnostic.concept for finding in findings)
    return {
        "uri": project.registry_uri,
        "concepts": [{**_concept(known, project, client), "findings": number[known.name]} for known in explained],
    }


def _findings(workspaces: Workspaces, project: Project) -> list[Finding]:
    """All that an editor shows of a project."""
    found = project.check(None)
    return [finding for path in workspaces.shown_files(project, found) for finding in found[path]]


def _concept(known: Explanation, project: Project, client: Client) -> Answer:
    concept = known.concept
    return {
        "name": known.name,
        "canonical": concept.canonical,
        "summary": concept.summary,
        "owner": concept.owner,
        "docs": concept.docs,
        "importLine": known.import_line,
        "entry": _place(known.entry.path, known.entry.span, project, client),
        "defined": _spots(known.defined, project, client),
        "rivals": _spots(known.rivals, project, client),
        "deprecated": [_retired(entry, project, client) for entry in known.deprecated],
    }


def _retired(known: Retired, project: Project, client: Client) -> Answer:
    return {
        "path": known.path,
        "use": known.use,
        "reason": known.reason,
        "entry": _place(known.entry.path, known.entry.span, project, client),
        "uses": _spots(known.uses, project, client),
    }


def _spots(spots: Sequence[Spot], project: Project, client: Client) -> list[Answer]:
    return [
        {
            **_place(spot.path, spot.span, project, client),
            "text": project.shown(spot.path).text[spot.span.start : spot.span.end],
            "message": spot.message,
        }
        for spot in spots
    ]


def _place(path: str, span: Span, project: Project, client: Client) -> Answer:
    location = project.location(path, span, client.encoding)
    return {
        "uri": location.uri,
        "range": {"start": _position(location.range.start), "end": _position(location.range.end)},
    }


def _position(position: Position) -> Answer:
    return {"line": position.line, "character": position.character}
