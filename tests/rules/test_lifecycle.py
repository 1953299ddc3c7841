"""SSOT403 to SSOT408: what is left of a deprecated entry, and until when."""

import tempfile
from datetime import date
from pathlib import Path

import pytest

from harness import Workspace, check, check_fix, fixed_files
from ssot_rules.contract import Severity
from ssot_server import ide
from ssot_server.engine import Engine
from ssot_server.fixing import apply_edits

CODE = """
#- app/new.py
class Engine: ...
#- app/old.py
class OldEngine: ...
#- app/a.py
from app.old import OldEngine
#                   ^^^^^^^^^ SSOT101 💡
OldEngine()
#<^^^^^^^^^ SSOT103 💡
#- tests/test_old.py
from app.old import OldEngine
"""
HEAD = """
#- ssot.toml
[concepts.engine]
canonical = "app.new.Engine"
"""


def workspace(root: Path, entry: str, code: str, today: str) -> Workspace:
    made = Workspace(root, f"{HEAD}[[concepts.engine.deprecated]]\n{entry}\n{code}")
    made.engine = Engine.open(root, today=lambda: date.fromisoformat(today))
    return made


def found(made: Workspace) -> list[tuple[str, Severity, str]]:
    report = made.engine.check()
    return [(known.rule.code, known.severity, known.diagnostic.message) for known in report.findings]


def test_files_that_may_use_it_are_left_alone():
    check(f"""{HEAD}
[[concepts.engine.deprecated]]
path = "app.old.OldEngine"
except = ["tests/"]
{CODE}""")


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2025-09-04", []),
        ("2025-09-05", [Severity.WARNING, Severity.WARNING]),
        ("2025-12-31", [Severity.WARNING, Severity.WARNING]),
        ("2026-01-01", [Severity.ERROR, Severity.ERROR]),
    ],
)
def test_severity_follows_the_day(tmp_path, today, expected):
    entry = 'path = "app.old.OldEngine"\nsince = 2025-09-05\nerror-from = 2026-01-01\nexcept = ["tests/"]'
    assert [severity for _, severity, _ in found(workspace(tmp_path, entry, CODE, today))] == expected


def test_a_rule_that_is_off_stays_off_and_a_hint_becomes_an_error(tmp_path):
    entry = 'path = "app.old.OldEngine"\nerror-from = 2026-01-01\n[rules]\nSSOT101 = "off"\nSSOT103 = "hint"'
    before = workspace(tmp_path, entry, CODE, "2025-12-31")
    assert [(code, severity) for code, severity, _ in found(before)] == [("SSOT103", Severity.HINT)]
    after = workspace(tmp_path, entry, CODE, "2026-01-01")
    assert [(code, severity) for code, severity, _ in found(after)] == [("SSOT103", Severity.ERROR)]


def test_a_running_engine_notices_the_new_day(tmp_path):
    days = ["2025-12-31"]
    made = workspace(tmp_path, 'path = "app.old.OldEngine"\nerror-from = 2026-01-01', CODE, days[0])
    made.engine = Engine.open(tmp_path, today=lambda: date.fromisoformat(days[0]))
    assert {severity for _, severity, _ in found(made)} == {Severity.WARNING}
    days[0] = "2026-01-01"
    assert {severity for _, severity, _ in found(made)} == {Severity.ERROR}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-03-01", []),
        (
            "2026-03-02",
            [("SSOT405", Severity.ERROR, "`app.old.OldEngine` was to be removed by 2026-03-01, and 3 uses are left")],
        ),
    ],
)
def test_overdue_from_the_day_after(tmp_path, today, expected):
    made = workspace(tmp_path, 'path = "app.old.OldEngine"\nremove-by = 2026-03-01', CODE, today)
    assert [known for known in found(made) if known[0] == "SSOT405"] == expected


def test_an_overdue_entry_without_uses_says_so_once():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.OldEngine"
        remove-by = 2020-03-01
        #           ^^^^^^^^^^ SSOT405 ⚠ `app.old.OldEngine` was to be removed by 2020-03-01, and nothing uses it any more: delete it
        #- app/new.py
        class Engine: ...
        #- app/old.py
        class OldEngine: ...
        """)


def test_more_uses_than_accepted_and_those_in_excepted_files_do_not_count():
    check(f"""{HEAD}
[[concepts.engine.deprecated]]
path = "app.old.OldEngine"
except = ["tests/"]
max-uses = 1
#          ^ SSOT406 `app.old.OldEngine` has 2 uses in 1 file, 1 is accepted
{CODE}""")


def test_no_use_is_accepted():
    check(f"""{HEAD}
[[concepts.engine.deprecated]]
path = "app.old.OldEngine"
except = ["tests/"]
max-uses = 0
#          ^ SSOT406 `app.old.OldEngine` has 2 uses in 1 file, none is accepted
{CODE}""")


def test_fewer_uses_lower_the_limit(tmp_path):
    made = Workspace(
        tmp_path,
        f"""{HEAD}
[[concepts.engine.deprecated]]
path = "app.old.OldEngine"
max-uses = 120  # counted in spring
#          ^^^ SSOT407 💡 `max-uses` is 120, and 3 uses are left: lower it
{CODE}""",
    )
    result = made.engine.fix(None, lambda finding: finding.rule.code == "SSOT407")
    (changed,) = result.changed.values()
    assert changed[1] == changed[0].replace("120", "3")
    assert "SSOT407" not in {finding.rule.code for finding in result.report.findings}


def test_a_limit_that_is_met_is_no_finding():
    check(f"""{HEAD}
[[concepts.engine.deprecated]]
path = "app.old.OldEngine"
except = ["tests/"]
max-uses = 2
{CODE}""")


def test_strings_and_re_exports_are_uses():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.OldEngine"
        max-uses = 1
        #          ^ SSOT406 `app.old.OldEngine` has 2 uses in 2 files, 1 is accepted
        #- app/__init__.py
        from app.old import OldEngine
        #                   ^^^^^^^^^ SSOT101 ⚠
        #- app/new.py
        class Engine: ...
        #- app/old.py
        class OldEngine: ...
        #- tests/test_a.py
        from unittest import mock
        @mock.patch("app.old.OldEngine")
        #            ^^^^^^^^^^^^^^^^^ SSOT106 ⚠
        def test(engine): ...
        """)


def test_a_stale_entry_is_removed_with_its_lines_alone(tmp_path):
    check_fix(
        """
        #- ssot.toml
        version = 1
        [concepts.engine]
        canonical = "app.new.Engine"

        # the oldest
        [[concepts.engine.deprecated]]
        path = "app.gone.Engine"  # deleted
        #      ^^^^^^^^^^^^^^^^^ SSOT403 💡 `app.gone.Engine` does not exist any more and nothing uses it: remove this entry
        reason = "slow"

        [[concepts.engine.deprecated]]
        path = "app.old.OldEngine"
        #- app/new.py
        class Engine: ...
        #- app/old.py
        class OldEngine: ...
        """,
        after="""
        #- ssot.toml
        version = 1
        [concepts.engine]
        canonical = "app.new.Engine"

        # the oldest

        [[concepts.engine.deprecated]]
        path = "app.old.OldEngine"
        """,
    )


def test_what_is_gone_and_still_used_is_not_stale():
    check(
        """
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.OldEngine"
        except = ["tests/"]
        [[concepts.engine.deprecated]]
        path = "requests.Session"
        #- app/new.py
        class Engine: ...
        #- app/old.py
        #- tests/test_a.py
        from app.old import OldEngine
        #                   ^^^^^^^^^ SSOT306 💡
        """
    )


def test_what_is_still_there_without_a_use_can_go_if_it_is_meant_to_end():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        deprecated = [
          { path = "app.old.OldEngine", since = 2020-01-01 },
        #          ^^^^^^^^^^^^^^^^^^^ SSOT408 ⚠ nothing uses `app.old.OldEngine` any more: it can be deleted, and this entry with it
          { path = "app.old.Guarded" },
        ]
        #- app/new.py
        class Engine: ...
        #- app/old.py
        class OldEngine: ...
        class Guarded: ...
        """)


def test_what_a_decorator_may_have_registered_may_be_used_out_of_sight():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.old"
        since = 2020-01-01
        #- app/new.py
        class Engine: ...
        #- app/old.py
        from web import route
        @route("/old")
        def old(): ...
        """)


def test_a_file_that_may_use_it_uses_it():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.OldEngine"
        since = 2020-01-01
        except = ["tests/"]
        #- app/new.py
        class Engine: ...
        #- app/old.py
        class OldEngine: ...
        #- tests/test_old.py
        from app.old import OldEngine
        """)


def test_a_replacement_that_is_deprecated_and_where_it_leads():
    check_fix(
        """
        #- ssot.toml
        version = 1
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.new.One"
        use = "app.new.Two"
        #     ^^^^^^^^^^^^^ SSOT404 💡 `app.new.Two` is itself deprecated: use `app.new.Engine`
        [[concepts.engine.deprecated]]
        path = "app.new.Two"
        #- app/new.py
        class Engine: ...
        class One: ...
        class Two: ...
        """,
        after="""
        #- ssot.toml
        version = 1
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.new.One"
        use = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.new.Two"
        """,
    )


def test_replacements_in_a_circle_are_reported_once():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.new.One"
        use = "app.new.Two"
        #     ^^^^^^^^^^^^^ SSOT404 the replacements go in a circle: `app.new.One` → `app.new.Two` → `app.new.Three` → `app.new.One`; give one of them another `use`
        [[concepts.engine.deprecated]]
        path = "app.new.Two"
        use = "app.new.Three"
        [[concepts.engine.deprecated]]
        path = "app.new.Three"
        use = "app.new.One"
        #- app/new.py
        class Engine: ...
        class One: ...
        class Two: ...
        class Three: ...
        """)


def test_a_canonical_that_another_concept_deprecates():
    check("""
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.new.Old"
        #      ^^^^^^^^^^^^^ SSOT404 `app.new.Engine` is itself deprecated: use `app.new.Runner`
        [concepts.runner]
        canonical = "app.new.Runner"
        [[concepts.runner.deprecated]]
        path = "app.new.Engine"
        #- app/new.py
        class Engine: ...
        class Old: ...
        class Runner: ...
        """)


@pytest.mark.parametrize(
    ("entry", "today", "expected"),
    [
        ("", "2025-12-20", "3 uses left."),
        (
            "max-uses = 120\nerror-from = 2026-01-01\nremove-by = 2026-03-01",
            "2025-12-20",
            "3 uses left of 120 accepted, error in 12 days, to be removed in 71 days.",
        ),
        ("error-from = 2026-01-01", "2025-12-31", "3 uses left, error tomorrow."),
        (
            "error-from = 2026-01-01\nremove-by = 2026-03-01",
            "2026-03-01",
            "3 uses left, an error since 2026-01-01, to be removed today.",
        ),
        ("remove-by = 2026-03-01\nexcept = ['tests/']", "2026-03-02", "2 uses left, overdue since 2026-03-01."),
        ("since = 2026-01-01", "2025-12-30", "3 uses left, deprecated in 2 days."),
    ],
)
def test_hover_says_what_is_left(tmp_path, entry, today, expected):
    made = workspace(tmp_path, f'path = "app.old.OldEngine"\n{entry}', CODE, today)
    made.engine.check()
    hover = ide.hover(made.engine, "app/a.py", made.texts["app/a.py"].index("OldEngine"))
    assert hover is not None
    assert expected in hover.markdown.split("\n\n")


def test_hover_counts_nothing_before_everything_is_known(tmp_path):
    made = workspace(tmp_path, 'path = "app.old.OldEngine"\nerror-from = 2026-01-01', CODE, "2025-12-20")
    hover = ide.hover(made.engine, "app/a.py", made.texts["app/a.py"].index("OldEngine"))
    assert hover is not None
    assert "Error in 12 days." in hover.markdown.split("\n\n")


@pytest.mark.parametrize("jobs", [1, 2])
def test_counts_are_those_of_every_process(tmp_path, jobs, monkeypatch):
    monkeypatch.setattr("ssot_server.engine._MANY", 1)
    made = workspace(tmp_path, 'path = "app.old.OldEngine"\nmax-uses = 1\nremove-by = 2026-01-01', CODE, "2026-01-02")
    made.engine = Engine.open(tmp_path, jobs=jobs, today=lambda: date(2026, 1, 2))
    assert [known for known in found(made) if known[0].startswith("SSOT4")] == [
        ("SSOT406", Severity.ERROR, "`app.old.OldEngine` has 3 uses in 2 files, 1 is accepted"),
        ("SSOT405", Severity.ERROR, "`app.old.OldEngine` was to be removed by 2026-01-01, and 3 uses are left"),
    ]


def test_fixing_the_last_use_leaves_nothing_of_the_limit(tmp_path):
    made = Workspace(
        tmp_path,
        """
        #- ssot.toml
        [concepts.engine]
        canonical = "app.new.Engine"
        [[concepts.engine.deprecated]]
        path = "app.old.Engine"
        max-uses = 2
        #- app/new.py
        class Engine: ...
        #- app/old.py
        from app.new import Engine
        #- app/a.py
        from app.old import Engine
        Engine()
        """,
    )
    fixed = fixed_files(made, write=True)
    assert "max-uses = 0" in fixed["ssot.toml"]
    assert fixed["app/a.py"] == "from app.new import Engine\nEngine()\n"


# -- deleting what nothing uses ---------------------------------------------------------------------------------------

FINISHED = """
#- ssot.toml
version = 1
[concepts.engine]
canonical = "app.new.Engine"
names = ["*Other"]

[[concepts.engine.deprecated]]
path = "app.old.Old"
since = 2020-01-01
#- app/new.py
class Engine: ...
"""


def deletions(root: Path, code: str, finished: str = FINISHED) -> list[tuple[str, dict[str, str | None]]]:
    """What deleting says, and what the code is then; None of a file that is deleted."""
    made = Workspace(root, finished + code)
    found = []
    for finding in made.engine.check().findings:
        for choice in finding.choices:
            texts = {
                path: None if edits is None else apply_edits(made.engine.text(path) or "", edits)
                for path, edits in made.engine.edits([choice.fix]).items()
            }
            assert "deprecated" not in (texts.pop("ssot.toml") or "")
            found.append((choice.fix.message, texts))
    return found


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("class Kept: ...\n\n\nclass Old: ...\n\n\nx = 1\n", "class Kept: ...\n\n\nx = 1\n"),
        ("x = 1\ndef Old(x):\n    return Old(x - 1)\n", "x = 1\n"),
        ("async def Old(): ...\nx = 1\n", "x = 1\n"),
        ("LIMIT = 1\nOld = 2\n", "LIMIT = 1\n"),
        ("from app.new import Engine as Old\nx = 1\n", "x = 1\n"),
        ("from app.new import Engine\n\nx = 1\nOld = Engine\n", "x = 1\n"),
        ("from app.new import Engine\n\nx = 1\n\n\ndef Old():\n    return Engine()\n", "x = 1\n\n\n"),
        (
            '__all__ = ["Kept", "Old"]\n\nclass Kept: ...\nclass Old: ...\n',
            '__all__ = ["Kept"]\n\nclass Kept: ...\n',
        ),
        (
            '__all__ = ["Old", "Kept"]\n\nclass Kept: ...\nclass Old: ...\n',
            '__all__ = ["Kept"]\n\nclass Kept: ...\n',
        ),
        (
            "__all__ = [\n    'Old',  # going\n    'Kept',\n]\nclass Kept: ...\nclass Old: ...\n",
            "__all__ = [\n    'Kept',\n]\nclass Kept: ...\n",
        ),
        ('__all__ = ("Old",)\nx = 1\nclass Old: ...\n', "__all__ = ()\nx = 1\n"),
    ],
)
def test_what_nothing_uses_is_deleted_with_its_entry(tmp_path, code, after):
    title = "Delete `app.old.Old` and its entry"
    assert deletions(tmp_path, f"#- app/old.py\n{code}") == [(title, {"app/old.py": after})]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("class Base: ...\nclass Old(Base): ...\n", "its base classes may keep a list of their subclasses"),
        ("class Old: ...\nprint(vars())\n", "`app.old` reads or makes names as text"),
        ("class Old: ...\n#- app/b.py\nfrom app.old import *\n", "`app/b.py` imports everything from `app.old`"),
        ("class Old: ...\n#- app/b.py\nx = ['Old']\n", "a string names `Old`"),
    ],
)
def test_deleting_says_why_it_may_be_needed(tmp_path, code, reason):
    ((title, _),) = deletions(tmp_path, f"#- app/old.py\nx = 1\n{code}")
    assert title == f"Delete `app.old.Old` and its entry (unsafe: {reason})"


@pytest.mark.parametrize(
    "code",
    [
        "class Old: ...\nx = Old()\n",
        "class Old: ...\nclass New(Old): ...\n",
        "class Old: ...\ndef f() -> 'Old': ...\n",
        "x = 1\ntry:\n    from app.new import Engine as Old\nexcept ImportError:\n    Old = None\n",
        "x = 1\nif 1:\n    class Old: ...\n",
        "a = Old = 1\n",
        "x = 1\nOld = make()\n",
        "class Old: ...\n#- app/new.py\nclass Engine: ...\ndef f():\n    from app.old import Old\n",
    ],
)
def test_what_something_uses_or_gives_only_sometimes_is_not_deleted(tmp_path, code):
    assert deletions(tmp_path, f"#- app/old.py\n{code}") == []


def test_what_is_overdue_and_decorated_says_that_somebody_may_know_it(tmp_path):
    code = "import x\nlimit = 1\n@x.register\nclass Old: ...\n"
    made = Workspace(tmp_path, f"{FINISHED.replace('since', 'remove-by')}#- app/old.py\n{code}")
    (finding,) = made.engine.check().findings
    assert finding.rule.code == "SSOT405"
    assert [choice.fix.unsafe for choice in finding.choices] == ["its decorators may have registered it somewhere"]


def test_line_ends_and_other_characters_stay():
    with tempfile.TemporaryDirectory() as folder:
        made = Workspace(Path(folder).resolve(), FINISHED + "#- app/old.py\n")
        text = "\ufeff# 𝄞\r\nx = '𝄞'\r\n\r\n@property\r\ndef f(): ...\r\n\r\nclass Old:\r\n    x = '𝄞'  # \x0c\r\n\r\ny = 1\r\n"
        (made.root / "app/old.py").write_bytes(text.encode())
        made.engine = Engine.open(made.root)
        (finding,) = made.engine.check().findings
        (choice,) = finding.choices
        result = made.engine.fix(None, lambda _: True, answer=lambda found: found.choices[0].fix)
        assert choice.fix.unsafe is None
        assert made.engine.write(result.changed) == ()
        after = (made.root / "app/old.py").read_bytes().decode()
        assert after == text.replace("class Old:\r\n    x = '𝄞'  # \x0c\r\n\r\n", "")


def test_what_its_own_module_uses_cannot_be_deleted():
    check("""
        #- ssot.toml
        [concepts.repeat]
        canonical = "app.modes.Repeat"
        [[concepts.repeat.deprecated]]
        path = "app.modes.REPEAT_ALL"
        since = 2020-01-01
        [[concepts.repeat.deprecated]]
        path = "app.modes.REPEAT_ONE"
        remove-by = 2020-01-01
        #           ^^^^^^^^^^ SSOT405 ⚠ `app.modes.REPEAT_ONE` was to be removed by 2020-01-01, and only its own module uses it any more
        [[concepts.repeat.deprecated]]
        path = "app.conf.ALIAS"
        since = 2020-01-01
        [[concepts.repeat.deprecated]]
        path = "app.modes.Repeat.set_all"
        use = "app.modes.Repeat.all"
        since = 2020-01-01
        [[concepts.repeat.deprecated]]
        path = "app.modes.walk"
        #      ^^^^^^^^^^^^^^^^ SSOT408 ⚠ nothing uses `app.modes.walk` any more: it can be deleted, and this entry with it
        since = 2020-01-01
        #- app/modes.py
        from app.conf import ALIAS
        class Repeat:
            def set_all(self, value): ...
            all = property(None, set_all)
        REPEAT_ALL = ALIAS
        REPEAT_ONE = "one"
        REPEAT_MODES = [REPEAT_ALL, REPEAT_ONE]
        def walk(node):
            for child in node:
                walk(child)
        #- app/conf.py
        ALIAS = "all"
        """)


MEMBERS = """
#- ssot.toml
[concepts.particle]
canonical = "app.particle.Particle"
[[concepts.particle.deprecated]]
path = "app.particle.Particle.set_energy"
use = "app.particle.Particle.energy"
max-uses = 4
[[concepts.particle.deprecated]]
path = "app.particle.Particle.set_mass"
use = "app.particle.Particle.mass"
remove-by = 2020-01-01
%s
[[concepts.particle.deprecated]]
path = "app.particle.Particle.gone"
use = "app.particle.Particle.mass"
#- app/particle.py
class Particle:
    mass = energy = 0
    def set_energy(self, value):
        '''Particle.set_energy() is deprecated.'''
    def set_mass(self, value): ...
#- app/a.py
def f(p, q):
    p.set_energy(4)
    q.at(1).set_mass(getattr(p, "gone"))
"""


def test_a_member_may_be_reached_through_an_instance(tmp_path):
    check(
        MEMBERS
        % "#           ^^^^^^^^^^ SSOT405 `app.particle.Particle.set_mass` was to be removed by 2020-01-01, and it is still there"
    )
    Workspace(tmp_path, MEMBERS % "")
    engine = Engine.open(tmp_path)
    engine.set_text("app/a.py", "")
    assert {known.diagnostic.message for known in engine.check().findings} == {
        "`max-uses` is 4, and no use is left: lower it",
        "nothing uses `app.particle.Particle.set_energy` any more: it can be deleted, and this entry with it",
        "`app.particle.Particle.set_mass` was to be removed by 2020-01-01, and nothing uses it any more: delete it",
        "`app.particle.Particle.gone` does not exist any more and nothing uses it: remove this entry",
    }


def test_names_made_on_demand_may_be_gone():
    check("""
        #- ssot.toml
        [concepts.unit]
        canonical = "app.const.Unit"
        [[concepts.unit.deprecated]]
        path = "app.const.LENGTH"
        #      ^^^^^^^^^^^^^^^^^^ SSOT408 ⚠ nothing uses `app.const.LENGTH` any more: it can be deleted, and this entry with it
        since = 2020-01-01
        [[concepts.unit.deprecated]]
        path = "app.const.WEIGHT"
        #      ^^^^^^^^^^^^^^^^^^ SSOT408 ⚠ nothing uses `app.const.WEIGHT` any more, or spells it where it would be: this entry can go
        since = 2020-01-01
        [[concepts.unit.deprecated]]
        path = "app.const.VOLUME"
        remove-by = 2020-01-01
        #           ^^^^^^^^^^ SSOT405 ⚠ `app.const.VOLUME` was to be removed by 2020-01-01, and nothing uses or spells it any more: this entry can go
        #- app/const.py
        class Unit: ...
        _DEPRECATED_LENGTH = "m"
        def __getattr__(name):
            return globals()[f"_DEPRECATED_{name}"]
        """)


def test_the_value_of_a_member_of_the_replacement_is_not_deprecated():
    check("""
        #- ssot.toml
        [concepts.disabler]
        canonical = "app.entries.Disabler"
        [[concepts.disabler.deprecated]]
        path = "app.entries.DISABLED_USER"
        use = "app.entries.Disabler.USER"
        [[concepts.disabler.deprecated]]
        path = "app.entries.Disabler.OLD"
        use = "app.entries.Disabler.USER"
        #- app/entries.py
        from enum import Enum
        class Disabler(Enum):
            USER = "user"
            OLD = "old"
        DISABLED_USER = Disabler.USER.value
        #- app/a.py
        from app import entries
        entries.Disabler.USER.value
        entries.DISABLED_USER
        #<^^^^^^^^^^^^^^^^^^^^^ SSOT105 ⚠ `DISABLED_USER` is deprecated, use `app.entries.Disabler.USER`
        entries.Disabler.OLD
        #<^^^^^^^^^^^^^^^^^^^^ SSOT105 ⚠
        """)
