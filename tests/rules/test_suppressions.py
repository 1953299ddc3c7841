"""Comments that silence findings: what they silence, which of them silence nothing, and which say why."""

from pathlib import Path

import pytest

from harness import Workspace, check, check_fix, shown, without_short_cut
from ssot_server.engine import Engine

HEAD = """
#- ssot.toml
[concepts.engine]
canonical = "app.new.Engine"
[[concepts.engine.deprecated]]
path = "app.old.Old"
{more}
#- app/new.py
class Engine: ...
#- app/old.py
class Old: ...
"""


def workspace(code: str, more: str = "") -> str:
    return HEAD.replace("{more}", more) + code


def fixed(root: Path, code: str) -> str:
    """The text of `app/a.py` without the comments that silence nothing."""
    made = Workspace(root, workspace("#- app/a.py\n"))
    (root / "app/a.py").write_bytes(code.encode())
    made.engine = Engine.open(root)
    result = made.engine.fix({"app/a.py"}, lambda finding: finding.rule.code == "SSOT901")
    assert [finding for finding in result.report.findings if finding.rule.code == "SSOT901"] == []
    return result.changed["app/a.py"][1] if result.changed else code


def test_what_is_silenced_is_used():
    check(
        workspace("""
#- app/a.py
from app.old import Old  # ssot: ignore[SSOT101] -- proves the old path
Old()  # noqa: SSOT103
# ssot: ignore[deprecated-subclass]
class New(Old): ...
#- app/b.py
# ssot: ignore-file[SSOT101, SSOT103]
from app.old import Old
Old()
""")
    )


def test_a_comment_that_silences_nothing_goes():
    check_fix(
        workspace("""
#- app/a.py
import os  # ssot: ignore[SSOT101] -- until March
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT901 💡 `SSOT101` silences nothing here: remove it
from app.old import Old  # ssot: ignore[SSOT101, SSOT103] -- why
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT901 💡 `SSOT103` silences nothing here: remove it
"""),
        after="""
#- app/a.py
import os
from app.old import Old  # ssot: ignore[SSOT101] -- why
""",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # ssot: ignore[SSOT101]\n", "x = 1\n"),
        ("x = 1\t# ssot: ignore[SSOT101] -- 𝄞 é\r\ny = 1\r\n", "x = 1\r\ny = 1\r\n"),
        ("\ufeff# ssot: ignore[SSOT101]\nx = 1\n", "x = 1\n"),
        ("def f():\n    # ssot: ignore[SSOT101] -- why\n    return 1\n", "def f():\n    return 1\n"),
        ("# ssot: ignore-file[SSOT101]\n\nx = 1\n", "\nx = 1\n"),
        ("x = 1  # noqa: SSOT101\n", "x = 1\n"),
        ("x = 1  # noqa: E501, SSOT101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: SSOT101 as it was\n", "x = 1  # as it was\n"),
        ("x = 1  # type: ignore # ssot: ignore[SSOT101]\n", "x = 1  # type: ignore\n"),
        ("x = 1  # ssot: ignore[SSOT101] # type: ignore\n", "x = 1  # type: ignore\n"),
        ("x = 1  # ssot: ignore[]\n", "x = 1\n"),
        ("x = 1  # ssot: ignore[SSOT999]\n", "x = 1\n"),
        ("x = 1  # ssot: ignore[SSOT101]", "x = 1"),
        ('x = "# ssot: ignore[SSOT101]"\n', 'x = "# ssot: ignore[SSOT101]"\n'),
        ("x = 1  # noqa: E501\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # ssot: ignore[SSOT206]\n", "x = 1  # ssot: ignore[SSOT206]\n"),
        ("x = (  # ssot: ignore[SSOT101]\n", "x = (  # ssot: ignore[SSOT101]\n"),
    ],
)
def test_nothing_else_changes(tmp_path, before, after):
    assert fixed(tmp_path, before) == after


def test_a_rule_that_is_off_is_not_judged():
    check(
        workspace("#- app/a.py\nfrom app.old import Old  # ssot: ignore[SSOT101] -- why\n", '[rules]\nSSOT101 = "off"')
    )


def test_the_rule_can_be_silenced_itself():
    check(workspace("#- app/a.py\nx = 1  # ssot: ignore[SSOT101, SSOT901] -- generated\n"))


def test_what_no_comment_silences():
    check(
        workspace(
            """
#- app/a.py
from app.old import Old  # ssot: ignore[SSOT101] -- please
#                   ^^^ SSOT101 💡
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT901 💡 `SSOT101` silences nothing here: remove it
Old()  # ssot: ignore[SSOT103] -- why
""",
            '[suppressions]\nnever = ["deprecated-import"]',
        )
    )


def test_reasons_are_asked_for():
    check(
        workspace(
            """
#- app/a.py
from app.old import Old  # ssot: ignore[SSOT101]
#                        ^^^^^^^^^^^^^^^^^^^^^^^ SSOT902 this comment does not say why: write `# ssot: ignore[SSOT101] -- reason`
Old()  # noqa: SSOT103
#      ^^^^^^^^^^^^^^^ SSOT902 this comment does not say why: write `# ssot: ignore[SSOT103] -- reason`
class New(Old): ...  # ssot: ignore[SSOT104] -- why
#- app/b.py
# ssot: ignore-file[SSOT902] -- generated
from app.old import Old  # noqa: SSOT101
""",
            "[suppressions]\nreasons = true",
        )
    )


def test_the_short_cut_changes_no_result(tmp_path):
    code = (
        "#- app/a.py\nx = 1  # ssot: ignore[SSOT101]\n#- app/b.py\ny = 1  # noqa: E1, SSOT103\n#- app/c.py\nssot = 1\n"
    )
    Workspace(tmp_path, workspace(code))
    found = shown(Engine.open(tmp_path))
    assert [path for path, code, *_ in found if code == "SSOT901"] == ["app/a.py", "app/b.py"]
    assert found == shown(without_short_cut(Engine.open(tmp_path)))
    assert found == shown(Engine.open(tmp_path, jobs=2))


def test_a_comment_is_judged_anew_when_another_file_changes(tmp_path):
    made = Workspace(tmp_path, workspace("#- app/a.py\nfrom app.old import Old  # ssot: ignore[SSOT101]\n"))
    assert made.engine.check().findings == ()
    made.engine.set_text("app/a.py", "from app.new import Engine as Old  # ssot: ignore[SSOT101]\n")
    assert [finding.rule.code for finding in made.engine.check().findings] == ["SSOT901"]
    made.engine.set_text("ssot.toml", made.texts["ssot.toml"] + '[rules]\nunused-suppression = "off"\n')
    assert made.engine.check().findings == ()


def test_nothing_is_said_before_everything_is_known(tmp_path):
    made = Workspace(tmp_path, workspace("#- app/a.py\nx = 1  # ssot: ignore[SSOT101]\n"))
    assert made.engine.check({"app/a.py"}, glance=True).findings == ()
    made.engine.prepare()
    assert len(made.engine.check({"app/a.py"}, glance=True).findings) == 1


def test_what_stands_in_a_string_is_no_comment():
    check(
        workspace(
            "#- app/a.py\n"
            "x = (\n    'one'\n    '\"\"\"\\n# ssot: ignore[SSOT101]\\n'\n)\n"
            "y = f'''\n{x} # ssot: ignore[SSOT101]\n'''\n"
            "z = '# ssot: ignore[SSOT101]'  # and so on\n"
        )
    )
