"""A check whose answer is known: it says again what it said, without the engine.

A finished `ssot check` leaves a record of what it printed and of all that this rests on: the command line and its
surroundings are the record's key, what was read is its trace, and most files were only searched for some words. The
next run looks for its record before anything else is loaded. Runs that change files or read standard input leave
none, nor do those that end in trouble.

Whoever can write to the cache can make a run print what they like, as they could by changing `ssot.toml`. They
cannot make it run code, nor send a terminal anything but text and colours.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from ssot_server import places
from ssot_server.cache import Cache
from ssot_server.disk import Disk, digest
from ssot_server.trace import SHAPELESS, Trace, pack, unpack

TYPE_CHECKING = False  # `typing` takes as long to load as Python itself
if TYPE_CHECKING:
    from typing import TextIO

    from ssot_server.search import Search, Word

NO_CACHE = "--no-cache"

_COMMAND = "check"
_NEVER_RECORDED = frozenset({NO_CACHE, "--fix", "--diff"})
_PATTERNS = frozenset("*?[~$%")
"""What the command line expands on Windows, where no shell does."""

_RECORDS = "runs"
_LATEST = "latest-runs"
"""By what a run has in common with runs in other checkouts: the key of the last one that was recorded."""

_SURROUNDINGS = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM")
_OWN_PACKAGES = ("ssot_rules", "ssot_server")
_ORDINARY = bytes({*range(32, 127), *range(128, 256), *b"\n\t"})
"""Bytes that are no commands to a terminal, unless they follow the first one of a longer character."""


class Run:
    """One run of `ssot check`, of which there may be a record."""

    def __init__(self, root: str, words: Sequence[str]) -> None:
        """`root` is the workspace whose cache holds the record, `words` is the command line."""
        self.root = root
        self._asked = Disk()
        self._cache = Cache.open(root)
        self._day = _today()
        program = os.path.dirname(__file__)
        folders = (os.path.relpath(os.getcwd(), root), os.path.relpath(root))
        common = (tuple(words), *folders, program, *_surroundings())
        self._key = _key((*common, root))
        # A program that is itself part of the workspace is another one in each checkout.
        self._shared_key = self._key if program.startswith(os.path.join(root, "")) else _key(common)

    @classmethod
    def of(cls, words: Sequence[str]) -> Run | None:
        """The run of a command line; None if it is never recorded, whatever comes of it."""
        if _COMMAND not in words or not _NEVER_RECORDED.isdisjoint(words):
            return None
        if sys.stdout is None or sys.stderr is None:  # closed by whoever started this
            return None
        if os.name == "nt" and (sys.stdout.isatty() or not _PATTERNS.isdisjoint("".join(words))):
            return None  # colours reach an old console by other means
        try:
            root = _find_root(words)
            return None if root is None else cls(root, words)
        except (OSError, ValueError):  # the current folder is gone, or on another drive than the workspace
            return None

    def replay(self) -> int | None:
        """Print what the recorded run printed, if that is what this one would, and return the exit status."""
        record = self._find()
        return None if record is None else record.show()

    def _find(self) -> _Record | None:
        """The record, as far as it holds."""
        own = _Record.unpack(self._cache.read(_RECORDS, self._key))
        if own is not None:
            return self._renewed(own, is_own=True)
        elsewhere = self._cache.read(_LATEST, self._shared_key)
        other = None if elsewhere is None else _Record.unpack(self._cache.read(_RECORDS, elsewhere))
        return None if other is None else self._renewed(other, is_own=False)

    def _renewed(self, record: _Record, *, is_own: bool) -> _Record | None:
        if self._day < record.day or (record.until and self._day >= record.until):
            return None
        trace = record.trace.renewed(self.root, record.matters)
        if trace is None:
            return None
        if trace is not record.trace or not is_own:
            record.trace = trace
            self._keep(record)
        return record

    def ask_about(self, paths: Iterable[str | os.PathLike[str]], config: str | os.PathLike[str] | None) -> None:
        """Take note of where the command line's paths lead, before anybody follows them.

        `config` is the registry that the command line names, if it does.
        """
        here = os.getcwd()
        for path in paths:
            named = os.path.join(here, path)
            self._asked.ask("access", named)
            place = self._asked.ask("real", named)
            if config is None:
                self._asked.ask("registry", place)
        if config is not None:
            self._asked.ask("access", os.path.join(here, config))
            self._asked.ask("target", os.path.join(here, config))

    def record(
        self,
        stdout: str,
        stderr: str,
        status: int,
        inputs: Mapping[str, Disk],
        words: Collection[Word],
        until: str | None = None,
    ) -> None:
        """Keep what a finished run printed, for the next one.

        `inputs` says what was read in each workspace, by its root, and `words` what files were searched for. From the
        day `until` on, as `2026-01-31`, something else may be found. Nothing is kept if something changed during the
        run, be it the day; what a terminal would take for commands is not shown a second time.
        """
        if self.root not in inputs or self._day != _today():
            return
        self._read_own_code()
        trace = Trace.of(self.root, (self._asked, *inputs.values()))
        if trace is not None:
            self._keep(_Record(self._day, until or "", status, stdout, stderr, words, trace))
            self._cache.prune()

    def _read_own_code(self) -> None:
        """A result rests on the program, too: it may be one that somebody is working on."""
        for name, module in sorted(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file is not None and name.partition(".")[0] in _OWN_PACKAGES:
                try:
                    self._asked.read(file)
                except OSError:  # it comes out of an archive, which is as good as its version
                    continue

    def _keep(self, record: _Record) -> None:
        self._cache.write(_RECORDS, self._key, record.pack())
        self._cache.write(_LATEST, self._shared_key, self._key)


class _Record:
    """What a run printed, and what that rests on."""

    __slots__ = ("_search", "day", "status", "stderr", "stdout", "trace", "until", "words")

    def __init__(
        self, day: str, until: str, status: int, stdout: str, stderr: str, words: Collection[Word], trace: Trace
    ) -> None:
        self.day = day
        """Some rules look at the date."""
        self.until = until
        """The first later day on which it makes a difference; empty where none does."""
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.words = words
        self.trace = trace
        self._search: Search | None = None

    def pack(self) -> bytes:
        texts = (self.day, self.until, str(self.status), self.stdout, self.stderr)
        words = pack(map(_pack_word, self.words))
        return pack((*(text.encode("utf-8", "surrogatepass") for text in texts), words, self.trace.pack()))

    @classmethod
    def unpack(cls, data: bytes | None) -> _Record | None:
        """The record that was packed; None if the bytes are none that may be shown."""
        sections = unpack(data) if data else None
        trace = Trace.unpack(sections.pop()) if sections else None
        words = unpack(sections.pop()) if sections else None
        if sections is None or words is None or trace is None or not all(map(_is_harmless, sections)):
            return None
        try:
            day, until, status, stdout, stderr = (text.decode("utf-8", "surrogatepass") for text in sections)
            record = cls(day, until, int(status), stdout, stderr, tuple(map(_unpack_word, words)), trace)
        except ValueError:
            return None
        return record

    def matters(self, content: bytes, shape: bytes) -> bool:
        """Whether a file with this content would have been more than skimmed, or has another outline than the one
        that this shape stands for."""
        from ssot_server.search import Search  # most runs need none

        self._search = self._search or Search(self.words)
        return bool(self._search.find(content)) or (shape != SHAPELESS and _shape_of(content) != shape)

    def show(self) -> int:
        """Print it and return the exit status."""
        is_read = _write(sys.stdout, self.stdout) and _write(sys.stderr, self.stderr)
        return self.status if is_read else 1


def _shape_of(content: bytes) -> bytes:
    """What stands for the outline of a content."""
    from ssot_server.outlines import outline, pack, shape  # most runs need none

    return shape(pack(outline(content)))


def _pack_word(word: Word) -> bytes:
    text, homes, partial, beside, only, enough, by, bare = word
    others = beside or sorted(homes)
    numbers = (b"*" * partial, b"*" * bare, b"%d" % enough)
    return pack((*numbers, *(other.encode() for other in (text, only, by, *others))))


def _unpack_word(data: bytes) -> Word:
    """The word that was packed. Raises `ValueError` if the bytes are none."""
    partial, bare, enough, *others = unpack(data) or [b""]
    text, only, by, *rest = (other.decode() for other in others)
    homes, beside = (frozenset[str](), tuple(rest)) if partial else (frozenset(rest), ())
    return text, homes, bool(partial), beside, only, int(enough), by, bool(bare)


def _write(stream: TextIO, text: str) -> bool:
    """Write a text; False if its reader has gone."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # What is left is written once more when the program ends: let it go nowhere, without a complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True


def _find_root(words: Iterable[str]) -> str | None:
    """The workspace around the current folder, or else around the first word that is a path."""
    for word in (os.curdir, *words):
        registry = places.find_registry(places.real_path(word)) if os.path.exists(word) else None
        if registry is not None:
            return os.path.dirname(registry)
    return None


def _surroundings() -> tuple[object, ...]:
    """Whatever else can change what is printed."""
    return (
        sys.version,
        sys.base_prefix,
        *(os.environ.get(name) for name in _SURROUNDINGS),
        *(stream.isatty() for stream in (sys.stdout, sys.stderr)),
        _columns(),
    )


def _columns() -> int:
    """The width of the terminal that is written to, 0 for none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    except (OSError, ValueError):
        return 0


def _key(parts: tuple[object, ...]) -> bytes:
    return digest(repr(parts).encode("utf-8", "surrogatepass"))


def _today() -> str:
    return time.strftime("%Y-%m-%d")


def _is_harmless(text: bytes) -> bool:
    """Whether a text tells a terminal nothing but colours."""
    if b"\x1b" in text or b"\xc2" in text:
        import re  # costs as much as all the rest of a start

        text = re.sub(rb"\x1b\[[0-9;]*m", b"", text)
        if re.search(rb"\xc2[\x80-\x9f]", text):
            return False
    return not text.translate(None, _ORDINARY)
