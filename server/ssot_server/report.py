"""What a check found, as values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from ssot_rules.contract import Choice, Diagnostic, Fix, Related, Rule, Severity
from ssot_rules.index import Index


@dataclass(frozen=True)
class Finding:
    """A diagnostic with the file that it is in and the weight that the registry gives it."""

    path: str
    """Relative to the workspace's root, with `/`."""
    rule: Rule
    severity: Severity
    diagnostic: Diagnostic
    index: Index | None = field(default=None, compare=False, repr=False)
    """The snapshot that it was found in; None where nothing is left to look up."""

    @cached_property
    def fix(self) -> Fix | None:
        """The change that answers it, computed when it is asked for."""
        return self.diagnostic.fix(self.index) if self.index is not None else None

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Other answers to it, between which people decide."""
        return self.diagnostic.choices(self.index) if self.index is not None else ()

    @cached_property
    def related(self) -> tuple[Related, ...]:
        """Other places that explain it."""
        return self.diagnostic.related(self.index) if self.index is not None else self.diagnostic.places


class Settled(Finding):
    """A finding whose fix and related places are worked out: it needs no snapshot and can be sent elsewhere."""

    def __init__(self, finding: Finding) -> None:
        bare = replace(finding.diagnostic, repair=None, evidence=None, options=None)
        super().__init__(finding.path, finding.rule, finding.severity, bare)
        self.__dict__.update(fix=finding.fix, related=finding.related, choices=finding.choices)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, parsed whole or written, and why."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of path, position and code."""

    findings: tuple[Finding, ...]
    broken: bool = False
    """The registry has mistakes and no earlier, good one is in force: no code was checked."""
    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    """How many files the workspace has."""
