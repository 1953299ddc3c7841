"""A text is cut where statements begin, however it is written, and after an edit as if it were new."""

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_rules.facts import Facts
from ssot_rules.relevance import relevant_facts
from ssot_server.index.extract import extract, read_part, revise
from ssot_server.index.parts import cut, recut

FRAGMENTS = [
    "x = 1", "y", "\n", "\n\n", "\r\n", "\f", " ", "    ", "\t", "(", ")", "[", "]", "{", "}", "'", '"', '"""', "'''",
    "\\", "\\\n", "\\\r\n", "# why", "# it's", "#", "def f():", "class C:", "async def g():", "@", "@dec", "else:", "elif x:",
    "except E:", "finally:", "try:", "if x:", "    pass", "import a", "from a import b", "from a import *", "f'{x!r}'",
    'f"{d["k"]}"', "f'''", "return", "é", "😀", "__all__ = ['Old']", "Old", "Old = New", ";", ":", ",", "=", "match x:",
]  # fmt: skip
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
STDLIB = Path(sysconfig.get_path("stdlib"))
SAMPLE = [
    path for folder in (".", "asyncio", "email", "json", "unittest") for path in sorted((STDLIB / folder).glob("*.py"))
]


def parts(text: str) -> list[str]:
    starts = cut(text)
    return [text[start:end] for start, end in zip(starts, (*starts[1:], len(text)), strict=True)]


def said(facts: Facts) -> object:
    """All that facts say, without the numbers that things go by."""
    meant = {number: known.span for number, known in facts.bindings.items()}
    uses = {number: known.spans for number, known in facts.uses.items()}
    strings = {number: known.span for number, known in facts.strings.items()}
    scopes = {number: scope.qualname for number, scope in facts.scopes.items()}
    return (
        [
            (s.span, s.module, s.level, s.module_span, scopes[s.scope], facts.blocks[s.block][2:])
            for s in facts.statements
        ],
        [known[1:] for known in facts.imports],
        [(b.name, b.kind, scopes[b.scope], b.span, b.alias, b.is_none) for b in facts.bindings],
        [
            (u.path, u.spans, u.role, scopes[u.scope], [meant[n] for n in u.bindings], u.call, u[7:9])
            for u in facts.uses
        ],
        [(d.qualname, d.kind, d.name_span, d.span, d.parameters, d.doc, d.attributes) for d in facts.definitions],
        [(s[:4], s.argument, uses.get(s.of), uses.get(s.beside), strings.get(s.within)) for s in facts.strings],
        facts.exports,
        facts.suppressions,
        facts.stars and [facts.imports[number].span for number in facts.stars],
        (facts.dynamic, facts.introspects, facts.doc, facts.problem is None),
        [[meant[n] for n in facts.named(name)] for name in sorted(set(facts.names()))],
    )


def as_one_part(text: str) -> Facts:
    return Facts(text, (0,), lambda facts, number: read_part(facts.part_text(number)), lambda *_: {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("# only this\n", 1),
        ("def a(): ...\ndef b(): ...", 2),
        ("def a(): ...\n\n\n# about b\n\ndef b(): ...\n", 2),
        ("@one\n# between\n@two(\n    1,\n)\ndef a(): ...\n@x\nclass B: ...\n", 2),
        ("if x:\n    a\n# c\nelse:\n    b\ndef f(): ...\n", 2),
        ("try:\n    a\nexcept E:\n    b\nfinally:\n    c\ndef f(): ...\n", 2),
        ("class A:\n    x = (\n1,\nfoo)\ndef f(): ...\n", 2),
        ('def a():\n    """\ndef b(): ...\n"""\ndef c(): ...\n', 2),
        ("def a():\n    return 'x\\\ndef b(): ...'\ndef c(): ...\n", 2),
        ('def a():\n    return """\n# d"""\ndef c(): ...\n', 2),
        ("def a(): return 1 + \\\n\\\n2\ndef c(): ...\n", 2),
        ("def a(): ...\r\n\r\n# c\r\ndef b(): ...\r\n", 2),
        ("def a(): ...\n\f\ndef b(): ...\n\fdef c(): ...\n", 3),
        ("def a(): ...\rdef b(): ...\r", 1),
        ("def a(:\n    x = (\n\ndef b(): ...\n", 2),
        ("x = (\n\nimport a\n\n\nclass B: ...\n", 2),
    ],
)
def test_where_a_text_is_cut(text, expected):
    assert "".join(parts(text)) == text
    assert len(parts(text)) == expected


def test_comments_belong_to_what_stands_below():
    assert parts("def a(): ...\n# ssot: ignore[SSOT101] -- it's old\ndef b(): ...\n")[1].startswith("# ssot")


@pytest.mark.parametrize("path", SAMPLE[::4], ids=lambda path: path.name)
def test_parts_of_real_code_parse_alone_and_mean_the_same(path):
    text = path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    tree = ast.parse(text)
    alone = [node for part in parts(text) for node in ast.parse(part).body]
    assert [type(node) for node in alone] == [type(node) for node in tree.body]
    if len(text) < 40_000:
        assert said(extract(text)) == said(as_one_part(text))


@given(texts)
def test_what_parses_means_the_same_in_parts(text):
    if as_one_part(text).problem is None:
        assert said(extract(text)) == said(as_one_part(text))


@given(texts, st.data())
def test_an_edited_text_is_cut_as_a_new_one(before, data):
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    after = before[:start] + data.draw(texts) + before[end:]
    found = recut(before, cut(before), after)
    assert found.starts == cut(after)
    old, new = parts(before), parts(after)
    assert old[: found.head] == new[: found.head]
    assert found.tail == 0 or old[-found.tail :] == new[-found.tail :]


@given(texts, st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), texts), max_size=5))
def test_facts_after_edits_are_those_of_a_new_text(text, edits):
    facts = extract(text)
    names = frozenset(["x", "Old", "C", "missing"])
    for where, length, insertion in edits:
        list(facts.uses.about(["Old"]))
        facts.held(names)
        facts.named("Old"), facts.parts_about({"x", "Old"}), facts.problem_about(["y"]), facts.stars
        start = int(where * len(text))
        text = text[:start] + insertion + text[start + length :]
        facts = revise(facts, text)
    assert said(facts) == said(extract(text))
    assert facts.parts_about({"x", "Old"}) == extract(text).parts_about({"x", "Old"})
    assert facts.problem == extract(text).problem
    assert facts.held(names) >= extract(text).held(names)
    assert relevant_facts(facts, names) == relevant_facts(extract(text), names)


def test_nothing_is_kept_for_names_that_a_file_does_not_hold():
    facts = extract("from app import Old\n\nOld()\nprint('\\x41')\n")
    relevant_facts(facts, frozenset({"Old", *(f"Other{number}" for number in range(1_000))}))
    assert len(facts._results) + len(facts._about) + sum(map(len, facts._noted.values())) < 20


@pytest.mark.parametrize("text", ["ｏld()\n", "x: '\\x6fld' = 1\n", "import a.ｏld\n", "from ｏld import b\n"])
def test_a_name_in_disguise_is_held(text):
    names = frozenset({"old", "other"})
    assert extract(text).held(names) == {"old"}
    found = relevant_facts(extract(text), names)
    assert found.uses or found.imports
