"""The workspace as a whole, for views beside the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssot_server.lsp.session import Session
    from ssot_server.lsp.workspaces import Workspaces

_NOTHING: dict[str, Any] = {"registries": []}


async def status(ls: Session, _params: object) -> dict[str, Any]:
    """Which registries are in force, and how much was found; known when all is indexed."""
    return await ls.run(_status, _NOTHING, long=True)


async def concepts(ls: Session, _params: object) -> dict[str, Any]:
    """Every concept, with all that there is to say of it."""
    return await ls.run(lambda workspaces: _concepts(workspaces, ls), _NOTHING, long=True)


def _status(workspaces: Workspaces) -> dict[str, Any]:
    from ssot_server.lsp import overview

    return overview.status(workspaces)


def _concepts(workspaces: Workspaces, ls: Session) -> dict[str, Any]:
    from ssot_server.lsp import overview

    return overview.concepts(workspaces, ls.client)
