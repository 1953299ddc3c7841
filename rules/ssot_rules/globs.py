"""Globs of dotted paths, as the registry writes them: `app.adapters.*`."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

_WILD = re.compile(r"[*?[]")


def matches(pattern: str, dotted: str) -> bool:
    """Whether a dotted path, or one that it lies in, fits a glob (`*` crosses dots)."""
    parts = dotted.split(".")
    return any(fnmatchcase(".".join(parts[:end]), pattern) for end in range(len(parts), 0, -1))


def is_glob(pattern: str) -> bool:
    """Whether it is more than a dotted path."""
    return _WILD.search(pattern) is not None


def fixed_part(pattern: str) -> str:
    """A glob up to the last name that holds no wildcard: `app.*.raw` of `app.*.raw.get_*`; empty where all do."""
    parts = pattern.split(".")
    while parts and is_glob(parts[-1]):
        parts.pop()
    return ".".join(parts)


def fixed_name(pattern: str) -> str:
    """The last name of a glob that holds no wildcard: whatever fits has it."""
    return fixed_part(pattern).rpartition(".")[2]


def lies_in(pattern: str, dotted: str) -> bool:
    """Whether a dotted path names what a glob speaks of, or something in it: `app.agents.*` and `app.agents` both
    stand for the package with all that is in it."""
    return matches(pattern.removesuffix(".*"), dotted)
