from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import (
    Position,
    Range,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
)

from ssot_rules.facts import Span
from ssot_server.lsp.positions import EditorText, apply_changes

ENCODINGS = ("utf-8", "utf-16", "utf-32")
CHARACTERS = "ab \t\n\r\f\v\x85\u2028\u2029é漢\U0001f600\U00010400"

texts = st.text(CHARACTERS, max_size=40)
marked = st.tuples(st.sampled_from(["", "\ufeff"]), texts).map("".join)
encodings = st.sampled_from(ENCODINGS)


def units(text: str, encoding: str) -> int:
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    codec = encoding if encoding == "utf-8" else f"{encoding}-le"
    return len(text.encode(codec)) // width


@given(marked, encodings)
def test_offsets_survive_the_way_to_the_editor_and_back(text: str, encoding: str) -> None:
    lines = EditorText(text)
    for offset in range(len(lines.text) + 1):
        if lines.text[offset - 1 : offset + 1] == "\r\n":
            offset -= 1
        assert lines.offset(lines.position(offset, encoding), encoding) == offset


@given(texts, encodings)
def test_positions_count_the_units_that_were_agreed_on(text: str, encoding: str) -> None:
    lines = EditorText(text)
    reference = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    for number, content in enumerate(reference):
        assert lines.line_span(number) == Span(at, at + len(content))
        for column in range(len(content) + 1):
            expected = Position(number, units(content[:column], encoding))
            assert lines.position(at + column, encoding) == expected
        at += len(content)
        at += 2 if text[at : at + 2] == "\r\n" else 1


@given(marked, encodings, st.integers(0, 60), st.integers(0, 200))
def test_nonsense_is_moved_into_the_text(text: str, encoding: str, line: int, character: int) -> None:
    lines = EditorText(text)
    offset = lines.offset(Position(line, character), encoding)
    assert 0 <= offset <= len(lines.text)
    assert lines.position(offset, encoding) <= Position(line, character) or text.startswith("\ufeff")


@given(st.integers(-5, 60), texts)
def test_offsets_outside_the_text_are_moved_to_its_ends(offset: int, text: str) -> None:
    position = EditorText(text).position(offset, "utf-16")
    assert EditorText(text).position(0, "utf-16") <= position <= EditorText(text).position(len(text), "utf-16")


@pytest.mark.parametrize("separator", ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_feed_and_carriage_return_end_lines(separator: str) -> None:
    lines = EditorText(f"a{separator}b\nc")
    assert lines.position(2, "utf-32") == Position(0, 2)
    assert lines.position(4, "utf-32") == Position(1, 0)


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_a_character_beyond_the_basic_plane(encoding: str, character: int) -> None:
    lines = EditorText("\U0001f600x")
    assert lines.position(1, encoding) == Position(0, character)
    for inside in range(character):
        assert lines.offset(Position(0, inside), encoding) == 0


@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 3), ("utf-16", 1), ("utf-32", 1)])
def test_a_byte_order_mark_is_a_character_for_the_editor_alone(encoding: str, width: int) -> None:
    lines = EditorText("\ufeffimport a\nb")
    assert lines.text == "import a\nb"
    assert lines.position(0, encoding) == Position(0, width)
    assert lines.offset(Position(0, 0), encoding) == 0
    assert lines.offset(Position(0, width + 7), encoding) == 7
    assert lines.position(9, encoding) == Position(1, 0)


def test_tabs_are_one_character() -> None:
    assert EditorText("\t\tx").position(2, "utf-16") == Position(0, 2)


def test_a_range_that_runs_backwards_is_turned_round() -> None:
    assert EditorText("abcdef").span(Range(Position(0, 4), Position(0, 1)), "utf-16") == Span(1, 4)


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> TextDocumentContentChangePartial:
    return TextDocumentContentChangePartial(range=Range(Position(*start), Position(*end)), text=text)


def test_changes_build_on_each_other() -> None:
    changes = [edit((0, 0), (0, 0), "x\n"), edit((1, 1), (1, 2), "É"), edit((9, 9), (9, 9), "!")]
    assert apply_changes("abc\r\nd", changes, "utf-16") == "x\naÉc\r\nd!"


def test_a_whole_document_replaces_everything_before() -> None:
    whole = TextDocumentContentChangeWholeDocument(text="new\n")
    assert apply_changes("old", [edit((0, 0), (0, 1), "?"), whole, edit((1, 0), (1, 0), "x")], "utf-16") == "new\nx"


def test_a_byte_order_mark_can_be_deleted() -> None:
    assert apply_changes("\ufeffa", [edit((0, 0), (0, 1), "")], "utf-16") == "a"
    assert apply_changes("\ufeffa", [edit((0, 1), (0, 2), "b")], "utf-16") == "\ufeffb"


@given(texts, st.integers(0, 60), st.integers(0, 60), texts, encodings)
def test_a_change_made_through_positions_is_the_change_made_to_the_text(
    text: str, one: int, other: int, new: str, encoding: str
) -> None:
    lines = EditorText(text)
    one, other = sorted((min(one, len(text)), min(other, len(text))))
    range_ = Range(lines.position(one, encoding), lines.position(other, encoding))
    start, end = lines.span(range_, encoding)
    change = TextDocumentContentChangePartial(range=range_, text=new)
    assert apply_changes(text, [change], encoding) == text[:start] + new + text[end:]
