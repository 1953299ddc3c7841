"""Which files could the registry concern? Answered from the bytes of a file, without parsing it.

The answer errs on one side only: a file that is left out cannot hold a finding. A name can be reached only by
an import that names it, as an attribute, in a string or a cross-reference, or through a star import; a rival is
made only by a definition, an alias or an assignment; and a name that stands alone is missing only where no import at
the left margin brings it. Text that merely looks like one of these costs a parse and nothing else.

A run that repeats an earlier one asks this of the files that changed: it loads no rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TYPE_CHECKING = False  # see the top
if TYPE_CHECKING:
    from typing import TypeAlias

    Word: TypeAlias = tuple[str, frozenset[str], bool, tuple[str, ...], str, int, str, bool]
    """See `ssot_rules.relevance.Word`."""

_FROM_IMPORT = re.compile(
    rb"\bfrom\b(?P<module>[\s\\.\w\x80-\xff]*?)\bimport\b[\s\\]*"
    rb"(?P<names>\((?:[^()#]|#[^\r\n]*)*\)|[^\r\n;#\\]*(?:\\\r?\n[^\r\n;#\\]*)*)"
)
_STAR = re.compile(rb"\bimport\b[\s\\(]*\*")
_INTRODUCED = re.compile(rb"(?:\.|\b(?:class|def|as|type|from))[\s\\]*\Z")
"""Before a name: it is an attribute, part of a dotted module, or what a definition or alias makes."""
_ATTRIBUTE = re.compile(rb"\.[\s\\]*\Z")
_QUOTED = re.compile(rb"[\"'`<~!\[]\Z|\w:\Z")
"""Before a name that a string or a cross-reference begins with, or that is behind the colon of an entry point."""
_QUOTED_END = re.compile(rb"[\"'.:]")
_TOGETHER = b".multiple"
"""`patch.multiple` says by keywords what it patches."""
_KEYWORD_END = re.compile(rb"[ \t]*=(?!=)")
_APART = rb"(?:[\s\\(\[]|#[^\r\n]*[\r\n])*"
_ALIASED = re.compile(
    rb"(?:=" + _APART + rb"|\A[\w.\x80-\xff]*[\s\\]*," + _APART + rb")(?:[\w.\x80-\xff]+[\s\\]*," + _APART + rb")*\Z"
)
"""Before a name: an assignment gives it to another, alone or as one of several."""
_ALIASED_END = re.compile(rb"[ \t]*[(.\[]")
_DEFINED = re.compile(rb"\b(?:class|def)[\s\\]+([\w\x80-\xff]*)\Z")
_NAME = re.compile(rb"[\w\x80-\xff]*")
_PLAIN_IMPORT = re.compile(rb"(?:\A|[;:])[ \t\f]*import\b[^;]*\Z")
_ASSIGNED_FROM = re.compile(rb"[ \t\f]*(?:[\w., \t*()\[\]]*[, \t(\[;])?\Z")
_ASSIGNED_TO = re.compile(rb"[ \t]*(?:[,:)\]][^=\r\n]*)?=(?!=)")
_NOTEBOOK = re.compile(rb"\s*\{\s*[\"}]")
_LOOK_BACK = 200
NOTHING: frozenset[Word] = frozenset()


def seeks_likes(word: Word) -> bool:
    """Whether a word is several, of which enough make a file one that may be like a canonical implementation."""
    return word[5] > 0


class Search:
    """A search for words, ready to be run over many files."""

    def __init__(self, words: Iterable[Word]) -> None:
        self.words = frozenset(words)
        self._wanted = [_Wanted(word) for word in sorted(self.words) if not word[5]]
        self._crowds = [_Crowd(word) for word in sorted(self.words) if word[5] > 0]
        self._texts = [(word[0].encode(), word) for word in sorted(self.words) if word[5] < 0]

    def find(self, data: bytes) -> frozenset[Word]:
        """The words because of which a file with this content could matter. It is taken for UTF-8 or anything that
        spells ASCII the same; words in other letters are looked for in every file that is not pure ASCII."""
        crowds = [*self._crowds_in(data), *(word for text, word in self._texts if text in data)]
        if _NOTEBOOK.match(data):  # its code is written as JSON
            wanted = [known for known in self._wanted if known.may_be_in(data) or not known.is_ascii]
            return frozenset([*crowds, *(known.word for known in wanted)])
        wanted = [known for known in self._wanted if known.may_be_in(data) or not (known.is_ascii or data.isascii())]
        if not wanted:
            return frozenset(crowds) if crowds else NOTHING
        found = {known.word for known in wanted if not known.is_ascii or known.is_made(data)}
        whole = [known for known in wanted if not (known.partial or known.bare or known.word in found)]
        if whole and _STAR.search(data) is not None:
            found.update(known.word for known in whole)
        elif whole:
            imported = [
                (known.word, known.is_imported(statement["module"], statement["names"]), _is_at_margin(data, statement))
                for statement in _FROM_IMPORT.finditer(data)
                for known in whole
                if known.stands_in(statement["names"])
            ]
            found.update(word for word, matters, _ in imported if matters)
            bound = {word for word, _, is_at_margin in imported if is_at_margin}
            alone = (known for known in whole if known.word not in bound and not known.depends)
            found.update(known.word for known in alone if known.stands_in(data))
        return frozenset(found.union(crowds))

    def _crowds_in(self, data: bytes) -> list[Word]:
        if not self._crowds:
            return []
        words = set(data.translate(_APART_FROM_WORDS).split())
        return [known.word for known in self._crowds if known.is_in(words)]


_APART_FROM_WORDS = bytes(
    byte if (byte < 128 and chr(byte).isalnum()) or byte == ord("_") else ord(" ") for byte in range(256)
)


class _Crowd:
    """Several names in ASCII letters, of which a file holds enough or not."""

    def __init__(self, word: Word) -> None:
        self.word = word
        names = [name.encode() for name in word[0].split()]
        self._forms = frozenset([*names, *(b"_" + name for name in names)])
        self._enough = word[5]

    def is_in(self, words: set[bytes]) -> bool:
        """Whether these words have enough of the names, by themselves or behind an underscore."""
        found = self._forms & words
        return len(found) >= self._enough and len({form.lstrip(b"_") for form in found}) >= self._enough


def _is_at_margin(data: bytes, statement: re.Match[bytes]) -> bool:
    return statement.start() == 0 or data[statement.start() - 1 : statement.start()] in {b"\n", b"\r"}


class _Wanted:
    """One word, looked for in bytes."""

    def __init__(self, word: Word) -> None:
        text, homes, partial, beside, only, _, by, bare = self.word = word
        self.bytes = text.encode()
        self.is_ascii = "".join((text, *beside, only, by)).isascii()
        self.partial = partial
        self.bare = bare
        self.depends = by != ""
        self._by = by.encode()
        self._beside = [other.encode() for other in beside]
        self._only = re.compile(only.encode()) if only else None
        self._homes = frozenset(home.encode() for home in homes)
        name = rb"(?<![\w\x80-\xff])" + re.escape(self.bytes) + rb"(?![\w\x80-\xff])"
        self._alone = re.compile(name + rb"(?![\s\\]+as\b)")
        self._any = re.compile(name)
        self._bare = re.compile(rb"(?<!\.)" + name)

    def may_be_in(self, data: bytes) -> bool:
        """Whether the word, and the one that it depends on, are in some text in any way."""
        return self.bytes in data and self._by in data

    def is_made(self, data: bytes) -> bool:
        """Whether the word is defined, assigned, an attribute, or part of a module's name."""
        if self.partial:
            return any(
                (name := _DEFINED.search(before)) is not None and self._is_whole(name[1], data, after)
                for before, after in self._surroundings(data)
            )
        if self.bare:
            return self._bare.search(data) is not None
        if self.depends:  # nothing but a package leads to it
            return any(_ATTRIBUTE.search(before) for before, _ in self._surroundings(data))
        return any(
            _INTRODUCED.search(before)
            or (_QUOTED.search(before) and _QUOTED_END.match(data, after))
            or (_KEYWORD_END.match(data, after) and _TOGETHER in data)
            or (_ALIASED.search(before) and not _ALIASED_END.match(data, after))
            or _PLAIN_IMPORT.search(line := before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :])
            or (_ASSIGNED_TO.match(data, after) and _ASSIGNED_FROM.match(line))
            for before, after in self._surroundings(data)
        )

    def _is_whole(self, lead: bytes, data: bytes, after: int) -> bool:
        """Whether a name that is defined is made as it is to be; it begins with `lead` and goes on there."""
        rest = _NAME.match(data, after)
        name = (lead + self.bytes + (b"" if rest is None else rest[0])).lower()
        if self._only is not None and self._only.fullmatch(name) is None:
            return False
        return all(other in name for other in self._beside)

    def _surroundings(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """For each time that the word stands there: some text before it, and where it ends."""
        at = data.find(self.bytes)
        while at >= 0:
            end = at + len(self.bytes)
            if self.partial or self._any.match(data, at):
                yield data[max(0, at - _LOOK_BACK) : at], end
            at = data.find(self.bytes, end)

    def stands_in(self, data: bytes) -> bool:
        """Whether the word stands anywhere by itself."""
        return self.bytes in data and self._any.search(data) is not None

    def is_imported(self, module: bytes, names: bytes) -> bool:
        """Whether a `from` import takes the word from anywhere but its home, or under another name."""
        harmless = len(self._alone.findall(names)) if module.strip() in self._homes else 0
        return len(self._any.findall(names)) > harmless
