"""What the words of a registry must look like, and which of its entries cannot stand together.

The registry's types say that a value is a string; what kind of string is said here. A check returns what is
wrong and how to put it right, as the end of a sentence that begins with the key's name.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from ssot_rules.contract import Diagnostic, Related
from ssot_rules.globs import fixed_name, lies_in
from ssot_rules.registry import (
    VERSION,
    Allowed,
    Ban,
    Boundary,
    Concept,
    Deprecated,
    Files,
    Key,
    Registry,
    Rivals,
    Source,
    WorkspaceOptions,
)

Check = Callable[[Any], "str | None"]

_EXAMPLE = '"app.engine.Engine"'
_FILE_MARKS = re.compile(r"[/\\]")
_SEPARATORS = re.compile(r"[/\\:]+|\.{2,}")
_CHARACTER_CLASS = re.compile(r"\[!?\]?[^\]]*\]")


def quoted(value: str) -> str:
    """The string as TOML writes it, whatever characters it holds."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _dotted_path(value: str) -> str | None:
    if not value.strip():
        return f"is empty: write a dotted path such as {_EXAMPLE}"
    if _is_dotted(value):
        return None
    return f"is not a dotted path: {_dotted_fault(value)}; {_dotted_remedy(value)}"


def _is_dotted(value: str) -> bool:
    return all(part.isidentifier() for part in value.split("."))


def _dotted_fault(value: str) -> str:
    if _FILE_MARKS.search(value):
        return f"{quoted(value)} names a file"
    if value.startswith("."):
        return f"{quoted(value)} is relative"
    if "" in value.split("."):
        return f"{quoted(value)} lacks a name beside a dot"
    part = next(part for part in value.split(".") if not part.isidentifier())
    return f"{quoted(part)} is not a Python name"


def _dotted_remedy(value: str) -> str:
    stem = value.removesuffix(".py") if _FILE_MARKS.search(value) else value
    repaired = _SEPARATORS.sub(".", stem.strip()).strip(".").removesuffix(".__init__")
    if _is_dotted(repaired):
        return f"write {quoted(repaired)}"
    return f"write names with dots between them, such as {_EXAMPLE}"


def _dotted_glob(value: str) -> str | None:
    if not value.strip():
        return 'is empty: write a dotted path or a glob such as "app.adapters.*"'
    if _is_dotted(_example_of_glob(value)):
        return None
    if "[" in _CHARACTER_CLASS.sub("", value):
        return f"is not a glob: {quoted(value)} opens a bracket that it does not close; add the ]"
    if _FILE_MARKS.search(value):
        dotted = _SEPARATORS.sub(".", value.removesuffix(".py")).strip(".")
        return f"is not a dotted glob: {quoted(value)} names a file; write {quoted(dotted)}"
    return f'is not a dotted glob: {quoted(value)}; write names, * and ? with dots between them, as in "app.adapters.*"'


def _callable_glob(value: str | None) -> str | None:
    if value is None:
        return None
    if value.strip().endswith("()"):
        return f"is a call: {quoted(value)}; write {quoted(value.strip().removesuffix('()'))}"
    fault = _dotted_glob(value)
    if fault is None and not fixed_name(value):
        return f'could be anything: {quoted(value)}; write at least one whole name, as in "requests.*"'
    return fault


def _optional_path(value: str | None) -> str | None:
    return None if value is None else _dotted_path(value)


def _name_glob(value: str) -> str | None:
    if not value.strip():
        return 'is empty: write a glob such as "*Engine"'
    if _example_of_glob(value).isidentifier():
        return None
    if "[" in _CHARACTER_CLASS.sub("", value):
        return f"is not a glob: {quoted(value)} opens a bracket that it does not close; add the ]"
    if "." in value and _is_dotted(_example_of_glob(value)):
        return (
            f"matches bare names, so {quoted(value)} matches nothing: write {quoted(value.rpartition('.')[2])}, "
            "or give the whole path as `canonical` or in `allow`"
        )
    return f'is not a glob of a Python name: {quoted(value)}; write letters, digits, _, * and ? only, as in "*Engine"'


def _example_of_glob(value: str) -> str:
    """One name that the glob could match: a glob is sound if this is a name."""
    return re.sub(r"[*?]", "x", _CHARACTER_CLASS.sub("x", value))


def _keywords(value: Mapping[str, str]) -> str | None:
    wrong = next((name for pair in value.items() for name in pair if not _is_name(name)), None)
    if wrong is not None:
        return f"names keywords of calls, and {quoted(wrong)} is none"
    new = list(value.values())
    twice = next((name for name in new if new.count(name) > 1), None)
    return None if twice is None else f"gives two keywords the name {quoted(twice)}: a call can pass it once"


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _file_pattern(value: str) -> str | None:
    pattern = value.strip()
    if not pattern.strip("!/"):
        return f'matches nothing: {quoted(value)}; write a pattern such as "build/" or "*_pb2.py"'
    if pattern.startswith("#"):
        return f"is a comment in gitignore syntax: {quoted(value)}; write {quoted(chr(92) + pattern)}"
    if "\\" in pattern.replace("\\ ", "").replace("\\#", "").replace("\\!", ""):
        return f"holds a backslash: {quoted(value)}; write {quoted(pattern.replace(chr(92), '/'))}"
    return None


def _folder(value: str) -> str | None:
    if not value.strip():
        return 'is empty: write "." for the folder of this file'
    if "\\" in value:
        return f"holds a backslash: {quoted(value)}; write {quoted(value.replace(chr(92), '/'))}"
    if value.startswith(("/", "~")) or re.match(r"[A-Za-z]:", value) or ".." in value.split("/"):
        return f'lies outside the workspace: {quoted(value)}; write a folder below this file, such as "src"'
    return None


def shared_registry(value: str) -> str | None:
    """What is wrong with an item of `extends`, by its words alone."""
    if not value.strip():
        return 'is empty: write a path such as "../platform/ssot.toml"'
    if "\\" in value:
        return f"holds a backslash: {quoted(value)}; write {quoted(value.replace(chr(92), '/'))}"
    if value.startswith("package:"):
        package, _, file = value.removeprefix("package:").partition("/")
        if _is_dotted(package) and file and ".." not in file.split("/"):
            return None
        return f'names no file of a package: {quoted(value)}; write "package:acme_standards/ssot.toml"'
    if "://" in value:
        return f"is an address: {quoted(value)}; write a path, or put the file into a package"
    return None


def _version(value: int) -> str | None:
    if value == VERSION:
        return None
    remedy = f"write {VERSION}" if value < VERSION else f"upgrade ssot-lsp, or write {VERSION}"
    return f"is {value}, but this release reads version {VERSION}: {remedy}"


def _percentage(value: int) -> str | None:
    return None if 0 < value <= 100 else f"is {value}: write a number from 1 to 100, such as 60"


def _count(value: int | None) -> str | None:
    return None if value is None or value > 0 else f"is {value}: write 1 or more, or leave it out"


def _allowance(value: int | None) -> str | None:
    return None if value is None or value >= 0 else f"is {value}: write 0 or more, or leave it out"


def _member(value: str) -> str | None:
    if _is_name(value):
        return None
    last = value.rpartition(".")[2].removesuffix("()")
    remedy = f"write {quoted(last)}" if _is_name(last) else 'write the name of a method or attribute, such as "execute"'
    return f"is not the name of a member: {quoted(value)}; {remedy}"


def _word_glob(value: str) -> str | None:
    if _example_of_glob(f"x{value}").isidentifier() and value.strip("_"):
        return None
    return f'is not a word: {quoted(value)}; write letters, digits, *, ? and [...] only, as in "v[0-9]*"'


CHECKS: Mapping[tuple[type, str], Check] = {
    (Registry, "version"): _version,
    (WorkspaceOptions, "source_roots"): _folder,
    (WorkspaceOptions, "exclude"): _file_pattern,
    (WorkspaceOptions, "tests"): _file_pattern,
    (WorkspaceOptions, "extends"): shared_registry,
    (Concept, "canonical"): _dotted_path,
    (Concept, "construct"): _optional_path,
    (Concept, "names"): _name_glob,
    (Concept, "max"): _count,
    (Concept, "members"): _member,
    (Files, "variants"): _word_glob,
    (Rivals, "qualifiers"): _word_glob,
    (Rivals, "by_name"): _percentage,
    (Rivals, "by_structure"): _percentage,
    (Concept, "by_structure"): _percentage,
    (Allowed, "path"): _dotted_glob,
    (Ban, "call"): _callable_glob,
    (Ban, "use"): _optional_path,
    (Ban, "in_"): _file_pattern,
    (Ban, "except_"): _file_pattern,
    (Boundary, "from_"): _dotted_glob,
    (Boundary, "to"): _dotted_glob,
    (Boundary, "through"): _optional_path,
    (Boundary, "except_"): _file_pattern,
    (Deprecated, "path"): _dotted_path,
    (Deprecated, "use"): _dotted_path,
    (Deprecated, "arguments"): _keywords,
    (Deprecated, "except_"): _file_pattern,
    (Deprecated, "max_uses"): _allowance,
}
"""By dataclass and field: the check of the field's value, or of each item where the field is an array."""


def contradictions(entries: Iterable[tuple[Key, object]], source: Source) -> Iterator[Diagnostic]:
    """Find the entries that are sound in themselves but not together.

    `entries` are the registry's values with their places in the file, in the file's order.
    """
    concepts: dict[Key, Concept] = {}
    deprecations: dict[Key, Deprecated] = {}
    bans: dict[Key, Ban] = {}
    boundaries: dict[Key, Boundary] = {}
    for key, entry in entries:
        if isinstance(entry, Concept):
            concepts[key] = entry
        elif isinstance(entry, Deprecated):
            deprecations[key] = entry
        elif isinstance(entry, Ban):
            bans[key] = entry
        elif isinstance(entry, Boundary):
            boundaries[key] = entry
    yield from _shared_canonicals(concepts, source)
    yield from _self_made(concepts, source)
    yield from _self_replacements(concepts, deprecations, source)
    yield from _conflicting_replacements(concepts, deprecations, source)
    yield from _dates_out_of_order(deprecations, source)
    yield from _unclear_bans(bans, source)
    yield from _one_sided_boundaries(boundaries, source)


def _shared_canonicals(concepts: Mapping[Key, Concept], source: Source) -> Iterator[Diagnostic]:
    first: dict[str, Key] = {}
    for key, concept in concepts.items():
        other = first.setdefault(concept.canonical, key)
        if other != key:
            yield _at(
                source,
                (*key, "canonical"),
                f"`{concept.canonical}` is already the canonical of concept `{other[-1]}`: "
                "merge the two concepts, or give this one a path of its own",
                related=((*other, "canonical"), "the other concept"),
            )


def _self_made(concepts: Mapping[Key, Concept], source: Source) -> Iterator[Diagnostic]:
    for key, concept in concepts.items():
        if concept.construct == concept.canonical:
            message = f"`{concept.construct}` is what is constructed: name what makes it, such as a method of its own"
            yield _at(source, (*key, "construct"), message, related=((*key, "canonical"), "the canonical"))


def _self_replacements(
    concepts: Mapping[Key, Concept], deprecations: Mapping[Key, Deprecated], source: Source
) -> Iterator[Diagnostic]:
    for key, entry in deprecations.items():
        concept = concepts.get(key[:-2])
        if entry.path == entry.use:
            message = f"`{entry.path}` is deprecated in favour of itself: give another `use`, or remove the entry"
            yield _at(source, (*key, "path"), message)
        elif concept is not None and entry.path == concept.canonical:
            message = f"`{entry.path}` is the concept's canonical and cannot be deprecated: remove one of the two"
            yield _at(source, (*key, "path"), message, related=((*key[:-2], "canonical"), "the canonical"))


def _conflicting_replacements(
    concepts: Mapping[Key, Concept], deprecations: Mapping[Key, Deprecated], source: Source
) -> Iterator[Diagnostic]:
    first: dict[str, tuple[Key, str]] = {}
    for key, entry in deprecations.items():
        concept = concepts.get(key[:-2])
        use = entry.use or (concept.canonical if concept else None)
        if use is None:
            continue
        other, other_use = first.setdefault(entry.path, (key, use))
        if use != other_use:
            yield _at(
                source,
                (*key, "path"),
                f"`{entry.path}` is deprecated twice, here in favour of `{use}` and elsewhere of `{other_use}`: "
                "keep one of the two",
                related=((*other, "path"), "the other entry"),
            )


def _dates_out_of_order(deprecations: Mapping[Key, Deprecated], source: Source) -> Iterator[Diagnostic]:
    for key, entry in deprecations.items():
        days = [("since", entry.since), ("error-from", entry.error_from), ("remove-by", entry.remove_by)]
        given = [(name, day) for name, day in days if day is not None]
        for (name, day), (later_name, later) in pairwise(given):
            if later < day:
                message = f"`{later_name}` is {later}, before `{name}`, which is {day}: correct one of the two"
                yield _at(source, (*key, later_name), message, related=((*key, name), f"`{name}`"))


def _unclear_bans(bans: Mapping[Key, Ban], source: Source) -> Iterator[Diagnostic]:
    for key, ban in bans.items():
        if {(*key, "call"), (*key, "import")}.isdisjoint({*source.keys, *source.inherited}):
            message = 'a ban says what it bans: add `call = "asyncio.sleep"` or `import = "relative"`'
            yield Diagnostic(source.key_span(*key), message)
        elif ban.call is not None and ban.import_ is not None:
            message = "a ban is of a call or of a form of import: make two of it"
            yield _at(source, (*key, "import"), message, related=((*key, "call"), "the call"))
        elif ban.import_ is not None and ban.use is not None:
            message = "a form of import has no replacement with a path of its own: remove `use`"
            yield _at(source, (*key, "use"), message)
        elif ban.call is not None and ban.call == ban.use:
            yield _at(source, (*key, "use"), f"`{ban.use}` is banned in favour of itself: give another `use`")


def _one_sided_boundaries(boundaries: Mapping[Key, Boundary], source: Source) -> Iterator[Diagnostic]:
    for key, boundary in boundaries.items():
        if lies_in(boundary.to, boundary.from_.removesuffix(".*")):
            message = f"`{boundary.from_}` lies in `{boundary.to}`: a boundary lies between two parts of the code"
            yield _at(source, (*key, "from"), message, related=((*key, "to"), "the other side"))


def _at(source: Source, key: Key, message: str, related: tuple[Key, str] | None = None) -> Diagnostic:
    places = () if related is None else (Related(*source.place(*related[0]), related[1]),)
    return Diagnostic(
        source.value_span(*key), message, concept=concept_of(key), places=(*places, *source.elsewhere(*key))
    )


def concept_of(key: Key) -> str | None:
    """The name of the concept that a key lies in."""
    return str(key[1]) if len(key) > 1 and key[0] == "concepts" else None
