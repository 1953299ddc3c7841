"""A replayed run shows what a fresh one would, whatever happened in between."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cache.conftest import Terminal, blobs, fresh, needs_an_ordinary_user, run
from cache.test_cache import git, make_old
from cli.conftest import FILES, write_files
from ssot_server import disk
from ssot_server.cache import FOLDER_NAME, FOLDER_VARIABLE
from ssot_server.engine import Engine
from ssot_server.replay import Run

OLD_USE = "from app.old import OldEngine\n"


def same_length(text: str) -> str:
    return text.replace("OldEngine", "NewEngine")


def test_the_second_run_is_replayed(workspace: Path, age: str):
    first = run()
    assert not first.replayed
    assert first.shown.status == 1
    assert first.shown == fresh()
    for _ in range(3):
        again = run()
        assert again.replayed
        assert again.shown == first.shown


def test_old_files_are_not_read_again(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(disk, "_GRAIN", 0)
    run()
    run()  # the cache's own folder has come
    monkeypatch.setattr("ssot_server.trace.digest_of", None)
    assert run().replayed


IMPORT = "from app.new import Engine\n"
"""What `app/clean.py` asks for, and what it offers."""

CHANGES: dict[str, Callable[[Path], object]] = {
    "edit": lambda root: (root / "app/clean.py").write_text(OLD_USE),
    "edit of the same length": lambda root: (root / "app/safe.py").write_text(same_length(FILES["app/safe.py"])),
    "ask for something else": lambda root: (root / "app/clean.py").write_text("import app.gone\n" + IMPORT),
    "offer nothing more": lambda root: (root / "app/clean.py").write_text("Engine\n"),
    "offer something else": lambda root: (root / "app/clean.py").write_text(IMPORT + "new = 1\n"),
    "create": lambda root: (root / "app/more.py").write_text(OLD_USE),
    "create in a new folder": lambda root: write_files(root, {"sub/deeper/more.py": OLD_USE}),
    "delete": lambda root: (root / "app/safe.py").unlink(),
    "rename": lambda root: (root / "app/safe.py").rename(root / "app/other.py"),
    "rename a folder": lambda root: (root / "app").rename(root / "tool"),
    "move": lambda root: (root / "app/safe.py").rename(root / "safe.py"),
    "exchange": lambda root: (root / "app/safe.py").replace(root / "app/clean.py"),
    "registry": lambda root: (root / "ssot.toml").write_text(FILES["ssot.toml"].replace("slow", "dead")),
    "broken registry": lambda root: (root / "ssot.toml").write_text("version = "),
    "no registry": lambda root: (root / "ssot.toml").unlink(),
    "nested registry": lambda root: (root / "app/ssot.toml").write_text("version = 1\n"),
    "ignore file": lambda root: (root / ".gitignore").write_text("unsafe.py\n"),
    "nested ignore file": lambda root: (root / "app/.gitignore").write_text("unsafe.py\n"),
    "ignore file of the folder above": lambda root: write_files(
        root.parent, {".git/HEAD": "", ".gitignore": "safe.py"}
    ),
    "exclude file": lambda root: write_files(root, {".git/info/exclude": "safe.py\n"}),
    "environment": lambda root: (root / "app/pyvenv.cfg").write_text(""),
    "project": lambda root: write_files(root, {"app/pyproject.toml": ""}),
    "package around": lambda root: (root / "__init__.py").write_text(""),
    "unreadable": lambda root: (root / "app/safe.py").write_bytes(b"\xff\xfe\0\0"),
    "folder in place of a file": lambda root: ((root / "app/safe.py").unlink(), (root / "app/safe.py").mkdir()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(name: str, workspace: Path, age: str):
    run()
    assert run().replayed
    CHANGES[name](workspace)
    after = run()
    assert not after.replayed
    assert after.shown == fresh()
    assert run().shown == fresh()


def links(root: Path) -> None:
    (root / "lib").mkdir()
    (root / "lib/kept.txt").write_text(OLD_USE)
    (root / "app/link.py").symlink_to("../lib/kept.txt")
    (root / "app/dangling.py").symlink_to("../lib/missing.txt")


LINKED: dict[str, Callable[[Path], object]] = {
    "its file changes": lambda root: (root / "lib/kept.txt").write_text("import app.old\napp.old.OldEngine()\n"),
    "its file goes": lambda root: (root / "lib/kept.txt").unlink(),
    "its file comes": lambda root: (root / "lib/missing.txt").write_text(OLD_USE),
}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize("name", LINKED)
def test_links_are_followed(name: str, workspace: Path, age: str):
    links(workspace)
    before = run().shown
    assert run().replayed
    LINKED[name](workspace)
    after = run()
    assert not after.replayed
    assert after.shown == fresh() != before


HARMLESS: dict[str, Callable[[Path], object]] = {
    "touch": lambda root: os.utime(root / "app/safe.py"),
    "touch all": lambda root: [os.utime(path) for path in root.rglob("*")],
    "make old": lambda root: make_old(root / "app/safe.py", 400),
    "permissions": lambda root: (root / "app/safe.py").chmod(0o600),
    "save again": lambda root: (root / "app/safe.py").write_text(FILES["app/safe.py"]),
    "replace by the same": lambda root: Path(shutil.copy(root / "app/safe.py", root / "copy")).replace(
        root / "app/safe.py"
    ),
    "byte code": lambda root: write_files(root, {"app/__pycache__/safe.pyc": "x", "__pycache__/x.py": "x"}),
    "other files": lambda root: write_files(root, {"README.md": "x", "app/safe.py~": "x", "app/.safe.py.swp": "x"}),
    "hidden folder": lambda root: write_files(root, {".idea/x.py": "x"}),
    "lock of an editor": lambda root: os.name == "nt" or (root / "app/.#safe.py").symlink_to("somebody@host.1"),
    "edit where nothing is found": lambda root: (root / "app/clean.py").write_text(
        "from app.new import Engine\n\nEngine(3)\n"
    ),
    "edit until nothing could be found": lambda root: (root / "app/clean.py").write_text(IMPORT + "\n"),
    "broken, where nothing is found": lambda root: (root / "app/clean.py").write_bytes(
        IMPORT.encode() + b"\xff\xfe\0(\n"
    ),
    "come and go": lambda root: (write_files(root, {"app/n.py": ""}), (root / "app/n.py").unlink()),
    "there and back": lambda root: ((root / "app").rename(root / "tool"), (root / "tool").rename(root / "app")),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_nothing_is_no_change(name: str, workspace: Path, age: str):
    first = run()
    HARMLESS[name](workspace)
    again = run()
    assert again.replayed
    assert again.shown == first.shown
    assert run().replayed


def test_an_edit_counts_where_something_is_found(workspace: Path, age: str):
    run()
    for text, counts in ((OLD_USE, True), ("x = 1\n", True), ("x = 2\n", False), (OLD_USE, True)):
        (workspace / "app/clean.py").write_text(text)
        after = run()
        assert after.replayed != counts
        assert after.shown == fresh()


def test_going_back_needs_no_work(workspace: Path, age: str):
    first = run()
    (workspace / "app/clean.py").write_text(OLD_USE)
    (workspace / "app/clean.py").write_text(FILES["app/clean.py"])
    assert run().replayed
    (workspace / "app/clean.py").write_text(OLD_USE)
    assert run().shown == fresh() != first.shown
    (workspace / "app/clean.py").write_text(FILES["app/clean.py"])
    assert run().shown == first.shown


def test_a_file_that_may_be_read_no_more(workspace: Path, age: str):
    needs_an_ordinary_user()
    run()
    (workspace / "app/safe.py").chmod(0)
    after = run()
    assert not after.replayed
    assert after.shown == fresh()
    (workspace / "app/safe.py").chmod(0o600)
    assert run().shown == fresh()


def test_a_young_files_times_prove_nothing(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    """Changed twice within a tick of a coarse clock, by something that also sets the times."""
    monkeypatch.setattr(disk, "_fields", lambda status: (status.st_mtime_ns, 0, status.st_size, status.st_ino))
    safe = workspace / "app/safe.py"
    now = time.time()
    os.utime(safe, (now, now))
    before = run().shown
    safe.write_text(same_length(FILES["app/safe.py"]))
    os.utime(safe, (now, now))
    after = run()
    assert not after.replayed
    assert after.shown == fresh() != before


@pytest.mark.skipif(os.name == "nt", reason="there is no time of the last change of anything there")
def test_times_that_were_set_back_are_noticed(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(disk, "_GRAIN", 0)
    safe = workspace / "app/safe.py"
    make_old(safe, 30)
    status = safe.stat()
    run()
    safe.write_text(same_length(FILES["app/safe.py"]))
    os.utime(safe, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert safe.stat().st_mtime_ns == status.st_mtime_ns
    assert safe.stat().st_size == status.st_size
    after = run()
    assert not after.replayed
    assert after.shown == fresh()


# -- what a run rests on besides files of the workspace ----------------------------------------------------


def test_a_library_file_changes(workspace: Path, age: str):
    packages = workspace / ".venv/lib/python3.11/site-packages"
    write_files(packages, {"outside.py": "class New: ...\n"})
    write_files(workspace, {"ssot.toml": 'version = 1\n[concepts.new]\ncanonical = "outside.New"\n'})
    assert run().shown.status == 0
    assert run().replayed
    (packages / "outside.py").write_text("class Now: ...\n")
    changed = run()
    assert not changed.replayed
    assert "SSOT402" in changed.shown.stdout
    assert run().replayed
    (packages / "outside.py").unlink()
    assert run().shown == fresh()
    write_files(packages, {"outside/__init__.py": "class New: ...\n"})
    assert run().shown == fresh()
    shutil.rmtree(workspace / ".venv")
    assert run().shown == fresh()


def test_settings_of_imports_change(workspace: Path, age: str):
    line = ("check", "app/more.py", "--output-format", "json")
    write_files(workspace, {"app/more.py": "from app.old import OldEngine, other\n"})
    before = run(*line).shown
    assert run(*line).replayed
    write_files(workspace, {"ruff.toml": "line-length = 10\n"})
    after = run(*line)
    assert not after.replayed
    assert after.shown == fresh(*line) != before
    assert run(*line).replayed
    (workspace / "ruff.toml").unlink()
    assert run(*line).shown == fresh(*line) == before


def test_another_file_comes_to_need_an_import(workspace: Path, age: str):
    line = ("check", "app/more.py", "--output-format", "json")
    write_files(workspace, {"app/more.py": "import app.old as engines\nengines.OldEngine()\n", "reader.py": "x = 1\n"})
    before = run(*line).shown
    assert run(*line).replayed
    (workspace / "reader.py").write_text("from app.more import engines\n")
    after = run(*line)
    assert not after.replayed
    assert after.shown == fresh(*line) != before


def test_a_package_grows_around_the_workspace(workspace: Path, age: str):
    write_files(workspace, {"__init__.py": ""})
    before = run().shown
    assert run().replayed
    write_files(workspace.parent, {"__init__.py": ""})
    after = run()
    assert not after.replayed
    assert after.shown == fresh()
    (workspace.parent / "__init__.py").unlink()
    assert run().shown == fresh() == before


def test_a_repository_comes_and_goes(workspace: Path, age: str):
    write_files(workspace.parent, {".gitignore": "safe.py\n"})
    before = run().shown
    (workspace.parent / ".git").mkdir()
    assert run().shown == fresh() != before
    (workspace.parent / ".git").rmdir()
    assert run().shown == fresh() == before


def test_paths_that_lead_elsewhere(workspace: Path, age: str):
    if os.name == "nt":
        pytest.skip("links need a privilege there")
    write_files(workspace, {"lib/one.py": OLD_USE, ".hidden/notes.md": ""})
    (workspace / "here").symlink_to("app")
    before = run("check", "here").shown
    assert run("check", "here").replayed
    (workspace / "here").unlink()
    (workspace / "here").symlink_to("lib")
    after = run("check", "here")
    assert not after.replayed
    assert after.shown == fresh("check", "here") != before
    assert run("check", ".hidden/notes.md").shown == run("check", ".hidden/notes.md").shown
    assert run("check", ".hidden/notes.md").replayed
    (workspace / ".hidden/ssot.toml").write_text("version = 1\n")
    assert run("check", ".hidden/notes.md").shown == fresh("check", ".hidden/notes.md")
    (workspace / ".hidden/notes.md").unlink()
    assert run("check", ".hidden/notes.md").shown.status == 2


def test_each_command_line_has_a_record(workspace: Path, age: str):
    lines = [
        ("check",),
        ("check", "app"),
        ("check", "app/safe.py"),
        ("check", "--select", "SSOT103"),
        ("check", "--output-format", "json"),
        ("check", "--exit-zero"),
        ("check", "--config", "ssot.toml"),
        ("-v", "check", "--statistics"),
    ]
    first = [run(*line) for line in lines]
    assert not any(checked.replayed for checked in first)
    again = [run(*line) for line in lines]
    assert all(checked.replayed for checked in again)
    assert [checked.shown for checked in again] == [checked.shown for checked in first]
    assert [checked.shown for checked in first] == [fresh(*line) for line in lines]


def test_each_folder_has_a_record(workspace: Path, monkeypatch: pytest.MonkeyPatch, age: str):
    run()
    for folder in (workspace / "app", workspace.parent):
        monkeypatch.chdir(folder)
        first = run("check", str(workspace))
        assert not first.replayed
        assert first.shown == fresh("check", str(workspace))
        assert run("check", str(workspace)) == (first.shown, True)


def test_several_workspaces(workspace: Path, monkeypatch: pytest.MonkeyPatch, age: str):
    write_files(workspace.parent / "other", FILES)
    monkeypatch.chdir(workspace.parent)
    line = ("check", "work", "other")
    assert not run(*line).replayed
    assert run(*line).replayed
    (workspace.parent / "other/app/clean.py").write_text(OLD_USE)
    after = run(*line)
    assert not after.replayed
    assert after.shown == fresh(*line)


def test_what_the_output_depends_on(workspace: Path, monkeypatch: pytest.MonkeyPatch, age: str):
    plain = run().shown
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run()
    assert not coloured.replayed
    assert "\x1b[" in coloured.shown.stdout
    assert run() == (coloured.shown, True)
    monkeypatch.delenv("FORCE_COLOR")
    assert run() == (plain, True)
    shown = run(stream=Terminal)
    assert not shown.replayed
    monkeypatch.setenv("COLUMNS", "50")
    assert not run(stream=Terminal).replayed
    assert os.name == "nt" or run(stream=Terminal).replayed
    assert not run().replayed


def test_a_new_day(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    run()
    assert run().replayed
    monkeypatch.setattr("ssot_server.replay._today", lambda: "2100-01-01")
    assert run().replayed
    monkeypatch.setattr("ssot_server.replay._today", lambda: "2000-01-01")  # somebody set the clock back
    assert not run().replayed


@pytest.mark.parametrize("place", ["standards.toml", "../standards.toml"])
def test_a_registry_that_is_extended(place: str, workspace: Path):
    shared = workspace / place
    shared.write_text("version = 1\n")
    registry = workspace / "ssot.toml"
    registry.write_text(f'{registry.read_text()}\n[workspace]\nextends = ["{place}"]\n')
    before = run()
    assert run().replayed
    shared.write_text('version = 1\n[rules]\nSSOT101 = "error"\n')
    after = run()
    assert not after.replayed
    assert after.shown != before.shown
    shared.unlink()
    assert not run().replayed


@pytest.mark.parametrize(("key", "first"), [("since", "01"), ("error-from", "01"), ("remove-by", "02")])
def test_a_day_that_the_registry_speaks_of(key: str, first: str, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    with (workspace / "ssot.toml").open("a") as file:
        file.write(f'[[concepts.engine.deprecated]]\npath = "app.other.Engine"\n{key} = 2100-03-01\n')
    run()
    monkeypatch.setattr("ssot_server.replay._today", lambda: "2100-02-28")
    assert run().replayed
    monkeypatch.setattr("ssot_server.replay._today", lambda: f"2100-03-{first}")
    assert not run().replayed
    assert len(blobs(workspace, "runs")) == 1


# -- what is never recorded -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ("check", "--no-cache"),
        ("check", "--diff"),
        ("check", "--fix"),
        ("check", "--stdin-filename", "app/safe.py"),
        ("check", "missing.py"),
        ("check", "--select", "SSOT999"),
        ("check", "--help"),
        ("rule", "SSOT101"),
    ],
)
def test_never_recorded(line: tuple[str, ...], workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    run(*line)
    assert blobs(workspace, "*runs") == []
    assert not run(*line).replayed


def test_fixing_is_seen(workspace: Path, age: str):
    before = run().shown
    run("check", "--fix")
    assert run().shown == fresh() != before


def test_trouble_is_never_recorded(workspace: Path):
    (workspace / "ssot.toml").write_text("version = 'one'\n")
    assert run().shown.status == 2
    assert not run().replayed
    assert blobs(workspace, "*runs") == []


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (RuntimeError("no"), 2)])
@pytest.mark.parametrize("place", ["ssot_server.engine.Engine.check", "ssot_server.cli.summary.checked"])
def test_interrupted_and_failed_runs(error: BaseException, status: int, place: str, workspace: Path, monkeypatch):
    def fail(*_given, **_named):
        raise error

    monkeypatch.setattr(place, fail)
    assert run().shown.status == status
    assert blobs(workspace, "*runs") == []
    monkeypatch.undo()
    monkeypatch.chdir(workspace)
    assert run().shown == fresh()


@pytest.mark.parametrize("path", ["app/clean.py", "app/new.py", "app/more.py", "ssot.toml", ".gitignore"])
def test_a_change_during_the_run(path: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, age: str):
    check = Engine.check
    texts = {"ssot.toml": FILES["ssot.toml"].replace("slow", "dead"), ".gitignore": "safe.py\n"}

    def checked(engine, *given):
        report = check(engine, *given)
        (workspace / path).write_text(texts.get(path, OLD_USE))
        return report

    monkeypatch.setattr(Engine, "check", checked)
    run()
    monkeypatch.setattr(Engine, "check", check)
    after = run()
    assert not after.replayed
    assert after.shown == fresh()


def test_a_torn_result_is_never_recorded(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(disk.Disk, "is_torn", True)
    run()
    assert blobs(workspace, "*runs") == []


# -- the record itself ------------------------------------------------------------------------------------


def test_a_damaged_record_is_written_anew(workspace: Path, age: str):
    first = run().shown
    [record] = blobs(workspace, "runs")
    content = record.read_bytes()
    for damaged in (b"", content[:-1], content[:100], content.replace(b"app", b"bpp")):
        record.write_bytes(damaged)
        again = run()
        assert not again.replayed
        assert again.shown == first
        assert run().replayed


def forge(workspace: Path, change: Callable[[bytes], bytes]) -> None:
    """Write a record that nobody but its author can tell from a real one."""
    found = Run.of(["check"])
    content = found._cache.read("runs", found._key)
    found._cache.write("runs", found._key, change(content))


def test_no_record_can_stop_a_run(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(disk, "_GRAIN", 0)
    shown = run().shown
    found = Run.of(["check"])
    content = found._cache.read("runs", found._key)
    for place in range(0, len(content), max(1, len(content) // 400)):
        forged = bytearray(content)
        forged[place] ^= 0x55
        found._cache.write("runs", found._key, bytes(forged))
        assert "internal error" not in run().shown.stderr
    for forged in (b"", b"x", bytes(100), b"\xff" * 100, content + b"x"):
        found._cache.write("runs", found._key, forged)
        again = run()
        assert not again.replayed
        assert again.shown == shown


@pytest.mark.parametrize("text", ["\x1b]0;title\x07", "\x1b[2J", "\r", "\x07", "\x9b2J", "\x00", "\x7f"])
def test_a_forged_record_commands_no_terminal(text: str, workspace: Path):
    plain = run("check", "app/clean.py").shown
    assert plain.stdout == "No violations in 6 files.\n"
    found = Run.of(["check", "app/clean.py"])
    content = found._cache.read("runs", found._key)
    head = plain.stdout.encode()
    forged = content.replace(head, (text.encode() + bytes(len(head)))[: len(head)].replace(b"\0", b"x"))
    if "\x00" in text:
        forged = content.replace(head, bytes([0]) + head[1:])
    assert forged != content
    found._cache.write("runs", found._key, forged)
    again = run("check", "app/clean.py")
    assert not again.replayed
    assert again.shown == plain


def test_colours_and_letters_are_shown(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    write_files(workspace, {"app/wide.py": "from app.old import OldEngine  # Â漢字😀\n"})
    first = run().shown
    assert "漢字" in first.stdout
    assert run() == (first, True)


def test_a_folder_that_cannot_be_written(workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(workspace / "ssot.toml" / "cache"))
    first = run()
    again = run()
    assert first.shown == again.shown == fresh()
    assert not again.replayed


# -- other checkouts --------------------------------------------------------------------------------------


@pytest.fixture
def worktrees(workspace: Path) -> tuple[Path, Path]:
    git(workspace, "init")
    git(workspace, "add", ".")
    git(workspace, "commit", "-m", "all")
    git(workspace, "worktree", "add", "../linked")
    return workspace, workspace.parent / "linked"


def test_another_worktree_replays_what_the_first_found(worktrees: tuple[Path, Path], monkeypatch, age: str):
    main, linked = worktrees
    first = run()
    monkeypatch.chdir(linked)
    assert run() == (first.shown, True)
    assert run() == (first.shown, True)
    assert not (linked / FOLDER_NAME).exists()
    (linked / "app/clean.py").write_text(OLD_USE)
    after = run()
    assert not after.replayed
    assert after.shown == fresh() != first.shown
    monkeypatch.chdir(main)
    assert run() == (first.shown, True)


def test_another_worktree_with_other_ignore_files(worktrees: tuple[Path, Path], monkeypatch, age: str):
    main, linked = worktrees
    write_files(linked, {"below/ssot.toml": FILES["ssot.toml"], "below/safe.py": OLD_USE})
    write_files(main, {"below/ssot.toml": FILES["ssot.toml"], "below/safe.py": OLD_USE})
    monkeypatch.chdir(main / "below")
    first = run()
    monkeypatch.chdir(linked / "below")
    assert run() == (first.shown, True)
    (linked / ".gitignore").write_text("safe.py\n")
    after = run()
    assert not after.replayed
    assert after.shown == fresh() != first.shown
    monkeypatch.chdir(main / "below")
    assert run() == (first.shown, True)


def test_a_moved_checkout_takes_its_records_along(workspace: Path, monkeypatch: pytest.MonkeyPatch, age: str):
    first = run()
    monkeypatch.chdir(workspace.parent)
    shutil.copytree(workspace, "copy")
    monkeypatch.chdir("copy")
    assert run() == (first.shown, True)
    (Path.cwd() / "app/clean.py").write_text(OLD_USE)
    assert run().shown == fresh()


# -- as a process -----------------------------------------------------------------------------------------


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, timeout=60, check=False, env={**os.environ, **environment}
    )


def test_a_replay_is_byte_for_byte_the_same(workspace: Path):
    write_files(
        workspace, {"app/wide.py": "import app.old  # 漢\napp.old.OldEngine()\n", "app/bad.py": f"{OLD_USE}x = (\n"}
    )
    for environment in ({}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "utf-16"}):
        first = process("-m", "ssot_server", "check", "--no-cache", **environment)
        process("-m", "ssot_server", "check", **environment)
        again = process("-m", "ssot_server", "check", **environment)
        assert (first.returncode, first.stdout, first.stderr) == (again.returncode, again.stdout, again.stderr)
        assert b"bad.py" in again.stderr.replace(b"\0", b"")


def test_a_replay_loads_next_to_nothing(workspace: Path):
    program = (
        "import sys; known = set(sys.modules); from ssot_server.__main__ import run; run(['check', '--exit-zero']);"
        "sys.exit(', '.join(sorted(set(sys.modules) - known)))"
    )
    first = process("-c", program).stderr.decode()
    assert "click" in first
    loaded = process("-c", program).stderr.decode()
    assert "ssot_server.replay" in loaded
    assert not {"click", "pathlib", "re", "typing", "hashlib", "ssot_rules"}.intersection(loaded.strip().split(", "))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently there")
def test_a_reader_that_stops_reading_a_replay(workspace: Path):
    many = "".join(f"app.old.OldEngine({number})\n" for number in range(5000))
    write_files(workspace, {"app/many.py": f"import app.old\n{many}"})
    assert run().shown.status == 1
    command = [sys.executable, "-m", "ssot_server", "check"]
    assert process(*command[1:]).returncode == 1
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.read(10)
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(60) == 1


def test_another_program_starts_anew(workspace: Path, tmp_path: Path):
    import ssot_rules
    import ssot_server

    copy = tmp_path / "program"
    for package in (ssot_rules, ssot_server):
        source = Path(package.__file__).parent
        shutil.copytree(source, copy / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    command = ("-m", "ssot_server", "check", "app/clean.py")
    for _ in range(2):
        assert process(*command, PYTHONPATH=str(copy)).stdout == b"No violations in 6 files.\n"
    summary = copy / "ssot_server/cli/summary.py"
    summary.write_text(summary.read_text().replace("No violations", "Nothing"))
    assert process(*command, PYTHONPATH=str(copy)).stdout == b"Nothing in 6 files.\n"


def test_runs_at_the_same_time(workspace: Path):
    command = [sys.executable, "-m", "ssot_server", "check"]
    expected = fresh()
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {(process.communicate(timeout=60)[0], process.returncode) for process in started} == {
        (expected.stdout, expected.status)
    }
    assert run() == (expected, True)


# -- anything at all --------------------------------------------------------------------------------------

PATHS = ["app/new.py", "app/old.py", "app/use.py", "use.py", "sub/use.py", "sub/link.py", "node_modules/use.py"]
TEXTS = [
    "class Engine: ...\n",
    "class OldEngine: ...\n",
    "from app.old import OldEngine\n",
    "from app.old import NewEngine\n",
    "import app.old\napp.old.OldEngine()\n",
    "x = (\n",
    "x = 1\n",
    "from app.new import Engine\n\nEngine(3)\n",
]
OTHERS = [
    ("ssot.toml", FILES["ssot.toml"]),
    ("ssot.toml", FILES["ssot.toml"].replace("slow", "dead")),
    ("ssot.toml", FILES["ssot.toml"].replace("version = 1\n", "version = 1\n[workspace]\nexclude = ['sub']\n")),
    ("app/ssot.toml", "version = 1\n"),
    (".gitignore", "use.py\n"),
    (".gitignore", "!use.py\n"),
    ("sub/.gitignore", "*\n"),
    ("sub/pyvenv.cfg", ""),
    ("app/pyproject.toml", ""),
    ("app/__init__.py", ""),
    ("__init__.py", ""),
    (".git/info/exclude", "new.py\n"),
]
written = st.one_of(st.tuples(st.sampled_from(PATHS), st.sampled_from(TEXTS)), st.sampled_from(OTHERS))
named = st.sampled_from([*PATHS, *(path for path, _ in OTHERS[3:]), "app", "sub"])
operations = st.one_of(
    st.tuples(st.sampled_from(["write", "write", "write", "replace", "keep times"]), written),
    st.tuples(st.sampled_from(["delete", "touch", "make old", "lock"]), named),
    st.tuples(st.just("rename"), st.tuples(named, named)),
    st.tuples(st.just("link"), st.tuples(st.sampled_from(PATHS), st.sampled_from(PATHS))),
)


def carry_out(root: Path, operation: str, what) -> None:
    path = root / (what if isinstance(what, str) else what[0])
    try:
        if operation in {"write", "replace", "keep times"}:
            status = path.stat() if path.exists() else None
            path.parent.mkdir(parents=True, exist_ok=True)
            target = path.with_name("new.tmp") if operation == "replace" else path
            target.write_text(what[1])
            target.replace(path)
            if operation == "keep times" and status is not None:
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        elif operation == "delete":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif operation == "touch":
            os.utime(path)
        elif operation == "make old":
            make_old(path, 100)
        elif operation == "lock":
            path.chmod(path.stat().st_mode ^ 0o600)
        elif operation == "rename":
            path.rename(root / what[1])
        else:
            path.unlink(missing_ok=True)
            path.symlink_to(root / what[1])
    except (OSError, shutil.Error):  # such a thing cannot be done here
        return


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.lists(operations, min_size=1, max_size=3), max_size=6), trusting=st.booleans())
def test_whatever_happens_a_run_shows_what_a_fresh_one_shows(steps, trusting: bool):
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        root = Path(folder).resolve() / "work"
        write_files(root, {"ssot.toml": FILES["ssot.toml"], **dict(zip(PATHS[:4], TEXTS, strict=False))})
        patch.delenv(FOLDER_VARIABLE, raising=False)
        if trusting:
            patch.setattr(disk, "_GRAIN", 0)
        os.chdir(root)
        try:
            assert run().shown == fresh()
            for step in steps:
                for operation, what in step:
                    carry_out(root, operation, what)
                assert run().shown == fresh()
                assert run().shown == fresh()
        finally:
            os.chdir(here)
