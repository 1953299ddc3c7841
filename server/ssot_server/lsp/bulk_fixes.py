"""Fixes of a concept, or of everything, in all files at once; worked out in the worker's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from ssot_rules.contract import Applicability
from ssot_server.fixing import differences
from ssot_server.lsp.convert import to_confirm, workspace_edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_server.lsp.client import Client
    from ssot_server.lsp.workspaces import Project, Workspaces
    from ssot_server.report import Finding

_SHOWN = 3
"""How many reasons against unsafe fixes are told."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor asks to be fixed."""

    registry: str | None = None
    """The URI of one registry; None for all of them."""
    concept: str | None = None
    """One concept's name; None for everything that is found."""
    unsafe: bool = False
    """Whether fixes count, too, that are not proved safe."""
    review: bool = False
    """Whether the editor shows the change and asks before it applies it."""

    @classmethod
    def read(cls, argument: object) -> Wanted | None:
        """What an argument asks for; None if it makes no sense."""
        if argument is None:
            return cls()
        if not isinstance(argument, Mapping) or not argument.keys() <= {"registry", "concept", "unsafe", "review"}:
            return None
        wanted = cls(**argument)
        are_texts = all(text is None or isinstance(text, str) for text in (wanted.registry, wanted.concept))
        are_flags = all(isinstance(flag, bool) for flag in (wanted.unsafe, wanted.review))
        return wanted if are_texts and are_flags else None


class Bulk(NamedTuple):
    """One change for everything that can be fixed."""

    edit: types.WorkspaceEdit
    fixed: int
    """How many findings are gone with it."""
    files: int


def bulk_fix(workspaces: Workspaces, wanted: Wanted, client: Client) -> Bulk | None:
    """The change that answers what is wanted; None where nothing can be fixed."""
    parts = [
        part
        for project in workspaces.projects()
        if wanted.registry in (None, project.registry_uri)
        if (part := _project_fix(workspaces, project, wanted, client)) is not None
    ]
    if not parts:
        return None
    return Bulk(
        _together([part.edit for part in parts]), sum(part.fixed for part in parts), sum(part.files for part in parts)
    )


def _project_fix(workspaces: Workspaces, project: Project, wanted: Wanted, client: Client) -> Bulk | None:
    found = project.check(None)
    shown = {path for path in workspaces.shown_files(project, found) if found[path]}
    chosen = [finding for path in shown for finding in found[path] if _is_wanted(finding, wanted)]
    if not chosen:
        return None
    result = project.engine.fix({finding.path for finding in chosen}, lambda finding: _is_wanted(finding, wanted))
    edits = differences(result.changed)
    if not edits:
        return None
    note = _note(chosen, wanted) if wanted.review else None
    return Bulk(workspace_edit(edits, project, client, note), result.fixed, len(edits))


def _is_wanted(finding: Finding, wanted: Wanted) -> bool:
    if wanted.concept not in (None, finding.diagnostic.concept) or finding.fix is None:
        return False
    applicability = finding.fix.applicability
    return applicability is Applicability.SAFE or (wanted.unsafe and applicability is Applicability.UNSAFE)


def _note(chosen: Sequence[Finding], wanted: Wanted) -> types.ChangeAnnotation:
    about = f"{wanted.concept}: " if wanted.concept is not None else ""
    reasons = dict.fromkeys(finding.fix.unsafe for finding in chosen if finding.fix is not None and finding.fix.unsafe)
    if not reasons:
        return to_confirm(f"{about}safe fixes", "Every one of them was proved safe.")
    told = "; ".join(list(reasons)[:_SHOWN])
    more = f"; and {len(reasons) - _SHOWN} more reasons" if len(reasons) > _SHOWN else ""
    return to_confirm(f"{about}fixes, some of them unsafe", f"{told}{more}")


def _together(edits: Sequence[types.WorkspaceEdit]) -> types.WorkspaceEdit:
    """Changes of different files as one."""
    first, *others = edits
    for other in others:
        first.changes = {**(first.changes or {}), **(other.changes or {})} or None
        first.document_changes = [*(first.document_changes or ()), *(other.document_changes or ())] or None
        first.change_annotations = {**(first.change_annotations or {}), **(other.change_annotations or {})} or None
    return first
