from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_server.lsp.uris import from_path, to_path

POSIX = [
    ("file:///home/ann/app/views.py", "/home/ann/app/views.py"),
    ("file:///Users/ann/My%20Project/%C3%A9t%C3%A9.py", "/Users/ann/My Project/été.py"),
    ("file:///Users/ann/e%CC%81.py", "/Users/ann/e\u0301.py"),
    ("file:///a/100%25%23%3F%3B.py", "/a/100%#?;.py"),
    ("file:///a/b%5Cc.py", "/a/b\\c.py"),
    ("file:///a/%FF.py", "/a/\udcff.py"),
    ("file:///c%3A/x.py", "/c:/x.py"),
]
WINDOWS = [
    ("file:///C:/Users/Ann/a.py", "C:\\Users\\Ann\\a.py"),
    ("file:///D:/My%20Project/%C3%A9.py", "D:\\My Project\\é.py"),
    ("file://server/share/a%20b.py", "\\\\server\\share\\a b.py"),
    ("file:///C:/", "C:\\"),
]


@pytest.mark.parametrize(("uri", "path"), POSIX)
def test_linux_and_macos(uri: str, path: str) -> None:
    assert to_path(uri, windows=False) == path
    assert from_path(path, windows=False) == uri


@pytest.mark.parametrize(("uri", "path"), WINDOWS)
def test_windows(uri: str, path: str) -> None:
    assert to_path(uri, windows=True) == path
    assert from_path(path, windows=True) == uri


@pytest.mark.parametrize(
    "uri",
    ["file:///C:/Users/a.py", "file:///c:/Users/a.py", "file:///c%3A/Users/a.py", "file://localhost/c%3a/Users/a.py"],
)
def test_every_spelling_of_a_drive_is_one_path(uri: str) -> None:
    assert to_path(uri, windows=True) == "C:\\Users\\a.py"


@pytest.mark.parametrize("uri", ["file://server/share/a.py", "file:////server/share/a.py"])
def test_every_spelling_of_a_share_is_one_path(uri: str) -> None:
    assert to_path(uri, windows=True) == "\\\\server\\share\\a.py"


def test_a_path_with_slashes_is_a_windows_path_too() -> None:
    assert from_path("C:/Users/Ann/a.py", windows=True) == "file:///C:/Users/Ann/a.py"


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "untitled:/home/ann/new.py",
        "git:/home/ann/a.py?%7B%22ref%22%3A%22HEAD%22%7D",
        "vscode-notebook-cell:/home/ann/a.ipynb#W0sZmlsZQ",
        "https://example.org/a.py",
        "/home/ann/a.py",
        "",
        "file:",
        "file://",
        "file://[broken/a.py",
        "file:///a%00b.py",
        "file://elsewhere/a.py",
    ],
)
def test_what_names_no_file_here(uri: str) -> None:
    assert to_path(uri, windows=False) is None


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "file:///home/ann/a.py", "file:", "file:///a%00b.py"])
def test_what_names_no_file_on_windows(uri: str) -> None:
    assert to_path(uri, windows=True) is None


segments = st.text(st.characters(exclude_characters="/\\\0:", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(st.lists(segments, min_size=1, max_size=4))
def test_paths_survive_the_round_trip(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    assert to_path(from_path(path, windows=False), windows=False) == path
    path = "C:\\" + "\\".join(parts)
    assert to_path(from_path(path, windows=True), windows=True) == path
