"""Changes to a rival's code that make it the canonical's: a subclass of it, or the canonical itself under its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ssot_rules.contract import Bring, Edit, Fix, ImportChange
from ssot_rules.facts import BindingKind, Definition, DefinitionKind, Span, Use
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical
from ssot_rules.visibility import means_something

_OWN = frozenset({"eval", "exec", "globals", "locals", "super", "vars"})
"""Builtins whose result depends on the module that they are called in; so do names such as `__name__`."""


def make_subclass(module: Module, definition: Definition, canonical: Canonical, index: Index) -> Fix | None:
    """Let a class inherit from the canonical one. It is never safe: whoever asks whether its instances are the
    canonical's gets another answer, and it has members that it had not. None where no edit can be right."""
    target = _target(canonical, index)
    if target is None or target[1].kind != DefinitionKind.CLASS or definition.opaque or definition.metaclass:
        return None
    brought = _brought(module, definition, canonical, canonical.name, index)
    if brought is None:
        return None
    at = definition.name_span.end
    rest = module.text[at:].lstrip()
    if rest[:1] == "[":  # type parameters
        return None
    if rest[:1] == "(":
        at = module.text.index("(", at) + 1
        content = canonical.name if module.text[at:].lstrip()[:1] == ")" else f"{canonical.name}, "
    else:
        content = f"({canonical.name})"
    reason = f"its instances would be instances of `{canonical.name}`"
    inherited = sorted(_members(*target, index) - _members(module, definition, index))
    if inherited:
        reason += f", and have its {', '.join(f'`{name}`' for name in inherited)}"
    title = f"Make `{definition.name}` a subclass of `{canonical.concept.canonical}`"
    return Fix(title, (*brought, Edit(module.path, Span(at, at), content)), reason)


def use_canonical(module: Module, definition: Definition, canonical: Canonical, index: Index) -> Fix | None:
    """Import the canonical function in place of one that is the same, word for word, and means the same by each word;
    None where that is not so. It is safe unless some code seems to change what a word means in one of the modules."""
    target = _target(canonical, index)
    if target is None or not index.is_complete or not _is_plain(*target) or not _is_plain(module, definition):
        return None
    known = module.facts.named(definition.name)
    if len(known) != 1 or not _is_same(module, definition, *target, index):
        return None
    asname = None if definition.name == canonical.name else definition.name
    brought = _brought(module, definition, canonical, definition.name, index, asname, own=True)
    if brought is None:
        return None
    used = [(number, use) for number, use in module.facts.uses.beside(known[0]) if _is_in(use, definition)]
    frees = tuple(
        (binding.ref, number)
        for number, use in used
        for binding in map(module.facts.bindings.__getitem__, use.bindings)
        if binding.kind == BindingKind.IMPORT
    )
    changes = tuple(change._replace(frees=frees) if isinstance(change, ImportChange) else change for change in brought)
    end = definition.span.end
    end += len(module.text[end:]) - len(module.text[end:].lstrip("\r\n")) if module.text[end:].strip() else 0
    gone = Edit(module.path, Span(definition.span.start, end), "")
    title = f"Import `{canonical.concept.canonical}` instead of this copy"
    return Fix(title, (*changes, gone), _patch_objection((module, target[0]), {use.path[0] for _, use in used}, index))


def _patch_objection(modules: tuple[Module, ...], names: set[str], index: Index) -> str | None:
    """Whether some other code may give a name of the modules another value: then it matters whose name it is."""
    own = sorted(name for name in names if any(module.facts.named(name) for module in modules))
    index.expect(own)
    for name in own:
        given = re.compile(rf"""[."']{re.escape(name)}(?:["']|[ \t]*=(?!=))""")
        if any(given.search(known.text) for known in index.speaking_of(name) if known not in modules):
            return f"some code seems to patch `{name}`"
    return None


def _target(canonical: Canonical, index: Index) -> tuple[Module, Definition] | None:
    """The one definition that a canonical path leads to, at the left margin of a module of the workspace."""
    places = {trace.last for trace in canonical.traces}
    if len(places) != 1:
        return None
    [place] = places
    module, definition = index.module(place.home), index.definition(place)
    return None if module is None or definition is None or definition.scope != 0 else (module, definition)


def _brought(
    module: Module,
    definition: Definition,
    canonical: Canonical,
    name: str,
    index: Index,
    asname: str | None = None,
    *,
    own: bool = False,
) -> tuple[ImportChange | Edit, ...] | None:
    """What makes the canonical known under a name where a definition stands; nothing if it is. `own`: the definition
    gives the name up. None where the import would fail, or the name means something else."""
    if definition.scope != 0 or module.facts.blocks[definition.block].conditional or module.home != module.path:
        return None
    source, _, target = canonical.concept.canonical.rpartition(".")
    homes = {trace.first.home for trace in canonical.traces}
    if not source or any(home == module.path or index.depends(home, module.path) for home in homes):
        return None
    present = [module.facts.bindings[number] for number in module.facts.named(name)] if not own else []
    if present:
        places = {trace.last for number in module.facts.named(name) for trace in index.bound(module, number)}
        above = all(known.span.end <= definition.span.start and known.block == 0 for known in present)
        return () if above and places <= canonical.places else None
    if not own and means_something(module, name, 0, (), index):
        return None
    above_all = [
        number
        for number, statement in module.facts.statements.items()
        if statement.block == 0 and statement.scope == 0 and statement.span.end <= definition.span.start
    ]
    if above_all:
        bring = Bring(source, target, asname, above_all[-1])
        return (ImportChange(module.path, (), (bring,), tuple(homes - {""})),)
    line = f"from {source} import {target}" + (f" as {asname}" if asname else "")
    at = definition.span.start
    newline = "\r\n" if "\r\n" in module.text else "\n"
    return None if definition.decorators else (Edit(module.path, Span(at, at), line + newline * 3),)


def _members(module: Module, definition: Definition, _: Index) -> frozenset[str]:
    """The public members that the body of a class defines."""
    return frozenset(
        member.name
        for _, member in module.facts.definitions.beside(definition.inner)
        if member.scope == definition.inner and not member.name.startswith("_")
    )


# -- copies -----------------------------------------------------------------------------------------------------


def _is_plain(module: Module, definition: Definition) -> bool:
    """Whether a function is made once, and by nothing but its own text."""
    if definition.kind != DefinitionKind.FUNCTION or definition.scope != 0 or definition.decorators:
        return False
    if module.facts.blocks[definition.block].conditional or module.is_stub or not _is_fixed(_text(module, definition)):
        return False
    return all(
        use.path[0] not in _OWN and not use.path[0].startswith("__") and use.path[0] != definition.name
        for use in _uses(module, definition)
    )


def _is_fixed(text: str) -> bool:
    """Whether the defaults of a function are the same object for everybody, and it changes no global."""
    try:
        [made] = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    if not isinstance(made, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    defaults = [*made.args.defaults, *filter(None, made.args.kw_defaults)]
    return all(isinstance(value, ast.Constant) for value in defaults) and not any(
        isinstance(node, ast.Global) for node in ast.walk(made)
    )


def _is_same(one: Module, definition: Definition, other: Module, canonical: Definition, index: Index) -> bool:
    if _nameless(one, definition) != _nameless(other, canonical) or one.facts.stars or other.facts.stars:
        return False
    uses = zip(_numbered(one, definition), _numbered(other, canonical), strict=True)
    return all(_means(one, *first, index) == _means(other, *second, index) for first, second in uses)


def _means(module: Module, number: int, use: Use, index: Index) -> object:
    """What a use in a function means outside of it; nothing for what is the function's own or a builtin."""
    if not use.is_global or not module.facts.named(use.path[0]):
        return frozenset[Place]() if use.is_global else None
    return frozenset(trace.last for trace in index.used(module, number)[0])


def _text(module: Module, definition: Definition) -> str:
    return module.text[definition.span.start : definition.span.end]


def _nameless(module: Module, definition: Definition) -> tuple[str, str]:
    """The text of a definition before its name and behind it."""
    span, name = definition.span, definition.name_span
    return module.text[span.start : name.start], module.text[name.end : span.end]


def _numbered(module: Module, definition: Definition) -> list[tuple[int, Use]]:
    return [known for known in module.facts.uses.at(definition.span.start) if _is_in(known[1], definition)]


def _uses(module: Module, definition: Definition) -> Iterator[Use]:
    return (use for _, use in _numbered(module, definition))


def _is_in(use: Use, definition: Definition) -> bool:
    return definition.span.start <= use.span.start < definition.span.end
