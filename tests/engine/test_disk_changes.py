"""What the disk tells: files and folders that come, change and go."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_server.engine import Engine, Report

REGISTRY = """\
version = 1
[concepts.engine]
canonical = "app.new.New"
[[concepts.engine.deprecated]]
path = "app.old.Old"
"""
FILES = {
    "ssot.toml": REGISTRY,
    "app/__init__.py": "",
    "app/new.py": "class New: ...\n",
    "app/old.py": "class Old: ...\n",
    "app/compat/__init__.py": "from app.old import Old\n",
    "app/compat/deep/__init__.py": "from app.compat import Old as Older\n",
    "use.py": "from app.compat.deep import Older\n",
    "other.py": "from app.old import Old\n",
    "apart.py": "",
}


def write(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        write(tmp_path, path, text)
    return tmp_path


def told(engine: Engine, *paths: str) -> bool:
    """Tell of changes; the report must then be a fresh engine's, twice over."""
    is_news = engine.invalidate(paths)
    assert engine.check() == Engine(engine.registry_path).check()
    return is_news


def paths(report: Report) -> set[str]:
    return {finding.path for finding in report.findings}


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    ("change", "tells"),
    [
        (lambda root: write(root, "apart.py", FILES["other.py"]), ["apart.py"]),
        (lambda root: write(root, "app/compat/__init__.py", "Old = 1\n"), ["app/compat/__init__.py"]),
        (lambda root: (root / "other.py").unlink(), ["other.py"]),
        (lambda root: (root / "other.py").rename(root / "third.py"), ["other.py", "third.py"]),
        (lambda root: shutil.rmtree(root / "app/compat"), ["app/compat"]),
        (lambda root: (root / "app/compat").rename(root / "app/gone"), ["app/compat", "app/gone"]),
        (lambda root: (root / "app").rename(root / "lib"), ["lib", "app"]),
        (lambda root: shutil.copytree(root / "app", root / "second/app"), ["second"]),
        (lambda root: write(root, ".gitignore", "other.py\n"), [".gitignore"]),
        (lambda root: write(root, "app/.gitignore", "compat/\n"), ["app/.gitignore"]),
        (lambda root: write(root, "app/compat/ssot.toml", REGISTRY), ["app/compat/ssot.toml"]),
        (lambda root: write(root, "app/pyproject.toml"), ["app/pyproject.toml"]),
        (lambda root: write(root, "app/setup.cfg"), ["app/setup.cfg"]),
        (lambda root: write(root, "app/setup.py", "import setuptools\n"), ["app/setup.py"]),
        (lambda root: write(root, "app/compat/pyvenv.cfg"), ["app/compat/pyvenv.cfg"]),
        (lambda root: write(root, "ssot.toml", REGISTRY.replace("app.old", "app.elsewhere")), ["ssot.toml"]),
    ],
)
def test_what_matters(root: Path, change: Change, tells: list[str]) -> None:
    engine = Engine(root / "ssot.toml")
    assert paths(engine.check()) == {"app/compat/__init__.py", "app/compat/deep/__init__.py", "use.py", "other.py"}
    change(root)
    assert told(engine, *tells)


@pytest.mark.parametrize(
    "path",
    [
        "notes.txt",
        "app/stub.pyx",
        "build/made.py",
        "app/__pycache__/new.cpython-311.pyc",
        ".venv/pyproject.toml",
        "node_modules/tool/setup.py",
        ".git/index.lock",
        "empty/notes.txt",
        "env/lib/x.py",
    ],
)
def test_what_does_not_matter(root: Path, path: str) -> None:
    write(root, ".gitignore", "build/\n")
    write(root, "env/pyvenv.cfg")
    engine = Engine(root / "ssot.toml")
    engine.check()
    before = engine.index()
    write(root, path, FILES["other.py"])
    folder = path.rpartition("/")[0]
    new = folder if folder not in ("", "app") else path
    assert not told(engine, path, new)
    shutil.rmtree(root / new) if (root / new).is_dir() else (root / new).unlink()
    assert not told(engine, path, new)
    assert engine.index() is before


def test_a_folder_that_is_swapped_for_another(root: Path) -> None:
    """Nothing of what was read from the first may be left when its place is taken, whatever happened between."""
    engine = Engine(root / "ssot.toml")
    engine.check()
    (root / "app/compat").rename(root / "app/aside")
    write(root, "app/compat/__init__.py", "Old = 1\n")
    assert told(engine, "app/compat", "app/aside")
    shutil.rmtree(root / "app/compat")
    engine.invalidate(["app/compat"])
    (root / "app/aside").rename(root / "app/compat")
    assert told(engine, "app/compat", "app/aside")
    assert "use.py" in paths(engine.check())


def test_the_editors_text_stands(root: Path) -> None:
    engine = Engine(root / "ssot.toml")
    engine.set_text("apart.py", "from app.old import Old\n")
    engine.set_text("app/unsaved.py", "")
    assert "apart.py" in paths(engine.check())
    before = engine.index()
    write(root, "apart.py", "x = 1\n")
    assert not engine.invalidate(["apart.py"])
    (root / "apart.py").unlink()
    assert not engine.invalidate(["apart.py", "app/unsaved.py"])
    assert engine.index() is before
    assert "apart.py" in paths(engine.check())
    engine.set_text("apart.py", None)
    assert "apart.py" not in paths(engine.check())


def test_the_editors_registry_stands(root: Path) -> None:
    engine = Engine(root / "ssot.toml")
    engine.set_text("ssot.toml", REGISTRY)
    engine.check()
    write(root, "ssot.toml", "version = 1\n")
    assert not engine.invalidate(["ssot.toml"])
    assert engine.check().findings
    engine.set_text("ssot.toml", None)
    assert not engine.check().findings


def test_before_anything_was_asked(root: Path) -> None:
    engine = Engine(root / "ssot.toml")
    assert engine.invalidate(["app"])
    assert not engine.invalidate([])
