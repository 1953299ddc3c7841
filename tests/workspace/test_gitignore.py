"""Our reading of gitignore patterns is git's own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_rules.registry import WorkspaceOptions
from ssot_server.workspace import FileFilter, discover
from ssot_server.workspace.gitignore import compile_patterns

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def covers(pattern: str, path: str) -> bool:
    patterns = compile_patterns(pattern.split("\n"))
    return patterns is not None and patterns.covers(path)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("a.py", ["a.py", "x/a.py"], ["a.pyc", "ba.py"]),
        ("/a.py", ["a.py"], ["x/a.py"]),
        ("x/a.py", ["x/a.py"], ["y/x/a.py"]),
        ("x/", ["x/a.py", "y/x/a.py"], ["x"]),
        ("x", ["x", "x/a.py", "y/x/z/a.py"], ["xx"]),
        ("*.py", ["a.py", "x/a.py"], ["a.txt"]),
        ("x/*.py", ["x/a.py"], ["x/y/a.py"]),
        ("x/**", ["x/a.py", "x/y/a.py"], ["x", "y/x/a.py"]),
        ("**/x", ["x", "y/x", "y/x/a.py"], ["xy"]),
        ("**/**/x", ["x", "y/x", "y/z/x"], ["xy"]),
        ("x/**/**/y", ["x/y", "x/1/2/y"], ["x/zy"]),
        ("x/*", ["x/a.py", "x/y/a.py"], ["x", "y/x/a.py"]),
        ("x/**/y", ["x/y", "x/1/y", "x/1/2/y"], ["x/zy", "1/x/y"]),
        ("a\n!/**", [], ["a", "x/a"]),
        ("x/***", ["x/y/a.py"], ["x"]),
        ("x**y", ["xy", "x1y"], ["x/y"]),
        ("?.py", ["a.py"], ["ab.py", "/.py"]),
        ("[ab].py", ["a.py", "b.py"], ["c.py"]),
        ("[!ab].py", ["c.py"], ["a.py"]),
        ("[^ab].py", ["c.py"], ["a.py"]),
        ("[]a].py", ["].py", "a.py"], ["b.py"]),
        ("[a-c-].py", ["b.py", "-.py"], ["d.py"]),
        ("[[:digit:]x].py", ["1.py", "x.py"], ["a.py"]),
        ("[c-a].py", [], ["a.py", "b.py"]),
        ("x[!a]y", ["xby"], ["x/y"]),
        ("[ab", [], ["[ab", "a"]),
        ("a\\", [], ["a", "a\\"]),
        ("\\*.py", ["*.py"], ["a.py"]),
        ("\\!a", ["!a"], ["a"]),
        ("\\#a", ["#a"], ["a"]),
        ("#a", [], ["#a", "a"]),
        ("a  ", ["a"], ["a  "]),
        ("a\\ ", ["a "], ["a"]),
        ("a\r", ["a"], ["a\r"]),
        ("*.py\n!a.py", ["b.py"], ["a.py", "x/a.py"]),
        ("x/\n!x/a.py", ["x/a.py"], []),
        ("x/*\n!x/a.py", ["x/b.py"], ["x/a.py"]),
        ("!a.py\n*.py", ["a.py"], []),
        ("", [], ["a"]),
        ("!", [], ["a"]),
        ("/", [], ["a"]),
    ],
)
def test_patterns(pattern: str, yes: list[str], no: list[str]):
    assert [path for path in yes if not covers(pattern, path)] == []
    assert [path for path in no if covers(pattern, path)] == []


def test_lines_without_a_pattern_cost_nothing():
    assert compile_patterns(["", "# comment", "   ", "[", "!"]) is None


def git(root: Path, *arguments: str, stdin: str = "") -> str:
    environment = {"HOME": str(root), "XDG_CONFIG_HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1", "PATH": "/usr/bin:/bin"}
    command = ["git", "-c", "core.quotepath=off", *arguments]
    done = subprocess.run(command, cwd=root, input=stdin, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def files_by_git(root: Path) -> tuple[str, ...]:
    listed = git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return tuple(sorted(path for path in listed if path.endswith(".py")))


def plant(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")


TREE = [
    f"{folder}{name}.py"
    for folder in ("", "a/", "b/", "a/a/", "a/b/", "b/a/", "b/b/", "a/b/c/", "b/a/c/")
    for name in ("a", "b", "x1")
]
PIECE = st.sampled_from(
    ["a", "b", "c", "x1.py", "*.py", "a.py", "*", "**", "***", "[ab]", "[!a]*", "?", "x*", "a*b", "b.p[x-z]"]
)
PATTERN = st.builds(
    lambda negation, slash, pieces, end: negation + slash + "/".join(pieces) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(PIECE, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", " "]),
)
PLACE = st.sampled_from([".gitignore", "a/.gitignore", "a/b/.gitignore", "b/.gitignore", ".git/info/exclude"])


@needs_git
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(PLACE, st.lists(PATTERN, min_size=1, max_size=4), min_size=1, max_size=3))
def test_discovery_lists_what_git_lists(tmp_path_factory: pytest.TempPathFactory, ignores: dict[str, list[str]]):
    root = tmp_path_factory.mktemp("repository")
    git(root, "init", "-q")
    plant(root, *TREE)
    for place, patterns in ignores.items():
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text("\n".join(patterns))

    expected = files_by_git(root)
    assert discover(root, WorkspaceOptions()) == expected
    one_by_one = FileFilter(root, WorkspaceOptions())
    assert tuple(path for path in sorted(TREE) if not one_by_one.is_excluded(path)) == expected
    below = tuple(path.removeprefix("a/") for path in expected if path.startswith("a/"))
    # A workspace that is itself ignored was opened on purpose.
    if git(root, "check-ignore", "a") == "":
        assert discover(root / "a", WorkspaceOptions()) == below
    shutil.rmtree(root)
