"""A file whose name says that it is another version of the file beside it.

## What it does
Reports `engine_enhanced.py`, `engine_v2.py`, `new_engine.py`, `engine2.py` or `engine.bak.py` where `engine.py` or a
package `engine/` stands beside it; in tests, too. The words that make a variant are `variants` in the registry's
`[files]` table; a bare number counts if it is the only one and the two files define something of one name, not in
tests, where it says that there are more of them, and not in the name of a library that the file imports
(`psycopg2.py`). A word alone proves nothing: without the original beside it, a file is no variant. Nor is one that
defines nothing of the original's and does what the word says (`backup_database` in `database_backup.py`), or one of
several that do something with the same (`order_new.py` beside `order_edit.py`). Neither are a canonical
module and one that holds a canonical definition, deprecated modules, tests of a module so named, generated and vendored
code, migrations, and what `allow` in `[files]` lists.

## Why is this bad?
The better version belongs into the file that everybody imports. Beside it, both live on: fixes go to one of them, and
nobody can tell which one is meant.

## Example
```
app/engine.py
app/engine_enhanced.py
```
Move what is better into `engine.py`, or give the file the name of what it is for.

## Fix safety
There is no fix. The editor offers to list the module under `allow` in `[files]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from ssot_rules.authorship import is_written_elsewhere
from ssot_rules.contract import Choice, Diagnostic, Entry, Fix, Related, Rule, Severity
from ssot_rules.decisions import ALLOW
from ssot_rules.facts import DefinitionKind, Span
from ssot_rules.file_names import Original, first_line, original_of
from ssot_rules.globs import matches
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import marks
from ssot_rules.names import split_words

_DEEDS = frozenset({"backup", "copy", "new"})
"""Words that say of a module what it does as well as which version it is."""
_SAYS_NOTHING = re.compile(r"__\w+__|_?log(?:ger)?", re.IGNORECASE)
"""Names that any two modules may define."""


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for a variant, at its first line."""
    original = original_of(module.path, index)
    if original is None or _is_accepted(module, index):
        return
    if original.is_number and (module.is_test or _is_called_like_a_library(module, index)):
        return
    if _is_another_thing(module, original, index):
        return
    yield Diagnostic(
        span=first_line(module),
        message=f"this looks like another version of `{_beside(original.path, module.path)}` beside it: its name is "
        f"that one's plus `{original.more}`",
        places=(Related(original.path, Span(0, 0), "the original"),),
        score=original.score,
        options=partial(_choices, module),
    )


def _beside(path: str, other: str) -> str:
    """A path as seen from the folder that a file, or the package that it stands for, lies in."""
    folder = other.removesuffix("/__init__.py").rpartition("/")[0]
    return path.removeprefix(f"{folder}/").removesuffix("__init__.py")


def _is_accepted(module: Module, index: Index) -> bool:
    if any(matches(entry.path, module.name) for entry in index.registry.files.allow):
        return True
    known = index.once(marks, None)
    if any(module.path in canonical.homes for canonical in known.canonicals.values()):
        return True
    return known.deprecation_at(Place(module.path, ""), index) is not None or is_written_elsewhere(module)


def _is_called_like_a_library(module: Module, index: Index) -> bool:
    """Whether a module has the name of something outside the workspace that it imports, as `psycopg2.py` beside
    `psycopg.py`."""
    name = module.name.rpartition(".")[2]
    facts = module.facts
    spelled = (facts.statements[known.statement].module or known.name for known in facts.imports)
    return any(path.partition(".")[0] == name and not index.home(name, module.path) for path in spelled)


def _is_another_thing(module: Module, original: Original, index: Index) -> bool:
    """Whether what a module defines shows that its name is its own: nothing of it is defined in the original, and its
    name is that one's with a number (`http2`), or one of its functions does what the word says (`backup_database` in
    `database_backup.py`)."""
    theirs = index.outline(original.path).names
    own = [known for known in module.facts.definitions if known.scope == 0 and not _SAYS_NOTHING.fullmatch(known.name)]
    if any(known.name in theirs for known in own):
        return False
    word = original.more.strip("_-. ").lower()
    if original.is_number or word not in _DEEDS:
        return original.is_number
    beside = {split_words(name) for name in theirs}
    named = (split_words(known.name) for known in own if known.kind == DefinitionKind.FUNCTION)
    return any(word in words and tuple(other for other in words if other != word) not in beside for words in named)


def _choices(module: Module, index: Index) -> tuple[Choice, ...]:
    if not all(part.isidentifier() for part in module.name.split(".")):
        return ()
    values = (("path", module.name), ("reason", "not another version of the file beside it"))
    title = f"Accept `{module.name}` under this name"
    return (Choice(ALLOW, Fix(title, (Entry(index.source.path, None, "allow", values),))),)


RULE = Rule("SSOT203", "variant-file", Severity.WARNING, __doc__, check)
