"""Patterns in gitignore syntax, with git's own meaning.

Git asks of each file or folder whether a pattern matches that very entry; what lies inside an ignored folder
is never asked about. So patterns are matched against single entries here, and whoever walks a tree (or the
folders of one path) leaves an ignored folder alone. The patterns of a file are joined into few regular expressions,
since a walk asks about every entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
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


class _Pattern(NamedTuple):
    regex: str
    """Matches a whole name, or a whole path if the pattern is anchored."""
    negated: bool
    anchored: bool
    only_folders: bool


class _Union(NamedTuple):
    """Several patterns as one expression with a group for each, the last pattern first."""

    match: Match
    numbers: tuple[int, ...]
    """By group: the number of its pattern in the file."""

    @classmethod
    def of(cls, patterns: Iterable[tuple[int, _Pattern]]) -> _Union:
        found = sorted(patterns, reverse=True)
        if not found:
            return cls(_MATCHES_NOTHING.match, ())
        regex = re.compile("|".join(f"({pattern.regex})" for _, pattern in found), re.DOTALL)
        return cls(regex.fullmatch, tuple(number for number, _ in found))

    def last(self, subject: str) -> int:
        """The number of the last pattern that matches, -1 if none does."""
        match = self.match(subject)
        return self.numbers[match.lastindex - 1] if match and match.lastindex else -1


class _Kind(NamedTuple):
    """The patterns for one kind of entry: those for its name, and those with a slash for its path."""

    by_name: _Union
    by_path: _Union

    @classmethod
    def of(cls, patterns: Collection[tuple[int, _Pattern]]) -> _Kind:
        by_name = _Union.of(entry for entry in patterns if not entry[1].anchored)
        return cls(by_name, _Union.of(entry for entry in patterns if entry[1].anchored))

    def last(self, path: str) -> int:
        return max(self.by_name.last(path[path.rfind("/") + 1 :]), self.by_path.last(path))


class Patterns(NamedTuple):
    """The patterns of one file, ready to match."""

    files: _Kind
    folders: _Kind
    negated: tuple[bool, ...]
    """By number of the pattern: whether it takes an entry back in."""

    def decide(self, path: str, is_folder: bool) -> bool | None:
        """Whether the entry is ignored (True), taken back in (False), or left to other files (None).

        `path` is relative to the folder that the patterns belong to, with `/`.
        """
        number = (self.folders if is_folder else self.files).last(path)
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
    patterns = [*enumerate(pattern for line in lines if (pattern := _parse(line)))]
    if not patterns:
        return None
    return Patterns(
        _Kind.of([entry for entry in patterns if not entry[1].only_folders]),
        _Kind.of(patterns),
        tuple(pattern.negated for _, pattern in patterns),
    )


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
    return _Pattern(regex, negated, anchored, only_folders)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    escapes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if escapes % 2 and stripped != line else stripped


_TOKEN = re.compile(
    r"(?P<all>\A\*\*+\Z)"
    r"|(?P<inside>/\*\*+\Z)"
    r"|(?P<between>/\*\*+(?=/))"
    r"|(?P<leading>\A(?:\*\*+/)+)"
    r"|(?P<stars>\*+)"
    r"|(?P<any>\?)"
    r"|(?P<bracket>\[[!^]?\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*\])"
    r"|(?P<broken>\[|\\\Z)"
    r"|(?P<literal>\\?.)",
    re.DOTALL,
)
_REGEXES = {
    "all": ".+",
    "inside": "/.+",
    "between": "(?:/.*)?",
    "leading": "(?:.*/)?",
    "stars": "[^/]*",
    "any": "[^/]",
}


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
