"""Notebooks (`.ipynb`): their code cells read as one module, and the module's text put back into the cells.

Every cell begins with a line that tells its number, a comment that no one else writes; so a changed text still says
what belongs to which cell. Lines that are IPython's and not Python's are comments behind a statement that does
nothing. Only the cells that changed are written, and of the file nothing else: not its order, not its indentation.
"""

from __future__ import annotations

import ast
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from ssot_server.lines import split_lines

_MARK = "#\x1f"
"""Begins the comments that only this module writes."""
_HEAD = re.compile(rf"^{_MARK} cell (\d+)\n", re.MULTILINE)
_HIDDEN = re.compile(rf"(?:^|(?<=\r))[ \t]*pass  {_MARK}{_MARK}|(?:pass|None)  {_MARK}", re.MULTILINE)
_MAGIC = re.compile(r"(?P<indent>[ \t]*)(?:[%!?]|[\w.]+(?:\[[^\]]*\])?\?\??\s*\Z)")
_GIVEN_MAGIC = re.compile(r"[ \t]*[\w., \t\[\]'\"]+=[ \t]*(?=[%!])")
_OF_PYTHON = re.compile(r"%%(?:time|timeit|capture|prun|python3?|pypy)\b")
"""Magics of a whole cell that leave it Python."""
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


class NotANotebook(ValueError):
    """A text is not what a notebook should be; the message says why."""


class _Source(NamedTuple):
    """The source of a code cell."""

    number: int
    """Of the cell, among all cells, from 1."""
    start: int
    end: int
    """Where the file's text has it."""
    text: str


class Place(NamedTuple):
    """A row of a notebook's module as people see it."""

    cell: int
    above: int
    """How many rows of the module stand above the cell."""


def module_text(notebook: str) -> str:
    """The code cells of a notebook as one module. Raises `NotANotebook`."""
    return "".join(f"{_MARK} cell {source.number}\n{_hidden(source.text)}\n" for source in _sources(notebook))


def with_module_text(notebook: str, text: str) -> str:
    """The notebook with the code cells of a changed module. Raises `NotANotebook` where they are no longer all
    there."""
    sources = list(_sources(notebook))
    lead, *rest = _HEAD.split(text)
    numbers, bodies = [int(number) for number in rest[::2]], rest[1::2]
    if numbers != [source.number for source in sources]:
        raise NotANotebook("its cells can no longer be told apart")
    parts: list[str] = []
    at = 0
    for source, body in zip(sources, bodies, strict=True):
        shown = _HIDDEN.sub("", (lead + body).removesuffix("\n"))
        lead = ""
        if shown != source.text:
            parts += [notebook[at : source.start], _written(shown, notebook[source.start : source.end])]
            at = source.end
    return "".join([*parts, notebook[at:]])


class Cells:
    """Where the cells of a module are."""

    def __init__(self, text: str) -> None:
        heads = list(_HEAD.finditer(text))
        self._numbers = [int(head[1]) for head in heads]
        self._rows = [text.count("\n", 0, head.end()) for head in heads]

    def place(self, row: int) -> Place:
        """The cell of a row, counted from 1."""
        at = max(0, bisect_right(self._rows, row - 1) - 1)
        return Place(self._numbers[at], self._rows[at]) if self._rows else Place(0, 0)


# -- from the file ------------------------------------------------------------------------------------------------


def _sources(notebook: str) -> Iterator[_Source]:
    """The code cells of a notebook in Python that are Python themselves."""
    try:
        whole = json.loads(notebook)
        if _language(whole) not in {None, "python", "python3", "ipython"}:
            return
        spans = {key: start for key, _, start, _ in _members(notebook, _skip(notebook, 0))}
        for number, (cell, start) in enumerate(_elements(notebook, spans["cells"]), 1):
            if cell["cell_type"] == "code":
                for key, value, begin, end in _members(notebook, start):
                    text = "".join(value) if key == "source" else None
                    if text is not None and _is_python(text):
                        yield _Source(number, begin, end, text)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise NotANotebook(f"it is no notebook ({error})") from None


def _language(notebook: Any) -> str | None:
    metadata = notebook.get("metadata", {})
    for table, key in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(table, {}).get(key)
        if isinstance(found, str):
            return found.lower()
    return None


def _members(text: str, at: int) -> Iterator[tuple[str, Any, int, int]]:
    """The keys and values of the object at a place, with where each value begins and ends."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        value, end = _DECODER.raw_decode(text, start)
        yield key, value, start, end
        at = _behind(text, end)


def _elements(text: str, at: int) -> Iterator[tuple[Any, int]]:
    """The elements of the array at a place, with where each begins."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield value, at
        at = _behind(text, end)


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _behind(text: str, at: int) -> int:
    """The next item, or the end of the whole."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


# -- to the file --------------------------------------------------------------------------------------------------


def _written(text: str, before: str) -> str:
    """A source as JSON, in the shape that it had; lines that stay are spelled as they were."""
    is_ascii = before.isascii()
    if not before.startswith("["):
        return json.dumps(text, ensure_ascii=is_ascii)
    spelled = {value: before[start:end] for value, start, end in _spelled(before)}
    inner = before[1 : _skip(before, 1)]
    last = before[len(before[:-1].rstrip(" \t\r\n")) : -1]
    lines = [spelled.get(line) or json.dumps(line, ensure_ascii=is_ascii) for line in split_lines(text) if line]
    return f"[{inner}{f',{inner or chr(32)}'.join(lines)}{last}]" if lines else "[]"


def _spelled(array: str) -> Iterator[tuple[str, int, int]]:
    at = _skip(array, 1)
    while array[at] != "]":
        value, end = _DECODER.raw_decode(array, at)
        yield value, at, end
        at = _behind(array, end)


# -- what is IPython's --------------------------------------------------------------------------------------------


def _is_python(text: str) -> bool:
    """Whether a cell is Python, perhaps under a magic that runs it as such."""
    return not text.lstrip().startswith("%%") or _OF_PYTHON.match(text.lstrip()) is not None


def _hidden(text: str) -> str:
    """The source of a cell with what is no Python made comments."""
    if not any(mark in text for mark in "%!?") or _parses(text):
        return text
    lines: list[str] = []
    continued: str | None = None
    for line in split_lines(text):
        magic, given = _MAGIC.match(line), _GIVEN_MAGIC.match(line)
        hidden = line
        if continued is not None:
            hidden = f"{continued}pass  {_MARK}{_MARK}{line}"
        elif magic is not None:
            hidden = f"{magic['indent']}pass  {_MARK}{line[len(magic['indent']) :]}"
        elif given is not None:
            hidden = f"{line[: given.end()]}None  {_MARK}{line[given.end() :]}"
        if hidden is not line:
            indent = continued if continued is not None else line[: len(line) - len(line.lstrip())]
            continued = indent if line.rstrip("\r\n").endswith("\\") else None
        lines.append(hidden)
    return "".join(lines)


def _parses(text: str) -> bool:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
