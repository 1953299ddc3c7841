from textwrap import dedent

import pytest

from harness import check

REGISTRY = """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.UserEngine"
    names = ["*Engine"]
    allow = ["app.more.*", "app.other.Runner"]
    state = "per-instance"
    #- app/__init__.py
    """


def checked(code: str) -> None:
    """Check code under the registry above."""
    check(dedent(REGISTRY) + dedent(code))


def test_what_the_instances_of_a_class_share():
    checked("""
        #- app/engine.py
        from collections import defaultdict, deque
        from functools import cache, lru_cache
        from typing import ClassVar

        class UserEngine:
            runs = {}
        #   ^^^^ SSOT304 all instances of `UserEngine` share `runs`, which can change
            if True:
                waiting: ClassVar[deque[int]] = deque(maxlen=3)
        #       ^^^^^^^ SSOT304 …
            by_user = defaultdict(list)
        #   ^^^^^^^ SSOT304 …
            limits = {"a": 3}
        #   ^^^^^^ SSOT304 …
            _one = None

            def __init__(self, hooks=[], *, options={"a": 1}):
        #                            ^^ SSOT304 all calls of `UserEngine.__init__` share the default of `hooks`, which can change
        #                                           ^^^^^^^^ SSOT304 …
                self.limits["b"] = 4

            def __new__(cls):
                cls._one = cls._one or super().__new__(cls)
        #       ^^^^^^^^ SSOT304 `__new__` assigns `_one` on the class: all instances of `UserEngine` share it
                return cls._one

            def count(self):
                UserEngine.counted += 1
        #       ^^^^^^^^^^^^^^^^^^ SSOT304 `count` assigns `counted` on the class: all instances of `UserEngine` share it
                type(self).total = 3
        #       ^^^^^^^^^^^^^^^^ SSOT304 …
                self.__class__.more, self.own = 1, 2
        #       ^^^^^^^^^^^^^^^^^^^ SSOT304 …

            @lru_cache(maxsize=None)
        #    ^^^^^^^^^^^^^^^^^^^^^^^ SSOT304 all instances of `UserEngine` share what `plan` remembers, and are kept alive by it
            def plan(self, goal): ...

            @classmethod
            @cache
        #    ^^^^^ SSOT304 …
            def default(cls): ...
        """)


def test_what_they_do_not_share():
    checked("""
        #- app/engine.py
        from dataclasses import dataclass, field
        from functools import cache, cached_property
        from typing import ClassVar, Final, Mapping

        KNOWN = {}

        @dataclass
        class UserEngine:
            __slots__ = ["a"]
            runs: list[int] = field(default_factory=list)
            table = {"a": 1, "b": 2}
            names = ("a", "b")
            known: Final = {}
            kinds: ClassVar[Mapping[str, int]] = {}
            given = []
            text = ""
            nothing = None

            def __init__(self, hooks=(), options=None):
                self.given = []
                self.table.get("a")
                self.total = 3
                local = []
                local.append(3)

            def __init_subclass__(cls):
                cls.kind = cls.__name__

            @cached_property
            def plan(self): ...

            @staticmethod
            @cache
            def parsed(text): ...
        """)


def test_pydantic_copies_defaults():
    checked("""
        #- app/engine.py
        from pydantic import BaseModel
        class UserEngine(BaseModel):
            runs: list[int] = []
        """)


def test_singletons():
    checked("""
        #- app/engine.py
        from app.meta import SingletonMeta, singleton

        class UserEngine(metaclass=SingletonMeta):
        #     ^^^^^^^^^^ SSOT304 `SingletonMeta` makes `UserEngine` a singleton: every caller gets the same instance
            pass
        #- app/other.py
        from app import meta

        @meta.singleton
        class Runner: ...
        #     ^^^^^^ SSOT304 `singleton` makes `Runner` a singleton: every caller gets the same instance
        #- app/meta.py
        class SingletonMeta(type): ...
        def singleton(it): return it
        """)


def test_instances_that_are_everybodys():
    checked("""
        #- app/engine.py
        class UserEngine:
            def run(self): ...
        #- app/other.py
        class Runner: ...
        #- app/use.py
        from functools import cache, lru_cache
        from app.engine import UserEngine
        from app import other

        engine = UserEngine()
        #        ^^^^^^^^^^ SSOT304 `engine` holds one instance for everybody: every caller gets the same instance
        ENGINES: dict[str, UserEngine] = {
            "a": UserEngine(),
        #        ^^^^^^^^^^ SSOT304 `ENGINES` holds one instance for everybody…
        }
        runner = None

        class Service:
            engine = other.Runner()
        #            ^^^^^^^^^^^^ SSOT304 `engine` holds one instance for all of its class…

            def __init__(self, engine=UserEngine()):
        #                             ^^^^^^^^^^ SSOT304 this default is one instance for all calls…
                self.engine = UserEngine()

        def get_runner():
            global runner
            if runner is None:
                runner = other.Runner()
        #                ^^^^^^^^^^^^ SSOT304 `get_runner` keeps one instance in the global `runner`…
            return runner

        @lru_cache(maxsize=1)
        def get_engine():
            return UserEngine()
        #          ^^^^^^^^^^ SSOT304 `lru_cache` keeps the one instance that `get_engine` makes…

        @cache
        def shared():
            made = UserEngine()
        #          ^^^^^^^^^^ SSOT304 …
            return made
        """)


def test_instances_that_are_their_makers():
    checked("""
        #- app/engine.py
        class UserEngine:
            def run(self): ...
        #- app/use.py
        from dataclasses import dataclass, field
        from functools import cache
        from app.engine import UserEngine

        make = UserEngine
        later = lambda: UserEngine()
        UserEngine().run()

        @dataclass
        class Service:
            engine: UserEngine = field(default_factory=UserEngine)
            other: UserEngine = field(default_factory=lambda: UserEngine())

        def run(user):
            engine = run = UserEngine()
            engine.run()

        @cache
        def of(user):
            return UserEngine()

        if __name__ == "__main__":
            engine = UserEngine()
            engine.run()
        #- tests/test_use.py
        from app.engine import UserEngine
        engine = UserEngine()
        """)


def test_instances_of_the_factory_that_are_everybodys():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.engine.UserEngine"
        construct = "app.factory.Factory.create"
        state = "per-instance"
        #- app/__init__.py
        #- app/engine.py
        class UserEngine: ...
        #- app/factory.py
        from app.engine import UserEngine
        class Factory:
            @classmethod
            def create(cls):
                return UserEngine()
            def make(self): ...
        #- app/use.py
        from app.factory import Factory
        engine = Factory.create()
        #        ^^^^^^^^^^^^^^ SSOT304 `engine` holds one instance for everybody: every caller gets the same instance
        def run():
            return Factory.create()
        answer = Factory.create().run()
        #- app/more.py
        from app import factory as f
        engine = f.Factory().create()
        #        ^^^^^^^^^ SSOT304
        other = f.Factory().make()
        factory = f.Factory()
        """)


def test_those_that_are_accepted_are_asked_and_others_are_not():
    checked("""
        #- app/engine.py
        class UserEngine: ...
        #- app/more.py
        class DryEngine:
            runs = []
        #   ^^^^ SSOT304
        #- app/rival.py
        class RivalEngine:
        #     ^^^^^^^^^^^ SSOT201
            runs = []
        class Other:
            runs = []
        """)


def test_another_concept_may_share():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.engine.UserEngine"
        #- app/__init__.py
        #- app/engine.py
        class UserEngine:
            runs = {}
        engine = UserEngine()
        """)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_in_a_class_that_stands_deeper(end):
    lines = ["if True:", "    '''🐍'''", "    @decorated  # é", "    class UserEngine:", "        x = '🐍é'; runs = []"]
    lines += ["#                 ^^^^ SSOT304", "        def f(self, é=[]): ...", "#                     ^^ SSOT304"]
    written = "".join(line + ("\n" if line.startswith("#") else end) for line in lines)
    checked(f"#- app/engine.py\n{written}")
