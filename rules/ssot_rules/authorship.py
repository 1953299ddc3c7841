"""Code that nobody writes by hand, or that somebody else wrote: two of a kind there are nobody's choice."""

from __future__ import annotations

import re

from ssot_rules.facts import Facts
from ssot_rules.index import Module

_FOREIGN_FOLDERS = frozenset(
    {"_vendor", "vendor", "vendored", "_vendored", "third_party", "thirdparty", "3rdparty", "_third_party", "extern"}
)
_MIGRATION_FOLDERS = frozenset({"migrations", "versions"})
_MIGRATION = re.compile(
    r"^(?:class Migration\b|revision(?:: str)? = |down_revision\b|from alembic import|operations = \[)", re.MULTILINE
)
_GENERATED_NAME = re.compile(r"(?:_pb2(?:_grpc)?|_generated|\.generated|_pb)\.pyi?\Z")
_GENERATED = re.compile(
    r"^[ \t]*(?:#|\"\"\"|''').{0,80}(?:\b(?:do not|don't) (?:edit|modify|change)\b|\bauto(?:matically)?[- ]?generated\b"
    r"|\bgenerated (?:by|from|file|code)\b|@generated\b)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 1_000
"""Characters at the beginning in which a file says that it is generated."""


def is_written_elsewhere(module: Module) -> bool:
    """Whether a file is generated, vendored, or a migration, which repeats what the code was like once."""
    *folders, name = module.path.split("/")
    if not _FOREIGN_FOLDERS.isdisjoint(folders) or _GENERATED_NAME.search(name):
        return True
    if not _MIGRATION_FOLDERS.isdisjoint(folders) and _MIGRATION.search(module.text):
        return True
    return module.facts.once(_says_so, None)


def _says_so(facts: Facts, _: None) -> bool:
    return _GENERATED.search(facts.text, 0, _HEAD) is not None
