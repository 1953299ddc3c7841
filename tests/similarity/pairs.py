"""Pairs of a canonical implementation and something beside it, with what the rules should say of it.

A file of pairs begins with what it is about, the registry and the canonical; `## ` starts each pair:

    ## SSOT204 rewritten: a loop over the attempts
    async def call_patiently(action, attempts=4): ...

    ## nothing look-alike: it waits for something else
    async def wait_until_ready(probe): ...

First comes the rule that should find it, or `nothing`, then its kind and a title. The code is the file `app/case.py`
unless `#- PATH` lines name files; a registry among them stands for the common one.

Each file belongs to one part of the set (`PARTS`) by its number. The files up to 14 are by the author of the rules:
those with odd numbers were there to choose weights and thresholds with, those with even numbers were not. The others
are by people who had not read the rules when they wrote them. Those from 15 to 24 were measured before anything was
changed; what was wrong in them has been looked at since, first in those with odd numbers, and the rules were mended for
it. That of 25 was written then, with names as public repositories have them, and one of its pairs showed a mistake.
That of 26 was written after that, and nothing has been changed for it. Those from 27 to 30 are by a third author. They
were measured, then those with odd numbers were used to choose with, they were measured again, and then the others were
looked at, too. That of 31 was written after that, by somebody who knew the rules by then; it showed one mistake. That of 32
was written after all that was changed. Who looks at what is wrong in a part that is held out writes new pairs.

    $ python tests/similarity/pairs.py              # precision and recall of each rule on each part
    $ python tests/similarity/pairs.py --wrong      # what is wrong in the parts that may be looked at
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from harness import Workspace, split_files

FOLDER = Path(__file__).parent / "pairs"
CASE = "app/case.py"
REGISTRY = "ssot.toml"
NOTHING = "nothing"
RULES = ("SSOT201", "SSOT202", "SSOT203", "SSOT204", "SSOT205")
_PAIR = re.compile(
    r"^## (?P<code>SSOT\d+|nothing) (?P<kind>[^:\n]+): (?P<title>[^\n]+)\n(?P<code_text>.*?)(?=^## |\Z)",
    re.MULTILINE | re.DOTALL,
)


class Part(NamedTuple):
    """A part of the set."""

    title: str
    is_held_out: bool
    """Whether nothing has been chosen or changed for it."""


_CHOSEN_WITH = Part("by the rules' author, to choose with", is_held_out=False)
_HELD_OUT = Part("by the rules' author, held out", is_held_out=True)
_LOOKED_AT = Part("by a second author, looked at since", is_held_out=False)
_HELD_OUT_LATER = Part("by the second author, held out", is_held_out=True)
_CHOSEN_WITH_LAST = Part("by a third author, to choose with", is_held_out=False)
_LOOKED_AT_LAST = Part("by the third author, looked at since", is_held_out=False)
_HELD_OUT_LAST = Part("by the third author, held out", is_held_out=True)
PARTS = (
    _CHOSEN_WITH,
    _HELD_OUT,
    _LOOKED_AT,
    _HELD_OUT_LATER,
    _CHOSEN_WITH_LAST,
    _LOOKED_AT_LAST,
    _HELD_OUT_LAST,
)


def part_of(number: int) -> Part:
    """The part that the file of this number belongs to."""
    if number < 15:
        return _CHOSEN_WITH if number % 2 else _HELD_OUT
    if number < 27:
        return _LOOKED_AT if number <= 25 else _HELD_OUT_LATER
    if number > 31:
        return _HELD_OUT_LAST
    return _CHOSEN_WITH_LAST if number in {27, 29} else _LOOKED_AT_LAST


class Pair(NamedTuple):
    """A canonical implementation and something beside it."""

    group: str
    expected: str
    """The code of the rule that should find it, or `nothing`."""
    kind: str
    title: str
    files: dict[str, str]
    own: frozenset[str]
    """The files of the second of the pair."""

    @property
    def part(self) -> Part:
        return part_of(int(self.group.partition("-")[0]))

    def found(self) -> list[tuple[str, str]]:
        """The code and the message of each finding in the second of the pair, or of how many there are."""
        with tempfile.TemporaryDirectory() as folder:
            text = "".join(f"#- {path}\n{body}" for path, body in self.files.items())
            workspace = Workspace(Path(folder).resolve(), text)
            return [
                (note.code, note.message)
                for note in workspace.found()
                if note.code in RULES and (note.path in self.own or note.path == REGISTRY)
            ]


class Score(NamedTuple):
    """How well a rule does."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def pairs() -> Iterator[Pair]:
    """All of them, in the order of the files."""
    for file in sorted(FOLDER.glob("*.txt")):
        head, mark, rest = file.read_text("utf-8").partition("\n## ")
        shared = split_files(head[head.index("#- ") :])
        for found in _PAIR.finditer(mark[1:] + rest):
            text = found["code_text"]
            own = split_files(text if text.startswith("#- ") else f"#- {CASE}\n{text}")
            yield Pair(
                file.stem,
                found["code"],
                found["kind"],
                found["title"],
                {**shared, **own},
                frozenset(own) - {REGISTRY},
            )


def score(results: Iterable[tuple[Pair, list[str]]], rule: str | None = None) -> Score:
    """How well a rule does, or all together: of a pair that should be found, by the one that should find it."""
    right = wrong = missed = 0
    for pair, codes in results:
        known = set(codes) if rule is None else set(codes) & {rule}
        right += pair.expected in known
        wrong += len(known - {pair.expected})
        missed += pair.expected not in {*known, NOTHING} and rule in {None, pair.expected}
    return Score(right, wrong, missed)


def main(arguments: list[str]) -> None:
    """Print how well the rules do."""
    results = [(pair, pair.found()) for pair in pairs()]
    print(f"{len(results)} pairs\n\n{'':16}{'pairs':>6}{'precision':>11}{'recall':>8}")
    for part in PARTS:
        own = [(pair, [code for code, _ in found]) for pair, found in results if pair.part == part]
        print(part.title)
        for rule in (*RULES, None):
            concerned = [pair for pair, _ in own if rule in {None, pair.expected}]
            known = score(own, rule)
            print(f"  {rule or 'together':14}{len(concerned):6}{known.precision:11.3f}{known.recall:8.3f}")
    if "--wrong" in arguments:
        for pair, found in results:
            codes = {code for code, _ in found}
            if not pair.part.is_held_out and codes != {pair.expected} - {NOTHING}:
                print(f"\n{pair.group}: {pair.expected} {pair.kind}: {pair.title}")
                print("".join(f"  {code} {message}\n" for code, message in found) or "  nothing was found")


if __name__ == "__main__":
    main(sys.argv[1:])
