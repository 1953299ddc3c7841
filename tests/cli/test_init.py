"""What `ssot init` asks, prints and writes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cli.conftest import Runner, write_files
from evidence.test_clusters import function
from ssot_rules import ALL_RULES
from ssot_server.registry_reader import read_registry

CODE = {
    "app/__init__.py": "",
    "app/web.py": function("fetch_page"),
    "app/jobs.py": function("fetch_page"),
    "app/user.py": "from app.web import fetch_page\n",
    "app/old.py": '@deprecated("Use app.web.fetch_page.")\ndef get_page(address): ...\n',
}


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path.resolve() / "work"
    write_files(root, CODE)
    monkeypatch.chdir(root)
    monkeypatch.setenv("NO_COLOR", "1")
    return root


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let somebody sit at the terminal."""
    given = iter(answers)
    monkeypatch.setattr("ssot_server.cli.terminal.is_interactive", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *arguments, **options: next(given))


def concepts(root: Path) -> dict[str, str]:
    text = (root / "ssot.toml").read_text("utf-8")
    reading = read_registry("ssot.toml", text, {word for rule in ALL_RULES for word in (rule.code, rule.name)})
    assert reading.problems == ()
    assert reading.registry is not None
    return {name: concept.canonical for name, concept in reading.registry.concepts.items()}


def test_the_draft_is_a_registry_that_works(code: Path, ssot: Runner):
    run = ssot("init", "--yes")
    assert (run.status, run.stderr) == (0, "")
    assert run.stdout.startswith("Wrote ssot.toml: 1 concept with several implementations, 1 deprecated path.\n")
    assert concepts(code) == {"fetch-page": "app.web.fetch_page"}
    found = json.loads(ssot("check", "--output-format", "json").stdout)
    assert [(item["filename"], item["code"]) for item in found] == [("app/jobs.py", "SSOT202")]


def test_the_evidence_stands_in_comments(code: Path, ssot: Runner):
    ssot("init", "--yes")
    text = (code / "ssot.toml").read_text("utf-8")
    assert "# high confidence\n" in text
    assert "- app.web.fetch_page: imported by 1 file" in text
    assert "[[concepts.fetch-page.deprecated]]  # `@deprecated`; imported by no file\n" in text


def test_what_is_there_is_never_overwritten(code: Path, ssot: Runner):
    (code / "ssot.toml").write_text("version = 1\n", "utf-8")
    run = ssot("init", "--yes")
    assert run.status == 2
    assert "is there already" in run.stderr
    assert (code / "ssot.toml").read_text("utf-8") == "version = 1\n"


def test_a_dry_run_prints_and_writes_nothing(code: Path, ssot: Runner):
    run = ssot("init", "--dry-run")
    assert "[concepts.fetch-page]" in run.stdout
    assert not (code / "ssot.toml").exists()
    ssot("init", "--yes")
    assert run.stdout == (code / "ssot.toml").read_text("utf-8")


def test_json_for_agents(code: Path, ssot: Runner):
    found = json.loads(ssot("init", "--output-format", "json", "--dry-run").stdout)
    assert (found["registry"], found["written"], found["files"]) == ("ssot.toml", False, 5)
    (concept,) = found["concepts"]
    assert concept["canonical"] == "app.web.fetch_page"
    assert [(one["filename"], one["location"], one["importers"]) for one in concept["candidates"]] == [
        ("app/web.py", {"row": 1, "column": 5}, 1),
        ("app/jobs.py", {"row": 1, "column": 5}, 0),
    ]
    assert concept["deprecated"][0]["path"] == "app.old.get_page"
    assert json.loads(ssot("init", "--output-format", "json").stdout)["written"] is True


def test_the_folder_that_is_asked_for(code: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(code.parent)
    assert ssot("init", "work", "-y").stdout.startswith("Wrote work/ssot.toml: ")
    assert ssot("init", "nowhere", "-y").status == 2


@pytest.mark.parametrize(
    ("answer", "canonical"),
    [("y", "app.web.fetch_page"), ("a", "app.web.fetch_page"), ("2", "app.jobs.fetch_page")],
)
def test_somebody_at_a_terminal_decides(
    answer: str, canonical: str, code: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch
):
    answering(monkeypatch, answer)
    run = ssot("init")
    assert "1 of 1, high confidence: fetch-page" in run.stdout
    assert "2: app/jobs.py:1:5" in run.stdout
    assert concepts(code) == {"fetch-page": canonical}


def test_no_and_quit(code: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    answering(monkeypatch, "q", "n")
    assert ssot("init").stdout.endswith("Nothing was written.\n")
    assert not (code / "ssot.toml").exists()
    ssot("init")
    assert concepts(code) == {}


def test_nothing_to_say(code: Path, ssot: Runner):
    write_files(code / "bare", {"a.py": "x = 1\n"})
    ssot("init", "bare", "-y")
    assert concepts(code / "bare") == {}


def test_git_tells_when_files_came(code: Path, ssot: Runner):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x", "--date", "2020-02-03T12:00:00Z"]):
        subprocess.run([*git, *arguments], cwd=code, check=True, capture_output=True)
    (concept,) = json.loads(ssot("init", "--output-format", "json").stdout)["concepts"]
    first = concept["candidates"][0]
    assert (first["since"], first["changed"], first["recent_changes"]) == ("2020-02-03", "2020-02-03", 1)
    assert "since 2020-02-03, 1 change in the last year" in (code / "ssot.toml").read_text("utf-8").replace(
        "\n#   ", " "
    )


def test_strange_names_and_texts_make_a_sound_draft(code: Path, ssot: Runner):
    strange = 'def fetch_page(session, address, limit, deadline, backoff):\n    """Say "hi" \\\\ \\x07 — now"""'
    body = function("x").partition(":")[2]
    write_files(code, {"app/web.py": strange + body, "app/jobs.py": strange + body, "my-script.py": strange + body})
    ssot("init", "-y")
    assert set(concepts(code).values()) <= {"app.web.fetch_page", "app.jobs.fetch_page"}
