"""The import style of a file, from the settings of the tools around it."""

from pathlib import Path

import pytest

from ssot_rules.import_style import Head, ImportStyle
from ssot_server.disk import Disk
from ssot_server.workspace import ImportSettings


def style(root: Path, files: dict[str, str], path: str = "app/case.py") -> ImportStyle:
    (root / "app").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return ImportSettings(str(root), Disk()).style(path)


def chosen(found: ImportStyle) -> dict[str, object]:
    """What is not as it is by default, but for the project's modules."""
    return {
        name: value
        for name, value in found._asdict().items()
        if value != ImportStyle._field_defaults[name] and name != "first_party"
    }


def test_nothing_is_set(tmp_path: Path):
    found = style(tmp_path, {"src/lib/__init__.py": "", "tool.py": ""})
    assert chosen(found) == {}
    assert found.first_party == {"app", "src", "lib", "tool"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("ruff.toml", "line-length = 100", {"line_length": 100}),
        (".ruff.toml", "[lint]\nextend-select = ['I001']", {"is_chosen": True}),
        ("pyproject.toml", "[tool.black]\nline-length = 100", {"line_length": 100}),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n[tool.black]\nline-length = 90", {"line_length": 100}),
        ("pyproject.toml", "[tool.ruff.lint]\nselect = ['ALL']", {"is_chosen": True}),
        ("pyproject.toml", "[tool.ruff.lint]\nselect = ['ICN']", {}),
        ("pyproject.toml", "[tool.ruff.isort]\nno-sections = true", {"is_chosen": True, "is_flat": True}),
        (
            "ruff.toml",
            "[lint.isort]\nforce-single-line = true\nsingle-line-exclusions = ['typing']\nlines-between-types = 1",
            {
                "is_chosen": True,
                "single_line": True,
                "single_line_exclusions": {"typing"},
                "lines_between_types": 1,
            },
        ),
        (
            "ruff.toml",
            (
                "[lint.isort]\nsection-order = ['future', 'libs', 'third-party']\nsections = { libs = ['lib*'] }\n"
                "known-first-party = ['ours']\nextra-standard-library = ['six']\n"
                "relative-imports-order = 'closest-to-furthest'"
            ),
            {
                "is_chosen": True,
                "sections": ("future", "libs", "third-party"),
                "known": (("six", "standard-library"), ("ours", "first-party"), ("lib*", "libs")),
                "nearest_first": True,
            },
        ),
        (
            ".isort.cfg",
            (
                "[settings]\nprofile = black\nknown_django = django, rest_framework\n"
                "sections = FUTURE,STDLIB,DJANGO,THIRDPARTY,FIRSTPARTY,LOCALFOLDER\nforce_to_top = os\n"
            ),
            {
                "is_chosen": True,
                "same_package": False,
                "keeps_trailing_comma": False,
                "known": (("django", "django"), ("rest_framework", "django")),
                "sections": ("future", "standard-library", "django", "third-party", "first-party", "local-folder"),
                "to_top": {"os"},
            },
        ),
        (
            "setup.cfg",
            "[tool:isort]\nline_length = 120\ncombine_as_imports = 1\ndefault_section = FIRSTPARTY\n",
            {
                "is_chosen": True,
                "same_package": False,
                "keeps_trailing_comma": False,
                "line_length": 120,
                "combine_as": True,
                "default_section": "first-party",
            },
        ),
        (
            "pyproject.toml",
            "[tool.isort]\nprofile = 'google'\nsplit_on_trailing_comma = true",
            {
                "is_chosen": True,
                "same_package": False,
                "line_length": 79,
                "single_line": True,
                "types_mixed": True,
                "by_type": False,
                "single_line_exclusions": {"typing"},
            },
        ),
        (
            "pyproject.toml",
            "[tool.isort]\nno_sections = true\n[tool.ruff]\nline-length = 120\nlint.select = ['E']",
            {
                "is_chosen": True,
                "is_flat": True,
                "keeps_trailing_comma": False,
                "line_length": 79,
                "same_package": False,
            },
        ),
    ],
)
def test_settings(tmp_path: Path, name: str, text: str, expected: dict[str, object]):
    assert chosen(style(tmp_path, {name: text})) == expected


def test_ruff_sorts_where_it_says_so_and_isort_otherwise(tmp_path: Path):
    isort = {".isort.cfg": "[settings]\nforce_single_line = true\n"}
    assert style(tmp_path, {**isort, "ruff.toml": "line-length = 100"}).single_line
    assert not style(tmp_path, {**isort, "ruff.toml": "[lint]\nselect = ['I']"}).single_line


def test_the_nearest_settings_count(tmp_path: Path):
    files = {"ruff.toml": "line-length = 100", "app/deep/pyproject.toml": "[tool.ruff]\nline-length = 60"}
    assert style(tmp_path, files, "app/case.py").line_length == 100
    assert style(tmp_path, files, "app/deep/er/case.py").line_length == 60
    files["app/deep/pyproject.toml"] = "[tool.mypy]\nstrict = true"
    assert style(tmp_path, files, "app/deep/er/case.py").line_length == 100


def test_settings_are_extended(tmp_path: Path):
    files = {
        "base.toml": "",
        "ruff.toml": "line-length = 100\n[lint.isort]\nno-sections = true\ncase-sensitive = true",
        "app/ruff.toml": 'extend = "../ruff.toml"\n[lint.isort]\nno-sections = false',
        "loop/ruff.toml": 'extend = "ruff.toml"\nline-length = 70',
        "lost/ruff.toml": 'extend = "nowhere.toml"\nline-length = 50',
    }
    found = style(tmp_path, files)
    assert (found.line_length, found.is_flat, found.case_sensitive) == (100, False, True)
    assert style(tmp_path, files, "loop/case.py").line_length == 70
    assert style(tmp_path, files, "lost/case.py").line_length == 50


def test_settings_above_the_workspace_count_inside_its_repository(tmp_path: Path):
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "ruff.toml").write_text("line-length = 100")
    assert style(root, {}).line_length == 88
    (tmp_path / ".git").mkdir()
    assert style(root, {}).line_length == 100


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ruff.toml", "line-length = 'long'\nsrc = 3\n[lint]\nselect = 'I'\nisort = 4"),
        (
            "ruff.toml",
            "[lint.isort]\nsections = 3\nknown-first-party = {}\nsection-order = 'a'\nlines-between-types = 'x'",
        ),
        ("pyproject.toml", "tool = 3"),
        ("pyproject.toml", "[tool.ruff\n"),
        ("setup.cfg", "isort\n"),
        (".isort.cfg", "[settings]\nline_length = %(x)s\nforce_single_line = perhaps\n"),
        ("ruff.toml", "\udcff"),
    ],
)
def test_nonsense_is_as_good_as_absent(tmp_path: Path, name: str, text: str):
    (tmp_path / "app").mkdir()
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    found = ImportSettings(str(tmp_path), Disk()).style("app/case.py")
    assert found.line_length in {88, 79}
    assert not found.single_line


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path):
    disk = Disk()
    settings = ImportSettings(str(tmp_path), disk)
    assert (disk.answers, disk.seen) == ({}, {})
    settings.style("case.py")
    assert ("kind", str(tmp_path / "ruff.toml")) in disk.answers


@pytest.mark.parametrize(
    ("head", "section"),
    [
        (Head("__future__", 0, (("annotations", None),)), "future"),
        (Head("os.path", 0, None), "standard-library"),
        (Head("distutils", 0, None), "standard-library"),
        (Head("numpy", 0, None), "third-party"),
        (Head("app.new", 0, None), "first-party"),
        (Head("case.other", 0, None), "first-party"),
        (Head("os", 1, (("x", None),)), "local-folder"),
        (Head("google.cloud.storage", 0, None), "third-party"),
        (Head("google.ours.storage", 0, None), "first-party"),
    ],
)
def test_sections(head: Head, section: str):
    known = ImportStyle(first_party=frozenset({"app"}), known=(("google.ours", "first-party"),))
    assert known.section(head, "case") == section
