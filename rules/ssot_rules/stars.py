"""What `from module import *` brings (Python reference, 7.11)."""

from __future__ import annotations

from ssot_rules.index import Index, Module


def star_names(module: Module, index: Index) -> set[str]:
    """The names that a star import of a module brings."""
    if module.facts.exports is not None:
        return {entry.name for entry in module.facts.exports}
    names = {known.name for known in module.facts.bindings if known.scope == 0 and not known.name.startswith("_")}
    for number, imported in enumerate(module.facts.imports):
        if imported.name == "*":
            for trace in index.imported(module, number):
                behind = index.module(trace.last.home)
                if behind is not None and behind is not module:
                    names |= star_names(behind, index)
    return names
