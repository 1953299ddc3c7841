"""A canonical path, a replacement, or something else that the registry names and that is not there.

## What it does
Reports, in `ssot.toml`, a `canonical`, `use` or `construct` path that names no module, class, function or constant of
the workspace, a banned `call` that does not exist, and patterns that name nothing. A path into another distribution
that is not installed in the workspace's environment cannot be judged and is no finding. Bans and boundaries of a
registry that this one extends may be meant for others: that they fit nothing here is none, either.

## Why is this bad?
The registry tells everyone to import something that does not exist. No fix is offered while that is so, because
it would break the code. A ban of what is not there, or for files that are not there, forbids nothing.

## Example
```toml
[concepts.user]
canonical = "app.modles.User"
```
Use instead:
```toml
[concepts.user]
canonical = "app.models.User"
```

## Fix safety
There is no fix; the message names the nearest thing that exists.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.bans import BUILTIN_NAMES, banned_calls
from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.globs import fixed_part, lies_in
from ssot_rules.index import Index
from ssot_rules.marks import is_misspelt
from ssot_rules.registry import Key, Registry


def check(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every path of the registry that should exist and does not, and for every pattern that
    names nothing."""
    own = index.source
    for key, dotted, concept in _paths(index.registry):
        if index.exists(dotted) is False or (is_misspelt(dotted, index) and not own.is_inherited(*key)):
            yield _missing(key, dotted, concept, index)
    for ban in index.once(banned_calls, None):
        key = ("bans", ban.number, "call")
        is_wrong = index.exists(ban.call) is False if ban.pattern is None else _is_no_builtin(ban.call, index)
        if is_wrong and not own.is_inherited(*key):
            yield _missing(key, ban.call, None, index)
    for key, pattern in _file_patterns(index.registry):
        if not own.is_inherited(*key) and not any(index.is_among(path, (pattern,)) for path in index.files):
            yield Diagnostic(own.value_span(*key), f"`{pattern}` names no file of the workspace")
    for key, pattern in _module_patterns(index.registry):
        if not own.is_inherited(*key) and _names_nothing(pattern, index):
            message = f"`{pattern}` names no module of the workspace{_similar_module(pattern, index)}"
            yield Diagnostic(own.value_span(*key), message)


def _module_patterns(registry: Registry) -> Iterator[tuple[Key, str]]:
    """The globs of which each should name a module or something in one."""
    for number, boundary in enumerate(registry.boundaries):
        yield ("boundaries", number, "from"), boundary.from_
        yield ("boundaries", number, "to"), boundary.to


def _names_nothing(pattern: str, index: Index) -> bool:
    """Whether a glob that is about the workspace fits nothing in it."""
    fixed = fixed_part(pattern)
    if fixed.partition(".")[0] not in index.packages:
        return bool(fixed) and is_misspelt(f"{fixed}.x", index)
    if fixed == pattern:
        return index.exists(pattern) is False
    return not any(lies_in(pattern, index.name_of(path)) for path in index.files)


def _similar_module(pattern: str, index: Index) -> str:
    from difflib import get_close_matches

    names = {index.name_of(path) for path in index.files}
    similar = get_close_matches(pattern.removesuffix(".*"), sorted(names), 1)
    return f"; did you mean `{similar[0]}`?" if similar else ""


def _paths(registry: Registry) -> Iterator[tuple[Key, str, str | None]]:
    """The paths that people are told to use, each with its place in the file and its concept's name."""
    for name, concept in registry.concepts.items():
        yield ("concepts", name, "canonical"), concept.canonical, name
        if concept.construct is not None:
            yield ("concepts", name, "construct"), concept.construct, name
        for number, entry in enumerate(concept.deprecated):
            if entry.use:
                yield ("concepts", name, "deprecated", number, "use"), entry.use, name
    for number, ban in enumerate(registry.bans):
        if ban.use is not None:
            yield ("bans", number, "use"), ban.use, None
    for number, boundary in enumerate(registry.boundaries):
        if boundary.through is not None:
            yield ("boundaries", number, "through"), boundary.through, None


def _file_patterns(registry: Registry) -> Iterator[tuple[Key, str]]:
    """The patterns of which each should name a file."""
    for number, ban in enumerate(registry.bans):
        yield from ((("bans", number, "in", at), pattern) for at, pattern in enumerate(ban.in_))


def _missing(key: Key, dotted: str, concept: str | None, index: Index) -> Diagnostic:
    canonical = None if concept is None else index.registry.concepts[concept].canonical
    message = f"`{dotted}` does not exist{_hint(dotted, index)}"
    places = index.source.elsewhere(*key)
    return Diagnostic(index.source.value_span(*key), message, concept=concept, canonical=canonical, places=places)


def _is_no_builtin(call: str, index: Index) -> bool:
    """Whether a single name is nearly that of a builtin, and of nothing else."""
    return index.exists(call) is None and "." not in call and _like_builtin(call) is not None


def _like_builtin(name: str) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, BUILTIN_NAMES, 1)), None)


def _hint(dotted: str, index: Index) -> str:
    """What may have been meant: another home of the same name, or a similar name in the same home."""
    name = dotted.rpartition(".")[2]
    builtin = None if "." in dotted else _like_builtin(dotted)
    if builtin is not None:
        return f"; did you mean `{builtin}`?"
    homes = [
        f"{module.name}.{definition.qualname}"
        for module in index.candidates()
        for _, definition in module.facts.definitions.about((name,))
        if definition.name == name and definition.scope == 0
    ]
    if homes:
        return f"; did you mean `{homes[0]}`?"
    where, rest = index.split(dotted)
    traces = index.find(where)
    module = index.module(traces[0].last.home)
    if module is None or not rest:
        return ""
    from difflib import get_close_matches

    similar = get_close_matches(rest[0], sorted(set(module.facts.names())), 1)
    missing = f": `{where}` has no `{rest[0]}`"
    return f"{missing}; did you mean `{where}.{similar[0]}`?" if similar else missing


RULE = Rule("SSOT402", "canonical-not-found", Severity.ERROR, __doc__, check_registry=check)
