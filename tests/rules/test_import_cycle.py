import pytest

from harness import Workspace, check, check_fix, fix_titles
from ssot_rules.import_loops import components, exact, loops, may_lead_to
from ssot_server.engine import Engine


def test_each_loop_once_where_it_is_cheapest_to_cut():
    check(
        """
    #- app/__init__.py
    #- app/engine.py
    from app.report import Report, write
    class Engine:
        report = Report()
    #- app/report.py
    from app.engine import Engine
    #                      ^^^^^^ SSOT302 ⚠ `app.engine` and `app.report` import each other, and whichever is imported first fails: `app.engine` needs `Report` before `app.report` has it; cut it here: only annotations use `Engine`
    class Report: ...
    def write(engine: Engine) -> "Engine":
        inner: list[Engine] = []
    #- app/one.py
    from app.two import Two
    class One(Two): ...
    #- app/two.py
    import app.three
    #      ^^^^^^^^^ SSOT302 `app.one` → `app.two` → `app.three` → `app.one` is a loop of imports, and importing `app.two` or `app.one` first fails: `app.one` needs `Two` before `app.two` has it; cut it here: only functions use `app.three`
    class Two:
        def three(self):
            return app.three.Three()
    #- app/three.py
    from app.one import One
    class Three(One): ...
    #- app/late.py
    X = 1
    from app.early import Y
    Z = Y + 1
    #- app/early.py
    from app.late import X
    #                    ^ SSOT302 `app.early` and `app.late` import each other, and importing `app.early` first fails: `app.late` needs `Y` before `app.early` has it; cut it here: it takes only `X`
    Y = X
    """
    )


def test_what_is_taken_through_the_package():
    check(
        """
    #- app/__init__.py
    from app.user import User
    from app.admin import Admin
    LIMIT = 3
    #- app/user.py
    class User: ...
    #- app/admin.py
    from app import User
    #               ^^^^ SSOT302 💡 `app` and `app.admin` import each other; cut it here: `User` is defined in `app.user`
    class Admin(User): ...
    #- lib/__init__.py
    LIMIT = 3
    from lib.core import Core
    #- lib/core.py
    from . import LIMIT
    #             ^^^^^ SSOT302 `lib` and `lib.core` import each other; cut it here: it takes only `LIMIT`
    Core = LIMIT
    """
    )


HARMLESS = [
    "#- app/a.py\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.b import B\n#- app/b.py\nfrom app.a import A\n",
    "#- app/a.py\ndef f():\n    from app.b import B\n#- app/b.py\nfrom app.a import A\n",
    "#- app/a.py\nclass A:\n    def f(self):\n        if self:\n            from app.b import B\n#- app/b.py\nfrom app.a import A\n",
    "#- app/a.py\nif __name__ == '__main__':\n    from app.b import B\n#- app/b.py\nfrom app.a import A\n",
    "#- app/a.py\nx = '''\nfrom app.b import B\n'''\n#- app/b.py\nfrom app.a import A\n",
    "#- app/a.pyi\nfrom app.b import B\n#- app/a.py\n#- app/b.py\nfrom app.a import A\n",
    "#- app/__init__.py\nfrom app import a\n#- app/a.py\nfrom app import b\n#- app/b.py\nimport app\n",
    "#- app/__init__.py\nfrom . import a\n#- app/a.py\nfrom . import b\n#- app/b.py\nimport app.sub.c\n#- app/sub/__init__.py\n#- app/sub/c.py\nfrom .. import sub\nfrom ..sub import d\n#- app/sub/d.py\n",
    "#- app/a.py\nfrom app.a import A\n",
    "#- app/a.py\nimport b\n#- b/__init__.py\n#- b/c.py\nimport app.a\n",
]


@pytest.mark.parametrize("files", HARMLESS)
def test_what_is_no_loop(tmp_path, files):
    Workspace(tmp_path, files)
    assert loops(None, Engine.open(tmp_path).index()) == ()


LOOPS = {
    "#- app/a.py\nimport app.b\n#- app/b.py\nimport app.a\n": ("app/a.py", "app/b.py"),
    "#- app/a.py\nfrom app import b\n#- app/b.py\nfrom . import a\n": ("app/a.py", "app/b.py"),
    "#- app/a.py\nif 1:\n    import app.b\n#- app/b.py\ntry:\n    import app.a\nexcept ImportError: ...\n": (
        "app/a.py",
        "app/b.py",
    ),
    "#- app/a.py\nclass A:\n    import app.b\n#- app/b.py\nimport x; import app.a\n": ("app/a.py", "app/b.py"),
    "#- app/a.py\nif TYPE_CHECKING: ...\nelse:\n    import app.b\n#- app/b.py\nimport app.a\n": (
        "app/a.py",
        "app/b.py",
    ),
    "#- app/a.py\nimport b.c\n#- b/__init__.py\nimport app.a\n#- b/c.py\n": ("app/a.py", "b/__init__.py"),
    "#- app/a.py\nfrom b import c\n#- b/__init__.py\nimport app.a\n#- b/c.py\n": ("app/a.py", "b/__init__.py"),
    "#- app/a.py\nfrom b import *\n#- b.py\nfrom app.a import *\n": ("app/a.py", "b.py"),
    "#- app/__init__.py\nfrom .a import *\n#- app/a.py\nfrom . import *\n": ("app/__init__.py", "app/a.py"),
    "#- app/sub/__init__.py\nfrom . import a\n#- app/sub/a.py\nfrom ..sub import x\n": (
        "app/sub/__init__.py",
        "app/sub/a.py",
    ),
    "#- z/space/a.py\nfrom z.space import b\n#- z/space/b.py\nimport z.space.a\n": ("z/space/a.py", "z/space/b.py"),
    "#- c.py\nimport a\n#- b.py\nimport c\n#- a.py\nimport b\n": ("a.py", "b.py", "c.py"),
    "#- a.py\nimport b, c\n#- b.py\nimport d\n#- c.py\nimport a\n#- d.py\nimport a\n": ("a.py", "c.py"),
}


@pytest.mark.parametrize("files", LOOPS)
def test_what_is_a_loop(tmp_path, files):
    Workspace(tmp_path, files)
    assert [loop.paths for loop in loops(None, Engine.open(tmp_path).index())] == [LOOPS[files]]


def test_what_outlines_show_too_much_of_is_left_out(tmp_path):
    docs = "x = '''\nimport app.c\n'''\n"
    Workspace(
        tmp_path,
        f"#- app/a.py\n{docs}import app.b\n#- app/b.py\nimport app.c\n#- app/c.py\nimport app.a, app.d\n#- app/d.py\nimport app.c\n",
    )
    index = Engine.open(tmp_path).index()
    assert may_lead_to("app/a.py", index) == {"app/b.py", "app/c.py"}
    assert exact("app/a.py", index) == {"app/b.py"}
    assert [loop.paths for loop in loops(None, index)] == [("app/c.py", "app/d.py")]


def test_groups_of_nodes_that_lead_to_each_other():
    graph = {"a": "b", "b": "cd", "c": "a", "d": "e", "e": "df", "f": "", "g": "ag", "h": "x"}
    assert sorted(map(sorted, components(graph))) == [["a", "b", "c"], ["d", "e"]]
    deep = {str(number): [str(number + 1)] for number in range(5000)} | {"5000": ["0"]}
    assert [len(group) for group in components(deep)] == [5001]


def test_what_makes_a_loop_and_what_it_is_for_may_be_edited(tmp_path):
    Workspace(tmp_path, "#- app/a.py\nfrom app.b import B\nx = 1\n#- app/b.py\ndef f():\n    return 1\nclass B: ...\n")
    engine = Engine.open(tmp_path)

    def found() -> list[tuple[str, str]]:
        ends = ((it.path, it.diagnostic.message.rpartition("; ")[2]) for it in engine.check().findings)
        return [(path, end) for path, end in ends]

    assert found() == []
    engine.set_text("app/b.py", "from app.a import x\ndef f():\n    return 1\nclass B: ...\n")
    assert found() == [("app/a.py", "cut it here: nothing in this file uses `B`")]
    engine.set_text("app/a.py", "from app.b import B\nx = B()\ndef f():\n    return 1\n")
    assert found() == [("app/b.py", "cut it here: nothing in this file uses `x`")]
    engine.set_text("app/b.py", "from app.a import x\ndef f():\n    return x\nclass B: ...\n")
    assert found() == [("app/b.py", "cut it here: only functions use `x`")]
    engine.set_text("app/b.py", "def f():\n    from app.a import x\n    return x\nclass B: ...\n")
    assert found() == []


def test_an_import_goes_to_the_module_that_defines_the_name():
    check_fix(
        """
    #- app/__init__.py
    from app.user import User, Guest as Visitor, register
    from app.admin import Admin
    #- app/user.py
    class User:
        def add(self): ...
    class Guest: ...
    register = User.add
    #- app/admin.py
    from . import User, Visitor, register
    #    ^ SSOT302 💡 `app` and `app.admin` import each other; cut it here: `User`, `Visitor` and `register` are defined in `app.user`
    class Admin(User, Visitor): ...
    #- kit/__init__.py
    from . import array as arrays
    from .base import Base
    from .array import array
    #- kit/array.py
    class array: ...
    #- kit/base.py
    from . import arrays
    #             ^^^^^^ SSOT302 `kit` and `kit.base` import each other; cut it here: it takes only `arrays`
    Base = arrays.array
    #- shop/__init__.py
    from .item import Item
    from .cart import Cart
    #- shop/item.py
    import shop.cart
    class Item: ...
    #- shop/cart.py
    from shop import Item
    #                ^^^^ SSOT302 ⚠ `shop` and `shop.cart` import each other; …
    class Cart(Item): ...
    """,
        after="""
    #- app/admin.py
    from .user import Guest, User, register
    class Admin(User, Guest): ...
    """,
    )


def test_an_import_stays_away_from_where_the_registry_does_not_want_it():
    titles = fix_titles(
        """
    #- ssot.toml
    [concepts.user]
    canonical = "app.kinds.User"
    [[concepts.user.deprecated]]
    path = "app.user.User"
    #- app/__init__.py
    from .user import User
    from .kinds import Guest
    #- app/user.py
    class User: ...
    #- app/kinds.py
    from app import User
    class Guest(User): ...
    """
    )
    assert "Import `User` from `app.user` (unsafe: the registry wants `User` from elsewhere)" in titles


def test_an_import_moves_to_type_checkers():
    check_fix(
        """
    #- app/engine.py
    from app.report import Report
    class Engine(Report): ...
    #- app/report.py
    'Reports.'
    import os
    from app.engine import Engine
    #                      ^^^^^^ SSOT302 ⚠ `app.engine` and …
    class Report:
        def write(self, engine: Engine) -> None: ...
    #- kit/a.py
    from kit.b import B
    class A(B): ...
    #- kit/b.py
    from __future__ import annotations

    from typing import TYPE_CHECKING

    from kit.a import A
    #                 ^ SSOT302 ⚠ `kit.a` and `kit.b` import each other, …

    if TYPE_CHECKING:
        from kit.c import C

    class B:
        one: A
        other: C
    #- kit/c.py
    class C: ...
    """,
        after="""
    #- app/report.py
    'Reports.'

    from __future__ import annotations

    import os
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from app.engine import Engine

    class Report:
        def write(self, engine: Engine) -> None: ...
    #- kit/b.py
    from __future__ import annotations

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from kit.a import A
        from kit.c import C

    class B:
        one: A
        other: C
    """,
        unsafe=True,
    )


def test_a_new_block_has_the_line_ends_of_its_file(tmp_path):
    Workspace(tmp_path, "#- app/a.py\nfrom app.b import B\nclass A(B): ...\n#- app/b.py\n")
    (tmp_path / "app/b.py").write_bytes("\ufefffrom app.a import A\r\nx: 'A'\r\nB = '\U0001f600'\r\n".encode())
    engine = Engine.open(tmp_path)
    (_, fixed) = engine.fix_all("app/b.py", unsafe=True)["app/b.py"]
    assert fixed.removeprefix("\ufeff") == (
        "from __future__ import annotations\r\n\r\nfrom typing import TYPE_CHECKING\r\n\r\nif TYPE_CHECKING:\r\n"
        "    from app.a import A\r\n\r\nx: 'A'\r\nB = '\U0001f600'\r\n"
    )
