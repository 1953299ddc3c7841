"""The end of a deprecated entry: nothing uses it any more, and what is left of it can go."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ssot_rules.contract import Diagnostic, Fix
from ssot_rules.index import Index
from ssot_rules.lifecycle import Standing
from ssot_rules.registry_edits import removal


def finished(standing: Standing, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic of an entry without uses, with what can be done about it."""
    return replace(diagnostic, repair=partial(_remove_entry, standing))


def _remove_entry(standing: Standing, index: Index) -> Fix | None:
    edit = removal(index.source, standing.key)
    if edit is None:
        return None
    path = standing.entry.path
    return Fix(f"Remove the entry for `{path}`", (edit,), f"`{path}` is still there, and may be used again unnoticed")
