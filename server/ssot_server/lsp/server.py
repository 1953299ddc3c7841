"""The language server: which message goes where."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys

from lsprotocol import types

from ssot_server.lsp import kinds
from ssot_server.lsp.requests import (
    code_actions,
    commands,
    configuration,
    definition,
    diagnostics,
    folders,
    hover,
    lifecycle,
    notebooks,
    overview,
    synchronization,
    watched_files,
)
from ssot_server.lsp.session import Session

_FEATURES = (
    (types.INITIALIZE, lifecycle.initialize, None),
    (types.INITIALIZED, lifecycle.initialized, None),
    (types.SHUTDOWN, lifecycle.shutdown, None),
    (types.TEXT_DOCUMENT_DID_OPEN, synchronization.did_open, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, synchronization.did_change, None),
    (types.TEXT_DOCUMENT_DID_SAVE, synchronization.did_save, types.SaveOptions(include_text=False)),
    (types.TEXT_DOCUMENT_DID_CLOSE, synchronization.did_close, None),
    (types.NOTEBOOK_DOCUMENT_DID_OPEN, notebooks.did_open, None),
    (types.NOTEBOOK_DOCUMENT_DID_CHANGE, notebooks.did_change, None),
    (types.NOTEBOOK_DOCUMENT_DID_SAVE, notebooks.did_save, None),
    (types.NOTEBOOK_DOCUMENT_DID_CLOSE, notebooks.did_close, None),
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        diagnostics.document_diagnostic,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="ssot"),
    ),
    (types.WORKSPACE_DIAGNOSTIC, diagnostics.workspace_diagnostic, None),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_actions.code_action,
        types.CodeActionOptions(
            [types.CodeActionKind.QuickFix, kinds.FIX_ALL, kinds.FIX_ALL_CELLS], resolve_provider=True
        ),
    ),
    (types.CODE_ACTION_RESOLVE, code_actions.code_action_resolve, None),
    (types.TEXT_DOCUMENT_HOVER, hover.hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, definition.definition, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watched_files.did_change_watched_files, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, folders.did_change_workspace_folders, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, configuration.did_change_configuration, None),
    (kinds.STATUS, overview.status, None),
    (kinds.CONCEPTS, overview.concepts, None),
)

_COMMANDS = (
    (commands.APPLY_AUTOFIX, commands.apply_autofix),
    (commands.APPLY_FIXES, commands.apply_fixes),
    (commands.DEBUG_INFORMATION, commands.debug_information),
)


def create() -> Session:
    """A server that waits for its editor."""
    session = Session()
    for message, handler, options in _FEATURES:
        session.feature(message, options)(handler)
    for name, command in _COMMANDS:
        session.command(name)(command)
    return session


def serve(*, tcp: tuple[str, int] | None = None) -> None:
    """Talk to one editor over standard input and output, or over TCP at a host and port, until it leaves.

    Exits with 1 when the editor is gone without having asked the server to shut down, as the protocol says.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    session = create()
    gc.freeze()  # what is loaded by now stays to the end
    gc.enable()
    if tcp is None:
        _serve_standard_streams(session)
    else:
        session.start_tcp(*tcp)
    if not session.stopped:
        sys.exit(1)


def _serve_standard_streams(session: Session) -> None:
    """Whatever is printed meanwhile goes to standard error: standard output carries messages alone."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output, contextlib.redirect_stdout(sys.stderr):
        session.start_io(stdout=output)
