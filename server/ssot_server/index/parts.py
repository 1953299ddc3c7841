"""Cut a text into its top-level statements, without parsing it.

A part is one statement of the module, with the comments and blank lines above it, or a few short ones. Parts are
what facts are kept by: an edit changes one of them, and a part that cannot matter is never parsed. A part of
sound code parses alone and means what it means in the whole file, because a statement at the left margin starts
where no bracket and no string is open. Where a text is broken, a line that can only begin a statement (`def`,
`class`, an import) ends what was left open above it, so that a half-typed line costs its own part alone.

A cut depends on the text from the last cut on and on nothing before it. So after an edit the text is cut again
only from the part that was edited to the first cut that was there before (`recut`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple
from zlib import crc32

_MARGIN = re.compile(r"^(?:[ \t]*\f)*(?!(?:else|elif|except|finally)\b)[^\s#)\]}]", re.MULTILINE)
"""Where a statement may start: at the left margin, with anything but what continues or closes another. A form feed
takes the tokenizer back to the margin."""
_LONG = r"""\"{3} (?: [^"\\] | \\. | "(?!"") )* \"{3} | '{3} (?: [^'\\] | \\. | '(?!'') )* '{3}"""
_INNER = rf"""{_LONG} | "(?!"") [^"\n]* " | '(?!'') [^'\n]* '"""
_ON_A_LINE = rf"""{{{{ | {{(?!{{) (?: [^{{}}"'\n] | {_INNER} | {{[^{{}}\n]*}} )* }}"""
_ON_MANY = rf"""{{{{ | {{(?!{{) (?: [^{{}}"'] | {_INNER} | {{[^{{}}]*}} )* }}"""
_NOISE = re.compile(
    rf"""
      \#[^\n]*
    | [fFtT][rR]? (?:
          \"{{3}} (?: [^"\\{{] | \\. | "(?!"") | {_ON_MANY} )* \"{{3}}
        | '{{3}} (?: [^'\\{{] | \\. | '(?!'') | {_ON_MANY} )* '{{3}}
        | "(?!"") (?: [^"\\\n{{] | \\(?:\r\n|.) | {_ON_A_LINE} )* "
        | '(?!'') (?: [^'\\\n{{] | \\(?:\r\n|.) | {_ON_A_LINE} )* '
      )
    | {_LONG}
    | "(?!"") (?: [^"\\\n] | \\(?:\r\n|.) )* (?: " | (?=\n) | \Z )
    | '(?!'') (?: [^'\\\n] | \\(?:\r\n|.) )* (?: ' | (?=\n) | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
"""Comments and strings; of a string in three quotes that is not closed a quote is left. Strings with fields come
before the plain ones: since Python 3.12 (PEP 701) a field may hold the quotes that its string has."""
_OPEN = re.compile(rf"{_NOISE.pattern} | (\"{{3}} | '{{3}})", re.VERBOSE | re.DOTALL)
_UNMISTAKABLE = re.compile(r"(?:async[ \t]+def|def|class|import|from[ \t]+[\w.]+[ \t]+import)\b")
"""No expression goes on like this, so no bracket is open above it."""
_SHORT = re.compile(r"(?!(?:async|def|class|if|for|while|with|try|match)\b|@)")
_BARE = re.compile(r"\r(?!\n)")
"""Ends a line, too; but so rarely that a text with such lines is one part."""
_GOES_ON = ("\\\n", "\\\r\n")
_BLANK = re.compile(r"[ \t\f]*(?:#[^\n]*)?\r?\n")
_OFTEN = 8
"""One short statement in so many begins a part of its own, by the sum of its first line's letters: so the cuts
below an edit stay where they were."""


class Recut(NamedTuple):
    """How a changed text is cut."""

    starts: tuple[int, ...]
    head: int
    """How many parts at the beginning are as they were."""
    tail: int
    """How many parts at the end are."""


def cut(text: str) -> tuple[int, ...]:
    """Where the parts of a text begin; the first at 0."""
    if _BARE.search(text):
        return (0,)
    starts = [0]
    while (found := _next_cut(text, starts[-1])) is not None:
        starts.append(found)
    return tuple(starts)


def recut(before: str, starts: tuple[int, ...], text: str) -> Recut:
    """`cut(text)`, given how the text was cut before it was edited."""
    if _BARE.search(text):
        return Recut((0,), 0, 0)
    same = _common_prefix(before, text)
    # A cut depends on the line below it as well, so the part above the edited one is where to begin.
    head = max(0, bisect_right(starts, same) - 2)
    moved = len(text) - len(before)
    same_again = len(before) - _common_suffix(before, text, same)
    kept = starts[head + 1 :]
    fresh = [starts[head]]
    while (found := _next_cut(text, fresh[-1])) is not None:
        number = bisect_left(starts, found - moved)
        if found - moved >= same_again and number < len(starts) and starts[number] == found - moved:
            rest = tuple(start + moved for start in starts[number:])
            return Recut((*starts[:head], *fresh, *rest), head, len(rest))
        if found <= same and len(fresh) == 1 and kept and found == kept[0]:  # the part above is as it was
            head, kept, fresh = head + 1, kept[1:], []
        fresh.append(found)
    return Recut((*starts[:head], *fresh), head, 0)


def _next_cut(text: str, start: int) -> int | None:
    """Where the part ends that begins at `start`; None where it reaches to the end of the text."""
    first = _MARGIN.search(text, start)
    if first is None:
        return None
    begin = first.end() - 1  # of the statement at hand
    short = _SHORT.match(text, begin) is not None
    at = first.start()  # of what was not looked at yet
    depth = 0
    candidate = _MARGIN.search(text, first.end())
    while candidate is not None:
        end, word = candidate.start(), candidate.end() - 1
        rest = _NOISE.sub("", text[at:end])
        if _is_in_string(rest):
            string = _string_over(text, at, end)
            if string is None:
                return None
            depth += _depth(_NOISE.sub("", text[at : string.start()]))
            at = string.end()
            candidate = _MARGIN.search(text, at)
            continue
        depth += _depth(rest)
        at = end
        if not rest.endswith(_GOES_ON) and (depth <= 0 or _UNMISTAKABLE.match(text, word)):
            depth = 0
            if text[begin] != "@" and not (short and _joins(text, word)):
                return _with_comments(text, begin, end)
            begin = word
        candidate = _MARGIN.search(text, candidate.end())
    return None


def _is_in_string(rest: str) -> bool:
    """Whether the end of some lines, given without their noise, is inside a string: one in three quotes is open, or
    a backslash took the end of the last line with it."""
    return '"' in rest or "'" in rest or not rest.endswith("\n")


def _string_over(text: str, start: int, line: int) -> re.Match[str] | None:
    """The string that reaches over the beginning of a line; None where it is not closed."""
    for found in _OPEN.finditer(text, start):
        if found[1]:
            return None
        if found.end() > line:
            return found
    return None


def _depth(rest: str) -> int:
    """How many brackets are opened more than closed."""
    return sum(map(rest.count, "([{")) - sum(map(rest.count, ")]}"))


def _joins(text: str, at: int) -> bool:
    """Whether a statement shares a part with the short one above it."""
    if _SHORT.match(text, at) is None:
        return False
    end = text.find("\n", at)
    return crc32(text[at : end if end >= 0 else len(text)].encode("utf-8", "surrogatepass")) % _OFTEN != 0


def _with_comments(text: str, begin: int, end: int) -> int:
    """The beginning of the comments and blank lines that stand right above `end`, where a statement starts."""
    place = end
    while _BLANK.fullmatch(text, line := text.rfind("\n", 0, place - 1) + 1, place):
        place = line
    above = text[place:end]
    if '"' in above or "'" in above or text.endswith(_GOES_ON, begin, place):
        # The last line of a string may look like a comment, and a blank line may be what ends a statement.
        while place < end and not _is_over(text[begin:place]):
            place = text.index("\n", place) + 1
    return place


def _is_over(lines: str) -> bool:
    """Whether a statement can end with these lines, as far as strings and backslashes tell."""
    rest = _NOISE.sub("", lines)
    return not _is_in_string(rest) and not rest.endswith(_GOES_ON)


def _common_prefix(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(one: str, other: str, prefix: int) -> int:
    """How many characters at the end are the same, not counting any of the common prefix twice."""
    low, high = 0, min(len(one), len(other)) - prefix
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
