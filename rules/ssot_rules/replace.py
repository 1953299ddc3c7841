"""The fix that replaces a name: its import, and every use of the name that the import binds.

An import and its uses are fixed together, because one without the other breaks the file. Uses are renamed
where that cannot be felt outside the file; otherwise the new import keeps the old name (`as Old`).
"""

from __future__ import annotations

from typing import NamedTuple

from ssot_rules.contract import TOP, Bring, Edit, Fix, ImportChange
from ssot_rules.facts import BindingKind, ImportStatement, Role, ScopeKind, Span, Use
from ssot_rules.index import Index, Module, Place, Trace, absolute
from ssot_rules.marks import Deprecation, marks, places_of
from ssot_rules.proof import Question, Sites, cycle_objection, entered, lead_to_one, objection, star_objection
from ssot_rules.visibility import (
    can_be_renamed,
    defined_places,
    first_definition,
    is_felt_outside,
    is_imported_already,
    is_patched,
    means_something,
    strings_to_follow,
)


class Target(NamedTuple):
    """What to write instead of a name."""

    dotted: str
    module: str
    names: tuple[str, ...]
    """The names behind the module; empty when the target is the module itself."""
    keywords: tuple[tuple[str, str], ...] = ()
    """What calls pass by keyword, and what they have to call it then."""


Where = tuple[int | None, int | None, int]
"""The number of an imported name, or else of a use, and which segment of the use is meant."""


def target_at(dotted: str, index: Index) -> Target:
    """A dotted path as a target."""
    return Target(dotted, *index.split(dotted))


def replacement_of(deprecation: Deprecation, place: Place, index: Index) -> Target | None:
    """The replacement of what lives at `place`, which may be a member of what is deprecated; None where it
    does not exist or is deprecated itself."""
    beyond = deprecation.beyond(place, index)
    dotted = deprecation.replacement
    if beyond and deprecation.module is not None and index.split(dotted)[1]:
        if beyond != dotted.rpartition(".")[2]:  # the module became one definition, and this is another
            return None
    elif beyond:
        dotted = f"{dotted}.{beyond}"
    if index.exists(dotted) is False:
        return None
    known = index.once(marks, None)
    if any(known.deprecation_of(trace, index, deprecation.replaced) for trace in index.find(dotted)):
        return None
    keywords = () if beyond else tuple(deprecation.entry.arguments.items())
    return target_at(dotted, index)._replace(keywords=keywords)


def replace_reference(module: Module, where: Where, target: Target, index: Index) -> Fix | None:
    """The fix that makes an import or a use reach `target`; None where no edit can be right."""
    return index.once(_replace, (module, where, target), bodies=True)


def redirect_import(module: Module, number: int, target: Target, index: Index) -> Fix | None:
    """The fix that makes an import which leads nowhere reach `target`: there is nothing to compare it with, and only
    a new cycle speaks against it."""
    fix = replace_reference(module, (number, None, 0), target, index)
    if fix is None:
        return None
    statement = module.facts.statements[module.facts.imports[number].statement]
    question = Question(module, (), target.dotted, [], module.facts.runs_at_import(statement), passed_on=False)
    return fix._replace(
        unsafe=_doubt(module, number, None, target, index)
        or cycle_objection(question, index.find(target.dotted), index)
    )


def _replace(request: tuple[Module, Where, Target], index: Index) -> Fix | None:
    module, (imported, use, segment), target = request
    if imported is not None:
        fix = index.once(_replace_import, (module, imported, target), bodies=True)
    else:
        assert use is not None
        fix = _replace_through_use(module, use, segment, target, index)
    if fix is None:
        return None
    doubt = _doubt(module, imported, use, target, index)
    return fix if doubt is None else fix._replace(unsafe=doubt)


def _doubt(module: Module, imported: int | None, use: int | None, target: Target, index: Index) -> str | None:
    """Why nothing can be shown of any fix."""
    if not index.is_complete:
        return "the workspace is still being indexed"
    if _is_broken(module, imported, use, target):
        return "a statement that speaks of it does not parse, so uses may be missed"
    return None


def _is_broken(module: Module, imported: int | None, use: int | None, target: Target) -> bool:
    """Whether the names that the fix takes away or brings stand in a statement that does not parse."""
    names = {target.dotted.rpartition(".")[2]}
    if imported is not None:
        known = module.facts.imports[imported]
        names.update((known.local, known.name.rpartition(".")[2]))
    if use is not None:
        names.update(module.facts.uses[use].path)
    return module.facts.problem_about(names - {"*"}) is not None


def _replace_through_use(module: Module, number: int, segment: int, target: Target, index: Index) -> Fix | None:
    """The fix for a use: that of the imports that bring the name, or of the use alone."""
    use = module.facts.uses[number]
    if segment > 0:
        named = _import_that_names(module, use, segment, index)
        if named is not None:
            return index.once(_replace_import, (module, *named), bodies=True)
        return _replace_member(module, target, number, segment, index) or _replace_use(
            module, target, number, segment, index
        )
    if not use.bindings:
        star = _deprecated_star(module, index)
        return _replace_star(module, *star, index) if star else _replace_use(module, target, number, segment, index)
    alias = module.facts.bindings[use.bindings[0]]
    if len(use.bindings) == 1 and alias.alias and alias.ref != number:  # `Engine = Old`: mending that mends this
        last = len(module.facts.uses[alias.ref].path) - 1
        segment, target = _deprecated_segment(module, alias.ref, index) or (last, target)
        return _replace_through_use(module, alias.ref, segment, target, index)
    bindings = [module.facts.bindings[known] for known in use.bindings]
    imports = [known.ref for known in bindings if known.kind == BindingKind.IMPORT]
    if len(bindings) == len(imports) == len(index.imported(module, imports[0])) == 1:
        return index.once(_replace_import, (module, imports[0], target), bodies=True)
    if not all(known.is_none for known in bindings if known.kind != BindingKind.IMPORT):
        return None
    return _together([_replace_deprecated_import(module, known, target, index) for known in imports])


def _deprecated_segment(module: Module, number: int, index: Index) -> tuple[int, Target] | None:
    """The first segment of a use that reaches something deprecated, and what to write instead."""
    known = index.once(marks, None)
    before: list[Place] = []
    for segment, traces in enumerate(index.used(module, number)):
        hit = next(filter(None, (known.deprecation_of(trace, index, before) for trace in traces)), None)
        before += places_of(traces)
        if hit is not None:
            target = replacement_of(*hit, index)
            return None if target is None else (segment, target)
    return None


def _replace_deprecated_import(module: Module, number: int, target: Target, index: Index) -> Fix | None:
    """The fix for one of the imports that may bring a name, if it reaches what `target` replaces."""
    known = index.once(marks, None)
    hits = [known.deprecation_of(trace, index) for trace in index.imported(module, number)]
    if all(hit is not None and replacement_of(*hit, index) == target for hit in hits):
        return index.once(_replace_import, (module, number, target), bodies=True)
    return None


def _together(fixes: list[Fix | None]) -> Fix | None:
    """Several fixes as one; None where one of them is missing."""
    found = [fix for fix in fixes if fix is not None]
    if not found or len(found) < len(fixes):
        return None
    changes = dict.fromkeys(change for fix in found for change in fix.changes)
    return Fix(found[0].title, tuple(changes), next((fix.unsafe for fix in found if fix.unsafe), None))


def _import_that_names(module: Module, use: Use, segment: int, index: Index) -> tuple[int, Target] | None:
    """For `a.old.x` after `import a.old`: the import that names what is deprecated, and its own replacement."""
    number = _plain_import_of(module, use)
    if number is None or _shared(module, number, use) <= segment:
        return None
    for trace in index.imported(module, number):
        hit = index.once(marks, None).deprecation_of(trace, index)
        target = replacement_of(*hit, index) if hit is not None else None
        if target is not None:
            return number, target
    return None


def _plain_import_of(module: Module, use: Use) -> int | None:
    """Of the plain imports that bind what a use starts with, the one that brings the most of it; the first of
    several. None where anything else may bind it."""
    facts = module.facts
    bindings = [facts.bindings[known] for known in use.bindings]
    numbers = [known.ref for known in bindings if known.kind == BindingKind.IMPORT]
    if not numbers or len(numbers) < len(bindings) or len({known.scope for known in bindings}) > 1:
        return None
    for number in numbers:
        imported = facts.imports[number]
        if facts.statements[imported.statement].module is not None or imported.asname is not None:
            return None
    return min(numbers, key=lambda number: (-_shared(module, number, use), number))


def _shared(module: Module, number: int, use: Use) -> int:
    """How many segments of a use `import a.b.c` names."""
    names = module.facts.imports[number].name.split(".")
    return next((at for at, pair in enumerate(zip(names, use.path, strict=False)) if pair[0] != pair[1]), len(names))


def title(target: Target) -> str:
    """What the fix says that it does."""
    return f"Use `{target.dotted}`"


# -- an import and its uses -----------------------------------------------------------------------------------


class _Import(NamedTuple):
    """An imported name that is to be replaced."""

    module: Module
    number: int
    statement: ImportStatement
    binding: int
    target: Target
    old: tuple[Trace, ...]

    @property
    def own(self) -> list[Use]:
        """The uses that mean this import and nothing else."""
        return [use for use in self.shared if use.bindings == (self.binding,)]

    @property
    def shared(self) -> list[Use]:
        """The uses that may mean it."""
        name = self.module.facts.bindings[self.binding].name
        named = self.module.facts.uses.about((name,), lambda use: use.path[0] == name)
        return [use for _, use in named if self.binding in use.bindings and self.module.facts.is_use(use)]


def _replace_import(request: tuple[Module, int, Target], index: Index) -> Fix | None:
    module, number, target = request
    imported = module.facts.imports[number]
    if imported.name == "*":
        return _replace_star(module, number, target, index)
    found = _Import(
        module,
        number,
        module.facts.statements[imported.statement],
        next(
            at
            for at, known in module.facts.bindings.beside(number)
            if known.kind == BindingKind.IMPORT and known.ref == number
        ),
        target,
        index.imported(module, number),
    )
    return _replace_plain_import(found, index) if found.statement.module is None else _replace_from_import(found, index)


def _replace_from_import(found: _Import, index: Index) -> Fix | None:
    bring, edits = _new_name(found, index)
    sites: Sites = [(use, 0) for use in found.shared]
    keywords = _keyword_edits(found.module, sites, found.old, found.target, index)
    if edits is None or keywords is None or (keywords and len(found.own) < len(found.shared)):
        return None
    reason = _reason(found, sites, bring, index)
    brought = () if bring is None else (bring,)
    return Fix(title(found.target), (_change(found, brought, index), *edits, *keywords), reason)


def _keyword_edits(
    module: Module, sites: Sites, old: tuple[Trace, ...], target: Target, index: Index
) -> tuple[Edit, ...] | None:
    """The edits that give keywords of calls their new names; None where one of them is not where it seems to be."""
    renamed = dict(target.keywords)
    if not renamed or lead_to_one(old, index.find(target.dotted), index):  # what is the same is called the same
        return ()
    calls = [use.call for use, segment in sites if use.call is not None and segment == len(use.path) - 1]
    found = [(span, name) for call in calls for name, span in call.keywords if name in renamed]
    if any(module.text[span.start : span.end] != name for span, name in found):
        return None
    return tuple(Edit(module.path, span, renamed[name]) for span, name in found)


def _new_name(found: _Import, index: Index) -> tuple[Bring | None, tuple[Edit, ...] | None]:
    """How the replacement comes into the file, and the edits of the uses; None for edits that cannot be."""
    module, statement = found.module, found.statement
    binding = module.facts.bindings[found.binding]
    imported = module.facts.imports[found.number]
    source, name, rest = _from_import(found.target)
    asname = None if name == binding.name else binding.name
    keeping = _bring(module, statement, source, name, asname, imported.statement)
    if not rest and (name == binding.name or imported.asname is not None):
        return keeping, ()
    whole = len(found.own) == len(found.shared)
    otherwise = _is_brought_otherwise(module, statement, found.own)
    follow = strings_to_follow(module, binding, name, index)
    if not whole or otherwise or not can_be_renamed(module, binding, statement, index) or follow is None:
        return (None, None) if rest else (keeping, ())
    present = is_imported_already(module, statement, f"{source}.{name}" if source else name, found.own, index)
    taken = not present and means_something(module, name, binding.scope, found.own, index)
    if taken or (follow and (present or rest)):  # a patch would reach more, or somebody else
        return (None, None) if rest else (keeping, ())
    new = ".".join([name, *rest])
    edits = (
        *(Edit(module.path, use.spans[0], new) for use in found.own),
        *(Edit(mention.path, mention.span, new) for mention in follow if mention.span is not None),
    )
    return None if present else _bring(module, statement, source, name, None, imported.statement), edits


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


def _change(found: _Import, brought: tuple[Bring, ...], index: Index) -> ImportChange:
    needs = _needs(found.module, found.statement, found.old, found.target, index) if brought else ()
    return ImportChange(found.module.path, (found.number,), brought, needs)


def _needs(
    module: Module, statement: ImportStatement, old: tuple[Trace, ...], target: Target, index: Index
) -> tuple[str, ...]:
    """The files that the new import runs when the module is imported, and that the old one does not import from."""
    if not module.runs_at_import(statement):
        return ()
    homes = (trace.first.home for trace in index.find(target.dotted))
    known = {module.home, *(trace.first.home for trace in old)}
    return tuple(path for home in homes if home and home not in known for path in entered(home, module, index))


def _reason(found: _Import, sites: Sites, bring: Bring | None, index: Index) -> str | None:
    at_import = found.module.runs_at_import(found.statement)
    question = Question(
        found.module,
        found.old,
        found.target.dotted,
        sites,
        at_import,
        is_felt_outside(found.module, found.module.facts.bindings[found.binding], index),
        found.target.keywords,
    )
    unread = at_import or found.module.is_stub
    return (
        objection(question, index)
        or (None if unread else _patch_objection(found.old, found.target, index))
        or (_alias_objection(found, bring, index) if bring is not None and bring.asname is not None else None)
        or _loading_objection(found, index)
    )


def _loading_objection(found: _Import, index: Index) -> str | None:
    """A package that imports from a module below it makes that an attribute of itself, and others may count on it."""
    module = found.module
    if not module.is_package or not module.runs_at_import(found.statement):
        return None
    for home in sorted({trace.first.home for trace in found.old}):
        source = index.module(home)
        if source is None or not source.name.startswith(f"{module.name}.") or _is_loaded_otherwise(found, home, index):
            continue
        others = (known for known in index.speaking_of(_last(source)) if known.path not in {module.path, home})
        reader = next((known for known in others if _counts_on(known, source, index)), None)
        if reader is not None:
            return f"`{reader.name}` reaches `{source.name}` without importing it"
    return None


def _last(module: Module) -> str:
    return module.name.rpartition(".")[2]


def _is_loaded_otherwise(found: _Import, home: str, index: Index) -> bool:
    """Whether a package imports a module below it by another import, or something else that does."""
    module = found.module
    runs = {
        trace.first.home
        for number, imported in module.facts.imports.about(("import",))
        if number != found.number and module.runs_at_import(module.facts.statements[imported.statement])
        for trace in index.imported(module, number)
    }
    runs.update(trace.first.home for trace in index.find(found.target.dotted))
    source = index.module(home)
    others = (index.module(path) for path in runs if path)
    return home in runs or any(
        source is not None and other is not None and _imports(other, source, index, late=False) for other in others
    )


def _imports(module: Module, source: Module, index: Index, *, late: bool) -> bool:
    """Whether a module imports another itself, perhaps in a function only."""
    name = _last(source)
    facts = module.facts
    return any(
        (late or module.runs_at_import(facts.statements[imported.statement]))
        and any(place.home == source.path for trace in index.imported(module, number) for place in trace.places)
        for number, imported in facts.imports.about((name,))
        if name in (facts.statements[imported.statement].module or "").split(".") or name in imported.name.split(".")
    )


def _counts_on(module: Module, source: Module, index: Index) -> bool:
    """Whether a module reaches another as an attribute of its package, and does not import it."""
    name = _last(source)
    return any(
        trace.last == Place(source.path, "")
        for number, use in module.facts.uses.about((name,), lambda use: name in use.path[1:])
        for traces in index.used(module, number)[1:]
        for trace in traces
    ) and not _imports(module, source, index, late=True)


def _alias_objection(found: _Import, bring: Bring, index: Index) -> str | None:
    """Why the replacement may not keep the name of what it replaces: a canonical is called that, and to give its name
    to something else is a finding (SSOT202)."""
    block = found.module.facts.blocks[found.statement.block]
    namesakes = index.once(marks, None).by_name.get(bring.local, ())
    if not namesakes or found.statement.scope != 0 or block.fallback:
        return None
    meant = {trace.last for trace in index.find(found.target.dotted)}
    if any(not meant.isdisjoint(canonical.places) for canonical in namesakes):
        return None
    return f"`{bring.local}` is the name of the canonical `{namesakes[0].concept.canonical}`"


def _patch_objection(old: tuple[Trace, ...], target: Target, index: Index) -> str | None:
    """A name that is looked up when it is needed can be patched; then its place matters."""
    for trace in (*old, *index.find(target.dotted)):
        if trace.first.name and is_patched(trace.first, index):
            return f"some code seems to patch `{trace.first.name}` where it is"
    return None


# -- a name that nothing brings -------------------------------------------------------------------------------


def bring_name(
    module: Module, uses: tuple[Use, ...], target: Target, old: tuple[Trace, ...], index: Index
) -> Fix | None:
    """The fix that imports a name which nothing binds, once for all its uses; None where the target is not there.

    `old` is what the name once led to, if that is not the target.
    """
    if index.exists(target.dotted) is False or (not target.names and "." not in target.module):
        return None
    name = uses[0].path[0]
    source, new, rest = _from_import(target)
    edits: tuple[Edit, ...] = ()
    local = None if new == name else name
    if rest or (new != name and _can_take(module, new, uses, index)):
        local = None
        edits = tuple(Edit(module.path, use.spans[0], ".".join([new, *rest])) for use in uses)
    if rest and not _can_take(module, new, uses, index):
        return None
    anchor, spelled = _import_anchor(module, uses, source)
    homes = (trace.first.home for trace in index.find(target.dotted))
    needs = tuple(path for home in homes if home and home != module.path for path in entered(home, module, index))
    change = ImportChange(module.path, (), (Bring(spelled, new, local, anchor),), needs)
    return Fix(f"Import `{target.dotted}`", (change, *edits), _bring_objection(module, uses, target, old, index))


def replace_builtin(module: Module, use: Use, target: Target, index: Index) -> Fix | None:
    """The fix that makes a use of a builtin one of `target`; None where the target is not there."""
    fix = bring_name(module, (use,), target, (), index)
    if fix is None:
        return None
    return Fix(title(target), fix.changes, fix.unsafe or f"`{use.path[0]}` is a builtin, which cannot be compared")


def _can_take(module: Module, name: str, uses: tuple[Use, ...], index: Index) -> bool:
    """Whether uses can be given a name that the module does not know yet."""
    return module.facts.are_placed((uses[0].path[0],)) and not means_something(module, name, 0, uses, index)


def _import_anchor(module: Module, uses: tuple[Use, ...], source: str) -> tuple[int, str]:
    """The import statement of the module that a new one should stand at, and how it spells its source: one that
    imports from there already, or else the last one above all definitions and all uses that run with the module."""
    facts = module.facts
    first = min((use.span.start for use in uses if facts.scopes[use.scope].kind != ScopeKind.FUNCTION), default=None)
    above = [
        (number, statement)
        for number, statement in facts.statements.about(("import",))
        if statement.block == 0 and (first is None or statement.span.end < first)
    ]
    for number, statement in above:
        spelled = "." * statement.level + (statement.module or "")
        if statement.module is not None and absolute(module, statement) == source:
            return number, spelled
    start = first_definition(facts)
    return max((number for number, statement in above if statement.span.end <= start), default=TOP), source


def _bring_objection(
    module: Module, uses: tuple[Use, ...], target: Target, old: tuple[Trace, ...], index: Index
) -> str | None:
    name = uses[0].path[0]
    if not index.is_complete:
        return "the workspace is still being indexed"
    question = Question(module, old, target.dotted, [(use, 0) for use in uses], at_import=True, passed_on=False)
    known = {trace.last for trace in (*old, *index.find(target.dotted))}
    others = sorted({place for place in index.gather(defined_places) if place.name == name} - known)
    if others:
        other = index.module(others[0].home)
        return f"`{other.name if other is not None else others[0].home}` defines `{name}`, too"
    if any(is_patched(place, index) for place in (Place(module.path, name), Place("", f"builtins.{name}"))):
        return f"some code seems to set `{name}` from outside"
    if module.is_package and index.submodule(module.path, target.dotted.rpartition(".")[2]):
        return "a submodule has that name"
    if old:
        return objection(question, index)
    return cycle_objection(question, index.find(target.dotted), index)


# -- plain imports --------------------------------------------------------------------------------------------


def _replace_plain_import(found: _Import, index: Index) -> Fix | None:
    """`import a.old` or `import a.old as o`, where the module itself is deprecated."""
    module, target = found.module, found.target
    imported = module.facts.imports[found.number]
    binding = module.facts.bindings[found.binding]
    if target.names or binding.scope != found.statement.scope:
        return None
    sites: Sites = [(use, 0) for use in found.shared]
    edits: tuple[Edit, ...] = ()
    if imported.asname is None:
        through = _through(found, index)
        if through is None:
            return None
        sites = [(use, last) for use, last, _ in through]
        edits = tuple(
            Edit(module.path, Span(use.spans[0].start, use.spans[last].end), dotted) for use, last, dotted in through
        )
    bring = Bring(target.module, None, imported.asname, imported.statement)
    return Fix(title(target), (_change(found, (bring,), index), *edits), _reason(found, sites, bring, index))


def _through(found: _Import, index: Index) -> list[tuple[Use, int, str]] | None:
    """The uses that go through what `import a.b` names, each with the last segment to replace and the module to
    write instead. None where a use would lose what it starts with."""
    module, target = found.module, found.target
    old = module.facts.imports[found.number].name.split(".")
    top = target.module.partition(".")[0]
    imports = [(use, _plain_import_of(module, use)) for use in found.shared]
    if any(number is None for _, number in imports):  # the class body of `app = app.old`
        return None
    through = [use for use, number in imports if number == found.number]
    if not module.facts.are_placed([name for use in through for name in use.path]):
        return None
    chosen = []
    for use in through:
        shared = min(_shared(module, found.number, use), len(use.path))
        gone = len(old) - shared
        parts = target.module.split(".")
        if gone == 0:
            chosen.append((use, shared - 1, target.module))
        elif parts[:shared] != old[:shared]:  # it goes through a package that the import brings, too
            if gone >= len(parts) or not _replaces(".".join(old[:shared]), ".".join(parts[:-gone]), index):
                return None
            chosen.append((use, shared - 1, ".".join(parts[:-gone])))
    if top != old[0]:
        renamed = [use for use, _, _ in chosen]
        if len(renamed) < len(found.shared) or means_something(
            module, top, module.facts.bindings[found.binding].scope, renamed, index
        ):
            return None
    return chosen


def _replaces(old: str, new: str, index: Index) -> bool:
    """Whether a deprecated module's replacement is this one."""
    known = index.once(marks, None)
    hits = [known.deprecation_of(trace, index) for trace in index.find(old)]
    targets = [replacement_of(*hit, index) if hit is not None else None for hit in hits]
    return bool(targets) and all(target is not None and target.dotted == new for target in targets)


# -- star imports ---------------------------------------------------------------------------------------------


def _replace_star(module: Module, number: int, target: Target, index: Index) -> Fix | None:
    """`from a.old import *`, where the module itself is deprecated."""
    statement = module.facts.statements[module.facts.imports[number].statement]
    if target.names:
        return None
    question = Question(
        module,
        index.imported(module, number),
        target.dotted,
        [],
        module.runs_at_import(statement),
        passed_on=True,
    )
    bring = Bring(_relative(module, statement, target.module), "*", None, module.facts.imports[number].statement)
    change = ImportChange(module.path, (number,), (bring,))
    return Fix(title(target), (change,), star_objection(question, index))


def _deprecated_star(module: Module, index: Index) -> tuple[int, Target] | None:
    """A star import of a module that is deprecated as a whole, and what to import instead."""
    known = index.once(marks, None)
    for number in module.facts.stars:
        for trace in index.imported(module, number):
            hit = known.deprecation_of(trace, index)
            if hit is not None:
                return number, target_at(hit[0].replacement, index)
    return None


# -- attributes of modules, and names that a star brings ------------------------------------------------------


def _replace_member(module: Module, target: Target, number: int, segment: int, index: Index) -> Fix | None:
    """`m.Old` or `Base.old_run` where the replacement is reached in the same way: `m.New`, `Base.run`."""
    use = module.facts.uses[number]
    assigned = use.role == Role.STORE and segment == len(use.path) - 1
    owners = index.used(module, number)[segment - 1]
    if assigned or len(owners) != 1 or not module.facts.are_placed(use.path):
        return None
    name = target.dotted.rpartition(".")[2]
    reached, wanted = index.below(owners[0].last, name), index.find(target.dotted)
    inherited = "." in owners[0].last.name or index.definition(owners[0].last) is not None
    if len(reached) != 1 or reached[0].missing or reached[0].last not in {trace.last for trace in wanted}:
        return None
    if not inherited and reached != wanted:  # by another path than the one that is wanted
        return None
    old = index.used(module, number)[segment]
    question = Question(
        module, old, target.dotted, [(use, segment)], at_import=False, passed_on=False, keywords=target.keywords
    )
    reason = objection(question, index) or _patch_objection(old, target, index)
    keywords = _keyword_edits(module, question.sites, old, target, index)
    if keywords is None:
        return None
    return Fix(title(target), (Edit(module.path, use.spans[segment], name), *keywords), reason)


def _replace_use(module: Module, target: Target, number: int, segment: int, index: Index) -> Fix | None:
    """`module.Old` where the module is imported, or a name that a star import brings."""
    use = module.facts.uses[number]
    anchor = _anchor(module, use)
    assigned = use.role == Role.STORE and segment == len(use.path) - 1
    if anchor is None or assigned or not module.facts.are_placed(use.path):
        return None
    statement = module.facts.statements[anchor]
    span = Span(use.spans[0].start, use.spans[segment].end)
    source, name, rest = _from_import(target)
    text = ".".join([name, *rest])
    old = index.used(module, number)[segment]
    at_import = module.runs_at_import(statement)
    question = Question(
        module, old, target.dotted, [(use, segment)], at_import, passed_on=False, keywords=target.keywords
    )
    reason = objection(question, index) or _patch_objection(old, target, index)
    keywords = _keyword_edits(module, question.sites, old, target, index)
    if keywords is None:
        return None
    frees = _frees(module, use, number)
    if is_imported_already(module, statement, f"{source}.{name}" if source else name, [use], index):
        freed = (ImportChange(module.path, (), (), frees=frees),) if frees else ()
        return Fix(title(target), (*freed, Edit(module.path, span, text), *keywords), reason)
    bring = _bring(module, statement, source, name, None, anchor)
    edits: tuple[Edit, ...] = (Edit(module.path, span, text),)
    if "#" in module.text[span.start : span.end]:
        reason = reason or "a comment in the midst of it would go"
    if not use.bindings and text == use.path[0]:  # a star brought the name, an import of its own brings it now
        edits = ()
    elif means_something(module, name, statement.scope, [use], index):
        if not _can_be_dotted(module, use, statement, target, index):
            return None
        bring = Bring(target.module, None, None, anchor)
        edits = (Edit(module.path, span, target.dotted),)
    change = ImportChange(module.path, (), (bring,), _needs(module, statement, old, target, index), frees)
    return Fix(title(target), (change, *edits, *keywords), reason)


def _frees(module: Module, use: Use, number: int) -> tuple[tuple[int, int], ...]:
    """The import that a use, of this number, goes through no more when it is replaced."""
    if len(use.bindings) > 1:
        imported = _plain_import_of(module, use)
    else:
        refs = (module.facts.bindings[known] for known in use.bindings)
        imported = next((known.ref for known in refs if known.kind == BindingKind.IMPORT), None)
    return () if imported is None else ((imported, number),)


def _can_be_dotted(module: Module, use: Use, statement: ImportStatement, target: Target, index: Index) -> bool:
    """Whether the replacement can be reached by its whole path: its top-level package is bound already, as it is in
    `import a.old` for `a.new.New`, or its name is free."""
    if not target.names:
        return False
    top = target.module.partition(".")[0]
    if use.path[0] == top and _plain_import_of(module, use) is not None:
        return True
    return not means_something(module, top, statement.scope, [use], index)


def _anchor(module: Module, use: Use) -> int | None:
    """The import statement that brings the module, or the star, that a use goes through."""
    facts = module.facts
    if not use.bindings:
        stars = [number for number in facts.stars if facts.imports[number].span.start < use.span.start]
        return facts.imports[stars[-1]].statement if stars else None
    number = _import_behind(module, use)
    if number is None:
        return None
    imported = facts.imports[number]
    statement = facts.statements[imported.statement]
    if facts.scopes[statement.scope].kind == ScopeKind.CLASS or _is_brought_otherwise(module, statement, [use]):
        return None
    later = statement.scope == use.scope and statement.span.start > use.span.start
    return None if later else imported.statement


def _import_behind(module: Module, use: Use) -> int | None:
    """The import that a use starts with, perhaps under the names that assignments gave it."""
    facts = module.facts
    seen = {use}
    while len(use.bindings) == 1 and facts.bindings[use.bindings[0]].alias:
        use = facts.uses[facts.bindings[use.bindings[0]].ref]
        if use in seen:
            return None
        seen.add(use)
    if len(use.bindings) > 1:
        return _plain_import_of(module, use)
    known = facts.bindings[use.bindings[0]] if use.bindings else None
    if known is None or known.kind != BindingKind.IMPORT:
        return None
    statement = facts.statements[facts.imports[known.ref].statement]
    return known.ref if known.scope == statement.scope else None


def _is_brought_otherwise(module: Module, statement: ImportStatement, uses: list[Use]) -> bool:
    """Whether an import for type checkers alone has uses that run: then something unseen brings the name."""
    return module.facts.blocks[statement.block].type_checking and any(
        use.role != Role.ANNOTATION and not use.quoted for use in uses
    )
