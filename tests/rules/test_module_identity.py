import pytest

from harness import Workspace, check, check_fix
from ssot_server.engine import Engine

LAYOUT = """
    #- backend/pyproject.toml
    #- backend/app/__init__.py
    #- backend/app/models.py
    class User: ...
    def make(): ...
    #- backend/app/views.py
    from app.models import User
"""


def test_two_names_of_one_file():
    check_fix(
        f"""
    {LAYOUT}
    #- backend/app/admin.py
    from .models import User
    #- backend/app/jobs.py
    from backend.app.models import User, make
    #    ^^^^^^^^^^^^^^^^^^ SSOT301 ⚠ `backend.app.models` is `app.models`: this name makes a second copy of `app.models`, with other classes and other state
    from backend.app import models, views
    #    ^^^^^^^^^^^ SSOT301 ⚠ `backend.app` is `app`: this name makes a second copy of `app`, with other classes and other state
    import backend.app.models as m, os
    #      ^^^^^^^^^^^^^^^^^^ SSOT301 ⚠ `backend.app.models` is `app.models`: …
    #- use.py
    from backend import app
    #    ^^^^^^^ SSOT301 ⚠ `backend.app` is `app`: this name makes a second copy of `app`, with other classes and other state
    from backend.app.models import *
    #    ^^^^^^^^^^^^^^^^^^ SSOT301 ⚠
    #- late.py
    def f():
        import backend.app.views
        #      ^^^^^^^^^^^^^^^^^ SSOT301 ⚠ `backend.app.views` is `app.views`: this name makes a second copy of `app`, with other classes and other state
        return backend.app.views.User
    """,
        after="""
    #- backend/app/jobs.py
    from app.models import User, make
    from app import models, views
    import app.models as m, os
    #- use.py
    import app

    from app.models import *
    #- late.py
    def f():
        import app.views
        return app.views.User
    """,
        unsafe=True,
    )


NOTHING = {
    "one name alone": LAYOUT.replace("app.models", "backend.app.models"),
    "relative imports": f"{LAYOUT.replace('app.models', '.models')}\n    #- use.py\n    import backend.app.models\n",
    "another of the name": f"{LAYOUT}\n    #- app/__init__.py\n    #- app/models.py\n    class User: ...\n"
    "    #- use.py\n    from app.models import User\n",
    "scripts": "\n    #- scripts/a.py\n    import b\n    #- scripts/b.py\n    #- use.py\n    import scripts.b\n",
    "an import that is no name of it": f"{LAYOUT}\n    #- use.py\n    import app.models\n    app = backend.app\n",
}


@pytest.mark.parametrize("files", NOTHING.values(), ids=NOTHING)
def test_what_is_one(tmp_path, files):
    Workspace(tmp_path, files)
    assert [it for it in Engine.open(tmp_path).check().findings if it.rule.code == "SSOT301"] == []


def test_tests_that_import_what_lies_beside_them():
    check(
        """
    #- tests/helpers.py
    class Fake: ...
    #- tests/test_a.py
    from helpers import Fake
    #    ^^^^^^^ SSOT301 ⚠ `helpers` is `tests.helpers`: …
    #- tests/test_b.py
    from tests.helpers import Fake
    """
    )


def test_the_other_name_may_come_and_go(tmp_path):
    Workspace(tmp_path, f"{LAYOUT}\n    #- use.py\n    import backend.app\n")
    engine = Engine.open(tmp_path)
    assert [(it.path, it.rule.code) for it in engine.check().findings] == [("use.py", "SSOT301")]
    (finding,) = engine.check().findings
    assert [(it.path, it.message) for it in finding.related] == [
        ("backend/app/views.py", "`app` is imported by its own name here")
    ]
    engine.set_text("backend/app/views.py", "from .models import User\n")
    assert engine.check().findings == ()
    engine.set_text("use.py", "import backend.app\nimport app.models\n")
    assert [it.path for it in engine.check().findings] == ["use.py"]
    engine.set_text("use.py", "import app.models\n")
    assert engine.check().findings == ()


def test_tests_that_have_a_package_on_their_path():
    check_fix(
        """
    #- pyproject.toml
    [tool.pytest.ini_options]
    pythonpath = ["backend"]
    #- backend/__init__.py
    #- backend/models.py
    class User: ...
    #- backend/views.py
    from backend.models import User
    #- tests/test_models.py
    import json
    from models import User
    #    ^^^^^^ SSOT301 ⚠ `models` is `backend.models`: this name makes a second copy of `backend.models`, with other classes and other state
    """,
        after="""
    #- tests/test_models.py
    import json
    from backend.models import User
    """,
        unsafe=True,
    )


def test_the_path_of_tests_may_change(tmp_path):
    code = "#- backend/__init__.py\n#- backend/models.py\n#- use.py\nimport backend.models\n#- tests/test_a.py\nimport models\n"
    Workspace(tmp_path, code)
    engine = Engine.open(tmp_path)
    assert engine.check().findings == ()
    (tmp_path / "tests/conftest.py").write_text("import sys\nsys.path.insert(0, 'backend')\n")
    engine.invalidate(["tests/conftest.py"])
    (finding,) = engine.check().findings
    assert (finding.path, finding.rule.code) == ("tests/test_a.py", "SSOT301")
    assert [(it.path, it.message) for it in finding.related] == [
        ("use.py", "`backend.models` is imported by its own name here")
    ]
    (tmp_path / "tests/conftest.py").write_text("")
    engine.invalidate(["tests/conftest.py"])
    assert engine.check().findings == ()
