"""A class or function is being written whose name speaks of a concept that has an implementation.

## What it does
In an editor, tells whoever writes a new class or function that its name has all the words of a canonical
implementation's name, whatever else it says and in whatever order. It speaks of definitions that were not there when
the file was opened, and of nothing else: it is never in the report of a check. What is a rival by its name is found
by SSOT201 and SSOT202 instead.

## Why is this bad?
Nobody searches for what they do not expect to exist. The best moment to hear of it is before the second
implementation is written.

## Example
```toml
[concepts.retry]
canonical = "app.net.retry_with_backoff"
```
```python
def retry_request_with_backoff(request): ...
```
Look at the existing implementation, and use or extend it. `ssot find "retry with backoff"` asks the same question in
a terminal.

## Fix safety
There is no fix: whether it is the same is for people to decide. An editor offers to write the decision into
`ssot.toml`: that it is a variant, or another concept.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import partial

from ssot_rules.authorship import is_written_elsewhere
from ssot_rules.contract import Choice, Diagnostic, Related, Rule, Severity
from ssot_rules.decisions import DEPRECATE, decisions
from ssot_rules.facts import Definition
from ssot_rules.index import Index, Module
from ssot_rules.marks import SORTS, Canonical, defined_here, marks, vocabulary
from ssot_rules.names import Sort, core
from ssot_rules.rivals import is_listed, rivalry

_LEAST_WORDS = 2
"""A name of fewer words says too little to be missed."""


def existing(module: Module, index: Index, before: Set[str]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each new definition of a module that may exist already.

    `before` are the names that the module defined when somebody began to work on it.
    """
    wanted = index.once(_by_word, None)
    if not wanted or module.is_test or is_written_elsewhere(module):
        return
    found = module.facts.definitions.about(
        frozenset(wanted), lambda known: known.scope == 0 and known.name not in before and known.kind in SORTS
    )
    for _, definition in found:
        for canonical in _likely(definition, module, index):
            path = canonical.concept.canonical
            entry = index.source.place("concepts", canonical.concept_name, "canonical")
            yield Diagnostic(
                span=definition.name_span,
                message=f"`{path}` exists already: it may be what `{definition.name}` is going to be",
                concept=canonical.concept_name,
                canonical=path,
                evidence=partial(defined_here, path),
                options=partial(_choices, module, definition.qualname, canonical),
                places=(Related(*entry, f"the `{canonical.concept_name}` concept"),),
            )


def _choices(module: Module, qualname: str, canonical: Canonical, index: Index) -> tuple[Choice, ...]:
    """What can be decided about something new: nobody writes it to deprecate it."""
    return tuple(choice for choice in decisions(module, qualname, canonical, index) if choice.key != DEPRECATE)


def _likely(definition: Definition, module: Module, index: Index) -> Iterator[Canonical]:
    sort = SORTS[definition.kind]
    words = _words(definition.name, sort, index)
    for canonical in index.once(marks, None).canonicals.values():
        if not canonical.found or not canonical.could_be(sort) or module.home in canonical.homes:
            continue
        sought = _words(canonical.name, sort, index)
        if len(sought) < _LEAST_WORDS or not sought <= words or rivalry(definition, module, index) is not None:
            continue
        concept = canonical.concept
        if not is_listed(module, definition.qualname, (*concept.allow, *concept.unrelated)):
            yield canonical


def _words(name: str, sort: Sort, index: Index) -> frozenset[str]:
    return frozenset(core(name, sort, vocabulary(index.registry)).split())


def _by_word(_: None, index: Index) -> frozenset[str]:
    """Texts of which one is part of every name that could have the words of a canonical's."""
    found: set[str] = set()
    for canonical in index.once(marks, None).canonicals.values():
        sort = canonical.sort
        if canonical.found and sort in (Sort.CLASS, Sort.FUNCTION):
            longest = max(_words(canonical.name, sort, index), key=len, default="")
            found |= {longest, longest.capitalize(), longest.upper()} - {""}
    return frozenset(found)


RULE = Rule("SSOT206", "existing-implementation", Severity.INFORMATION, __doc__)
