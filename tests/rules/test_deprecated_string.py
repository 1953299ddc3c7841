"""Strings that name something, and texts that only look like it."""

from harness import check, check_fix

WORKSPACE = """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.new.New"
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    reason = "shares state"
    [concepts.conf]
    canonical = "app.conf"
    [[concepts.conf.deprecated]]
    path = "app.oldconf"
    [concepts.enum]
    canonical = "app.new.Kind"
    [[concepts.enum.deprecated]]
    path = "aenum.Enum"
    #- app/__init__.py
    #- app/new.py
    class New:
        def run(self): ...
    class Kind: ...
    #- app/old.py
    from app.new import New as Old
    NAMES = ["app.old.Old"]
    #- app/conf.py
    def load(): ...
    #- app/oldconf.py
    from app.conf import load
    #- app/views.py
    import app.old as engines
"""


def test_patches():
    check_fix(
        WORKSPACE
        + """
    #- test_app.py
    from unittest import mock

    @mock.patch("app.old.Old.run")
    #            ^^^^^^^^^^^ SSOT106 💡 `app.old.Old` is deprecated, use `app.new.New`: shares state
    @mock.patch("app.old.Old")
    #            ^^^^^^^^^^^ SSOT106 ⚠ `app.old.Old` is deprecated, use `app.new.New`: shares state
    @mock.patch("app.views.engines.Old.run")
    #            ^^^^^^^^^^^^^^^^^^^^^ SSOT106 💡
    @mock.patch("app.oldconf.load")
    #            ^^^^^^^^^^^ SSOT106 ⚠ `app.oldconf` is deprecated, use `app.conf`
    def test(*mocks): ...
    """,
        after="""
    #- test_app.py
    from unittest import mock

    @mock.patch("app.new.New.run")
    @mock.patch("app.old.Old")
    @mock.patch("app.new.New.run")
    @mock.patch("app.oldconf.load")
    def test(*mocks): ...
    """,
    )


def test_a_string_in_pieces_is_found_as_a_whole():
    check(
        WORKSPACE
        + """
    #- test_app.py
    x = ("app.old."  "Old")
    #    ^^^^^^^^^^^^^^^^^ SSOT106 `app.old.Old` is deprecated, use `app.new.New`: shares state
    """
    )


def test_what_stands_beside_a_name_says_whose_it_is():
    check(
        WORKSPACE
        + """
    #- test_app.py
    import app.old
    from app import oldconf
    #               ^^^^^^^ SSOT101 ⚠
    patch.object(app.old, "Old")
    #                      ^^^ SSOT106 `app.old.Old` is deprecated, use `app.new.New`: shares state
    patch.object(app, "Old")
    patch.object(unknown, "Old")
    getattr(oldconf, "load")
    #       ^^^^^^^ SSOT105 ⚠ `oldconf` is deprecated, use `app.conf`
    """
    )


def test_what_lies_outside_the_workspace_is_named_only_by_calls_that_say_so():
    check(
        WORKSPACE
        + """
    #- use.py
    patch("aenum.Enum")
    #      ^^^^^^^^^^ SSOT106 ⚠ `aenum.Enum` is deprecated, use `app.new.Kind`
    x = ["aenum.Enum"]
    """
    )


def test_cross_references_count_on_request():
    text = """
    #- app/doc.py
    x = 1  # :class:`app.old.Old`
    """
    check(WORKSPACE + text)
    check(
        WORKSPACE.replace("[concepts.engine]", "[workspace]\n    cross-references = true\n    [concepts.engine]", 1)
        + text
        + "#                ^^^^^^^^^^^ SSOT106 💡 `app.old.Old` is deprecated, use `app.new.New`: shares state\n"
    )


def test_a_fallback_is_to_blame_and_not_the_string():
    check(
        WORKSPACE
        + """
    #- app/face.py
    try:
        from app.new import New as Engine
    except ImportError:
        from app.old import Old as Engine
    #                       ^^^^^^^^^^^^^ SSOT101 💡
    #- test_app.py
    patch("app.face.Engine")
    """
    )


def test_a_name_in_the_replacements_home_is_that_modules_affair():
    check(
        WORKSPACE
        + """
    #- app/new.py
    from app.old import Old as Before
    #                   ^^^ SSOT302 …
    class New: ...
    class Kind: ...
    #- test_app.py
    patch("app.new.Before")
    """
    )


def test_a_comment_silences_it():
    check(
        WORKSPACE
        + """
    #- test_app.py
    patch("app.old.Old")  # ssot: ignore[deprecated-string] -- proves the old path
    """
    )
