"""What `from module import *` brings (Python reference, 7.11)."""

from __future__ import annotations

from ssot_rules.index import Index, Module


def star_names(module: Module, index: Index) -> set[str]:
    """The names that a star import of a module brings, through the star imports of that module, too."""
    names: set[str] = set()
    waiting = [module]
    seen: set[str] = set()
    while waiting:
        source = waiting.pop()
        if source.path in seen:
            continue
        seen.add(source.path)
        if source.facts.exports is not None:
            names.update(entry.name for entry in source.facts.exports)
            continue
        names.update(known.name for known in source.facts.bindings if known.scope == 0 and known.name[:1] != "_")
        for number, imported in enumerate(source.facts.imports):
            if imported.name == "*":
                behind = [index.module(trace.last.home) for trace in index.imported(source, number)]
                waiting += [found for found in behind if found is not None]
    return names
