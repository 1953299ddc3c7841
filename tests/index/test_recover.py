"""A syntax error costs the lines that it stands on."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_server.index.extract import extract
from ssot_server.index.recover import parse

BEFORE = "import before\n"
AFTER = "import after\nlast = After()\n"


def names(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        alias.name for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names
    }


@pytest.mark.parametrize(
    "broken",
    [
        "x = ",
        "x = Engine(",
        "from a import",
        "from a import (",
        "import",
        "x.",
        "x = [1,",
        "x = {'a': ",
        "def f(",
        "def f():",
        "class C(",
        "class C:",
        "if x",
        "if x:",
        "for x in",
        "with open(x) as",
        "try:",
        "@",
        "return = 3",
        "x = 'open",
        "foo(a, b))",
        "<<<<<<< HEAD",
        "=======",
        ">>>>>>> branch",
        "print 'two'",
        "x = 0777",
        "lambda:",
        "x = f(**",
        "else:",
        "    indented = 1",
        "async def",
    ],
)
def test_the_statements_around_a_broken_one_stay(broken):
    tree, problem = parse(BEFORE + broken + "\n" + AFTER)
    assert {"before", "after", "After"} <= names(tree)
    assert problem is not None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("def f(a:\n    x = One()\n    y = Two()\n\ndef g():\n    return Three()\n", {"One", "Two", "Three"}),
        ("class C\n    def m(self):\n        return One()\n", {"One"}),
        ("if ready\n    One()\nTwo()\n", {"One", "Two"}),
        ("engine = Engine(\nother = One()\nmore = Two()\n", {"One", "Two"}),
        ("def f():\n    x = One(\n    y = Two()\n    z = Three()\n", {"Two", "Three"}),
        ("class Generic[T ,]:\n    x = One()\n\nOne()\n", {"One"}),
        ("try:\n    One()\nexcept A, B C:\n    Two()\nThree()\n", {"One", "Two", "Three"}),
        ("x = (\n  One(),\n  Two(\n\ny = Three()\n", {"Three"}),
    ],
)
def test_a_broken_header_keeps_its_block(text, kept):
    tree, _ = parse(text)
    assert kept <= names(tree)


def test_a_definition_with_a_broken_header_keeps_its_name_and_place():
    tree, _ = parse("class Engine(Base, metaclass=:\n    def run(self): ...\n")
    (definition,) = tree.body
    assert isinstance(definition, ast.ClassDef)
    assert (definition.name, definition.lineno, definition.col_offset) == ("Engine", 1, 0)


def test_lines_keep_their_numbers():
    tree, problem = parse("a = 1\nb = (\nc = 3\r\nd = \re = 5\n")
    assert {node.targets[0].id: node.lineno for node in tree.body if isinstance(node, ast.Assign)} == {
        "a": 1,
        "c": 3,
        "e": 5,
    }
    assert problem is not None
    assert problem.span.start == 10


def test_a_file_of_another_language_keeps_what_parses():
    python2 = "import kept\n" + "".join(f"print 'line {number}'\n" for number in range(200)) + "import late\n"
    tree, _ = parse(python2)
    assert {"kept", "late"} <= names(tree)


def test_nul_characters_and_deep_nesting_are_reported():
    assert parse("x = 1\n\0\ny = 2\n")[1].message == "the file contains a NUL character"
    _, problem = parse("x = " + "(" * 5000 + "1" + ")" * 5000 + "\n")
    assert problem is not None


def test_what_parses_and_is_nested_more_deeply_than_can_be_followed_is_left_out():
    facts = extract("from a import Old\nx = Old()" + ".f()" * 1200 + "\ny = Old()\n")
    assert facts.problem is not None
    assert [known.path for known in facts.uses] == [("Old",)]
    assert facts.problem_about({"Old"}) is not None


def test_a_sum_has_any_number_of_terms():
    facts = extract("from a import Old\nx = " + " + ".join(["Old()"] * 900) + "\n")
    assert facts.problem is None
    assert len(list(facts.uses)) == 900


@given(st.text(alphabet="abc=()[]:'\"#\\ \n\r\t\f.,@ifdefclass\0é😀"))
def test_no_text_is_too_broken(text):
    parse(text)


def test_an_emptied_line_stays_one_whatever_ends_the_lines_around_it():
    text = "from a import Old\nx = (1,\r$\n2)\ny = Old()\n"
    (use,) = [known for known in extract(text).uses if known.path == ("Old",)]
    assert text[slice(*use.span)] == "Old"
