"""What could lead to something that the registry speaks of, and what cannot, told by names alone.

A name leads to a marked place only if each step on the way is called like the place, or like the alias that the
step before it made. So the names of the marked places, and every other name under which a module passes one of
them on, are all that has to be looked at; the rest of the code need not even be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from itertools import chain
from typing import NamedTuple

from ssot_rules.ancestry import ancestors
from ssot_rules.bans import BUILTINS, banned_calls, banned_places
from ssot_rules.facts import Binding, BindingKind, Facts, Part, Role, Use
from ssot_rules.globs import fixed_name
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical, marks, named_paths, vocabulary
from ssot_rules.names import Fragment, fragments
from ssot_rules.originals import crowds
from ssot_rules.stars import star_names

ANYWHERE = -1
"""In place of a number of names; see `Word.enough`."""


class Word(NamedTuple):
    """A word of which a file must hold at least one before any rule could concern it."""

    text: str
    homes: frozenset[str] = frozenset()
    """Modules from which importing it is as the registry wants it: such an import alone concerns no rule."""
    partial: bool = False
    """Only definitions whose names contain it matter."""
    beside: tuple[str, ...] = ()
    """Of a partial word: what these names contain, too, in small letters."""
    only: str = ""
    """Of a partial word: a regular expression for the whole of such a name, in small letters; empty for any."""
    enough: int = 0
    """If not 0, the text is several names with spaces between: a file matters that holds so many of them, anywhere.
    `ANYWHERE` if a file matters that holds the text as it is, in whatever it says."""
    by: str = ""
    """Of a whole word: another one that the file holds, too, unless a module passes the name on."""
    bare: bool = False
    """Only where it stands with no dot before it, as a builtin does, it matters."""

    @property
    def is_name(self) -> bool:
        """Whether it is a name that could lead to something."""
        return not (self.partial or self.enough or self.bare)

    @property
    def is_everywhere(self) -> bool:
        """Whether it is a name that could lead to something in any file that holds it."""
        return self.is_name and not self.by


def words(index: Index) -> frozenset[Word]:
    """The words of a registry: the last names of its paths and of the places that they pass, and the fixed
    part of each `names` pattern."""
    homes: dict[str, set[str]] = {}
    for concept in index.registry.concepts.values():
        for path in named_paths(concept):
            home, _, name = path.rpartition(".")
            matters = concept.state is not None or concept.construct is not None  # calls do, wherever it comes from
            homes.setdefault(name, set()).update(() if matters else (home,))
        for entry in concept.deprecated:
            homes.setdefault(entry.path.rpartition(".")[2], set())
    for ban in index.registry.bans:
        if ban.use is not None:
            home, _, name = ban.use.rpartition(".")
            homes.setdefault(name, set()).add(home)
    known = index.once(marks, None)
    parts = {
        Word(part.text, partial=True, beside=part.beside, only=part.only)
        for canonical in known.canonicals.values()
        for part in name_fragments(canonical, index)
    }
    for place in (*known.protected, *known.by_place):
        homes.setdefault(place.name.rpartition(".")[2], set())
    banned = set(_banned_words(homes, index))
    whole = {Word(name, frozenset(found)) for name, found in homes.items() if name}
    alike = {Word(" ".join(known.names), enough=known.enough) for known in index.once(crowds, None)}
    return frozenset(whole | parts | alike | banned | set(_made_words(index)))


def _made_words(index: Index) -> Iterator[Word]:
    """The words of what makes the instances that nobody may share: of `Factory.create`, and of `Factory().create`."""
    for concept in index.registry.concepts.values():
        if concept.state is not None and concept.construct is not None:
            owner, _, name = concept.construct.rpartition(".")
            yield Word(name, by=owner.rpartition(".")[2])
            yield Word(owner.rpartition(".")[2])


def _banned_words(homes: dict[str, set[str]], index: Index) -> Iterator[Word]:
    """The words of bans other than those that are names like all others; these are added to `homes`."""
    for ban in index.once(banned_calls, None):
        if ban.builtin is not None:
            yield Word(ban.builtin, bare=True)
            homes.setdefault(BUILTINS, set())
        elif ban.pattern is not None:
            homes.setdefault(fixed_name(ban.pattern), set())
        elif ban.package is not None:  # nearly every file holds a `get`
            yield from (Word(place.name.rpartition(".")[2], by=ban.package) for place in ban.places)
        else:
            for place in ban.places:
                homes.setdefault(place.name.rpartition(".")[2], set())


def claiming(_: None, index: Index) -> frozenset[Fragment]:
    """Of which each name of a definition, other than the canonicals' own, that could belong to a concept has one."""
    canonicals = index.once(marks, None).canonicals.values()
    definitions = (canonical for canonical in canonicals if not canonical.is_module)
    return frozenset(part for canonical in definitions for part in name_fragments(canonical, index))


def parts_claiming(module: Module, index: Index) -> tuple[int, ...]:
    """The statements of a module that may define a name which could belong to a concept, other than the canonicals'
    own; see `claiming`."""
    return module.facts.once(_parts_defining, index.once(claiming, None))


def parts_of_interest(module: Module, index: Index) -> set[int]:
    """The statements of a module that could hold a finding although no name in them leads anywhere: they may define a
    rival, or use a builtin."""
    builtins = (ban.builtin for ban in index.once(banned_calls, None) if ban.builtin is not None)
    uses = (module.facts.once(parts_naming, name) for name in builtins)
    return {*parts_claiming(module, index), *chain.from_iterable(uses)}


def parts_naming(facts: Facts, name: str) -> tuple[int, ...]:
    """See `Facts.parts_naming`; call it through `facts.once`."""
    return tuple(facts.parts_naming(name))


def _parts_defining(facts: Facts, parts: frozenset[Fragment]) -> tuple[int, ...]:
    return tuple(facts.parts_defining(parts))


def name_fragments(canonical: Canonical, index: Index) -> tuple[Fragment, ...]:
    """Of which each name, other than the canonical's own, that could belong to the concept has one."""
    return index.once(_name_fragments, canonical.concept_name)


def _name_fragments(concept_name: str, index: Index) -> tuple[Fragment, ...]:
    canonical = index.once(marks, None).canonicals[concept_name]
    fixed = [Fragment(max(_GLOB.split(pattern), key=len)) for pattern in canonical.concept.names]
    if canonical.sort is None:
        return tuple(fixed)
    words = vocabulary(index.registry)
    kindred = (part for name in canonical.spellings for part in fragments(name, canonical.sort, words))
    return tuple(dict.fromkeys((*fixed, *kindred)))


def other_names(module: Module, names: frozenset[str], index: Index) -> Iterator[str]:
    """Further names under which a module passes on what one of `names` leads to.

    A file that holds none of the registry's words can still reach it through one of these:
    `from engine import Old as Runner` here, `from here import Runner` there.
    """
    yield from _subclasses(module, names, index)
    facts = module.facts
    stars, renamed = facts.once(_passed_on, (names, index.once(_packages, None)))
    if not stars and not renamed:
        return
    known = index.once(marks, None)
    wanted = known.protected | index.once(banned_places, None)
    made = index.once(made_by_factories, None)
    for number in stars:
        for trace in index.imported(module, number):
            source = index.module(trace.last.home)
            if source is not None and known.deprecation_of(trace, index):
                yield from star_names(source, index)
    for number in renamed:
        for trace in index.bound(module, number):
            if (
                known.deprecation_of(trace, index)
                or wanted.intersection(trace.places)
                or _is_one_of(trace.last, made, index)
            ):
                yield facts.bindings[number].name
                break


def _subclasses(module: Module, names: frozenset[str], index: Index) -> Iterator[str]:
    """The names of the classes that inherit from one of which a factory makes every instance."""
    made = index.once(made_by_factories, None)
    if not made or not _INHERITS.search(module.text):
        return
    facts = module.facts
    for number in relevant_facts(facts, names).uses:
        if facts.uses[number].role == Role.BASE and any(
            _is_one_of(trace.last, made, index) for trace in index.used(module, number)[-1]
        ):
            yield from (known.name for _, known in facts.definitions.beside(number) if number in known.bases)


def _is_one_of(place: Place, made: frozenset[Place], index: Index) -> bool:
    """Whether a place is that of one of some classes, or of one that inherits from them."""
    return bool(made) and (place in made or not made.isdisjoint(ancestors(place, index)))


def made_by_factories(_: None, index: Index) -> frozenset[Place]:
    """The places of canonicals of which a factory makes every instance; call it through
    `index.once(made_by_factories, None)`."""
    canonicals = index.once(marks, None).canonicals.values()
    return frozenset(place for known in canonicals if known.concept.construct is not None for place in known.places)


def _packages(_: None, index: Index) -> frozenset[str]:
    """The packages outside the workspace that bans of calls there are about."""
    return frozenset(ban.package for ban in index.once(banned_calls, None) if ban.package is not None)


def _passed_on(facts: Facts, known: tuple[frozenset[str], frozenset[str]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The star imports, and the bindings of the module that could give one of the names another name, or anything of
    some packages a name that need not stand beside theirs."""
    names, packages = known
    bindings = {number for name in facts.held(names) for number in facts.once(_renamed, name)}
    bindings.update(number for package in packages for number in facts.once(_taken_from, package))
    known_names = names | packages
    renamed = tuple(number for number in sorted(bindings) if facts.bindings[number].name not in known_names)
    return facts.once(_stars, None), renamed


def _stars(facts: Facts, _: None) -> tuple[int, ...]:
    return facts.stars if _STAR.search(facts.text) else ()


def _renamed(facts: Facts, name: str) -> tuple[int, ...]:
    """The bindings of the module that a name could have another name by."""
    return _bound_to(facts, name) if _could_pass_on(facts.text, name) else ()


def _taken_from(facts: Facts, package: str) -> tuple[int, ...]:
    """The bindings of the module that could name something of a package; but not the package as it is called."""
    return _bound_to(facts, package) if _could_take_from(facts.text, package) else ()


def _bound_to(facts: Facts, name: str) -> tuple[int, ...]:
    """The bindings of the module that could name what a name leads to."""
    bindings = _relevant(facts, frozenset((name,)), facts.binding_parts_about).bindings
    return tuple(number for number in bindings if facts.bindings[number].scope == 0)


def _could_pass_on(text: str, name: str) -> bool:
    """Whether a text looks as if it gave a name another name: `import Old as`, `from old import`, `Runner = Old`;
    told without parsing, and on the safe side."""
    if not text.isascii() or not name:
        return True
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if _RENAMED_AFTER.match(text, end) or _is_given_away(text, at):
            return True
        at = text.find(name, end)
    return False


def _could_take_from(text: str, package: str) -> bool:
    """Whether a text looks as if it gave a package, or something of it, another name than the package's."""
    if not text.isascii():
        return True
    at = text.find(package)
    while at >= 0:
        end = at + len(package)
        if _RENAMED_AFTER.match(text, end):
            return True
        if _GIVEN.search(text[max(0, at - _LOOK_BACK) : at]) and not _CALLED.match(text, end):
            return True
        at = text.find(package, end)
    return False


def _is_given_away(text: str, at: int) -> bool:
    """Whether what stands before a name is an assignment or a plain import."""
    if _GIVEN.search(text[max(0, at - _LOOK_BACK) : at]):
        return True
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return "import" in line and _PLAIN_IMPORT.search(line) is not None


_GLOB = re.compile(r"\[[^]]*\]|[*?]+")
_STAR = re.compile(r"\bimport\b[\s\\(]*\*")
_MEMBERS = r"(?:[\s\\]*\.[\s\\]*\w+)*"
_RENAMED_AFTER = re.compile(rf"{_MEMBERS}[\s\\]+(?:as|import)\b")
_CALLED = re.compile(rf"{_MEMBERS}[ \t]*[(\[]")
_INHERITS = re.compile(r"\bclass\b[^:(]*\(")
_PLAIN_IMPORT = re.compile(r"(?:\A|[;:])[ \t\f]*import\b")
_APART = r"(?:[\s\\(\[]|#[^\r\n]*[\r\n])*"
_GIVEN = re.compile(rf"(?:={_APART}|\A[\w.]*[\s\\]*,?{_APART})(?:[\w.]+[\s\\]*,{_APART})*[\w.]*\Z")
"""Before a name that an assignment gives to another, alone or as one of several."""
_LOOK_BACK = 200


def is_imported_at_margin(text: str, name: str) -> bool:
    """Whether a text looks as if an import at its left margin brought a name, told without parsing.

    A search passes over the files where that is so: in them, no use of the name is looked at.
    """
    word = re.compile(rf"\b{re.escape(name)}\b")
    statements = (_FROM_IMPORT.match(text, start.start()) for start in _FROM_AT_MARGIN.finditer(text))
    return any(word.search(found["names"]) for found in statements if found is not None)


_FROM_AT_MARGIN = re.compile(r"(?:\A|(?<=[\r\n]))from\b")
_FROM_IMPORT = re.compile(
    r"from\b[\s\\.\w]*?\bimport\b[\s\\]*"
    r"(?P<names>\((?:[^()#]|#[^\r\n]*)*\)|[^\r\n;#\\]*(?:\\\r?\n[^\r\n;#\\]*)*)"
)


class Relevant(NamedTuple):
    """The numbers of a module's imports, bindings and uses that could lead to a marked place."""

    imports: tuple[int, ...]
    bindings: tuple[int, ...]
    uses: tuple[int, ...]


def relevant(module: Module, index: Index) -> Relevant:
    """What a rule has to look at in a module."""
    return module.facts.once(relevant_facts, index.names)


def relevant_facts(facts: Facts, names: frozenset[str]) -> Relevant:
    """What could lead to one of the names: whatever spells it, and the uses of what that gives a name.

    It is worked out for each name by itself: another registry has most of the names in common with this one. The
    empty name stands for every name.
    """
    found = [facts.once(_relevant_to, name) for name in facts.held(names)]
    return Relevant(
        imports=_in_order(facts.stars, *(known.imports for known in found)),
        bindings=_in_order(*(known.bindings for known in found)),
        uses=_in_order(*(known.uses for known in found)),
    )


def _in_order(*numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*chain.from_iterable(numbers)}))


def _relevant_to(facts: Facts, name: str) -> Relevant:
    return _relevant(facts, frozenset((name,)), facts.parts_about)


def _relevant(facts: Facts, names: frozenset[str], parts_about: Callable[[Set[str]], list[int]]) -> Relevant:
    imports: set[int] = set()
    uses: set[int] = set()
    parts = set(parts_about(names))
    for number in parts:
        spelled = facts.part_once(number, _spelled, names)
        imports.update(facts.numbers(number, spelled.imports))
        uses.update(facts.numbers(number, spelled.uses))
    bindings: set[int] = set()
    while True:
        fresh = {
            number
            for number, known in facts.bindings.in_parts(parts, _follows)
            if number not in bindings
            and ((known.kind == BindingKind.IMPORT and known.ref in imports) or (known.alias and known.ref in uses))
        }
        if not fresh:
            real = [number for number in sorted(uses) if facts.is_use(facts.uses[number])]
            return Relevant(tuple(sorted(imports)), tuple(sorted(bindings)), tuple(real))
        bindings |= fresh
        others = {facts.bindings[number].name for number in fresh} - names
        parts = set(parts_about(others)) if others else set()
        uses.update(
            number
            for number, use in facts.uses.in_parts(parts, _begins_with(others))
            if not fresh.isdisjoint(use.bindings)
        )


def _begins_with(names: Set[str]) -> Callable[[Use], bool]:
    return lambda use: use.path[0] in names


def _follows(binding: Binding) -> bool:
    return binding.alias or binding.kind == BindingKind.IMPORT


class _Spelled(NamedTuple):
    """The imports and uses of one statement that spell a name."""

    imports: tuple[int, ...]
    uses: tuple[int, ...]


def _spelled(part: Part, names: frozenset[str]) -> _Spelled:
    if "" in names:
        return _Spelled(tuple(range(len(part.imports))), tuple(range(len(part.uses))))
    homes = [not names.isdisjoint((statement.module or "").split(".")) for statement in part.statements]
    return _Spelled(
        tuple(
            number
            for number, imported in enumerate(part.imports)
            if homes[imported.statement] or not names.isdisjoint(imported.name.split("."))
        ),
        tuple(number for number, use in enumerate(part.uses) if not names.isdisjoint(use.path)),
    )
