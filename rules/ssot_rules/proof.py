"""What speaks against replacing one definition by another, judged by what the code says.

A name that leads to the very same object needs no comparison, only that the new import closes no cycle.
Otherwise the new definition must be of the same kind, take every call that the file makes, offer every member
that the old one offers in the same way, and nothing may depend on which of the two it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ssot_rules.factories import maker_instead
from ssot_rules.facts import Call, Definition, DefinitionKind, Parameter, Role, ScopeKind, Use
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.mentions import mentions, names_in_strings
from ssot_rules.relevance import relevant
from ssot_rules.stars import star_names
from ssot_rules.visibility import (
    assigned_places,
    defined_places,
    is_patched,
    passed_places,
    patched_places,
    star_imports,
)

_FIELD_DECORATORS = frozenset({"dataclass", "dataclasses.dataclass"})
_PLAIN_BASES = frozenset({"object", "Generic", "typing.Generic"})
_ABSTRACT_BASES = frozenset({"Protocol", "typing.Protocol", "typing_extensions.Protocol", "ABC", "abc.ABC"})
_NOT_OFFERED = frozenset({"__init__", "__new__", "__doc__", "__module__", "__slots__", "__qualname__"})
"""What a class may lack without anybody feeling it: constructors are compared call by call."""

Sites = list[tuple[Use, int]]
"""Uses of a name, each with the number of the segment that names what is replaced."""


class Question(NamedTuple):
    """May what `old` leads to be replaced by `target` in `module`?"""

    module: Module
    old: tuple[Trace, ...]
    target: str
    sites: Sites
    at_import: bool
    """The new import runs when the module is imported, not later in a function nor for type checkers alone."""
    passed_on: bool
    """Other modules may reach the name through this one, by an import or by a string that says it."""
    keywords: tuple[tuple[str, str], ...] = ()
    """What calls pass by keyword, and what they call it then."""


def objection(question: Question, index: Index) -> str | None:
    """Why the replacement may change what the program does, in words; None when nothing speaks against it."""
    new = index.find(question.target)
    if lead_to_one(question.old, new, index):
        return cycle_objection(question, new, index)
    return _difference(question, new, index) or cycle_objection(question, new, index)


def lead_to_one(old: tuple[Trace, ...], new: tuple[Trace, ...], index: Index) -> bool:
    """Whether two paths lead to one object, and to nothing else."""
    lasts = {trace.last for trace in old} | {trace.last for trace in new}
    if any(trace.missing for trace in (*old, *new)):
        return False
    return len(lasts) == 1 or (len(lasts) == 2 and _are_given_one_value(min(lasts), max(lasts), index))


def _are_given_one_value(one: Place, other: Place, index: Index) -> bool:
    """Whether two names of a module are those of a statement such as `a = b = f()`, and of nothing else."""
    first, second = index.definition(one), index.definition(other)
    if first is None or second is None or one.home != other.home or "." in one.name or "." in other.name:
        return False
    if not first.kind == second.kind == DefinitionKind.CONSTANT or first.span != second.span:
        return False
    return _bound_once(one, index) and _bound_once(other, index)


def _difference(question: Question, new: tuple[Trace, ...], index: Index) -> str | None:
    name = question.target.rpartition(".")[2]
    place = new[0].last
    definition = index.definition(place)
    if len({trace.last for trace in question.old}) > 1:
        return "the old name may mean several things"
    if definition is None:
        if place.home and not place.name:
            return _module_objection(question, place, index)
        return f"`{question.target}` is outside the workspace and cannot be compared"
    old = question.old[0]
    before = index.definition(old.last)
    if before is None and not old.missing:
        return f"what `{name}` would replace cannot be read"
    if question.passed_on:
        return f"others may reach it here, by import or by a string, and `{name}` is something else"
    if not _bound_once(place, index) or (before is not None and not _bound_once(old.last, index)):
        return "one of the two is bound more than once"
    definition = _as_called(place, definition, index)
    before = before and _as_called(old.last, before, index)
    return (
        (_kind_objection(before, definition, name) if before is not None else None)
        or _site_objection(_renamed_sites(question), place, definition, name, index)
        or _maker_objection(question, place, index)
        or (_order_objection(question, place, index) if definition.kind == DefinitionKind.CLASS else None)
        or (
            _offer_objection(old.last, _renamed_parameters(before, question), place, definition, name, index)
            if before is not None
            else None
        )
    )


def _renamed_sites(question: Question) -> Sites:
    """The uses with the keywords that their calls pass then."""
    renamed = dict(question.keywords)
    sites = []
    for use, segment in question.sites:
        call = use.call
        if renamed and call is not None and segment == len(use.path) - 1:
            keywords = tuple((renamed.get(name, name), span) for name, span in call.keywords)
            use = use._replace(call=call._replace(keywords=keywords))
        sites.append((use, segment))
    return sites


def _renamed_parameters(before: Definition, question: Question) -> Definition:
    """A function whose parameters are called what calls call them then."""
    return before._replace(parameters=_renamed(before.parameters, question))


def _renamed(parameters: tuple[Parameter, ...] | None, question: Question) -> tuple[Parameter, ...] | None:
    if parameters is None:
        return None
    renamed = dict(question.keywords)
    return tuple(known._replace(name=renamed.get(known.name, known.name)) for known in parameters)


def _order_objection(question: Question, new: Place, index: Index) -> str | None:
    """Whether a class that is constructed takes by position what the other one takes elsewhere."""
    most = max((use.call.positional for use, _ in question.sites if use.call is not None), default=0)
    if not most:
        return None
    before, after = _renamed(_constructor(question.old[0].last, index), question), _constructor(new, index)
    known = {parameter.name for parameter in after or ()}
    for old_one, new_one in list(zip(before or (), after or (), strict=False))[:most]:
        if old_one.kind != "normal" or new_one.kind not in {"positional", "normal"}:
            break
        if old_one.name != new_one.name and old_one.name in known:
            name = question.target.rpartition(".")[2]
            return f"`{name}` takes `{new_one.name}` where a call passes `{old_one.name}` by position"
    return None


def _maker_objection(question: Question, place: Place, index: Index) -> str | None:
    """Whether a class is constructed of which something else makes every instance."""
    calls = (use for use, segment in question.sites if use.role == Role.CALL and segment == len(use.path) - 1)
    makers = (maker_instead(place, use, question.module, index) for use in calls)
    return next((f"`{place.name}` is made by `{maker.path}` alone" for maker in makers if maker is not None), None)


def _bound_once(place: Place, index: Index) -> bool:
    """Whether a definition is the only thing that its name is given."""
    module = index.module(place.home)
    if module is None or "." in place.name:
        return module is not None
    return len(module.facts.named(place.name)) == 1


def _as_called(place: Place, known: Definition, index: Index) -> Definition:
    """A function as it is called: a class method through its class, without its first parameter."""
    module = index.module(place.home)
    if module is None or known.parameters is None or module.facts.scopes[known.scope].kind != ScopeKind.CLASS:
        return known
    if known.decorators == ("classmethod",):
        return known._replace(decorators=(), parameters=known.parameters[1:])
    return known._replace(decorators=()) if known.decorators == ("staticmethod",) else known


def _kind_objection(before: Definition, after: Definition, name: str) -> str | None:
    if before.kind != after.kind:
        return f"`{before.name}` is a {before.kind.label}, `{name}` a {after.kind.label}"
    if after.kind == DefinitionKind.CONSTANT:
        return f"`{name}` may have another value than `{before.name}`"
    return None


def _site_objection(sites: Sites, place: Place, new: Definition, name: str, index: Index) -> str | None:
    """What the uses in the file ask of the new definition."""
    is_class = new.kind == DefinitionKind.CLASS
    for use, segment in sites:
        problem = (
            _class_site_objection(use, segment, place, name, index)
            if is_class
            else _call_objection(use, new.parameters, name)
            if segment == len(use.path) - 1 and use.role == Role.CALL
            else f"`{name}` is passed on, and not all its calls are in sight"
        )
        if problem:
            return problem
    return None


def _class_site_objection(use: Use, segment: int, place: Place, name: str, index: Index) -> str | None:
    if segment < len(use.path) - 1:
        member = use.path[segment + 1]
        members = _members(place, index)
        return None if members is None or member in members else f"`{name}` has no `{member}`"
    if use.subscripted and not _takes_subscripts(place, index):
        return f"`{name}` cannot be subscripted"
    if use.role == Role.BASE:
        return f"a subclass may rely on what it inherits, and `{name}` is another class"
    if use.role == Role.CHECK:
        return f"the check would ask for another class, `{name}`"
    if use.role == Role.CALL:
        return _instance_objection(place, name, index) or _call_objection(use, _constructor(place, index), name)
    if use.role != Role.ANNOTATION:
        return f"the class itself is passed on, and `{name}` is another class"
    return None


def _instance_objection(place: Place, name: str, index: Index) -> str | None:
    """Whether making an instance of the new class could fail by itself."""
    for owner in _ancestry(place, index) or ():
        definition = index.definition(owner)
        if definition is None:
            continue
        if owner == place and _is_abstract_base(owner, definition, index):
            return f"`{name}` is abstract"
        for member, found in _body(owner, definition, index).items():
            declared = any(decorator.rpartition(".")[2].startswith("abstract") for decorator in found.decorators)
            bodies = (_own_body(above, index) for above in _ancestry(place, index) or ())
            nearest = next((body[member] for body in bodies if member in body), found)
            if declared and nearest is found:
                return f"`{name}` has the abstract `{member}`"
    return None


def _is_abstract_base(owner: Place, definition: Definition, index: Index) -> bool:
    module = index.module(owner.home)
    return module is not None and any(
        ".".join(module.facts.uses[number].path) in _ABSTRACT_BASES for number in definition.bases
    )


def _call_objection(use: Use, parameters: tuple[Parameter, ...] | None, name: str) -> str | None:
    if parameters is None or use.call is None:
        return f"the signature of `{name}` cannot be told"
    return binding_problem(use.call, parameters, name)


def _offer_objection(
    old: Place, before: Definition, new: Place, after: Definition, name: str, index: Index
) -> str | None:
    """What the old definition offers to everyone who holds it, and the new one does not."""
    if after.kind != DefinitionKind.CLASS:
        return None if _takes_over(before, after) else f"`{name}` is called differently"
    ancestry, new_ancestry = _ancestry(old, index), _ancestry(new, index)
    offered, members = _members(old, index), _members(new, index)
    if ancestry is None or offered is None:
        return f"what `{before.name}` inherits cannot be told"
    if new_ancestry is None or members is None:
        return f"what `{name}` inherits cannot be told"
    if "__slots__" in members and "__slots__" not in offered:
        return f"instances of `{name}` have `__slots__`"
    for owner in (old, new):
        if any(place.home == owner.home and place.name.startswith(f"{owner.name}.") for place in patched_places(index)):
            return f"some code assigns attributes of `{owner.name}`"
    if not set(ancestry[1:]) <= set(new_ancestry):
        return f"`{name}` has other bases"
    for member, definition in offered.items():
        if member in _NOT_OFFERED or (_is_private(member) and not _is_reached(member, old, index)):
            continue
        if member not in members:
            return f"`{name}` has no `{member}`"
        if not _serves_as(definition, members[member]):
            return f"`{name}.{member}` is called differently"
    if _FIELD_DECORATORS.intersection(after.decorators) and not _FIELD_DECORATORS.intersection(before.decorators):
        return f"instances of `{name}` compare and hash differently"
    if old in index.gather(asked_for):
        return f"a check elsewhere asks for `{before.name}`"
    return None


def _is_private(member: str) -> bool:
    return member.startswith("_") and not member.endswith("__")


def _is_reached(member: str, owner: Place, index: Index) -> bool:
    """Whether the text of another file reads a private member, other than of its own classes."""
    reads = re.compile(rf"(?<!\bself)(?<!\bcls)\.{re.escape(member)}\b")
    return any(reads.search(module.text) for module in index.candidates() if module.path != owner.home)


def asked_for(module: Module, index: Index) -> frozenset[Place]:
    """The classes that a module compares instances with."""
    uses = (number for number in relevant(module, index).uses if module.facts.uses[number].role == Role.CHECK)
    return frozenset(trace.last for number in uses for trace in index.used(module, number)[-1])


def _serves_as(before: Definition | None, after: Definition | None) -> bool:
    """Whether one member can stand for another; None is an attribute that only instances have."""
    if before is None or after is None:
        return before is None and (after is None or after.kind == DefinitionKind.CONSTANT)
    if before.kind == DefinitionKind.CLASS or before.kind != after.kind:
        return False
    if before.kind == DefinitionKind.CONSTANT:
        return before.value == after.value and "?" not in {before.value, after.value}
    return _takes_over(before, after)


def _takes_over(before: Definition, after: Definition) -> bool:
    """Whether every call that suits one function suits the other, and gives the same kind of result."""
    if (before.is_async, before.yields, before.returns) != (after.is_async, after.yields, after.returns):
        return False
    if {d.rpartition(".")[2] for d in before.decorators} != {d.rpartition(".")[2] for d in after.decorators}:
        return False
    if before.parameters is None or after.parameters is None:
        return False
    shared = after.parameters[: len(before.parameters)]
    return (
        len(shared) == len(before.parameters)
        and all(
            new.name == old.name and new.kind == old.kind and (new.default or not old.default)
            for old, new in zip(before.parameters, shared, strict=True)
        )
        and all(extra.default for extra in after.parameters[len(before.parameters) :])
    )


# -- modules --------------------------------------------------------------------------------------------------


def _module_objection(question: Question, place: Place, index: Index) -> str | None:
    """A module for a module: every name that is used through it must be there, and be the same object."""
    module = index.module(place.home)
    if module is None:
        return f"`{question.target}` cannot be read"
    if not question.sites:
        return "the import may be there for what it does, not for its name"
    if question.passed_on:
        return f"others may reach it here, by import or by a string, and `{module.name}` is another"
    for use, segment in question.sites:
        if use.role == Role.STORE and segment == len(use.path) - 2:
            return f"`{use.path[-1]}` is assigned through the module, and `{module.name}` is another"
        problem = _through_module_objection(question.old, question.target, use.path[segment + 1 :], index)
        if problem:
            return problem
    return None


def _through_module_objection(old: tuple[Trace, ...], target: str, names: tuple[str, ...], index: Index) -> str | None:
    """What is reached through the module must be the same object; through a submodule that importing the new module
    brings, what is reached through that."""
    if not names:
        return f"the module itself is passed on, and `{target}` is another"
    before = [found for trace in old for found in index.below(trace.last, names[0])]
    after = index.find(f"{target}.{names[0]}")
    if (
        before
        and all(_is_submodule(trace) for trace in (*before, *after))
        and {trace.last for trace in before}.isdisjoint(trace.last for trace in after)
        and all(index.depends(trace.last.home, found.last.home) for trace in index.find(target) for found in after)
    ):
        return _through_module_objection(tuple(before), f"{target}.{names[0]}", names[1:], index)
    homes = (trace.last.home for trace in (*old, *index.find(target)))
    if any(is_patched(Place(home, names[0]), index) for home in homes):
        return f"some code seems to patch `{names[0]}` where it is"
    return _moved_name_objection(old, names[0], target, index)


def _is_submodule(trace: Trace) -> bool:
    return not trace.missing and bool(trace.last.home) and not trace.last.name


def _moved_name_objection(old: tuple[Trace, ...], name: str, target: str, index: Index) -> str | None:
    after = {trace.last for trace in index.find(f"{target}.{name}") if not trace.missing}
    if not after:
        return f"`{target}` has no `{name}`"
    for place in after:
        known = index.definition(place)
        if known is not None and known.kind == DefinitionKind.CONSTANT and not _bound_once(place, index):
            return f"`{name}` is given more than one value"
    for trace in old:
        before = {found.last for found in index.below(trace.last, name)}
        if before and before != after:
            return f"`{name}` is defined anew in `{target}`"
    return None


def star_objection(question: Question, index: Index) -> str | None:
    """Why `from target import *` may not bring what a star import of `old` brings."""
    target = index.module(index.find(question.target)[0].last.home)
    if target is None:
        return f"`{question.target}` cannot be read"
    brought = star_names(target, index)
    for trace in question.old:
        before = index.module(trace.last.home)
        if before is None or before.facts.dynamic:
            return "what the star brings cannot be told"
        for name in sorted(star_names(before, index)):
            if name not in brought:
                return f"`from {question.target} import *` brings no `{name}`"
            problem = _moved_name_objection(question.old, name, question.target, index)
            if problem:
                return problem
    return cycle_objection(question, index.find(question.target), index)


# -- cycles ---------------------------------------------------------------------------------------------------


def cycle_objection(question: Question, new: tuple[Trace, ...], index: Index) -> str | None:
    """Why the new import closes a cycle: the module would import something that imports it.

    A loop that is there already is no excuse: what matters is which names are bound when it is entered, and a
    new edge changes that. An import from a module that the old statement imports from as well is no new edge.
    """
    if not question.at_import:
        return None
    module = question.module
    known = {trace.first.home for trace in question.old}
    for trace in new:
        home = trace.first.home
        if not home or home == module.path or home in known:
            continue
        for path in entered(home, module, index):
            if index.depends(path, module.path):
                return f"`{_module_name(path, index)}` imports `{module.name}`: the new import would close a cycle"
    return None


def entered(home: str, module: Module, index: Index) -> tuple[str, ...]:
    """The files that an import of one of them runs: itself and the packages around it, but for those that the
    importing module is in."""
    name = _module_name(home, index)
    found = [home]
    while "." in name:
        name = name.rpartition(".")[0]
        if not f"{module.name}.".startswith(f"{name}."):
            found += [trace.last.home for trace in index.find(name) if index.module(trace.last.home) is not None]
    return tuple(found)


def _module_name(path: str, index: Index) -> str:
    """The dotted name of a file of the workspace."""
    module = index.module(path)
    return module.name if module is not None else path


# -- calls ----------------------------------------------------------------------------------------------------


def binding_problem(call: Call, parameters: tuple[Parameter, ...], name: str) -> str | None:
    """Why the arguments of a call do not bind to parameters (without `self`), in words.

    Follows the binding of arguments of the Python reference, 6.3.4. What `*` and `**` unpack is open and
    therefore an objection of its own.
    """
    if call.star or call.double_star:
        return f"a call of `{name}` unpacks arguments"
    by_position = [parameter for parameter in parameters if parameter.kind in {"positional", "normal"}]
    rest = any(parameter.kind == "star" for parameter in parameters)
    if call.positional > len(by_position) and not rest:
        return f"`{name}` takes {_count(len(by_position))}, a call passes {call.positional}"
    filled = {parameter.name for parameter in by_position[: call.positional]}
    by_keyword = {parameter.name for parameter in parameters if parameter.kind in {"normal", "keyword"}}
    any_keyword = any(parameter.kind == "double_star" for parameter in parameters)
    for keyword, _ in call.keywords:
        if keyword in filled:
            return f"`{name}` gets `{keyword}` by position already"
        if keyword not in by_keyword and not any_keyword:
            return f"`{name}` takes no `{keyword}`"
        filled.add(keyword)
    for parameter in parameters:
        if not parameter.default and parameter.name not in filled:
            return f"`{name}` requires `{parameter.name}`"
    return None


def _count(number: int) -> str:
    return "no positional arguments" if number == 0 else f"{number} positional argument{'s' * (number != 1)}"


# -- classes --------------------------------------------------------------------------------------------------


def _constructor(place: Place, index: Index) -> tuple[Parameter, ...] | None:
    """The parameters of a class's constructor without `self`, inherited ones included; None where unknown."""
    ancestry = _ancestry(place, index)
    if ancestry is None:
        return None
    found: tuple[Parameter, ...] | None = None
    for owner in ancestry:
        definition = index.definition(owner)
        if definition is None or definition.metaclass or set(definition.decorators) - _FIELD_DECORATORS:
            return None
        methods = [body for name in ("__init__", "__new__") if (body := _own_body(owner, index).get(name)) is not None]
        if found is not None:
            if any(method.name == "__new__" for method in methods):
                return None  # two constructors, one of them inherited
            continue
        if len(methods) > 1 or any(method.parameters is None or method.decorators for method in methods):
            return None
        if methods:
            found = (methods[0].parameters or ())[1:]
        elif definition.decorators:
            found = _fields(owner, definition, index)
            if found is None:
                return None
    return found or ()


def _fields(owner: Place, definition: Definition, index: Index) -> tuple[Parameter, ...] | None:
    """The constructor that `@dataclass` makes of plain fields; None where there is more to it."""
    fields = [field for field in _body(owner, definition, index).values() if field.kind == DefinitionKind.CONSTANT]
    if definition.bases or any(
        field.value == "?" or (field.annotation or "").rpartition(".")[2] in {"?", "ClassVar", "InitVar", "KW_ONLY"}
        for field in fields
    ):
        return None
    return tuple(Parameter(field.name, "normal", field.value is not None) for field in fields if field.annotation)


def _members(place: Place, index: Index) -> Mapping[str, Definition | None] | None:
    """A class's members with those it inherits; None where a base is unknown."""
    ancestry = _ancestry(place, index)
    if ancestry is None:
        return None
    found: dict[str, Definition | None] = {}
    for owner in ancestry:
        definition = index.definition(owner)
        if definition is None:
            return None
        for name, member in _body(owner, definition, index).items():
            if member.kind != DefinitionKind.CONSTANT or member.value is not None:
                found.setdefault(name, member)
        for attribute in definition.attributes:
            found.setdefault(attribute, None)
    return found


def _own_body(owner: Place, index: Index) -> dict[str, Definition]:
    definition = index.definition(owner)
    return _body(owner, definition, index) if definition is not None else {}


def _body(owner: Place, definition: Definition, index: Index) -> dict[str, Definition]:
    """What a class's own body defines."""
    module = index.module(owner.home)
    return (
        {
            member.name: member
            for _, member in module.facts.definitions.beside(definition.inner)
            if member.scope == definition.inner
        }
        if module and definition.inner >= 0
        else {}
    )


def _takes_subscripts(place: Place, index: Index) -> bool:
    """Whether `Class[…]` works: the class or a base is generic, or says itself what a subscript means."""
    for owner in _ancestry(place, index) or ():
        definition, module = index.definition(owner), index.module(owner.home)
        if definition is None or module is None:
            continue
        outer = module.facts.scopes[module.facts.scopes[definition.inner].parent]
        if outer.kind == ScopeKind.TYPE_PARAMETERS or "__class_getitem__" in _body(owner, definition, index):
            return True
        if any(module.facts.uses[number].subscripted for number in definition.bases):
            return True
    return False


def _ancestry(place: Place, index: Index) -> tuple[Place, ...] | None:
    """A class and its bases, nearest first, each once; None where one of them cannot be found.

    Depth first: enough to know what is there, though not which of two bases wins.
    """
    found: dict[Place, None] = {}
    waiting = [place]
    while waiting:
        owner = waiting.pop(0)
        if owner in found:
            continue
        definition = index.definition(owner)
        module = index.module(owner.home)
        if definition is None or module is None or definition.opaque or not _bound_once(owner, index):
            return None
        if module.facts.scopes[definition.scope].kind == ScopeKind.FUNCTION:
            return None
        found[owner] = None
        bases: list[Place] = []
        for number in definition.bases:
            if ".".join(module.facts.uses[number].path) in _PLAIN_BASES | _ABSTRACT_BASES:
                continue
            traces = index.used(module, number)[-1]
            if not traces:
                return None
            bases.append(traces[0].last)
        waiting = bases + waiting
    return tuple(found)


GATHERED = (passed_places, assigned_places, mentions, names_in_strings, asked_for, defined_places, star_imports)
"""What proofs ask all modules for; see `Index.gather`."""
