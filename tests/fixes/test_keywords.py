"""Keywords that calls of a replacement write otherwise: `arguments` in the registry."""

import textwrap

import pytest

from harness import check_fix, fix_titles

APP = """
#- ssot.toml
[concepts.engine]
canonical = "app.new.New"
[[concepts.engine.deprecated]]
path = "app.old.Old"
arguments = { ctx = "user_context" }
[concepts.run]
canonical = "app.new.run"
[[concepts.run.deprecated]]
path = "app.old.start"
arguments = { ctx = "user_context", wait = "timeout" }
#- app/__init__.py
#- app/new.py
class New:
    def __init__(self, name, user_context=None): ...
def run(user_context, timeout=0): ...
#- app/old.py
class Old:
    def __init__(self, name, ctx=None): ...
def start(ctx, wait=0): ...
#- app/use.py
"""


def app(use: str) -> str:
    return APP + textwrap.dedent(use)


def test_calls_pass_the_new_keywords():
    check_fix(
        app("""\
        from app.old import Old, start
        #                   ^^^ SSOT101 💡
        #                        ^^^^^ SSOT101 💡
        one = Old("a", ctx=1)
        #     ^^^ SSOT103 💡
        two = Old(
        #     ^^^ SSOT103 💡
            "b",
            ctx = Old("c"),  # the one above
        #         ^^^ SSOT103 💡
        )
        three = Old("d", 2)
        #       ^^^ SSOT103 💡
        def f(ctx): return start(wait=3, ctx=ctx)
        #                  ^^^^^ SSOT105 💡
        """),
        after="""
        #- app/use.py
        from app.new import New, run
        one = New("a", user_context=1)
        two = New(
            "b",
            user_context = New("c"),  # the one above
        )
        three = New("d", 2)
        def f(ctx): return run(timeout=3, user_context=ctx)
        """,
    )


def test_an_import_that_keeps_the_name():
    check_fix(
        app("""\
        from app.old import start as begin
        #                   ^^^^^^^^^^^^^^ SSOT101 💡
        begin(ctx=1)
        #<^^^^^ SSOT105 💡
        """),
        after="""
        #- app/use.py
        from app.new import run as begin
        begin(user_context=1)
        """,
    )


def test_calls_through_a_module():
    check_fix(
        app("""\
        from app import old
        old.start(1, wait=old.start(ctx=2))
        #<^^^^^^^^^ SSOT105 💡
        #                 ^^^^^^^^^ SSOT105 💡
        """),
        after="""
        #- app/use.py
        from app.new import run
        run(1, timeout=run(user_context=2))
        """,
    )


def test_what_is_the_same_is_called_the_same():
    text = app("""\
        from app.old import Old
        #                   ^^^ SSOT101 💡
        x = Old("a", user_context=1)
        #   ^^^ SSOT103 💡
        """)
    check_fix(
        text.replace("class Old:\n    def __init__(self, name, ctx=None): ...", "from app.new import New as Old"),
        after="""
        #- app/use.py
        from app.new import New
        x = New("a", user_context=1)
        """,
    )


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        ('Old("a", ctx=1, user_context=2)', "`New` gets `user_context` by position already"),
        ('Old("a", 1, ctx=2)', "`New` gets `user_context` by position already"),
        ('Old("a", context=1)', "`New` takes no `context`"),
        ('Old("a", **{"ctx": 1})', "a call of `New` unpacks arguments"),
    ],
)
def test_calls_that_cannot_be_made(use: str, reason: str):
    assert fix_titles(app(f"from app.old import Old\n{use}\n")) == [f"Use `app.new.New` (unsafe: {reason})"]


def test_a_call_that_may_mean_something_else_has_no_fix():
    use = """\
        try:
            from app.old import start
        except ImportError:
            from elsewhere import start
        start(ctx=1)
        """
    assert fix_titles(app(use)) == []
