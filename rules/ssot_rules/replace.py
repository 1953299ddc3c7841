"""The fix that replaces a deprecated name: its import, and every use of the name that the import binds.

An import and its uses are fixed together, because one without the other breaks the file. Uses are renamed
where that cannot be felt outside the file; otherwise the new import keeps the old name (`as Old`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from ssot_rules.contract import Bring, Edit, Fix, ImportChange
from ssot_rules.facts import BindingKind, ImportedName, ImportStatement, ScopeKind, Span, Use
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.marks import Deprecation, marks
from ssot_rules.proof import objection, star_objection
from ssot_rules.relevance import relevant


class Target(NamedTuple):
    """What to write instead of a deprecated name."""

    dotted: str
    module: str
    names: tuple[str, ...]
    """The names behind the module; empty when the target is the module itself."""


Where = tuple[int | None, int | None, int]
"""The number of an imported name, or else of a use, and which segment of the use is meant."""


def replace_reference(module: Module, where: Where, target: Target, index: Index) -> Fix | None:
    """The fix that makes an import or a use reach `target`; None where no edit can be right."""
    return index.once(_replace, (module, where, target), bodies=True)


def _replace(request: tuple[Module, Where, Target], index: Index) -> Fix | None:
    fix = _proposed(request, index)
    if fix is not None and request[0].facts.problem is not None:
        return replace(fix, unsafe="the file does not parse as a whole, so uses may be missed")
    return fix


def _proposed(request: tuple[Module, Where, Target], index: Index) -> Fix | None:
    module, (imported, use, segment), target = request
    if use is not None:
        star = _deprecated_star(module, index) if segment == 0 and not module.facts.uses[use].bindings else None
        if star is not None:
            return _replace_star(module, *star, index)
        if segment > 0 or not module.facts.uses[use].bindings:
            return _replace_use(module, target, use, segment, index)
        binding = _import_behind(module, use)
        if binding is None:
            return None
        imported = module.facts.bindings[binding].ref
    assert imported is not None
    return index.once(_replace_import, (module, imported, target), bodies=True)


def target_at(dotted: str, index: Index) -> Target:
    """A dotted path as a target."""
    return Target(dotted, *index.split(dotted))


def replacement_of(deprecation: Deprecation, place: Place, index: Index) -> Target | None:
    """The replacement of what lives at `place`, which may be a member of what is deprecated; None where it
    does not exist or is deprecated itself."""
    dotted = deprecation.replacement
    if deprecation.module is not None and place not in deprecation.places:
        home = index.module(place.home)
        beyond = home.name[len(deprecation.module) + 1 :] if home else ""
        dotted = ".".join(filter(None, [dotted, beyond, place.name]))
    else:
        owner = next(
            (
                known
                for known in deprecation.places
                if known.home == place.home and place.name.startswith(f"{known.name}.")
            ),
            None,
        )
        if owner is not None:
            dotted += place.name[len(owner.name) :]
    if index.exists(dotted) is False:
        return None
    known = index.once(marks, None)
    if any(known.deprecation_of(trace, index) for trace in index.find(dotted)):
        return None
    return target_at(dotted, index)


def _import_behind(module: Module, use: int) -> int | None:
    """The import binding that a use means, when it can mean nothing else."""
    bindings = module.facts.uses[use].bindings
    imports = [number for number in bindings if module.facts.bindings[number].kind == BindingKind.IMPORT]
    others = [number for number in bindings if number not in imports and not module.facts.bindings[number].is_none]
    return imports[0] if len(imports) == 1 and not others else None


# -- an import and its uses -----------------------------------------------------------------------------------


def _replace_import(request: tuple[Module, int, Target], index: Index) -> Fix | None:
    module, number, target = request
    imported = module.facts.imports[number]
    statement = module.facts.statements[imported.statement]
    if imported.name == "*":
        return _replace_star(module, number, target, index)
    if statement.module is None:
        return _replace_plain_import(module, number, target, index)
    binding = next(
        at for at, known in enumerate(module.facts.bindings) if known.kind == BindingKind.IMPORT and known.ref == number
    )
    uses = [(use, 0) for use in module.facts.uses if binding in use.bindings]
    reason = objection(module, index.imported(module, number), target.dotted, uses, index)
    bring, edits = _new_name(module, imported, binding, target, index)
    if edits is None:
        return None
    change = ImportChange(module.path, (number,), (bring,) if bring else ())
    return Fix(_title(target), (change, *edits), reason)


def _title(target: Target) -> str:
    return f"Use `{target.dotted}`"


def _new_name(
    module: Module, imported: ImportedName, binding: int, target: Target, index: Index
) -> tuple[Bring | None, tuple[Edit, ...] | None]:
    """How the replacement comes into the file, and the edits of the uses; None for edits that cannot be."""
    statement = module.facts.statements[imported.statement]
    source, name, rest = _from_import(target)
    local = imported.local
    keep = imported.asname is not None or not _private(module, binding, index)
    if name == local and not rest:
        return _bring(module, statement, source, name, None, imported.statement), ()
    own = [use for use in module.facts.uses if use.bindings == (binding,)]
    shared = any(binding in use.bindings and use.bindings != (binding,) for use in module.facts.uses)
    blocked = keep or shared or local in module.facts.unplaced
    if blocked and not rest:
        return _bring(module, statement, source, name, None if name == local else local, imported.statement), ()
    if shared or local in module.facts.unplaced or (blocked and imported.asname is None):
        return None, None
    present = _already_imported(module, statement, source, name, index)
    if present is None and _taken(module, name, binding, own):
        if rest:
            return None, None
        return _bring(module, statement, source, name, local, imported.statement), ()
    new = ".".join([present or name, *rest])
    edits = tuple(Edit(module.path, use.spans[0], new) for use in own)
    if present is not None and _comes_before(module, present, own):
        return None, edits
    return _bring(module, statement, source, name, None, imported.statement), edits


def _from_import(target: Target) -> tuple[str, str, tuple[str, ...]]:
    """A target as `from source import name`, and the attributes behind that."""
    if target.names:
        return target.module, target.names[0], target.names[1:]
    source, _, name = target.module.rpartition(".")
    return source, name, ()


def _bring(
    module: Module, statement: ImportStatement, source: str, name: str, asname: str | None, number: int
) -> Bring:
    if not source:  # a top-level module
        return Bring(name, None, asname, number)
    return Bring(_relative(module, statement, source), name, asname, number)


def _relative(module: Module, statement: ImportStatement, source: str) -> str:
    """The source as the statement would write it: relative where the statement is and the way is short."""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    for level in range(1, statement.level + 1):
        base = package[: len(package) - level + 1]
        if base and (source + ".").startswith(".".join(base) + "."):
            return "." * level + source[len(".".join(base)) :].lstrip(".")
    return source


def _private(module: Module, binding: int, index: Index) -> bool:
    """Whether nothing outside the file can feel that a name of the file changes."""
    known = module.facts.bindings[binding]
    kind = module.facts.scopes[known.scope].kind
    siblings = [other for other in module.facts.bindings if other.scope == known.scope and other.name == known.name]
    if len(siblings) > 1 or kind == ScopeKind.CLASS:
        return False
    if any(entry.value == known.name for entry in module.facts.strings):
        return False
    if kind != ScopeKind.MODULE:
        return True
    if module.is_package or module.facts.dynamic:
        return False
    if any(entry.name == known.name for entry in module.facts.exports or ()):
        return False
    return Place(module.path, known.name) not in index.once(places_in_use, None, bodies=True)


def places_in_use(_: None, index: Index) -> frozenset[Place]:
    """Names that a module only passes on and that another module reaches: by import, by attribute, or in a
    string such as a patch target."""
    found: set[Place] = set()
    for module in index.candidates():
        for number in index.once(relevant, module).imports:
            found.update(_passed(index.imported(module, number), module))
        for number in index.once(relevant, module).uses:
            use = module.facts.uses[number]
            if len(use.path) > 1 or not use.bindings:
                for traces in index.used(module, number):
                    found.update(_passed(traces, module))
        for text in module.facts.strings:
            if "." in text.value and not index.names.isdisjoint(text.value.split(".")):
                found.update(_passed(index.find(text.value), module))
    return frozenset(found)


def _passed(traces: Iterable[Trace], module: Module) -> Iterable[Place]:
    return (place for trace in traces for place in trace.places if place.home and place.home != module.path)


def _taken(module: Module, name: str, binding: int, uses: list[Use]) -> bool:
    """Whether a name already means something where the binding or one of its uses stands."""
    scope = module.facts.bindings[binding].scope
    scopes = {scope}
    for use in uses:
        at = use.scope
        while at not in scopes and at >= 0:
            scopes.add(at)
            at = module.facts.scopes[at].parent
    if any(other.name == name and other.scope in scopes for other in module.facts.bindings):
        return True
    return any(use.path[0] == name and _inside(module, use.scope, scope) for use in module.facts.uses)


def _inside(module: Module, scope: int, outer: int) -> bool:
    while scope >= 0:
        if scope == outer:
            return True
        scope = module.facts.scopes[scope].parent
    return False


def _already_imported(module: Module, statement: ImportStatement, source: str, name: str, index: Index) -> str | None:
    """The name under which the replacement is imported in the same block already."""
    wanted = index.find(f"{source}.{name}" if source else name)
    for number, imported in enumerate(module.facts.imports):
        other = module.facts.statements[imported.statement]
        if other.block != statement.block or other.module is None or imported.name != name:
            continue
        siblings = [
            known for known in module.facts.bindings if known.name == imported.local and known.scope == other.scope
        ]
        if len(siblings) == 1 and {t.last for t in index.imported(module, number)} == {t.last for t in wanted}:
            return imported.local
    return None


def _comes_before(module: Module, local: str, uses: list[Use]) -> bool:
    """Whether an import stands before the uses that would rely on it."""
    first = min((use.span.start for use in uses), default=None)
    return first is None or any(
        known.name == local and known.kind == BindingKind.IMPORT and known.span.end < first
        for known in module.facts.bindings
    )


# -- plain imports and attribute chains -----------------------------------------------------------------------


def _replace_plain_import(module: Module, number: int, target: Target, index: Index) -> Fix | None:
    """`import a.old` or `import a.old as o`, where the module itself is deprecated."""
    imported = module.facts.imports[number]
    if target.names:
        return None
    old = imported.name.split(".")
    binding = next(
        at for at, known in enumerate(module.facts.bindings) if known.kind == BindingKind.IMPORT and known.ref == number
    )
    if imported.asname is not None:
        uses = [(use, 0) for use in module.facts.uses if binding in use.bindings]
        edits: tuple[Edit, ...] = ()
    else:
        through = [
            use
            for use in module.facts.uses
            if binding in use.bindings
            and list(use.path[: len(old)]) == old
            and use.path[0] not in module.facts.unplaced
        ]
        others = [use for use in module.facts.uses if binding in use.bindings and use not in through]
        if others and target.module.partition(".")[0] != old[0]:
            return None
        if target.module.partition(".")[0] != old[0] and _taken(
            module, target.module.partition(".")[0], binding, through
        ):
            return None
        uses = [(use, len(old) - 1) for use in through]
        edits = tuple(
            Edit(module.path, Span(use.spans[0].start, use.spans[len(old) - 1].end), target.module) for use in through
        )
    reason = objection(module, index.imported(module, number), target.dotted, uses, index)
    bring = Bring(target.module, None, imported.asname, imported.statement)
    return Fix(_title(target), (ImportChange(module.path, (number,), (bring,)), *edits), reason)


def _deprecated_star(module: Module, index: Index) -> tuple[int, Target] | None:
    """A star import of a module that is deprecated as a whole, and what to import instead."""
    known = index.once(marks, None)
    for number, imported in enumerate(module.facts.imports):
        if imported.name == "*":
            for trace in index.imported(module, number):
                hit = known.deprecation_of(trace, index)
                if hit is not None:
                    return number, target_at(hit[0].replacement, index)
    return None


def _replace_star(module: Module, number: int, target: Target, index: Index) -> Fix | None:
    """`from a.old import *`, where the module itself is deprecated."""
    imported = module.facts.imports[number]
    statement = module.facts.statements[imported.statement]
    if target.names:
        return None
    old = index.imported(module, number)
    reason = star_objection(old, target.dotted, index)
    text = _relative(module, statement, target.module)
    return Fix(_title(target), (Edit(module.path, statement.module_span, text),), reason)


def _replace_use(module: Module, target: Target, number: int, segment: int, index: Index) -> Fix | None:
    """`module.Old` where the module is imported, or a name that a star import brings."""
    use = module.facts.uses[number]
    anchor = _anchor(module, use)
    if anchor is None or use.path[segment] in module.facts.unplaced:
        return None
    statement = module.facts.statements[anchor]
    reason = objection(module, index.used(module, number)[segment], target.dotted, [(use, segment)], index)
    span = Span(use.spans[0].start, use.spans[segment].end)
    source, name, rest = _from_import(target)
    present = _already_imported(module, statement, source, name, index)
    if present is not None and _comes_before(module, present, [use]) and not _shadowed(module, use, present, statement):
        return Fix(_title(target), (Edit(module.path, span, ".".join([present, *rest])),), reason)
    bring = _bring(module, statement, source, name, None, anchor)
    text = ".".join([name, *rest])
    if not use.bindings and name == use.path[0]:  # a star brought the name, an import of its own brings it now
        return Fix(_title(target), (ImportChange(module.path, (), (bring,)),), reason)
    if _means_something(module, name):
        root = target.module.partition(".")[0]
        if root != use.path[0] and _means_something(module, root):
            return None
        bring = Bring(target.module, None, None, anchor)
        text = target.dotted
    return Fix(_title(target), (ImportChange(module.path, (), (bring,)), Edit(module.path, span, text)), reason)


def _anchor(module: Module, use: Use) -> int | None:
    """The import statement that brings the module, or the star, that a use goes through."""
    if use.bindings:
        known = module.facts.bindings[use.bindings[0]]
        return module.facts.imports[known.ref].statement if known.kind == BindingKind.IMPORT else None
    stars = [imported.statement for imported in module.facts.imports if imported.name == "*"]
    return stars[0] if stars else None


def _means_something(module: Module, name: str) -> bool:
    return any(known.name == name for known in module.facts.bindings) or any(
        use.path[0] == name for use in module.facts.uses
    )


def _shadowed(module: Module, use: Use, name: str, statement: ImportStatement) -> bool:
    scope = use.scope
    while scope not in {statement.scope, -1}:
        if any(known.name == name and known.scope == scope for known in module.facts.bindings):
            return True
        scope = module.facts.scopes[scope].parent
    return scope == -1
