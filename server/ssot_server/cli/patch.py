"""Unified patches that `git apply` and `patch -p1` take in the folder that they were made in.

Everything is bytes, so that encodings, byte order marks and line ends come through untouched.
"""

from __future__ import annotations

import re

_NO_LINE_END = "\\ No newline at end of file\n"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f]')
_ESCAPES = {b"\t": b"\\t", b"\n": b"\\n", b"\r": b"\\r", b'"': b'\\"', b"\\": b"\\\\"}


def unified_patch(filename: str, before: bytes, after: bytes | None) -> bytes:
    """The patch from one content of a file to another; empty where they are equal. None deletes the file, which must
    hold something.

    It has no `diff --git` line: git would take the names for relative to the repository, not to the folder.
    """
    from difflib import unified_diff

    hunks = list(unified_diff(_lines(before), _lines(after or b"")))[2:]
    if not hunks:
        return b""
    name = filename.encode("utf-8", "surrogateescape")
    new = b"/dev/null" if after is None else _header(b"b/" + name)
    body = "".join(line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}" for line in hunks)
    return b"--- " + _header(b"a/" + name) + b"\n+++ " + new + b"\n" + body.encode("latin-1")


def deletion_of_empty(filename: str, *, executable: bool) -> bytes:
    """The patch that deletes an empty file, of which no hunk can tell: git alone takes it, and takes the name for
    relative to the repository's top if there is one. The blank line keeps another patch from counting as its header.
    """
    name = filename.encode("utf-8", "surrogateescape")
    names = b" ".join(_quoted(side + name) for side in (b"a/", b"b/"))
    return b"diff --git %s\ndeleted file mode 100%s\n\n" % (names, b"755" if executable else b"644")


def _lines(content: bytes) -> list[str]:
    """The lines as git counts them, each byte as one character."""
    return _LINE.findall(content.decode("latin-1"))


def _header(name: bytes) -> bytes:
    """A file name as git writes it: quoted if it must be, its end marked if it holds a space."""
    quoted = _quoted(name)
    return quoted + b"\t" if b" " in name and quoted == name else quoted


def _quoted(name: bytes) -> bytes:
    return b'"' + _QUOTED.sub(lambda match: _escape(match[0]), name) + b'"' if _QUOTED.search(name) else name


def _escape(byte: bytes) -> bytes:
    return _ESCAPES.get(byte, b"\\%03o" % byte[0])
