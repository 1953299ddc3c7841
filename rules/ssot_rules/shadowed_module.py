"""A module that a package of the same name hides.

## What it does
Reports `exceptions.py` where a package `exceptions/` with an `__init__.py` lies beside it, and says what the file
defines that the package does not offer. Python takes the package, so the file is never imported. A folder without
`__init__.py` hides nothing; stubs and compiled modules are no findings, and neither is a script outside of all packages
(`if __name__ == "__main__":`): it is run, not imported.

## Why is this bad?
Whatever is changed in the file has no effect, while everything about it looks alive: editors complete from it, searches
find it, and people mend it.

## Example
```
app/exceptions.py
app/exceptions/__init__.py
```
Move what is still wanted into the package, and delete the file.

## Fix safety
There is no fix: what of the file is still wanted, people have to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_rules.absence import lacks
from ssot_rules.contract import Diagnostic, Related, Rule, Severity
from ssot_rules.facts import Span
from ssot_rules.file_names import first_line
from ssot_rules.index import Index, Module

_SOURCE = ".py"
_RUN = re.compile(r"^if\b[^\r\n#]*\b__name__\b[^\r\n#]*\b__main__\b", re.MULTILINE)
_MANY = 3
"""So many names are told, and of the others how many there are."""


def grounds(path: str, index: Index) -> frozenset[str] | None:
    """See `Rule.grounds`."""
    return frozenset() if _package_beside(path, index) is None else None


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for a hidden module, at its first line."""
    package = _package_beside(module.path, index)
    if package is None or _is_script(module, index):
        return
    folder = package.rpartition("/")[0].rpartition("/")[2]
    yield Diagnostic(
        span=first_line(module),
        message=f"nothing can import this file: `{module.name}` is the package `{folder}/` beside it"
        f"{_lacking(module, package, index)}",
        places=(Related(package, Span(0, 0), f"what `import {module.name}` runs"),),
    )


def _package_beside(path: str, index: Index) -> str | None:
    """The package that Python takes instead of the module in a file."""
    stem = path.removesuffix(_SOURCE)
    package = f"{stem}/__init__{_SOURCE}"
    return package if stem != path and stem.rpartition("/")[2].isidentifier() and index.has_file(package) else None


def _is_script(module: Module, index: Index) -> bool:
    """Whether a file is there to be run: it says so, and lies in no package."""
    folder = module.path.rpartition("/")[0]
    is_inside = index.has_file(f"{folder}/__init__{_SOURCE}" if folder else f"__init__{_SOURCE}")
    return not is_inside and _RUN.search(module.text) is not None


def _lacking(module: Module, package: str, index: Index) -> str:
    """What the file defines for others that the package does not offer, as the end of a message."""
    defined = dict.fromkeys(known.name for known in module.facts.definitions if known.scope == 0)
    names = [name for name in defined if name[:1] != "_" and lacks(package, name, module.path, index)]
    if not names:
        return ""
    told = ", ".join(f"`{name}`" for name in names[:_MANY])
    rest = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f", which has no {told}{rest}"


RULE = Rule("SSOT307", "shadowed-module", Severity.WARNING, __doc__, check, grounds=grounds)
