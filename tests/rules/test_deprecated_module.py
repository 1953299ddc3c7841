from harness import check, check_fix


def test_a_module_for_a_module():
    check_fix(
        """
    #- ssot.toml
    [concepts.conf]
    canonical = "app.conf"
    [[concepts.conf.deprecated]]
    path = "app.settings"
    #- app/__init__.py
    #- app/conf.py
    LIMIT = 1
    #- app/settings.py
    from app.conf import LIMIT
    LOCAL = 2
    #- app/use.py
    from app import settings
    #               ^^^^^^^^ SSOT101 💡 `app.settings` is deprecated, use `app.conf`
    from app.settings import LIMIT
    #                        ^^^^^ SSOT101 💡 `app.settings.LIMIT` is deprecated, use `app.conf.LIMIT`
    print(settings.LIMIT, LIMIT)
    #     ^^^^^^^^ SSOT105 💡 `settings` is deprecated, use `app.conf`
    #                     ^^^^^ SSOT105 💡 `LIMIT` is deprecated, use `app.conf.LIMIT`
    #- app/local.py
    from app.settings import LOCAL
    #                        ^^^^^ SSOT101 `app.settings.LOCAL` is deprecated, use `app.conf`
    """,
        after="""
    #- app/use.py
    from app import conf
    from app.conf import LIMIT
    print(conf.LIMIT, LIMIT)
    """,
    )


def test_a_class_for_a_module():
    check_fix(
        """
    #- ssot.toml
    [concepts.log]
    canonical = "app.new.Logger"
    [[concepts.log.deprecated]]
    path = "app.old"
    #- app/__init__.py
    #- app/new.py
    class Logger: ...
    #- app/old.py
    from app.new import Logger
    class Handler: ...
    #- app/use.py
    from app.old import Handler
    #                   ^^^^^^^ SSOT101 `app.old.Handler` is deprecated, use `app.new.Logger`
    from app.old import Logger
    #                   ^^^^^^ SSOT101 💡 `app.old.Logger` is deprecated, use `app.new.Logger`
    x = Handler(), Logger()
    #   ^^^^^^^ SSOT103 `Handler` is deprecated, construct `app.new.Logger`
    #              ^^^^^^ SSOT103 💡 `Logger` is deprecated, construct `app.new.Logger`
    """,
        after="""
    #- app/use.py
    from app.new import Logger
    from app.old import Handler
    x = Handler(), Logger()
    """,
    )


def test_a_package_with_its_submodules():
    check(
        """
    #- ssot.toml
    [concepts.new]
    canonical = "app.new"
    [[concepts.new.deprecated]]
    path = "app.old"
    #- app/__init__.py
    #- app/new/__init__.py
    #- app/new/part.py
    x = 1
    #- app/old/__init__.py
    #- app/old/part.py
    from app.new.part import x
    #- app/use.py
    import app.old.part
    #      ^^^^^^^^^^^^ SSOT101 💡 `app.old.part` is deprecated, use `app.new.part`
    print(app.old.part.x)
    #     ^^^^^^^ SSOT105 💡 `old` is deprecated, use `app.new`
    """
    )
