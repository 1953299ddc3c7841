"""From the engine's values to the protocol's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ssot_rules.contract import Severity
from ssot_server.urls import rule_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_rules.contract import Edit, Related
    from ssot_server.fixing import Edits
    from ssot_server.lsp.client import Client
    from ssot_server.lsp.sheets import Sheet
    from ssot_server.lsp.workspaces import Project
    from ssot_server.report import Finding

SOURCE = "ssot"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
_NOTE = "ssot"


def diagnostic(finding: Finding, project: Project, client: Client) -> types.Diagnostic:
    """A finding as the editor shows it."""
    found, rule = finding.diagnostic, finding.rule
    return types.Diagnostic(
        range=project.location(finding.path, found.span, client.encoding).range,
        severity=_SEVERITIES[finding.severity],
        code=rule.code,
        code_description=types.CodeDescription(rule_url(rule.name)) if client.code_description else None,
        source=SOURCE,
        message=found.message,
        tags=[types.DiagnosticTag.Deprecated] if found.deprecated and client.deprecated_tag else None,
        related_information=(_related(finding.related, project, client) or None) if client.related else None,
        data={"name": rule.name} if client.diagnostic_data else None,
    )


def _related(related: Sequence[Related], project: Project, client: Client) -> list[types.DiagnosticRelatedInformation]:
    return [
        types.DiagnosticRelatedInformation(project.location(place.path, place.span, client.encoding), place.message)
        for place in related
    ]


def workspace_edit(
    edits: Edits, project: Project, client: Client, note: types.ChangeAnnotation | None = None
) -> types.WorkspaceEdit:
    """Edits by file as one change, with what the editor says of them before it applies them. Files go last, when all
    texts could be changed; an editor that cannot delete any must not be offered it."""
    changed = [change for path, made in edits.items() if made for change in project.shown(path).changes(path, made)]
    deleted = [sheet.uri for path, made in edits.items() if made is None for sheet in project.shown(path).sheets]
    if not (client.versioned_edits or deleted):
        return types.WorkspaceEdit(changes={sheet.uri: _text_edits(sheet, made, client) for sheet, made in changed})
    annotate = note is not None and client.annotated_edits
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for sheet, made in changed:
        version = sheet.version if client.versioned_edits else None
        document = types.OptionalVersionedTextDocumentIdentifier(uri=sheet.uri, version=version)
        plain = _text_edits(sheet, made, client)
        changes.append(types.TextDocumentEdit(document, _annotated(plain) if annotate else plain))
    options = types.DeleteFileOptions(ignore_if_not_exists=True)
    mark = _NOTE if annotate else None
    changes += (types.DeleteFile(uri, options=options, annotation_id=mark) for uri in deleted)
    return types.WorkspaceEdit(
        document_changes=changes, change_annotations={_NOTE: note} if note and annotate else None
    )


def to_confirm(label: str, why: str | None = None) -> types.ChangeAnnotation:
    """Lets the editor show a change, and ask, before it applies it."""
    return types.ChangeAnnotation(label, needs_confirmation=True, description=why)


def _text_edits(sheet: Sheet, edits: Sequence[Edit], client: Client) -> list[types.TextEdit]:
    return [types.TextEdit(sheet.text.range(edit.span, client.encoding), edit.content) for edit in edits]


def _annotated(edits: Sequence[types.TextEdit]) -> list[types.AnnotatedTextEdit]:
    return [types.AnnotatedTextEdit(_NOTE, edit.range, edit.new_text) for edit in edits]
