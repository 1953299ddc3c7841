"""Facts have the right places and the right bindings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_rules.facts import BindingKind, Facts, Role, Stand
from ssot_server.index.extract import extract


def use(facts: Facts, path: str):
    (found,) = [known for known in facts.uses if ".".join(known.path) == path]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "from a import Old\nx = Old()\n",
        "from a import Old\r\nx = Old()\r\n",
        "from a import Old\rx = Old()\r",
        "from a import Old\nif 1:\n\tx = Old()\n",
        "\ffrom a import Old\n\f\nx = Old()\n",
        "from a import Old; s = '😀é'; x = Old()\n",
        "s = '\u2028\x85'; y = 1\nfrom a import Old\nx = ('\x0b', Old())\n",
        "from a import (\n    b,\n    Old,\n)\nx = Old()\n",
        "from a import b, \\\n    Old\nx = 'é' + Old()\n",
        "import os; from a import Old; x = Old()",
    ],
)
def test_spans_are_offsets_into_the_text(text):
    facts = extract(text)
    (imported,) = [known for known in facts.imports if known.name == "Old"]
    assert text[slice(*imported.span)] == "Old"
    assert text[slice(*use(facts, "Old").span)] == "Old"
    statement = facts.statements[imported.statement]
    assert text[slice(*statement.span)].startswith("from a import")
    assert text[slice(*statement.module_span)] == "a"


def test_parts_of_import_statements():
    text = "from .. a . b import (c as d)\nimport x . y as z, w\nfrom . import q\nfrom .importer import r\n"
    facts = extract(text)
    assert [(i.name, i.asname, text[slice(*i.span)], text[slice(*i.name_span)]) for i in facts.imports] == [
        ("c", "d", "c as d", "c"),
        ("x.y", "z", "x . y as z", "x . y"),
        ("w", None, "w", "w"),
        ("q", None, "q", "q"),
        ("r", None, "r", "r"),
    ]
    assert [(s.module, s.level, text[slice(*s.module_span)]) for s in facts.statements] == [
        ("a.b", 2, ".. a . b"),
        (None, 0, ""),
        ("", 1, "."),
        ("importer", 1, ".importer"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "def f(Old): return Old",
        "def f():\n    Old = 1\n    return Old",
        "def f():\n    for Old in (): return Old",
        "def f():\n    with x as Old: return Old",
        "def f():\n    try: pass\n    except E as Old: return Old",
        "def f():\n    import x as Old\n    return Old",
        "def f():\n    class Old: ...\n    return Old",
        "def f():\n    return [Old for Old in ()]",
        "def f():\n    return lambda Old: Old",
        "def f():\n    match 1:\n        case {'a': Old}: return Old",
        "def f():\n    if (Old := 1): return Old",
    ],
)
def test_locals_that_shadow_are_not_uses(body):
    facts = extract(f"from a import Old\n{body}\n")
    imported = next(n for n, b in enumerate(facts.bindings) if b.kind == BindingKind.IMPORT and b.scope == 0)
    assert not [known for known in facts.uses if known.path[0] == "Old" and imported in known.bindings]


@pytest.mark.parametrize(
    "body",
    [
        "def f(): return Old",
        "class C:\n    x = Old",
        "class C:\n    Old = Old",
        "class C:\n    Old = 1\n    def m(self): return Old",
        "def f():\n    global Old\n    return Old",
        "x = [Old for y in ()]",
        "x = [y for y in Old]",
        "x = [y for Old in Old]",
        "def f(a=Old): ...",
        "def f(Old=Old): ...",
        "def f(Old: Old): ...",
        "def f(a: 'Old'): ...",
        "def f() -> list['Old']: ...",
        "x: 'dict[str, Old]' = {}",
        "x = f'{Old}'",
        "x = f'Old {Old!r:>{width}} {{Old}}'",
        "@Old\ndef f(): ...",
        "class C(Old): ...",
        "del Old",
        "match x:\n    case Old(): ...",
        "def f():\n    def g():\n        return Old\n    return g",
    ],
)
def test_uses_find_the_import(body):
    text = f"from a import Old\n{body}\n"
    facts = extract(text)
    found = [known for known in facts.uses if known.path[0] == "Old" and 0 in known.bindings]
    assert len(found) == 1
    assert text[slice(*found[0].span)] == "Old"


def test_names_inside_literal_types_are_strings():
    assert not [known for known in extract("from a import Old\nx: Literal['Old']\n").uses if known.path == ("Old",)]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("m.Old()", Role.CALL),
        ("class C(m.Old): ...", Role.BASE),
        ("class C(m.Old[int]): ...", Role.BASE),
        ("x: m.Old", Role.ANNOTATION),
        ("def f(*a: m.Old): ...", Role.ANNOTATION),
        ("@m.Old\ndef f(): ...", Role.DECORATOR),
        ("isinstance(x, m.Old)", Role.CHECK),
        ("isinstance(x, (int, m.Old))", Role.CHECK),
        ("try: ...\nexcept m.Old: ...", Role.CHECK),
        ("x = m.Old", Role.ALIAS),
        ("m.Old = 1", Role.STORE),
        ("print(m.Old)", Role.LOAD),
    ],
)
def test_roles(text, role):
    assert use(extract(f"import m\n{text}\n"), "m.Old").role == role


def test_type_checking_and_conditional_blocks():
    facts = extract(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\ntry:\n    import b\nexcept ImportError:\n    import c\n"
    )
    blocks = {facts.imports[b.ref].name: facts.blocks[b.block] for b in facts.bindings if b.kind == BindingKind.IMPORT}
    assert blocks["a"].type_checking
    assert not blocks["b"].type_checking
    assert blocks["b"].conditional
    assert not blocks["b"].fallback
    assert blocks["c"].fallback


def test_exports_and_strings():
    facts = extract('__all__ = ["A"]\n__all__ += ("B",)\n__all__.append("C")\npatch("app.engine.Old")\n')
    assert [entry.name for entry in facts.exports or ()] == ["A", "B", "C"]
    assert "app.engine.Old" in [entry.value for entry in facts.strings]
    assert extract("__all__ = other.__all__\n").exports is None


@pytest.mark.parametrize(
    ("text", "stand", "of", "argument", "beside"),
    [
        ('patch("a.B")', Stand.VALUE, "patch", 0, None),
        ('mock.patch(new=x, target="a.B")', Stand.VALUE, "mock.patch", "target", "x"),
        ('patch.object(a.b, "B", x)', Stand.VALUE, "patch.object", 1, "a.b"),
        ('getattr(f(), "B", x)', Stand.VALUE, "getattr", 1, None),
        ('f(["a.B"])', Stand.ITEM, "f", 0, None),
        ('f(x, {"a.B": 1})', Stand.KEY, "f", 1, None),
        ('f(g(x, "a.B"))', Stand.VALUE, "g", 1, "x"),
        ('sys.modules["a.b"]', Stand.KEY, "sys.modules", -1, None),
        ('x = "a.B"', Stand.VALUE, None, -1, None),
        ('def f(x="a.B"): ...', Stand.VALUE, None, -1, None),
        ('x = ["a.B"]', Stand.ITEM, None, -1, None),
        ('x = {"a.B": 1}', Stand.KEY, None, -1, None),
        ('x == "a.B"', Stand.PROSE, None, -1, None),
        ('f("a." + x)', Stand.PROSE, None, -1, None),
        ('f("a.B".split(x))', Stand.PROSE, None, -1, None),
        ('f()("a.B")', Stand.VALUE, None, 0, None),
        ('"""See :class:`a.B`."""', Stand.LINK, None, -1, None),
        ("x  # [B][a.B]", Stand.LINK, None, -1, None),
    ],
)
def test_where_strings_stand(text, stand, of, argument, beside):
    facts = extract(text)
    (string,) = facts.strings

    def path(number: int) -> str | None:
        return ".".join(facts.uses[number].path) if number >= 0 else None

    assert (string.stand, path(string.of), string.argument, path(string.beside)) == (stand, of, argument, beside)
    assert text[slice(*string.span)] == string.value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('x = "a." "B"', [("a.B", False)]),
        ('x = "a.B", r"a.B", """a.B"""', [("a.B", True)] * 3),
        ('x = "a.\\x42"', []),
        ('x = f"{a}.B"', [(".B", False)]),
        ('x = "%s.B", "{}.B", "{a}.B", "a."', [("%s.B", True), ("{}.B", True), ("{a}.B", True), ("a.", True)]),
        ('x = ".b", "..b.c", "a:b.c"', [(".b", True), ("..b.c", True), ("a:b.c", True)]),
        ('x = "a/b", "a b", "1", "", ":", "a:"', []),
        ('"""a.B"""\nx: "a.B" = 1\ndef f():\n    "a.B"', []),
        ('x = ":class:`a.B`"  # a :class:`B` :b:`a.B`', []),
    ],
)
def test_which_strings_count(text, values):
    assert [(string.value, string.plain) for string in extract(text).strings] == values


def test_which_strings_tell_the_module_of_others():
    facts = extract(
        'x = {"A": "a.b", "C": ("a.c", "D"), "a.d": ["E", "F"], "G": "a.g"}\ndef f(): return {"A": "a.b"}\n'
    )
    within = {known.value: facts.strings[known.within].value for known in facts.strings if known.within >= 0}
    assert within == {"A": "a.b", "D": "a.c", "E": "a.d", "F": "a.d", "G": "a.g"}


def test_suppressions():
    text = (
        "x = 1  # ssot: ignore[SSOT101] -- because\n"
        "# ssot: ignore[SSOT101, deprecated-subclass]\n\ny = 2\n"
        "# ssot: ignore-file[SSOT105]\n"
        "z = '# ssot: ignore[SSOT103]'\n"
        "from a import (  # noqa: SSOT101\n    b,\n)\n"
        '"""\n# ssot: ignore[SSOT104]\n"""\n'
    )
    assert [(s.codes, s.lines, s.reason) for s in extract(text).suppressions] == [
        (("SSOT101",), (0, 0), "because"),
        (("SSOT101", "deprecated-subclass"), (3, 3), None),
        (("SSOT105",), None, None),
        (("SSOT101",), (6, 8), None),
    ]


@given(st.text(alphabet="abcOld=()[]:'\"#\\ \n\r\t\f.,@f{}é😀\u2028"))
def test_spans_of_any_text_lie_in_it(text):
    facts = extract(text)
    for span in [known.span for known in facts.uses] + [known.span for known in facts.imports]:
        assert 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("try:\n    x\nexcept ImportError: ...", {"ImportError"}),
        ("try:\n    x\nexcept (a.B, C): ...\nexcept: ...", {"B", "C", ""}),
        ("try: ...\nexcept E: ...\nelse:\n    x", {"E"}),
        ("try: ...\nexcept E:\n    x", set()),
        ("try: ...\nexcept E: ...\nfinally:\n    x", set()),
        ("try:\n    try:\n        if 1:\n            x\n    except A: ...\nexcept B: ...", {"A", "B"}),
        ("with suppress(A, b.C), raises((D, E)):\n    x", {"A", "C", "D", "E"}),
        ("try:\n    class A:\n        x\nexcept E: ...", {"E"}),
        ("try:\n    def f():\n        x\nexcept E: ...", set()),
        ("with f:\n    x", set()),
    ],
)
def test_what_a_block_is_prepared_for(text, caught):
    facts = extract(text)
    assert facts.blocks[use(facts, "x").block].caught == caught


@pytest.mark.parametrize(
    ("text", "dynamic"),
    [
        ("globals()", True),
        ("def f():\n    exec('')", True),
        ("def __getattr__(name): ...", True),
        ("class A:\n    def __getattr__(self, name): ...", False),
        ("setattr(m, 'x', 1)", True),
        ("for x in ():\n    setattr(m, x, 1)", True),
        ("def f():\n    setattr(self, 'x', 1)", False),
        ("locals()['x'] = 1", True),
        ("def f():\n    return locals()", False),
        ("sys.modules[__name__] = x", True),
        ("def f():\n    modules[__name__].x = 1", True),
        ("sys.modules['a'] = x", False),
        ("x = 1", False),
    ],
)
def test_what_makes_names_of_the_module(text, dynamic):
    assert extract(text).dynamic is dynamic
