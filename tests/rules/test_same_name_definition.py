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
    #- app/alias2.py
    from app.other import Unrelated as Factory
    #                     ^^^^^^^^^^^^^^^^^^^^ SSOT202 `Factory` is given to `app.other.Unrelated`, the canonical one is `app.factory.Factory`
    #- app/alias3.py
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
