import os
from pathlib import Path

import pytest

from harness import Workspace, check, check_fix, fix_titles

APP = """
    #- app/__init__.py
    #- app/engine.py
    class Engine: ...
    limit = 3
"""


# -- what is found --------------------------------------------------------------------------------------------


def test_a_name_that_its_module_lacks():
    check(
        APP
        + """
    #- app/views.py
    from app.engine import Engine, Runner, limit
    #                              ^^^^^^ SSOT306 `app.engine` has no `Runner`
    """
    )


def test_a_module_that_is_missing_is_told_once():
    check(
        APP
        + """
    #- app/views.py
    from app.gone import A, B
    #    ^^^^^^^^ SSOT306 there is no module `app.gone`
    from app.gone.deeper import (
    #    ^^^^^^^^^^^^^^^ SSOT306 there is no module `app.gone`
        C,
        D,
    )
    import app.engine, app.gone as gone, app.engine.inner
    #                  ^^^^^^^^ SSOT306 there is no module `app.gone`
    #                                    ^^^^^^^^^^^^^^^^ SSOT306 there is no module `app.engine.inner`
    from app.gone import *
    #    ^^^^^^^^ SSOT306 there is no module `app.gone`
    """
    )


def test_relative_imports_and_imports_in_functions():
    check(
        APP
        + """
    #- app/inner/__init__.py
    from ..engine import Runner
    #                    ^^^^^^ SSOT306 `app.engine` has no `Runner`
    from . import nothing
    #             ^^^^^^^ SSOT306 `app.inner` has no `nothing`
    def f():
        from .. import engine, gone
        #                      ^^^^ SSOT306 `app` has no `gone`
        if engine:
            from .gone import x
            #    ^^^^^ SSOT306 there is no module `app.inner.gone`
    """
    )


def test_a_continued_line_is_read_as_one():
    check(
        APP
        + """
    #- app/views.py
    from app.engine \\
        import Runner
    #          ^^^^^^ SSOT306 `app.engine` has no `Runner`
    import os; from app.engine import Walker
    #                                 ^^^^^^ SSOT306 `app.engine` has no `Walker`
    """
    )


def test_what_is_bound_in_another_scope_is_no_name_of_the_module():
    check("""
    #- app/__init__.py
    #- app/engine.py
    class Engine:
        Runner = 1
        def walk(self):
            Walker = 2
    def f(Reader): ...
    #- app/views.py
    from app.engine import Reader, Runner, Walker, walk
    #                      ^^^^^^ SSOT306 `app.engine` has no `Reader`
    #                              ^^^^^^ SSOT306 `app.engine` has no `Runner`
    #                                      ^^^^^^ SSOT306 `app.engine` has no `Walker`
    #                                              ^^^^ SSOT306 `app.engine` has no `walk`
    """)


def test_an_import_that_passes_on_what_is_missing_is_the_only_finding():
    check(
        APP
        + """
    #- app/api.py
    from app.engine import Runner
    #                      ^^^^^^ SSOT306 `app.engine` has no `Runner`
    #- app/views.py
    from app.api import Runner
    """
    )


def test_a_module_for_type_checkers_must_exist_as_well():
    check(
        APP
        + """
    #- app/views.py
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from app.gone import A
        #    ^^^^^^^^ SSOT306 there is no module `app.gone`
        from app.engine import Runner
        #                      ^^^^^^ SSOT306 `app.engine` has no `Runner`
    """
    )


def test_patches_of_what_is_not_there():
    check(
        APP
        + """
    #- tests/test_engine.py
    from unittest import mock
    from unittest.mock import patch

    @patch("app.engine.Runner.run")
    #       ^^^^^^^^^^^^^^^^^^^^^ SSOT306 `app.engine` has no `Runner`
    @mock.patch(
        "app.engine.Walker", autospec=True)
    #    ^^^^^^^^^^^^^^^^^ SSOT306 `app.engine` has no `Walker`
    def test(run, walker, monkeypatch, mocker):
        monkeypatch.setattr("app.gone.x", 1)
        #                    ^^^^^^^^^^ SSOT306 `app` has no `gone`
        mocker.patch.dict("app.engine.settings", {})
        #                  ^^^^^^^^^^^^^^^^^^^ SSOT306 `app.engine` has no `settings`
        with patch(target="app.engine.limits"): ...
        #                  ^^^^^^^^^^^^^^^^^ SSOT306 `app.engine` has no `limits`
    """
    )


# -- what is not ----------------------------------------------------------------------------------------------

NO_FINDINGS = {
    "a submodule": """
        #- app/sub/__init__.py
        #- app/sub/deep.py
        #- app/views.py
        from app import sub, engine
        from app.sub import deep
        import app.sub.deep as d
        from .sub.deep import __name__, __file__, __doc__
    """,
    "a conditional binding": """
        #- app/views.py
        from app.kinds import A, B, C, D, E
        #- app/kinds.py
        import sys
        if sys.platform == "win32":
            A = 1
        else:
            class A: ...
        try:
            import b as B
        except ImportError:
            B = None
        for C in range(3): ...
        with open("x") as D: ...
        while (E := 1): ...
    """,
    "bindings of every kind": """
        #- app/views.py
        from app.kinds import A, B, C, D, E, F, G, H, I, J
        #- app/kinds.py
        A = B = 1
        C, (D, *E) = 1, (2, 3)
        F: int
        import os.path as G, sys as H
        async def I(): ...
        if (J := 3): ...
    """,
    "a name bound by `global`": """
        #- app/views.py
        from app.kinds import made
        #- app/kinds.py
        def make():
            global made
            made = 1
    """,
    "`__getattr__` of a module": """
        #- app/views.py
        from app.lazy import Anything
        #- app/lazy.py
        def __getattr__(name): ...
    """,
    "`globals()`": """
        #- app/views.py
        from app.lazy import Anything
        #- app/lazy.py
        def make(name):
            globals()[name] = 1
    """,
    "`exec`": """
        #- app/views.py
        from app.lazy import Anything
        #- app/lazy.py
        exec("Anything = 1")
    """,
    "`setattr` on the module": """
        #- app/views.py
        from app.lazy import Anything
        #- app/lazy.py
        import importlib
        this = importlib.import_module(__name__)
        for name in ["Anything"]:
            setattr(this, name, 1)
    """,
    "`locals()` of the module": """
        #- app/views.py
        from app.lazy import Anything
        #- app/lazy.py
        locals()["Anything"] = 1
    """,
    "a module that replaces itself": """
        #- app/views.py
        from app.lazy import Anything
        #- app/lazy.py
        import sys
        def install():
            sys.modules[__name__] = object()
    """,
    "a module that is put into `sys.modules`": """
        #- app/views.py
        import app.made
        from app.made import A
        from app.mocked.inner import B
        #- tests/conftest.py
        import sys
        from unittest.mock import MagicMock
        sys.modules["app.made"] = MagicMock()
        sys.modules.setdefault("app.mocked", MagicMock())
    """,
    "a module that is put into `sys.modules` by a name that is worked out": """
        #- app/views.py
        from app.moves.queue import Queue
        #- app/moves/__init__.py
        import queue, sys
        sys.modules[__name__ + ".queue"] = queue
    """,
    "modules of a patched `sys.modules`": """
        #- tests/test_made.py
        from unittest.mock import patch
        with patch.dict("sys.modules", {
            "app.made": None,
        }):
            import app.made
    """,
    "a star import of something outside the workspace": """
        #- app/views.py
        from app.all import Anything
        #- app/all.py
        from somewhere import *
    """,
    "a star import that brings it": """
        #- app/views.py
        from app.all import Engine
        #- app/all.py
        from app.middle import *
        #- app/middle.py
        from app.engine import *
    """,
    "a star import by `__all__`": """
        #- app/views.py
        from app.all import _hidden
        #- app/all.py
        from app.middle import *
        #- app/middle.py
        __all__ = ["_hidden"]
        if 1:
            _hidden = 1
    """,
    "a star import by an `__all__` that cannot be read": """
        #- app/views.py
        from app.all import Anything
        #- app/all.py
        from app.middle import *
        #- app/middle.py
        __all__ = [name for name in ("A" "nything",)]
    """,
    "star imports that go in a circle": """
        #- app/views.py
        from app.one import Engine
        #- app/one.py
        from app.two import *
        #- app/two.py
        from app.one import *
        from app.engine import *
    """,
    "`except ImportError`": """
        #- app/views.py
        try:
            from app._speedups import fast
            from app.engine import Runner
        except ImportError:
            from app.slow import slow as fast
        else:
            from app._speedups import faster
        try:
            import app.gone
        except (ValueError, ModuleNotFoundError):
            app = None
        try:
            import app.gone2
        except Exception as error: ...
        try:
            import app.gone3
        except: ...
    """,
    "`suppress` and `raises`": """
        #- app/views.py
        import contextlib, pytest
        with contextlib.suppress(ImportError):
            import app.gone
        def test(self):
            with pytest.raises(ModuleNotFoundError):
                from app.removed import x
            with self.assertRaises((ImportError, ValueError)):
                from app.engine import Runner
    """,
    "an import that is guarded elsewhere in the file": """
        #- app/views.py
        try:
            from app.gone import A
            import app.lost
        except ImportError:
            A = None
        def f():
            if A:
                from app.gone import A as again, B
                import app.lost
    """,
    "a package of several distributions": """
        #- space/mine/__init__.py
        #- app/views.py
        import space.other
        from space import another
        from space.third import x
    """,
    "a package that looks for modules elsewhere": """
        #- plugins/__init__.py
        __path__ = __import__("pkgutil").extend_path(__path__, __name__)
        #- app/views.py
        import plugins.other
        from plugins import another
    """,
    "a folder without Python that another package is called like": """
        #- redis/settings/local.py
        #- app/views.py
        from redis import Redis
        from redis.client import Pipeline
    """,
    "generated modules": """
        #- app/views.py
        from app.engine_pb2 import Message
        from app import engine_pb2_grpc, _version
        from app.version import __version__
        from ._version import version
    """,
    "what lies outside the workspace": """
        #- app/views.py
        import yaml.nothing
        from os import nothing
        from ... import above
    """,
    "code in strings and comments": '''
        #- app/views.py
        """
        from app.gone import x
        import app.gone
        """
        # from app.gone import x
        text = "import app.gone; from app.engine import Runner"
    ''',
    "a statement of the module that does not parse": """
        #- app/views.py
        from app.half import Anything
        #- app/half.py
        for Anything in [1, 2:
            pass
    """,
    "something like a definition in a string": """
        #- app/views.py
        from app.doc import Example
        #- app/doc.py
        '''
        class Example: ...
        '''
    """,
    "patches that make what is missing, and other calls": """
        #- tests/test_engine.py
        from unittest.mock import patch
        def test(monkeypatch, client, options):
            patch("app.engine.Runner", create=True)
            patch("app.engine.open")
            patch("app.engine.Engine.nothing")
            patch("app.engine.__doc__")
            patch("os.nothing"), patch("nothing"), patch("app.engine")
            patch("app.engine.Runner", **options)
            monkeypatch.setattr("app.engine.Runner", 1, raising=False)
            client.patch("app.engine.Runner")
            setattr("app.engine.Runner", "x", 1)
            getattr("app.engine.Runner")
            print("app.engine.Runner")
    """,
}


@pytest.mark.parametrize("files", NO_FINDINGS.values(), ids=NO_FINDINGS)
def test_no_finding(files):
    check(
        """
        #- ssot.toml
        [rules]
        import-cycle = "off"
        #- app/__init__.py
        #- app/engine.py
        class Engine: ...
        limit = 3
    """
        + files
    )


def found(root: Path, text: str, *more: str) -> list[str]:
    """The messages of the findings of a workspace, with further empty files beside it."""
    for path in more:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return [note.message for note in Workspace(root, text).found()]


BESIDE = [
    "app/fast.so",
    "app/fast.cpython-313-x86_64-linux-gnu.so",
    "app/fast.pyd",
    "app/fast.pyx",
    "app/fast.c",
    "app/fast.cpp",
    "app/fast.pyi",
    "app/fast.py.in",
    "app/fast/part.so",
]


@pytest.mark.parametrize("path", BESIDE)
def test_what_stands_beside_is_there(tmp_path, path):
    text = """
        #- app/__init__.py
        #- app/views.py
        import app.fast
        from app import fast
        from app.fast import quick
    """
    assert found(tmp_path, text, path) == []


@pytest.mark.parametrize("path", ["app/fast.md", "app/faster.so", "app/fast/__pycache__/part.cpython-313.pyc"])
def test_what_is_no_module_does_not_count(tmp_path, path):
    text = """
        #- app/__init__.py
        #- app/views.py
        import app.fast
    """
    assert found(tmp_path, text, path) == ["there is no module `app.fast`"]


@pytest.mark.parametrize("where", ["exclude", ".gitignore"])
def test_what_is_left_out_is_there(tmp_path, where):
    exclude = '["app/made/", "app/written.py"]' if where == "exclude" else "[]"
    (tmp_path / ".git").mkdir()
    if where == ".gitignore":
        (tmp_path / ".gitignore").write_text("app/made/\nwritten.py\n")
    text = f"""
        #- ssot.toml
        [workspace]
        exclude = {exclude}
        #- app/__init__.py
        #- app/views.py
        from app.made.deeper import x
        from app import made, written
        import app.written
    """
    assert found(tmp_path, text) == []


def test_what_a_stub_says_is_there_for_type_checkers(tmp_path):
    text = """
        #- app/__init__.py
        #- app/fast.py
        #- app/views.py
        from typing import TYPE_CHECKING
        from app.fast import quick
        if TYPE_CHECKING:
            from app.fast import Quick
    """
    assert found(tmp_path, text, "app/fast.pyi") == ["`app.fast` has no `quick`"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_linked_folder_is_there(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "part.py").touch()
    (tmp_path / "work" / "app").mkdir(parents=True)
    (tmp_path / "work" / "app" / "linked").symlink_to(tmp_path / "elsewhere")
    text = """
        #- app/__init__.py
        #- app/views.py
        from app.linked.part import x
    """
    assert found(tmp_path / "work", text) == []


def test_a_namespace_package_is_the_workspaces_own_where_the_environment_has_no_part_of_it(tmp_path):
    text = """
        #- space/mine/__init__.py
        #- app/views.py
        import space.other
        from space import another
        from space.mine import x
    """
    packages = tmp_path / ".venv/lib/python3.12/site-packages"
    packages.mkdir(parents=True)
    assert found(tmp_path, text) == [
        "there is no module `space.other`",
        "`space` has no `another`",
        "`space.mine` has no `x`",
    ]
    (packages / "space" / "other").mkdir(parents=True)
    assert found(tmp_path, text) == ["`space.mine` has no `x`"]


def test_what_is_deprecated_is_a_finding_of_its_own_rule_alone():
    check_fix(
        """
        #- ssot.toml
        rules.SSOT403 = "off"
        [concepts.engine]
        canonical = "app.engine.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.Engine"
        #- app/__init__.py
        #- app/engine.py
        class Engine: ...
        #- app/views.py
        from app.old import Engine
        #                   ^^^^^^ SSOT101 💡
    """,
        after="""
        #- app/views.py
        from app.engine import Engine
    """,
    )


# -- fixes ----------------------------------------------------------------------------------------------------


def test_the_registry_knows_what_was_meant():
    check_fix(
        """
        #- ssot.toml
        rules.SSOT403 = "off"
        [concepts.engine]
        canonical = "app.engines.Engine"
        [[concepts.engine.deprecated]]
        path = "app.legacy.OldEngine"
        #- app/__init__.py
        #- app/engines.py
        class Engine: ...
        #- app/spare.py
        from app.engine import Engine
        #    ^^^^^^^^^^ SSOT306 💡 there is no module `app.engine`; use `app.engines.Engine`
        #- app/views.py
        from app import spare, Engine as E  # both
        #                      ^^^^^^ SSOT306 💡 `app` has no `Engine`; use `app.engines.Engine`
        def view():
            from .spare import OldEngine
            #                  ^^^^^^^^^ SSOT306 💡 `app.spare` has no `OldEngine`; use `app.engines.Engine`
            return E() or OldEngine()
    """,
        after="""
        #- app/spare.py
        from app.engines import Engine
        #- app/views.py
        from app import spare  # both
        from app.engines import Engine as E
        def view():
            from .engines import Engine
            return E() or Engine()
    """,
    )


MOVED = """
        #- app/__init__.py
        #- app/core/__init__.py
        #- app/core/engine.py
        class Engine: ...
        class Runner: ...
        #- app/runners.py
        def walk(): ...
"""


def test_a_module_has_moved():
    check_fix(
        MOVED
        + """
        #- app/views.py
        from app.engine import (
        #    ^^^^^^^^^^ SSOT306 💡 there is no module `app.engine`; it is `app.core.engine` now
            Engine,  # one
            Runner as R,
        )
        from .engine import Runner
        #    ^^^^^^^ SSOT306 💡 there is no module `app.engine`; it is `app.core.engine` now
    """,
        after="""
        #- app/views.py
        from app.core.engine import (
            Engine,  # one
            Runner as R,
        )
        from .core.engine import Runner
    """,
    )


def test_a_module_that_may_have_moved():
    check_fix(
        MOVED
        + """
        #- app/views.py
        import app.engine as e
        #      ^^^^^^^^^^ SSOT306 ⚠ there is no module `app.engine`; it is `app.core.engine` now
        def f():
            import app.engine
            #      ^^^^^^^^^^ SSOT306 ⚠ there is no module `app.engine`; it is `app.core.engine` now
            return app.engine.Engine(), e.Engine()
    """,
        after="""
        #- app/views.py
        import app.core.engine as e
        def f():
            import app.core.engine
            return app.core.engine.Engine(), e.Engine()
    """,
        unsafe=True,
    )


def test_the_only_place_that_defines_the_name():
    check_fix(
        MOVED
        + """
        #- app/views.py
        from app.core.engine import Engine, walk
        #                                   ^^^^ SSOT306 ⚠ `app.core.engine` has no `walk`; `walk` is defined in `app.runners`
        from app.lost import Runner, walk as w
        #    ^^^^^^^^ SSOT306 ⚠ there is no module `app.lost`; `Runner` is defined in `app.core.engine`; `walk` is defined in `app.runners`
        #- tests/test_views.py
        from unittest.mock import patch
        @patch("app.views.walk.deeper")
        def test(_): ...
        @patch("app.core.engine.walk.deeper")
        #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT306 ⚠ `app.core.engine` has no `walk`; `walk` is defined in `app.runners`
        def test_engine(_): ...
    """,
        after="""
        #- app/views.py
        from app.core.engine import Engine, Runner
        from app.runners import walk
        from app.runners import walk as w
        #- tests/test_views.py
        from unittest.mock import patch
        @patch("app.views.walk.deeper")
        def test(_): ...
        @patch("app.runners.walk.deeper")
        def test_engine(_): ...
    """,
        unsafe=True,
    )


def test_several_places_are_no_fix():
    check(
        MOVED
        + """
        #- app/spare.py
        def walk(): ...
        #- app/more/__init__.py
        #- app/more/engine.py
        class Engine: ...
        #- tests/test_views.py
        def test_only(): ...
        #- app/views.py
        from app.lost import walk
        #    ^^^^^^^^ SSOT306 there is no module `app.lost`
        from app.engine import Engine
        #    ^^^^^^^^^^ SSOT306 there is no module `app.engine`
        from app.runners import test_only
        #                       ^^^^^^^^^ SSOT306 `app.runners` has no `test_only`
        from app.lost import Runner, nowhere
        #    ^^^^^^^^ SSOT306 there is no module `app.lost`; `Runner` is defined in `app.core.engine`
        from app.lost import *
        #    ^^^^^^^^ SSOT306 there is no module `app.lost`
    """
    )


def test_a_fix_that_would_close_a_cycle():
    text = """
        #- ssot.toml
        [concepts.engine]
        canonical = "app.engines.Engine"
        #- app/__init__.py
        #- app/engines.py
        from app.views import view
        class Engine: ...
        #- app/views.py
        from app.lost import Engine
        #    ^^^^^^^^ SSOT306 ⚠
        def view():
            from app.lost import Engine
            #    ^^^^^^^^ SSOT306 💡
    """
    check(text)
    assert fix_titles(text) == [
        "Import `app.engines.Engine` (unsafe: `app.engines` imports `app.views`: the new import would close a cycle)",
        "Import `app.engines.Engine`",
    ]
