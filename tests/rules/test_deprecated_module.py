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


def test_what_the_replacement_has_from_the_module_that_it_replaces():
    check_fix(
        """
    #- ssot.toml
    [concepts.conf]
    canonical = "app.conf"
    [[concepts.conf.deprecated]]
    path = "app.settings"
    #- app/__init__.py
    #- app/conf.py
    from app.settings import LIMIT, load
    #- app/settings.py
    LIMIT = 1
    def load(): ...
    #- app/first.py
    from app import conf
    from app.conf import LIMIT
    print(conf.LIMIT, LIMIT)
    #- app/second.py
    from app.settings import load
    #                        ^^^^ SSOT101 💡 `app.settings.load` is deprecated, use `app.conf.load`
    print(load())
    #     ^^^^ SSOT105 💡 `load` is deprecated, use `app.conf.load`
    """,
        after="""
    #- app/second.py
    from app.conf import load
    print(load())
    """,
    )


def test_members_of_what_the_replacement_has_from_the_module_that_it_replaces():
    check_fix(
        """
    #- ssot.toml
    [concepts.release]
    canonical = "app.release"
    [[concepts.release.deprecated]]
    path = "app.former"
    #- app/__init__.py
    #- app/release.py
    from app.former import Version
    #- app/former.py
    class Names:
        all = ()
    class Version:
        names = Names
        @classmethod
        def of(cls, name): ...
    #- app/first.py
    import app.release
    from app.release import Version
    print(app.release.Version.of("x"), app.release.Version.names.all, Version.of("y"))
    #- app/second.py
    import app.former
    #      ^^^^^^^^^^ SSOT101 💡 `app.former` is deprecated, use `app.release`
    print(app.former.Version.of("x"))
    #     ^^^^^^^^^^ SSOT105 💡 `former` is deprecated, use `app.release`
    """,
        after="""
    #- app/second.py
    import app.release
    print(app.release.Version.of("x"))
    """,
    )


def test_a_patch_of_a_member_of_what_the_replacement_has_from_the_module_that_it_replaces():
    check(
        """
    #- ssot.toml
    [concepts.release]
    canonical = "app.release"
    [[concepts.release.deprecated]]
    path = "app.former"
    #- app/__init__.py
    #- app/release.py
    from app.former import Version
    #- app/former.py
    class Version:
        def of(self): ...
    #- tests/test_first.py
    from unittest.mock import patch
    from app.release import Version
    patch("app.release.Version.of"), patch.object(Version, "of")
    """
    )


def test_the_module_itself_stays_deprecated_through_its_replacement():
    check_fix(
        """
    #- ssot.toml
    [concepts.conf]
    canonical = "app.conf"
    [[concepts.conf.deprecated]]
    path = "app.settings"
    #- app/__init__.py
    #- app/conf.py
    import app.settings as settings
    from app.settings import load
    #- app/settings.py
    def load(): ...
    #- app/use.py
    from app.conf import settings
    #                    ^^^^^^^^ SSOT101 💡 `app.settings` is deprecated, use `app.conf`
    print(settings.load())
    #     ^^^^^^^^ SSOT105 💡 `settings` is deprecated, use `app.conf`
    """,
        after="""
    #- app/use.py
    from app import conf
    print(conf.load())
    """,
    )


def test_a_package_that_has_its_parts_from_the_one_that_it_replaces():
    check_fix(
        """
    #- ssot.toml
    [concepts.kit]
    canonical = "app.kit"
    [[concepts.kit.deprecated]]
    path = "app.oldkit"
    #- app/__init__.py
    #- app/kit/__init__.py
    from app.kit.tools import Tool
    #- app/kit/tools.py
    from app.oldkit.tools import Tool
    def make():
        from app.oldkit.tools import Tool as Made
        return Made()
    #- app/kit/others.py
    from app.oldkit.tools import Tool
    #                            ^^^^ SSOT101 💡 `app.oldkit.tools.Tool` is deprecated, use `app.kit.tools.Tool`
    #- app/oldkit/__init__.py
    #- app/oldkit/tools.py
    class Tool: ...
    #- app/use.py
    from app.kit import Tool
    from app.kit.tools import Tool as Other
    """,
        after="""
    #- app/kit/others.py
    from app.kit.tools import Tool
    """,
    )
