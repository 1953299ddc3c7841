from __future__ import annotations

import logging

import pytest

from ssot_server.lsp.settings import Settings, from_options, parse

FULL = {
    "configuration": "conf/ssot.toml",
    "logLevel": "debug",
    "lint": {"enable": False},
    "fixAll": False,
    "codeAction": {"disableRuleComment": {"enable": False}, "fixViolation": {"enable": False}},
}


def test_every_setting() -> None:
    assert parse(FULL) == Settings("conf/ssot.toml", "debug", False, False, False, False)


@pytest.mark.parametrize("options", [{"settings": FULL}, {"ssot": FULL}, {"settings": {"ssot": FULL}}, FULL])
def test_where_editors_put_them(options: object) -> None:
    assert from_options(options) == parse(FULL)


@pytest.mark.parametrize("options", [None, {}, {"settings": {}}, {"unknown": 3}, {"configuration": ""}])
def test_defaults(options: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert from_options(options) == Settings()
    assert not caplog.records


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"logLevel": "loud"}, "ssot.logLevel"),
        ({"logLevel": 3}, "ssot.logLevel"),
        ({"configuration": 1}, "ssot.configuration"),
        ({"fixAll": "yes"}, "ssot.fixAll"),
        ({"lint": True}, "ssot.lint"),
        ({"lint": {"enable": 0}}, "ssot.lint.enable"),
        ({"codeAction": {"fixViolation": []}}, "ssot.codeAction.fixViolation"),
        ("nonsense", "settings"),
        ([1], "settings"),
    ],
)
def test_nonsense_is_logged_and_ignored(values: object, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert parse(values) == Settings()
    assert name in caplog.text


def test_one_mistake_leaves_the_others_in_force() -> None:
    assert parse({"logLevel": "loud", "fixAll": False}) == Settings(fix_all=False)
