"""Deleting modules that nothing uses any more, and what speaks against it."""

from pathlib import Path

import pytest

from harness import Workspace
from ssot_rules.effects import effect
from ssot_server.fixing import apply_edits

REGISTRY = """
#- ssot.toml
version = 1
[concepts.engine]
canonical = "app.new.Engine"

[[concepts.engine.deprecated]]
path = "app.old"
use = "app.new"
since = 2020-01-01
#- app/__init__.py
#- app/new.py
class Engine: ...
"""
NAMED = REGISTRY.replace('"app.old"\nuse = "app.new"', '"app.old.Old"')
SHIM = 'import warnings\n\nfrom app.new import Engine as Old\n\nwarnings.warn("use app.new", stacklevel=2)\n'


def deletions(root: Path, text: str) -> list[tuple[str, list[str]]]:
    """What deleting says, and the files that go; nothing is left of the registry's entries then."""
    made = Workspace(root, text)
    fixes = dict.fromkeys(choice.fix for finding in made.engine.check().findings for choice in finding.choices)
    found = []
    for fix in fixes:
        edits = made.engine.edits([fix])
        registry = edits.pop("ssot.toml")
        assert registry is not None
        assert "deprecated" not in apply_edits(made.texts["ssot.toml"], registry)
        found.append((fix.message, [path for path, gone in edits.items() if gone is None]))
    return found


def after(root: Path, text: str, *, unsafe: bool = False) -> tuple[dict[str, str], list[str]]:
    """What is on disk after everything was deleted that can be, and the findings that are left."""
    made = Workspace(root, text)
    result = made.engine.fix(
        None,
        lambda finding: any(unsafe or choice.fix.unsafe is None for choice in finding.choices),
        answer=lambda finding: finding.choices[0].fix,
    )
    assert made.engine.write(result.changed, result.together) == ()
    left = [finding.rule.code for finding in made.engine.check().findings]
    assert left == [finding.rule.code for finding in result.report.findings]
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in files}, left


GONE = [("Delete the module `app.old` and its entry", ["app/old.py"])]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "class Engine: ...\n",
        SHIM,
        "from app.new import *\n",
        "import sys\nimport app.new\nsys.modules[__name__] = app.new\n",
        '"""Moved."""\ndef __getattr__(name):\n    import app.new\n    return getattr(app.new, name)\n',
        "x = 1\n#- app/b.py\nfrom app import new\n#- docs/conf.py\nold = 1\n",
        'x = 1\n#- app/b.py\n"""See :mod:`app.old`."""\n',
        "x = 1\n#- app/older.py\n#- notes.md\napp.old is deprecated\n",
    ],
)
def test_a_deprecated_module_that_nothing_uses_is_deleted(tmp_path, code):
    assert deletions(tmp_path, f"{REGISTRY}#- app/old.py\n{code}") == GONE


@pytest.mark.parametrize(
    "code",
    [
        SHIM,
        "class Old: ...\n",
        '__all__ = ["Old"]\nfrom app.new import Engine as Old\n',
        "from __future__ import annotations\nclass Old: ...\n",
        "try:\n    from app.new import Engine as Old\nexcept ImportError:\n    Old = None\n",
        "from app.new import Engine\n\n\ndef Old() -> Engine:\n    return Engine()\n",
    ],
)
def test_a_module_goes_with_the_only_thing_that_it_holds(tmp_path, code):
    assert deletions(tmp_path, f"{NAMED}#- app/old.py\n{code}") == GONE


@pytest.mark.parametrize(
    "code",
    [
        "class Old: ...\nclass Kept: ...\n",
        "from app.new import Engine as Old, Engine as Other\n",
        "from app.new import *\nfrom app.new import Engine as Old\n",
        "LIMIT = 1\nOld = LIMIT\n",
        "class Old: ...\ndef __getattr__(name): ...\n",
    ],
)
def test_a_module_that_holds_more_stays(tmp_path, code):
    assert [files for _, files in deletions(tmp_path, f"{NAMED}#- app/old.py\n{code}") if files] == []


def test_a_module_goes_when_all_that_it_holds_is_done_with(tmp_path):
    entry = '[[concepts.engine.deprecated]]\npath = "app.old.Two"\nsince = 2020-01-01\n'
    text = NAMED.replace("#- app/__init__", f"{entry}#- app/__init__")
    text += "#- app/old.py\nfrom app.new import Engine as Old, Engine as Two\n"
    assert deletions(tmp_path, text) == [("Delete the module `app.old` and its 2 entries", ["app/old.py"])]


def test_entries_that_share_a_line_go_one_by_one(tmp_path):
    registry = """
        #- ssot.toml
        version = 1
        [concepts.engine]
        canonical = "app.new.Engine"
        deprecated = [{ path = "app.old.Old", since = 2020-01-01 }, { path = "app.old.Two", since = 2020-01-01 }]
        #- app/new.py
        class Engine: ...
        #- app/old.py
        class Old: ...
        class Two: ...
        """
    files, left = after(tmp_path, registry)
    assert sorted(files) == ["app/new.py", "ssot.toml"]
    assert "deprecated" not in files["ssot.toml"]
    assert left == []


@pytest.mark.parametrize(
    "code",
    [
        "import app.old\n",
        "from app import old\n",
        "from . import old\n",
        "from .old import Engine\n",
        "import app\n\n\ndef f():\n    return app.old\n",
        "def f():\n    import app.old as older\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import app.old\n",
        "import importlib\nimportlib.import_module('app.old')\n",
        "import importlib\nimportlib.import_module('.old', 'app')\n",
        "from unittest import mock\nmock.patch('app.old.Engine')\n",
        "BACKEND = 'app.old.Engine'\n",
        "BACKENDS = ['app.old']\n",
        "import app.old.missing\n",
    ],
)
@pytest.mark.parametrize("registry", [REGISTRY, NAMED])
def test_a_module_that_something_reaches_stays(tmp_path, code, registry):
    text = f"{registry}#- app/old.py\nfrom app.new import Engine as Old\n#- app/b.py\n{code}"
    assert [files for _, files in deletions(tmp_path, text) if files] == []


def test_a_module_that_the_registry_wants_stays(tmp_path):
    registry = REGISTRY.replace("#- app/__init__", '[concepts.limit]\ncanonical = "app.old.limit"\n#- app/__init__')
    assert deletions(tmp_path, f"{registry}#- app/old.py\nlimit = 1\n") == []


def test_a_factory_that_the_registry_names_stays(tmp_path):
    text = REGISTRY.replace("app.new.Engine", 'app.new.Engine"\nconstruct = "app.old.Factory.create')
    assert deletions(tmp_path, f"{text}#- app/old.py\nclass Factory:\n    def create(self): ...\n") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import app.new\napp.new.REGISTRY.add(1)\n", "importing it calls `app.new.REGISTRY.add`"),
        ("x = 1\n#- app/b.py\nx = ['old']\n", "a string in `app/b.py` names `old`"),
        ("x = 1\n#- app/b.py\nx = f'{__package__}.old'\n", "a string in `app/b.py` names `old`"),
        ("x = 1\n#- run.py\nimport runpy\nrunpy.run_path('app/old.py')\n", "`run.py` names its file"),
        ("x = 1\n#- pyproject.toml\n[project.scripts]\nrun = 'app.old:main'\n", "`pyproject.toml` names it"),
        ("x = 1\n#- setup.cfg\n[options.entry_points]\nx =\n    run = app.old:main\n", "`setup.cfg` names it"),
        ("x = 1\n#- deploy/run.sh\npython app/old.py\n", "`deploy/run.sh` names it"),
        ("x = 1\n#- deploy/Dockerfile\nCMD python -m app.old\n", "`deploy/Dockerfile` names it"),
        (
            "x = 1\n#- app/load.py\nimport pkgutil\nlist(pkgutil.iter_modules(['app']))\n",
            "`app/load.py` looks for modules in its folder",
        ),
    ],
)
def test_deleting_a_module_says_why_it_may_be_needed(tmp_path, code, reason):
    ((title, files),) = deletions(tmp_path, f"{REGISTRY}#- app/old.py\n{code}")
    assert title == f"Delete the module `app.old` and its entry (unsafe: {reason})"
    assert files == ["app/old.py"]


def test_settings_that_name_others_say_nothing(tmp_path):
    settings = "[tool.x]\nmodules = ['app.older', 'my.app.old_new', 'apps.old', 'app.new']\n"
    text = f"{REGISTRY}#- app/old.py\n#- pyproject.toml\n{settings}#- .gitignore\nbuilt/\n#- built/x.cfg\napp.old\n"
    assert deletions(tmp_path, text) == GONE


def test_tests_run_although_nobody_imports_them(tmp_path):
    text = REGISTRY.replace("app.old", "tests.test_old").replace("app.new", "tests.new").replace("app/", "tests/")
    ((title, _),) = deletions(tmp_path, f"{text}#- tests/test_old.py\ndef test_it(): ...\n")
    assert title.endswith("(unsafe: it may hold tests, which nobody imports)")


def test_what_a_string_names_may_be_in_the_module(tmp_path):
    ((title, _),) = deletions(tmp_path, f"{NAMED}#- app/old.py\nclass Old: ...\n#- app/b.py\nx = ['Old']\n")
    assert title == "Delete the module `app.old` and its entry (unsafe: a string names `Old`)"


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_stub_goes_with_its_source(tmp_path):
    files, left = after(tmp_path, f"{REGISTRY}#- app/old.py\nx = 1\n#- app/old.pyi\nx: int\n")
    assert sorted(files) == ["app/__init__.py", "app/new.py", "ssot.toml"]
    assert left == []


def test_a_stub_that_is_not_ours_keeps_its_source(tmp_path):
    text = REGISTRY.replace("version = 1\n", "version = 1\n[workspace]\nexclude = ['*.pyi']\n")
    assert deletions(tmp_path, f"{text}#- app/old.py\nx = 1\n#- app/old.pyi\nx: int\n") == []


def test_an_empty_package_goes_with_its_folder(tmp_path):
    files, _ = after(tmp_path, f"{REGISTRY}#- app/old/__init__.py\nfrom app.new import Engine\n")
    assert sorted(files) == ["app/__init__.py", "app/new.py", "ssot.toml"]
    assert not (tmp_path / "app/old").exists()


def test_a_package_that_holds_modules_stays(tmp_path):
    text = f"{REGISTRY}#- app/old/__init__.py\nfrom app.new import Engine\n#- app/old/inner.py\n"
    assert deletions(tmp_path, text) == []


@pytest.mark.parametrize(("link", "target"), [("app/old.py", "real.py"), ("app/other.py", "old.py")])
def test_links_and_what_they_lead_to_stay(tmp_path, link, target):
    text = f"{REGISTRY}#- app/{target}\nx = 1\n"
    Workspace(tmp_path, text)
    (tmp_path / link).symlink_to(target)
    assert deletions(tmp_path, text) == []


def test_a_file_that_does_not_parse_stays(tmp_path):
    assert deletions(tmp_path, f"{REGISTRY}#- app/old.py\nx = (\n") == []


def test_redirects_go_from_the_outside_inwards(tmp_path):
    entries = "".join(
        f'[[concepts.engine.deprecated]]\npath = "app.{name}"\nuse = "app.new"\nsince = 2020-01-01\n'
        for name in ("older", "oldest")
    )
    text = REGISTRY.replace("#- app/__init__", f"{entries}#- app/__init__") + (
        "#- app/old.py\nfrom app.new import Engine\n"
        "#- app/older.py\nfrom app.old import Engine\n"
        "#- app/oldest.py\nfrom app.older import Engine\n"
    )
    made = Workspace(tmp_path, text)
    titles = [choice.fix.title for finding in made.engine.check().findings for choice in finding.choices]
    assert titles == ["Delete the module `app.oldest` and its entry"]
    files, left = after(tmp_path, text)
    assert sorted(files) == ["app/__init__.py", "app/new.py", "ssot.toml"]
    assert left == []


# -- what importing does ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '"""Text."""\nfrom app.new import *\n__all__ = ["a"]\n__all__ += ["b"]\n',
        "import logging\nlogger = logging.getLogger(__name__)\n",
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    import x\n",
        "if TYPE_CHECKING:\n    register()\nelse:\n    x = 1\n",
        "try:\n    import x\nexcept ImportError:\n    x = None\nfinally:\n    pass\n",
        "for name in ('a', 'b'):\n    globals()[name] = 1\n",
        "import sys\nsys.modules[__name__] = other\n",
        "raise ImportError\n",
        "class A:\n    x = 1\n    @property\n    def f(self): return g()\n",
        "def f(x=1, *, y=()):\n    register()\n",
        "f = lambda: register()\n",
        "T = TypeVar('T')\nx: int = 1\na, *b = 1, 2\n",
    ],
)
def test_what_gives_names_alone(text):
    assert effect(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("register()", "importing it calls `register`"),
        ("x = [register(1)]", "importing it calls `register`"),
        ("x: int = a.b.make(1)", "importing it calls `a.b.make`"),
        ("if 1:\n    x = 1\nelse:\n    register()", "importing it calls `register`"),
        ("try:\n    import x\nexcept ImportError:\n    fall_back()", "importing it calls `fall_back`"),
        ("for x in find(): pass", "importing it calls `find`"),
        ("with hold(): pass", "importing it calls `hold`"),
        ("def f(x=make()): ...", "importing it calls `make`"),
        ("class A:\n    x = make()", "importing it calls `make`"),
        ("other.limit = 1", "importing it changes `other.limit`"),
        ("TABLE['a'] = 1", "importing it changes `TABLE['a']`"),
        ("a, other.b = 1, 2", "importing it changes `other.b`"),
        ("other.count += 1", "importing it changes `other.count`"),
        ("del other.limit", "importing it changes `other.limit`"),
        ("sys.modules['app.x'] = x", "importing it changes `sys.modules['app.x']`"),
        ("if __name__ == '__main__':\n    pass", "it can be run as a program"),
        ("@route('/')\ndef view(): ...", "the decorators of `view` may have registered it somewhere"),
        ("class A(Base): ...", "the base classes of `A` may keep a list of their subclasses"),
        ("class A(metaclass=M): ...", "the base classes of `A` may keep a list of their subclasses"),
        ("x = (", "it cannot be parsed"),
    ],
)
def test_what_others_may_need(text, expected):
    assert effect(text) == expected
