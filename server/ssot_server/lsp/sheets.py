"""What an editor sees of a file: one document, or one for each cell of a notebook.

The engine knows a file as one text. A *sheet* is a document of the editor that shows it, or a piece of it. A notebook
that is open has a sheet for each of its code cells; one that is not is the JSON that its file holds, and so it is for
an editor that opens it as text. Changes go the same way: of cells to each cell, of a closed notebook to the strings in
its file.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from lsprotocol.types import Position, Range

from ssot_rules.contract import Edit
from ssot_rules.facts import Span
from ssot_server.fixing import apply_edits, difference
from ssot_server.lsp.notebooks import Notebook
from ssot_server.lsp.positions import EditorText, Encoding, editor_text
from ssot_server.workspace import Cells, NotANotebook, notebook
from ssot_server.workspace.cells import Run, module_of, sources_of, translated, turned

_log = logging.getLogger(__name__)


class Sheet(NamedTuple):
    """A document of the editor, and what it shows of a file."""

    uri: str
    version: int | None
    """None when it is not open."""
    text: EditorText
    runs: tuple[Run, ...] | None = None
    """What stands in the file's text and in the document; None where they are the same."""

    def range(self, span: Span, encoding: Encoding) -> Range:
        """The editor's range for a span of the file's text; of it what is on this sheet."""
        return self.text.range(Span(self._shown(span.start), self._shown(span.end)), encoding)

    def offset(self, position: Position, encoding: Encoding) -> int:
        """The offset in the file's text of an editor's position."""
        offset = self.text.offset(position, encoding)
        return offset if self.runs is None else translated(turned(self.runs), offset)

    def span(self, range_: Range, encoding: Encoding) -> Span:
        """The span of the file's text of an editor's range; a range that runs backwards is turned round."""
        ends = (self.offset(range_.start, encoding), self.offset(range_.end, encoding))
        return Span(min(ends), max(ends))

    def begins_before(self, offset: int) -> bool:
        """Whether what it shows begins there or before."""
        return not self.runs or self.runs[0].start <= offset

    def _shown(self, offset: int) -> int:
        return offset if self.runs is None else translated(self.runs, offset)


class Shown(Protocol):
    """A file as the editor has it, or would have it."""

    @property
    def text(self) -> str:
        """The text that the engine knows it by."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """At least one."""

    def sheet(self, uri: str) -> Sheet | None:
        """The one that a URI of the editor names; None where it shows nothing of the file."""

    def changes(self, path: str, edits: Sequence[Edit]) -> list[tuple[Sheet, Sequence[Edit]]]:
        """Edits of the text, in order, as edits of the sheets."""


class PlainFile:
    """A file whose text the editor shows as it is."""

    def __init__(self, uri: str, version: int | None, text: str) -> None:
        self._sheet = Sheet(uri, version, editor_text(text))
        self.text = self._sheet.text.text
        self.sheets = (self._sheet,)

    def sheet(self, _uri: str) -> Sheet:
        """The only one."""
        return self._sheet

    def changes(self, _path: str, edits: Sequence[Edit]) -> list[tuple[Sheet, Sequence[Edit]]]:
        """The same."""
        return [(self._sheet, edits)]


class NotebookFile:
    """A notebook that the editor shows as the JSON that its file holds. What is no notebook holds no code."""

    def __init__(self, uri: str, version: int | None, text: str) -> None:
        shown = editor_text(text)
        self._json = shown.text
        try:
            self.text, runs = notebook.module_and_runs(self._json)
        except NotANotebook:
            self.text, runs = "", ()
        self._sheet = Sheet(uri, version, shown, runs)
        self.sheets = (self._sheet,)

    def sheet(self, _uri: str) -> Sheet:
        """The only one."""
        return self._sheet

    def changes(self, path: str, edits: Sequence[Edit]) -> list[tuple[Sheet, Sequence[Edit]]]:
        """New strings for the cells that change."""
        try:
            made = notebook.replacements(self._json, apply_edits(self.text, edits))
        except NotANotebook as error:
            _log.warning("%s is not changed: %s", path, error)
            return []
        return [(self._sheet, [Edit(path, Span(new.start, new.end), new.text) for new in made])] if made else []


@lru_cache(maxsize=16)
def closed_notebook(uri: str, text: str) -> NotebookFile:
    """A notebook that no editor has open; its places are asked for again and again."""
    return NotebookFile(uri, None, text)


class OpenNotebook:
    """A notebook whose cells the editor shows."""

    def __init__(self, opened: Notebook) -> None:
        cells = {number: cell for number, cell in enumerate(opened.cells, 1) if cell.is_python}
        self._sources = {number: cell.text for number, cell in cells.items()}
        self.text = module_of(self._sources.items())
        self._sheets = {
            number: Sheet(cells[number].uri, cells[number].version, editor_text(cells[number].text), runs)
            for number, runs in Cells(self.text).runs().items()
        }
        self.sheets = tuple(self._sheets.values()) or (Sheet(opened.uri, opened.version, editor_text(""), ()),)

    def sheet(self, uri: str) -> Sheet | None:
        """The cell; a cell that holds no Python is not there."""
        return next((sheet for sheet in self.sheets if sheet.uri == uri), None)

    def changes(self, path: str, edits: Sequence[Edit]) -> list[tuple[Sheet, Sequence[Edit]]]:
        """The lines that change, of each cell."""
        after = sources_of(apply_edits(self.text, edits))
        if [number for number, _ in after] != list(self._sheets):
            _log.warning("%s is not changed: its cells could no longer be told apart", path)
            return []
        return [
            (self._sheets[number], difference(path, self._sources[number], text))
            for number, text in after
            if text != self._sources[number]
        ]


def sheet_of(shown: Shown, offset: int) -> Sheet:
    """The sheet that shows a place of a file's text."""
    before = [sheet for sheet in shown.sheets if sheet.begins_before(offset)]
    return before[-1] if before else shown.sheets[0]
