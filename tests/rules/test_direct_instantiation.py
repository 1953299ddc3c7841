from harness import check, check_fix, fix_titles

APP = """
    #- app/__init__.py
    from app.engine import Engine
    #- app/engine.py
    class Engine:
        def __init__(self, context=None): ...
    #- app/factory.py
    from app.engine import Engine
    class Factory:
        def create(self):
            return Engine()
    spare = Engine()
"""
REGISTRY = """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    construct = "app.factory.Factory.create"
    allow = ["app.sub.Free"]
    unrelated = ["app.sub.Other"]
"""


def test_by_whatever_name():
    check(
        REGISTRY
        + APP
        + """
    #- app/a.py
    from app import Engine
    #               ^^^^^^ SSOT102 💡 `Engine` lives in `app.engine`
    from app.engine import Engine as E
    import app.engine as m
    Engine(1)
    #<^^^^^^ SSOT107 `Engine` is constructed directly: `app.factory.Factory.create` makes every `engine`
    [E(x) for x in y], m.Engine()
    #^ SSOT107 …
    #                  ^^^^^^^^ SSOT107 …
    Made = E
    Made()
    #<^^^^ SSOT107 …
    def f():
        from app.engine import Engine as Local
        return Local()
    #          ^^^^^ SSOT107 …
    #- app/b.py
    from app.a import Made
    #                 ^^^^ SSOT102 💡 `Engine` lives in `app.engine`
    engine = Made()
    #        ^^^^ SSOT107 …
    """
    )


def test_what_constructs_nothing():
    check(
        REGISTRY
        + APP
        + """
    #- app/a.py
    from functools import partial
    from app.engine import Engine
    partial(Engine, 1), map(Engine, []), field(default_factory=Engine)
    isinstance(x, Engine), Engine.make(), type(x)()
    def f(x: Engine, Engine) -> "Engine":
        return Engine()
    @Engine
    def g(): ...
    text = "Engine()"
    #- app/typed.pyi
    from app.engine import Engine
    engine = Engine()
    #- tests/test_engine.py
    from app.engine import Engine
    Engine()
    """
    )


def test_a_class_makes_itself():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    construct = "app.engine.make"
    #- app/__init__.py
    #- app/engine/__init__.py
    class Engine:
        def fast(self):
            return Engine(), Fast()
    class Fast(Engine): ...
    fast = Fast()
    def make():
        return Engine()
    #- app/engine/inner.py
    from . import Engine
    Engine()
    #<^^^^^^ SSOT107 …
    #- app/sub.py
    from app.engine import Engine
    class Sub(Engine):
        def __init__(self):
            super().__init__()
            Engine.__init__(self)
        @classmethod
        def make(cls):
            return cls(), Sub(), Engine()
    #                            ^^^^^^ SSOT107 …
        def copy(self):
            def inner():
                return Sub()
            return inner(), type(self)(), self.__class__()
    default = Sub()
    #         ^^^ SSOT107 `Sub` (a kind of `Engine`) is constructed directly: `app.engine.make` makes every `engine`
    """
    )


def test_subclasses_are_of_the_concept_unless_the_registry_accepts_them():
    check(
        REGISTRY
        + APP
        + """
    #- app/sub.py
    from app.engine import Engine as Base
    class Sub(Base): ...
    class Free(Base): ...
    class Other(Base): ...
    #- app/deep.py
    from app.sub import Sub as Middle
    class Deep(Middle): ...
    Renamed = Deep
    #- app/a.py
    from app.sub import Sub, Free, Other
    from app.deep import Deep
    from app.deep import Renamed as Again
    Sub(), Free(), Other(), Deep()
    #<^^^ SSOT107 `Sub` (a kind of `Engine`) is constructed directly: …
    #                       ^^^^ SSOT107 `Deep` (a kind of `Engine`) is constructed directly: …
    #- app/b.py
    from app.a import Again
    Again()
    #<^^^^^ SSOT107 `Deep` (a kind of `Engine`) is constructed directly: …
    """
    )


def test_tests_by_setting_and_a_package_that_makes():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    construct = "app.factories"
    construct-in-tests = false
    #- app/__init__.py
    #- app/engine.py
    class Engine: ...
    #- app/factories/__init__.py
    #- app/factories/quick.py
    from app.engine import Engine
    Engine()
    #- tests/test_engine.py
    from app.engine import Engine
    Engine()
    #<^^^^^^ SSOT107 `Engine` is constructed directly: `app.factories` makes every `engine`
    """
    )


def test_a_class_of_another_package():
    check(
        """
    #- ssot.toml
    [concepts.session]
    canonical = "acme.Session"
    construct = "app.sessions.session"
    #- app/__init__.py
    #- app/sessions.py
    from acme import Session
    def session():
        return Session()
    #- app/a.py
    from acme import Session, connect
    import acme
    connect(), Session()
    #          ^^^^^^^ SSOT107 `Session` is constructed directly: `app.sessions.session` makes every `session`
    acme.Session()
    #<^^^^^^^^^^^^ SSOT107 …
    """
    )


def test_a_deprecated_wrapper_and_fixes_that_would_go_round_the_factory():
    text = (
        REGISTRY
        + """
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    """
        + APP
        + """
    #- app/old.py
    from app.engine import Engine
    class Old:
        def __init__(self, context=None):
            self.engine = Engine(context)
    #- app/a.py
    from app.old import Old
    Old()
    #- tests/test_old.py
    from app.old import Old
    Old()
    """
    )
    assert fix_titles(text) == [
        "Use `app.engine.Engine` (unsafe: `Engine` is made by `app.factory.Factory.create` alone)",
        "Use `app.engine.Engine` (unsafe: `Engine` has no `engine`)",
    ]


def test_a_path_that_is_mended_stays_what_it_is():
    check_fix(
        REGISTRY
        + APP
        + """
    #- app/a.py
    from app import Engine
    #               ^^^^^^ SSOT102 💡 `Engine` lives in `app.engine`
    Engine()
    #<^^^^^^ SSOT107 …
    """,
        after="""
    #- app/a.py
    from app.engine import Engine
    Engine()
    """,
    )


def test_a_factory_that_is_not_there():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    construct = "app.factory.Factory.crate"
    #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT402 `app.factory.Factory.crate` does not exist: …
    """
        + APP.replace("spare = Engine()", "")
    )
