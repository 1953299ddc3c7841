"""Decisions about rivals, taken on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Runner, write_files
from ssot_rules.decisions import KEYS
from ssot_server.cli.commands import DECISIONS

REGISTRY = """\
version = 1

[concepts.engine]  # what runs
canonical = "app.new.ExecutionEngine"
names = ["*ExecutionEngine"]
"""
FILES = {
    "ssot.toml": REGISTRY,
    "app/old.py": "",
    "app/rivals.py": "class FastExecutionEngine: ...\nclass SlowExecutionEngine: ...\n",
    "app/wrap.py": "from app.new import ExecutionEngine\n\n\nclass WrapExecutionEngine:\n"
    "    def __init__(self):\n        self.inner = ExecutionEngine()\n",
    "app/new.py": "class ExecutionEngine: ...\n",
    "app/new_v2.py": "",
    "app/safe.py": "",
    "app/unsafe.py": "",
}


@pytest.fixture
def rivals(workspace: Path) -> Path:
    write_files(workspace, FILES)
    return workspace


def test_the_command_line_knows_every_decision():
    assert DECISIONS == KEYS


def test_json_has_the_score_and_the_choices(rivals: Path, ssot: Runner):
    found = json.loads(ssot("check", "app/rivals.py", "--output-format", "json").stdout)
    assert [item["score"] for item in found] == [0.8, 0.8]
    assert found[0]["fix"] is None
    assert [(choice["key"], choice["applicability"], choice["message"]) for choice in found[0]["choices"]] == [
        ("allow", "safe", "Accept `FastExecutionEngine` as a variant"),
        ("deprecate", "safe", "Deprecate `FastExecutionEngine` in favour of `app.new.ExecutionEngine`"),
        ("unrelated", "safe", "Record that `FastExecutionEngine` is not the concept `engine`"),
    ]
    assert found[0]["choices"][2]["edits"] == [
        {
            "filename": "ssot.toml",
            "location": {"row": 5, "column": 29},
            "end_location": {"row": 5, "column": 29},
            "content": '\nunrelated = [{ path = "app.rivals.FastExecutionEngine", reason = "another concept" }]',
        }
    ]


def test_the_terminal_says_what_can_be_decided(rivals: Path, ssot: Runner):
    shown = ssot("check", "app/wrap.py").stdout
    assert "= choice: `--choose allow`: Accept `WrapExecutionEngine` as an adapter\n" in shown


def test_nothing_is_decided_unasked(rivals: Path, ssot: Runner):
    ssot("check", "--fix", "--unsafe-fixes")
    assert (rivals / "ssot.toml").read_text("utf-8") == REGISTRY


def test_a_decision_is_written_once_and_for_all(rivals: Path, ssot: Runner):
    run = ssot("check", "--fix", "--choose", "allow", "app/rivals.py", "app/new_v2.py")
    assert (run.status, run.stdout) == (0, "Found 3 violations (3 fixed, 0 remaining).\n")
    text = (rivals / "ssot.toml").read_text("utf-8")
    reason = 'reason = "a variant beside `app.new.ExecutionEngine`"'
    assert text == REGISTRY + (
        "allow = [\n"
        f'  {{ path = "app.rivals.FastExecutionEngine", {reason} }},\n'
        f'  {{ path = "app.rivals.SlowExecutionEngine", {reason} }},\n'
        "]\n\n[files]\n"
        'allow = [{ path = "app.new_v2", reason = "not another version of the file beside it" }]\n'
    )
    assert (
        ssot("check", "--select", "SSOT201,SSOT203", "--output-format", "concise")
        .stdout.splitlines()[0]
        .startswith("app/wrap.py")
    )


@pytest.mark.parametrize("decision", ["deprecate", "unrelated"])
def test_the_other_decisions_silence_a_finding_too(rivals: Path, ssot: Runner, decision: str):
    assert ssot("check", "app/rivals.py").status == 1
    assert ssot("check", "app/rivals.py", "--fix", "--choose", decision).status == 0
    assert ssot("check", "app/rivals.py").status == 0


def test_a_decision_can_be_looked_at_first(rivals: Path, ssot: Runner):
    run = ssot("check", "app/wrap.py", "--diff", "--choose", "unrelated")
    assert "+++ b/ssot.toml\n" in run.stdout
    assert "+unrelated = [" in run.stdout
    assert (rivals / "ssot.toml").read_text("utf-8") == REGISTRY


def test_a_choice_needs_a_run_that_fixes(rivals: Path, ssot: Runner):
    run = ssot("check", "--choose", "allow")
    assert run.status == 2
    assert "give it with --fix or --diff" in run.stderr


def test_line_ends_of_the_registry_stay(rivals: Path, ssot: Runner):
    (rivals / "ssot.toml").write_bytes(REGISTRY.replace("\n", "\r\n").encode())
    ssot("check", "app/rivals.py", "--fix", "--choose", "unrelated")
    data = (rivals / "ssot.toml").read_bytes()
    assert b"unrelated" in data
    assert data.count(b"\n") == data.count(b"\r\n")
