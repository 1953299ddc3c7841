"""What `ssot find` and `ssot explain` say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Runner, write_files

CODE = {
    "app/backoff.py": 'class BackOffPolicy:\n    """How long to wait between attempts."""\n    def retry(self): ...\n',
    "app/net.py": '"""The network."""\ndef retry_with_backoff(call):\n    """Retries a call, slower each time."""\n',
    "app/jobs.py": 'def run_again(job):\n    """Retry a job with a back-off."""\n',
    "app/text.py": 'def wrap(text):\n    """Breaks lines."""\nTEXT = """\ndef retry_backoff(x): ...\n"""\n',
    "tests/test_net.py": "def test_retry_with_backoff(): ...\n",
}


def paths(run_stdout: str) -> list[str]:
    return [item["path"] for item in json.loads(run_stdout)]


@pytest.fixture
def code(workspace: Path) -> Path:
    write_files(workspace, CODE)
    return workspace


def find(ssot: Runner, *words: str) -> list[str]:
    return paths(ssot("find", *words, "--output-format", "json").stdout)


def test_names_before_docstrings_before_members(code: Path, ssot: Runner):
    found = find(ssot, "retry with backoff")
    assert found[0] == "app.net.retry_with_backoff"
    assert {"app.backoff.BackOffPolicy", "app.jobs.run_again", "app.backoff"} <= set(found)
    assert find(ssot, "retry")[0] == "app.net.retry_with_backoff"
    assert find(ssot, "retry").index("app.jobs.run_again") < find(ssot, "retry").index("app.backoff.BackOffPolicy")
    assert find(ssot, "retry", "backoff") == find(ssot, "retry with backoff")
    assert "app.jobs.run_again" in find(ssot, "RETRYING")
    assert "app.backoff.BackOffPolicy" in find(ssot, "backoff")


def test_what_only_looks_like_a_definition_is_no_answer(code: Path, ssot: Runner):
    assert "app.text.retry_backoff" not in find(ssot, "retry backoff")


def test_the_canonical_first_and_the_deprecated_last(code: Path, ssot: Runner):
    write_files(code, {"app/other.py": 'class EngineOfMine:\n    """An engine."""\n'})
    found = json.loads(ssot("find", "engine", "--output-format", "json").stdout)
    assert [item["path"] for item in found if item["kind"] == "class"] == [
        "app.new.Engine",
        "app.other.EngineOfMine",
        "app.old.OldEngine",
    ]
    assert (found[0]["canonical"], found[0]["concept"]) == (True, "engine")
    assert (found[-1]["deprecated"], found[-1]["use"]) == (True, "app.new.Engine")
    lines = ssot("find", "engine").stdout.splitlines()
    assert lines[0] == "app.new.Engine  class  app/new.py:1:7  canonical of `engine`"
    assert lines[-1] == "app.old.OldEngine  class  app/old.py:1:7  deprecated: use app.new.Engine"


def test_the_summary_of_a_concept_is_searched(code: Path, ssot: Runner):
    registry = code / "ssot.toml"
    text = registry.read_text("utf-8").replace('Engine"\n\n', 'Engine"\nsummary = "Turns wheels."\n\n')
    registry.write_text(text, "utf-8")
    assert find(ssot, "wheel") == ["app.new.Engine"]


def test_no_registry_is_needed(code: Path, ssot: Runner):
    (code / "ssot.toml").unlink()
    assert find(ssot, "retry")[0] == "app.net.retry_with_backoff"


def test_nothing_found(code: Path, ssot: Runner):
    assert ssot("find", "zebra").stdout == "Nothing is called or described like that.\n"
    assert ssot("find", "of the").stdout == "Nothing is called or described like that.\n"
    assert ssot("find", "--most", "1", "retry").stdout.count("\n") == 2
    assert ssot("find").status == 2


# -- explain ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    ["engine", "Engine", "OldEngine", "app.new.Engine", "app.old.OldEngine", "app/safe.py:1", "app/safe.py:3:5"],
)
def test_every_way_to_ask_for_a_concept(subject: str, workspace: Path, ssot: Runner):
    (known,) = json.loads(ssot("explain", subject, "--output-format", "json").stdout)
    assert (known["concept"], known["canonical"]) == ("engine", "app.new.Engine")
    assert known["import"] == "from app.new import Engine"
    assert [(spot["filename"], spot["location"]["row"]) for spot in known["defined"]] == [("app/new.py", 1)]
    (entry,) = known["deprecated"]
    assert (entry["path"], entry["use"], entry["reason"]) == ("app.old.OldEngine", "app.new.Engine", "slow")
    assert sorted({spot["filename"] for spot in entry["uses"]}) == ["app/safe.py", "app/unsafe.py"]


def test_rivals_are_explained(workspace: Path, ssot: Runner):
    write_files(workspace, {"app/rival.py": "class Engine: ...\n"})
    for subject in ("engine", "app/rival.py:1"):
        text = ssot("explain", subject).stdout
        assert "  rival       app/rival.py:1:7 `Engine` is defined again" in text
        assert "  deprecated  app.old.OldEngine: slow\n" in text
        assert "use app.new.Engine; 4 uses in 2 files" in text


def test_bans_and_boundaries_are_explained(workspace: Path, ssot: Runner):
    registry = (workspace / "ssot.toml").read_text()
    concept, deprecated, rest = registry.partition("[[concepts.engine.deprecated]]")
    bounds = """
[[boundaries]]
from = "app.web.*"
to = "app.new"
through = "app.bridge"
reason = "one way"
[[boundaries]]
from = "app.web.*"
to = "app.other"
[[bans]]
call = "app.safe.make"
use = "app.new.Engine"
[[bans]]
call = "print"
"""
    (workspace / "ssot.toml").write_text(f'{concept}construct = "app.new"\n{deprecated}{rest}{bounds}')
    text = ssot("explain", "engine").stdout
    assert [line[14:].partition(" (ssot.toml:")[0] for line in text.splitlines() if line.startswith("  bound")] == [
        "constructed in `app.new` alone",
        "`app.safe.make` is banned, use `app.new.Engine`",
        "`app.web.*` may reach it through `app.bridge` alone: one way",
    ]
    (known,) = json.loads(ssot("explain", "engine", "--output-format", "json").stdout)
    assert len(known["bounds"]) == 3


@pytest.mark.parametrize("subject", ["nothing", "app.new.Other", "app/safe.py:2", "app/gone.py:1"])
def test_what_the_registry_does_not_know(subject: str, workspace: Path, ssot: Runner):
    run = ssot("explain", subject)
    assert (run.status, run.stdout) == (2, "")
    assert f"ssot.toml says nothing of {subject}" in run.stderr
