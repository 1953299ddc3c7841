"""`--diff`: patches that git takes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cli.conftest import FILES, Runner, write_files
from ssot_server.cli.patch import deletion_of_empty, unified_patch


def apply(folder: Path, patch: bytes) -> None:
    subprocess.run(["git", "apply", "--whitespace=nowarn"], input=patch, cwd=folder, check=True)


def test_the_patch_is_what_fix_does(workspace: Path, ssot: Runner):
    run = ssot("check", "--diff", "--unsafe-fixes")
    assert run.stderr == "Would fix 4 of 4 violations.\n"
    assert {path: (workspace / path).read_text() for path in FILES} == FILES
    apply(workspace, run.stdout.encode())
    patched = {path: (workspace / path).read_text() for path in FILES}
    write_files(workspace, FILES)
    ssot("check", "--fix", "--unsafe-fixes")
    assert {path: (workspace / path).read_text() for path in FILES} == patched != FILES


@pytest.mark.parametrize("in_repository", [True, False])
def test_it_applies_in_the_folder_that_it_was_made_in(
    workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch, in_repository: bool
):
    if in_repository:
        subprocess.run(["git", "init", "-q", "."], cwd=workspace, check=True)
    monkeypatch.chdir(workspace / "app")
    patch = ssot("check", "--diff", "--fix").stdout
    assert patch.startswith("--- a/safe.py\n+++ b/safe.py\n@@ ")
    apply(workspace / "app", patch.encode())
    assert ssot("check", "safe.py").status == 0


def test_only_safe_fixes_unless_asked(workspace: Path, ssot: Runner):
    run = ssot("check", "--diff")
    assert "unsafe.py" not in run.stdout
    assert run.stderr == "Would fix 2 of 4 violations.\n2 more fixable with `--unsafe-fixes`.\n"


def test_of_standard_input(workspace: Path, ssot: Runner):
    run = ssot("check", "--diff", "--stdin-filename", "app/clean.py", stdin=b"from app.old import OldEngine")
    assert run.status == 1
    assert run.stdout == (
        "--- a/app/clean.py\n+++ b/app/clean.py\n@@ -1 +1 @@\n-from app.old import OldEngine\n"
        "\\ No newline at end of file\n+from app.new import Engine\n\\ No newline at end of file\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\rb\rc", b"a\rB\rc"),
        (b"a\n\x0cb\x85\n", b"a\n\x0cB\x85\n"),
        (b"a", b"b"),
        (b"a\n", b"a"),
        (b"a", b"a\n"),
        (b"", b"a\n"),
        (b"a\n", b""),
        (b"\xef\xbb\xbfcaf\xc3\xa9\n", b"\xef\xbb\xbfth\xc3\xa9\n"),
        (b"caf\xe9\n", b"th\xe9\n"),
        (b"--- a\n+++ b\n@@ -1 +1 @@\n", b"--- b\n+++ b\n"),
    ],
)
@pytest.mark.parametrize("name", ["plain.py", "with space.py", "caf\u00e9.py", "a\\b.py", 'a"b.py', "deep/er/file.py"])
def test_git_turns_one_content_into_the_other(tmp_path: Path, name: str, before: bytes, after: bytes):
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    apply(tmp_path, unified_patch(name, before, after))
    assert (file.read_bytes() if file.exists() else b"") == after


def test_no_change_is_no_patch():
    assert unified_patch("a.py", b"a\n", b"a\n") == b""


@pytest.mark.parametrize("content", [b"", b"a\n", b"a", b"a\r\nb", b"\xef\xbb\xbfcaf\xc3\xa9\n", b"--- a\n", b"\n"])
@pytest.mark.parametrize("name", ["plain.py", "with space.py", "caf\u00e9.py", 'a"b.py', "deep/er/file.py"])
@pytest.mark.parametrize("in_repository", [True, False])
def test_git_deletes_what_a_patch_deletes(tmp_path: Path, name: str, content: bytes, in_repository: bool):
    if in_repository:
        subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    for file in (name, "other.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(content)
    (tmp_path / "edited.py").write_bytes(b"a\n")
    deleted = [
        unified_patch(file, content, None) or deletion_of_empty(file, executable=False) for file in (name, "other.py")
    ]
    apply(tmp_path, deleted[0] + unified_patch("edited.py", b"a\n", b"b\n") + deleted[1])
    assert {path.name for path in tmp_path.iterdir()} - {".git"} == {"edited.py"}
    assert (tmp_path / "edited.py").read_bytes() == b"b\n"
