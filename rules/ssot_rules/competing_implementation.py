"""A definition that is the concept by name and is not the canonical one.

## What it does
Reports classes, functions and modules whose name fits one of the concept's `names` patterns, or is the canonical's
name but for words that only qualify it (`User`, `RequestScoped`, `Enhanced`, `V2`; the lists are `qualifiers` in
`[rivals]` and `variants` in `[files]`), for the order of its words, singular and plural, camel and snake case. How
much a name says is a score; from `by-name` (in percent, in `[rivals]`) on it is a finding. One word in common says
little, and the same words in another order say less than the same words with `V2` behind them. What stands before and
behind a `to` stays there: `local_to_utc` is no `utc_to_local`.

The structure has a say where there is enough to compare: members and bodies that agree with the canonical's raise the
score, and so does it that a function with a kindred name is given the same, that a class with one has half of the
canonical's methods, or that a module with one stands beside the canonical and neither is made with the other. A class
that merely fits a pattern and has nothing in common with the canonical, neither what it does nor half of its methods,
is another concept, and so are one with a qualifying word and not a single method of the canonical's, a named tuple,
enumeration or dataclass where the canonical is none, and a function that calls the canonical one. A module may have
its package's name before its own: `agents_state` is kin to `agents.state`.

When a name fits several concepts, the most specific one decides. Protocols, abstract bases, bases of the canonical,
fallbacks for a failed import, test doubles (`Mock…`, `Fake…`, `Stub…`) in tests, members of classes, deprecated
definitions, generated and vendored code, migrations, and what `allow` or `unrelated` list are no findings, nor are
subclasses of the canonical where `subclasses` is true.

## Why is this bad?
Two implementations of one idea drift apart. Whoever reads or fixes one does not know of the other, and each
caller has to guess which of them is meant.

## Example
```toml
[concepts.execution-engine]
canonical = "app.user_engine.UserExecutionEngine"
names = ["*ExecutionEngine"]
```
```python
# app/isolated.py
class IsolatedExecutionEngine: ...
```
Use the canonical class, make the variant a parameter of it, or list the definition under `allow` with the reason
why it is accepted.

## Fix safety
Nothing is fixed unasked: which implementation survives is for people to decide. The editor offers the decisions, and
`--choose` takes one. Three add an entry to the registry: accept the definition (`allow`), deprecate it (`deprecate`),
or say that it is another concept (`unrelated`). Where `subclasses` is true, a class can be made one (`subclass`); that
is never safe. A function that is the canonical word for word, and means the same by each word, can be replaced by an
import of it (`replace`); that is safe unless some code seems to patch what the function uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.facts import Span
from ssot_rules.file_names import first_line
from ssot_rules.index import Index, Module
from ssot_rules.rivals import Claim, claimed, module_rivalry, rival_diagnostic, rivalry


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every rival by name."""
    claim = module_rivalry(module, index)
    if claim is not None:
        name = module.name.rpartition(".")[2]
        yield _diagnostic(first_line(module), name, claim, (module, ""), index)
    for definition, _ in claimed(module, index):
        claim = rivalry(definition, module, index)
        if claim is not None and claim.words:
            yield _diagnostic(definition.name_span, definition.name, claim, (module, definition.qualname), index)


def _diagnostic(span: Span, name: str, claim: Claim, about: tuple[Module, str], index: Index) -> Diagnostic:
    canonical = claim.canonical
    message = (
        f"`{name}` competes with `{canonical.concept.canonical}`, the `{canonical.concept_name}` of this code base: "
        f"{claim.words}"
    )
    return rival_diagnostic(span, canonical, message, index, claim.score, about)


RULE = Rule("SSOT201", "competing-implementation", Severity.WARNING, __doc__, check)
