"""What a result rests on, in a form that a later run can check in no time.

Every file and folder that was read is kept with its stamp and its digest, and every question that the file system
was asked with its answer. As long as the stamps are the same nothing is read again: what a folder holds cannot
change without its stamp. Where a stamp is not the same the digest decides, so that a touch, or going back to what
a file held before, changes nothing.

Paths inside the repository are kept relative to the workspace's root: the trace holds in another checkout, too, if
its contents are the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from ssot_server import places
from ssot_server.disk import (
    ANSWERED_WITH_A_PATH,
    DIGEST_SIZE,
    QUESTIONS,
    STAMP_SIZE,
    Disk,
    digest_of,
    size_of,
    stamps,
    trusted,
)

_LENGTH_SIZE = 8
_SECTIONS = 5


class Trace:
    """A value: what was seen, as bytes."""

    __slots__ = ("_answers", "_digests", "_inside", "_outside", "_stamps")

    def __init__(self, answers: bytes, inside: bytes, outside: bytes, stamps: bytes, digests: bytes) -> None:
        """`answers` are triples of question, path and answer; `inside` and `outside` are paths relative to the
        root and absolute ones, each with its stamp and its digest. Texts are separated by NUL."""
        self._answers = answers
        self._inside = inside
        self._outside = outside
        self._stamps = stamps
        self._digests = digests

    @classmethod
    def of(cls, root: str, disks: Iterable[Disk]) -> Trace | None:
        """What these saw; `root` is the workspace's folder. None if it changed while they looked."""
        home = _Home(root)
        seen: dict[str, tuple[bytes, bytes]] = {}
        answers: dict[tuple[str, str], str] = {}
        for disk in disks:
            if disk.is_torn:
                return None
            for path, (stamped, digest) in disk.seen.items():
                if seen.setdefault(path, (trusted(stamped, disk.started), digest))[1] != digest:
                    return None
            for asked, answer in disk.answers.items():
                if answers.setdefault(asked, answer) != answer:
                    return None
        inside: list[tuple[str, tuple[bytes, bytes]]] = []
        outside: list[tuple[str, tuple[bytes, bytes]]] = []
        for path, entry in seen.items():
            relative = home.relative(path)
            (outside if relative == path else inside).append((relative, entry))
        entries = [entry for _, entry in (*inside, *outside)]
        return cls(
            _joined(
                text
                for (question, path), answer in answers.items()
                for text in (question, home.relative(path), home.answer(question, answer))
            ),
            _joined(path for path, _ in inside),
            _joined(path for path, _ in outside),
            b"".join(stamped for stamped, _ in entries),
            b"".join(digest for _, digest in entries),
        )

    def pack(self) -> bytes:
        """The trace as bytes."""
        return pack((self._answers, self._inside, self._outside, self._stamps, self._digests))

    @classmethod
    def unpack(cls, data: bytes) -> Trace | None:
        """The trace that was packed; None if the bytes are none."""
        sections = unpack(data)
        if sections is None or len(sections) != _SECTIONS:
            return None
        answers, inside, outside, stamps, digests = sections
        count = sum(section.count(b"\0") + 1 for section in (inside, outside) if section)
        if len(stamps) != count * STAMP_SIZE or len(digests) != count * DIGEST_SIZE:
            return None
        return cls(answers, inside, outside, stamps, digests)

    def renewed(self, root: str) -> Trace | None:
        """The trace with the stamps of today, if everything in the workspace `root` is still, or again, as it was
        seen: itself if the stamps are, too. None if something differs."""
        started = time.time_ns()
        try:
            if not self._is_still_answered(_Home(root)):
                return None
            paths = self._paths(root)
            now = stamps(paths)
            return self if now == self._stamps else self._renewed(paths, now, started)
        except (OSError, ValueError):  # something is gone, or this was no trace of anything
            return None

    def _renewed(self, paths: list[bytes], now: bytes, started: int) -> Trace | None:
        current = [now[start : start + STAMP_SIZE] for start in range(0, len(now), STAMP_SIZE)]
        before = [self._stamps[start : start + STAMP_SIZE] for start in range(0, len(now), STAMP_SIZE)]
        doubtful = [number for number, stamped in enumerate(current) if stamped != before[number]]
        for number in doubtful:
            if size_of(current[number]) != size_of(before[number]) and not os.path.isdir(paths[number]):
                return None
        for number in doubtful:
            start = number * DIGEST_SIZE
            if digest_of(os.fsdecode(paths[number])) != self._digests[start : start + DIGEST_SIZE]:
                return None
            current[number] = trusted(current[number], started)
        renewed = b"".join(current)
        if renewed == self._stamps:
            return self
        return Trace(self._answers, self._inside, self._outside, renewed, self._digests)

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
        inside = (prefix + self._inside.replace(b"\0", b"\0" + prefix)).split(b"\0") if self._inside else []
        return inside + (self._outside.split(b"\0") if self._outside else [])


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
