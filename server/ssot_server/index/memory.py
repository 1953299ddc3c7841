"""What earlier runs found out, kept in the cache: which contents files have, what searches found in them, and
what their statements say.

All is kept by content, so that a branch switch or a second worktree costs nothing; only which content a file has
is kept by path, and holds while the file's stamp is the same. Nothing that is read here can run code: facts are
pickled, and read by an unpickler that knows the classes of facts and no others.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ssot_rules import facts
from ssot_rules.facts import Facts, Part, Sketch
from ssot_server.cache import Cache
from ssot_server.disk import DIGEST_SIZE, STAMP_SIZE, Disk, Stamp, trusted
from ssot_server.search import NOTHING

if TYPE_CHECKING:
    from ssot_server.search import Word

_FILES, _SEARCHES, _OUTLINES, _FACTS = "files", "searches", "outlines", "facts"
_CLASSES = {
    value.__name__: value
    for value in vars(facts).values()
    if isinstance(value, type) and value.__module__ == facts.__name__ and value not in {Facts, facts.Numbered}
}
_COUNT_SIZE = 8


class Memory:
    """The part of a cache that belongs to one workspace."""

    def __init__(self, root: str, cache: Cache) -> None:
        """`root` is the workspace's folder, absolute."""
        self._root = root
        self._folder = os.path.join(root, "")  # noqa: PTH118 - paths are put together for every file of a large tree
        self._cache = cache
        self._found: dict[frozenset[Word], dict[bytes, frozenset[Word]]] = {}
        self._blobs: dict[bytes, _Blob] = {}
        """Facts in the cache, by content, as long as somebody works with them."""
        self._outlines: dict[bytes, bytes] | None = None
        """Outlines by content, packed."""

    @property
    def keeps(self) -> bool:
        """Whether there is a cache at all."""
        return self._cache.folder is not None

    # -- contents of files --------------------------------------------------------------------------------

    def files(self) -> dict[str, tuple[Stamp, bytes]]:
        """The stamps and the digests that files had when they were last read."""
        data = self._cache.read(_FILES, os.fsencode(self._root))
        if data is None:
            return {}
        size = int.from_bytes(data[:_COUNT_SIZE], "little")
        names, rest = data[_COUNT_SIZE : _COUNT_SIZE + size], data[_COUNT_SIZE + size :]
        paths = os.fsdecode(names).split("\0") if names else []
        step = STAMP_SIZE + DIGEST_SIZE
        if len(rest) != len(paths) * step:
            return {}
        return {
            self._folder + path: (rest[at : at + STAMP_SIZE], rest[at + STAMP_SIZE : at + step])
            for path, at in zip(paths, range(0, len(rest), step), strict=True)
        }

    def keep_files(self, paths: Collection[str], disk: Disk) -> None:
        """Keep what a disk saw of these files, given relative to the root."""
        if disk.is_torn:
            return
        seen = disk.files
        known = [(path, found) for path in paths if (found := seen.get(self._folder + path)) is not None]
        names = os.fsencode("\0".join(path for path, _ in known))
        stamps = b"".join(trusted(stamped, disk.started) + digest for _, (stamped, digest) in known)
        content = len(names).to_bytes(_COUNT_SIZE, "little") + names + stamps
        self._cache.write(_FILES, os.fsencode(self._root), content)

    # -- searches -----------------------------------------------------------------------------------------

    def found(self, words: frozenset[Word], digest: bytes) -> frozenset[Word] | None:
        """What a search for these words found in a content; None if that is not known."""
        if words not in self._found:
            self._found[words] = self._read_found(words)
        return self._found[words].get(digest)

    def _read_found(self, words: frozenset[Word]) -> dict[bytes, frozenset[Word]]:
        data = self._cache.read(_SEARCHES, _key(words)) or b""
        in_order = _in_order(words)
        step = DIGEST_SIZE + _mask_size(words)
        end = _COUNT_SIZE + int.from_bytes(data[:_COUNT_SIZE], "little") * step
        known = dict.fromkeys((data[at : at + DIGEST_SIZE] for at in range(end, len(data), DIGEST_SIZE)), NOTHING)
        for at in range(_COUNT_SIZE, min(end, len(data)), step):
            mask = int.from_bytes(data[at + DIGEST_SIZE : at + step], "little")
            known[data[at : at + DIGEST_SIZE]] = frozenset(word for bit, word in enumerate(in_order) if mask >> bit & 1)
        return known

    def keep_search(self, words: frozenset[Word], found: Mapping[bytes, frozenset[Word]]) -> None:
        """Keep what a search found in contents."""
        known = self._found.setdefault(words, {})
        if found.items() <= known.items():
            return
        bits = {word: 1 << bit for bit, word in enumerate(_in_order(words))}
        size = _mask_size(words)
        concerned = [
            digest + sum(map(bits.__getitem__, hits)).to_bytes(size, "little") for digest, hits in found.items() if hits
        ]
        others = [digest for digest, hits in found.items() if not hits]
        content = len(concerned).to_bytes(_COUNT_SIZE, "little") + b"".join(concerned + others)
        self._cache.write(_SEARCHES, _key(words), content)
        known.update(found)

    # -- outlines -----------------------------------------------------------------------------------------

    def outline(self, digest: bytes) -> bytes | None:
        """The packed outline of a content; None if it is not known."""
        if self._outlines is None:
            self._outlines = self._read_outlines()
        return self._outlines.get(digest)

    def _read_outlines(self) -> dict[bytes, bytes]:
        data = self._cache.read(_OUTLINES, os.fsencode(self._root)) or b""
        count = int.from_bytes(data[:_COUNT_SIZE], "little")
        step = DIGEST_SIZE + _COUNT_SIZE
        at = _COUNT_SIZE + count * step
        found: dict[bytes, bytes] = {}
        for start in range(_COUNT_SIZE, at, step):
            size = int.from_bytes(data[start + DIGEST_SIZE : start + step], "little")
            found[data[start : start + DIGEST_SIZE]] = data[at : at + size]
            at += size
        return found if at == len(data) else {}

    def keep_outlines(self, outlines: Mapping[bytes, bytes]) -> None:
        """Keep the packed outlines of contents."""
        if outlines.keys() <= (self._outlines or {}).keys():
            return
        self._outlines = dict(outlines)
        head = [digest + len(packed).to_bytes(_COUNT_SIZE, "little") for digest, packed in outlines.items()]
        content = [len(head).to_bytes(_COUNT_SIZE, "little"), *head, *outlines.values()]
        self._cache.write(_OUTLINES, os.fsencode(self._root), b"".join(content))

    # -- facts --------------------------------------------------------------------------------------------

    def facts(self, digest: bytes) -> Saved | None:
        """What was read of a content; None if nothing is known of it."""
        blob = self._blob(digest)
        return None if blob is None else Saved(self, digest, blob.starts)

    def part(self, digest: bytes, number: int) -> Part | None:
        """A part of a content, if it was read."""
        blob = self._blob(digest)
        data = None if blob is None else blob.parts.get(number)
        found = None if data is None else _load(data)
        return found if isinstance(found, Part) else None

    def sketches(self, digest: bytes, number: int) -> Mapping[int, Sketch] | None:
        """What the definitions of a part are like, if that was asked."""
        blob = self._blob(digest)
        data = None if blob is None else blob.sketches.get(number)
        found = None if data is None else _load(data)
        return found if isinstance(found, dict) and all(map(_is_sketch, found.items())) else None

    def keep_facts(self, digest: bytes, facts: Facts) -> None:
        """Keep what was read of a content, if that is more than before."""
        if not self.keeps or not (facts.known or facts.drawn):
            return
        before = self._blob(digest) or _Blob(facts.starts, {}, {})
        parts = {number: _dump(part) for number, part in facts.known.items() if number not in before.parts}
        sketches = {number: _dump(drawn) for number, drawn in facts.drawn.items() if number not in before.sketches}
        if parts or sketches:
            blob = _Blob(before.starts, {**before.parts, **parts}, {**before.sketches, **sketches})
            self._blobs[digest] = blob
            self._cache.write(_FACTS, digest, _dump(tuple(blob)))

    def let_go(self, digest: bytes) -> None:
        """Nobody works with a content for the time being."""
        self._blobs.pop(digest, None)

    def _blob(self, digest: bytes) -> _Blob | None:
        if digest not in self._blobs:
            data = self._cache.read(_FACTS, digest)
            found = None if data is None else _load(data)
            if not isinstance(found, tuple) or not _are_facts(*found):
                return None
            self._blobs[digest] = _Blob(*found)
        return self._blobs[digest]


class Saved(NamedTuple):
    """What earlier runs read of a content."""

    memory: Memory
    digest: bytes
    starts: tuple[int, ...]
    """Where the parts begin."""

    def part(self, number: int) -> Part | None:
        """A part, if it was read."""
        return self.memory.part(self.digest, number)

    def sketches(self, number: int) -> Mapping[int, Sketch] | None:
        """What the definitions of a part are like, if that was asked."""
        return self.memory.sketches(self.digest, number)


class _Blob(NamedTuple):
    """Facts as they are kept: each part for itself, so that only what is asked for is made anew."""

    starts: tuple[int, ...]
    parts: dict[int, bytes]
    sketches: dict[int, bytes]


class _Reader(pickle.Unpickler):
    """Makes facts, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module == facts.__name__ and name in _CLASSES:
            return _CLASSES[name]
        raise pickle.UnpicklingError(f"{module}.{name} is no fact")


def _load(data: bytes) -> object:
    try:
        found: object = _Reader(io.BytesIO(data)).load()
    except Exception:  # noqa: BLE001 - whatever a damaged or forged pickle leads to, it is of no use
        return None
    return found


def _dump(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _is_sketch(entry: tuple[object, object]) -> bool:
    return isinstance(entry[0], int) and isinstance(entry[1], Sketch)


def _are_facts(starts: object = None, *kept: object) -> bool:
    return (
        len(kept) == len(_Blob._fields) - 1
        and isinstance(starts, tuple)
        and starts[:1] == (0,)
        and all(isinstance(start, int) for start in starts)
        and all(
            isinstance(blobs, dict)
            and all(number in range(len(starts)) and isinstance(blob, bytes) for number, blob in blobs.items())
            for blobs in kept
        )
    )


def _in_order(words: frozenset[Word]) -> list[Word]:
    return sorted(words, key=_spelled)


def _spelled(word: Word) -> tuple[str, list[str], bool, tuple[str, ...], str, int, str, bool]:
    text, homes, partial, beside, only, enough, by, bare = word
    return text, sorted(homes), partial, beside, only, enough, by, bare


def _mask_size(words: frozenset[Word]) -> int:
    return (len(words) + 7) // 8


def _key(words: frozenset[Word]) -> bytes:
    return repr(sorted(map(_spelled, words))).encode("utf-8", "surrogatepass")
