"""Where the documentation lives."""

from __future__ import annotations

DOCUMENTATION = "https://ssot-lsp.readthedocs.io/"
"""The documentation's home page, with a slash at its end."""


def rule_url(name: str) -> str:
    """The page of the rule with this kebab-case name."""
    return f"{DOCUMENTATION}rules/{name}/"
