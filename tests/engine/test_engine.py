"""State, fixing and writing."""

import gc
import stat
import weakref

import pytest

from ssot_rules.contract import Applicability
from ssot_server import engine as engine_module
from ssot_server.engine import Engine, NoRegistry
from ssot_server.fixing import apply_edits

REGISTRY = """\
version = 1
[concepts.engine]
canonical = "app.new.New"
[[concepts.engine.deprecated]]
path = "app.old.Old"
"""
USE = "from app.old import Old\nx = Old()\n"


@pytest.fixture
def root(tmp_path):
    files = {
        "ssot.toml": REGISTRY,
        "app/__init__.py": "",
        "app/new.py": "class New: ...\n",
        "app/old.py": "from app.new import New as Old\n",
        "app/use.py": USE,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    return tmp_path


def codes(engine):
    return [(finding.path, finding.rule.code) for finding in engine.check().findings]


def everything(_):
    return True


def test_no_registry_says_where_it_looked(tmp_path):
    with pytest.raises(NoRegistry, match=r"no ssot\.toml in .* or any folder above it: write one"):
        Engine.open(tmp_path / "missing")


def test_unsaved_text_counts_and_closing_goes_back(root):
    engine = Engine.open(root)
    assert codes(engine) == [("app/use.py", "SSOT101"), ("app/use.py", "SSOT103")]
    engine.set_text("app/use.py", "")
    engine.set_text("app/unsaved.py", "import app.old\napp.old.Old\n")
    assert codes(engine) == [("app/unsaved.py", "SSOT105")]
    engine.set_text("app/use.py", None)
    engine.set_text("app/unsaved.py", None)
    assert codes(engine) == [("app/use.py", "SSOT101"), ("app/use.py", "SSOT103")]


def test_what_is_no_longer_true_leaves_memory_at_once(root):
    """A server runs for days with few looks for cycles among what it keeps: there must be none."""
    engine = Engine.open(root)
    edits = {"app/use.py": USE + "y = 1\n", "app/old.py": "class Old: ...\n", "ssot.toml": REGISTRY + "state = 'x'\n"}
    gc.disable()
    try:
        for path, text in edits.items():
            codes(engine)
            before = weakref.ref(engine.index())
            engine.set_text(path, text)
            codes(engine)
            assert before() is None, path
    finally:
        gc.enable()


def test_files_that_come_change_and_go(root):
    engine = Engine.open(root)
    engine.check()
    (root / "app/use.py").unlink()
    (root / "app/other.py").write_text("from app.old import Old\n")
    engine.invalidate(["app/use.py", "app/other.py"])
    assert codes(engine) == [("app/other.py", "SSOT101")]


def test_a_broken_registry_leaves_the_last_good_one_in_force(root):
    engine = Engine.open(root)
    engine.check()
    engine.set_text("ssot.toml", REGISTRY + "nonsense = 1\n")
    report = engine.check()
    assert not report.broken
    assert [(f.path, f.rule.code) for f in report.findings] == [
        ("app/use.py", "SSOT101"),
        ("app/use.py", "SSOT103"),
        ("ssot.toml", "SSOT401"),
    ]
    fresh = Engine.open(root)
    fresh.set_text("ssot.toml", "version = ")
    report = fresh.check()
    assert report.broken
    assert [(f.path, f.rule.code) for f in report.findings] == [("ssot.toml", "SSOT401")]


def test_severity_and_off(root):
    rules = 'version = 1\n[rules]\ndeprecated-import = "off"\nSSOT103 = "error"\n'
    (root / "ssot.toml").write_text(REGISTRY.replace("version = 1\n", rules))
    (finding,) = Engine.open(root).check().findings
    assert (finding.rule.code, finding.severity.value) == ("SSOT103", "error")


@pytest.mark.parametrize(
    "comment", ["ssot: ignore[SSOT103]", "ssot: ignore[deprecated-instantiation] -- for now", "noqa: SSOT103"]
)
def test_suppression(root, comment):
    (root / "app/use.py").write_text(f"from app.old import Old\nx = Old()  # {comment}\n")
    assert codes(Engine.open(root)) == [("app/use.py", "SSOT101")]


def test_a_nearer_registry_governs_its_folder(root):
    (root / "part").mkdir()
    (root / "part/ssot.toml").write_text("version = 1\n")
    (root / "part/mod.py").write_text(USE)
    assert ("part/mod.py", "SSOT101") not in codes(Engine.open(root))
    (root / "part/ssot.toml").unlink()
    assert ("part/mod.py", "SSOT101") in codes(Engine.open(root))


def test_fixing_is_in_memory_until_it_is_written(root):
    engine = Engine.open(root)
    result = engine.fix(None, everything)
    assert result.changed == {"app/use.py": (USE, "from app.new import New\nx = New()\n")}
    assert (result.fixed, result.report.findings, result.skipped) == (2, (), ())
    assert (root / "app/use.py").read_text() == USE
    assert codes(engine) == [("app/use.py", "SSOT101"), ("app/use.py", "SSOT103")]
    assert engine.write(result.changed) == ()
    assert (root / "app/use.py").read_text() == "from app.new import New\nx = New()\n"
    assert codes(engine) == []


def test_fixing_unsaved_text_leaves_it_unsaved(root):
    engine = Engine.open(root)
    engine.set_text("app/use.py", "\n" + USE)
    assert engine.fix_all("app/use.py") == {"app/use.py": ("\n" + USE, "\nfrom app.new import New\nx = New()\n")}
    assert engine.text("app/use.py") == "\n" + USE


TESTS = "from unittest.mock import patch\n@patch('app.use.Old')\ndef test(_): ...\n"


def test_a_fix_that_needs_other_files_changes_them_too(root):
    (root / "test_use.py").write_text(TESTS)
    engine = Engine.open(root)
    fixed = {
        "app/use.py": (USE, "from app.new import New\nx = New()\n"),
        "test_use.py": (TESTS, TESTS.replace("Old", "New")),
    }
    assert engine.fix(None, everything).changed == fixed
    assert engine.fix_all("app/use.py") == fixed
    assert engine.fix_all("test_use.py") == fixed


def test_a_fix_is_left_out_in_all_files_if_one_would_not_parse(root, monkeypatch):
    (root / "test_use.py").write_text(TESTS)
    (root / "app/other.py").write_text(USE)
    apply = engine_module.apply_edits
    monkeypatch.setattr(
        engine_module, "apply_edits", lambda text, edits: "(" if "patch" in text else apply(text, edits)
    )
    result = Engine.open(root).fix(None, everything)
    assert result.changed == {"app/other.py": (USE, "from app.new import New\nx = New()\n")}
    assert [(skipped.path, skipped.message) for skipped in result.skipped] == [
        ("test_use.py", "the fixed text would not parse ('(' was never closed); nothing was changed")
    ]


def test_a_file_that_changed_underneath_is_left_alone(root):
    engine = Engine.open(root)
    result = engine.fix(None, everything)
    (root / "app/use.py").write_text("changed = 1\n")
    (skipped,) = engine.write(result.changed)
    assert skipped.path == "app/use.py"
    assert "changed" in skipped.message
    assert (root / "app/use.py").read_text() == "changed = 1\n"


def test_files_that_change_together_are_written_together_or_not_at_all(root):
    patch = "from unittest.mock import patch\n\n@patch('app.use.Old')\ndef test(): ...\n"
    for name in ("test_one.py", "test_two.py"):
        (root / name).write_text(patch)
    (root / "app/other.py").write_text(USE)
    engine = Engine.open(root)
    result = engine.fix(None, everything)
    assert set(result.changed) == {"app/other.py", "app/use.py", "test_one.py", "test_two.py"}
    (root / "test_two.py").write_text("changed = 1\n")
    skipped = {left.path: left.message for left in engine.write(result.changed, result.together)}
    together = "it has to change together with test_two.py, which was left alone"
    changed = "the file changed while it was being fixed"
    assert skipped == {"app/use.py": together, "test_one.py": together, "test_two.py": changed}
    assert (root / "app/use.py").read_text() == USE
    assert (root / "test_one.py").read_text() == patch
    assert "Old" not in (root / "app/other.py").read_text()


def test_imports_from_where_one_imports_already_go_together_in_any_loop(root):
    names = [f"m{number}" for number in range(30)]
    (root / "app/old.py").write_text("class New: ...\nOld = New\n" + "".join(f"import app.{name}\n" for name in names))
    (root / "ssot.toml").write_text(REGISTRY.replace("app.new.New", "app.old.New"))
    for name in names:
        (root / f"app/{name}.py").write_text(USE)
    engine = Engine.open(root)
    changed = engine.fix(None, everything).changed
    assert {f"app/{name}.py" for name in names} <= changed.keys()
    assert engine.write(changed) == ()
    assert engine.fix(None, everything).changed == {}


def test_two_names_of_one_file_are_no_conflict(root):
    (root / "link.py").symlink_to("app/use.py")
    engine = Engine.open(root)
    result = engine.fix(None, everything)
    assert set(result.changed) == {"app/use.py", "link.py"}
    assert engine.write(result.changed, result.together) == ()
    assert (root / "link.py").is_symlink()
    assert (root / "app/use.py").read_text() == "from app.new import New\nx = New()\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + USE.encode(),
        USE.replace("\n", "\r\n").encode(),
        b"# -*- coding: latin-1 -*-\n# \xe9\n" + USE.encode(),
    ],
)
def test_writing_keeps_bytes_and_mode(root, data):
    file = root / "app/use.py"
    file.write_bytes(data)
    file.chmod(0o751)
    engine = Engine.open(root)
    assert engine.write(engine.fix(None, everything).changed) == ()
    assert file.read_bytes() == data.replace(b"app.old import Old", b"app.new import New").replace(b"Old()", b"New()")
    assert stat.S_IMODE(file.stat().st_mode) == 0o751


def test_files_that_cannot_be_read_or_parsed_are_said(root):
    (root / "app/bad.py").write_bytes(b"from app.old import Old\n\xff\n")
    (root / "app/half.py").write_text(USE + "y = (\n")
    report = Engine.open(root).check()
    bad, half = report.skipped
    assert (bad.path, half.path) == ("app/bad.py", "app/half.py")
    assert "UTF-8" in bad.message
    assert half.message == "line 3, column 5: '(' was never closed; only what parses was checked"
    assert {path for path, _ in codes(Engine.open(root))} == {"app/half.py", "app/use.py"}


def test_the_registrys_own_code_is_never_run(root):
    (root / "app/use.py").write_text(USE + "raise SystemExit('run')\n")
    (root / "app/new.py").write_text("raise SystemExit('run')\nclass New: ...\n")
    engine = Engine.open(root)
    assert engine.fix(None, lambda f: f.fix.applicability == Applicability.SAFE).fixed == 2


def test_a_glance_searches_nothing_and_calls_no_fix_safe(root, monkeypatch):
    from ssot_server.index.store import Store

    (root / "app/use.py").write_text(USE)
    exact = Engine.open(root).check({"app/use.py"})
    engine = Engine.open(root)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "search", lambda *_: pytest.fail("it searched"))
        glanced = engine.check({"app/use.py"}, glance=True)
    assert not engine.is_indexed
    assert [finding.diagnostic.span for finding in glanced.findings] == [f.diagnostic.span for f in exact.findings]
    assert {finding.fix.unsafe for finding in glanced.findings} == {"the workspace is still being indexed"}
    engine.prepare()
    assert engine.is_indexed
    again = engine.check({"app/use.py"}, glance=True)
    assert [finding.fix for finding in again.findings] == [finding.fix for finding in exact.findings]


def test_a_glance_misses_only_other_names(root):
    (root / "app/passing.py").write_text("from app.old import Old as Runner\n")
    (root / "app/use.py").write_text("from app.passing import Runner\nRunner()\n")
    engine = Engine.open(root)
    assert engine.check({"app/use.py"}, glance=True).findings == ()
    assert [finding.rule.code for finding in engine.check({"app/use.py"}).findings] == ["SSOT101", "SSOT103"]


def test_settings_of_imports_are_read_again(root):
    (root / "app/use.py").write_text("from app.old import Old, other\nx = Old()\n")
    engine = Engine.open(root)
    assert engine.fix_all("app/use.py")["app/use.py"][1] == (
        "from app.new import New\nfrom app.old import other\nx = New()\n"
    )
    (root / "ruff.toml").write_text("line-length = 20\n")
    assert engine.invalidate(["ruff.toml"])
    assert engine.fix_all("app/use.py")["app/use.py"][1] == (
        "from app.new import (\n    New,\n)\nfrom app.old import other\nx = New()\n"
    )


def test_an_import_goes_with_the_last_use_of_it(root):
    text = "import app.old as o\n\nx = o.Old()\ny = o.Old()\n"
    (root / "app/use.py").write_text(text)
    engine = Engine.open(root)
    first, second = (finding.fix for finding in engine.check({"app/use.py"}).findings)
    one = engine.edits([second])["app/use.py"]
    assert apply_edits(text, one) == "import app.old as o\nfrom app.new import New\n\nx = o.Old()\ny = New()\n"
    assert [edit.content for edit in one] == ["from app.new import New\n", "New"]
    both = engine.edits([first, second])["app/use.py"]
    assert apply_edits(text, both) == "from app.new import New\n\nx = New()\ny = New()\n"
