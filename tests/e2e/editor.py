"""An editor for tests: a real client of the protocol, with the capabilities of real editors.

It keeps its own copy of each open document and does its own arithmetic on positions, so that nothing of the
server's is taken on trust.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import re
import sys
import time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import attrs
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cattrs import Converter

SERVER = (sys.executable, "-m", "ssot_server", "server")
PATIENCE = 60.0
"""Seconds after which something that was waited for is missing."""
IN_VAIN = 1.0
"""Seconds that a server waits for its own index before it answers without."""

Shown = tuple[str, int, str]
"""A diagnostic as tests write it: code, line (from 1) and the text under it."""


def visual_studio_code() -> types.ClientCapabilities:
    """Visual Studio Code that sends no position encodings and waits for diagnostics."""
    return client_capabilities("visual-studio-code@v1.65.2")


def visual_studio_code_pulling() -> types.ClientCapabilities:
    """Visual Studio Code with what its client library has learned since."""
    capabilities = copy.deepcopy(visual_studio_code())
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    assert capabilities.workspace
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities(
        dynamic_registration=True, related_document_support=False
    )
    capabilities.text_document.code_action.honors_change_annotations = True
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    capabilities.general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16])
    return capabilities


def neovim_waiting() -> types.ClientCapabilities:
    """Neovim before it asked for diagnostics: UTF-16, edits without versions, no file watchers."""
    return client_capabilities("neovim@v0.7.0")


def neovim_pulling() -> types.ClientCapabilities:
    """Neovim that asks for diagnostics and counts in UTF-8."""
    return client_capabilities("neovim@v0.11.0")


def with_encodings(capabilities: types.ClientCapabilities, *encodings: str) -> types.ClientCapabilities:
    """The same editor with these position encodings, the dearest first."""
    capabilities = copy.deepcopy(capabilities)
    capabilities.general = types.GeneralClientCapabilities(
        position_encodings=[types.PositionEncodingKind(encoding) for encoding in encodings]
    )
    return capabilities


def with_notebooks(capabilities: types.ClientCapabilities) -> types.ClientCapabilities:
    """The same editor, which tells about the cells of notebooks."""
    capabilities = copy.deepcopy(capabilities)
    sync = types.NotebookDocumentSyncClientCapabilities(dynamic_registration=True, execution_summary_support=True)
    capabilities.notebook_document = types.NotebookDocumentClientCapabilities(sync)
    return capabilities


EDITORS = {
    "vscode": visual_studio_code,
    "vscode-pull": visual_studio_code_pulling,
    "neovim": neovim_waiting,
    "neovim-pull": neovim_pulling,
}


class Editor:
    """One editor with one server."""

    def __init__(self, root: Path, capabilities: types.ClientCapabilities) -> None:
        self.root = root
        self.capabilities = capabilities
        self.pulls = bool(capabilities.text_document and capabilities.text_document.diagnostic)
        self.encoding = "utf-16"
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.cells: list[str] = []
        """Of the notebook that is open, in their order."""
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.registered: dict[str, types.Registration] = {}
        self.refreshes = 0
        self._refreshes_seen = 0
        self.applied: list[types.ApplyWorkspaceEditParams] = []
        self.configuration: Any = None
        self.result: types.InitializeResult | None = None
        self._news = asyncio.Event()
        self.client = LanguageClient(converter_factory=_converter)
        own: dict[str, Callable[..., Any]] = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: self._on_publish,
            types.CLIENT_REGISTER_CAPABILITY: self._on_register,
            types.WORKSPACE_DIAGNOSTIC_REFRESH: self._on_refresh,
            types.WORKSPACE_APPLY_EDIT: self._on_apply,
            types.WORKSPACE_CONFIGURATION: self._on_configuration,
        }
        for method in (types.WINDOW_LOG_MESSAGE, types.PROGRESS):
            own[method] = functools.partial(self._on_other, DEFAULT_CLIENT_FEATURES[method])
        for method, handler in own.items():
            own[method] = functools.partial(handler)
        register_lsp_features(self.client, {**DEFAULT_CLIENT_FEATURES, **own})

    # -- the session --------------------------------------------------------------------------------------

    async def start(self, options: object = None, folders: Sequence[Path] | None = None) -> None:
        """Start the server and introduce the editor with its folders, by default the root."""
        await self.client.start_io(*SERVER)
        await self.introduce(options, folders)

    async def introduce(self, options: object = None, folders: Sequence[Path] | None = None) -> None:
        """Introduce the editor to a server that runs."""
        self.result = await self.client.initialize_session(
            types.InitializeParams(
                capabilities=self.capabilities,
                initialization_options=options,
                workspace_folders=[
                    types.WorkspaceFolder(folder.as_uri(), folder.name)
                    for folder in ([self.root] if folders is None else folders)
                ],
                root_uri=self.root.as_uri(),
            )
        )
        self.encoding = str(getattr(self.encoding_kind, "value", self.encoding_kind))

    @property
    def encoding_kind(self) -> types.PositionEncodingKind | str:
        """The position encoding that the server chose."""
        assert self.result is not None
        return self.result.capabilities.position_encoding or types.PositionEncodingKind.Utf16

    async def stop(self) -> None:
        """Leave as an editor does."""
        await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)
        await self.client.stop()  # type: ignore[no-untyped-call]

    @property
    def progress(self) -> list[Any]:
        """What was said about progress, of whatever."""
        return [value for values in self.client.progress_reports.values() for value in values]

    # -- documents ----------------------------------------------------------------------------------------

    def uri(self, path: str) -> str:
        """The URI of a file, or of a notebook's cell: `book.ipynb#name`."""
        file, _, cell = path.partition("#")
        uri = (self.root / file).as_uri()
        return f"{uri.replace('file:', 'vscode-notebook-cell:', 1)}#{cell}" if cell else uri

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file, with the disk's text or another."""
        if text is None:
            text = (self.root / path).read_bytes().decode()
        self.texts[path] = text
        self.versions[path] = 1
        language = {".toml": "toml", ".ipynb": "json"}.get(PurePath(path).suffix, "python")
        item = types.TextDocumentItem(self.uri(path), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the first `old` by `new`, as one incremental change."""
        self._changed(path, [self._replaced(path, old, new)])

    def _replaced(self, path: str, old: str, new: str) -> types.TextDocumentContentChangePartial:
        text = self.texts[path]
        start = text.index(old)
        range_ = types.Range(self.position(text, start), self.position(text, start + len(old)))
        self.texts[path] = text[:start] + new + text[start + len(old) :]
        return types.TextDocumentContentChangePartial(range=range_, text=new)

    def replace(self, path: str, text: str) -> None:
        """Replace the whole text."""
        self.texts[path] = text
        self._changed(path, [types.TextDocumentContentChangeWholeDocument(text=text)])

    def _changed(self, path: str, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        self.versions[path] += 1
        identifier = types.VersionedTextDocumentIdentifier(version=self.versions[path], uri=self.uri(path))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    def save(self, path: str) -> None:
        """Write an open document to disk."""
        (self.root / path).write_bytes(self.texts[path].encode())
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(self.document(path)))

    def close(self, path: str) -> None:
        del self.texts[path]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(path)))

    def watched(self, *paths: str, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
        """Tell that files have changed on disk."""
        events = [types.FileEvent(self.uri(path), kind) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def document(self, path: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(path))

    # -- notebooks ----------------------------------------------------------------------------------------

    def open_notebook(self, path: str, **cells: str) -> None:
        """Open a notebook with these cells, each with a name. What begins with `#!` is in another language."""
        self.cells = [f"{path}#{name}" for name in cells]
        self.texts.update({f"{path}#{name}": text for name, text in cells.items()})
        document = types.NotebookDocument(
            self.uri(path), "jupyter-notebook", 1, [self._cell(cell) for cell in self.cells]
        )
        items = [self._cell_item(cell) for cell in self.cells]
        self.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, items))

    def edit_cell(self, cell: str, old: str, new: str) -> None:
        """Replace the first `old` by `new` in a cell, as one incremental change."""
        change = self._replaced(cell, old, new)
        self.versions[cell] += 1
        document = types.VersionedTextDocumentIdentifier(version=self.versions[cell], uri=self.uri(cell))
        content = types.NotebookDocumentCellContentChanges(document, [change])
        self._notebook_changed(cell, types.NotebookDocumentCellChanges(text_content=[content]))

    def splice_cells(self, path: str, start: int, count: int, **cells: str | None) -> None:
        """Replace so many cells by others; those without a text are only moved."""
        names = {f"{path}#{name}": text for name, text in cells.items()}
        removed = self.cells[start : start + count]
        self.cells[start : start + count] = names
        new = [name for name, text in names.items() if text is not None]
        self.texts.update({name: text for name, text in names.items() if text is not None})
        closed = [types.TextDocumentIdentifier(self.uri(cell)) for cell in removed if cell not in names]
        structure = types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(start, count, [self._cell(cell) for cell in names]),
            did_open=[self._cell_item(cell) for cell in new],
            did_close=closed,
        )
        self._notebook_changed(path, types.NotebookDocumentCellChanges(structure=structure))

    def change_kind(self, cell: str, kind: types.NotebookCellKind) -> None:
        """Say that a cell is of another kind now."""
        data = types.NotebookCell(kind, self.uri(cell))
        self._notebook_changed(cell, types.NotebookDocumentCellChanges(data=[data]))

    def save_notebook(self, path: str) -> None:
        identifier = types.NotebookDocumentIdentifier(self.uri(path))
        self.client.notebook_document_did_save(types.DidSaveNotebookDocumentParams(identifier))

    def close_notebook(self, path: str) -> None:
        identifier = types.NotebookDocumentIdentifier(self.uri(path))
        closed = [types.TextDocumentIdentifier(self.uri(cell)) for cell in self.cells]
        self.client.notebook_document_did_close(types.DidCloseNotebookDocumentParams(identifier, closed))
        self.cells = []

    def _notebook_changed(self, path: str, change: types.NotebookDocumentCellChanges) -> None:
        identifier = types.VersionedNotebookDocumentIdentifier(2, self.uri(path.partition("#")[0]))
        event = types.NotebookDocumentChangeEvent(cells=change)
        self.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(identifier, event))

    def _cell(self, cell: str) -> types.NotebookCell:
        is_code = not self.texts[cell].startswith("#!")
        kind = types.NotebookCellKind.Code if is_code else types.NotebookCellKind.Markup
        return types.NotebookCell(kind, self.uri(cell))

    def _cell_item(self, cell: str) -> types.TextDocumentItem:
        self.versions[cell] = 1
        language = "markdown" if self.texts[cell].startswith("#!") else "python"
        return types.TextDocumentItem(self.uri(cell), language, 1, self.texts[cell])

    # -- positions ----------------------------------------------------------------------------------------

    def position(self, text: str, offset: int) -> types.Position:
        before = re.split("\r\n|\r|\n", text[:offset])
        return types.Position(len(before) - 1, units(before[-1], self.encoding))

    def at(self, path: str, needle: str, within: int = 0) -> types.Position:
        """The position of the first `needle` in an open document, or so many characters into it."""
        text = self.texts[path]
        return self.position(text, text.index(needle) + within)

    def offset(self, text: str, position: types.Position) -> int:
        ends = [0, *(end.end() for end in re.finditer("\r\n|\r|\n", text))]
        start = ends[position.line]
        for offset in range(start, len(text) + 1):
            if units(text[start:offset], self.encoding) == position.character:
                return offset
        raise AssertionError(f"{position} is not in the text")

    def under(self, text: str, range_: types.Range) -> str:
        return text[self.offset(text, range_.start) : self.offset(text, range_.end)]

    # -- diagnostics --------------------------------------------------------------------------------------

    async def diagnostics(self, path: str) -> list[types.Diagnostic]:
        """What the server answers when it is asked, or has said last."""
        if not self.pulls:
            await self.until(lambda: self.uri(path) in self.published)
            return list(self.published[self.uri(path)].diagnostics)
        report = await self.pull(path)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)

    async def pull(self, path: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        params = types.DocumentDiagnosticParams(self.document(path), identifier="ssot", previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)

    async def expect(self, path: str, *expected: Shown) -> list[types.Diagnostic]:
        """Wait until the editor shows exactly this in a file."""
        if self.pulls:
            found = await self.diagnostics(path)
            assert self.shown(path, found) == sorted(expected, key=_place)
            return found

        def is_shown() -> bool:
            published = self.published.get(self.uri(path))
            return published is not None and self.shown(path, published.diagnostics) == sorted(expected, key=_place)

        try:
            await self.until(is_shown)
        except asyncio.TimeoutError:
            last = self.published.get(self.uri(path))
            shown = self.shown(path, last.diagnostics) if last else "nothing at all"
            raise AssertionError(f"{path} shows {shown}, not {list(expected)}") from None
        return list(self.published[self.uri(path)].diagnostics)

    def shown(self, path: str, diagnostics: Sequence[types.Diagnostic]) -> list[Shown]:
        text = self.texts.get(path)
        if text is None:
            text = (self.root / path).read_bytes().decode()
        shown = []
        for diagnostic in diagnostics:
            try:
                under = self.under(text, diagnostic.range)
            except (AssertionError, IndexError):
                under = "outside the text"
            shown.append((str(diagnostic.code), diagnostic.range.start.line + 1, under))
        return sorted(shown, key=_place)

    async def indexed(self) -> None:
        """Wait until the server knows all of the editor's folders: what it says of them all, it says then."""
        params = types.WorkspaceDiagnosticParams([], identifier="ssot")
        await asyncio.wait_for(self.client.workspace_diagnostic_async(params), PATIENCE)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for messages from the server until something is so."""

        async def wait() -> None:
            while not condition():
                self._news.clear()
                await self._news.wait()

        await asyncio.wait_for(wait(), PATIENCE)

    async def refreshed(self) -> None:
        """Wait until an editor that asks is told to ask again, and not for the last time that this was waited for.

        The first time is when the project of an open document has been indexed.
        """
        if self.pulls:
            await self.until(lambda: self.refreshes > self._refreshes_seen)
            self._refreshes_seen = self.refreshes

    # -- requests -----------------------------------------------------------------------------------------

    async def actions(self, path: str, needle: str, only: Sequence[str] | None = None) -> dict[str, types.CodeAction]:
        """The code actions at the first `needle`, by title, once the server knows enough to call a fix safe."""
        start = self.at(path, needle)
        params = types.CodeActionParams(
            self.document(path), types.Range(start, start), types.CodeActionContext([], only=only)
        )
        found, knows = None, False
        while not knows:  # a file that the watcher tells of at this moment has the server begin anew
            await self.indexed()
            begin = time.monotonic()
            found = await asyncio.wait_for(self.client.text_document_code_action_async(params), PATIENCE)
            knows = time.monotonic() - begin < IN_VAIN
        actions = [action for action in found or () if isinstance(action, types.CodeAction)]
        assert len(actions) == len(found or ())
        assert len({action.title for action in actions}) == len(actions)
        return {action.title: action for action in actions}

    async def take(self, action: types.CodeAction) -> dict[str, str]:
        """Choose a code action: the texts of the files that it changes, as they are afterwards."""
        if action.edit is None:
            action = await asyncio.wait_for(self.client.code_action_resolve_async(action), PATIENCE)
        assert action.edit is not None
        return self.after(action.edit)

    def after(self, edit: types.WorkspaceEdit) -> dict[str, str]:
        """The texts of the files that an edit changes, as they are afterwards; versions must be the current ones."""
        by_uri: dict[str, list[types.TextEdit]] = {}
        for uri, edits in (edit.changes or {}).items():
            by_uri[uri] = list(edits)
        for change in edit.document_changes or ():
            if isinstance(change, types.DeleteFile):
                continue  # see `deleted`
            assert isinstance(change, types.TextDocumentEdit)
            known = {self.uri(path): self.versions[path] for path in self.texts}
            version = known.get(change.text_document.uri) if self.knows_versions else None
            assert change.text_document.version == version
            by_uri[change.text_document.uri] = [
                types.TextEdit(made.range, made.new_text)
                for made in change.edits
                if not isinstance(made, types.SnippetTextEdit)
            ]
        opened = {self.uri(path): path for path in self.texts}
        paths = {uri: opened.get(uri) or unquote(uri.removeprefix(f"{self.root.as_uri()}/")) for uri in by_uri}
        return {paths[uri]: self.edited(self._text(paths[uri]), edits) for uri, edits in by_uri.items()}

    @property
    def knows_versions(self) -> bool:
        """Whether it takes changes of one version of a document."""
        workspace = self.capabilities.workspace
        return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)

    def deleted(self, edit: types.WorkspaceEdit) -> list[str]:
        """The files that an edit deletes, which it does when all texts are changed."""
        changes = list(edit.document_changes or ())
        gone = [change for change in changes if isinstance(change, types.DeleteFile)]
        assert changes[len(changes) - len(gone) :] == gone
        return [unquote(change.uri.removeprefix(f"{self.root.as_uri()}/")) for change in gone]

    def _text(self, path: str) -> str:
        """What the editor has of a file, or would have if it were open."""
        return self.texts[path] if path in self.texts else (self.root / path).read_bytes().decode()

    def edited(self, text: str, edits: Sequence[types.TextEdit]) -> str:
        spans = [(self.offset(text, edit.range.start), self.offset(text, edit.range.end), edit) for edit in edits]
        for start, end, edit in sorted(spans, key=lambda span: span[:2], reverse=True):
            text = text[:start] + edit.new_text + text[end:]
        return text

    async def hover(self, path: str, needle: str) -> types.Hover | None:
        params = types.HoverParams(self.document(path), self.at(path, needle, 1))
        return await asyncio.wait_for(self.client.text_document_hover_async(params), PATIENCE)

    async def definition(self, path: str, needle: str) -> Any:
        params = types.DefinitionParams(self.document(path), self.at(path, needle, 1))
        return await asyncio.wait_for(self.client.text_document_definition_async(params), PATIENCE)

    async def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(name, list(arguments))
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), PATIENCE)

    # -- what the server sends ----------------------------------------------------------------------------

    def _on_publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.published[params.uri] = params
        self._news.set()

    def _on_register(self, params: types.RegistrationParams) -> None:
        self.registered.update({registration.method: registration for registration in params.registrations})
        self._news.set()

    def _on_refresh(self, _params: None) -> None:
        self.refreshes += 1
        self._news.set()

    def _on_apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.applied.append(params)
        self._news.set()
        return types.ApplyWorkspaceEditResult(applied=True)

    def _on_other(self, handle: Callable[..., Any], params: Any) -> None:
        handle(self.client, params)
        self._news.set()

    def _on_configuration(self, params: types.ConfigurationParams) -> list[Any]:
        return [self.configuration for _ in params.items]


def _converter() -> Converter:
    """lsprotocol's, which cannot read what a server says of the notebooks that it wants to know."""
    converter = default_converter()
    kinds = attrs.fields_dict(attrs.resolve_types(types.NotebookDocumentFilterWithCells))["notebook"].type
    converter.register_structure_hook(kinds, lambda value, _: value)
    return converter


def units(text: str, encoding: str) -> int:
    """How many code units a text has."""
    width, codec = {"utf-8": (1, "utf-8"), "utf-16": (2, "utf-16-le"), "utf-32": (4, "utf-32-le")}[encoding]
    return len(text.encode(codec)) // width


def _place(shown: Shown) -> tuple[int, str, str]:
    return shown[1], shown[0], shown[2]
