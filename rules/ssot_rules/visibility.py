"""Who can see a name of a file, and what a name already means there."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from ssot_rules.facts import Binding, BindingKind, Facts, ImportStatement, Role, ScopeKind, Use
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.marks import targets_by_name
from ssot_rules.mentions import Mention, mentions, mentions_of, names_in_strings, passed_by_strings
from ssot_rules.relevance import relevant
from ssot_rules.stars import star_names


def is_felt_outside(module: Module, binding: Binding, index: Index) -> bool:
    """Whether anything outside the file could reach what a binding of it names. Where a patch stands in for the name
    meanwhile, nobody does."""
    return _is_reached(module, binding, index) or any(
        not mention.masks for mention in _mentions(module, binding, index)
    )


def _is_reached(module: Module, binding: Binding, index: Index) -> bool:
    """Whether anything but a string that names it outright could reach what a binding names."""
    if binding.scope != 0:
        return module.facts.scopes[binding.scope].kind == ScopeKind.CLASS
    return (
        module.is_package
        or module.facts.dynamic
        or module.facts.introspects
        or any(entry.name == binding.name for entry in module.facts.exports or ())
        or Place(module.home, binding.name) in index.gather(passed_places) | index.gather(assigned_places)
        or (binding.name in index.gather(names_in_strings) and not _is_package_around(module, binding))
    )


def _is_package_around(module: Module, binding: Binding) -> bool:
    """Whether a name is that of the package which `import app.old` binds; strings are not searched for that."""
    imported = module.facts.imports[binding.ref] if binding.kind == BindingKind.IMPORT else None
    return imported is not None and imported.local != imported.name and imported.asname is None


def _mentions(module: Module, binding: Binding, index: Index) -> tuple[Mention, ...]:
    if binding.scope != 0 or _is_package_around(module, binding):
        return ()
    return mentions_of(Place(module.home, binding.name), index)


def strings_to_follow(module: Module, binding: Binding, name: str, index: Index) -> tuple[Mention, ...] | None:
    """The strings that have to say another name when a binding is given it; None where one of them cannot, or where
    one says the new name already."""
    found = _mentions(module, binding, index)
    if (found and module.is_stub) or any(mention.span is None for mention in found):
        return None
    return None if found and mentions_of(Place(module.home, name), index) else found


def can_be_renamed(module: Module, binding: Binding, statement: ImportStatement, index: Index) -> bool:
    """Whether an imported name can be given another name with nobody but this file's own uses to follow, and
    strings."""
    return (
        len(_bindings(module, binding.name, {binding.scope})) == 1
        and binding.scope == statement.scope  # no `global`
        and module.facts.are_placed((binding.name,))
        and not _is_reached(module, binding, index)
        and not (binding.scope == 0 and _star_may_bring(module, binding.name, index))
        and not (binding.scope == 0 and is_in_doctest(module.text, binding.name))
    )


def is_in_doctest(text: str, name: str) -> bool:
    """Whether an example in a docstring may read a name of the module: one that it does not bind before, as
    `>>> from app import Engine` does."""
    if _PROMPT not in text:
        return False
    word = re.compile(rf"(?<![\w.]){re.escape(name)}\b(?P<binds>\s*=(?!=))?")
    for string in _LONG_STRING.finditer(text):
        for line in _EXAMPLE.finditer(string[0]):
            found = word.search(line[0])
            if found is not None:
                if found["binds"] is None and not _IMPORTS.match(line[0]):
                    return True
                break
    return False


_PROMPT = ">>>"
_LONG_STRING = re.compile(r"""\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}""", re.DOTALL)
_EXAMPLE = re.compile(r"^[ \t]*(?:>>>|\.\.\.)[ \t].*", re.MULTILINE)
_IMPORTS = re.compile(r"[ \t>.]*(?:from\b.*)?\bimport\b")


def places_in_use(index: Index) -> frozenset[Place]:
    """Names that a module only passes on and that somebody reaches through it: another module, by import or by
    attribute, or a string such as a patch target."""
    return index.gather(passed_places) | index.gather(assigned_places) | _named_places(index)


def _named_places(index: Index) -> frozenset[Place]:
    return frozenset(mention.place for mention in index.gather(mentions))


def passed_places(module: Module, index: Index) -> frozenset[Place]:
    """The places in other files that a module's own names pass on their way, and those that its strings pass."""
    found: set[Place] = set(passed_by_strings(module, index))
    chosen = relevant(module, index)
    for number in chosen.imports:
        found.update(_passed(index.imported(module, number), module))
    for number in chosen.uses:
        use = module.facts.uses[number]
        if len(use.path) > 1 or not use.bindings:
            for traces in index.used(module, number):
                found.update(_passed(traces, module))
    return frozenset(found)


def _passed(traces: Iterable[Trace], module: Module) -> Iterable[Place]:
    return (place for trace in traces for place in trace.places if place.home and place.home != module.path)


def assigned_places(module: Module, index: Index) -> frozenset[Place]:
    """Places that a module gives a value from outside: `engines.Old = …`."""
    return frozenset(
        place
        for number in relevant(module, index).uses
        if (use := module.facts.uses[number]).role == Role.STORE and len(use.path) > 1
        for trace in index.used(module, number)[-1]
        for place in trace.places
    )


def is_patched(place: Place, index: Index) -> bool:
    """Whether some code may give a place another value: a string names it, or it is assigned from outside."""
    return place in index.gather(assigned_places) or any(known.may_patch for known in mentions_of(place, index))


def patched_places(index: Index) -> frozenset[Place]:
    """The places for which that is so."""
    return index.gather(assigned_places) | {mention.place for mention in index.gather(mentions) if mention.may_patch}


def defined_places(module: Module, index: Index) -> frozenset[Place]:
    """The registered names that a module gives to something of its own."""
    facts = module.facts
    return frozenset(
        Place(module.path, name)
        for name in index.once(targets_by_name, None)
        for binding in (facts.bindings[number] for number in facts.named(name))
        if binding.kind != BindingKind.IMPORT and not binding.alias and not binding.is_none
    )


def first_definition(facts: Facts) -> int:
    """Where the first class or function of a module begins; the end of the text where it has none."""
    found = _DEFINED.search(facts.text)
    return found.start() if found is not None else len(facts.text)


_DEFINED = re.compile(r"^(?:@|class\b|(?:async[ \t]+)?def\b)", re.MULTILINE)


def means_something(module: Module, name: str, scope: int, uses: Iterable[Use], index: Index) -> bool:
    """Whether a name already means something in a scope, or on the way to it from one of the uses."""
    scopes = {scope, *(inner for use in uses for inner in _scopes_up_to(module, use.scope, scope))}
    if _bindings(module, name, scopes):
        return True
    if any(
        scope in _scopes_up_to(module, use.scope, scope)
        for _, use in module.facts.uses.about((name,), lambda use: use.path[0] == name)
    ):
        return True
    if scope != 0:
        return False
    if _is_asked_for(module, name, index) or _is_known_behind_stars(module, name, index):
        return True
    return _star_may_bring(module, name, index) or (module.is_package and index.submodule(module.path, name))


def _is_asked_for(module: Module, name: str, index: Index) -> bool:
    """Whether somebody tries whether a module has a name. Only what the registry's replacements are called is looked
    for in all modules."""
    if name not in index.once(_replacement_names, None):
        return False
    if Place(module.home, name) in places_in_use(index):
        return True
    return (module.facts.dynamic or module.facts.introspects) and name in index.gather(names_in_strings)


class StarImport(NamedTuple):
    """A module that brings all names of another."""

    source: str
    importer: str


def star_imports(module: Module, index: Index) -> frozenset[StarImport]:
    """The star imports of a module."""
    traces = (trace for number in module.facts.stars for trace in index.imported(module, number))
    return frozenset(StarImport(trace.last.home, module.path) for trace in traces if trace.last.home)


def _by_star(_: None, index: Index) -> Mapping[str, tuple[str, ...]]:
    """The modules that bring all names of each."""
    found: dict[str, list[str]] = {}
    for known in sorted(index.gather(star_imports)):
        found.setdefault(known.source, []).append(known.importer)
    return {source: tuple(importers) for source, importers in found.items()}


def _is_known_behind_stars(module: Module, name: str, index: Index) -> bool:
    """Whether a name means something in a module that has all names of this one by a star."""
    if name.startswith("_"):
        return False
    waiting, seen = [module], {module.home}
    while waiting:
        at = waiting.pop()
        if at.facts.exports is not None:  # `__all__` says what a star brings
            continue
        for path in index.once(_by_star, None, bodies=True).get(at.home, ()):
            importer = index.module(path)
            if importer is None or importer.home in seen:
                continue
            if any(not trace.missing for trace in index.find(f"{importer.name}.{name}")):
                return True
            if hasattr(builtins, name) and any(importer.facts.uses.about((name,), lambda use: use.path[0] == name)):
                return True
            seen.add(importer.home)
            waiting.append(importer)
    return False


def _replacement_names(_: None, index: Index) -> frozenset[str]:
    concepts = index.registry.concepts.values()
    paths = [path for concept in concepts for path in (concept.canonical, *(known.use for known in concept.deprecated))]
    paths += [ban.use for ban in index.registry.bans]
    return frozenset(path.rpartition(".")[2] for path in paths if path)


def is_shadowed(module: Module, name: str, scope: int, use: Use) -> bool:
    """Whether a name that is bound in a scope means something else where it is used."""
    between = {inner for inner in _scopes_up_to(module, use.scope, scope) if inner != scope}
    return bool(_bindings(module, name, between))


def _bindings(module: Module, name: str, scopes: Set[int]) -> list[Binding]:
    """The bindings of a name in any of these scopes."""
    named = module.facts.bindings.about((name,), lambda known: known.name == name)
    return [known for _, known in named if known.scope in scopes]


def _scopes_up_to(module: Module, scope: int, outer: int) -> Iterator[int]:
    """The scopes from an inner one outwards, to `outer` if it is among them."""
    while scope >= 0:
        yield scope
        if scope == outer:
            return
        scope = module.facts.scopes[scope].parent


def _star_may_bring(module: Module, name: str, index: Index) -> bool:
    for number in module.facts.stars:
        for trace in index.imported(module, number):
            source = index.module(trace.last.home)
            if source is None or source.facts.dynamic or name in star_names(source, index):
                return True
    return False


def is_imported_already(
    module: Module, statement: ImportStatement, target: str, uses: Iterable[Use], index: Index
) -> bool:
    """Whether `target` is imported already under its own name, in the block of a statement and before every
    use, so that the name means it for all of them."""
    wanted = {trace.last for trace in index.find(target)}
    name = target.rpartition(".")[2]
    sites = tuple(uses)
    first = min((use.span.start for use in sites), default=statement.span.end)
    for number, imported in module.facts.imports.about((name,), lambda known: known.name == name):
        other = module.facts.statements[imported.statement]
        if other.block != statement.block or other.module is None or imported.name != name or imported.local != name:
            continue
        if (
            len(_bindings(module, name, {other.scope})) == 1
            and other.span.end < first
            and {trace.last for trace in index.imported(module, number)} == wanted
            and not any(is_shadowed(module, name, other.scope, use) for use in sites)
            and not (other.scope == 0 and _star_may_bring(module, name, index))
        ):
            return True
    return False
