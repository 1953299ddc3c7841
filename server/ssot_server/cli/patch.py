"""Unified patches that `git apply` and `patch -p1` take in the folder that they were made in.

Everything is bytes, so that encodings, byte order marks and line ends come through untouched.
"""

from __future__ import annotations

import re

_NO_LINE_END = "\\ No newline at end of file\n"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f]')
_ESCAPES = {b"\t": b"\\t", b"\n": b"\\n", b"\r": b"\\r", b'"': b'\\"', b"\\": b"\\\\"}


def unified_patch(filename: str, before: bytes, after: bytes) -> bytes:
    """The patch from one content of a file to another; empty where they are equal.

    It has no `diff --git` line: git would take the names for relative to the repository, not to the folder.
    """
    from difflib import unified_diff

    hunks = list(unified_diff(_lines(before), _lines(after)))[2:]
    if not hunks:
        return b""
    name = filename.encode("utf-8", "surrogateescape")
    body = "".join(line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}" for line in hunks)
    return b"--- " + _header(b"a/" + name) + b"\n+++ " + _header(b"b/" + name) + b"\n" + body.encode("latin-1")


def _lines(content: bytes) -> list[str]:
    """The lines as git counts them, each byte as one character."""
    return _LINE.findall(content.decode("latin-1"))


def _header(name: bytes) -> bytes:
    """A file name as git writes it: quoted if it must be, its end marked if it holds a space."""
    if _QUOTED.search(name):
        return b'"' + _QUOTED.sub(lambda match: _escape(match[0]), name) + b'"'
    return name + b"\t" if b" " in name else name


def _escape(byte: bytes) -> bytes:
    return _ESCAPES.get(byte, b"\\%03o" % byte[0])
