"""Comments that silence findings: what of them can go, and how."""

from __future__ import annotations

import re
from collections.abc import Collection

from ssot_rules.contract import Edit, Rule
from ssot_rules.facts import Span, Suppression
from ssot_rules.index import Module
from ssot_rules.registry import Registry

_CODES = re.compile(
    r"(?P<lead>.*?(?:\[|noqa:[ \t]*))(?P<codes>[^\]]*?)(?P<tail>\].*|[ \t]*)\Z", re.IGNORECASE | re.DOTALL
)
_LEAD = re.compile(r"[ \t]*\Z")
_REST = re.compile(r"[ \t]*(?=#|[\r\n]|\Z)")
_LINE_END = re.compile(r"\r\n|\n|\r")


def can_be_silenced(rule: Rule, registry: Registry) -> bool:
    """Whether the team lets comments silence a rule."""
    return {rule.code, rule.name}.isdisjoint(registry.suppressions.never)


def without_codes(module: Module, comment: Suppression, gone: Collection[str]) -> Edit | None:
    """The edit that takes codes out of a comment, and all of the comment with the last one."""
    text = module.text[comment.span.start : comment.span.end]
    left = [code for code in comment.codes if code not in gone]
    if not left:
        return Edit(module.path, *_whole(module.text, comment.span))
    found = _CODES.match(text)
    return (
        None if found is None else Edit(module.path, comment.span, f"{found['lead']}{', '.join(left)}{found['tail']}")
    )


def _whole(text: str, span: Span) -> tuple[Span, str]:
    """What to put in a comment's place so that nothing of it stays: its line goes if it has one for itself. What is
    said behind it stays a comment."""
    rest = _REST.match(text, span.end)
    if rest is None:
        return span, "#"
    line = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    lead = _LEAD.search(text, line, span.start)
    start = span.start if lead is None else lead.start()
    if text[rest.end() : rest.end() + 1] == "#":
        return Span(span.start, rest.end()), ""
    end = _LINE_END.match(text, rest.end())
    if start == line and end is not None:
        return Span(line, end.end()), ""
    return Span(start, rest.end()), ""
