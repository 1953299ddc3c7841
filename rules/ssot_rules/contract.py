"""What a rule is and what it returns.

A rule is a value that holds a pure function. It is given one module (or one registry) and the index, and
yields diagnostics; it reads no file, asks no clock and knows no editor. A diagnostic carries no severity:
that is the registry's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ssot_rules.facts import Span

if TYPE_CHECKING:
    from ssot_rules.index import Index, Module
    from ssot_rules.registry import Registry


class Severity(Enum):
    """How much a finding matters; the values are the words of `ssot.toml`."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Applicability(Enum):
    """Whether a fix may be applied unasked."""

    SAFE = "safe"
    """Proved to keep working code working."""
    UNSAFE = "unsafe"
    """May change behaviour; the fix says why."""
    DISPLAY = "display"
    """Shown as advice, never applied."""


class Edit(NamedTuple):
    """Replace `span` of the file's text by `content`."""

    path: str
    span: Span
    content: str


TOP = -1
"""In place of a statement's number: the top of a file, below what has to stay above all code."""


class Bring(NamedTuple):
    """Make a dotted path importable under a name."""

    module: str
    """The module as it stands in the new statement: `app.engines`, `..engines`."""
    name: str | None
    """The name to import from it; None for `import module`."""
    asname: str | None
    statement: int
    """The number of the import statement that it should stand at; `TOP` where there is none."""

    @property
    def local(self) -> str:
        """The name that it binds."""
        return self.asname or self.name or self.module.partition(".")[0]


class ImportChange(NamedTuple):
    """A change to a file's imports, said without text: several changes to one statement can be added up."""

    path: str
    drop: tuple[int, ...]
    """Numbers of the imported names that go."""
    bring: tuple[Bring, ...]
    needs: tuple[str, ...] = ()
    """Files that the new imports run when the file itself is imported."""
    frees: tuple[tuple[int, int], ...] = ()
    """Imported names that a use no longer goes through, each with the number of that use: what is left without any
    use goes, too."""


class Entry(NamedTuple):
    """A table to add to one of a concept's arrays in the registry, said without text: several can be added up."""

    path: str
    """The registry's file."""
    concept: str | None
    """The concept that it is about; None for `[files]`."""
    array: str
    """The key of the array: `allow`, `deprecated`."""
    values: tuple[tuple[str, str], ...]
    """The keys and values of the new table, in order."""


class Deletion(NamedTuple):
    """A file of the workspace that goes as a whole."""

    path: str


Change = Edit | ImportChange | Entry | Deletion
"""One of the things that a fix does."""


def because(what: str, reason: str | None) -> str:
    """What is so by the registry, with the reason that it gives, if any."""
    return f"{what}: {reason}" if reason else what


UNSAFE = " (unsafe: "
"""Comes between the title of a change and the reason why it is unsafe."""


class Fix(NamedTuple):
    """A change that answers a diagnostic. Equal fixes of several diagnostics are one change."""

    title: str
    """What applying it does, in the imperative, without a full stop."""
    changes: tuple[Change, ...]
    unsafe: str | None = None
    """Why it cannot be shown safe, in words; None when it was proved safe."""

    @property
    def deletes(self) -> frozenset[str]:
        """The files that it deletes."""
        return frozenset(change.path for change in self.changes if isinstance(change, Deletion))

    @property
    def applicability(self) -> Applicability:
        """Safe exactly when nothing speaks against it."""
        return Applicability.SAFE if self.unsafe is None else Applicability.UNSAFE

    @property
    def message(self) -> str:
        """The title with the reason why it is unsafe, as people see it."""
        return self.title if self.unsafe is None else f"{self.title}{UNSAFE}{self.unsafe})"


class Choice(NamedTuple):
    """One of several answers to a diagnostic between which people decide; none is applied unasked."""

    key: str
    """The word for this kind of answer, the same for every diagnostic."""
    fix: Fix


class Related(NamedTuple):
    """Another place that explains a diagnostic."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding in the file that the rule was given."""

    span: Span
    message: str
    concept: str | None = None
    """The concept's name in the registry."""
    canonical: str | None = None
    """The dotted path that should be used instead."""
    repair: Callable[[Index], Fix | None] | None = field(default=None, compare=False)
    """Gives the fix; see `fix`."""
    evidence: Callable[[Index], tuple[Related, ...]] | None = field(default=None, compare=False)
    """Gives further related places; see `related`."""
    places: tuple[Related, ...] = ()
    """Related places that are in the same file or the registry."""
    deprecated: bool = False
    """Editors strike the text through."""
    score: float | None = None
    """How much speaks for the finding, from 0 to 1; None where it is a matter of yes or no."""
    options: Callable[[Index], tuple[Choice, ...]] | None = field(default=None, compare=False)
    """Gives the answers to choose from; see `choices`."""
    error_from: date | None = None
    """The day from which on it is an error, by the registry, whatever weight its rule has."""

    def fix(self, index: Index) -> Fix | None:
        """The fix, computed when it is asked for: proving one safe may have to look at the whole workspace,
        and while somebody types nobody asks. A diagnostic outlives edits of other files, its fix does not."""
        return self.repair(index) if self.repair is not None else None

    def choices(self, index: Index) -> tuple[Choice, ...]:
        """What people may decide instead of a fix, each with what it changes; as `fix`, worked out when asked for."""
        return self.options(index) if self.options is not None else ()

    def related(self, index: Index) -> tuple[Related, ...]:
        """Other places that explain the diagnostic, as they are in this snapshot."""
        return (*(self.evidence(index) if self.evidence is not None else ()), *self.places)


CheckModule = Callable[["Module", "Index"], Iterable[Diagnostic]]
CheckRegistry = Callable[["Index"], Iterable[Diagnostic]]
Grounds = Callable[[str, "Index"], "frozenset[str] | None"]


class Rule(NamedTuple):
    """A rule: exactly one of `check` (modules) and `check_registry` is given, or neither for
    findings that the registry's reader makes itself."""

    code: str
    name: str
    severity: Severity
    """What the rule is by default; `[rules]` overrides it."""
    doc: str
    """Markdown with the headings What it does, Why is this bad?, Example, Fix safety."""
    check: CheckModule | None = None
    check_registry: CheckRegistry | None = None
    suspects: Callable[[Index], frozenset[str]] | None = None
    """Of a rule that concerns how modules are connected: the files that could hold a finding. It may depend on no more
    than `Index.once` allows without `bodies`."""
    grounds: Grounds | None = None
    """Of a rule that concerns more than what the registry speaks of: the files whose outlines show that a file holds
    no finding; None where it has to be looked at. It is asked about every file of the workspace (see
    `Index.settled`), and `check` about those where it gives None."""
    is_wanted: Callable[[Registry], bool] | None = None
    """Of a rule with `grounds`: whether the registry asks for it at all; None where it always does."""
    check_related: CheckModule | None = None
    """Of a rule with `grounds`: what it finds besides in the files that the registry speaks of, and only there."""

    finds_likes: bool = False
    """Whether it finds what is merely like a canonical implementation, in files that name nothing of the registry."""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.strip().partition("\n")[0]
