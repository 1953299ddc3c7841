"""Notebooks (`.ipynb`): the file's JSON to its code cells' module, and the module's text put back into the cells.

Only the cells that changed are written, and of the file nothing else: not its order, not its indentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ssot_server.lines import split_lines
from ssot_server.workspace.cells import Cells, Run, composed, is_python, module_of, sources_of

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_CHARACTERS = re.compile(
    r"(?P<plain>[^\\\"]+)|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
)
"""Of a string in JSON: many that stand for themselves, or one that is spelled in another way."""


class NotANotebook(ValueError):
    """A text is not what a notebook should be; the message says why."""


class Replacement(NamedTuple):
    """Another text for a piece of the file."""

    start: int
    end: int
    text: str


class _Source(NamedTuple):
    """The source of a code cell."""

    number: int
    """Of the cell, among all cells, from 1."""
    start: int
    end: int
    """Where the file's text has it."""
    text: str


def module_text(notebook: str) -> str:
    """The code cells of a notebook as one module. Raises `NotANotebook`."""
    return module_of((source.number, source.text) for source in _sources(notebook))


def with_module_text(notebook: str, text: str) -> str:
    """The notebook with the code cells of a changed module. Raises `NotANotebook` where they are no longer all
    there."""
    parts: list[str] = []
    at = 0
    for replacement in replacements(notebook, text):
        parts += [notebook[at : replacement.start], replacement.text]
        at = replacement.end
    return "".join([*parts, notebook[at:]])


def replacements(notebook: str, text: str) -> list[Replacement]:
    """What changes of a notebook with the code cells of a changed module. Raises `NotANotebook` where they are no
    longer all there."""
    sources, changed = list(_sources(notebook)), sources_of(text)
    if [number for number, _ in changed] != [source.number for source in sources]:
        raise NotANotebook("its cells can no longer be told apart")
    return [
        Replacement(source.start, source.end, _written(shown, notebook[source.start : source.end]))
        for source, (_, shown) in zip(sources, changed, strict=True)
        if shown != source.text
    ]


def module_and_runs(notebook: str) -> tuple[str, tuple[Run, ...]]:
    """The code cells of a notebook as one module, and what stands both there and in the file. Raises
    `NotANotebook`."""
    sources = list(_sources(notebook))
    module = module_of((source.number, source.text) for source in sources)
    cells = Cells(module).runs()
    return module, tuple(
        run for source in sources for run in composed(cells[source.number], tuple(_spelling(notebook, source)))
    )


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
                    if text is not None and is_python(text):
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


def _spelling(notebook: str, source: _Source) -> Iterator[Run]:
    """What stands in a cell's source, and in the file."""
    raw = notebook[source.start : source.end]
    offset = 0
    for _, begin, end in _spelled(raw) if raw.startswith("[") else [(source.text, 0, len(raw))]:
        for found in _CHARACTERS.finditer(raw, begin + 1, end - 1):
            length = found.end() - found.start() if found["plain"] else 1
            yield Run(offset, offset + length, source.start + found.start(), source.start + found.end())
            offset += length
