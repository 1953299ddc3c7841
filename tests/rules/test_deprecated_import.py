from harness import check, check_fix

REGISTRY = """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.user_engine.UserEngine"
    [[concepts.engine.deprecated]]
    path = "app.engine.Engine"
    reason = "shares state between users"
    #- app/__init__.py
    #- app/user_engine.py
    class UserEngine:
        def __init__(self, context):
            self.context = context
        def run(self):
            return self.context
    #- app/engine.py
    from app.user_engine import UserEngine

    class Engine:
        def __init__(self, context):
            self._engine = UserEngine(context)
        def run(self):
            return self._engine.run()
"""


def test_import_and_uses_change_together():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    from app.engine import Engine
    #                      ^^^^^^ SSOT101 💡 `app.engine.Engine` is deprecated, use `app.user_engine.UserEngine`: shares state between users

    def view(context) -> Engine:
    #                    ^^^^^^ SSOT105 💡 `Engine` is deprecated, use `app.user_engine.UserEngine`: shares state between users
        return Engine(context)  # not `Engine`
    #          ^^^^^^ SSOT103 💡 `Engine` is deprecated, construct `app.user_engine.UserEngine`: shares state between users
    """,
        after="""
    #- app/views.py
    from app.user_engine import UserEngine

    def view(context) -> UserEngine:
        return UserEngine(context)  # not `Engine`
    """,
    )


def test_the_wrapper_itself_and_its_replacement_are_no_findings():
    check(REGISTRY)


def test_alias_is_kept():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    from app.engine import Engine as E
    #                      ^^^^^^^^^^^ SSOT101 💡
    engine = E(None)
    #        ^ SSOT103 💡
    """,
        after="""
    #- app/views.py
    from app.user_engine import UserEngine as E
    engine = E(None)
    """,
    )
