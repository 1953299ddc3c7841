"""Commands that the editor's user may run."""

from __future__ import annotations

import logging
import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ssot_server.lsp.session import Session
from ssot_server.version import VERSION

if TYPE_CHECKING:
    from ssot_server.lsp.bulk_fixes import Bulk, Wanted
    from ssot_server.lsp.workspaces import Workspaces

_log = logging.getLogger(__name__)

APPLY_AUTOFIX = "ssot.applyAutofix"
APPLY_FIXES = "ssot.applyFixes"
DEBUG_INFORMATION = "ssot.debugInformation"


async def apply_autofix(ls: Session, *arguments: Any) -> None:
    """Apply all safe fixes to a document: `{"uri": …}`, or the URI alone."""
    uri = arguments[0] if arguments else None
    if isinstance(uri, Mapping):
        uri = uri.get("uri")
    if not isinstance(uri, str):
        _log.warning("%s needs the URI of a document", APPLY_AUTOFIX)
        return
    document = uri

    def edit(workspaces: Workspaces) -> types.WorkspaceEdit | None:
        from ssot_server.lsp.actions import fix_all

        file = workspaces.file(document)
        return None if file is None else fix_all(file, ls.client)

    change = await ls.run_indexed(document, edit, None)
    if change is not None:
        await _apply(ls, change, "Fix all ssot problems in this file")


async def apply_fixes(ls: Session, *arguments: Any) -> dict[str, Any] | None:
    """Apply the fixes of a concept, or all, in the whole workspace: `{"registry", "concept", "unsafe", "review"}`, each
    of which may be missing. Tells how many findings that answers, in how many files, and whether it was applied."""
    wanted = _wanted(arguments)
    if wanted is None:
        _log.warning("%s does not understand its argument: %r", APPLY_FIXES, arguments)
        return None
    await ls.run(_index, None, long=True)
    found = await ls.run(lambda workspaces: _bulk_fix(ls, workspaces, wanted), None)
    if found is None:
        return {"fixed": 0, "files": 0, "applied": False}
    applied = await _apply(ls, found.edit, "Fix ssot problems in the workspace")
    return {"fixed": found.fixed, "files": found.files, "applied": applied}


async def _apply(ls: Session, change: types.WorkspaceEdit, label: str) -> bool:
    answer = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(change, label))
    if not answer.applied:
        _log.warning("the editor did not apply the fixes: %s", answer.failure_reason or "no reason given")
    return answer.applied


def _wanted(arguments: tuple[Any, ...]) -> Wanted | None:
    from ssot_server.lsp.bulk_fixes import Wanted

    return Wanted.read(arguments[0] if arguments else None)


def _index(workspaces: Workspaces) -> None:
    for project in workspaces.projects():
        project.index()


def _bulk_fix(ls: Session, workspaces: Workspaces, wanted: Wanted) -> Bulk | None:
    from ssot_server.lsp.bulk_fixes import bulk_fix

    return bulk_fix(workspaces, wanted, ls.client)


async def debug_information(ls: Session, *_arguments: Any) -> str:
    """Describe the server for a bug report, in the log and as the answer."""
    from importlib import metadata

    projects = await ls.run(lambda workspaces: workspaces.describe(), "the engine does not answer")
    lines = [
        f"ssot {VERSION}, pygls {metadata.version('pygls')}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"client: {ls.client}",
        f"settings: {ls.settings}",
        projects,
        *(f"open: {document.uri}, version {document.version}" for document in ls.documents),
    ]
    description = "\n".join(lines)
    _log.info("%s", description)
    return description
