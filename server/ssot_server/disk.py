"""Files and folders as they were when they were read, so that a later run can tell whether they still are.

A `Stamp` is what the file system says of a file without reading it. It is taken before the content is read: what
changes afterwards has another stamp, so a stamp never vouches for more than was seen.

This is part of every start, also of a run that only repeats an earlier one: it loads little.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import starmap
from operator import attrgetter
from struct import Struct
from struct import error as StructError  # noqa: N812 - as classes are called

from ssot_server import places

try:
    from _blake2 import blake2b  # `hashlib` loads OpenSSL first, and that takes longer than the rest of a start
except ImportError:
    from hashlib import blake2b

Stamp = bytes
"""The times of the last change, of content and of anything; size; and, where it says something, the file's number."""

_NUMBERED = os.name != "nt"
_fields: Callable[[os.stat_result], tuple[int, ...]] = attrgetter(
    "st_mtime_ns", "st_ctime_ns", "st_size", *(("st_ino",) if _NUMBERED else ())
)
_STAMP = Struct("<qqqQ" if _NUMBERED else "<qqq")
_TIMES = Struct("<qq")
STAMP_SIZE = _STAMP.size

DIGEST_SIZE = 16
UNREADABLE = bytes(DIGEST_SIZE)
"""The digest of what could not be read."""

_GRAIN = 2_000_000_000
"""Nanoseconds in which a file may change twice and keep its times: those of FAT are this coarse."""
_MOST = 2**63 - 1
_DISTRUSTED = Struct("<q").pack(-(2**63))
_BLOCK = 65536

_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
_NOTED = frozenset({places.REGISTRY_NAME, places.IGNORE_FILE, places.ENVIRONMENT_MARK, *places.PROJECT_MARKS})

FILE, FOLDER, NOTHING = "file", "folder", "nothing"
"""What a path can lead to; devices, pipes and broken links are nothing."""


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file or folder."""
    fields = _fields(status)
    try:
        return _STAMP.pack(*fields)
    except StructError:  # a time after the year 2262
        return _STAMP.pack(*(min(field, _MOST) for field in fields))


def stamps(paths: Sequence[str | bytes]) -> bytes:
    """The stamps of many paths, one behind another. Raises `OSError` if one of them leads nowhere."""
    try:
        return b"".join(starmap(_STAMP.pack, map(_fields, map(os.stat, paths))))
    except StructError:
        return b"".join(stamp(os.stat(path)) for path in paths)


def size_of(stamped: Stamp) -> int:
    """The size that a stamp tells."""
    return int.from_bytes(stamped[16:24], "little", signed=True)


def trusted(stamped: Stamp, moment: int) -> Stamp:
    """The stamp if the file cannot change unnoticed after it was read; else one that equals no other.

    `moment` is a time in nanoseconds at which the file was not read yet. A file that had just been written then
    may have been written once more since, so soon after that its times are the same.
    """
    content, anything = _TIMES.unpack_from(stamped)
    limit = moment - _GRAIN
    return stamped if content < limit and anything < limit else _DISTRUSTED + stamped[8:]


def changed_since(stamped: Stamp, moment: int) -> bool:
    """Whether the file changed after a time in nanoseconds, as far as the file system tells."""
    _, anything = _TIMES.unpack_from(stamped)
    return bool(anything > moment)


def digest(content: bytes, place: bytes = b"") -> bytes:
    """What stands for a content, at a place if one is given (up to 16 bytes): equal for equal ones only."""
    return blake2b(content, digest_size=DIGEST_SIZE, salt=place).digest()


def digest_of(path: str) -> bytes:
    """The digest of a file's or folder's content as it is now."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            return Listing(path).digest()
        return digest(_content(path, status.st_size)) if stat.S_ISREG(status.st_mode) else UNREADABLE
    except OSError:
        return UNREADABLE


def content_of(path: str) -> bytes:
    """The content of a file as it is now. Raises `OSError`, also of what is no file."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(path)
    return _content(path, status.st_size)


def kind(path: str) -> str:
    """What a path leads to: `FILE`, `FOLDER` or `NOTHING`."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return NOTHING
    return FILE if stat.S_ISREG(mode) else FOLDER if stat.S_ISDIR(mode) else NOTHING


def _access(path: str) -> str:
    return f"{kind(path)}, {'readable' if os.access(path, os.R_OK) else 'locked'}"


_MODULE_ENDINGS = (".py", ".pyi", ".pyx", ".pxd", ".pyc", ".so", ".pyd", ".dll", ".c", ".cc", ".cpp", ".cxx", ".in")


def _modules(path: str) -> str:
    """What follows a path without an ending in the names of modules and of their sources; `/` stands for a folder."""
    folder, name = os.path.split(path)
    endings = [
        "/" if entry.name == name else entry.name[len(name) :]
        for entry in _entries(folder)
        if (entry.name == name and any(inner.name != "__pycache__" for inner in _entries(entry.path)))
        or (entry.name.startswith(f"{name}.") and entry.name.endswith(_MODULE_ENDINGS))
    ]
    return " ".join(sorted(endings))


_MOST_SETTINGS = 1_000_000
"""No settings that people write take up more bytes."""


def _settings(folder: str) -> str:
    """The names of a folder's files that are no code and may name some, with `/` between them."""
    names = [
        entry.name
        for entry in _entries(folder)
        if (entry.name.endswith(places.SETTINGS_SUFFIXES) or entry.name.startswith(places.SETTINGS_NAMES))
        and _is_file(entry)
        and entry.stat().st_size <= _MOST_SETTINGS
    ]
    return "/".join(sorted(names))


QUESTIONS: Mapping[str, Callable[[str], str]] = {
    "kind": kind,
    "access": _access,
    "real": places.real_path,
    "target": os.path.realpath,
    "registry": lambda path: places.find_registry(path) or "",
    "repository": lambda path: places.repository_top(path) or "",
    "git": places.git_folder,
    "modules": _modules,
    "settings": _settings,
    "packages": lambda path: ".".join(places.packages_around(path)),
}
"""What else can be asked of the file system about a path, by name."""

ANSWERED_WITH_A_PATH = frozenset({"real", "target", "registry", "repository", "git"})


def is_skipped(folder_name: str) -> bool:
    """Whether folders of this name never hold a workspace's own files."""
    return folder_name.startswith(".") or folder_name in _SKIPPED_FOLDERS


class Listing:
    """What matters of a folder's entries; nothing does in a folder that cannot be read."""

    __slots__ = ("folders", "links", "modules", "noted")

    def __init__(self, folder: str) -> None:
        modules: list[str] = []
        folders: list[str] = []
        noted: list[str] = []
        links: list[str] = []
        for entry in _entries(folder):
            name = entry.name
            if name.endswith(places.FILE_SUFFIXES) or name in _NOTED:
                if entry.is_symlink():
                    links.append(name)
                if _is_file(entry):
                    (noted if name in _NOTED else modules).append(name)
                    continue
            if not is_skipped(name) and _is_own_folder(entry):
                folders.append(name)
        self.modules = tuple(modules)
        """The names of Python files, stubs and notebooks included."""
        self.folders = tuple(folders)
        """The names of folders that may hold more; links to folders do not count."""
        self.noted = frozenset(noted)
        """The names of files that say something about the folder."""
        self.links = tuple(links)
        """The names of links that are among the others, or would be if they led to a file."""

    def digest(self) -> bytes:
        """The digest of what matters. A link that leads nowhere does not: editors make such ones for locks."""
        names = (sorted(self.modules), sorted(self.folders), sorted(self.noted))
        return digest(os.fsencode("\0\0".join("\0".join(group) for group in names)))


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:  # not ours to read, or gone since it was listed
        return


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads round in a circle
        return False


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder itself, not a link to one; a Windows junction is a link."""
    try:
        is_junction = getattr(entry, "is_junction", None)
        return entry.is_dir(follow_symlinks=False) and not (is_junction is not None and is_junction())
    except OSError:
        return False


def _content(path: str, expected: int) -> bytes:
    """A file's content, which most likely has the expected size."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        parts = [os.read(descriptor, expected + 1)]
        while parts[-1]:
            parts.append(os.read(descriptor, _BLOCK))
        return b"".join(parts)
    finally:
        os.close(descriptor)


class Disk:
    """Reads files and folders, and remembers what it saw: everything that a result rests on.

    Paths are absolute. What is asked for again is looked at again.
    """

    def __init__(self, before: Callable[[], Mapping[str, tuple[Stamp, bytes]]] | None = None) -> None:
        """`before` gives the stamps and digests that files had earlier."""
        self.started = time.time_ns()
        """A time before anything was read, in nanoseconds."""
        self._files: dict[str, tuple[Stamp, bytes]] = {}
        self._whole: set[str] = set()
        self.shapes: dict[str, bytes] = {}
        """What stands for the outlines that were asked for, by path (see `outlines`)."""
        self._folders: dict[str, tuple[Stamp, bytes]] = {}
        self._answers: dict[tuple[str, str], str] = {}
        self._is_torn = False
        self._load_before = before
        self._before: Mapping[str, tuple[Stamp, bytes]] | None = None

    @property
    def files(self) -> Mapping[str, tuple[Stamp, bytes]]:
        """The files that were read: stamp and digest of each."""
        return self._files

    @property
    def skimmed(self) -> frozenset[str]:
        """Those of the files that were searched and not read for what they say."""
        readable = (path for path, (_, digested) in self._files.items() if digested != UNREADABLE)
        return frozenset(readable) - self._whole

    @property
    def seen(self) -> dict[str, tuple[Stamp, bytes]]:
        """The folders and files that were read: stamp and digest of each."""
        return {**self._folders, **self._files}

    @property
    def answers(self) -> Mapping[tuple[str, str], str]:
        """What was asked, by question and path, and the answers."""
        return self._answers

    @property
    def is_torn(self) -> bool:
        """Whether something changed while it was being read, so that a result may rest on both contents."""
        return self._is_torn or any(changed_since(stamped, self.started) for stamped, _ in self._files.values())

    def read(self, path: str | os.PathLike[str]) -> bytes:
        """A file's content. Raises `OSError`."""
        name = os.fspath(path)
        self._whole.add(name)
        return self._read(name)

    def skim(self, path: str) -> bytes:
        """A file's content for a search; if something is found the file is to be read as well. Raises `OSError`."""
        return self._read(path)

    def _read(self, name: str) -> bytes:
        try:
            status = os.stat(name)
        except OSError:
            self._note("kind", name, NOTHING)
            raise
        stamped = stamp(status)
        try:
            content = _content(name, status.st_size)
        except OSError:
            self._remember(self._files, name, stamped, UNREADABLE)
            raise
        self._remember(self._files, name, stamped, digest(content))
        return content

    def digest(self, path: str) -> bytes | None:
        """The digest of a file's content, if it is the same as before; that takes no reading. The file is skimmed."""
        if self._before is None:
            self._before = {} if self._load_before is None else self._load_before()
        known = self._before.get(path)
        if known is None:
            return None
        try:
            stamped = stamp(os.stat(path))
        except OSError:
            return None
        if stamped != known[0]:
            return None
        self._remember(self._files, path, stamped, known[1])
        return known[1]

    def listing(self, folder: str) -> Listing:
        """The entries of a folder."""
        try:
            stamped = stamp(os.stat(folder))
        except OSError:
            self._note("kind", folder, NOTHING)
            return Listing(folder)
        found = Listing(folder)
        for name in found.links:
            self.kind(os.path.join(folder, name))
        self._remember(self._folders, folder, stamped, found.digest())
        return found

    def kind(self, path: str | os.PathLike[str]) -> str:
        """What a path leads to: `FILE`, `FOLDER` or `NOTHING`."""
        return self.ask("kind", os.fspath(path))

    def ask(self, question: str, path: str) -> str:
        """The answer to one of `QUESTIONS` about a path."""
        answer = QUESTIONS[question](path)
        self._note(question, path, answer)
        return answer

    def leave_unread(self, path: str) -> None:
        """Remember a file that was left unread for what is known of it without reading."""
        try:
            self._files.setdefault(path, (stamp(os.stat(path)), UNREADABLE))
        except OSError:
            self._note("kind", path, NOTHING)

    def __getstate__(self) -> dict[str, object]:
        """What it saw, for another process: it need not send what was known before."""
        return {**vars(self), "_load_before": None, "_before": {}}

    def absorb(self, other: Disk) -> None:
        """Remember what another disk saw, as a process did that read for this one."""
        for known, seen in ((self._files, other._files), (self._folders, other._folders)):
            for path, (stamped, digested) in seen.items():
                self._remember(known, path, stamped, digested)
        self._whole |= other._whole
        for (question, path), answer in other._answers.items():
            self._note(question, path, answer)
        self._is_torn |= other._is_torn

    def _note(self, question: str, path: str, answer: str) -> None:
        self._is_torn |= self._answers.setdefault((question, path), answer) != answer

    def _remember(self, known: dict[str, tuple[Stamp, bytes]], path: str, stamped: Stamp, digested: bytes) -> None:
        self._is_torn |= known.setdefault(path, (stamped, digested))[1] != digested
        known[path] = (stamped, digested)
