"""Reports of diagnostics, one a document, made in the worker's thread."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol.types import Diagnostic

    from ssot_server.lsp.client import Client
    from ssot_server.lsp.workspaces import File, Project, Workspaces
    from ssot_server.report import Finding


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The diagnostics of one document: a file, or a cell of a notebook."""

    uri: str
    version: int | None
    """The document's version that they speak of; None when it is not open."""
    items: tuple[Diagnostic, ...]
    result_id: str
    """Equal for equal diagnostics."""


def nothing(uri: str, version: int | None = None) -> DocumentReport:
    """The report of a document without findings."""
    return DocumentReport(uri, version, (), _digest(()))


def document_report(workspaces: Workspaces, uri: str, client: Client) -> DocumentReport:
    """The report of one document, open or not."""
    file = workspaces.file(uri)
    sheet = None if file is None else file.project.shown(file.path).sheet(uri)
    if file is None or sheet is None:
        return nothing(uri)
    return next(report for report in _reports(*file, findings(file), client) if report.uri == sheet.uri)


def file_reports(workspaces: Workspaces, uri: str, client: Client) -> list[DocumentReport]:
    """The reports of one file, open or not: several for a notebook."""
    file = workspaces.file(uri)
    return [] if file is None else _reports(*file, findings(file), client)


def open_reports(workspaces: Workspaces, client: Client) -> list[DocumentReport]:
    """The reports of all open documents and of the registries that speak about them."""
    paths: dict[Project, list[str]] = {}
    for file in workspaces.open_files():
        paths.setdefault(file.project, [file.project.registry]).append(file.path)
    reports: list[DocumentReport] = []
    for project, wanted in paths.items():
        found = project.check(wanted)
        for path, findings in found.items():
            reports.extend(_reports(project, path, findings, client))
    return reports


def index_next(workspaces: Workspaces) -> bool:
    """Index a project that an open document belongs to; whether there was one to be indexed."""
    for file in workspaces.open_files():
        if not file.project.engine.is_indexed:
            file.project.index()
            return True
    return False


def index(workspaces: Workspaces, uri: str) -> None:
    """Index the project that a document belongs to, unless that was done."""
    file = workspaces.file(uri)
    if file is not None and not file.project.engine.is_indexed:
        file.project.index()


def workspace_reports(workspaces: Workspaces, client: Client) -> list[DocumentReport]:
    """The reports of all files with findings, and of all open documents."""
    reports: dict[str, DocumentReport] = {}
    for project in workspaces.every_project():
        found: dict[str, list[Finding]] = {path: [] for path in project.documents}
        found.update(project.check(None))
        for path in workspaces.shown_files(project, found):
            reports.update((report.uri, report) for report in _reports(project, path, found[path], client))
    return list(reports.values())


def findings(file: File) -> list[Finding]:
    """The findings in one file."""
    return file.project.check([file.path])[file.path]


def _reports(project: Project, path: str, found: Sequence[Finding], client: Client) -> list[DocumentReport]:
    """One for each document that shows the file, whatever is found there."""
    from ssot_server.lsp.convert import diagnostic
    from ssot_server.lsp.sheets import sheet_of

    shown = project.shown(path)
    by_sheet: dict[str, list[Diagnostic]] = {sheet.uri: [] for sheet in shown.sheets}
    for finding in found:
        sheet = sheet_of(shown, finding.diagnostic.span.start)
        by_sheet[sheet.uri].append(diagnostic(finding, project, client))
    return [
        DocumentReport(sheet.uri, sheet.version, items, _digest(items))
        for sheet in shown.sheets
        for items in [tuple(by_sheet[sheet.uri])]
    ]


def _digest(items: tuple[Diagnostic, ...]) -> str:
    return blake2b(repr(items).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
