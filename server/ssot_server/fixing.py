"""Several fixes at once: their edits, put together so that none spoils another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import accumulate

from ssot_rules.contract import TOP, Bring, Deletion, Edit, Entry, Fix, ImportChange
from ssot_rules.facts import Span
from ssot_rules.imports import import_edits, names_left
from ssot_rules.index import Index, Module
from ssot_rules.registry_edits import entry_edits
from ssot_server.lines import split_lines

Edits = dict[str, "tuple[Edit, ...] | None"]
"""What changes of each file, in the order of the text; None where the file is deleted."""
Changed = Mapping[str, "tuple[str, str | None]"]
"""Texts of files before and after a change; None where the file is deleted."""


def compose(fixes: Iterable[Fix], index: Index) -> Edits:
    """The edits of as many of the fixes as go together.

    Equal fixes count once. A fix is left for another round that touches what an earlier one touches, that gives a
    name to something else than an earlier one does, or in a scope around that one's or inside of it, or that closes
    an import cycle with one. A file as a whole is touched by deleting it.
    """
    edits: dict[str, set[Edit]] = defaultdict(set)
    changes: dict[str, list[ImportChange]] = defaultdict(list)
    needs: dict[str, set[str]] = defaultdict(set)
    brought: dict[tuple[str, str], tuple[str, str | None]] = {}
    scopes: dict[tuple[str, str], set[int]] = defaultdict(set)
    """Where a file is given a name."""
    entries: list[Entry] = []
    respelled: set[str] = set()
    """Files of which an import statement is edited as it stands."""
    edited: set[str] = set()
    deleted: set[str] = set()
    for fix in dict.fromkeys(fixes):
        plain = [change for change in fix.changes if isinstance(change, Edit)]
        imports = [change for change in fix.changes if isinstance(change, ImportChange)]
        own = {change.path for change in fix.changes if not isinstance(change, Deletion)}
        if not (deleted.isdisjoint(own) and edited.isdisjoint(fix.deletes)):
            continue
        if _meets_imports(plain, imports, changes, respelled, index):
            continue
        names = {(change.path, bring.local): (bring.module, bring.name) for change in imports for bring in change.bring}
        if any(_overlap(edit, edits[edit.path]) for edit in plain):
            continue
        if any(brought.get(key, target) != target for key, target in names.items()):
            continue
        places = [(change.path, bring) for change in imports for bring in change.bring]
        if any(_is_nested(path, bring, scopes[path, bring.local], index) for path, bring in places):
            continue
        if any(_closes_cycle(change.path, needed, needs, index) for change in imports for needed in change.needs):
            continue
        edited |= own
        deleted |= fix.deletes
        brought.update(names)
        for path, bring in places:
            scopes[path, bring.local].add(_scope(path, bring, index))
        for edit in plain:
            edits[edit.path].add(edit)
            if _is_in_import(edit, index):
                respelled.add(edit.path)
        entries += [change for change in fix.changes if isinstance(change, Entry)]
        for change in imports:
            changes[change.path].append(change)
            needs[change.path].update(change.needs)
    modules = {path: module for path in changes if (module := index.module(path)) is not None}
    index.expect(name for path, module in modules.items() for name in names_left(module, changes[path]))
    for path, module in modules.items():
        edits[path].update(import_edits(module, changes[path], index))
    for edit in entry_edits(index.source, entries):
        edits[edit.path].add(edit)
    composed: Edits = {
        path: tuple(sorted(found, key=lambda edit: (edit.span, edit.content))) for path, found in edits.items() if found
    }
    return composed | dict.fromkeys(sorted(deleted))


def _meets_imports(
    plain: Iterable[Edit],
    imports: Iterable[ImportChange],
    changes: Mapping[str, Sequence[ImportChange]],
    respelled: Set[str],
    index: Index,
) -> bool:
    """Whether a file's import statements would be edited as they stand and changed by what they import at once."""
    return any(change.path in respelled for change in imports) or any(
        changes.get(edit.path) and _is_in_import(edit, index) for edit in plain
    )


def _is_in_import(edit: Edit, index: Index) -> bool:
    module = index.module(edit.path)
    return module is not None and any(
        statement.span.contains(edit.span.start) for _, statement in module.facts.statements.at(edit.span.start)
    )


def _scope(path: str, bring: Bring, index: Index) -> int:
    module = index.module(path)
    if module is None or bring.statement == TOP:
        return 0
    return module.facts.statements[bring.statement].scope


def _is_nested(path: str, bring: Bring, others: Set[int], index: Index) -> bool:
    """Whether a name would be bound inside a scope that is given it, too, or around one: the uses of the outer one may
    then mean the inner one."""
    module = index.module(path)
    if module is None:
        return False
    scope = _scope(path, bring, index)
    return any(
        other != scope and (other in _scopes_around(module, scope) or scope in _scopes_around(module, other))
        for other in others
    )


def _scopes_around(module: Module, scope: int) -> set[int]:
    found = set()
    while scope > 0:
        scope = module.facts.scopes[scope].parent
        found.add(scope)
    return found


def _closes_cycle(path: str, needed: str, needs: Mapping[str, set[str]], index: Index) -> bool:
    """Whether a file would be imported by what it needs, through the imports that earlier fixes add."""
    waiting, seen = [needed], {needed}
    while waiting:
        at = waiting.pop()
        for other, added in needs.items():
            if other == at or index.depends(at, other):
                if any(further == path or index.depends(further, path) for further in added):
                    return True
                waiting += added - seen
                seen |= added
    return False


def _overlap(edit: Edit, others: Iterable[Edit]) -> bool:
    return any(
        edit != other
        and (edit.span == other.span or (edit.span.start < other.span.end and other.span.start < edit.span.end))
        for other in others
    )


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits that are in order and do not overlap."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        span = Span(*edit.span)
        if span.start < at:
            raise ValueError(f"edits overlap at offset {span.start} of {edit.path}")
        parts += [text[at : span.start], edit.content]
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


def differences(changed: Changed) -> Edits:
    """What makes of some files' texts what they are to be; see `difference`."""
    return {
        path: None if after is None else tuple(difference(path, before, after))
        for path, (before, after) in changed.items()
    }


def difference(path: str, before: str, after: str) -> list[Edit]:
    """The changed lines alone, so that carets and folds elsewhere stay where they are."""
    import difflib  # slow to load, and only editors want it

    old, new = split_lines(before), split_lines(after)
    starts = list(accumulate(map(len, old), initial=0))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        Edit(path, Span(starts[first], starts[last]), "".join(new[begin:end]))
        for tag, first, last, begin, end in matcher.get_opcodes()
        if tag != "equal"
    ]
