"""Fixes and other things to do about the findings in a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_server.lsp import actions

if TYPE_CHECKING:
    from lsprotocol import types

    from ssot_server.lsp.session import Session

_PATIENCE = 1.0
"""Seconds that a question waits for the index; without it no fix can be called safe."""


async def code_action(ls: Session, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    """What can be done about the findings that a range touches."""
    if not ls.client.code_actions or not ls.settings.lint:
        return None
    await ls.indexed(params.text_document.uri, _PATIENCE)
    return await ls.run(lambda workspaces: actions.code_actions(workspaces, params, ls.client, ls.settings), None)


async def code_action_resolve(ls: Session, params: types.CodeAction) -> types.CodeAction:
    """The same code action with its edit, if it still applies."""
    offer = actions.Offer.read(params.data)
    if offer is not None:
        await ls.indexed(offer.uri, None)
        params.edit = await ls.run(lambda workspaces: actions.resolve(workspaces, offer, ls.client), None)
    return params
