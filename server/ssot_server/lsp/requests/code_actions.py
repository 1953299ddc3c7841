"""Fixes and other things to do about the findings in a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsprotocol import types

    from ssot_server.lsp.actions import Offer
    from ssot_server.lsp.session import Session
    from ssot_server.lsp.workspaces import Workspaces

_PATIENCE = 1.0
"""Seconds that a question waits for the index; without it no fix can be called safe."""


async def code_action(ls: Session, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    """What can be done about the findings that a range touches."""
    if not ls.client.code_actions or not ls.settings.lint:
        return None
    return await ls.run_indexed(
        params.text_document.uri,
        lambda workspaces: _code_actions(ls, workspaces, params),
        None,
        patience=_PATIENCE,
    )


async def code_action_resolve(ls: Session, params: types.CodeAction) -> types.CodeAction:
    """The same code action with its edit, if it still applies."""
    offer = await ls.run(lambda _: _offer(params), None)
    if offer is not None:
        params.edit = await ls.run_indexed(
            offer.uri, lambda workspaces: _edit(ls, workspaces, offer), params.edit, long=offer.is_long
        )
    return params


def _code_actions(ls: Session, workspaces: Workspaces, params: types.CodeActionParams) -> list[types.CodeAction]:
    from ssot_server.lsp import actions

    return actions.code_actions(workspaces, params, ls.client, ls.settings)


def _offer(action: types.CodeAction) -> Offer | None:
    from ssot_server.lsp.actions import Offer

    return Offer.read(action.data)


def _edit(ls: Session, workspaces: Workspaces, offer: Offer) -> types.WorkspaceEdit | None:
    from ssot_server.lsp import actions

    return actions.resolve(workspaces, offer, ls.client)
