"""`--select` and `--ignore`: which rules a run shows and fixes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ssot_rules.contract import Rule


class UnknownCode(ValueError):
    """A word that names no rule; the message says what may have been meant."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that a run shows and fixes, by code."""

    codes: frozenset[str]

    def __contains__(self, rule: Rule) -> bool:
        return rule.code in self.codes

    @classmethod
    def parse(cls, select: Sequence[str], ignore: Sequence[str], rules: Iterable[Rule]) -> Selection:
        """The rules of `select` (all where it is empty) without those of `ignore`.

        Each item is a comma-separated list of codes, names or prefixes of codes. Raises `UnknownCode`.
        """
        known = tuple(rules)
        chosen = _matching(select, known) if select else frozenset(rule.code for rule in known)
        return cls(chosen - _matching(ignore, known))


def find_rule(word: str, rules: Iterable[Rule]) -> Rule:
    """The rule with this code or name. Raises `UnknownCode`."""
    known = tuple(rules)
    for rule in known:
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    raise _unknown(word, known)


def _matching(items: Sequence[str], rules: Sequence[Rule]) -> frozenset[str]:
    words = [word.strip() for item in items for word in item.split(",")]
    return frozenset(code for word in words if word for code in _codes(word, rules))


def _codes(word: str, rules: Sequence[Rule]) -> list[str]:
    codes = [rule.code for rule in rules if rule.code.startswith(word.upper()) or rule.name == word.lower()]
    if not codes:
        raise _unknown(word, rules)
    return codes


def _unknown(word: str, rules: Sequence[Rule]) -> UnknownCode:
    from difflib import get_close_matches

    spellings = {spelling.lower(): spelling for rule in rules for spelling in (rule.code, rule.name)}
    close = get_close_matches(word.lower(), spellings, n=1)
    hint = f"did you mean `{spellings[close[0]]}`?" if close else "`ssot rule --all` lists them."
    return UnknownCode(f"`{word}` is no rule; {hint}")
