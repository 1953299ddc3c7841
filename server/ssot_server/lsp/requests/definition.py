"""From a deprecated or registered name to the canonical."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lsprotocol import types

if TYPE_CHECKING:
    from ssot_server.lsp.session import Session
    from ssot_server.lsp.workspaces import Workspaces

Answer: TypeAlias = "list[types.Location] | list[types.LocationLink] | None"


async def definition(ls: Session, params: types.DefinitionParams) -> Answer:
    """Where the canonical of the name at a position is defined."""
    return await ls.run(lambda workspaces: _definition(ls, workspaces, params), None)


def _definition(ls: Session, workspaces: Workspaces, params: types.DefinitionParams) -> Answer:
    from ssot_server import ide

    file = workspaces.file(params.text_document.uri)
    if file is None:
        return None
    project, path = file
    encoding = ls.client.encoding
    sheet = project.shown(path).sheet(params.text_document.uri)
    if sheet is None:
        return None
    targets = ide.definition(project.engine, path, sheet.offset(params.position, encoding))
    if not ls.client.links:
        return [project.location(target.path, target.span, encoding) for target in targets]
    return [
        types.LocationLink(
            target_uri=name.uri,
            target_range=project.location(target.path, target.full, encoding).range,
            target_selection_range=name.range,
        )
        for target in targets
        for name in [project.location(target.path, target.span, encoding)]
    ]
