"""What speaks against replacing one definition by another, judged by what the code says.

A replacement that leads to the very same object needs no more proof. Otherwise the new definition must be
of the same kind, take every call that the file makes, and offer every public member that the old one offers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ssot_rules.facts import Call, Definition, DefinitionKind, Parameter, Role, ScopeKind, Use
from ssot_rules.index import Index, Module, Place, Trace
from ssot_rules.stars import star_names

_FIELD_DECORATORS = frozenset({"dataclass", "dataclasses.dataclass"})
_RECEIVERLESS = frozenset({"staticmethod"})


def objection(
    module: Module, old: tuple[Trace, ...], target: str, uses: Iterable[tuple[Use, int]], index: Index
) -> str | None:
    """Why replacing what `old` leads to by the dotted path `target` may change what the module does.

    `uses` are the uses of the old name in the module, each with the number of the segment that names it.
    Returns the reason in words, None when there is none.
    """
    new = index.find(target)
    lasts = {trace.last for trace in new}
    if {trace.last for trace in old if not trace.missing} == lasts and not any(trace.missing for trace in new):
        return None
    name = target.rpartition(".")[2]
    place = next(iter(lasts))
    definition = index.definition(place)
    if definition is None:
        if place.home and not place.name:
            return _module_objection(old, place, uses, index)
        return f"`{target}` is outside the workspace and cannot be compared"
    return (
        _kind_objection(old, definition, name, index)
        or _use_objection(place, definition, name, list(uses), index)
        or _member_objection(old, place, definition, name, index)
        or _cycle_objection(module, new, index)
    )


def _kind_objection(old: tuple[Trace, ...], new: Definition, name: str, index: Index) -> str | None:
    for trace in old:
        before = index.definition(trace.last)
        if before is None:
            continue
        if before.kind != new.kind:
            return f"`{before.name}` is a {before.kind.label}, `{name}` a {new.kind.label}"
        if before.is_async != new.is_async:
            return f"`{name}` is {'' if new.is_async else 'not '}async"
        if new.kind == DefinitionKind.CONSTANT:
            return f"`{name}` may have another value than `{before.name}`"
    return None


def _use_objection(place: Place, new: Definition, name: str, uses: list[tuple[Use, int]], index: Index) -> str | None:
    members = _members(place, index) if new.kind == DefinitionKind.CLASS else {}
    parameters = _constructor(place, index) if new.kind == DefinitionKind.CLASS else new.parameters
    for use, segment in uses:
        whole = segment == len(use.path) - 1
        if whole and use.subscripted and new.kind == DefinitionKind.CLASS and not _takes_subscripts(place, index):
            return f"`{name}` cannot be subscripted"
        if not whole:
            member = use.path[segment + 1]
            if new.kind == DefinitionKind.CLASS and members is not None and member not in members:
                return f"`{name}` has no `{member}`"
        elif use.role == Role.BASE:
            return f"a subclass may rely on what it inherits, and `{name}` is another class"
        elif use.role == Role.CHECK:
            return f"the check would ask for another class, `{name}`"
        elif use.role == Role.CALL and use.call is not None and new.kind != DefinitionKind.CONSTANT:
            if parameters is None:
                return f"the signature of `{name}` cannot be told"
            problem = binding_problem(use.call, parameters, name)
            if problem:
                return problem
    return None


def _member_objection(old: tuple[Trace, ...], place: Place, new: Definition, name: str, index: Index) -> str | None:
    if new.kind != DefinitionKind.CLASS:
        return _signature_objection(old, new, name, index)
    after = _members(place, index)
    for trace in old:
        before = _members(trace.last, index) if index.definition(trace.last) else {}
        if before is None or (after is None and before):
            return f"what `{name}` inherits cannot be told"
        for member, definition in before.items():
            if member.startswith("_"):
                continue
            if after is not None and member not in after:
                return f"`{name}` has no `{member}`"
            other = after[member] if after is not None else None
            if definition is not None and other is not None and not _takes_over(definition, other):
                return f"`{name}.{member}` is called differently"
    return None


def _signature_objection(old: tuple[Trace, ...], new: Definition, name: str, index: Index) -> str | None:
    for trace in old:
        before = index.definition(trace.last)
        if before is not None and not _takes_over(before, new):
            return f"`{name}` is called differently"
    return None


def _takes_over(before: Definition, after: Definition) -> bool:
    """Whether every call that suits one function or method suits the other, and gives the same kind of result."""
    if before.kind != after.kind or before.is_async != after.is_async:
        return False
    if {d.rpartition(".")[2] for d in before.decorators} != {d.rpartition(".")[2] for d in after.decorators}:
        return False
    if before.parameters is None or after.parameters is None:
        return before.parameters is after.parameters
    shared = after.parameters[: len(before.parameters)]
    names_agree = all(
        new.name == old.name and new.kind == old.kind and (new.default or not old.default)
        for old, new in zip(before.parameters, shared, strict=False)
    )
    return (
        len(shared) == len(before.parameters)
        and names_agree
        and all(extra.default for extra in after.parameters[len(before.parameters) :])
    )


def _module_objection(
    old: tuple[Trace, ...], place: Place, uses: Iterable[tuple[Use, int]], index: Index
) -> str | None:
    """A module for a module: every name that is used through it must be there, and be the same object."""
    module = index.module(place.home)
    for use, segment in uses:
        if segment == len(use.path) - 1:
            return f"the module itself is passed on, and `{module.name if module else place.home}` is another"
        name = use.path[segment + 1]
        after = {trace.last for trace in index.find(f"{module.name}.{name}") if not trace.missing} if module else set()
        if not after:
            return f"`{module.name if module else place.home}` has no `{name}`"
        before = {
            found.last for trace in old if trace.last.home for found in _member_of_module(trace.last.home, name, index)
        }
        if before and before != after:
            return f"`{name}` is defined anew in `{module.name if module else place.home}`"
    return None


def star_objection(old: tuple[Trace, ...], target: str, index: Index) -> str | None:
    """Why `from target import *` may not bring what a star import of `old` brings."""
    for trace in old:
        before = index.module(trace.last.home)
        if before is None:
            return "what the star brings cannot be told"
        for name in star_names(before, index):
            after = {found.last for found in index.find(f"{target}.{name}") if not found.missing}
            if not after:
                return f"`{target}` has no `{name}`"
            if after != {found.last for found in index.find(f"{before.name}.{name}")}:
                return f"`{name}` is defined anew in `{target}`"
    return None


def _member_of_module(home: str, name: str, index: Index) -> tuple[Trace, ...]:
    module = index.module(home)
    return index.find(f"{module.name}.{name}") if module else ()


def _cycle_objection(module: Module, new: tuple[Trace, ...], index: Index) -> str | None:
    for trace in new:
        home = trace.first.home
        if home and home != module.path and index.depends(home, module.path) and not index.depends(module.path, home):
            return f"`{module.name}` is imported by the replacement's module: the new import would close a cycle"
    return None


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


def _constructor(place: Place, index: Index) -> tuple[Parameter, ...] | None:
    """The parameters of a class's constructor without `self`, inherited ones included; None where unknown."""
    for owner in _ancestry(place, index) or ():
        definition = index.definition(owner)
        if definition is None or definition.opaque or definition.metaclass or "?" in definition.decorators:
            return None
        body = _body(owner, definition, index)
        for method in ("__init__", "__new__"):
            if method in body:
                return (body[method].parameters or ())[1:]
        if _FIELD_DECORATORS.intersection(definition.decorators):
            return _fields(owner, definition, index)
        if definition.decorators:
            return None
    return () if _ancestry(place, index) is not None else None


def _fields(owner: Place, definition: Definition, index: Index) -> tuple[Parameter, ...] | None:
    if definition.bases:
        return None
    return tuple(
        Parameter(name, "normal", field.has_value)
        for name, field in _body(owner, definition, index).items()
        if field.kind == DefinitionKind.CONSTANT and field.annotated
    )


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
            found.setdefault(name, member)
        for attribute in definition.attributes:
            found.setdefault(attribute, None)
    return found


def _body(owner: Place, definition: Definition, index: Index) -> dict[str, Definition]:
    """What a class's own body defines."""
    module = index.module(owner.home)
    return (
        {member.name: member for member in module.facts.definitions if member.scope == definition.inner}
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
        if definition is None or module is None or definition.opaque:
            return None
        if module.facts.scopes[definition.scope].kind == ScopeKind.FUNCTION:
            return None
        found[owner] = None
        bases: list[Place] = []
        for number in definition.bases:
            if module.facts.uses[number].path in {("object",), ("Generic",), ("Protocol",), ("ABC",), ("abc", "ABC")}:
                continue
            traces = index.used(module, number)[-1]
            if not traces:
                return None
            bases.append(traces[0].last)
        waiting = bases + waiting
    return tuple(found)
