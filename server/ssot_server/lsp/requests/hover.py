"""What a name is, where the mouse rests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from ssot_rules.facts import Span
    from ssot_server.lsp.session import Session
    from ssot_server.lsp.workspaces import Workspaces

_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_FENCE = re.compile(r"^```.*\n?", re.MULTILINE)


async def hover(ls: Session, params: types.HoverParams) -> types.Hover | None:
    """What is known about the name at a position."""
    return await ls.run(lambda workspaces: _hover(ls, workspaces, params), None)


def _hover(ls: Session, workspaces: Workspaces, params: types.HoverParams) -> types.Hover | None:
    from ssot_server import ide

    file = workspaces.file(params.text_document.uri)
    if file is None:
        return None
    project, path = file
    sheet = project.shown(path).sheet(params.text_document.uri)
    if sheet is None:
        return None

    def link(target: str, span: Span) -> str:
        place = project.location(target, span, ls.client.encoding)
        if "#" in place.uri:  # of a cell, whose place in the notebook it tells
            return place.uri
        return f"{place.uri}#L{place.range.start.line + 1},{place.range.start.character + 1}"

    offset = sheet.offset(params.position, ls.client.encoding)
    found = ide.hover(project.engine, path, offset, link if ls.client.markdown else None)
    if found is None:
        return None
    if ls.client.markdown:
        contents = types.MarkupContent(types.MarkupKind.Markdown, found.markdown)
    else:
        contents = types.MarkupContent(types.MarkupKind.PlainText, plain(found.markdown))
    return types.Hover(contents, sheet.range(found.span, ls.client.encoding))


def plain(markdown: str) -> str:
    """Markdown as people write it in a text: without emphasis, fences and backticks, links spelled out."""
    text = _FENCE.sub("", markdown)
    text = _HEADING.sub("", text)
    text = _LINK.sub(lambda link: link[1] if link[1] == link[2] else f"{link[1]} ({link[2]})", text)
    return text.replace("**", "").replace("`", "")
