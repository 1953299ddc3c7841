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
    """The diagnostics of one file."""

    uri: str
    version: int | None
    """The document's version that they speak of; None when it is not open."""
    items: tuple[Diagnostic, ...]
    result_id: str
    """Equal for equal diagnostics."""


def nothing(uri: str, version: int | None = None) -> DocumentReport:
    """The report of a file without findings."""
    return DocumentReport(uri, version, (), _digest(()))


def document_report(workspaces: Workspaces, uri: str, client: Client) -> DocumentReport:
    """The report of one file, open or not."""
    file = workspaces.file(uri)
    if file is None:
        return nothing(uri)
    return _report(file.project, file.path, file.project.check([file.path])[file.path], client)


def open_reports(workspaces: Workspaces, client: Client) -> list[DocumentReport]:
    """The reports of all open documents and of the registries that speak about them."""
    paths: dict[Project, list[str]] = {}
    for file in workspaces.open_files():
        paths.setdefault(file.project, [file.project.registry]).append(file.path)
    reports: list[DocumentReport] = []
    for project, wanted in paths.items():
        found = project.check(wanted)
        reports.extend(_report(project, path, findings, client) for path, findings in found.items())
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
    for project in workspaces.projects():
        found: dict[str, list[Finding]] = {path: [] for path in project.documents}
        found.update(project.check(None))
        for path in workspaces.shown_files(project, found):
            report = _report(project, path, found[path], client)
            reports[report.uri] = report
    return list(reports.values())


def findings(file: File) -> list[Finding]:
    """The findings in one file."""
    return file.project.check([file.path])[file.path]


def _report(project: Project, path: str, found: Sequence[Finding], client: Client) -> DocumentReport:
    from ssot_server.lsp.convert import diagnostic

    items = tuple(diagnostic(finding, project, client) for finding in found)
    return DocumentReport(project.uri(path), project.version(path), items, _digest(items))


def _digest(items: tuple[Diagnostic, ...]) -> str:
    return blake2b(repr(items).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
