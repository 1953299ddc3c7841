"""Run the rules: over a module, over the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from ssot_rules import ALL_RULES, existing_implementation, unused_suppression
from ssot_rules.comments import can_be_silenced
from ssot_rules.contract import CheckModule, Diagnostic, Rule, Severity
from ssot_rules.index import Index, Module
from ssot_rules.relevance import ANYWHERE, Word, parts_of_interest
from ssot_server.lines import Lines
from ssot_server.report import Finding, Skipped
from ssot_server.workspace import NOTEBOOK_SUFFIX, Cells


def check_module(module: Module, index: Index) -> list[Finding]:
    """The findings in a module, but for those that a comment silences."""
    weights = index.once(severities, None)
    return [
        Finding(module.path, rule, _weight(weights[rule.code], diagnostic, index), diagnostic, index)
        for rule, diagnostic in index.once(_diagnose, module)
    ]


def check_new(module: Module, index: Index, before: Set[str]) -> list[Finding]:
    """What there is to say of definitions that are being written; `before` are the names that were there."""
    rule = existing_implementation.RULE
    severity = index.once(severities, None).get(rule.code)
    if severity is None:
        return []
    found = ((rule, diagnostic) for diagnostic in existing_implementation.existing(module, index, before))
    lines = Lines(module.text)
    return [
        Finding(module.path, rule, severity, diagnostic, index)
        for _, diagnostic in found
        if not _silencing(rule, lines.row_column(diagnostic.span.start)[0] - 1, module, index)
    ]


def problem_of(module: Module, index: Index) -> Skipped | None:
    """What of a module could not be checked, because it does not parse; nothing of one that no name leads to."""
    if index.is_unrelated(module.path) or not index.is_named(module.path):
        return None
    problem = module.facts.problem_about(index.names, parts_of_interest(module, index))
    if problem is None:
        return None
    row, column = Lines(module.text).row_column(problem.span.start)
    where = f"line {row}, column {column}"
    if module.path.endswith(NOTEBOOK_SUFFIX):
        place = Cells(module.text).place(row)
        where = f"cell {place.cell}, line {row - place.above}, column {column}"
    return Skipped(module.path, f"{where}: {problem.message}; only what parses was checked")


def check_registry(path: str, index: Index) -> Iterator[Finding]:
    """The findings in the registry in force."""
    weights = index.once(severities, None)
    for rule in ALL_RULES:
        if rule.check_registry is not None and rule.code in weights:
            for diagnostic in rule.check_registry(index):
                yield Finding(path, rule, _weight(weights[rule.code], diagnostic, index), diagnostic, index)


def _weight(severity: Severity, diagnostic: Diagnostic, index: Index) -> Severity:
    """The weight of a diagnostic whose rule has this one: a date in the registry may make it an error."""
    is_due = diagnostic.error_from is not None and diagnostic.error_from <= index.today
    return Severity.ERROR if is_due else severity


def severities(_: None, index: Index) -> Mapping[str, Severity]:
    """The weight of each rule that is on, by code."""
    found = {}
    for rule in ALL_RULES:
        severity = index.registry.rules.get(rule.code, index.registry.rules.get(rule.name, rule.severity))
        if severity is not None:
            found[rule.code] = severity
    return found


def wide_rules(index: Index) -> tuple[Rule, ...]:
    """The rules that are on and concern more than what the registry speaks of."""
    weights = index.once(severities, None)
    return tuple(rule for rule in ALL_RULES if rule.code in weights and _is_wide(rule, index))


def _is_wide(rule: Rule, index: Index) -> bool:
    return (rule.grounds or rule.suspects) is not None and (rule.is_wanted is None or rule.is_wanted(index.registry))


def unsettled(paths: Iterable[str], index: Index) -> set[str]:
    """Those of the files that could hold a finding of such a rule, as far as outlines tell."""
    rules = wide_rules(index)
    return {path for path in paths if any(_may_find_widely(rule, path, index) for rule in rules)}


def _may_find_widely(rule: Rule, path: str, index: Index) -> bool:
    if rule.suspects is not None:
        return path in index.once(_suspects, rule)
    return rule.grounds is not None and not index.settled(rule.grounds, path)


def _suspects(rule: Rule, index: Index) -> frozenset[str]:
    return rule.suspects(index) if rule.suspects is not None else frozenset()


def _checks(rule: Rule, path: str, index: Index) -> Iterator[CheckModule]:
    """What a rule does about a file."""
    is_wide = (rule.grounds or rule.suspects) is not None
    related = rule.check_related if is_wide else rule.check
    may_find = index.may_be_alike(path) if rule.finds_likes else index.is_named(path)
    if related is not None and may_find and not index.is_unrelated(path):
        yield related
    if rule.check is not None and _is_wide(rule, index) and _may_find_widely(rule, path, index):
        yield rule.check


def _diagnose(module: Module, index: Index) -> tuple[tuple[Rule, Diagnostic], ...]:
    """All diagnostics of a module. They hold while other modules are edited inside their functions: what could
    change with those, a diagnostic works out when it is asked."""
    weights = index.once(severities, None)
    found = (
        (rule, diagnostic)
        for rule in ALL_RULES
        if rule.code in weights
        for check in _checks(rule, module.path, index)
        for diagnostic in check(module, index)
    )
    return _not_silenced(found, module, index)


def _not_silenced(
    diagnostics: Iterable[tuple[Rule, Diagnostic]], module: Module, index: Index
) -> tuple[tuple[Rule, Diagnostic], ...]:
    """Those that no comment silences; and what there is to say of the comments, where these were all."""
    found = tuple(diagnostics)
    if not module.facts.suppressions:
        return found
    lines = Lines(module.text)
    kept: list[tuple[Rule, Diagnostic]] = []
    used: set[tuple[int, str]] = set()
    for rule, diagnostic in found:
        by = _silencing(rule, lines.row_column(diagnostic.span.start)[0] - 1, module, index)
        used.update((number, rule.code) for number in by)
        if not by:
            kept.append((rule, diagnostic))
    return (*kept, *_idle_comments(module, index, used, lines))


def _silencing(rule: Rule, row: int, module: Module, index: Index) -> list[int]:
    """The numbers of the comments that silence what a rule finds in a line."""
    if not can_be_silenced(rule, index.registry):
        return []
    return [
        number
        for number, known in enumerate(module.facts.suppressions)
        if not {rule.code, rule.name}.isdisjoint(known.codes)
        and (known.lines is None or known.lines.start <= row <= known.lines.end)
    ]


def _idle_comments(
    module: Module, index: Index, used: Set[tuple[int, str]], lines: Lines
) -> Iterator[tuple[Rule, Diagnostic]]:
    rule = unused_suppression.RULE
    weights = index.once(severities, None)
    if rule.code not in weights:
        return
    judged = [known.code for known in ALL_RULES if known.check is not None and known.code in weights]
    for diagnostic in unused_suppression.unused(module, index, used, judged, _CODES):
        if not _silencing(rule, lines.row_column(diagnostic.span.start)[0] - 1, module, index):
            yield rule, diagnostic


_CODES = {word: rule.code for rule in ALL_RULES for word in (rule.code, rule.name)}
"""The code of each rule, by its code and by its name."""
_COMMENTS = frozenset({Word("ssot:", enough=ANYWHERE), Word("SSOT", enough=ANYWHERE)})


def words_of_comments(index: Index) -> frozenset[Word]:
    """Of which a file has one that has a comment to be looked at."""
    weights = index.once(severities, None)
    is_looked_at = unused_suppression.RULE.code in weights or index.registry.suppressions.reasons
    return _COMMENTS if is_looked_at else frozenset()
