"""How files are imported, for the layouts that projects have."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_rules.registry import WorkspaceOptions
from ssot_server.workspace import Layout, Missing, discover

MISSING = Missing.MISSING
SETUP = "from setuptools import setup\nsetup()\n"


def build(root: Path, *files: str, roots: tuple[str, ...] | None = None) -> Layout:
    """The layout of a workspace with these files; not all of them need be Python."""
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(SETUP if file.endswith("setup.py") else "")
    options = WorkspaceOptions(source_roots=roots)
    return Layout.build(root, discover(root, options), options)


def test_a_flat_project(tmp_path: Path):
    layout = build(tmp_path, "app/__init__.py", "app/x.py", "app/sub/__init__.py", "app/sub/y.py", "main.py")
    assert layout.table == {
        "app": "app/__init__.py",
        "app.x": "app/x.py",
        "app.sub": "app/sub/__init__.py",
        "app.sub.y": "app/sub/y.py",
        "main": "main.py",
    }
    assert layout.names("app/sub/y.py") == ("app.sub.y",)
    assert layout.names("app/__init__.py") == ("app",)
    assert layout.is_package("app/__init__.py")
    assert not layout.is_package("app/x.py")
    assert layout.lookup("app.missing", "main.py") is MISSING
    assert layout.lookup("numpy", "main.py") is MISSING
    assert layout.lookup("app.x.deeper", "main.py") is MISSING


def test_a_src_project(tmp_path: Path):
    layout = build(tmp_path, "pyproject.toml", "src/app/__init__.py", "src/app/x.py", "tests/test_x.py")
    assert layout.names("src/app/x.py") == ("app.x", "src.app.x")
    assert layout.table["app.x"] == layout.table["src.app.x"] == "src/app/x.py"
    assert layout.table["src"] is None
    assert layout.resolve("app.x", "tests/test_x.py") == "src/app/x.py"
    assert layout.names("tests/test_x.py") == ("tests.test_x", "test_x")


def test_several_projects_in_one_workspace(tmp_path: Path):
    layout = build(
        tmp_path,
        "services/a/pyproject.toml",
        "services/a/src/a/__init__.py",
        "services/a/src/a/x.py",
        "services/a/src/common/__init__.py",
        "services/a/tests/test_a.py",
        "services/b/b/__init__.py",
        "services/b/b/x.py",
        "services/c/setup.py",
        "services/c/c/__init__.py",
        "services/c/src/common/__init__.py",
        "services/c/tests/test_c.py",
    )
    assert layout.names("services/a/src/a/x.py") == ("a.x", "services.a.src.a.x", "src.a.x")
    assert layout.names("services/b/b/x.py") == ("services.b.b.x", "b.x")
    assert layout.names("services/c/c/__init__.py") == ("c", "services.c.c")
    assert layout.resolve("b.x", "services/a/src/a/x.py") == "services/b/b/x.py"
    assert layout.resolve("a.x", "services/b/b/x.py") == "services/a/src/a/x.py"
    assert layout.resolve("common", "services/a/src/a/x.py") == "services/a/src/common/__init__.py"
    assert layout.resolve("common", "services/c/tests/test_c.py") == "services/c/src/common/__init__.py"
    assert layout.resolve("common", "services/b/b/x.py") == "services/a/src/common/__init__.py"
    assert layout.table["common"] == "services/a/src/common/__init__.py"


def test_namespace_packages(tmp_path: Path):
    layout = build(tmp_path, "acme/core/__init__.py", "acme/core/x.py", "acme/util/y.py")
    assert layout.names("acme/core/x.py") == ("acme.core.x", "core.x")
    assert layout.names("acme/util/y.py") == ("acme.util.y", "util.y", "y")
    assert layout.table["acme"] is None
    assert layout.table["acme.util"] is None
    assert layout.lookup("acme", "acme/util/y.py") is None
    assert layout.resolve("acme", "acme/util/y.py") is None
    assert layout.knows("acme", "acme/util/y.py")
    assert layout.resolve("acme.core.x", "acme/util/y.py") == "acme/core/x.py"


def test_a_namespace_package_in_several_roots(tmp_path: Path):
    layout = build(tmp_path, "one/src/acme/a.py", "two/src/acme/b.py", "one/src/acme/inner/c.py", "main.py")
    for importer in ("one/src/acme/a.py", "two/src/acme/b.py", "main.py"):
        assert layout.resolve("acme.a", importer) == "one/src/acme/a.py"
        assert layout.resolve("acme.b", importer) == "two/src/acme/b.py"
        assert layout.lookup("acme.inner", importer) is None
        assert layout.lookup("acme.c", importer) is MISSING


def test_a_regular_package_ends_the_search(tmp_path: Path):
    layout = build(tmp_path, "app/__init__.py", "backups/app/__init__.py", "backups/app/gone.py", "main.py")
    assert layout.resolve("app", "main.py") == "app/__init__.py"
    assert layout.lookup("app.gone", "main.py") is MISSING
    assert layout.resolve("app.gone", "backups/app/__init__.py") == "backups/app/gone.py"
    assert layout.names("backups/app/gone.py") == ("backups.app.gone", "app.gone")
    assert layout.table["app"] == "app/__init__.py"


def test_a_project_folder_of_the_same_name_as_its_package(tmp_path: Path):
    layout = build(tmp_path, "app/pyproject.toml", "app/app/__init__.py", "app/app/x.py", "tests/test_x.py")
    for importer in ("tests/test_x.py", "app/app/x.py", "app/app/__init__.py"):
        assert layout.resolve("app", importer) == "app/app/__init__.py"
        assert layout.resolve("app.x", importer) == ("app/app/x.py")
    assert layout.table["app"] == "app/app/__init__.py"
    assert layout.names("app/app/x.py") == ("app.x", "app.app.x")


def test_the_first_name_of_a_file_leads_back_to_it_from_its_own_package(tmp_path: Path):
    files = ["app/app/__init__.py", "app/app/x.py", "app/app/sub/__init__.py", "platform/x.py", "platform/y.py"]
    layout = build(tmp_path, *files, "my-app/platform/__init__.py", "my-app/platform/z.py", "main.py")
    for path in discover(tmp_path, WorkspaceOptions()):
        for importer in discover(tmp_path, WorkspaceOptions()):
            if importer != path and importer.rpartition("/")[0] == path.rpartition("/")[0]:
                assert layout.resolve(layout.names(path)[0], importer) == path


@pytest.mark.parametrize("depth", [1, 2])
def test_a_workspace_inside_a_package(tmp_path: Path, depth: int):
    root = tmp_path / "outer" / "inner" if depth == 2 else tmp_path / "outer"
    root.mkdir(parents=True)
    (tmp_path / "outer" / "__init__.py").touch()
    layout = build(root, "__init__.py", "x.py", "sub/__init__.py", "sub/y.py")
    name = "outer.inner" if depth == 2 else "outer"
    assert layout.table == {
        name: "__init__.py",
        f"{name}.x": "x.py",
        f"{name}.sub": "sub/__init__.py",
        f"{name}.sub.y": "sub/y.py",
    }
    assert layout.names("sub/y.py") == (f"{name}.sub.y",)
    assert layout.resolve(f"{name}.x", "sub/y.py") == "x.py"
    assert layout.resolve(name, "sub/y.py") == "__init__.py"
    assert layout.lookup("x", "sub/y.py") is MISSING
    assert layout.lookup(f"{name}.gone", "sub/y.py") is MISSING
    assert layout.lookup("outer.elsewhere", "x.py") is MISSING


def test_a_root_with_an_init_file_that_cannot_be_a_package(tmp_path: Path):
    root = tmp_path / "my-plugin"
    root.mkdir()
    layout = build(root, "__init__.py", "x.py", "pkg/__init__.py")
    assert layout.names("x.py") == ("x",)
    assert layout.names("__init__.py") == ("__init__",)
    assert layout.resolve("pkg", "x.py") == "pkg/__init__.py"


def test_test_folders_without_init_files(tmp_path: Path):
    layout = build(
        tmp_path, "app/__init__.py", "app/x.py", "tests/helpers.py", "tests/unit/test_x.py", "tests/unit/fakes.py"
    )
    assert layout.names("tests/unit/fakes.py") == ("tests.unit.fakes", "unit.fakes", "fakes")
    assert layout.resolve("fakes", "tests/unit/test_x.py") == "tests/unit/fakes.py"
    assert layout.resolve("helpers", "tests/unit/test_x.py") == "tests/helpers.py"
    assert layout.resolve("tests.helpers", "tests/unit/test_x.py") == "tests/helpers.py"
    assert layout.lookup("helpers", "app/x.py") is MISSING, "only tests have the folder on their path"
    assert layout.table["helpers"] == "tests/helpers.py"


def test_test_folders_inside_a_package(tmp_path: Path):
    layout = build(tmp_path, "app/__init__.py", "app/tests/helpers.py", "app/tests/test_x.py", "app/data/loose.py")
    assert layout.resolve("helpers", "app/tests/test_x.py") == "app/tests/helpers.py"
    assert layout.names("app/tests/helpers.py") == ("app.tests.helpers", "helpers")
    assert layout.names("app/data/loose.py") == ("app.data.loose",)
    assert "loose" not in layout.table


def test_scripts(tmp_path: Path):
    files = ["scripts/run.py", "scripts/util.py", "my-tools/go.py", "my-tools/do-it.py", "a.b.py", "app/x.py"]
    layout = build(tmp_path, *files)
    assert layout.names("scripts/run.py") == ("scripts.run", "run")
    assert layout.resolve("util", "scripts/run.py") == "scripts/util.py"
    assert layout.names("my-tools/go.py") == ("go",)
    assert layout.names("my-tools/do-it.py") == ("do-it",)
    assert layout.names("a.b.py") == ("a.b",)
    assert "a.b" not in layout.table
    assert layout.lookup("util", "app/x.py") is MISSING


def test_files_in_folders_that_cannot_be_imported_still_have_a_name(tmp_path: Path):
    layout = build(tmp_path, "app/__init__.py", "app/my-data/x.py", "app/my-data/__init__.py", "app/0001_first.py")
    assert layout.names("app/my-data/x.py") == ("x",)
    assert layout.names("app/my-data/__init__.py") == ("my-data",)
    assert layout.names("app/0001_first.py") == ("app.0001_first",)
    assert layout.names("not/known/yet.py") == ("not.known.yet",)


def test_modules_named_like_the_standard_librarys(tmp_path: Path):
    layout = build(
        tmp_path,
        "app/core/logging.py",
        "app/core/x.py",
        "app/lib/types.py",
        "app/lib/y.py",
        "platform/z.py",
        "queue.py",
        "main.py",
    )
    assert layout.lookup("logging", "app/core/x.py") is MISSING
    assert layout.lookup("logging") is MISSING
    assert layout.lookup("types", "main.py") is MISSING
    assert layout.lookup("platform", "main.py") is MISSING
    assert layout.lookup("platform") is MISSING
    assert layout.resolve("platform.z", "main.py") == "platform/z.py"
    assert layout.resolve("queue", "main.py") == "queue.py", "what lies beside the main program does hide it"
    assert layout.resolve("app.core.logging", "main.py") == "app/core/logging.py"


def test_a_module_does_not_import_itself_by_accident(tmp_path: Path):
    layout = build(tmp_path, "app/clients/redis.py", "app/clients/pool.py")
    assert layout.lookup("redis", "app/clients/redis.py") is MISSING
    assert layout.resolve("app.clients.redis", "app/clients/redis.py") == "app/clients/redis.py"


def test_a_package_wins_over_a_module_and_a_module_over_a_namespace(tmp_path: Path):
    layout = build(tmp_path, "m.py", "m/__init__.py", "m/inner.py", "n.py", "n/inner.py", "main.py")
    assert layout.table["m"] == "m/__init__.py"
    assert layout.resolve("m", "main.py") == "m/__init__.py"
    assert layout.resolve("m.inner", "main.py") == "m/inner.py"
    assert layout.table["n"] == "n.py"
    assert layout.lookup("n.inner", "main.py") is MISSING


def test_configured_roots_replace_the_recognised_ones_in_their_order(tmp_path: Path):
    files = ["one/common.py", "two/common.py", "two/deep/x.py", "src/app/__init__.py", "main.py"]
    layout = build(tmp_path, *files, roots=("./two/", "one"))
    assert layout.table["common"] == "two/common.py"
    assert layout.names("two/deep/x.py") == ("deep.x", "two.deep.x")
    assert layout.names("one/common.py") == ("common", "one.common")
    assert layout.names("src/app/__init__.py") == ("src.app", "app")
    assert layout.resolve("common", "main.py") == "two/common.py"
    assert layout.resolve("common", "one/common.py") == "one/common.py", "a root around the importer comes first"
    assert layout.lookup("x", "two/deep/x.py") is MISSING, "a namespace package below a configured root"


def test_a_module_called_setup_is_no_project(tmp_path: Path):
    (tmp_path / "app/core").mkdir(parents=True)
    (tmp_path / "app/core/setup.py").write_text("def configure(): ...\n")
    layout = build(tmp_path, "app/core/x.py")
    assert layout.names("app/core/x.py") == ("app.core.x", "x")


def test_lib_and_python_are_roots_only_where_projects_have_them(tmp_path: Path):
    layout = build(
        tmp_path, "lib/a.py", "python/b.py", "app/lib/c.py", "ext/setup.cfg", "ext/python/d.py", "e/lib/f/__init__.py"
    )
    assert layout.names("lib/a.py")[0] == "a"
    assert layout.names("python/b.py")[0] == "b"
    assert layout.names("app/lib/c.py")[0] == "app.lib.c"
    assert layout.names("ext/python/d.py")[0] == "d"
    assert layout.names("e/lib/f/__init__.py")[0] == "f"


def test_an_empty_workspace(tmp_path: Path):
    layout = build(tmp_path)
    assert layout.table == {}
    assert layout.lookup("app", "x.py") is MISSING


def test_the_table_cannot_be_changed(tmp_path: Path):
    with pytest.raises(TypeError):
        build(tmp_path, "x.py").table["y"] = "y.py"  # type: ignore[index]


def test_a_stub_beside_its_source(tmp_path: Path):
    layout = build(tmp_path, "app/__init__.py", "app/__init__.pyi", "app/x.py", "app/x.pyi", "app/fast.pyi")
    assert layout.table == {"app": "app/__init__.py", "app.x": "app/x.py", "app.fast": "app/fast.pyi"}
    assert layout.names("app/x.pyi") == layout.names("app/x.py") == ("app.x",)
    assert layout.names("app/__init__.pyi") == ("app",)
    assert layout.is_package("app/__init__.pyi")
    assert layout.resolve("app.x", "app/x.pyi") == "app/x.py"


def test_stubs_in_a_folder_of_their_own(tmp_path: Path):
    layout = build(tmp_path, "app/__init__.py", "app/x.py", "typings/app/__init__.pyi", "typings/app/x.pyi")
    assert layout.table["app.x"] == "app/x.py"
    assert layout.names("typings/app/x.pyi")[0] == "app.x"
    assert layout.resolve("app.x", "typings/app/__init__.pyi") == "app/x.py"


def test_a_package_that_has_stubs_alone(tmp_path: Path):
    layout = build(tmp_path, "src/fast/__init__.pyi", "src/fast/deep.pyi", "main.py")
    assert layout.names("src/fast/deep.pyi")[0] == "fast.deep"
    assert layout.resolve("fast.deep", "main.py") == "src/fast/deep.pyi"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["lib", "backend"]\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "lib backend"\n'),
        ("pyproject.toml", '[tool.pytest]\npythonpath = ["./backend/"]\n'),
        ("pytest.ini", "[pytest]\npythonpath =\n    lib\n    backend\n"),
        (".pytest.ini", "[pytest]\npythonpath = backend\n"),
        ("tox.ini", "[pytest]\npythonpath = backend\n"),
        ("setup.cfg", "[tool:pytest]\npythonpath = backend\n"),
        ("services/setup.cfg", "[tool:pytest]\npythonpath = ../backend\n"),
        ("conftest.py", 'import sys\nsys.path.insert(0, "backend")\n'),
        (
            "tests/conftest.py",
            "import sys\nsys.path.append(os.path.join(os.path.dirname(__file__), '..', 'backend'))\n",
        ),
        (
            "tests/conftest.py",
            "HERE = Path(__file__).resolve()\nsys.path.insert(0, str(HERE.parents[1] / 'backend'))\n",
        ),
        (
            "tests/conftest.py",
            "up = os.path.dirname(os.path.dirname(__file__))\nif up:\n    sys.path.append(os.path.join(up, 'backend'))\n",
        ),
        ("tests/conftest.py", "sys.path.extend([(Path(__file__).parent.parent / 'backend').as_posix(), other()])\n"),
        ("tests/conftest.py", "sys.path.insert(0, os.path.abspath('backend'))\n"),
        ("tests/conftest.py", "sys.path.insert(0, os.path.join(os.getcwd(), 'backend'))\n"),
    ],
)
def test_tests_have_more_on_their_path(tmp_path: Path, file: str, text: str):
    files = (
        "backend/__init__.py",
        "backend/models.py",
        "backend/logging.py",
        "tests/test_x.py",
        "services/tests/test_y.py",
        "use.py",
    )
    build(tmp_path, *files)
    (tmp_path / file).write_text(text)
    layout = build_again(tmp_path)
    importer = "services/tests/test_y.py" if file.startswith("services") else "tests/test_x.py"
    assert layout.resolve("models", importer) == "backend/models.py"
    assert layout.names("backend/models.py") == ("backend.models", "models")
    assert layout.lookup("models", "use.py") is MISSING
    assert layout.lookup("models", "backend/__init__.py") is MISSING
    assert layout.lookup("logging", importer) is MISSING
    assert "models" not in layout.table


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pytest.ini", "[pytest]\n"),
        ("pytest.ini", "pythonpath = backend"),
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = [["),
        ("pyproject.toml", "[tool]\npytest = 'pythonpath'"),
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = 4"),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["../backend", "elsewhere", 4]\n'),
        ("tests/conftest.py", "import sys\nsys.path.insert(0, folder())\n"),
        ("tests/conftest.py", "import sys\ndef f():\n    sys.path.insert(0, 'backend')\n"),
        ("tests/conftest.py", "import sys\nsys.path.insert(0, f'{x}/backend')\nsys.path.sort()\nsys.path.insert(0, ''"),
        ("tests/conftest.py", "import sys\nsys.path.insert(0, os.path.join(__file__, '..', '..', '..', 'backend'))\n"),
        ("tests/conftest.py", "import sys\nsys.path.insert(0, Path(__file__).parents[999999999])\n"),
        ("other/conftest.py", "import sys\nsys.path.insert(0, 'backend')\n"),
    ],
)
def test_what_cannot_be_told_of_the_path_of_tests(tmp_path: Path, file: str, text: str):
    build(tmp_path, "backend/__init__.py", "backend/models.py", "tests/test_x.py", "other/test_z.py")
    (tmp_path / file).write_text(text)
    assert build_again(tmp_path).lookup("models", "tests/test_x.py") is MISSING


def build_again(root: Path) -> Layout:
    """The layout of the files that are there."""
    return Layout.build(root, discover(root, WorkspaceOptions()), WorkspaceOptions())
