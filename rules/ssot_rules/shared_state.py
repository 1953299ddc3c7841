"""State that instances share although the concept's state belongs to each of them.

## What it does
Concerns the concepts with `state = "per-instance"`. In their accepted implementations it reports what all instances
share and anybody can change:

- a class variable that holds a list, dict, set or other container, if it starts empty or a method changes it; a table
  that is filled where it stands and only read is none, nor is a variable that `__init__` gives each instance of its
  own, one that is annotated as read-only (`Final`, `Mapping`, `Sequence`), or a field of a pydantic model;
- a class variable that methods assign (`cls._instance = …`, `Engine.count += 1`);
- a container as the default of a parameter;
- `lru_cache` and `cache` on a method: one cache for all, which keeps every instance alive;
- a metaclass or decorator that makes the class a singleton.

Outside tests it reports, too, an instance that is everybody's: one that a module or a class keeps in a variable, that
is the default of a parameter, that a function keeps in a `global` variable, or that a function without parameters
makes under `lru_cache` or `cache`. That goes for the canonical class and for those that the registry names one by one,
constructed or made by what `construct` names.
What a script makes below `if __name__ == "__main__":` is its own.

## Why is this bad?
Two users get each other's data, in production and under load only: nothing in the code that uses the class shows it.

## Example
```toml
[concepts.engine]
canonical = "app.engine.UserEngine"
state = "per-instance"
```
```python
class UserEngine:
    runs = {}                 # the same dict for every user

engine = UserEngine()         # the same engine for every user
```
Give each instance its own in `__init__`, and make an instance where it is needed.

## Fix safety
There is no fix: where the state belongs is for people to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ssot_rules.accepted import classes, named_places
from ssot_rules.contract import Diagnostic, Related, Rule, Severity
from ssot_rules.facts import (
    Binding,
    BindingKind,
    Definition,
    DefinitionKind,
    Role,
    ScopeKind,
    Shared,
    Sharing,
    Span,
    Use,
)
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Canonical, marks
from ssot_rules.registry import State
from ssot_rules.relevance import relevant

_SINGLETON = re.compile(r"singleton", re.IGNORECASE)
_REMEMBERING = frozenset({"lru_cache", "cache"})
_SCRIPT = re.compile(r"""(?:^|(?<=[\r\n]))if[ \t(]+__name__[ \t]*==[ \t]*["']__main__""")
_METHOD = re.compile(r"[ \t]*\.[ \t]*(\w+)[ \t]*\(")
_GIVEN = re.compile(r"[ \t]*(?::[^=\r\n]+)?=(?!=)|[ \t]*:=")
"""Between a name and what it is given."""


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for everything that is shared."""
    concepts = index.once(_per_instance, None)
    if not concepts:
        return
    for canonical, definition in classes(module, concepts, index):
        for shared in index.shared(module, definition):
            yield _diagnostic(shared.span, _words(shared, definition), canonical, index)
        maker = _singleton_maker(definition)
        if maker is not None:
            message = f"`{maker}` makes `{definition.name}` a singleton: every caller gets the same instance"
            yield _diagnostic(definition.name_span, message, canonical, index)
    if not module.is_test:
        yield from _instances(module, concepts, index)


def _per_instance(_: None, index: Index) -> frozenset[str]:
    """The concepts whose state belongs to each instance."""
    concepts = index.registry.concepts.items()
    return frozenset(name for name, concept in concepts if concept.state is State.PER_INSTANCE)


def _diagnostic(span: Span, message: str, canonical: Canonical, index: Index) -> Diagnostic:
    entry = index.source.value_span("concepts", canonical.concept_name, "state")
    return Diagnostic(
        span=span,
        message=message,
        concept=canonical.concept_name,
        canonical=canonical.concept.canonical,
        places=(Related(index.source.path, entry, f"the state of `{canonical.concept_name}` is per instance"),),
    )


# -- in a class -------------------------------------------------------------------------------------------------


def _words(shared: Shared, definition: Definition) -> str:
    name, owner = shared.name, definition.name
    if shared.how == Sharing.ATTRIBUTE:
        return f"all instances of `{owner}` share `{name}`, which can change"
    if shared.how == Sharing.ASSIGNED:
        return f"`{shared.method}` assigns `{name}` on the class: all instances of `{owner}` share it"
    if shared.how == Sharing.DEFAULT:
        return f"all calls of `{owner}.{shared.method}` share the default of `{name}`, which can change"
    return f"all instances of `{owner}` share what `{name}` remembers, and are kept alive by it"


def _singleton_maker(definition: Definition) -> str | None:
    """The metaclass or decorator that is called a singleton's."""
    makers = (definition.metaclass or "", *sorted(definition.decorator_names))
    return next((name for maker in makers if _SINGLETON.search(name := maker.rpartition(".")[2])), None)


# -- instances that are everybody's -----------------------------------------------------------------------------


def _instances(module: Module, concepts: frozenset[str], index: Index) -> Iterator[Diagnostic]:
    known, makers = index.once(marks, None), index.once(_makers, concepts)
    for number in relevant(module, index).uses:
        use = module.facts.uses[number]
        if use.role != Role.CALL:
            continue
        segments = index.used(module, number)
        method = _method_called(module, use)
        owners = {makers.get(_below(trace.last, method)) for trace in (segments[-1] if segments else ())}
        concept = owners.pop() if len(owners) == 1 else None
        if concept is None or _is_in_script(module, use):
            continue
        words = _kept(module, number, use)
        if words is not None:
            message = f"{words}: every caller gets the same instance"
            yield _diagnostic(use.span, message, known.canonicals[concept], index)


def _method_called(module: Module, use: Use) -> str:
    """The method that is called at once on what a call gives: `create` of `Factory().create()`; empty where none is."""
    found = None if use.call is None else _METHOD.match(module.text, use.call.span.end)
    return "" if found is None else found[1]


def _below(place: Place, name: str) -> Place:
    return Place(place.home, f"{place.name}.{name}") if name else place


def _makers(concepts: frozenset[str], index: Index) -> Mapping[Place, str]:
    """What makes an instance when it is called, each with its concept."""
    found = dict(index.once(named_places, concepts))
    for name in sorted(concepts):
        path = index.registry.concepts[name].construct
        for trace in index.find(path) if path is not None else ():
            definition = index.definition(trace.last)
            if definition is not None and definition.kind == DefinitionKind.FUNCTION:
                found.setdefault(trace.last, name)
    return found


def _is_in_script(module: Module, use: Use) -> bool:
    """Whether a use runs only when its file is run itself."""
    if not module.facts.blocks[use.block].conditional:
        return False
    number = max((at for at, start in enumerate(module.facts.starts) if start <= use.span.start), default=0)
    return _SCRIPT.search(module.facts.part_text(number)) is not None


def _kept(module: Module, number: int, use: Use) -> str | None:
    """By what an instance that is made here is everybody's, in words; None where it is its maker's."""
    function = _function_around(module, use)
    holder = _holder(module, number, use)
    if function is None:
        if holder is not None:
            in_class = module.facts.scopes[use.scope].kind == ScopeKind.CLASS
            return f"`{holder.name}` holds one instance for {'all of its class' if in_class else 'everybody'}"
        return "this default is one instance for all calls" if _is_default(module, number, use) else None
    for _, definition in module.facts.definitions.beside(number):
        if definition.inner == function:
            return _kept_by(definition, holder)
    return None


def _kept_by(function: Definition, holder: Binding | None) -> str | None:
    """By what a function makes an instance everybody's, in words."""
    if holder is not None and holder.scope == 0:
        return f"`{function.name}` keeps one instance in the global `{holder.name}`"
    cached = function.decorator_names & _REMEMBERING
    if cached and function.parameters == ():
        return f"`{min(cached)}` keeps the one instance that `{function.name}` makes"
    return None


def _function_around(module: Module, use: Use) -> int | None:
    """The scope of the function that a use runs in; None for what runs once, when the module is imported."""
    scope = use.scope
    while scope > 0:
        if module.facts.scopes[scope].kind == ScopeKind.FUNCTION:
            return scope
        scope = module.facts.scopes[scope].parent
    return None


def _holder(module: Module, number: int, use: Use) -> Binding | None:
    """The binding of the name that is given what a call makes: itself, or something that holds it."""
    text = module.text
    names = [
        binding
        for _, binding in module.facts.bindings.beside(number)
        if binding.kind == BindingKind.VARIABLE and binding.span.end <= use.span.start
    ]
    for binding in sorted(names, key=lambda known: known.span, reverse=True):
        given = _GIVEN.match(text, binding.span.end)
        if given is not None and given.end() <= use.span.start:
            return binding if _is_one_expression(text[given.end() : use.span.start]) else None
    return None


def _is_one_expression(text: str) -> bool:
    """Whether a text goes on with the expression that it begins with: no line and no statement ends in it."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and (character == ";" or (character in "\r\n" and text[at - 1 : at] != "\\")):
            return False
    return True


def _is_default(module: Module, number: int, use: Use) -> bool:
    """Whether a call outside all functions stands between a function's name and its body."""
    functions = (known for _, known in module.facts.definitions.beside(number) if known.kind == DefinitionKind.FUNCTION)
    for function in functions:
        if function.name_span.end <= use.span.start < function.span.end:
            return "=" in module.text[function.name_span.end : use.span.start]
    return False


RULE = Rule("SSOT304", "shared-state", Severity.WARNING, __doc__, check)
