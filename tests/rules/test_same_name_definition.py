from harness import check


def test_other_definitions_of_the_name_and_what_is_none():
    check(
        """
    #- ssot.toml
    [concepts.factory]
    canonical = "app.factory.Factory"
    [concepts.get]
    canonical = "app.factory.get_factory"
    [concepts.const]
    canonical = "app.factory.LIMIT"
    [[concepts.factory.deprecated]]
    path = "app.legacy.OldFactory"
    #- app/__init__.py
    #- app/factory.py
    from typing import overload
    class Factory: ...
    @overload
    def get_factory(x: int) -> int: ...
    @overload
    def get_factory(x: str) -> str: ...
    def get_factory(x): ...
    LIMIT = 3
    class Factory:
    #     ^^^^^^^ SSOT202 `Factory` is defined twice in this file: this definition hides the one above
        pass
    #- app/a.py
    class Factory: ...
    #     ^^^^^^^ SSOT202 `Factory` is defined again, the canonical one is `app.factory.Factory`
    LIMIT = 4
    #<^^^^^ SSOT202 `LIMIT` is defined again, the canonical one is `app.factory.LIMIT`
    class Service:
        def get_factory(self): ...
        LIMIT = 3
    def get_factory(): ...
    #   ^^^^^^^^^^^ SSOT202 `get_factory` is defined again, the canonical one is `app.factory.get_factory`
    #- app/legacy.py
    class OldFactory: ...
    #- app/reexport.py
    from app.factory import Factory
    from app.factory import Factory as F
    #- app/alias.py
    from app.legacy import OldFactory as Factory
    #                      ^^^^^^^^^^^^^^^^^^^^^ SSOT101 ⚠ `app.legacy.OldFactory` is deprecated, use `app.factory.Factory`
    #- app/renamed.py
    from app.other import Unrelated as Factory
    #                     ^^^^^^^^^^^^^^^^^^^^ SSOT202 `Factory` is given to `app.other.Unrelated`, the canonical one is `app.factory.Factory`
    #- app/assigned.py
    from app.other import Unrelated
    Factory = Unrelated
    #<^^^^^^^ SSOT202 `Factory` is given to `app.other.Unrelated`, the canonical one is `app.factory.Factory`
    #- app/other.py
    class Unrelated: ...
    #- app/fallback.py
    try:
        from app.factory import Factory
    except ImportError:
        class Factory: ...
    """
    )


def test_what_stands_in_for_the_canonical_and_what_takes_its_name():
    check(
        """
    #- ssot.toml
    [concepts.factory]
    canonical = "app.factory.Factory"
    [concepts.get]
    canonical = "app.factory.get_factory"
    [concepts.limit]
    canonical = "app.factory.LIMIT"
    #- app/__init__.py
    #- app/factory.py
    import sys
    if sys.platform == "win32":
        class Factory: ...
    else:
        class Factory: ...
    def get_factory(): ...
    LIMIT = 3
    LIMIT = 4
    Factory = register(Factory)
    #- app/overloads.py
    from functools import singledispatch
    from typing import overload
    @overload
    def get_factory(x: int) -> int: ...
    #   ^^^^^^^^^^^ SSOT202 `get_factory` is defined again, the canonical one is `app.factory.get_factory`
    @overload
    def get_factory(x: str) -> str: ...
    def get_factory(x): ...
    class Holder:
        @property
        def get_factory(self): ...
        @get_factory.setter
        def get_factory(self, value): ...
        class Factory: ...
    #- app/stand_in.py
    import fast
    if fast:
        from app.factory import Factory
    else:
        class Factory: ...
    try:
        from app.factory import get_factory
    except ImportError:
        get_factory = None
    #- app/made.py
    Factory = make_factory()
    #<^^^^^^^ SSOT202 `Factory` is given to something else, the canonical one is `app.factory.Factory`
    get_factory = None
    #- app/loops.py
    for Factory in (): ...
    with open("") as get_factory: ...
    #- app/types.py
    import typing
    Factory = typing.TypeVar("Factory")
    #- app/annotated.py
    Factory: type = make_factory()
    #<^^^^^^^ SSOT202
    #- app/values.py
    from app.other import OTHER
    LIMIT = OTHER
    #<^^^^^ SSOT202 `LIMIT` is given to `app.other.OTHER`, the canonical one is `app.factory.LIMIT`
    #- app/other.py
    OTHER = 1
    #- app/proto_pb2.py
    class Factory: ...
    #- tests/test_it.py
    Factory = Mock()
    """
    )


def test_canonicals_of_one_name_are_no_strangers_to_each_other():
    check(
        """
    #- ssot.toml
    [concepts.first]
    canonical = "app.first.Schema"
    [concepts.second]
    canonical = "app.second.Schema"
    #- app/__init__.py
    #- app/first.py
    class Schema: ...
    #- app/second.py
    from app.deep import Basis as Schema
    #- app/third.py
    from app.deep import Basis as Schema
    #                    ^^^^^^^^^^^^^^^ SSOT102 💡 `Schema` lives in `app.second`
    #- app/deep.py
    class Basis: ...
    class Other: ...
    #- app/fourth.py
    from app.deep import Other as Schema
    #                    ^^^^^^^^^^^^^^^ SSOT202 `Schema` is given to `app.deep.Other`, the canonical one is `app.first.Schema`
    """
    )
