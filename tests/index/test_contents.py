"""What the beginnings of lines tell of a file, beside what a parser says of it."""

from __future__ import annotations

import ast
import sys
import textwrap
from pathlib import Path

import pytest

from ssot_server.index.contents import ImportLine, contents

TEXT = '''\
"""About jobs.

More."""
import os, app.core as core  # the core
from . import (  # both
    tools,
    retry as again,
)
from app.jobs import a, \\
    b


@decorated(
    1
)
class Runner(Base, metaclass=Meta):
    # a comment
    """Runs jobs."""

    limit: int = 3
    name = "x"

    def run(self, job):
        def inner(): ...
        self.job = job

    async def stop(self): ...

    class Error(Exception): ...


async def start(
    one: int,
    two: "dict[str, int]" = None,
) -> None:
    'Starts one.'
    from late import thing
'''


def test_definitions_with_their_docstrings_and_members():
    runner, start = contents(TEXT).definitions
    assert (runner.name, runner.is_class, runner.doc) == ("Runner", True, "Runs jobs.")
    assert runner.members == ("limit", "name", "run", "stop", "Error")
    assert TEXT[runner.start : runner.start + 6] == "Runner"
    assert TEXT[: runner.end].endswith("class Error(Exception): ...\n\n\n")
    assert (start.name, start.is_class, start.doc, start.members) == ("start", False, "Starts one.", ())
    assert start.end == len(TEXT)


def test_the_docstring_of_the_module():
    assert contents(TEXT).doc == "About jobs."
    assert contents("import os\n").doc == ""


def test_imports_wherever_they_stand():
    assert contents(TEXT).imports == (
        ImportLine("os", "", "os"),
        ImportLine("app.core", "", "core"),
        ImportLine(".", "tools", "tools"),
        ImportLine(".", "retry", "again"),
        ImportLine("app.jobs", "a", "a"),
        ImportLine("app.jobs", "b", "b"),
        ImportLine("late", "thing", "thing"),
    )


@pytest.mark.parametrize("text", ["", "class", "def (", "from x import", "import ", "class A:\n", "def f(:\n '''"])
def test_half_typed_code_is_no_trouble(text: str):
    assert contents(text).imports == ()


@pytest.mark.parametrize("name", ["argparse", "dataclasses", "email.message", "logging.handlers", "typing"])
def test_it_finds_in_real_code_what_a_parser_finds(name: str):
    __import__(name)
    text = Path(sys.modules[name].__file__ or "").read_text("utf-8")
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    defined = [node for node in ast.parse(text).body if isinstance(node, kinds)]
    found = contents(text).definitions
    assert [one.name for one in found] == [node.name for node in defined]
    documented = {node.name for node in defined if ast.get_docstring(node)}
    assert len(documented.symmetric_difference(one.name for one in found if one.doc)) <= len(defined) // 20


def test_tabs_and_other_line_ends():
    text = textwrap.dedent("""\
        class A:
        \tdef run(self):
        \t\tpass
        \tsize = 1
        """)
    assert contents(text).definitions[0].members == ("run", "size")
    assert contents(text.replace("\n", "\r\n")).definitions[0].members == ("run", "size")
