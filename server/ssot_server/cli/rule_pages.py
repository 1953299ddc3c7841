"""What a rule has to say for itself: for `ssot rule` and for the documentation."""

from __future__ import annotations

from ssot_rules.contract import Rule
from ssot_server.urls import rule_url


def markdown(rule: Rule) -> str:
    """The rule's page."""
    return (
        f"# {rule.name} ({rule.code})\n\nSeverity unless `ssot.toml` says otherwise: `{rule.severity.value}`.\n\n"
        f"{rule.doc.strip()}\n"
    )


def as_json(rule: Rule) -> dict[str, str]:
    """The same for programs."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "url": rule_url(rule.name),
        "documentation": rule.doc.strip(),
    }
