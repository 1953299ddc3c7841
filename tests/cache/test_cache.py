"""The folder of blobs: whatever happens to it, it gives back what was written or nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cache.conftest import blobs, needs_an_ordinary_user
from ssot_server import cache as module
from ssot_server.cache import FOLDER_NAME, FOLDER_VARIABLE, Cache

CONTENT = bytes(range(256)) * 3
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def without_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


def make_old(path: Path, days: float) -> None:
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))


def test_what_is_written_is_read(tmp_path: Path):
    cache = Cache.open(tmp_path)
    assert cache.read("facts", b"key") is None
    cache.write("facts", b"key", CONTENT)
    cache.write("facts", b"other", b"")
    assert cache.read("facts", b"key") == CONTENT
    assert cache.read("facts", b"other") == b""
    assert cache.read("runs", b"key") is None
    cache.write("facts", b"key", b"new")
    assert Cache.open(str(tmp_path)).read("facts", b"key") == b"new"


def test_nothing_is_made_before_something_is_written(tmp_path: Path):
    cache = Cache.open(tmp_path)
    cache.read("facts", b"key")
    cache.prune()
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_was_removed_does_not_come_back(tmp_path: Path):
    root = tmp_path / "project"
    root.mkdir()
    cache = Cache.open(root)
    cache.write("facts", b"key", CONTENT)
    root.rename(tmp_path / "away")
    cache.write("facts", b"key", CONTENT)
    assert not root.exists()
    (tmp_path / "away").rename(root)
    shutil.rmtree(root / FOLDER_NAME)
    cache.write("facts", b"key", CONTENT)
    assert cache.read("facts", b"key") == CONTENT
    assert (root / FOLDER_NAME / "CACHEDIR.TAG").exists()


def test_backups_and_git_pass_it_over(tmp_path: Path):
    Cache.open(tmp_path).write("facts", b"key", CONTENT)
    tag = (tmp_path / FOLDER_NAME / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert (tmp_path / FOLDER_NAME / ".gitignore").read_text() == "*\n"
    Cache.open(tmp_path).write("facts", b"other", CONTENT)
    assert (tmp_path / FOLDER_NAME / "CACHEDIR.TAG").read_text() == tag


def test_without_a_cache_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    cache = Cache.off()
    cache.write("facts", b"key", CONTENT)
    cache.prune()
    assert cache.read("facts", b"key") is None
    assert list(tmp_path.iterdir()) == []


def damaged() -> list[bytes]:
    """A blob with each of its bytes changed, cut off at each place, and with something behind it."""
    size = 24 + len(CONTENT)
    places = [*range(30), size // 2, size - 1]
    return [*(b"flip %d" % place for place in places), *(b"cut %d" % place for place in places), b"append"]


@pytest.mark.parametrize("damage", damaged(), ids=bytes.decode)
def test_damage_reads_as_nothing_and_is_repaired(damage: bytes, tmp_path: Path):
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    [path] = blobs(tmp_path)
    blob = bytearray(path.read_bytes())
    kind, _, place = damage.partition(b" ")
    if kind == b"flip":
        blob[int(place)] ^= 0x10
    elif kind == b"cut":
        del blob[int(place) :]
    else:
        blob += b"x"
    path.write_bytes(blob)
    assert cache.read("facts", b"key") is None
    cache.write("facts", b"key", CONTENT)
    assert cache.read("facts", b"key") == CONTENT


def test_a_blob_in_another_blobs_place_reads_as_nothing(tmp_path: Path):
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    [path] = blobs(tmp_path)
    cache.write("facts", b"other", b"else")
    [other] = set(blobs(tmp_path)) - {path}
    other.replace(path)
    assert cache.read("facts", b"key") is None


def test_a_folder_in_a_blobs_place_reads_as_nothing(tmp_path: Path):
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    [path] = blobs(tmp_path)
    path.unlink()
    path.mkdir()
    assert cache.read("facts", b"key") is None
    cache.write("facts", b"key", CONTENT)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_other_versions_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = Cache.open(tmp_path)
    monkeypatch.setattr(module, "_VERSION", "ssot-0-0.0.9-cpython-39")
    cache.write("facts", b"key", CONTENT)
    monkeypatch.undo()
    assert cache.read("facts", b"key") is None
    cache.write("facts", b"key", b"mine")
    assert cache.read("facts", b"key") == b"mine"
    assert len(blobs(tmp_path)) == 2


def test_a_file_where_the_folder_should_be(tmp_path: Path):
    (tmp_path / FOLDER_NAME).write_text("not a folder")
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    cache.prune()
    assert cache.read("facts", b"key") is None
    assert (tmp_path / FOLDER_NAME).read_text() == "not a folder"


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    cache.write("facts", b"key", b"new")
    cache.write("facts", b"other", b"new")
    monkeypatch.undo()
    assert cache.read("facts", b"key") == CONTENT
    assert len(blobs(tmp_path)) == 1


def test_a_folder_that_is_not_ours(tmp_path: Path):
    needs_an_ordinary_user()
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    [path] = blobs(tmp_path)
    make_old(path, 2)
    for folder in (path.parent, path.parents[1], path.parents[2]):
        folder.chmod(0o500)
    try:
        again = Cache.open(tmp_path)
        again.write("facts", b"other", CONTENT)
        again.prune()
        assert again.read("facts", b"key") == CONTENT
        assert again.read("facts", b"other") is None
    finally:
        for folder in (path.parents[2], path.parents[1], path.parent):
            folder.chmod(0o700)


# -- pruning ----------------------------------------------------------------------------------------------


def test_what_was_not_used_for_long_goes(tmp_path: Path):
    cache = Cache.open(tmp_path)
    for key in (b"old", b"young", b"used"):
        cache.write("facts", key, key)
    for path in blobs(tmp_path):
        make_old(path, 31 if path.read_bytes().endswith(b"old") else 29)
    assert cache.read("facts", b"used") == b"used"
    cache.prune()
    assert [cache.read("facts", key) for key in (b"old", b"young", b"used")] == [None, b"young", b"used"]
    assert all(time.time() - path.stat().st_mtime < DAY for path in blobs(tmp_path))


def test_it_prunes_once_a_day(tmp_path: Path):
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    cache.prune()
    [path] = blobs(tmp_path)
    make_old(path, 31)
    cache.prune()
    assert path.exists()
    make_old(path.parents[1] / "pruned", 1.1)
    cache.prune()
    assert not path.exists()


def test_too_much_goes_the_longest_unused_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = Cache.open(tmp_path)
    for number in range(5):
        before = set(blobs(tmp_path))
        cache.write("facts", b"%d" % number, bytes(1000))
        [path] = set(blobs(tmp_path)) - before
        make_old(path, 5 - number)
    monkeypatch.setattr(module, "_MAX_BYTES", 2100)
    cache.prune()
    assert [cache.read("facts", b"%d" % number) is not None for number in range(5)] == [False, False, False, True, True]


def test_other_versions_and_unfinished_blobs_go(tmp_path: Path):
    cache = Cache.open(tmp_path)
    cache.write("facts", b"key", CONTENT)
    [path] = blobs(tmp_path)
    unfinished, being_written = (path.with_name(f"{path.name}.{name}.tmp") for name in ("dead", "alive"))
    other = tmp_path / FOLDER_NAME / "ssot-0-0.0.9-cpython-39" / "facts" / "abc"
    foreign = tmp_path / FOLDER_NAME / "notes" / "mine"
    for file in (unfinished, being_written, other, foreign):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    make_old(unfinished, 0.1)
    make_old(other, 31)
    make_old(foreign, 31)
    assert cache.read("facts", b"key") == CONTENT
    cache.prune()
    assert [file.exists() for file in (unfinished, being_written, other, foreign)] == [False, True, False, True]
    assert not other.parents[1].exists()
    assert cache.read("facts", b"key") == CONTENT


# -- several at once --------------------------------------------------------------------------------------

WRITER = """
import sys
from ssot_server.cache import Cache
cache = Cache.open(sys.argv[1])
own = sys.argv[2].encode()
for number in range(150):
    cache.write("facts", b"shared", own * 5000)
    cache.write("facts", own + b"%d" % number, own)
    found = cache.read("facts", b"shared")
    assert found is not None and len(found) == 5000 and len(set(found)) == 1, found
    cache.prune()
"""


def test_processes_that_write_at_once(tmp_path: Path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), own]) for own in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    cache = Cache.open(tmp_path)
    assert [cache.read("facts", f"{own}{number}".encode()) for own in "abc" for number in (0, 149)] == [
        own.encode() for own in "aabbcc"
    ]
    assert not list(tmp_path.rglob("*.tmp"))


# -- where it lies ----------------------------------------------------------------------------------------


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    own, given = tmp_path / "given", tmp_path / "work"
    given.mkdir()
    (given / "precious").write_text("mine")
    for folder in (own, given):
        monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
        Cache.open(tmp_path / "root").write("facts", b"key", CONTENT)
        assert Cache.open(tmp_path / "elsewhere").read("facts", b"key") == CONTENT
    assert (own / ".gitignore").exists()
    assert not (given / ".gitignore").exists()  # somebody else's folder
    assert not (tmp_path / "root").exists()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, "given")
    assert Cache.open(tmp_path).folder == str(own)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    main = tmp_path.resolve() / "main"
    (main / "sub").mkdir(parents=True)
    (main / "sub" / "x.py").write_text("")
    git(main, "init")
    git(main, "add", ".")
    git(main, "commit", "-m", "all")
    return main


def test_linked_worktrees_share(repository: Path):
    linked = repository.parent / "linked"
    git(repository, "worktree", "add", str(linked))
    assert Cache.open(repository).folder == str(repository / FOLDER_NAME)
    assert Cache.open(linked).folder == str(repository / FOLDER_NAME)
    assert Cache.open(linked / "sub").folder == str(repository / "sub" / FOLDER_NAME)
    (linked / "new").mkdir()
    assert Cache.open(linked / "new").folder == str(linked / "new" / FOLDER_NAME)


def test_submodules_do_not_share(repository: Path, tmp_path: Path):
    outer = tmp_path.resolve() / "outer"
    outer.mkdir()
    git(outer, "init")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", str(repository), "inner")
    assert (outer / "inner" / ".git").is_file()
    assert Cache.open(outer / "inner").folder == str(outer / "inner" / FOLDER_NAME)
    bare = tmp_path.resolve() / "bare.git"
    git(tmp_path, "clone", "--bare", str(repository), str(bare))
    git(bare, "worktree", "add", str(tmp_path.resolve() / "tree"))
    assert Cache.open(tmp_path.resolve() / "tree").folder == str(tmp_path.resolve() / "tree" / FOLDER_NAME)
