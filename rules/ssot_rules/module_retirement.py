"""The end of a whole module: one that is deprecated itself, or of which only finished entries speak.

Its file can go when no other file imports it, uses it through its package or names it in a string. What importing it
does besides giving names, somebody may still need; and what stands outside of the code may name it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import pairwise

from ssot_rules.contract import Change, Deletion, Edit, Fix
from ssot_rules.effects import effect
from ssot_rules.facts import BindingKind
from ssot_rules.index import Index, Module, Place, Trace, absolute
from ssot_rules.lifecycle import Standing, standings
from ssot_rules.marks import marks, named_paths
from ssot_rules.mentions import Way, is_untold, names_in_strings, reading
from ssot_rules.registry_edits import removal

_COLLECTING = ("iter_modules", "walk_packages")
"""Functions that find modules by looking into a package."""


def module_deletion(standing: Standing, index: Index) -> Fix | None:
    """What deletes the module that an entry without uses speaks of, and that holds nothing else; with it all entries
    of which that is true. None where something may still reach it."""
    place = first_place(standing, index)
    module = None if place is None else index.module(place.home)
    if place is None or module is None:
        return None
    done = {place: standing} if not place.name else _done_with(module, index)
    names = {place.name for place in done}
    if not done or not _is_deletable(module, index) or (place.name and _holds_more(module, names)):
        return None
    entries = _removals(done.values(), index)
    if entries is None or _is_wanted(module, index) or _is_reached(module, index):
        return None
    whose = "its entry" if len(done) == 1 else f"its {len(done)} entries"
    changes: tuple[Change, ...] = (*entries, *map(Deletion, _files(module, index)))
    return Fix(f"Delete the module `{module.name}` and {whose}", changes, _objection(module, names, index))


def first_place(standing: Standing, index: Index) -> Place | None:
    """The one place that the path of an entry begins with; None where that depends, or is nowhere."""
    places = {trace.first for trace in index.find(standing.entry.path) if not trace.missing}
    return places.pop() if len(places) == 1 else None


# -- what goes ----------------------------------------------------------------------------------------------------


def _done_with(module: Module, index: Index) -> dict[Place, Standing]:
    """The entries without uses that speak of names of a module."""
    done = (standing for standing in standings(index) if standing.is_done(index))
    placed = ((first_place(standing, index), standing) for standing in done)
    return {place: standing for place, standing in placed if place is not None and place.home == module.path}


def _holds_more(module: Module, names: Set[str]) -> bool:
    """Whether a module gives more than some names: it defines others, or imports them for others."""
    facts = module.facts
    if facts.stars or facts.dynamic:
        return True
    for number, binding in facts.bindings.items():
        name = binding.name
        if binding.scope == 0 and name not in names and not (name.startswith("__") and name.endswith("__")):
            is_used = any(number in use.bindings for _, use in facts.uses.about((name,)))
            if binding.kind != BindingKind.IMPORT or not (is_used or name == "annotations"):
                return True
    return any(entry.name not in names for entry in facts.exports or ())


def _files(module: Module, index: Index) -> tuple[str, ...]:
    """A module's file, and its stub."""
    stub = f"{module.path}i"
    return (module.path, stub) if index.has_file(stub) else (module.path,)


def _removals(done: Iterable[Standing], index: Index) -> tuple[Edit, ...] | None:
    """What takes entries out of the registry; None where that cannot be done to all of them at once."""
    found = [removal(index.source, standing.key) for standing in done]
    edits = sorted((edit for edit in found if edit is not None), key=lambda edit: edit.span)
    is_possible = None not in found and all(before.span.end <= behind.span.start for before, behind in pairwise(edits))
    return tuple(edits) if is_possible else None


# -- whether something needs it -------------------------------------------------------------------------------------


def _is_deletable(module: Module, index: Index) -> bool:
    """Whether its file is all there is of a module. A package without its `__init__.py` is still one while its folder
    holds modules."""
    files = _files(module, index)
    if not module.path.endswith(".py") or module.facts.problem is not None:
        return False
    if len(files) == 1 and index.has_stub(module.path):
        return False
    folder = module.path.rpartition("/")[0]
    if module.is_package and any(path.startswith(f"{folder}/") and path not in files for path in index.files):
        return False
    return not any(index.is_linked(path) for path in files)


def _is_wanted(module: Module, index: Index) -> bool:
    """Whether the registry speaks well of a module, or of something in it."""
    if any(place.home == module.home for place in index.once(marks, None).protected):
        return True
    concepts = index.registry.concepts.values()
    wanted = [path for concept in concepts for path in (*named_paths(concept), concept.construct) if path]
    return any(f"{path}.".startswith(f"{name}.") for path in wanted for name in index.names_of(module.path))


def _is_reached(module: Module, index: Index) -> bool:
    """Whether another file imports a module, something from it or something through it, or has a string that names it
    for certain."""
    own, names = _files(module, index), index.names_of(module.path)
    asking = (other for path in index.asking(module.path) if path not in own and (other := index.module(path)))
    if any(
        _passes(index.imported(other, number), module) for other in asking for number, _ in other.facts.imports.items()
    ):
        return True
    return any(
        any(_passes(traces, module) for traces in (*_used(other, name, index), *_named(other, name, index)))
        or any(f"{path}.".startswith(f"{known}.") for path in _spelled(other, name) for known in names)
        for other, name in _speaking(module, index)
    )


def _passes(traces: Iterable[Trace], module: Module) -> bool:
    return any(place.home == module.home for trace in traces for place in trace.places)


def _speaking(module: Module, index: Index) -> Iterator[tuple[Module, str]]:
    """The other files in which a module's own name stands, each with the name."""
    own = _files(module, index)
    for name in sorted({name.rpartition(".")[2] for name in index.names_of(module.path)}):
        yield from ((other, name) for other in index.speaking_of(name) if other.path not in own)


def _spelled(other: Module, name: str) -> Iterator[str]:
    """The dotted paths that imports spell and that hold a name, also of what is not there."""
    for _, imported in other.facts.imports.about((name,)):
        home = absolute(other, other.facts.statements[imported.statement])
        yield imported.name if home is None else f"{home}.{imported.name}"


def _used(other: Module, name: str, index: Index) -> Iterator[tuple[Trace, ...]]:
    """What the attributes of that name lead to."""
    for number, _ in other.facts.uses.about((name,), lambda use: name in use.path[1:]):
        yield from index.used(other, number)


def _named(other: Module, name: str, index: Index) -> Iterator[tuple[Trace, ...]]:
    """What the strings lead to that hold a name."""
    for number in _strings(other, name):
        read = reading(other, number, index)
        if read is not None and read.way is not Way.LINK:
            yield index.find(".".join(read.names))


def _strings(other: Module, name: str) -> Iterator[int]:
    """The numbers of the strings that hold a name."""
    return (number for number, _ in other.facts.strings.about((name,), lambda string: name in string.names))


def _objection(module: Module, names: Set[str], index: Index) -> str | None:
    """Why it cannot be proved that nobody needs a module that no file reaches, or the names that entries speak of."""
    done = effect(module.text)
    if done is not None:
        return done
    if module.name.rpartition(".")[2] == "__main__":
        return "it can be run as a program"
    if index.is_test(module.path):
        return "it may hold tests, which nobody imports"
    for other, name in _speaking(module, index):
        if any(is_untold(reading(other, number, index), index) for number in _strings(other, name)):
            return f"a string in `{other.path}` names `{name}`"
        if re.search(rf"(?<!\w){name}\.py\b", other.text):
            return f"`{other.path}` names its file"
    told = sorted(names & index.gather(names_in_strings))
    if told:
        return f"a string names `{told[0]}`"
    named = next(filter(None, map(index.named_beside, index.names_of(module.path))), None)
    if named is not None:
        return f"`{named}` names it"
    collector = next(_collectors(module, index), None)
    return None if collector is None else f"`{collector}` looks for modules in its folder"


def _collectors(module: Module, index: Index) -> Iterator[str]:
    """Files around a module that may find it by looking into its folder, or one above."""
    for name in _COLLECTING:
        for other in index.speaking_of(name):
            folder = other.path.rpartition("/")[0]
            is_around = not folder or module.path.startswith(f"{folder}/")
            if is_around and any(use.path[-1] == name for _, use in other.facts.uses.about((name,))):
                yield other.path
