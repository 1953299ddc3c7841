"""How findings look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import FILES, Runner, write_files
from ssot_rules import ALL_RULES
from ssot_rules.facts import Span
from ssot_server.cli import terminal
from ssot_server.cli.entries import Places
from ssot_server.cli.formats.text import excerpt, printable
from ssot_server.engine import Engine


def test_full(workspace: Path, ssot: Runner):
    assert (
        ssot("check", "app/unsafe.py", "--select", "SSOT103").stdout
        == """\
warning[SSOT103]: `OldEngine` is deprecated, construct `app.new.Engine`: slow
 --> app/unsafe.py:3:10
  |
3 | engine = OldEngine(2, colour='red')
  |          ^^^^^^^^^
 ::: app/new.py:1:7
  |
1 | class Engine:
  |       ------ `app.new.Engine` is defined here
 ::: ssot.toml:7:8
  |
7 | path = "app.old.OldEngine"
  |        ------------------- deprecated by this entry
  = help: Use `app.new.Engine`
  = note: this fix is unsafe: `Engine` takes no `colour`

Found 1 violation.
1 fixable with `--fix --unsafe-fixes`.
"""
    )


def test_full_marks_what_fix_would_do(workspace: Path, ssot: Runner):
    assert "= help: [*] Use `app.new.Engine`\n" in ssot("check", "app/safe.py").stdout
    assert "= help: [*] Use `app.new.Engine`\n" in ssot("check", "app/unsafe.py", "--unsafe-fixes").stdout


def test_full_lines_up_tabs_and_wide_characters(workspace: Path, ssot: Runner):
    write_files(workspace, {"app/wide.py": "import app.old\nif 1:\n\t'漢字é'; app.old.OldEngine(); '\x1b[31m'\n"})
    lines = ssot("check", "app/wide.py", "--select", "SSOT103").stdout.splitlines()
    assert lines[3] == "3 |     '漢字é'; app.old.OldEngine(); '␛[31m'"
    assert lines[4] == "  |              ^^^^^^^^^^^^^^^^^"


def test_concise(workspace: Path, ssot: Runner):
    assert (
        ssot("check", "--output-format", "concise", "--select", "SSOT101").stdout
        == """\
app/safe.py:1:21: SSOT101[*] `app.old.OldEngine` is deprecated, use `app.new.Engine`: slow
app/unsafe.py:1:21: SSOT101 `app.old.OldEngine` is deprecated, use `app.new.Engine`: slow
Found 2 violations.
[*] 1 fixable with `--fix` (1 more with `--unsafe-fixes`).
"""
    )


def test_json(workspace: Path, ssot: Runner):
    found = json.loads(ssot("check", "app/safe.py", "--output-format", "json").stdout)
    assert found[1] == {
        "code": "SSOT103",
        "name": "deprecated-instantiation",
        "severity": "warning",
        "message": "`OldEngine` is deprecated, construct `app.new.Engine`: slow",
        "filename": "app/safe.py",
        "location": {"row": 3, "column": 10},
        "end_location": {"row": 3, "column": 19},
        "concept": "engine",
        "canonical": "app.new.Engine",
        "score": None,
        "url": "https://ssot-lsp.readthedocs.io/rules/deprecated-instantiation/",
        "fix": {
            "applicability": "safe",
            "message": "Use `app.new.Engine`",
            "edits": [
                edit(1, 6, 13, "app.new"),
                edit(1, 21, 30, "Engine"),
                edit(3, 10, 19, "Engine"),
            ],
        },
        "choices": [],
        "related": [
            {
                "message": "`app.new.Engine` is defined here",
                "filename": "app/new.py",
                "location": {"row": 1, "column": 7},
                "end_location": {"row": 1, "column": 13},
            },
            {
                "message": "deprecated by this entry",
                "filename": "ssot.toml",
                "location": {"row": 7, "column": 8},
                "end_location": {"row": 7, "column": 27},
            },
        ],
    }


def edit(row: int, column: int, end: int, content: str) -> dict[str, object]:
    return {
        "filename": "app/safe.py",
        "location": {"row": row, "column": column},
        "end_location": {"row": row, "column": end},
        "content": content,
    }


def test_json_counts_characters_and_the_lines_of_python(workspace: Path, ssot: Runner):
    write_files(workspace, {"app/lines.py": "import app.old\r\n'\u2028\x0c'\r'\U0001f600'; app.old.OldEngine()\n"})
    [item] = json.loads(ssot("check", "app/lines.py", "--output-format", "json", "--select", "SSOT103").stdout)
    assert item["location"] == {"row": 3, "column": 6}
    assert item["end_location"] == {"row": 3, "column": 23}


def test_json_of_nothing_is_an_empty_array(workspace: Path, ssot: Runner):
    run = ssot("check", "app/clean.py", "--output-format", "json")
    assert (run.status, run.stdout, run.stderr) == (0, "[]\n", "")


def test_json_is_in_order_across_workspaces(workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    write_files(workspace.parent / "a", FILES)
    monkeypatch.chdir(workspace.parent)
    found = json.loads(ssot("check", "work", "a", "--output-format", "json").stdout)
    keys = [(item["filename"], item["location"]["row"], item["location"]["column"], item["code"]) for item in found]
    assert keys == sorted(keys)
    assert len(keys) == 8


def test_statistics(workspace: Path, ssot: Runner):
    assert (
        ssot("check", "--statistics").stdout
        == """\
2  SSOT101  [*] deprecated-import
2  SSOT103  [*] deprecated-instantiation
Found 4 violations.
[*] 2 fixable with `--fix` (2 more with `--unsafe-fixes`).
"""
    )
    assert json.loads(ssot("check", "--statistics", "--output-format", "json").stdout) == [
        {"code": "SSOT101", "name": "deprecated-import", "count": 2, "fixable": 1},
        {"code": "SSOT103", "name": "deprecated-instantiation", "count": 2, "fixable": 1},
    ]


def test_colours_only_on_request_or_a_terminal(workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    plain = ssot("check").stdout
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = ssot("check").stdout
    assert "\x1b[1;33mwarning[SSOT101]\x1b[0m" in coloured
    assert "\x1b" not in ssot("check", "--output-format", "json").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert ssot("check").stdout == plain


# -- excerpts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "start", "end", "expected"),
    [
        ("short", 1, 3, "short"),
        ("x" * 50, 0, 3, "x" * 19 + "…"),
        ("a" * 30 + "NAME" + "b" * 30, 30, 34, "…aaaaaNAMEbbbbbbbbb…"),
        ("a" * 30 + "NAME", 30, 34, "…" + "a" * 15 + "NAME"),
        ("a" * 30 + "N" * 50, 30, 80, "…" + "N" * 18 + "…"),
    ],
)
def test_long_lines_are_cut_around_the_part(line: str, start: int, end: int, expected: str):
    part = excerpt(line, start, end, 20)
    assert part.text == expected
    assert len(part.text) <= 20


@pytest.mark.parametrize("line", ["x" * 90, "漢" * 90, "\t" * 90, "a\t漢\x1b" * 30, "e\u0301" * 90])
@pytest.mark.parametrize("width", [20, 21, 40])
def test_the_part_stays_in_sight(line: str, width: int):
    for start in range(len(line)):
        part = excerpt(line, start, start + 1, width)
        assert terminal.cells(part.text) <= width
        assert 0 <= part.start < part.end <= max(width, part.start + 1)


def test_an_empty_part_has_a_caret():
    part = excerpt("", 0, 0, 20)
    assert (part.text, part.start, part.end) == ("", 0, 1)


def test_control_characters_are_made_visible():
    assert printable("a\x1b[31m\x07\x7f\u202e漢") == "a␛[31m␇␡\\u202e漢"


def test_a_place_in_a_file_that_is_gone(workspace: Path):
    location = Places(Engine.open(workspace), workspace).location("gone.py", Span(5, 9))
    assert location[:3] == ("gone.py", (1, 1), (1, 1))


# -- ssot rule --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["SSOT101", "ssot101", "deprecated-import"])
def test_rule(ssot: Runner, word: str):
    assert ssot("rule", word).stdout.startswith("# deprecated-import (SSOT101)\n")


def test_rule_as_json(ssot: Runner):
    rule = json.loads(ssot("rule", "SSOT101", "--output-format", "json").stdout)
    assert (rule["code"], rule["name"], rule["severity"]) == ("SSOT101", "deprecated-import", "warning")
    assert rule["documentation"].startswith(rule["summary"])


def test_all_rules(ssot: Runner):
    found = json.loads(ssot("rule", "--all", "--output-format", "json").stdout)
    assert [rule["code"] for rule in found] == [rule.code for rule in ALL_RULES]
    page = ssot("rule", "--all").stdout
    assert all(f"# {rule.name} ({rule.code})\n" in page for rule in ALL_RULES)


@pytest.mark.parametrize("arguments", [(), ("SSOT101", "--all"), ("SSOT1",), ("SSOT999",)])
def test_rule_asks_for_one_or_all(ssot: Runner, arguments: tuple[str, ...]):
    run = ssot("rule", *arguments)
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr
