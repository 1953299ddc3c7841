"""Something deprecated that is still there and that nothing uses any more.

## What it does
Reports, in `ssot.toml`, a deprecated entry that has a date or a limit and whose definition, module or re-export is
still in the workspace when no import, use or string of any file speaks of it, not even in files that may use it
(`except`), nor its own module, and no decorator may have told others of it. A member of a class may be reached through
an instance, so its name must not stand behind a dot anywhere. A name that a module may make on demand (`__getattr__`)
and that does not stand in it is reported, too. An entry without any of `since`, `error-from`, `remove-by` and
`max-uses` may be there to stay, as a guard, and one from a registry that this one extends may be needed by others.

## Why is this bad?
It is no mistake: the migration has come to its end. What is left is dead code, which can go together with the entry.

## Example
```toml
[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"      # the last use is gone
since = 2025-09-05
```
Delete the class and the entry.

## Fix safety
The fix removes the entry alone. It is unsafe, because nothing would then warn of new uses of what is still there.

The choice `delete` (in an editor, or `ssot check --fix --choose delete`) removes the class, function or constant with
the entry, or the import that passes it on under the old path, and its place in `__all__`; imports that only it used
go, too. It is offered where no file of the workspace reaches the name, its own included. It is safe unless the name
stands in a string or in settings, a star import takes it, or its decorators or base classes may have told others of
it; what is outside of the workspace nobody can see.

A module that is deprecated as a whole, or that holds nothing but such names, is deleted with its stub and all its
entries. It is offered where no other file imports the module, reaches it through its package or names it in a string
that means it for certain. It is safe unless importing it does more than give names and warn: calls of other functions,
values given to other objects, a block for `__main__`; unless a file that is no code names it, as `[project.scripts]`
may; and unless a string may mean it or names its file, something looks for modules in its folder, or it may hold tests.
The `__init__.py` of a package stays while its folder holds other modules; links stay, and what they lead to.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index
from ssot_rules.lifecycle import Standing, is_over, is_spelled, standings
from ssot_rules.retirement import finished


def check_registry(index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every entry whose migration is done."""
    for standing in standings(index):
        if standing.is_done(index) and not _is_registered(standing, index) and not is_over(standing.entry, index):
            yield finished(standing, standing.diagnostic("path", _message(standing, index), index))


def _message(standing: Standing, index: Index) -> str:
    path = standing.entry.path
    if is_spelled(standing.deprecation, index):
        return f"nothing uses `{path}` any more: it can be deleted, and this entry with it"
    return f"nothing uses `{path}` any more, or spells it where it would be: this entry can go"


def _is_registered(standing: Standing, index: Index) -> bool:
    """Whether a decorator may have told others of what is deprecated: then uses may be out of sight."""
    found = (index.definition(place) for place in standing.deprecation.places)
    return any(definition is not None and definition.decorators for definition in found)


RULE = Rule("SSOT408", "unused-deprecation", Severity.INFORMATION, __doc__, check_registry=check_registry)
