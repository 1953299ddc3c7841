"""Which files belong to a workspace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ssot_rules.registry import WorkspaceOptions
from ssot_server.workspace import FileFilter, discover, find_registry

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need privileges on Windows")


def plant(root: Path, files: dict[str, str] | list[str]) -> None:
    for path in files:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(files[path] if isinstance(files, dict) else "")


def found(root: Path, **options: tuple[str, ...]) -> list[str]:
    """What discovery lists, checked against the answers for single files."""
    chosen = WorkspaceOptions(**options)  # type: ignore[arg-type]
    listed = discover(root, chosen)
    one_by_one = FileFilter(root, chosen)
    there = (path.relative_to(root).as_posix() for path in root.rglob("*.py*") if path.is_file())
    there = (path for path in there if path.endswith((".py", ".pyi")))
    regular = [path for path in there if not any((root / part).is_symlink() for part in Path(path).parents)]
    assert sorted(path for path in regular if not one_by_one.is_excluded(path)) == list(listed)
    return list(listed)


def test_the_registry_is_found_from_files_and_folders_below_it(tmp_path: Path):
    plant(tmp_path, ["ssot.toml", "a/b/x.py", "a/ssot.toml"])
    assert find_registry(tmp_path / "a/b/x.py") == tmp_path / "a/ssot.toml"
    assert find_registry(tmp_path / "a/b") == tmp_path / "a/ssot.toml"
    assert find_registry(tmp_path) == tmp_path / "ssot.toml"
    assert find_registry(tmp_path / "not/there/yet.py") == tmp_path / "ssot.toml"


def test_no_registry(tmp_path: Path):
    (tmp_path / "ssot.toml").mkdir()
    assert find_registry(tmp_path) is None


def test_relative_starts_are_walked_up_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plant(tmp_path, ["ssot.toml", "a/x.py"])
    monkeypatch.chdir(tmp_path / "a")
    assert find_registry(Path("x.py")) == tmp_path / "ssot.toml"


def test_python_files_are_listed_in_order(tmp_path: Path):
    plant(tmp_path, ["b.py", "a/z.py", "a/b/c.py", "a.py", "a/x.pyi", "readme.md", "a-b/c.py", ".hidden.py"])
    assert found(tmp_path) == [".hidden.py", "a-b/c.py", "a.py", "a/b/c.py", "a/x.pyi", "a/z.py", "b.py"]


def test_folders_that_hold_no_source_of_the_project_are_skipped(tmp_path: Path):
    plant(
        tmp_path,
        [
            "app/x.py",
            ".git/hooks/x.py",
            ".venv/lib/x.py",
            ".tox/x.py",
            "app/__pycache__/x.py",
            "web/node_modules/gyp/x.py",
            "env/pyvenv.cfg",
            "env/lib/x.py",
            "vendor/site-packages/x.py",
        ],
    )
    assert found(tmp_path) == ["app/x.py"]


def test_the_root_may_be_such_a_folder_itself(tmp_path: Path):
    root = tmp_path / ".venv" / "site-packages"
    plant(root, ["pyvenv.cfg", "x.py"])
    assert found(root) == ["x.py"]


def test_a_folder_named_like_a_file_is_walked(tmp_path: Path):
    plant(tmp_path, ["odd.py/x.py"])
    assert found(tmp_path) == ["odd.py/x.py"]


def test_exclude_is_added_to_gitignore_and_has_the_last_word(tmp_path: Path):
    plant(tmp_path, {".gitignore": "gen_*.py\n", "gen_a.py": "", "gen_b.py": "", "old/x.py": "", "app/x.py": ""})
    assert found(tmp_path) == ["app/x.py", "old/x.py"]
    assert found(tmp_path, exclude=("old/", "!gen_a.py")) == ["app/x.py", "gen_a.py"]


def test_ignore_files_hold_without_a_repository(tmp_path: Path):
    plant(tmp_path, {".gitignore": "x.py", "a/.gitignore": "!x.py", "a/x.py": "", "b/x.py": ""})
    assert found(tmp_path) == ["a/x.py"]
    assert found(tmp_path / "b") == ["x.py"], "without a repository nothing above the root counts"


def test_ignore_files_above_the_root_count_up_to_the_repository(tmp_path: Path):
    plant(
        tmp_path,
        {
            ".gitignore": "*.py",
            "repo/.git/info/exclude": "/services/a/local.py",
            "repo/.gitignore": "/services/a/out/\nx_*.py",
            "repo/services/.gitignore": "!x_kept.py",
            "repo/services/a/out/y.py": "",
            "repo/services/a/x_1.py": "",
            "repo/services/a/x_kept.py": "",
            "repo/services/a/local.py": "",
            "repo/services/a/app.py": "",
        },
    )
    assert found(tmp_path / "repo/services/a") == ["app.py", "x_kept.py"]


def test_a_worktree_uses_the_exclude_file_of_its_repository(tmp_path: Path):
    plant(
        tmp_path,
        {
            "main/.git/info/exclude": "local.py",
            "main/.git/worktrees/w/commondir": "../..\n",
            "tree/.git": f"gitdir: {tmp_path}/main/.git/worktrees/w\n",
            "tree/local.py": "",
            "tree/app.py": "",
        },
    )
    assert found(tmp_path / "tree") == ["app.py"]


def test_an_ignore_file_in_any_encoding_is_read(tmp_path: Path):
    plant(tmp_path, ["x.py", "y.py"])
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfx.py\r\n\xff\xfe\r\n")
    assert found(tmp_path) == ["y.py"]


def test_an_ignore_file_that_is_a_folder_says_nothing(tmp_path: Path):
    plant(tmp_path, ["x.py", ".gitignore/y.py"])
    assert found(tmp_path) == ["x.py"]


@needs_links
def test_links_to_folders_are_not_followed_and_links_to_files_are(tmp_path: Path):
    plant(tmp_path, ["app/x.py"])
    (tmp_path / "app/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "link.py").symlink_to(tmp_path / "app/x.py")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    assert discover(tmp_path, WorkspaceOptions()) == ("app/x.py", "link.py")


@needs_links
def test_a_root_that_is_a_link_lies_in_the_repository_it_points_to(tmp_path: Path):
    plant(tmp_path, {"repo/.git/HEAD": "", "repo/.gitignore": "gen.py", "repo/app/gen.py": "", "repo/app/x.py": ""})
    (tmp_path / "link").symlink_to(tmp_path / "repo/app", target_is_directory=True)
    assert discover(tmp_path / "link", WorkspaceOptions()) == ("x.py",)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a privileged user may read every folder")
def test_an_unreadable_folder_is_passed_over(tmp_path: Path):
    plant(tmp_path, ["locked/x.py", "x.py"])
    (tmp_path / "locked").chmod(0)
    try:
        assert discover(tmp_path, WorkspaceOptions()) == ("x.py",)
    finally:
        (tmp_path / "locked").chmod(0o755)


def test_a_folder_that_cannot_be_listed_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plant(tmp_path, ["locked/x.py", "x.py"])
    scandir = os.scandir

    def refuse(path: str):
        if str(path).endswith("locked"):
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert discover(tmp_path, WorkspaceOptions()) == ("x.py",)


def test_a_root_that_does_not_exist_has_no_files(tmp_path: Path):
    assert discover(tmp_path / "nowhere", WorkspaceOptions()) == ()


def test_paths_outside_the_root_are_excluded(tmp_path: Path):
    chosen = FileFilter(tmp_path, WorkspaceOptions())
    assert chosen.is_excluded("../x.py")
    assert chosen.is_excluded("/x.py")
    assert not chosen.is_excluded("not/there/yet.py")


def test_the_test_role(tmp_path: Path):
    chosen = FileFilter(tmp_path, WorkspaceOptions())
    tests = ["tests/x.py", "app/tests/deep/x.py", "test_x.py", "app/x_test.py", "conftest.py", "test/x.py"]
    others = ["app/x.py", "app/testing.py", "contests/x.py", "tests.py"]
    assert [path for path in tests + others if chosen.is_test(path)] == tests
    assert FileFilter(tmp_path, WorkspaceOptions(tests=("/specs/",))).is_test("specs/x.py")
    assert not FileFilter(tmp_path, WorkspaceOptions(tests=())).is_test("tests/x.py")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_discovery_takes_no_longer_than_git(tmp_path: Path):
    for number in range(2000):
        folder = tmp_path / f"p{number % 40}" / f"q{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"m{number}.py").touch()
    lines = [f"*.{number}x" for number in range(60)] + [f"/build{number}/out" for number in range(60)]
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)

    def fastest(action) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            action()
            times.append(time.perf_counter() - start)
        return min(times)

    def by_git():
        command = ["git", "ls-files", "--others", "--exclude-standard"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    assert len(discover(tmp_path, WorkspaceOptions())) == 2000
    assert fastest(lambda: discover(tmp_path, WorkspaceOptions())) < 10 * fastest(by_git)
