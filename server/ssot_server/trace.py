"""What a result rests on, in a form that a later run can check in no time.

Every file and folder that was read is kept with its stamp and its digest, and every question that the file system
was asked with its answer. As long as the stamps are the same nothing is read again: what a folder holds cannot
change without its stamp. Where a stamp is not the same the digest decides, so that a touch, or going back to what
a file held before, changes nothing. A file that was only skimmed may have any content in which a search would again
find nothing, and that has the same outline if this was asked for: most edits in a large tree are of that kind.

Paths inside the repository are kept relative to the workspace's root: the trace holds in another checkout, too, if
its contents are the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from itertools import chain

from ssot_server import places
from ssot_server.disk import (
    ANSWERED_WITH_A_PATH,
    DIGEST_SIZE,
    QUESTIONS,
    STAMP_SIZE,
    Disk,
    content_of,
    digest,
    digest_of,
    size_of,
    stamps,
    trusted,
)

TYPE_CHECKING = False  # `typing` takes as long to load as Python itself
if TYPE_CHECKING:
    from typing import TypeAlias

    Matters: TypeAlias = Callable[[bytes, bytes], bool]
    """Tells whether a content makes a difference, given the shape of the one that was skimmed."""

_LENGTH_SIZE = 8
_SECTIONS = 7


SHAPELESS = bytes(DIGEST_SIZE)
"""The shape of a file whose outline nobody asked for."""


class Trace:
    """A value: what was seen, as bytes."""

    __slots__ = ("_answers", "_digests", "_inside", "_outside", "_shapes", "_skimmed", "_stamps")

    def __init__(
        self,
        answers: bytes,
        skimmed: bytes,
        shapes: bytes,
        inside: bytes,
        outside: bytes,
        stamps: bytes,
        digests: bytes,
    ) -> None:
        """`answers` are triples of question, path and answer; `skimmed` and `inside` are paths relative to the root,
        `outside` absolute ones, each with its stamp and its digest; `shapes` are those of the skimmed ones. Texts are
        separated by NUL."""
        self._answers = answers
        self._skimmed = skimmed
        self._shapes = shapes
        self._inside = inside
        self._outside = outside
        self._stamps = stamps
        self._digests = digests

    @classmethod
    def of(cls, root: str, disks: Iterable[Disk]) -> Trace | None:
        """What these saw; `root` is the workspace's folder. None if it changed while they looked."""
        home = _Home(root)
        seen: dict[str, tuple[bytes, bytes]] = {}
        read: set[str] = set()
        shapes: dict[str, bytes] = {}
        answers: dict[tuple[str, str], str] = {}
        for disk in disks:
            if disk.is_torn:
                return None
            read |= disk.seen.keys() - disk.skimmed
            shapes.update(disk.shapes)
            for path, (stamped, digested) in disk.seen.items():
                if seen.setdefault(path, (trusted(stamped, disk.started), digested))[1] != digested:
                    return None
            for asked, answer in disk.answers.items():
                if answers.setdefault(asked, answer) != answer:
                    return None
        skimmed: list[tuple[str, tuple[bytes, bytes]]] = []
        skimmed_shapes: list[bytes] = []
        inside: list[tuple[str, tuple[bytes, bytes]]] = []
        outside: list[tuple[str, tuple[bytes, bytes]]] = []
        for path, entry in seen.items():
            relative = home.relative(path)
            (outside if relative == path else inside if path in read else skimmed).append((relative, entry))
            if relative != path and path not in read:
                skimmed_shapes.append(shapes.get(path, SHAPELESS))
        entries = [entry for _, entry in (*skimmed, *inside, *outside)]
        return cls(
            _joined(
                text
                for (question, path), answer in answers.items()
                for text in (question, home.relative(path), home.answer(question, answer))
            ),
            _joined(path for path, _ in skimmed),
            b"".join(skimmed_shapes),
            _joined(path for path, _ in inside),
            _joined(path for path, _ in outside),
            b"".join(stamped for stamped, _ in entries),
            b"".join(digest for _, digest in entries),
        )

    def pack(self) -> bytes:
        """The trace as bytes."""
        sections = (self._answers, self._skimmed, self._shapes, self._inside, self._outside)
        return pack((*sections, self._stamps, self._digests))

    @classmethod
    def unpack(cls, data: bytes) -> Trace | None:
        """The trace that was packed; None if the bytes are none."""
        sections = unpack(data)
        if sections is None or len(sections) != _SECTIONS:
            return None
        answers, skimmed, shapes, inside, outside, stamps, digests = sections
        count = sum(map(_count, (skimmed, inside, outside)))
        if len(stamps) != count * STAMP_SIZE or len(digests) != count * DIGEST_SIZE:
            return None
        if len(shapes) != _count(skimmed) * DIGEST_SIZE:
            return None
        return cls(answers, skimmed, shapes, inside, outside, stamps, digests)

    def renewed(self, root: str, matters: Matters) -> Trace | None:
        """The trace with the stamps of today, if everything in the workspace `root` is still, or again, as it was
        seen: itself if the stamps are, too. None if something differs.

        `matters` tells whether a file that was only skimmed can make a difference with the content that it has now.
        """
        started = time.time_ns()
        try:
            if not self._is_still_answered(_Home(root)):
                return None
            paths = self._paths(root)
            now = stamps(paths)
            return self if now == self._stamps else self._renewed(paths, now, started, matters)
        except (OSError, ValueError):  # something is gone, or this was no trace of anything
            return None

    def _renewed(self, paths: list[bytes], now: bytes, started: int, matters: Matters) -> Trace | None:
        current = _cut(now, STAMP_SIZE)
        digests = _cut(self._digests, DIGEST_SIZE)
        before = _cut(self._stamps, STAMP_SIZE)
        shapes = _cut(self._shapes, DIGEST_SIZE)
        skimmed = len(shapes)
        doubtful = [number for number, stamped in enumerate(current) if stamped != before[number]]
        for number in doubtful:
            is_whole = number >= skimmed and not os.path.isdir(paths[number])
            if is_whole and size_of(current[number]) != size_of(before[number]):
                return None
        for number in doubtful:
            if number < skimmed:
                content = content_of(os.fsdecode(paths[number]))
                digested = digest(content)
                if digested != digests[number] and matters(content, shapes[number]):
                    return None
                digests[number] = digested
            elif digest_of(os.fsdecode(paths[number])) != digests[number]:
                return None
            current[number] = trusted(current[number], started)
        renewed = b"".join(current)
        if renewed == self._stamps:
            return self
        return Trace(
            self._answers, self._skimmed, self._shapes, self._inside, self._outside, renewed, b"".join(digests)
        )

    def _is_still_answered(self, home: _Home) -> bool:
        texts = os.fsdecode(self._answers).split("\0") if self._answers else []
        for question, path, answer in zip(texts[::3], texts[1::3], texts[2::3], strict=True):
            ask = QUESTIONS.get(question)
            if ask is None or home.answer(question, ask(home.absolute(path))) != answer:
                return False
        return True

    def _paths(self, root: str) -> list[bytes]:
        """All paths, in the order of their stamps."""
        prefix = os.fsencode(os.path.join(root, ""))
        around = b"\0" + prefix
        inside = [(prefix + part.replace(b"\0", around)).split(b"\0") for part in (self._skimmed, self._inside) if part]
        return [*chain.from_iterable(inside), *(self._outside.split(b"\0") if self._outside else [])]


class _Home:
    """Where a workspace lies, and paths as seen from there."""

    def __init__(self, root: str) -> None:
        self.root = root
        top = places.repository_top(root) or root
        self._inside = os.path.join(root, "")
        self._around = os.path.join(top, "")
        self._up = os.path.relpath(top, root)

    def relative(self, path: str) -> str:
        """A path of the repository relative to the root, any other unchanged.

        The repository's own data are shared by its worktrees. The path is not simplified: `..` after a link
        leads elsewhere than the path's text says.
        """
        whole = os.path.join(path, "")
        if f"{os.sep}.git{os.sep}" in whole:
            return path
        if whole.startswith(self._inside):
            return path[len(self._inside) :] or os.curdir
        if whole.startswith(self._around):
            return os.path.join(self._up, path[len(self._around) :])
        return path

    def absolute(self, path: str) -> str:
        """The path that was made relative."""
        return self.root if path == os.curdir else os.path.join(self.root, path)

    def answer(self, question: str, answer: str) -> str:
        """The answer to a question, relative to the root if it is a path of the repository."""
        return self.relative(answer) if question in ANSWERED_WITH_A_PATH else answer


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _count(paths: bytes) -> int:
    return paths.count(b"\0") + 1 if paths else 0


def _joined(texts: Iterable[str]) -> bytes:
    return os.fsencode("\0".join(texts))


def pack(sections: Iterable[bytes]) -> bytes:
    """Several byte strings as one."""
    return b"".join(part for section in sections for part in (len(section).to_bytes(_LENGTH_SIZE, "little"), section))


def unpack(data: bytes) -> list[bytes] | None:
    """The byte strings that were packed; None if the bytes cannot be that."""
    sections: list[bytes] = []
    start = 0
    while start < len(data):
        begin = start + _LENGTH_SIZE
        end = begin + int.from_bytes(data[start:begin], "little")
        if end > len(data):
            return None
        sections.append(data[begin:end])
        start = end
    return sections
