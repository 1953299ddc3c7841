from textwrap import dedent

import pytest

from harness import check

REGISTRY = """
    #- ssot.toml
    [concepts.factory]
    canonical = "app.factory.EngineFactory"
    names = ["*EngineFactory"]
    allow = ["app.more.*", "app.other.Maker"]
    members = ["create", "get"]
    #- app/__init__.py
    """


def checked(code: str) -> None:
    """Check code under the registry above."""
    check(dedent(REGISTRY) + dedent(code))


def test_a_member_that_is_nowhere():
    checked(
        """
        #- app/factory.py
        class EngineFactory:
        #     ^^^^^^^^^^^^^ SSOT303 `EngineFactory` lacks `get`, which every `factory` must have
            def create(self): ...
        """
    )


def test_whoever_is_accepted_needs_them_and_a_rival_is_one_already():
    checked(
        """
        #- app/factory.py
        class EngineFactory:
            def create(self): ...
            def get(self): ...
        #- app/more.py
        class CachedEngineFactory:
        #     ^^^^^^^^^^^^^^^^^^^ SSOT303 `CachedEngineFactory` lacks `create` and `get`, which every `factory` must have
            pass
        #- app/other.py
        class Maker:
        #     ^^^^^ SSOT303 `Maker` lacks `create` and `get`, which every `factory` must have
            pass
        #- app/rival.py
        class MyEngineFactory:
        #     ^^^^^^^^^^^^^^^ SSOT201
            pass
        """
    )


def test_what_replaces_something_deprecated_needs_them():
    check("""
        #- ssot.toml
        [concepts.factory]
        canonical = "app.factory.EngineFactory"
        members = ["create"]
        [[concepts.factory.deprecated]]
        path = "app.old.make"
        use = "app.factory.PooledFactory"
        [[concepts.factory.deprecated]]
        path = "app.old.OldFactory"
        #- app/__init__.py
        #- app/old.py
        class make: ...
        class OldFactory: ...
        #- app/factory.py
        class EngineFactory:
            create = None
        class PooledFactory: ...
        #     ^^^^^^^^^^^^^ SSOT303
        """)


@pytest.mark.parametrize(
    "code",
    [
        "class EngineFactory:\n    def create(self): ...\n    get = create",
        "class EngineFactory:\n    @property\n    def create(self): ...\n    @classmethod\n    def get(cls): ...",
        "class EngineFactory:\n    @staticmethod\n    async def create(): ...\n    if True:\n        get: int = 3",
        "from dataclasses import dataclass\n@dataclass\nclass EngineFactory:\n    create: int\n    get: str = ''",
        "class EngineFactory:\n    def __init__(self):\n        self.create = self.get = None",
        "class EngineFactory:\n    def __getattr__(self, name): ...",
        "class Base:\n    def get(self): ...\nclass Middle(Base): ...\nclass EngineFactory(Middle):\n    create = 1",
        "from lib import Base\nclass EngineFactory(Base): ...",
        "from app.unknown import Base  # ssot: ignore[SSOT306] -- not here\nclass EngineFactory(Base): ...",
        "class EngineFactory(make_base()): ...",
        "class EngineFactory(metaclass=Registered): ...",
        "@adds_members\nclass EngineFactory: ...",
        "class EngineFactory: ...\nEngineFactory.create = EngineFactory.get = print",
        "class EngineFactory(dict): ...",
        "EngineFactory = build('EngineFactory')",
        "def EngineFactory(): ...",
    ],
)
def test_what_has_them_or_may(code):
    checked(f"#- app/factory.py\n{code}\n")


@pytest.mark.parametrize(
    "code",
    [
        "class EngineFactory(object): ...",
        "from abc import ABC\nclass EngineFactory(ABC): ...",
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass EngineFactory(Generic[T]): ...",
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass EngineFactory:\n    name: str",
        "class Base:\n    def got(self): ...\nclass EngineFactory(Base): ...",
        "class EngineFactory:\n    def make(self):\n        def create(): ...\n        get = 3",
    ],
)
def test_what_lacks_them(code):
    lines = []
    for line in code.split("\n"):
        lines.append(line)
        if "class EngineFactory" in line:
            lines.append(
                "#     ^^^^^^^^^^^^^ SSOT303 `EngineFactory` lacks `create` and `get`, which every `factory` must have"
            )
    checked("#- app/factory.py\n" + "\n".join(lines))


def test_a_canonical_module():
    check("""
        #- ssot.toml
        [concepts.loop]
        canonical = "app.loop_safe"
        members = ["sleep", "gather", "wait"]
        #- app/__init__.py
        #- app/loop_safe.py
        \"\"\"Sleeps.\"\"\"
        #<^^^^^^^^^^^^^ SSOT303 `app.loop_safe` lacks `wait`, which every `loop` must have
        from asyncio import gather
        def sleep(): ...
        """)


def test_a_module_that_makes_its_names():
    check("""
        #- ssot.toml
        [concepts.loop]
        canonical = "app.loop_safe"
        members = ["sleep"]
        #- app/__init__.py
        #- app/loop_safe.py
        def __getattr__(name): ...
        """)
