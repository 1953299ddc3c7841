"""What may have happened to a tree since it was last checked. All is undone when a measurement is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.trees import MARK

_CODE = b"\n\ndef written_by_a_benchmark(values):\n    return [value for value in values if value]\n"


@contextmanager
def edited(files: Sequence[Path]) -> Iterator[None]:
    """Files have got one more function."""
    before = [(file, file.read_bytes(), file.stat()) for file in files]
    try:
        for file, content, _ in before:
            file.write_bytes(content + MARK + _CODE)
        yield
    finally:
        for file, content, stat in before:
            file.write_bytes(content)
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@contextmanager
def touched(files: Sequence[Path]) -> Iterator[None]:
    """Files look new and are not, as after a fresh checkout."""
    for file in files:
        os.utime(file)
    yield


@contextmanager
def switched_back(files: Sequence[Path], check: Callable[[], object]) -> Iterator[None]:
    """Files were changed, checked, and changed back, as when a branch is left and returned to."""
    with edited(files):
        check()
    with touched(files):
        yield


@contextmanager
def replaced(file: Path, text: str) -> Iterator[None]:
    """A file, perhaps a new one, says something else."""
    before = file.read_bytes() if file.exists() else None
    file.write_text(text, encoding="utf-8", newline="\n")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
