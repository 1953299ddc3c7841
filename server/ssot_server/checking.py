"""Run the rules: over a module, over the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from ssot_rules import ALL_RULES, existing_implementation
from ssot_rules.contract import CheckModule, Diagnostic, Rule, Severity
from ssot_rules.facts import Suppression
from ssot_rules.index import Index, Module
from ssot_rules.relevance import parts_of_interest
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
    return [Finding(module.path, rule, severity, diagnostic, index) for _, diagnostic in _not_silenced(found, module)]


def problem_of(module: Module, index: Index) -> Skipped | None:
    """What of a module could not be checked, because it does not parse."""
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
    if related is not None and not index.is_unrelated(path):
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
    return _not_silenced(found, module)


def _not_silenced(
    diagnostics: Iterable[tuple[Rule, Diagnostic]], module: Module
) -> tuple[tuple[Rule, Diagnostic], ...]:
    found = tuple(diagnostics)
    if not found or not module.facts.suppressions:
        return found
    lines = Lines(module.text)
    return tuple(
        (rule, diagnostic)
        for rule, diagnostic in found
        if not _is_silenced(rule, lines.row_column(diagnostic.span.start)[0] - 1, module.facts.suppressions)
    )


def _is_silenced(rule: Rule, row: int, suppressions: tuple[Suppression, ...]) -> bool:
    return any(
        {rule.code, rule.name}.intersection(known.codes)
        and (known.lines is None or known.lines.start <= row <= known.lines.end)
        for known in suppressions
    )
