"""Fixes that delete files: together with others, in memory and on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness import Workspace
from ssot_rules.contract import Deletion, Edit, Fix
from ssot_rules.facts import Span
from ssot_server.engine import Engine, FixResult
from ssot_server.report import Report, Skipped

TEXT = """
#- ssot.toml
[concepts.engine]
canonical = "app.new.Engine"
[[concepts.engine.deprecated]]
path = "app.old"
use = "app.new"
remove-by = 2020-01-01
#- app/__init__.py
#- app/new.py
class Engine: ...
#- app/old.py
from app.new import Engine
"""
GONE = Fix("Delete it", (Deletion("app/old.py"),))
EDITED = Fix("Edit it", (Edit("app/old.py", Span(0, 0), "# x\n"),))


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, TEXT)


def delete(engine: Engine) -> FixResult:
    return engine.fix(None, lambda finding: bool(finding.choices), answer=lambda finding: finding.choices[0].fix)


def codes(report: Report) -> list[tuple[str, str]]:
    return [(found.path, found.rule.code) for found in report.findings]


def test_a_file_that_one_fix_edits_is_deleted_by_another_one_later(made):
    assert made.engine.edits([GONE, EDITED]) == {"app/old.py": None}
    assert made.engine.edits([EDITED, GONE]) == {"app/old.py": EDITED.changes}


def test_two_fixes_may_delete_one_file(made):
    one = Fix("One", (*GONE.changes, Edit("app/new.py", Span(0, 0), "# x\n")))
    assert made.engine.edits([one, GONE]) == {"app/new.py": one.changes[1:], "app/old.py": None}


@pytest.mark.parametrize("order", [(GONE, EDITED), (EDITED, GONE)])
def test_of_a_file_that_is_edited_and_deleted_nothing_is_left(made, order):
    answers = list(order)
    result = made.engine.fix({"ssot.toml"}, lambda _: bool(answers), answer=lambda _: answers.pop(0))
    assert result.changed == {"app/old.py": (made.texts["app/old.py"], None)}
    assert made.engine.write(result.changed, result.together) == ()
    assert not (made.root / "app/old.py").exists()


def test_what_is_deleted_in_memory_is_missed_there_and_nowhere_else(made):
    (made.root / "app/plain.py").write_text("limit = 1\n")
    (made.root / "app/use.py").write_text("import app.plain\nfrom app.plain import limit\n")
    engine = Engine.open(made.root)
    answers = [Fix("Delete it", (Deletion("app/plain.py"),))]
    result = engine.fix(None, lambda _: bool(answers), answer=lambda _: answers.pop())
    assert codes(result.report) == [("app/use.py", "SSOT306"), ("app/use.py", "SSOT306"), ("ssot.toml", "SSOT405")]
    assert result.report.skipped == ()
    assert engine.text("app/plain.py") == "limit = 1\n"
    assert codes(engine.check()) == [("ssot.toml", "SSOT405")]
    engine.delete("app/plain.py")
    assert engine.text("app/plain.py") is None
    assert engine.invalidate({"app/use.py", "app/plain.py"})
    assert "app/plain.py" not in engine.files()
    assert codes(engine.check()) == codes(result.report)
    engine.set_text("app/plain.py", None)
    assert "app/plain.py" in engine.files()
    (made.root / "app/plain.py").unlink()
    assert codes(Engine.open(made.root).check()) == codes(result.report)


def test_the_entry_and_the_file_go_together(made):
    result = delete(made.engine)
    assert result.report.findings == ()
    assert result.changed["app/old.py"] == (made.texts["app/old.py"], None)
    assert result.together == (frozenset({"app/old.py", "ssot.toml"}),)
    assert made.engine.write(result.changed, result.together) == ()
    assert not (made.root / "app/old.py").exists()
    assert made.engine.check().findings == ()
    assert delete(made.engine).changed == {}


def _edited(root: Path) -> str:
    (root / "app/old.py").write_text("changed = 1\n")
    return "the file changed while it was being fixed"


def _gone(root: Path) -> str:
    (root / "app/old.py").unlink()
    return "it cannot be read: it does not exist"


def _linked(root: Path) -> str:
    (root / "app/old.py").rename(root / "real.txt")
    (root / "app/old.py").symlink_to(root / "real.txt")
    return "it is a link, and what it leads to may be used under another name"


@pytest.mark.parametrize("meanwhile", [_edited, _gone, _linked])
def test_a_file_that_changed_underneath_is_not_deleted(made, meanwhile):
    result = delete(made.engine)
    why = meanwhile(made.root)
    before = {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()}
    together = "it has to change together with app/old.py, which was left alone"
    assert set(made.engine.write(result.changed, result.together)) == {
        Skipped("app/old.py", why),
        Skipped("ssot.toml", together),
    }
    assert {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("protected", "why"),
    [("app/old.py", "it is write-protected"), ("app", "it cannot be deleted: its folder is write-protected")],
)
def test_a_protected_file_is_not_deleted(made, monkeypatch, protected, why):
    access = os.access
    place = os.fspath(made.root / protected)
    monkeypatch.setattr(os, "access", lambda path, mode: os.fspath(path) != place and access(path, mode))
    result = delete(made.engine)
    assert Skipped("app/old.py", why) in made.engine.write(result.changed, result.together)
    assert (made.root / "ssot.toml").read_text() == made.texts["ssot.toml"]


def test_nothing_is_deleted_when_another_file_could_not_be_written(made, monkeypatch):
    """Not even if that shows only then."""
    result = delete(made.engine)
    write = Engine._write

    def fail(self: Engine, path: str, before: str, after: str | None) -> str | None:
        return "the disk is full" if path == "ssot.toml" else write(self, path, before, after)

    monkeypatch.setattr(Engine, "_write", fail)
    assert set(made.engine.write(result.changed, result.together)) == {
        Skipped("ssot.toml", "the disk is full"),
        Skipped("app/old.py", "it has to change together with ssot.toml, which was left alone"),
    }
    assert (made.root / "app/old.py").exists()


def test_an_open_file_is_deleted_as_the_editor_has_it(made):
    made.engine.set_text("app/old.py", "# moved\n")
    result = delete(made.engine)
    assert result.changed["app/old.py"] == ("# moved\n", None)
    assert made.engine.text("app/old.py") == "# moved\n"
    made.engine.set_text("app/old.py", "import app.new\napp.new.register()\n")
    (finding,) = made.engine.check().findings
    assert [choice.fix.unsafe for choice in finding.choices] == ["importing it calls `app.new.register`"]


def test_folders_that_held_nothing_else_go_too(tmp_path):
    made = Workspace(tmp_path, TEXT.replace("#- app/old.py", "#- app/old/__init__.py"))
    (made.root / "app/old/deep").mkdir()
    result = delete(made.engine)
    assert made.engine.write(result.changed, result.together) == ()
    assert (made.root / "app/old/deep").is_dir()
    made = Workspace(tmp_path, TEXT.replace("#- app/old.py", "#- app/old/__init__.py"))
    (made.root / "app/old/deep").rmdir()
    result = delete(made.engine)
    assert made.engine.write(result.changed, result.together) == ()
    assert not (made.root / "app/old").exists()
    assert (made.root / "app").is_dir()
