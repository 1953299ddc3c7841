from __future__ import annotations

import itertools
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ssot_rules.registry import WorkspaceOptions
from ssot_server.lsp import watcher as module
from ssot_server.lsp.watcher import WatchedFolder, Watcher

PATIENCE = 60.0
"""Seconds after which something that was waited for is missing."""


class Told:
    """What a watcher tells."""

    def __init__(self) -> None:
        self.batches: list[frozenset[str]] = []
        self._news = threading.Condition()
        self.watcher = Watcher(self._changed)

    def _changed(self, paths: frozenset[str]) -> None:
        with self._news:
            self.batches.append(paths)
            self._news.notify_all()

    @property
    def paths(self) -> set[str]:
        return set().union(*self.batches)

    def until(self, *paths: Path) -> None:
        """Wait until these were told, among others."""
        wanted = set(map(str, paths))
        with self._news:
            assert self._news.wait_for(lambda: wanted <= self.paths, PATIENCE), wanted - self.paths

    def until_something(self) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.paths, PATIENCE)

    def until_unheard(self, path: Path, beside: Path) -> None:
        """Wait until nothing is told of one file while another one's changes are."""
        deadline = time.monotonic() + PATIENCE
        for number in itertools.count(1):
            self.batches.clear()
            path.write_text("x = 1\n" * number)
            beside.write_text("x = 1\n" * number)
            self.until(beside)
            if str(path) not in self.paths:
                break
            assert time.monotonic() < deadline

    def begin(self, *folders: WatchedFolder) -> None:
        """Watch, and wait until that works."""
        self.watcher.watch(folders, time.time())
        for folder in folders:
            if Path(folder.path).is_dir():
                probe = Path(folder.path, ".gitignore")
                text = probe.read_bytes() if probe.exists() else b""
                probe.write_bytes(text)
                self.until(probe)
        self.batches.clear()


@pytest.fixture(params=["folder by folder", "from the top", "by looking"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the system tells: as Linux does, as others do, or not at all."""
    way: str = request.param
    if way == "by looking":
        monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true")
        monkeypatch.setattr(module, "_REST", 0.05)
    else:
        monkeypatch.setattr(module, "_FOLDER_BY_FOLDER", way == "folder by folder")
    return way


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    told.watcher.stop()
    assert told.watcher.join(PATIENCE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "app").mkdir(parents=True)
    (root / "app/a.py").write_text("a = 1\n")
    (root / "ssot.toml").write_text("version = 1\n")
    return root


def project(root: Path, **options: Any) -> WatchedFolder:
    return WatchedFolder(str(root), WorkspaceOptions(**options))


def replace(path: Path, text: str) -> None:
    """Write a file as git and careful editors do."""
    new = path.with_name(".new")
    new.write_text(text)
    new.replace(path)


def test_files_that_come_change_and_go(way: str, told: Told, root: Path) -> None:
    told.begin(project(root))
    (root / "app/a.py").write_text("a = 22\n")
    told.until(root / "app/a.py")
    told.batches.clear()
    replace(root / "app/a.py", "a = 33\n")
    told.until(root / "app/a.py")
    replace(root / "ssot.toml", "version = 1 \n")
    (root / "app/b.pyi").write_text("")
    (root / "app/pyproject.toml").write_text("")
    told.until(root / "ssot.toml", root / "app/b.pyi", root / "app/pyproject.toml")
    told.batches.clear()
    (root / "app/a.py").unlink()
    told.until(root / "app/a.py")


def test_what_does_not_matter_is_not_told(way: str, told: Told, root: Path) -> None:
    (root / ".gitignore").write_text("ignored/\n")
    (root / "env").mkdir()
    (root / "env/pyvenv.cfg").write_text("")
    told.begin(project(root, exclude=("left/",)))
    for folder in (".hidden", "ignored", "left", "node_modules", "app/__pycache__", "env/lib"):
        (root / folder).mkdir()
        (root / folder / "x.py").write_text("")
    (root / "app/notes.txt").write_text("")
    (root / "app/a.py").chmod(0o600)
    (root / "app/z.py").write_text("")
    told.until(root / "app/z.py")
    assert told.paths <= {str(root / name) for name in ("app/z.py", "app/a.py", ".gitignore")}


def test_a_registry_by_another_name(way: str, told: Told, root: Path) -> None:
    told.begin(WatchedFolder(str(root), WorkspaceOptions(), "standards.toml"))
    (root / "standards.toml").write_text("version = 1\n")
    told.until(root / "standards.toml")


def test_new_folders_are_watched(way: str, told: Told, root: Path) -> None:
    told.begin(project(root))
    (root / "new/deep/er").mkdir(parents=True)
    (root / "new/deep/er/x.py").write_text("")
    told.until(root / "new")
    told.batches.clear()
    (root / "new/deep/er/x.py").write_text("changed = True\n")
    (root / "new/deep/y.py").write_text("")
    told.until(root / "new/deep/er/x.py", root / "new/deep/y.py")


def test_a_folder_that_is_renamed(way: str, told: Told, root: Path) -> None:
    (root / "app/sub").mkdir()
    (root / "app/sub/x.py").write_text("")
    told.begin(project(root))
    (root / "app").rename(root / "lib")
    told.until(root / "app", root / "lib")
    told.batches.clear()
    (root / "lib/sub/x.py").write_text("x = 1\n")
    told.until(root / "lib/sub/x.py")


def test_a_folder_that_goes_and_comes_back_at_once(way: str, told: Told, root: Path) -> None:
    told.begin(project(root))
    (root / "app").rename(root / "away")
    (root / "away").rename(root / "app")
    told.until_something()


def test_a_folder_that_becomes_an_environment(way: str, told: Told, root: Path) -> None:
    told.begin(project(root))
    (root / "app/pyvenv.cfg").write_text("")
    told.until(root / "app" if way == "by looking" else root / "app/pyvenv.cfg")
    told.until_unheard(root / "app/a.py", beside=root / "heard.py")


def test_a_folder_that_takes_the_place_of_another(way: str, told: Told, root: Path) -> None:
    (root / "other").mkdir()
    (root / "other/a.py").write_text("a = 'other'\n")
    told.begin(project(root))
    (root / "app").rename(root / "old")
    (root / "other").rename(root / "app")
    told.until(root / "app/a.py" if way == "by looking" else root / "app")
    told.batches.clear()
    (root / "app/a.py").write_text("a = 'written'\n")
    (root / "old/a.py").write_text("a = 'old'\n")
    told.until(root / "app/a.py", root / "old/a.py")


def test_a_root_that_goes_and_comes_back(way: str, told: Told, root: Path) -> None:
    told.begin(project(root))
    root.rename(root.with_name("away"))
    told.until(root)
    told.batches.clear()
    shutil.copytree(root.with_name("away"), root)
    told.until(root)
    told.batches.clear()
    (root / "app/a.py").write_text("a = 22\n")
    told.until(root / "app/a.py")


def test_a_root_that_goes_while_the_watch_is_set_up(root: Path) -> None:
    """It must not end in a watch of nothing that seems to be a good one."""
    scope = module._Scope({project(root): 0.0})
    root.rename(root.with_name("away"))
    with pytest.raises(FileNotFoundError):
        module._Notified(scope, module._Over())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="a privileged user may read every folder")
def test_a_folder_that_is_not_ours_to_read(told: Told, root: Path, caplog: pytest.LogCaptureFixture) -> None:
    (root / "barred").mkdir(mode=0)
    told.begin(project(root))
    (root / "app/a.py").write_text("a = 22\n")
    told.until(root / "app/a.py")
    assert not caplog.records


def test_a_root_that_is_not_there_yet(way: str, told: Told, tmp_path: Path) -> None:
    told.begin(project(tmp_path / "later"))
    (tmp_path / "later").mkdir()
    told.until_something()
    (tmp_path / "later/x.py").write_text("")
    told.until(tmp_path / "later/x.py")


def test_other_folders_are_wanted(way: str, told: Told, root: Path, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    told.begin(project(root))
    told.begin(project(root), project(tmp_path / "second"))
    (tmp_path / "second/x.py").write_text("")
    told.until(tmp_path / "second/x.py")
    told.begin(project(tmp_path / "second"))
    told.until_unheard(root / "app/a.py", beside=tmp_path / "second/x.py")


def test_a_folder_without_a_project(told: Told, root: Path) -> None:
    """A registry that comes is told, and nothing else."""
    (root / "ssot.toml").unlink()
    told.begin(WatchedFolder(str(root)))
    (root / "x.py").write_text("")
    (root / "app/ssot.toml").write_text("")
    (root / "ssot.toml").write_text("version = 1\n")
    told.until(root / "ssot.toml")
    assert told.paths <= {str(root / "ssot.toml"), str(root / ".gitignore")}


def test_what_changed_while_the_watch_was_set_up(way: str, told: Told, root: Path) -> None:
    (root / "app/old.py").write_text("")
    os.utime(root / "app/old.py", (1_000_000_000, 1_000_000_000))
    (root / "app/gone.py").write_text("")
    since = time.time()
    (root / "app/gone.py").unlink()
    (root / "app/a.py").write_text("changed = True\n")
    told.watcher.watch([project(root)], since)
    # a file that went is nowhere to be seen: the folder's files are to be listed anew
    told.until(root / "app/a.py", root / "app/.gitignore")


def test_many_changes_are_few_batches(told: Told, root: Path) -> None:
    files = [root / f"app/p{number % 40}/m{number}.py" for number in range(2000)]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text("x = 1\n")
    told.begin(project(root))
    for file in files:
        replace(file, "x = 22\n")
    told.until(*files)
    assert len(told.batches) < 20


def test_a_root_that_is_a_link(told: Told, root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root, target_is_directory=True)
    told.begin(project(link))
    (root / "app/a.py").write_text("a = 22\n")
    told.until(link / "app/a.py")
    scope = module._Scope({project(link): 0.0})
    assert list(scope.spell(2, str(root / "app/a.py"))) == [str(link / "app/a.py")]


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr("watchfiles._rust_notify.RustNotify", fail)
    monkeypatch.setattr(module, "_REST", 0.05)


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "OS file watch limit reached."),
        RuntimeError("Too many open files"),
        FileNotFoundError("No such file or directory"),
        UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"),
    ],
)
def test_without_a_watch_to_be_had_files_are_looked_at(
    told: Told, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    _break(monkeypatch, error)
    with caplog.at_level(logging.WARNING):
        told.begin(project(root))
        (root / "app/a.py").write_text("a = 22\n")
        told.until(root / "app/a.py")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "looking every few seconds instead" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_name_that_is_no_text(told: Told, root: Path, caplog: pytest.LogCaptureFixture) -> None:
    told.begin(project(root))
    Path(os.fsdecode(os.fsencode(root) + b"/app/\xff.py")).write_text("")
    told.until(root)  # nobody knows what else was missed
    told.batches.clear()
    (root / "app/a.py").write_text("a = 22\n")
    told.until(root / "app/a.py")
    assert "looking every few seconds instead" in caplog.text


def test_looking_notices_an_older_file(told: Told, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true")
    monkeypatch.setattr(module, "_REST", 0.05)
    told.begin(project(root))
    new = root / "new"
    new.write_text("b = 1\n")
    os.utime(new, (1_000_000_000, 1_000_000_000))
    new.replace(root / "app/a.py")
    told.until(root / "app/a.py")


@pytest.mark.parametrize("way", ["by looking", "folder by folder"], indirect=True)
def test_the_end(way: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REST", 1000.0)
    told = Told()
    told.watcher.watch([project(root)], time.time())
    told.watcher.stop()
    assert told.watcher.join(PATIENCE)
    told.watcher.watch([], time.time())
    told.watcher.watch([project(root)], time.time())
    assert told.watcher.join(PATIENCE)


def test_a_watcher_that_is_never_used_has_no_thread() -> None:
    told = Told()
    told.watcher.watch([], time.time())
    assert told.watcher.join(0)
    told.watcher.stop()


def test_a_program_that_ends_takes_its_watcher_with_it(root: Path) -> None:
    code = (
        "import sys, time, threading\n"
        "from ssot_server.lsp.watcher import WatchedFolder, Watcher\n"
        "Watcher(print).watch([WatchedFolder(sys.argv[1])], time.time())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], timeout=PATIENCE, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_library_is_loaded_when_it_is_needed() -> None:
    code = "import sys, ssot_server.lsp.server; assert not {'watchfiles', 'anyio'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], timeout=PATIENCE, check=True)
