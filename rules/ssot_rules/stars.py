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
        exports = source.facts.exports
        if exports is not None:
            names.update(entry.name for entry in exports)
            continue
        names.update(name for name in source.facts.names() if name[:1] != "_")
        for number in source.facts.stars:
            behind = [index.module(trace.last.home) for trace in index.imported(source, number)]
            waiting += [found for found in behind if found is not None]
    return names
