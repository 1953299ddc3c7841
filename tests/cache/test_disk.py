"""What was seen is known, and what was not seen is not claimed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cache.test_cache import make_old
from ssot_server import disk as module
from ssot_server.disk import FILE, FOLDER, NOTHING, UNREADABLE, Disk, Listing, digest, stamp
from ssot_server.trace import Trace, pack, unpack


def settled(*paths: Path) -> None:
    """Let some time pass, as far as the file system tells."""
    moment = time.time_ns()
    for path in paths:
        while path.stat().st_ctime_ns >= moment - 20_000_000:
            time.sleep(0.005)
            moment = time.time_ns()


def test_reading(tmp_path: Path):
    file = tmp_path / "x.py"
    for content in (b"", b"x = 1\r\n", bytes(200_000)):
        file.write_bytes(content)
        settled(file)
        disk = Disk()
        assert disk.read(file) == content
        assert disk.read(str(file)) == content
        assert disk.seen == {str(file): (stamp(file.stat()), digest(content))}
        assert not disk.is_torn


def test_what_is_not_there(tmp_path: Path):
    disk = Disk()
    with pytest.raises(FileNotFoundError):
        disk.read(tmp_path / "x.py")
    assert disk.listing(str(tmp_path / "sub")).modules == ()
    disk.leave_unread(str(tmp_path / "y.py"))
    assert disk.seen == {}
    assert set(disk.answers.values()) == {NOTHING}
    assert [path for _, path in disk.answers] == [str(tmp_path / name) for name in ("x.py", "sub", "y.py")]


def test_what_cannot_be_read(tmp_path: Path):
    (tmp_path / "x.py").mkdir()
    disk = Disk()
    with pytest.raises((IsADirectoryError, PermissionError)):
        disk.read(tmp_path / "x.py")
    assert [digested for _, digested in disk.seen.values()] == [UNREADABLE]


def test_a_file_left_unread_keeps_what_is_known_of_it(tmp_path: Path):
    file = tmp_path / "x.py"
    file.write_text("x = 1\n")
    disk = Disk()
    disk.leave_unread(str(file))
    assert disk.seen == {str(file): (stamp(file.stat()), UNREADABLE)}
    disk = Disk()
    disk.read(file)
    disk.leave_unread(str(file))
    assert disk.seen == {str(file): (stamp(file.stat()), digest(b"x = 1\n"))}


def test_kinds(tmp_path: Path):
    (tmp_path / "file").write_text("")
    disk = Disk()
    assert disk.kind(tmp_path / "file") == FILE
    assert disk.kind(tmp_path) == FOLDER
    assert disk.kind(os.devnull) == NOTHING
    assert disk.kind(tmp_path / "file" / "below") == NOTHING


def test_a_listing_holds_what_matters(tmp_path: Path):
    for name in ("a.py", "README.md", ".hidden.py", "ssot.toml", "pyproject.toml", "x.toml"):
        (tmp_path / name).write_text("")
    for name in ("sub", "odd.py", "__pycache__", ".git", "node_modules", "setup.cfg"):
        (tmp_path / name).mkdir()
    listing = Listing(str(tmp_path))
    assert sorted(listing.modules) == [".hidden.py", "a.py"]
    assert sorted(listing.folders) == ["odd.py", "setup.cfg", "sub"]
    assert listing.noted == {"ssot.toml", "pyproject.toml"}
    assert listing.links == ()


def test_equal_listings_have_equal_digests(tmp_path: Path):
    def digest_of(*names: str) -> bytes:
        folder = tmp_path / "folder"
        for name in names:
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir() if name.endswith("/") else place.write_text("")
        found = Listing(str(folder)).digest()
        folder.rename(tmp_path / str(time.time_ns()))
        return found

    different = [("a.py",), ("b.py",), ("a.py", "b.py"), ("a/",), ("a.py/",), ("a.py", "ssot.toml"), ("ssot.toml/",)]
    assert len({digest_of(*names) for names in different}) == len(different)
    assert digest_of("a.py", "b.py", "c/") == digest_of("c/", "b.py", "notes.txt", ".x/", "a.py")


def test_a_file_that_changes_between_two_readings_tears_the_result(tmp_path: Path):
    file = tmp_path / "x.py"
    file.write_text("one")
    settled(file)
    disk = Disk()
    disk.read(file)
    assert not disk.is_torn
    assert Trace.of(str(tmp_path), [disk]) is not None
    file.write_text("two")
    disk.read(file)
    file.write_text("one")
    assert disk.is_torn
    assert Trace.of(str(tmp_path), [disk]) is None


def test_an_answer_that_changes_tears_the_result(tmp_path: Path):
    disk = Disk()
    disk.kind(tmp_path / "x")
    (tmp_path / "x").write_text("")
    disk.kind(tmp_path / "x")
    assert disk.is_torn


@pytest.mark.skipif(os.name == "nt", reason="there is no time of the last change of anything there")
def test_a_file_that_changed_during_the_run_tears_the_result(tmp_path: Path):
    """Something else may have read it before."""
    file = tmp_path / "x.py"
    disk = Disk()
    time.sleep(0.02)
    file.write_text("x")
    make_old(file, 100)
    disk.read(file)
    assert disk.is_torn


def test_two_that_saw_different_things_leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "x.py"
    disks = []
    for text in ("one", "two"):
        file.write_text(text)
        settled(file)
        disks.append(Disk())
        disks[-1].read(file)
    assert not any(disk.is_torn for disk in disks)
    assert Trace.of(str(tmp_path), disks) is None
    answering = [Disk(), Disk()]
    for number, disk in enumerate(answering):
        disk.kind(tmp_path / "later")
        (tmp_path / "later").write_text(str(number))
    assert Trace.of(str(tmp_path), answering) is None


def never(_content: bytes, _shape: bytes) -> bool:
    return False


@pytest.mark.parametrize("moment", [0, -5 * 10**9, 4 * 10**18, 10**19], ids=["the epoch", "before it", "2096", "2286"])
def test_any_time_can_be_kept(moment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_GRAIN", 0)
    file = tmp_path / "x.py"
    file.write_text("x")
    try:
        os.utime(file, ns=(moment, moment))
    except (OSError, OverflowError):
        pytest.skip("the file system keeps no such times")
    settled(file)
    disk = Disk()
    disk.read(file)
    trace = Trace.of(str(tmp_path), [disk])
    assert trace is not None
    assert trace.renewed(str(tmp_path), never) is trace
    file.write_text("y")
    os.utime(file, ns=(moment, moment))
    assert trace.renewed(str(tmp_path), never) is None


def test_a_trace_of_nothing_holds(tmp_path: Path):
    trace = Trace.of(str(tmp_path), [Disk()])
    assert trace is not None
    assert Trace.unpack(trace.pack()) is not None
    assert trace.renewed(str(tmp_path), never) is trace


@pytest.mark.parametrize("sections", [(), (b"",), (b"", b"a"), (b"\0" * 9, b"x" * 300, b"")])
def test_packing(sections: tuple[bytes, ...]):
    packed = pack(sections)
    assert unpack(packed) == list(sections)
    for end in range(1, len(packed)):
        assert unpack(packed[:end]) != list(sections)
    assert unpack(packed + b"\1") is None
    assert unpack(b"\xff" * 8) is None
