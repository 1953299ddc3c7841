"""What a file's text shows without being parsed: never fewer imports than there are."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ssot_server
from ssot_rules.outline import BLANK, Ask
from ssot_server.outlines import outline, pack, unpack

ASKED = {
    "import a.b": [Ask("a.b", ())],
    "import a as b, c.d": [Ask("a", ()), Ask("c.d", ())],
    "from a import b, c as d  # noqa": [Ask("a", ("b", "c"))],
    "from ..a import (\n    b,  # (\n    c as d,\n)": [Ask("..a", ("b", "c"))],
    "from . import a": [Ask(".", ("a",))],
    "from a import *": [Ask("a", ("*",))],
    "def f():\n    from a import b\n    import c": [Ask("a", ("b",)), Ask("c", ())],
    "import a\r\nfrom b import (c,\r\n  d)\r\n": [Ask("a", ()), Ask("b", ("c", "d"))],
    "\ufeffimport a": [Ask("a", ())],
    "x = 1  # import a\nimportlib = 'important'": [],
}


@pytest.mark.parametrize("text", ASKED)
def test_what_is_asked_for(text):
    found = outline(text.encode())
    assert found.is_clear
    assert list(found.asks) == ASKED[text]


UNCLEAR = [
    "import a; import b",
    "if x: import a",
    "x = 1; from a import b",
    "from a \\\n    import b",
    "import \\\n    a",
    "from a import b, \\\n    c",
    "from a import b; x = 1",
    "\fimport a",
    "x = 1\rimport a",
    "from a import(\nb)",
    "from a import ä",
    "from . a import b",
    "'''\nimport the thing\n'''",
]


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_cannot_be_told(text):
    assert not outline(text.encode()).is_clear


OFFERED = {
    "class A: ...\nasync def b(): ...\ndef c():\n    d = 1": "A b c",
    "A = 1\nb: int\nc: int = 2\nd == 1\ne += 1": "A b c",
    "import a.b, c as d\nfrom e import f, g as h": "a d f h",
    "from a import (\n    b,\n    c as d,\n)": "b d",
    "if x:\n    A = 1\nelse:\n    from a import b\n    class C: ...\ntry:\n    d = 1\nexcept E: pass": "A b C d",
    "A = c(1)\nB(A)\nc[A] = 1": "A",
    "class A:\n    B = 1\n    def c(self): ...": "A",
}


@pytest.mark.parametrize("text", OFFERED)
def test_what_is_offered(text):
    found = outline(text.encode())
    assert all(found.has(name) for name in OFFERED[text].split())
    assert not any(found.has(name) for name in ("B", "c", "self", "d.", "") if name not in OFFERED[text].split())


EARLY = {
    "import a\ntry:\n    import b\nexcept E:\n    import c": "a b c",
    "def f():\n    import a\nasync def g(\n    x,\n):\n    if x:\n        import b": "",
    'class A:\n    import a\n    def f(self):\n        """\nFar left\n        """\n        import b': "a",
    "if TYPE_CHECKING:\n    import a\nelse:\n    import b": "b",
    "if (t.TYPE_CHECKING):\n    import a\nif x or TYPE_CHECKING:\n    import b": "b",
    "if __name__ == '__main__':\n    import a\nif 1:\n\tif 2:\n\t\timport b\n": "b",
    'class A:\n    """\n    import a\n    """\n    import b\n': "b",
    "import a\ndef f():\n    import a": "a",
}


@pytest.mark.parametrize("text", EARLY)
def test_what_runs_when_the_module_is_imported(text):
    assert [ask.module for ask in outline(text.encode()).early] == EARLY[text].split()


def test_what_else_is_told():
    found = outline(
        b"__path__ = []\n"
        b"sys.modules['a.b'] = x\nsys.modules[__name__] = y\nsys.modules[f'{z}'] = z\n"
        b"@patch('a.B')\ndef f(m): m.setattr(\n    'c.D', 1); dispatch('e.F'); setattr('g.H', 1)\n"
    )
    assert found.registers == ("a.b", "*")
    assert found.targets == ("a.B", "c.D")
    assert found.extends


def imported(text: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(("." * node.level + (node.module or ""), alias.name) for alias in node.names)
    return found


def run_early(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that run when a module is imported, whatever conditions say."""
    found = [node for node in body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in found:
        is_typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        is_script = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        for field in ("body", "handlers", "orelse", "finalbody"):
            inner = [] if field == "body" and (is_typing or is_script) else getattr(node, field, [])
            found += run_early(
                [it for each in inner for it in getattr(each, "body", [each])] if field == "handlers" else inner
            )
    return found


def shown(text: str) -> set[tuple[str, str]]:
    return {(ask.module, name) for ask in outline(text.encode()).asks for name in ask.names or ("",)}


SNIPPETS = [
    *ASKED,
    *UNCLEAR[:-1],
    "class A:\n    import x\n    if 1:\n        from .y import z",
    "x = '''\nfrom a import (b\n'''",
    '"""import a\n"""; import b',
    "y = (1 +\n2)",
    "# from a import b \\",
    "z = 'from a import b'",
]


@given(st.lists(st.sampled_from(SNIPPETS), max_size=6), st.sampled_from(["\n", "\n\n", "\n# import\n"]))
def test_no_import_is_missed(snippets, between):
    text = between.join(snippet.removeprefix("\ufeff") for snippet in snippets) + "\n"
    try:
        expected = imported(text)
    except SyntaxError:
        return
    assert expected <= shown(text) or not outline(text.encode()).is_clear


@pytest.mark.parametrize("folder", [Path(ast.__file__).parent, Path(ssot_server.__file__).parent])
def test_no_import_of_real_code_is_missed(folder):
    unclear = 0
    files = sorted(folder.rglob("*.py"))[:600]
    for file in files:
        data = file.read_bytes()
        try:
            expected = imported(data.decode())
        except (SyntaxError, ValueError):
            continue
        unclear += not outline(data).is_clear
        assert expected <= shown(data.decode()) or not outline(data).is_clear, file
        early = [node for node in run_early(ast.parse(data).body) if isinstance(node, ast.Import | ast.ImportFrom)]
        at_once = imported(ast.unparse(ast.Module(early, [])))
        seen = {(ask.module, name) for ask in outline(data).early for name in ask.names or ("",)}
        assert at_once <= seen or not outline(data).is_clear, file
    assert unclear < len(files) / 5


@pytest.mark.parametrize("text", [*ASKED, *UNCLEAR, *OFFERED, ""])
def test_packing(text):
    assert unpack(pack(outline(text.encode()))) == outline(text.encode())


def test_packing_what_is_no_outline():
    assert outline(b"") == BLANK
    assert unpack(b"") is None
    assert unpack(b"\xff\0\0\0\0") is None
