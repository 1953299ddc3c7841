"""The places of keys and values agree with what the TOML parser reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from ssot_rules.registry import Key
from ssot_server.toml_places import locate

DOCUMENT = '''\
# comment with "quotes" and [brackets]
top = 1 # [not.a.table]
a . b."c d" = 'q # no comment'
"" = "empty key"
numbers = [ 0x1F, -1_000, [2.5 ,inf], # ] comment
  { x = +nan, y.z = "}" } ,
]
day = 1979-05-27
moment = 1979-05-27 07:32:00.5-07:00 # a space inside
other = 1979-05-27T07:32:00Z
time = 07:32:00
flag=true
long = """
first "quoted" \\
  second \\""" third"""""
raw = \'\'\'C:\\path 'x' ''\'\'\'
none = []
nothing = {}
escaped = "a\\"b\\\\"

[concepts.engine]
names = []
[[concepts.engine.deprecated]]
path = "p"
  [concepts.engine.deprecated.inner]
  k = 1
[[ concepts . "engine" . deprecated ]] # again
path = "q"
  [[concepts.engine.deprecated.deep]]
  [[concepts.engine.deprecated.deep]]
  k = 2
[concepts]
x = 1
[last]'''


def leaves(value: Any, key: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Every key of a parsed document with its value, tables and arrays included."""
    if key:
        yield key, value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*key, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*key, index))


def check(text: str) -> None:
    places = locate(text)
    found = dict(leaves(tomli.loads(text)))
    assert set(places.keys) == set(places.values) == set(found)
    for key, value in found.items():
        token = text[slice(*places.keys[key])]
        if isinstance(key[-1], str):
            assert token == key[-1] or tomli.loads(f"x = {token}")["x"] == key[-1]
        written = text[slice(*places.values[key])]
        if not isinstance(value, (dict, list)) or (
            isinstance(value, list) and written.startswith("[") and not written.startswith("[[")
        ):
            assert repr(tomli.loads(f"x = {written}")["x"]) == repr(value)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_document_with_everything(newline: str):
    check(DOCUMENT.replace("\n", newline))


def test_places_of_tables():
    places = locate(DOCUMENT)

    def value(*key: str | int) -> str:
        return DOCUMENT[slice(*places.values[key])]

    assert value("concepts", "engine") == "[concepts.engine]"
    assert value("concepts", "engine", "deprecated", 1) == '[[ concepts . "engine" . deprecated ]]'
    assert value("concepts") == "[concepts]", "the table's own header, though it comes late"
    assert value("a") == "a . b.\"c d\" = 'q # no comment'"
    assert DOCUMENT[slice(*places.keys["a", "b"])] == "b"
    assert places.keys["concepts", "engine", "deprecated", 1].start == DOCUMENT.index("deprecated ]]")


def test_the_empty_document():
    assert locate("") == ({}, {})
    assert locate("# only a comment") == ({}, {})


BARE = st.text(st.sampled_from("abXY09-_"), min_size=1, max_size=4)
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)
BASIC = TEXT.map(lambda text: json.dumps(text).replace("\x7f", "\\u007f")).filter(lambda text: "\\ud" not in text)
LITERAL = st.text(st.sampled_from('ab #[]{},=.\\"é🦊'), max_size=6).map(lambda text: f"'{text}'")
LINES = st.text(st.sampled_from("ab\n #[]=,'"), max_size=8)
SCALAR = st.one_of(
    BASIC,
    LITERAL,
    LINES.map(lambda text: f'"""{text}"""'),
    st.text(st.sampled_from('ab\n #[]=,"\\'), max_size=8).map(lambda text: f"'''{text}'''"),
    st.text(st.sampled_from('a\n"\\'), max_size=5).map(lambda text: f'"""{text}"""'),
    st.text(st.sampled_from("a'"), max_size=5).map(lambda text: f"'''{text}'''"),
    st.integers(-(10**9), 10**9).map(str),
    st.floats().map(str),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.dates().map(lambda day: day.isoformat()),
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ")),
    st.times().map(lambda time: time.isoformat()),
)
GAP = st.sampled_from(["", " ", "\n", " # c ]}\"'\n\t"])
KEY = st.lists(st.one_of(BARE, BASIC, LITERAL), min_size=1, max_size=3).map(" . ".join)


def arrays(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def write(parts: list[tuple[str, str, str]]) -> str:
        return "[" + ",".join(before + item + after for before, item, after in parts) + "]"

    return st.lists(st.tuples(GAP, items, GAP), max_size=3).map(write)


def tables(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(KEY, items), max_size=3)
    return pairs.map(lambda found: "{" + ", ".join(f"{key} = {value}" for key, value in found) + "}")


VALUE = st.recursive(SCALAR, lambda items: arrays(items) | tables(items), max_leaves=6)
LINE = st.one_of(
    st.tuples(KEY, VALUE).map(" = ".join),
    KEY.map(lambda key: f"[{key}]"),
    KEY.map(lambda key: f"[[ {key} ]]"),
    st.just("  # comment"),
)


@given(st.lists(LINE, max_size=8), st.booleans())
def test_places_agree_with_the_parser(lines: list[str], windows: bool):
    accepted: list[str] = []
    for line in lines:  # keep what is valid together, so that few examples are thrown away
        try:
            tomli.loads("\n".join([*accepted, line]))
        except tomli.TOMLDecodeError:
            continue
        accepted.append(line)
    text = "\n".join(accepted)
    check(text.replace("\n", "\r\n") if windows else text)
