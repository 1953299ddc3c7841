"""A folder of results that are costly to find out and easy to find out again.

The cache is never needed and never trusted: what is missing, damaged or written by another version reads as
nothing, and what cannot be written is not. Blobs are bytes; whoever reads one must be able to read any bytes,
since a checksum tells damage and not forgery. Nothing in a blob is ever run.

    .ssot_cache/CACHEDIR.TAG        tells backup programs to pass it over, as .gitignore tells git
               /ssot-…/             one folder for each version that writes another format
                     /KIND/NAME     a blob
                     /pruned        when old blobs were last cleared away
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

from ssot_server import places
from ssot_server.disk import DIGEST_SIZE, digest
from ssot_server.version import VERSION

FOLDER_NAME = ".ssot_cache"
FOLDER_VARIABLE = "SSOT_CACHE_DIR"
"""The environment variable that names another folder."""

_FORMAT = 10
_PREFIX = "ssot-"
_VERSION = f"{_PREFIX}{_FORMAT}-{VERSION}-{sys.implementation.cache_tag}"
_MAGIC = b"ssot\x00\x01\r\n"
_HEADER_SIZE = len(_MAGIC) + DIGEST_SIZE
_UNFINISHED = ".tmp"
_PRUNED = "pruned"
_TAG = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder holds what ssot would find out again. It may be deleted at any time.
# For what the line above is about, see https://bford.info/cachedir/
"""

_DAY = 24 * 60 * 60
_MAX_AGE = 30 * _DAY
_MAX_UNFINISHED_AGE = 60 * 60
_MAX_BYTES = 512_000_000


class Cache:
    """Blobs by kind and key, in one folder that several processes may use at once."""

    def __init__(self, folder: str | None, *, is_own: bool = True) -> None:
        """`folder` is made when something is written; without one nothing is kept. `is_own` says that the folder
        is the cache's alone even if it is there already."""
        self.folder = folder
        self._is_own = is_own
        self._is_ready = False

    @classmethod
    def open(cls, root: str | os.PathLike[str]) -> Cache:
        """The cache of the workspace `root`.

        Linked worktrees of a repository share that of the worktree that they were made from, as long as this has
        the same folder. `SSOT_CACHE_DIR` is the folder for all workspaces.
        """
        chosen = os.environ.get(FOLDER_VARIABLE)
        if chosen:
            return cls(os.path.abspath(chosen), is_own=False)
        own = os.fspath(root)
        return cls(os.path.join(_shared_root(own) or own, FOLDER_NAME))

    @classmethod
    def off(cls) -> Cache:
        """A cache that keeps nothing."""
        return cls(None)

    def read(self, kind: str, key: bytes) -> bytes | None:
        """What was written under a kind (a word for a folder's name) and a key; None if that is not to be had."""
        if self.folder is None:
            return None
        name = digest(key)
        path = os.path.join(self.folder, _VERSION, kind, name.hex())
        try:
            with open(path, "rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                blob = file.read()
        except OSError:
            return None
        if time.time() - status.st_mtime > _DAY:
            _touch(path)  # a blob's age counts from its last day of use
        content = blob[_HEADER_SIZE:]
        return content if blob[:_HEADER_SIZE] == _header(kind, name, content) else None

    def write(self, kind: str, key: bytes, content: bytes) -> None:
        """Keep a content, if that is possible. Readers see all of it or nothing."""
        if self.folder is None:
            return
        name = digest(key)
        folder = os.path.join(self.folder, _VERSION, kind)
        try:
            if self._is_ready and not os.path.isdir(self.folder):
                self._is_ready = False
            self._make_ready()
            _make(folder, below=self.folder)
            _replace(os.path.join(folder, name.hex()), _header(kind, name, content) + content)
        except OSError:
            return

    def prune(self) -> None:
        """Clear away, at most once a day, what was not used for a month, and the longest unused of what is too much."""
        if self.folder is None:
            return
        stamp = os.path.join(self.folder, _VERSION, _PRUNED)
        try:
            if _age(stamp) > _DAY:
                with open(stamp, "ab"):
                    _touch(stamp)
                _prune(self.folder)
        except OSError:
            return

    def _make_ready(self) -> None:
        if self._is_ready or self.folder is None:
            return
        is_own = not os.path.isdir(self.folder) or (self._is_own and not os.path.islink(self.folder))
        if self._is_own:
            _make(self.folder, below=os.path.dirname(self.folder))
        else:
            os.makedirs(self.folder, exist_ok=True)
        if is_own:
            _write_once(os.path.join(self.folder, "CACHEDIR.TAG"), _TAG)
            _write_once(os.path.join(self.folder, places.IGNORE_FILE), "*\n")
        self._is_ready = True


def _make(folder: str, *, below: str) -> None:
    """Make a folder and those around it, up to one that has to be there: what was removed does not come back."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    except FileNotFoundError:
        around = os.path.dirname(folder)
        if around == below:
            raise
        _make(around, below=below)
        os.mkdir(folder)


def _shared_root(root: str) -> str | None:
    """The place of a workspace in the worktree that its own was made from; None where that does not serve."""
    top = places.repository_top(root)
    main = None if top is None else places.main_worktree(top)
    if top is None or main is None:
        return None
    place = os.path.normpath(os.path.join(main, os.path.relpath(root, top)))
    return place if os.path.isdir(place) and os.access(place, os.W_OK) else None


def _header(kind: str, name: bytes, content: bytes) -> bytes:
    """What a blob begins with; it tells a blob that has got to another blob's place, too."""
    return _MAGIC + digest(content, place=digest(kind.encode() + name))


def _replace(path: str, blob: bytes) -> None:
    temporary = f"{path}.{os.urandom(6).hex()}{_UNFINISHED}"
    try:
        with open(temporary, "xb") as file:
            file.write(blob)
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def _write_once(path: str, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return


def _touch(path: str) -> None:
    try:
        os.utime(path)
    except OSError:  # the folder is not ours to write to
        return


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:  # another process was faster, or has it open
        return False
    return True


def _age(path: str) -> float:
    """How many seconds ago a file was written or used; endless where there is none."""
    try:
        return time.time() - os.stat(path).st_mtime
    except OSError:
        return float("inf")


def _prune(folder: str) -> None:
    left: list[tuple[float, int, str]] = []
    for path, status in _files(folder):
        age = time.time() - status.st_mtime
        limit = _MAX_UNFINISHED_AGE if path.endswith(_UNFINISHED) else _MAX_AGE
        if age <= limit or not _remove(path):
            left.append((age, status.st_size, path))
    excess = sum(size for _, size, _ in left) - _MAX_BYTES
    for _, size, path in sorted(left, reverse=True):
        if excess <= 0:
            break
        if _remove(path):
            excess -= size
    _remove_empty_folders(folder)


def _version_folders(folder: str) -> list[str]:
    """The folders of all versions: nothing else in the folder is the cache's to delete."""
    with os.scandir(folder) as entries:
        return [
            entry.path for entry in entries if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False)
        ]


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    for version in _version_folders(folder):
        for place, _, names in os.walk(version):
            for name in names:
                path = os.path.join(place, name)
                try:
                    yield path, os.lstat(path)
                except OSError:  # another process has removed it
                    continue


def _remove_empty_folders(folder: str) -> None:
    for version in _version_folders(folder):
        for place, _, _ in os.walk(version, topdown=False):
            if not os.listdir(place):
                os.rmdir(place)
