"""The code cells of a notebook as one module, and the module's text taken apart again.

Every cell begins with a line that tells its number, a comment that no one else writes; so a changed text still says
what belongs to which cell. Lines that are IPython's and not Python's are comments behind a statement that does
nothing.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from ssot_server.lines import split_lines

_MARK = "#\x1f"
"""Begins the comments that only this module writes."""
_HEAD = re.compile(rf"^{_MARK} cell (\d+)\n", re.MULTILINE)
_HIDDEN = re.compile(rf"(?:^|(?<=\r))[ \t]*pass  {_MARK}{_MARK}|(?:pass|None)  {_MARK}", re.MULTILINE)
_FIRST = re.compile(rf"[ \t]*None  {_MARK}(?=%%)")
"""Of the magic of a whole cell, which IPython wants first there."""
_MAGIC = re.compile(r"(?P<indent>[ \t]*)(?:[%!?]|[\w.]+(?:\[[^\]]*\])?\?\??\s*\Z)")
_GIVEN_MAGIC = re.compile(r"[ \t]*[\w., \t\[\]'\"]+=[ \t]*(?=[%!])")
_OF_PYTHON = re.compile(r"%%(?:time|timeit|capture|prun|python3?|pypy)\b")
"""Magics of a whole cell that leave it Python."""


class Place(NamedTuple):
    """A row of a notebook's module as people see it."""

    cell: int
    above: int
    """How many rows of the module stand above the cell."""


class Run(NamedTuple):
    """Text that stands in two texts: from `start` to `end` in one, from `at` to `until` in the other. Where it is
    spelled in another way there, and so longer, it is one character."""

    start: int
    end: int
    at: int
    until: int


def module_of(cells: Iterable[tuple[int, str]]) -> str:
    """Code cells, each with its number, as one module; those that are not Python are left out."""
    return "".join(f"{_MARK} cell {number}\n{_hidden(text)}\n" for number, text in cells if is_python(text))


def sources_of(text: str) -> list[tuple[int, str]]:
    """The cells of a module that may have been changed, each with its number."""
    lead, *rest = _HEAD.split(text)
    found = []
    for number, body in zip(rest[::2], rest[1::2], strict=True):
        found.append((int(number), _shown((lead + body).removesuffix("\n"))))
        lead = ""
    return found


def is_python(text: str) -> bool:
    """Whether a cell is Python, perhaps under a magic that runs it as such."""
    start = text.lstrip()
    return _MARK not in text and (not start.startswith("%%") or _OF_PYTHON.match(start) is not None)


class Cells:
    """Where the cells of a module are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._heads = list(_HEAD.finditer(text))
        self._numbers = [int(head[1]) for head in self._heads]
        starts = [0, *(head.end() for head in self._heads)]
        self._rows = list(accumulate(text.count("\n", start, end) for start, end in pairwise(starts)))

    def place(self, row: int) -> Place:
        """The cell of a row, counted from 1."""
        at = max(0, bisect_right(self._rows, row - 1) - 1)
        return Place(self._numbers[at], self._rows[at]) if self._rows else Place(0, 0)

    def runs(self) -> dict[int, tuple[Run, ...]]:
        """What stands in the module and in each cell, by the cell's number."""
        ends = [*(head.start() for head in self._heads[1:]), len(self._text)]
        return {
            number: tuple(self._runs(head.end(), end - 1))
            for number, head, end in zip(self._numbers, self._heads, ends, strict=False)
        }

    def _runs(self, start: int, end: int) -> Iterator[Run]:
        at = 0
        hides = self._text.find(_MARK, start, end) >= 0
        for hidden in _HIDDEN.finditer(self._text, start, end) if hides else ():
            yield Run(start, hidden.start(), at, at + hidden.start() - start)
            at += hidden.start() - start
            start = hidden.end()
        yield Run(start, end, at, at + end - start)


def composed(first: Sequence[Run], second: Sequence[Run]) -> Iterator[Run]:
    """From the text before `first` to the one behind `second`."""
    rest = iter(second)
    run = next(rest, None)
    for before in first:
        while run is not None:
            start, end = max(before.at, run.start), min(before.until, run.end)
            if start < end:
                shift = before.start - before.at
                at, until = (run.at + start - run.start, run.at + end - run.start) if _is_plain(run) else run[2:]
                yield Run(start + shift, end + shift, at, until)
            if run.end > before.until:
                break
            run = next(rest, None)


def translated(runs: Sequence[Run], offset: int) -> int:
    """An offset of the first text in the other; what stands only in the first is where it would be."""
    if not runs:
        return 0
    run = runs[max(0, bisect_right(runs, offset, key=_start) - 1)]
    if offset >= run.end:
        return run.until
    return run.at + max(0, offset - run.start) if _is_plain(run) else run.at


def turned(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The same from the other text's side."""
    return tuple(Run(run.at, run.until, run.start, run.end) for run in runs)


# -- what is IPython's --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
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
            magical = line[len(magic["indent"]) :]
            is_first = magical.startswith("%%") and not "".join(lines).strip()
            hidden = f"{magic['indent']}{'None' if is_first else 'pass'}  {_MARK}{magical}"
        elif given is not None:
            hidden = f"{line[: given.end()]}None  {_MARK}{line[given.end() :]}"
        if hidden is not line:
            indent = continued if continued is not None else line[: len(line) - len(line.lstrip())]
            continued = indent if line.rstrip("\r\n").endswith("\\") else None
        lines.append(hidden)
    return "".join(lines)


def _shown(text: str) -> str:
    """The source of a cell as people wrote it; what came before the magic of the whole cell goes behind it."""
    lines = split_lines(text)
    first = next((at for at, line in enumerate(lines) if _FIRST.match(line)), 0)
    if first and any(line.strip() for line in lines[:first]):
        magic = lines[first].rstrip("\r\n")
        end = lines[first][len(magic) :]
        before = [*lines[:first]] if end else [*lines[: first - 1], lines[first - 1].rstrip("\r\n")]
        lines = [magic, end or "\n", *before, *lines[first + 1 :]]
    return _HIDDEN.sub("", "".join(lines))


def _start(run: Run) -> int:
    return run.start


def _is_plain(run: Run) -> bool:
    return run.end - run.start == run.until - run.at


def _parses(text: str) -> bool:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
