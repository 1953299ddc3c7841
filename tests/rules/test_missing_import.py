import pytest

from harness import check, check_fix, fix_titles
from ssot_server.engine import Engine

REGISTRY = """
    #- ssot.toml
    rules.SSOT403 = "off"
    [concepts.engine]
    canonical = "app.engines.Engine"
    [[concepts.engine.deprecated]]
    path = "app.legacy.OldEngine"
    [concepts.settings]
    canonical = "app.core.settings"
    #- app/__init__.py
    #- app/core/__init__.py
    #- app/core/settings.py
    limit = 1
    #- app/engines.py
    class Engine:
        def run(self): ...
"""


def test_every_use_is_found_and_one_import_mends_them():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    import os

    from app.core import settings


    class View(Engine):
    #          ^^^^^^ SSOT109 💡 `Engine` is bound nowhere; import it from `app.engines`
        kind: "Engine"
        #      ^^^^^^ SSOT109 💡

        def view(self) -> list[Engine]:
        #                      ^^^^^^ SSOT109 💡
            return [Engine(), settings.limit, os]
            #       ^^^^^^ SSOT109 💡
    """,
        after="""
    #- app/views.py
    import os

    from app.core import settings
    from app.engines import Engine


    class View(Engine):
        kind: "Engine"

        def view(self) -> list[Engine]:
            return [Engine(), settings.limit, os]
    """,
    )


def test_modules_are_imported_as_well():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    def limit():
        return settings.limit
        #      ^^^^^^^^ SSOT109 💡 `settings` is bound nowhere; import it from `app.core`
    """,
        after="""
    #- app/views.py
    from app.core import settings

    def limit():
        return settings.limit
    """,
    )


def test_what_is_bound_in_another_scope_alone():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    class Holder:
        Engine = 1
        def f(self):
            return Engine
            #      ^^^^^^ SSOT109 💡
    def g():
        from app.engines import Engine
        return [Engine for Engine in ()], Engine
    def h(Engine): return Engine
    """,
        after="""
    #- app/views.py
    from app.engines import Engine

    class Holder:
        Engine = 1
        def f(self):
            return Engine
    def g():
        from app.engines import Engine
        return [Engine for Engine in ()], Engine
    def h(Engine): return Engine
    """,
    )


def test_a_deprecated_name_brings_its_replacement():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    from app.core import settings

    def start():
        OldEngine().run()
    #   ^^^^^^^^^ SSOT109 💡 `OldEngine` is bound nowhere; use `app.engines.Engine`
    """,
        after="""
    #- app/views.py
    from app.core import settings
    from app.engines import Engine

    def start():
        Engine().run()
    """,
    )


def test_a_replacement_whose_name_is_taken_comes_under_the_old_name():
    check_fix(
        REGISTRY
        + """
    #- app/views.py
    Engine = None
    def start(): return OldEngine()
    #                   ^^^^^^^^^ SSOT109 💡
    """,
        after="""
    #- app/views.py
    from app.engines import Engine as OldEngine

    Engine = None
    def start(): return OldEngine()
    """,
    )


PLACES = {
    "below a docstring": (
        '"""Views."""\ndef f(): Engine()\n',
        '"""Views."""\n\nfrom app.engines import Engine\n\ndef f(): Engine()\n',
    ),
    "below a long docstring and a blank line": (
        "#!/bin/python\n# coding: utf-8\n# (c)\n\n'''Views.\n\nimport this\n'''\n\nx = Engine()\n",
        "#!/bin/python\n# coding: utf-8\n# (c)\n\n'''Views.\n\nimport this\n'''\n\nfrom app.engines import Engine\n\nx = Engine()\n",
    ),
    "below a licence": (
        "# (c) us\n# and you\n\n# the engine\nx = Engine()\n",
        "# (c) us\n# and you\n\nfrom app.engines import Engine\n\n# the engine\nx = Engine()\n",
    ),
    "above a comment on the code": (
        "# the engine\nx = Engine()\n",
        "from app.engines import Engine\n\n# the engine\nx = Engine()\n",
    ),
    "below a shebang": ("#!/bin/python\nEngine()\n", "#!/bin/python\n\nfrom app.engines import Engine\n\nEngine()\n"),
    "below `from __future__`": (
        '"""Doc."""\nfrom __future__ import annotations\nEngine()\n',
        '"""Doc."""\nfrom __future__ import annotations\n\nfrom app.engines import Engine\nEngine()\n',
    ),
    "with the newlines of the file": (
        "'Doc'\r\n\r\nEngine()\r\n",
        "'Doc'\r\n\r\nfrom app.engines import Engine\r\n\r\nEngine()\r\n",
    ),
    "into an import of the module": (
        "from app.engines import __name__ as name\nimport os\nEngine()\n",
        "from app.engines import __name__ as name\nfrom app.engines import Engine\nimport os\nEngine()\n",
    ),
    "into a relative import of the module": (
        "from .engines import __name__ as name\nimport os\nEngine()\n",
        "from .engines import __name__ as name\nfrom .engines import Engine\nimport os\nEngine()\n",
    ),
    "below a changed path": (
        "import sys\nsys.path.insert(0, '.')\nimport app\n\ndef f(): Engine()\nimport os\n",
        "import sys\nsys.path.insert(0, '.')\nimport app\nfrom app.engines import Engine\n\ndef f(): Engine()\nimport os\n",
    ),
    "above a use that comes before all imports": (
        "x = Engine()\nimport os\n",
        "from app.engines import Engine\n\nx = Engine()\nimport os\n",
    ),
    "above code when the imports are conditional": (
        "try:\n    import json\nexcept ImportError:\n    json = None\nEngine()\n",
        "from app.engines import Engine\n\ntry:\n    import json\nexcept ImportError:\n    json = None\nEngine()\n",
    ),
    "below a docstring of two pieces": (
        '"one" "two"  # three\n\n\nEngine()\n',
        '"one" "two"  # three\n\nfrom app.engines import Engine\n\n\nEngine()\n',
    ),
    "at the end of a docstring that nothing parts from the code": (
        '"""Doc."""; x = Engine()\n',
        'from app.engines import Engine\n\n"""Doc."""; x = Engine()\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_where_the_import_goes(before, after, tmp_path):
    files = {
        "ssot.toml": 'version = 1\n[concepts.engine]\ncanonical = "app.engines.Engine"\n',
        "app/__init__.py": "",
        "app/engines.py": "class Engine: ...\n",
        "app/views.py": before,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    engine = Engine.open(tmp_path)
    assert engine.fix_all("app/views.py")["app/views.py"][1] == after


NO_FINDINGS = {
    "an import": "from app.engines import Engine\nEngine()",
    "an import elsewhere in the file": "def f(): Engine()\nfrom app.engines import Engine",
    "an import under that name": "import app.core.settings as settings\nsettings.limit",
    "a conditional import": "if 1:\n    from app.engines import Engine\nEngine()",
    "an import in another branch": (
        "try:\n    from app.engines import Engine\nexcept ImportError:\n    pass\nelse:\n    pass\nEngine()"
    ),
    "an import for type checkers": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.engines import Engine\n"
        "def f(x: 'Engine') -> 'list[Engine]': ..."
    ),
    "an import in an enclosing function": (
        "def f():\n    from app.engines import Engine\n    def g():\n        return lambda: Engine()"
    ),
    "a parameter": "def f(Engine, *settings): return Engine, settings, lambda Engine: Engine",
    "a loop": "for Engine in (): Engine",
    "`with`, `except` and `match`": (
        "with open('') as Engine: Engine\ntry: ...\nexcept OSError as settings: settings\n"
        "match 1:\n    case OldEngine: OldEngine"
    ),
    "comprehensions": "[Engine for Engine in ()], {Engine: 1 for Engine in ()}, (x for Engine in () for x in Engine)",
    "a walrus in a comprehension": "[(Engine := x) for x in ()]\nEngine",
    "`global`": "def f():\n    global Engine\n    Engine = 1\ndef g(): return Engine",
    "`nonlocal`": "def f():\n    Engine = 1\n    def g():\n        nonlocal Engine\n        Engine = 2\n        return Engine",
    "a class body": "class A:\n    settings = 1\n    limit = settings\n    x: 'settings' = [y for y in settings]",
    "a type parameter": "from typing import TypeVar\nEngine = TypeVar('Engine')\ndef f(x: Engine) -> Engine: ...",
    "an attribute": "import app\napp.Engine, app.core.settings",
    "a keyword": "dict(Engine=1, settings=2)",
    "a string": "x = 'Engine'; y = getattr(x, 'Engine')",
    "a comment": "x = 1  # Engine",
    "a name that is deleted": "for Engine in (): ...\ndel Engine",
    "a name that something else has made": "del Engine\nEngine",
    "a star import from outside": "from somewhere import *\nEngine()",
    "a star import that brings it": "from app.engines import *\nEngine()",
    "a star import of a module that makes names": "from app.lazy import *\nEngine()",
    "`globals()`": "globals()['Engine'] = 1\nEngine()",
    "`exec`": "exec('Engine = 1')\nEngine()",
    "a module with `__getattr__`": "def __getattr__(name): ...\nEngine",
    "`except NameError`": "try:\n    Engine\nexcept NameError:\n    pass",
    "`suppress`": "import contextlib\nwith contextlib.suppress(NameError):\n    Engine",
    "a test that expects it": "import pytest\ndef test():\n    with pytest.raises(NameError):\n        Engine()",
    "a metaclass that gives the names": "class Meta(type): ...\nclass A(metaclass=Meta):\n    x = Engine",
    "a statement that does not parse": "from app.engines import (Engine\nx = Engine()",
    "a literal": "from typing import Literal\nx: Literal['Engine']",
}


@pytest.mark.parametrize("text", NO_FINDINGS.values(), ids=NO_FINDINGS)
def test_no_finding(text):
    body = text.replace("\n", "\n    ")
    check(
        REGISTRY
        + f"""
    #- app/lazy.py
    def __getattr__(name): ...
    #- app/other.py
    {body}
    """
    )


def test_a_builtin_is_bound():
    check("""
        #- ssot.toml
        [concepts.open]
        canonical = "app.files.open"
        #- app/__init__.py
        #- app/files.py
        def open(): ...
        #- app/views.py
        open("x")
        """)


def test_several_targets_are_no_fix():
    check("""
        #- ssot.toml
        [concepts.one]
        canonical = "app.one.Engine"
        [concepts.two]
        canonical = "app.two.Engine"
        [rules]
        same-name-definition = "off"
        #- app/__init__.py
        #- app/one.py
        class Engine: ...
        #- app/two.py
        class Engine: ...
        #- app/views.py
        def f(): Engine()
        #        ^^^^^^ SSOT109 `Engine` is bound nowhere; it may be one of `app.one.Engine`, `app.two.Engine`
        """)


def titles(files: str) -> list[str]:
    return fix_titles(
        """
#- ssot.toml
[concepts.engine]
canonical = "app.engines.Engine"
[[concepts.engine.deprecated]]
path = "app.legacy.OldEngine"
[rules]
same-name-definition = "off"
dangling-import = "off"
stale-entry = "off"
#- app/__init__.py
#- app/engines.py
class Engine: ...
"""
        + files
    )


def test_a_new_import_may_close_a_cycle():
    assert titles("#- app/engines.py\nimport app.views\nclass Engine: ...\n#- app/views.py\ndef f(): Engine()\n") == [
        "Import `app.engines.Engine` (unsafe: `app.engines` imports `app.views`: the new import would close a cycle)"
    ]


def test_another_definition_may_be_meant():
    assert titles("#- app/spare.py\nclass Engine: ...\n#- app/views.py\ndef f(): Engine()\n") == [
        "Import `app.engines.Engine` (unsafe: `app.spare` defines `Engine`, too)"
    ]


@pytest.mark.parametrize(
    "code",
    ["import app.views\napp.views.Engine = 1", "import builtins\nbuiltins.Engine = 1", "x = 'app.views.Engine'"],
)
def test_a_name_may_be_set_from_outside(code):
    assert titles(f"#- app/views.py\ndef f(): Engine()\n#- app/sets.py\n{code}\n") == [
        "Import `app.engines.Engine` (unsafe: some code seems to set `Engine` from outside)"
    ]


def test_a_submodule_may_have_the_name():
    assert titles("#- app/views/__init__.py\ndef f(): Engine()\n#- app/views/Engine.py\n") == [
        "Import `app.engines.Engine` (unsafe: a submodule has that name)"
    ]


def test_a_replacement_may_be_something_else():
    files = """
#- app/legacy.py
class OldEngine:
    def walk(self): ...
#- app/views.py
def f(): OldEngine()
"""
    assert titles(files) == ["Import `app.engines.Engine` (unsafe: `Engine` has no `walk`)"]


def test_a_target_that_is_missing_is_no_fix():
    assert titles("#- app/engines.py\nx = 1\n#- app/views.py\ndef f(): Engine()\n") == []
