"""What the project's pages say is what the program does."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from cli.conftest import Runner

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "agents"
README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_shows_what_its_first_command_prints(ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    blocks = re.findall(r"```(?:sh|text)\n(.*?)```", README, re.DOTALL)
    command, shown = blocks[:2]
    program = shlex.split(command.rpartition(" && ")[2])
    assert program[0] == ".venv/bin/ssot"
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    run = ssot(*program[1:])
    assert (run.status, run.stderr) == (0, "")
    assert run.stdout == shown


def test_the_readme_shows_a_finding_of_the_example(ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    shown = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[1]
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    assert f"\n{shown}\n" in ssot("check", "examples/agents").stdout


def test_the_generated_pages_are_up_to_date():
    done = subprocess.run([sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("page", ["README.md", "docs/configuration.md"])
def test_the_registries_shown_are_registries(page: str, tmp_path: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    from ssot_rules import ALL_RULES
    from ssot_server.registry_reader import read_registry

    names = {word for rule in ALL_RULES for word in (rule.code, rule.name)}
    shown = re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert shown
    for text in shown:
        assert read_registry("ssot.toml", text, names).problems == ()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "examples/agents/README.md"])
def test_links_lead_somewhere(page: str):
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_the_example_is_sound():
    tomli.loads((EXAMPLE / "ssot.toml").read_text("utf-8"))
    for file in EXAMPLE.rglob("*.py"):
        ast.parse(file.read_text("utf-8"))
    modules = "app.api, app.jobs, app.reports, app.plugins, app.core.notices, app.agents.supervisor"
    program = f"import {modules}; print(app.api.answer('ada', 'why?'))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", program], cwd=EXAMPLE, capture_output=True, text=True, check=True
    )
    assert done.stdout == "researcher did why? for ada\n"


def test_the_fixed_example_still_runs(tmp_path: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    import shutil

    copy = tmp_path / "agents"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(copy)
    program = (
        "import app.jobs, app.api, app.core.notices, app.websocket.handlers;"
        "print(app.api.answer('ada', 'why?'), app.jobs.nightly(['bob']))"
    )
    for more, warnings in (("--fix", "ignore"), ("--unsafe-fixes", "error")):  # the deprecated engine warns
        ssot("check", "--fix", more)
        done = subprocess.run(
            [sys.executable, "-W", warnings, "-c", program], cwd=copy, capture_output=True, text=True, check=False
        )
        assert done.stdout == "researcher did why? for ada ['cleaner did tidy up for bob']\n", done.stderr


def test_the_rivals_and_only_they_are_found_in_the_example(ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(EXAMPLE)
    run = ssot("check", "--select", "SSOT2", "--output-format", "concise")
    assert [line.partition(":")[0] for line in run.stdout.splitlines()[:-1]] == [
        "app/agents/engine_factory_enhanced.py",
        "app/agents/engine_factory_enhanced.py",
        "app/agents/isolated_engine.py",
        "app/agents/mcp_engine.py",
        "app/agents/request_engine.py",
        "app/core/factories.py",
        "ssot.toml",  # more registries than are accepted
    ]
