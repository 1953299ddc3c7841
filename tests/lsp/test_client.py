from __future__ import annotations

from lsprotocol.types import ClientCapabilities
from pytest_lsp import client_capabilities

from ssot_server.lsp.client import Client


def test_an_editor_that_says_nothing_of_itself() -> None:
    assert Client.of(ClientCapabilities(), "utf-16") == Client()


def test_neovim() -> None:
    client = Client.of(client_capabilities("neovim@v0.7.0"), "utf-16")
    assert client == Client(
        related=True,
        deprecated_tag=True,
        code_actions=True,
        resolves_edits=True,
        deletes_files=True,
        links=True,
        markdown=True,
        progress=True,
    )


def test_visual_studio_code() -> None:
    client = Client.of(client_capabilities("visual-studio-code@v1.65.2"), "utf-16")
    assert client == Client(
        related=True,
        deprecated_tag=True,
        code_description=True,
        diagnostic_data=True,
        code_actions=True,
        resolves_edits=True,
        preferred=True,
        versioned_edits=True,
        deletes_files=True,
        disables_actions=True,
        links=True,
        markdown=True,
        progress=True,
        watches_files=True,
        configuration=True,
        registers_configuration=True,
    )
