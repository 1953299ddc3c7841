"""Diagnostics for editors that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ssot_server.lsp import reports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_server.lsp.reports import DocumentReport
    from ssot_server.lsp.session import Session


async def document_diagnostic(ls: Session, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """The diagnostics of one document."""
    uri = params.text_document.uri
    report = reports.nothing(uri)
    if ls.settings.lint:
        report = await ls.run(lambda workspaces: reports.document_report(workspaces, uri, ls.client), report)
    ls.refresher.remember(report)
    if report.result_id == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(report.result_id)
    return types.RelatedFullDocumentDiagnosticReport(list(report.items), result_id=report.result_id)


async def workspace_diagnostic(ls: Session, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of the whole workspace.

    An editor that takes partial results can wait for them, and would ask again at once: it is answered when
    there is something new to say.
    """
    previous = {known.uri: known.value for known in params.previous_result_ids}
    while True:
        found = await _workspace_reports(ls)
        news = any(previous.get(report.uri) != report.result_id for report in found)
        gone = previous.keys() - {report.uri for report in found}
        if news or any(previous[uri] != reports.nothing(uri).result_id for uri in gone):
            break
        if params.partial_result_token is None or not previous:
            break
        await ls.refresher.changed()
    found.extend(reports.nothing(uri) for uri in sorted(gone))
    return types.WorkspaceDiagnosticReport([_item(report, previous) for report in found])


async def _workspace_reports(ls: Session) -> list[DocumentReport]:
    if not ls.settings.lint:
        return []
    nothing: list[DocumentReport] = []
    return await ls.run(lambda workspaces: reports.workspace_reports(workspaces, ls.client), nothing, long=True)


def _item(report: DocumentReport, previous: Mapping[str, str]) -> types.WorkspaceDocumentDiagnosticReport:
    if previous.get(report.uri) == report.result_id:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(report.uri, report.result_id, report.version)
    return types.WorkspaceFullDocumentDiagnosticReport(
        report.uri, list(report.items), report.version, result_id=report.result_id
    )
