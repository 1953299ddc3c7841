"""The beginning and the end of a session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types
from lsprotocol.types import FileSystemWatcher, WatchKind
from pygls.capabilities import ServerCapabilitiesBuilder

from ssot_server.lsp.client import Client
from ssot_server.lsp.requests.folders import folder_paths
from ssot_server.lsp.settings import from_options
from ssot_server.places import FILE_SUFFIXES, TREE_FILES

if TYPE_CHECKING:
    from ssot_server.lsp.session import Session

_WATCHED = (*(f"**/*{suffix}" for suffix in FILE_SUFFIXES), *(f"**/{name}" for name in sorted(TREE_FILES)))
_FOLDERS = FileSystemWatcher("**/*", WatchKind.Create | WatchKind.Delete)
"""Where a folder is deleted, moved or renamed some editors tell about the folder and not about the files in it."""


def initialize(ls: Session, params: types.InitializeParams) -> None:
    """The editor introduces itself."""
    encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
    ls.begin(Client.of(params.capabilities, encoding))
    settings, folders = from_options(params.initialization_options), _folders(params)
    # The first job loads the engine; begun before the answer is sent, it would hold the answer up.
    asyncio.get_running_loop().call_soon(ls.configure, settings, folders)


async def initialized(ls: Session, _params: types.InitializedParams) -> None:
    """The editor is ready: ask it to tell about files and settings."""
    registrations = []
    if ls.client.watches_files:
        watchers = [*(FileSystemWatcher(pattern) for pattern in _WATCHED), _FOLDERS]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registrations.append(types.Registration("ssot-watched-files", method, options))
    if ls.client.registers_configuration:
        method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
        registrations.append(types.Registration("ssot-configuration", method, {"section": "ssot"}))
    if registrations:
        await ls.client_register_capability_async(types.RegistrationParams(registrations))


def shutdown(ls: Session, _params: None) -> None:
    """The editor is about to leave."""
    ls.stop()


def _folders(params: types.InitializeParams) -> tuple[str, ...]:
    if params.workspace_folders:
        return folder_paths(folder.uri for folder in params.workspace_folders)
    if params.root_uri:
        return folder_paths([params.root_uri])
    return (params.root_path,) if params.root_path else ()
