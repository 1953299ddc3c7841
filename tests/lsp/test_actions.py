from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import CodeActionKind

from ssot_server.fixing import apply_edits, difference
from ssot_server.lsp.actions import Offer, is_wanted


def test_an_offer_survives_the_way_to_the_editor_and_back() -> None:
    offer = Offer("fix", "Do it", "file:///a.py", "SSOT101", 3, 9)
    assert Offer.read(asdict(offer)) == offer


@pytest.mark.parametrize(
    "data",
    [
        None,
        3,
        "fix",
        [],
        {},
        {"action": "fix"},
        {"action": "fix", "title": "t", "uri": "u", "unknown": 1},
        {"action": "fix", "title": "t", "uri": "u", "start": "3"},
        {"action": "fix", "title": None, "uri": "u"},
        {"action": "fix", "title": "t", "uri": 7},
    ],
)
def test_what_is_no_offer_of_ours(data: object) -> None:
    assert Offer.read(data) is None


@pytest.mark.parametrize(
    ("kind", "only", "wanted"),
    [
        ("quickfix", None, True),
        ("quickfix", [], False),
        ("quickfix", [""], True),
        ("quickfix", [CodeActionKind.Empty], True),
        ("quickfix", [CodeActionKind.QuickFix], True),
        ("quickfix", ["quick"], False),
        ("quickfix", ["refactor", "quickfix"], True),
        ("source.fixAll.ssot", [CodeActionKind.Source], True),
        ("source.fixAll.ssot", [CodeActionKind.SourceFixAll], True),
        ("source.fixAll.ssot", ["source.fixAll.ssot"], True),
        ("source.fixAll.ssot", ["source.fixAll.ruff"], False),
        ("source.fixAll.ssot", ["source.fixAll.ssot.more"], False),
    ],
)
def test_which_kinds_are_wanted(kind: str, only: list[CodeActionKind | str] | None, wanted: bool) -> None:
    assert is_wanted(kind, only) is wanted


texts = st.lists(st.sampled_from(["a\n", "b\n", "\r\n", "c\r", "é\f\n", "d"]), max_size=8).map("".join)


@given(texts, texts)
def test_a_difference_makes_one_text_of_the_other(before: str, after: str) -> None:
    assert apply_edits(before, difference("a.py", before, after)) == after


def test_a_difference_leaves_other_lines_alone() -> None:
    edits = difference("a.py", "a\nb\nc\nd\n", "a\nB\nc\nD\n")
    assert [(edit.span.start, edit.span.end, edit.content) for edit in edits] == [(2, 4, "B\n"), (6, 8, "D\n")]
