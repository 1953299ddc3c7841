"""Between `file:` URIs and the file system's paths, for the system at hand or, as values, for any."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"[A-Za-z]:(?=/|$)")
_WINDOWS = os.name == "nt"


def to_path(uri: str, *, windows: bool = _WINDOWS) -> str | None:
    """The absolute path that a URI names; None when it names no file of this system.

    Drive letters come out in upper case; `file://server/share/x` is a UNC path on Windows.
    """
    try:
        parts = urlsplit(uri)
        host = unquote(parts.netloc)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path, errors="surrogateescape")
    if host.lower() == "localhost":
        host = ""
    if "\0" in path:
        return None
    return _windows_path(host, path) if windows else _posix_path(host, path)


def from_path(path: str, *, windows: bool = _WINDOWS) -> str:
    """The URI of an absolute path."""
    if not windows:
        return f"file://{_quote(path)}"
    path = path.replace("\\", "/")
    if path.startswith("//"):
        host, _, rest = path[2:].partition("/")
        return f"file://{_quote(host)}/{_quote(rest)}"
    if _DRIVE.match(path):
        return f"file:///{path[:2]}{_quote(path[2:])}"
    return f"file://{_quote(path)}"


def _posix_path(host: str, path: str) -> str | None:
    return path if path.startswith("/") and not host else None


def _windows_path(host: str, path: str) -> str | None:
    if host:
        path = f"//{host}{path}"
    elif _DRIVE.match(path[1:]):
        path = f"{path[1].upper()}:{path[3:] or '/'}"
    elif not path.startswith("//"):
        return None
    return path.replace("/", "\\")


def _quote(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/~")
