"""Patterns in gitignore syntax, with git's own meaning.

Git asks of each file or folder whether a pattern matches that very entry; what lies inside an ignored folder
is never asked about. So patterns are matched against single entries here, and whoever walks a tree (or the
folders of one path) leaves an ignored folder alone. All patterns of a file make up two regular expressions,
since a walk asks about every entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

_POSIX_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_MATCHES_NOTHING = re.compile(r"(?!)")

Match = Callable[[str], "re.Match[str] | None"]


class Patterns(NamedTuple):
    """The patterns of one file, ready to match."""

    by_name: Match
    """Matches an entry's name; the last group that took part is the pattern that decides."""
    by_path: Match
    """The same for its path, for the patterns that hold a slash."""
    negated: tuple[bool, ...]
    """By number of the pattern: whether it takes an entry back in."""
    name_numbers: tuple[int, ...]
    path_numbers: tuple[int, ...]

    def decide(self, path: str, is_folder: bool) -> bool | None:
        """Whether the entry is ignored (True), taken back in (False), or left to other files (None).

        `path` is relative to the folder that the patterns belong to, with `/`.
        """
        subject = f"{path}/" if is_folder else path
        number = -1
        match = self.by_name(subject[path.rfind("/") + 1 :])
        if match and match.lastindex:
            number = self.name_numbers[match.lastindex - 1]
        match = self.by_path(subject)
        if match and match.lastindex:
            number = max(number, self.path_numbers[match.lastindex - 1])
        return None if number < 0 else not self.negated[number]

    def covers(self, path: str) -> bool:
        """Whether a file is ignored, by itself or by a folder that it lies in."""
        slash = path.find("/")
        while slash >= 0:
            if self.decide(path[:slash], is_folder=True):
                return True
            slash = path.find("/", slash + 1)
        return bool(self.decide(path, is_folder=False))


def compile_patterns(lines: Iterable[str]) -> Patterns | None:
    """Read the lines of a `.gitignore`; None if no line is a pattern that could match."""
    patterns = [pattern for line in lines if (pattern := _parse(line))]
    if not patterns:
        return None
    named = [number for number, pattern in enumerate(patterns) if not pattern.anchored]
    pathed = [number for number, pattern in enumerate(patterns) if pattern.anchored]
    return Patterns(
        _union([patterns[number].regex for number in reversed(named)]),
        _union([patterns[number].regex for number in reversed(pathed)]),
        tuple(pattern.negated for pattern in patterns),
        tuple(reversed(named)),
        tuple(reversed(pathed)),
    )


class _Pattern(NamedTuple):
    regex: str
    negated: bool
    anchored: bool


def _union(regexes: list[str]) -> Match:
    """One expression with a group for each alternative; earlier ones are preferred."""
    if not regexes:
        return _MATCHES_NOTHING.match
    return re.compile("|".join(f"({regex})" for regex in regexes), re.DOTALL).fullmatch


def _parse(line: str) -> _Pattern | None:
    text = _without_trailing_spaces(line.rstrip("\r\n"))
    if text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    text = text.removesuffix("/")
    anchored = "/" in text
    regex = _translate(text.removeprefix("/"))
    if not text or regex is None:
        return None
    return _Pattern(regex + ("/" if only_folders else "/?"), negated, anchored)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    escapes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if escapes % 2 and stripped != line else stripped


_TOKEN = re.compile(
    r"(?P<inside>/\*\*\Z)"
    r"|(?P<between>/\*\*(?=/))"
    r"|(?P<leading>\A\*\*/)"
    r"|(?P<stars>\*+)"
    r"|(?P<any>\?)"
    r"|(?P<bracket>\[[!^]?\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*\])"
    r"|(?P<broken>\[|\\\Z)"
    r"|(?P<literal>\\?.)",
    re.DOTALL,
)
_REGEXES = {"inside": "/[^/].*", "between": "(?:/.*)?", "leading": "(?:.*/)?", "stars": "[^/]*", "any": "[^/]"}


def _translate_token(kind: str, token: str) -> str | None:
    if kind == "broken":
        return None
    if kind == "bracket":
        return _bracket(token)
    return re.escape(token[-1]) if kind == "literal" else _REGEXES[kind]


def _translate(pattern: str) -> str | None:
    """The pattern as a regular expression; None if it can match nothing."""
    parts: list[str] = []
    for token in _TOKEN.finditer(pattern):
        part = _translate_token(str(token.lastgroup), token[0])
        if part is None:
            return None
        parts.append(part)
    return "".join(parts)


_MEMBER = re.compile(
    r"\[:(?P<posix>[a-z]+):\]|(?P<low>\\.|.)-(?P<high>\\.|.)|(?P<single>\\.|.)",
    re.DOTALL,
)


def _bracket(token: str) -> str | None:
    """A character class; like every wildcard it does not match a slash. None if nothing is in it."""
    inside = token[1:-1]
    negated = inside.startswith(("!", "^"))
    members: list[str] = []
    for member in _MEMBER.finditer(inside[1:] if negated else inside):
        if member["posix"]:
            members.append(_POSIX_CLASSES.get(member["posix"], ""))
        elif member["single"]:
            members.append(re.escape(member["single"][-1]))
        elif member["low"][-1] <= member["high"][-1]:
            members.append(f"{re.escape(member['low'][-1])}-{re.escape(member['high'][-1])}")
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]" if any(members) else None
