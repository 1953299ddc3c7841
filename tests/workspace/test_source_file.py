"""Reading and writing source files."""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_server.workspace import (
    ChangedUnderneath,
    SourceFile,
    UnreadableSource,
    UnwritableSource,
    decode_source,
    read_source,
    source_file,
    write_source,
)

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions and links")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", SourceFile("")),
        ("x = 'é🦊'\r\ny\rz\n".encode(), SourceFile("x = 'é🦊'\r\ny\rz\n")),
        (codecs.BOM_UTF8 + b"x", SourceFile("x", "utf-8", True)),
        (codecs.BOM_UTF8 + b"# coding: utf-8\n", SourceFile("# coding: utf-8\n", "utf-8", True)),
        (b"# -*- coding: latin-1 -*-\n\xe9", SourceFile("# -*- coding: latin-1 -*-\né", "iso8859-1")),
        (b"#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\n\x80", None),
        (b"#!/usr/bin/python\r# coding=cp1252\r\x80", None),
        (b"\f\n# coding: cp1252\n\x80", None),
        (b"# coding: utf-8-sig\nx", SourceFile("# coding: utf-8-sig\nx")),
        (b"x = 1\n# coding: latin-1\n", SourceFile("x = 1\n# coding: latin-1\n")),
        (b"\n\n# coding: latin-1\n", SourceFile("\n\n# coding: latin-1\n")),
        (b"s = 'coding: latin-1'\n", SourceFile("s = 'coding: latin-1'\n")),
        (b"# coding: shift_jis\n# \x83\x65\n", SourceFile("# coding: shift_jis\n# テ\n", "shift_jis")),
    ],
)
def test_bytes_are_decoded_as_python_does(data: bytes, expected: SourceFile | None):
    source = decode_source(data)
    if expected is None:
        assert source.encoding == "cp1252"
        assert source.text.endswith("€")
    else:
        assert source == expected
    assert source.encode() == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x\n\xff", "line 2 is not utf-8: save it as UTF-8, or name its encoding in a coding comment"),
        (b"x\0y", "it holds NUL bytes, so it is no Python source"),
        ("x".encode("utf-16"), "it is encoded in UTF-16, which Python does not read: save it as UTF-8"),
        (b"# coding: klingon\n", "its coding comment names an unknown encoding: klingon"),
        (b"# coding: hex\n", "its coding comment names an unknown encoding: hex"),
        (b"# coding: utf-16\n", "its coding comment names an encoding that no source can have: utf-16"),
        (
            codecs.BOM_UTF8 + b"# coding: latin-1\n",
            "its byte order mark says UTF-8 but its coding comment says iso8859-1",
        ),
        (b"# coding: ascii\n\n\xe9", "line 3 is not ascii: save it as UTF-8, or name its encoding in a coding comment"),
    ],
)
def test_what_cannot_be_decoded_says_why(data: bytes, message: str):
    with pytest.raises(UnreadableSource) as caught:
        decode_source(data)
    assert str(caught.value) == message


COOKIE_LINES = st.lists(
    st.sampled_from(
        [
            "# coding: latin-1",
            "# coding=utf-8",
            "#",
            "",
            "x",
            "  # -*- coding: cp1252 -*-",
            "\f",
            "# no",
            "é",
            '"coding: ascii"',
        ]
    ),
    max_size=4,
)


@given(COOKIE_LINES, st.sampled_from(["\n", "\r\n"]))
def test_the_encoding_is_the_one_that_python_detects(lines: list[str], newline: str):
    data = newline.join(lines).encode()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    assert codecs.lookup(encoding).name == decode_source(data).encoding


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")), st.booleans())
def test_reading_back_what_was_encoded(text: str, bom: bool):
    source = SourceFile(f"#\n#\n{text}", "utf-8", bom)
    assert decode_source(source.encode()) == source


def test_reading_a_file(tmp_path: Path):
    (tmp_path / "x.py").write_bytes(b"a\r\nb")
    assert read_source(tmp_path / "x.py") == SourceFile("a\r\nb")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def reason(path: Path) -> str:
        with pytest.raises(UnreadableSource) as caught:
            read_source(path)
        return str(caught.value)

    assert reason(tmp_path / "gone.py") == "it cannot be read: it does not exist"
    assert reason(tmp_path) == "it is not a file"
    assert reason(tmp_path / "a\0b.py").startswith("it cannot be read")
    (tmp_path / "big.py").write_bytes(b"#" * (source_file.MAX_BYTES + 1))
    assert reason(tmp_path / "big.py") == "it is larger than 10 MB"
    (tmp_path / "x.py").touch()

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert reason(tmp_path / "x.py") == "it cannot be read: Permission denied"


@needs_posix
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "x.py")
    with pytest.raises(UnreadableSource, match="it is not a file"):
        read_source(tmp_path / "x.py")


def plant(path: Path, data: bytes) -> SourceFile:
    path.write_bytes(data)
    return read_source(path)


@pytest.mark.parametrize(
    "data",
    [b"old\r\n", codecs.BOM_UTF8 + b"old\r", b"# coding: latin-1\n# \xe9 old\n"],
)
def test_writing_keeps_encoding_mark_and_newlines(tmp_path: Path, data: bytes):
    path = tmp_path / "x.py"
    before = plant(path, data)
    write_source(path, before, before.text.replace("old", "new"))
    assert path.read_bytes() == data.replace(b"old", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.py"]


@needs_posix
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_writing_keeps_permissions(tmp_path: Path, mode: int):
    path = tmp_path / "x.py"
    before = plant(path, b"old")
    path.chmod(mode)
    write_source(path, before, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@needs_posix
def test_writing_through_a_link_keeps_the_link(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    before = plant(tmp_path / "deep/x.py", b"old")
    (tmp_path / "link.py").symlink_to("deep/x.py")
    write_source(tmp_path / "link.py", before, "new")
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "deep/x.py").read_bytes() == b"new"


def test_a_file_that_changed_is_left_alone(tmp_path: Path):
    path = tmp_path / "x.py"
    before = plant(path, b"old")
    for data in (b"somebody else's", codecs.BOM_UTF8 + b"old", b"\xff"):
        path.write_bytes(data)
        with pytest.raises(ChangedUnderneath):
            write_source(path, before, "new")
        assert path.read_bytes() == data
    path.unlink()
    with pytest.raises(ChangedUnderneath, match="does not exist"):
        write_source(path, before, "new")
    assert list(tmp_path.iterdir()) == []


def test_a_change_during_the_writing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.py"
    before = plant(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda descriptor: path.write_bytes(b"saved in an editor"))
    with pytest.raises(ChangedUnderneath):
        write_source(path, before, "new")
    assert path.read_bytes() == b"saved in an editor"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.py"]


@pytest.mark.parametrize(
    ("data", "text", "message"),
    [
        (b"# coding: latin-1\n", "# coding: latin-1\n€", "cannot be written in the file's encoding"),
        (b"# coding: latin-1\n# \xe9", "# é", "could not be read again: line 1 is not utf-8"),
        (b"# coding: latin-1\n", "# no accents", "another encoding"),
        (b"# coding: cp1252\n# \xe9", "# coding: cp1253\n# é", "another encoding"),
        (b"x", "# coding: klingon", "unknown encoding"),
        (b"x", "\0", "NUL"),
        (b"x", "\ud800", "cannot be written in the file's encoding"),
    ],
)
def test_text_that_would_not_come_back_is_refused(tmp_path: Path, data: bytes, text: str, message: str):
    path = tmp_path / "x.py"
    before = plant(path, data)
    with pytest.raises(UnwritableSource, match=message):
        write_source(path, before, text)
    assert path.read_bytes() == data
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.py"]


def test_a_failed_replacement_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.py"
    before = plant(path, b"old")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UnwritableSource, match="it cannot be written: in use"):
        write_source(path, before, "new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.py"]


def test_a_protected_file_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.py"
    before = plant(path, b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UnwritableSource, match="it is write-protected"):
        write_source(path, before, "new")
    assert path.read_bytes() == b"old"
