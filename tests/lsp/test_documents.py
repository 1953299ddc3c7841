from __future__ import annotations

import logging

import pytest
from lsprotocol.types import Position, Range, TextDocumentContentChangePartial

from ssot_server.lsp.documents import Documents
from ssot_server.lsp.uris import from_path, to_path

URI = from_path("/work space/a.py", windows=False)

pytestmark = pytest.mark.skipif(to_path(URI) is None, reason="the path is one of Linux and macOS")


def typed(text: str) -> TextDocumentContentChangePartial:
    return TextDocumentContentChangePartial(range=Range(Position(0, 0), Position(0, 0)), text=text)


def test_a_document_from_open_to_close() -> None:
    documents = Documents()
    opened = documents.open(URI, 1, "b")
    assert opened is not None
    assert (opened.path, opened.version, opened.text) == ("/work space/a.py", 1, "b")
    changed = documents.change(URI, 2, [typed("a")], "utf-16")
    assert changed is not None
    assert (changed.version, changed.text) == (2, "ab")
    assert opened.text == "b"
    assert list(documents) == [changed]
    assert documents.close(URI) is changed
    assert documents.get(URI) is None


def test_opening_again_starts_over() -> None:
    documents = Documents()
    documents.open(URI, 1, "old")
    documents.open(URI, 7, "new")
    assert [(document.version, document.text) for document in documents] == [(7, "new")]


def test_a_change_to_an_unopened_document_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert Documents().change(URI, 2, [typed("a")], "utf-16") is None
    assert URI in caplog.text


def test_closing_an_unopened_document_is_nothing() -> None:
    assert Documents().close(URI) is None


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "git:/a.py", "nonsense", ""])
def test_what_is_no_file_is_left_alone(uri: str, caplog: pytest.LogCaptureFixture) -> None:
    documents = Documents()
    with caplog.at_level(logging.WARNING):
        assert documents.open(uri, 1, "") is None
        assert documents.change(uri, 2, [typed("a")], "utf-16") is None
    assert not caplog.records
    assert not list(documents)
