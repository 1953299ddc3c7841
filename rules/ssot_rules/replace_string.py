"""The fix for a string that names something deprecated.

Where the string goes through a module that imports the name, that module's own fix is the answer: it changes the
import, the uses and every string that has to follow. Only what the string names outright is written anew, and that is
safe only where the program cannot tell one path from the other: a patch acts on the module that it names, not on the
object.
"""

from __future__ import annotations

import re

from ssot_rules.contract import Edit, Fix
from ssot_rules.facts import BindingKind, DottedString, Span
from ssot_rules.index import Index, Module, Place
from ssot_rules.marks import Deprecation
from ssot_rules.mentions import Reading, Way, reading
from ssot_rules.proof import lead_to_one
from ssot_rules.replace import Target, replace_reference, replacement_of, title

_WHY = {
    Way.MODULE: "`{new}` is another module, and what is read from it is not in sight",
    Way.SETTING: "what reads the string is not in sight",
    Way.TABLE: "how the table is read is not in sight",
}

_LABEL = re.compile(r"(?:\[`?|`)(?P<name>\w+)(?:`?\]\[|[ \t]*<[!~]?)\Z")
"""What a cross-reference shows, right before its path."""


def replace_string(
    module: Module, number: int, own: int, deprecation: Deprecation, place: Place, index: Index
) -> Fix | None:
    """The fix for the string of that number, whose own name `own` leads to a deprecated place; None where no edit can
    be right."""
    read = reading(module, number, index)
    target = replacement_of(deprecation, place, index)
    if read is None or target is None:
        return None
    trace = next((known for known in index.find(read.dotted(own)) if place in known.places), None)
    if trace is None:
        return None
    if read.way is Way.LINK:
        return Fix(title(target), _edits_of_link(module, read, own, target), _incomplete(index))
    if trace.first != place:
        return _replace_on_the_way(trace.first, target, index)
    edits = _edits(module, module.facts.strings[number], read, own, target)
    if edits is None:
        return None
    return Fix(title(target), edits, _objection(module, read, own, target, index))


def _replace_on_the_way(place: Place, target: Target, index: Index) -> Fix | None:
    """The fix for what a module imports, or gives another name, and the string goes through."""
    module = index.module(place.home)
    bindings = module.facts.named(place.name) if module is not None else ()
    if module is None or len(bindings) != 1:
        return None
    known = module.facts.bindings[bindings[0]]
    if known.kind == BindingKind.IMPORT:
        return replace_reference(module, (known.ref, None, 0), target, index)
    if known.alias:
        segment = len(module.facts.uses[known.ref].path) - 1
        return replace_reference(module, (None, known.ref, segment), target, index)
    return None


# -- what is written ------------------------------------------------------------------------------------------


def _edits(module: Module, string: DottedString, read: Reading, own: int, target: Target) -> tuple[Edit, ...] | None:
    """The edits that make a string name the target instead; None where more than the string would have to change."""
    if not read.spans:
        return None
    after = read.names[read.lead + own + 1 :]
    if read.lead and string.value[0] != ".":
        return _edits_of_name(module, string, read, own, target)
    module_name, names = target.module, (*target.names, *after)
    if not target.names and after:
        module_name, names = ".".join((target.module, *after)), ()
    if string.value[0] == ".":
        module_name = _relative(string, read.names[: read.lead], module_name)
    colon = ":" in string.value
    text = ":".join(filter(None, (module_name, ".".join(names)))) if colon else ".".join((module_name, *names))
    return (Edit(module.path, string.span, text),)


def _edits_of_name(
    module: Module, string: DottedString, read: Reading, own: int, target: Target
) -> tuple[Edit, ...] | None:
    """The edits for a name whose module is named elsewhere: in another argument, or beside it in a table."""
    span = Span(read.spans[0].start, read.spans[own].end)
    lead, wanted = read.names[: read.lead], tuple(target.dotted.split("."))
    if wanted[: len(lead)] == lead and len(wanted) > len(lead):
        return (Edit(module.path, span, ".".join(wanted[len(lead) :])),)
    if read.way is not Way.TABLE or len(target.names) != 1:
        return None
    holder = module.facts.strings[string.within]
    is_key = holder.span.start > string.span.start
    if not holder.plain or not _is_alone(module, string) or (is_key and target.names != read.names[read.lead :]):
        return None
    text = target.module
    if holder.value[0] == ".":
        text = _relative(holder, lead[: len(lead) - len(holder.names)], text)
    return tuple(
        edit
        for edit in (Edit(module.path, holder.span, text), Edit(module.path, span, target.names[0]))
        if module.text[slice(*edit.span)] != edit.content
    )


def _is_alone(module: Module, string: DottedString) -> bool:
    """Whether no other name is of the module that a table names for this one."""
    beside = module.facts.strings.beside(string.within)
    return sum(1 for _, other in beside if other.within == string.within) == 1


def _relative(string: DottedString, package: tuple[str, ...], module: str) -> str:
    """A module's name with the dots of a string, which lead to a package; outside of it the whole name."""
    names = module.split(".")
    if tuple(names[: len(package)]) != package:
        return module
    dots = len(string.value) - len(string.value.lstrip("."))
    return "." * dots + ".".join(names[len(package) :])


def _edits_of_link(module: Module, read: Reading, own: int, target: Target) -> tuple[Edit, ...]:
    """The edits for a cross-reference, and for the text that is shown for it, where that is the old name."""
    edit = Edit(module.path, Span(read.spans[0].start, read.spans[own].end), target.dotted)
    start = module.text.rfind("\n", 0, edit.span.start) + 1
    label = _LABEL.search(module.text, start, edit.span.start)
    if label is None or own + 1 < len(read.spans) or label["name"] != read.names[-1]:
        return (edit,)
    return Edit(module.path, Span(*label.span("name")), target.dotted.rpartition(".")[2]), edit


# -- what speaks against it -----------------------------------------------------------------------------------


def _objection(module: Module, read: Reading, own: int, target: Target, index: Index) -> str | None:
    unsure = _incomplete(index)
    if unsure is not None:
        return unsure
    if module.facts.problem_about({*read.names, *target.names}) is not None:
        return "a statement that speaks of it does not parse"
    after = read.names[read.lead + own + 1 :]
    if after and index.exists(".".join((target.dotted, *after))) is False:
        return f"`{target.dotted}` has no `{after[0]}`"
    if read.way in _WHY:
        return _WHY[read.way].format(new=target.dotted)
    old_path, new_path = ".".join(read.names), ".".join((target.dotted, *after))
    if read.way is not Way.PATCH:
        return None if _are_same(old_path, new_path, index) else f"`{new_path}` is another object"
    (old_owner, _, old_name), (new_owner, _, new_name) = old_path.rpartition("."), new_path.rpartition(".")
    if old_name == new_name and _are_same(old_owner, new_owner, index):
        return None
    return f"who looks it up as `{old_path}` would no longer be patched, and who does as `{new_path}` would be"


def _incomplete(index: Index) -> str | None:
    return None if index.is_complete else "the workspace is still being indexed"


def _are_same(old: str, new: str, index: Index) -> bool:
    """Whether two paths lead to one object, and to nothing else."""
    return lead_to_one(index.find(old), index.find(new), index)
