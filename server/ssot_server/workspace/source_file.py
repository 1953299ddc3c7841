"""Read and write source files without losing anything: encoding, byte order mark, line endings, permissions."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePath
from typing import NamedTuple

from ssot_server.places import NOTEBOOK_SUFFIX
from ssot_server.workspace.notebook import NotANotebook, module_text, with_module_text

MAX_BYTES = 10_000_000
"""No file that people edit is larger; a larger one is left unread."""


class UnreadableSource(Exception):
    """The file cannot be had as text; the message says why."""


class UnwritableSource(OSError):
    """The text cannot be written to the file, which was left as it is; the message says why."""


class ChangedUnderneath(Exception):
    """The file no longer holds the text that the change was made for, and was left as it is."""


class SourceFile(NamedTuple):
    """A file's text with what it takes to write it back."""

    text: str
    """Without byte order mark, with the newlines of the file."""
    encoding: str = "utf-8"
    bom: bool = False
    """The file begins with the UTF-8 byte order mark."""
    notebook: str | None = None
    """What the file holds, if it is a notebook: the text is then the module that its code cells make."""

    def encode(self) -> bytes:
        """The file's bytes. Raises `UnicodeError` where the encoding lacks a character of the text, and
        `NotANotebook` where the text has lost a cell."""
        text = self.text if self.notebook is None else with_module_text(self.notebook, self.text)
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)


_FIRST_TWO_LINES = re.compile(rb"([^\r\n]*)(?:\r\n?|\n)?([^\r\n]*)")
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*(?:#.*)?\Z")


def read_source(path: Path, read: Callable[[Path], bytes] | None = None) -> SourceFile:
    """Read a file as Python would; `read`, if given, gets its bytes. Raises `UnreadableSource`."""
    return decode_source(_read(path, read), path)


def decode_source(data: bytes, path: PurePath | None = None) -> SourceFile:
    """Decode the bytes of the file of that name: a notebook's as UTF-8, any other's by its byte order mark, its
    coding comment or as UTF-8. Raises `UnreadableSource`."""
    if path is None or path.suffix != NOTEBOOK_SUFFIX:
        return _decoded(data)
    try:
        notebook = data.decode("utf-8-sig")
        return SourceFile(module_text(notebook), bom=data.startswith(codecs.BOM_UTF8), notebook=notebook)
    except ValueError as error:
        raise UnreadableSource(str(error)) from None


def _decoded(data: bytes) -> SourceFile:
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableSource("it is encoded in UTF-16, which Python does not read: save it as UTF-8")
    if b"\0" in body:
        raise UnreadableSource("it holds NUL bytes, so it is no Python source")
    encoding = _declared_encoding(body)
    if bom and encoding not in (None, "utf-8"):
        raise UnreadableSource(f"its byte order mark says UTF-8 but its coding comment says {encoding}")
    encoding = encoding or "utf-8"
    try:
        return SourceFile(body.decode(encoding), encoding, bom)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(
            f"line {line} is not {encoding}: save it as UTF-8, or name its encoding in a coding comment"
        ) from None
    except UnicodeError as error:
        raise UnreadableSource(f"it is not {encoding}: {error}") from None


def _declared_encoding(body: bytes) -> str | None:
    """The encoding that a comment in the first two lines names (PEP 263)."""
    lines = _FIRST_TWO_LINES.match(body)
    if lines is None or b"coding" not in lines[0]:
        return None
    cookie = _COOKIE.match(lines[1])
    if cookie is None and _NO_CODE.match(lines[1]):
        cookie = _COOKIE.match(lines[2])
    return _checked_encoding(cookie[1].decode("ascii", "replace")) if cookie else None


def _checked_encoding(name: str) -> str:
    try:
        encoding = codecs.lookup(name).name
        reads_ascii = "# coding".encode(encoding).endswith(b"# coding")
    except (LookupError, UnicodeError, ValueError):
        raise UnreadableSource(f"its coding comment names an unknown encoding: {name}") from None
    if encoding == "utf-8-sig":
        return "utf-8"
    if not reads_ascii:
        raise UnreadableSource(f"its coding comment names an encoding that no source can have: {name}")
    return encoding


def write_source(path: Path, before: SourceFile, text: str) -> None:
    """Replace a file's text, all at once or not at all.

    `before` is what the file held when the change was made. Encoding, byte order mark and permissions stay, a
    link stays a link. Raises `ChangedUnderneath` if the file holds something else by now, `UnwritableSource`
    if the text cannot be written; in both cases the file is as it was.
    """
    data = _encode(before._replace(text=text), path)
    target = Path(os.path.realpath(path))
    try:
        _replace(target, before, data)
    except OSError as error:
        raise UnwritableSource(f"it cannot be written: {_reason(error)}") from error


def require_writable(path: Path, before: SourceFile, text: str) -> None:
    """Raise what `write_source` would raise, as far as that can be told without writing."""
    _encode(before._replace(text=text), path)
    _require_permission(Path(os.path.realpath(path)))


def delete_source(path: Path, before: SourceFile) -> None:
    """Delete a file, and the folders that held nothing else, as git does.

    `before` is what the file held when that was decided. Raises `ChangedUnderneath` if it holds something else by
    now, `UnwritableSource` if it cannot be deleted; in both cases the file is as it was.
    """
    require_deletable(path)
    _require_unchanged(path, before)
    try:
        path.unlink()
    except OSError as error:
        raise UnwritableSource(f"it cannot be deleted: {_reason(error)}") from error
    with suppress(OSError):  # until one holds something
        for folder in path.parents:
            folder.rmdir()


def require_deletable(path: Path) -> None:
    """Raise what `delete_source` would raise, as far as that can be told without deleting."""
    if path.is_symlink():
        raise UnwritableSource("it is a link, and what it leads to may be used under another name")
    _require_permission(path)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UnwritableSource("it cannot be deleted: its folder is write-protected")


def _require_permission(target: Path) -> None:
    if not os.access(target, os.W_OK):
        raise UnwritableSource("it is write-protected")


def _encode(source: SourceFile, path: Path) -> bytes:
    try:
        data = source.encode()
    except NotANotebook as error:
        raise UnwritableSource(str(error)) from None
    except UnicodeError as error:
        raise UnwritableSource(f"the new text cannot be written in the file's encoding: {error}") from None
    try:
        kept = decode_source(data, path)[:3] == source[:3]
    except UnreadableSource as error:
        raise UnwritableSource(f"the new text could not be read again: {error}") from None
    if not kept:
        raise UnwritableSource("the new text would be read in another encoding than the file's")
    return data


def _replace(target: Path, before: SourceFile, data: bytes) -> None:
    import tempfile  # slow to load, and few runs write

    _require_unchanged(target, before)
    _require_permission(target)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _copy_permissions(target, temporary)
        _require_unchanged(target, before)  # writing took its time
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _require_unchanged(target: Path, before: SourceFile) -> None:
    try:
        now = read_source(target)
    except UnreadableSource as error:
        raise ChangedUnderneath(f"it changed in the meantime: {error}") from None
    if now != before:
        raise ChangedUnderneath("it changed in the meantime")


def _copy_permissions(source: Path, target: Path) -> None:
    status = source.stat()
    if hasattr(os, "chown"):
        with suppress(OSError):  # only a privileged user may give files away
            os.chown(target, status.st_uid, status.st_gid)
    target.chmod(stat.S_IMODE(status.st_mode))


def _read(path: Path, read: Callable[[Path], bytes] | None) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableSource("it is not a file")
        if status.st_size > MAX_BYTES:
            raise UnreadableSource(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes() if read is None else read(path)
    except OSError as error:
        raise UnreadableSource(f"it cannot be read: {_reason(error)}") from None
    except ValueError:  # a NUL in the path
        raise UnreadableSource("it cannot be read: its path is not one") from None


def _reason(error: OSError) -> str:
    """The system's words for an error, without the path, which the reader knows."""
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    return error.strerror or str(error)
