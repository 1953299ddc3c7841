"""Settings that change while the server runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lsprotocol import types

from ssot_server.lsp.settings import parse

if TYPE_CHECKING:
    from ssot_server.lsp.session import Session

_SECTION = "ssot"


async def did_change_configuration(ls: Session, params: types.DidChangeConfigurationParams) -> None:
    """The settings are new; editors that only say so are asked for them."""
    given = params.settings
    if isinstance(given, Mapping) and _SECTION in given:
        values = given[_SECTION]
    elif ls.client.configuration:
        item = types.ConfigurationItem(section=_SECTION)
        values = (await ls.workspace_configuration_async(types.ConfigurationParams([item])))[0]
    else:
        return
    ls.configure(parse(values), ls.folders)
    ls.refresher.schedule(everything=True)
