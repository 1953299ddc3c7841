"""Watches the disk for what the editor does not watch.

A thread of its own waits for changes, gathers those that come close together and hands them on as one batch. The
operating system tells about them; where it cannot, all files are looked at every few seconds.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from ssot_rules.registry import WorkspaceOptions
from ssot_server.places import FILE_SUFFIXES
from ssot_server.workspace import ENVIRONMENT_MARK, IGNORE_FILE, REGISTRY_NAME, TREE_FILES, FileFilter

_log = logging.getLogger(__name__)

_QUIET = 100
"""Milliseconds without a change that end a batch."""
_LONGEST = 5000
"""Milliseconds after which a batch ends though changes go on."""
_LOOK_UP = 500
"""Milliseconds without a change after which the thread sees whether it still watches the right folders."""
_REST = 2.0
"""Seconds between two looks at all files, at least."""
_SHARE = 20
"""How many times as long as a look at all files takes the thread rests before the next one."""
_TICK = 0.05
"""Seconds by which a file system's clock may be behind."""
_TRIES = 3
"""How often the folders are listed when one of them is gone before it can be watched."""

_OFF = ("", "false", "disable", "disabled")
_ADDED, _MODIFIED = 1, 2

_FOLDER_BY_FOLDER = sys.platform == "linux"
"""Whether every folder needs a watch of its own, so that those that are left out should have none. Elsewhere one
watch covers all that lies below a folder."""


class WatchedFolder(NamedTuple):
    """A folder to watch."""

    path: str
    """Absolute and normalized; changes are told in the same spelling."""
    options: WorkspaceOptions | None = None
    """What belongs to the workspace whose root the folder is; None watches for registries and ignore files right in
    the folder, and for nothing else."""
    registry: str = REGISTRY_NAME
    """The name of that workspace's registry, or of one that another extends."""

    def wants(self, name: str) -> bool:
        """Whether a file by this name matters."""
        if self.options is None:
            return name in (REGISTRY_NAME, IGNORE_FILE, self.registry)
        return name.endswith(FILE_SUFFIXES) or name in TREE_FILES or name == self.registry


class Watcher:
    """Tells which files have changed, a batch at a time, in a thread that begins when there is something to watch."""

    def __init__(self, changed: Callable[[frozenset[str]], None]) -> None:
        """`changed` is called in the watcher's thread with absolute paths: of files that were changed, created or
        deleted, and of folders that came, went or were replaced as a whole."""
        self._changed = changed
        self._over = _Over()
        self._wanted: Mapping[WatchedFolder, float] = {}
        self._thread: threading.Thread | None = None
        self._looks = os.environ.get("WATCHFILES_FORCE_POLLING", "false").lower() not in _OFF
        """Whether files are looked at, since the operating system does not tell about them."""
        self._failed = False

    def watch(self, folders: Collection[WatchedFolder], since: float) -> None:
        """Watch these folders and no others. What changes in new ones from the time `since` on, while the watch is
        being set up, is told as well. Calls must not overlap."""
        self._wanted = {folder: self._wanted.get(folder, since) for folder in folders}
        if self._wanted and self._thread is None and not self._over.is_set():
            self._thread = threading.Thread(target=self._run, name="ssot-watcher")
            self._thread.start()

    def stop(self) -> None:
        """Stop for good; the thread ends within about a tenth of a second."""
        self._over.set()

    def join(self, timeout: float) -> bool:
        """Wait until the thread has ended, at most so many seconds; whether it has."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._watch()
        except Exception:  # noqa: BLE001 - the server goes on without
            _log.exception("files are no longer watched; please report it")

    def _watch(self) -> None:
        scope = _Scope({})
        source: _Source = _Nothing(self._over)
        while not self._over.is_set():
            changed = self._ask(source.wait, scope) if scope.is_current(self._wanted) else set()
            if self._failed or not scope.is_current(self._wanted) or any(map(_may_be_folder, changed)):
                # The new watch begins before the old one ends, so that nothing is missed.
                before, old = scope, source
                scope, source = self._open()
                self._failed = False
                changed |= self._ask(old.rest, before) | scope.news(before) | self._ask(source.rest, scope)
                old.close()
            if changed and not self._over.is_set():
                self._changed(frozenset(changed))
        source.close()

    def _ask(self, source: Callable[[], set[str]], scope: _Scope) -> set[str]:
        """What a source tells; when it fails, nobody knows what was missed."""
        try:
            return source()
        except (OSError, RuntimeError) as error:
            self._look_instead(error)
            return {folder.path for folder in scope.wanted}

    def _open(self) -> tuple[_Scope, _Source]:
        for left in reversed(range(_TRIES)):
            scope = _Scope(self._wanted)
            if self._looks or not scope.wanted:
                break
            try:
                return scope, _Notified(scope, self._over)
            except (ImportError, OSError, RuntimeError, ValueError) as error:
                if not left or not isinstance(error, FileNotFoundError):
                    self._look_instead(error)
        return scope, _Looked(scope, self._over) if scope.wanted else _Nothing(self._over)

    def _look_instead(self, error: Exception) -> None:
        self._looks = self._failed = True
        _log.warning("the system does not tell about changed files (%s): looking every few seconds instead", error)


class _Over:
    """Set when nothing more is wanted, or when the program ends by itself."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set() or not threading.main_thread().is_alive()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)


class _Scope:
    """What is watched, as it was on disk at one moment."""

    def __init__(self, wanted: Mapping[WatchedFolder, float]) -> None:
        self.wanted = wanted
        """The folders, each with the time from which on its changes are wanted."""
        self._identities = {folder.path: _identity(folder.path) for folder in wanted}
        self._spellings = {folder: (folder.path, os.path.realpath(folder.path)) for folder in wanted}
        self._filters = {
            folder: FileFilter(Path(folder.path), folder.options) for folder in wanted if folder.options is not None
        }
        self._parts = {folder: frozenset(self._walk(folder)) for folder in wanted}

    def is_current(self, wanted: Mapping[WatchedFolder, float]) -> bool:
        """Whether the same is wanted, and no folder has gone, come or been replaced by another one."""
        return wanted == self.wanted and all(_identity(path) == identity for path, identity in self._identities.items())

    def parts(self) -> frozenset[str]:
        """All folders that exist, those below others included."""
        return frozenset[str]().union(*self._parts.values())

    def tops(self) -> frozenset[str]:
        """The folders that exist and that everything else lies in."""
        return frozenset(folder.path for folder, parts in self._parts.items() if parts)

    def spell(self, change: int, path: str) -> Iterator[str]:
        """A changed path as the folders that it matters to spell it."""
        for folder, spellings in self._spellings.items():
            for top in spellings:
                relative = _below(top, path)
                if relative is not None:
                    spelled = os.path.join(folder.path, relative)  # noqa: PTH118
                    if self._matters(folder, change, relative.replace(os.sep, "/"), spelled):
                        yield spelled
                    break

    def _matters(self, folder: WatchedFolder, change: int, relative: str, path: str) -> bool:
        around, _, name = relative.rpartition("/")
        if not name:
            return change != _MODIFIED
        chosen = self._filters.get(folder)
        if chosen is None:
            return not around and folder.wants(name)
        if chosen.is_left_out(around.rpartition("/")[0] if name == ENVIRONMENT_MARK else around):
            return False
        if folder.wants(name) or path in self._parts[folder]:
            return change != _MODIFIED or folder.wants(name)
        return change == _ADDED and os.path.isdir(path) and not chosen.is_left_out(relative)  # noqa: PTH112

    def news(self, before: _Scope) -> set[str]:
        """What came while nobody watched it."""
        found: set[str] = set()
        for folder, since in self.wanted.items():
            identity = self._identities[folder.path]
            if before._identities.get(folder.path, identity) != identity:
                found.add(folder.path)
            elif folder not in before.wanted:
                found.update(self._touched(folder, since - _TICK))
            else:
                found |= self._parts[folder] - before._parts[folder]
        return found

    def _touched(self, folder: WatchedFolder, since: float) -> Iterator[str]:
        for part in self._parts[folder]:
            if (status := _status(part)) is not None and status.st_mtime >= since:
                # Files came or went. Nobody knows which went; an ignore file has them all counted again.
                yield os.path.join(part, IGNORE_FILE)  # noqa: PTH118
        for path, status in self._files(folder):
            if max(status.st_mtime, status.st_ctime) >= since:
                yield path

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """All files that matter."""
        for folder in self.wanted:
            yield from self._files(folder)

    def _files(self, folder: WatchedFolder) -> Iterator[tuple[str, os.stat_result]]:
        for part in self._parts[folder]:
            for path in _list(part):
                if folder.wants(os.path.basename(path)) and (status := _status(path)) is not None:  # noqa: PTH119
                    yield path, status

    def _walk(self, folder: WatchedFolder) -> Iterator[str]:
        if self._identities[folder.path] is None:
            return
        chosen = self._filters.get(folder)
        for part in ("",) if chosen is None else chosen.folders():
            yield os.path.join(folder.path, part.replace("/", os.sep)) if part else folder.path  # noqa: PTH118


class _Source(Protocol):
    """Where changes come from."""

    def wait(self) -> set[str]:
        """The next batch, or nothing after a while."""

    def rest(self) -> set[str]:
        """What has changed since the last batch, without waiting for more."""

    def close(self) -> None:
        """No more is wanted."""


class _Nothing:
    """Nothing is watched."""

    def __init__(self, over: _Over) -> None:
        self._over = over

    def wait(self) -> set[str]:
        self._over.wait(_LOOK_UP / 1000)
        return set()

    def rest(self) -> set[str]:
        return set()

    def close(self) -> None:
        pass


class _Notified:
    """The operating system tells.

    Raises `OSError` or `RuntimeError` where it does not, such as when it has no watch left to give.
    """

    def __init__(self, scope: _Scope, over: _Over) -> None:
        from watchfiles._rust_notify import RustNotify  # loaded for the few editors that need it

        self._scope = scope
        self._over = over
        parts = scope.parts() if _FOLDER_BY_FOLDER else scope.tops()
        folders = [part for part in parts if _is_readable(part)]
        self._notify = RustNotify(folders, False, False, 0, not _FOLDER_BY_FOLDER, False)

    def wait(self) -> set[str]:
        return self._changes(_LOOK_UP)

    def rest(self) -> set[str]:
        return self._changes(1)

    def close(self) -> None:
        self._notify.close()

    def _changes(self, patience: int) -> set[str]:
        told = self._notify.watch(_LONGEST, _QUIET, patience, self._over)
        if isinstance(told, str):
            return set()
        return {spelled for change, path in told for spelled in self._scope.spell(change, path)}


class _Looked:
    """All files are looked at now and then."""

    def __init__(self, scope: _Scope, over: _Over) -> None:
        self._over = over
        self._wanted = scope.wanted
        self._due = 0.0
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._parts: dict[str, int] = {}
        """The folders, and when their entries last changed."""
        self.rest()

    def wait(self) -> set[str]:
        self._over.wait(min(_LOOK_UP / 1000, max(0.0, self._due - time.monotonic())))
        return self.rest() if time.monotonic() >= self._due else set()

    def rest(self) -> set[str]:
        begun = time.monotonic()
        before = self._seen
        scope = _Scope(self._wanted)
        self._seen = {path: (status.st_mtime_ns, status.st_size, status.st_ino) for path, status in scope.files()}
        parts, known = scope.parts(), self._parts
        self._parts = {part: status.st_mtime_ns for part in parts if (status := _status(part)) is not None}
        now = time.monotonic()
        self._due = now + max(_REST, _SHARE * (now - begun))
        changed = {path for path, _ in before.items() ^ self._seen.items()} | self._parts.keys() ^ known.keys()
        explained = {os.path.dirname(path) for path in changed}  # noqa: PTH120
        for part in self._parts.keys() & known.keys() - explained:
            if self._parts[part] != known[part]:
                # Something came and went, or went and came back. An ignore file has all files counted again.
                changed.add(os.path.join(part, IGNORE_FILE))  # noqa: PTH118
        return changed

    def close(self) -> None:
        pass


def _may_be_folder(path: str) -> bool:
    return not path.endswith(FILE_SUFFIXES)


def _below(top: str, path: str) -> str | None:
    """A path relative to a folder; None if it is not inside."""
    if path == top:
        return ""
    start = top if top.endswith(os.sep) else top + os.sep
    return path[len(start) :] if path.startswith(start) else None


def _list(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries]
    except OSError:  # gone since it was found, or not ours to read
        return []


def _is_readable(folder: str) -> bool:
    """Whether a folder is not barred; one that is gone is no secret."""
    try:
        os.scandir(folder).close()
    except OSError as error:
        return not isinstance(error, PermissionError)
    return True


def _identity(path: str) -> tuple[int, int] | None:
    """What tells a folder from another one by the same name; None if there is none."""
    status = _status(path)
    return None if status is None else (status.st_dev, status.st_ino)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None
