"""What is said of a definition while it is being written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from harness import Workspace, check

FILES = """
    #- ssot.toml
    [concepts.retry]
    canonical = "app.net.retry_with_backoff"
    allow = ["app.allowed"]
    unrelated = ["app.mine.retry_form_with_backoff_button"]
    [concepts.session]
    canonical = "app.net.SessionStore"
    [concepts.motor]
    canonical = "app.net.Motor"
    #- app/net.py
    def retry_with_backoff(call): ...
    class SessionStore: ...
    class Motor: ...
    def retry_faster_with_backoff(call): ...
"""


def said(path: str, text: str, *before: str, rules: str = "") -> list[str]:
    """The names that something is said of, and what is said to exist."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), FILES)
        registry = workspace.root / "ssot.toml"
        registry.write_text(registry.read_text("utf-8") + rules, "utf-8")
        workspace.engine.set_text(path, text)
        findings = workspace.engine.check_new(path, frozenset(before))
        assert all(finding.rule.code == "SSOT206" and finding.related for finding in findings)
        assert all([choice.key for choice in finding.choices][-2:] == ["allow", "unrelated"] for finding in findings)
        return [text[slice(*finding.diagnostic.span)] for finding in findings]


@pytest.mark.parametrize(
    "text",
    [
        "def retry_request_with_backoff(request): ...\n",
        "async def with_backoff_retry_all(request): ...\n",
        "class StoreOfUserSessions: ...\n",
    ],
)
def test_a_name_with_all_the_words_of_a_canonical(text: str):
    assert said("app/mine.py", text) == [text.split("(")[0].rstrip(": .\n").rpartition(" ")[2]]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app/mine.py", "def retry_request(request): ...\n"),
        ("app/mine.py", "class RetryWithBackoffPolicy: ...\n"),
        ("app/mine.py", "class MotorOfTwo: ...\n"),
        ("app/mine.py", "class A:\n    def retry_request_with_backoff(self): ...\n"),
        ("app/mine.py", "def retry_form_with_backoff_button(): ...\n"),
        ("app/mine.py", "def retry_request_with_backoff(): ...  # ssot: ignore[SSOT206] -- another matter\n"),
        ("app/mine.py", "def retry_with_backoff(call): ...\n"),
        ("app/allowed.py", "def retry_request_with_backoff(request): ...\n"),
        ("app/net.py", "def retry_request_with_backoff(request): ...\n"),
        ("tests/test_net.py", "def test_retry_with_backoff_stops(): ...\n"),
    ],
    ids=[
        "words missing",
        "of another kind",
        "one word",
        "a method",
        "unrelated",
        "silenced",
        "SSOT202",
        "allowed",
        "beside it",
        "a test",
    ],
)
def test_what_nothing_is_said_of(path: str, text: str):
    assert said(path, text) == []


def test_only_what_is_new_and_only_while_somebody_writes():
    text = "def retry_request_with_backoff(request): ...\n"
    assert said("app/mine.py", text, "retry_request_with_backoff") == []
    check(f"{FILES}\n    #- app/mine.py\n    {text}")


def test_it_can_be_turned_off():
    text = "def retry_request_with_backoff(request): ...\n"
    assert said("app/mine.py", text, rules='[rules]\nexisting-implementation = "off"\n') == []
