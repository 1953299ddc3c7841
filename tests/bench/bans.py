"""What is banned in a tree, and the configuration that says so to every tool."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.made_up import MOVED
from bench.trees import Tree

USUAL, THIRD, ALL_RULES, CYCLES = "usual", "third", "all-rules", "cycles"
_FEW = range(5, 60)
"""In how many files a name of the usual ban list is imported, where the tree has no list of its own."""
_MANY = 10
"""The most names in a ban list."""
_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]*)", re.MULTILINE)
_NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?\s*(?:,|$)")
_COMMENT = re.compile(r"#.*")
_CLASS = re.compile(r"^class ([A-Z]\w*)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Ban:
    """A dotted path and what to use instead."""

    path: str
    use: str

    @property
    def module(self) -> str:
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


_HOME_ASSISTANT = (
    Ban("homeassistant.helpers.typing.HomeAssistantType", "homeassistant.core.HomeAssistant"),
    Ban("homeassistant.helpers.typing.ContextType", "homeassistant.core.Context"),
    Ban("homeassistant.helpers.typing.EventType", "homeassistant.core.Event"),
    Ban("homeassistant.components.http.HomeAssistantView", "homeassistant.helpers.http.HomeAssistantView"),
    Ban("homeassistant.components.http.view.HomeAssistantView", "homeassistant.helpers.http.HomeAssistantView"),
    Ban(
        "homeassistant.components.mqtt.models.ReceivePayloadType",
        "homeassistant.helpers.service_info.mqtt.ReceivePayloadType",
    ),
    Ban("homeassistant.helpers.json.JSON_DUMP", "homeassistant.helpers.json.json_dumps"),
    Ban("homeassistant.core.SOURCE_DISCOVERED", "homeassistant.core.ConfigSource"),
    Ban(
        "homeassistant.helpers.device_registry.DISABLED_USER",
        "homeassistant.helpers.device_registry.DeviceEntryDisabler",
    ),
    Ban("homeassistant.data_entry_flow.RESULT_TYPE_FORM", "homeassistant.data_entry_flow.FlowResultType"),
)
"""Names that Home Assistant itself moved or gave up."""


@dataclass(frozen=True)
class Bans:
    """The ban lists of one tree, and what they find there."""

    usual: tuple[Ban, ...]
    """About ten names that few files use."""
    third: tuple[Ban, ...]
    """Names that a third of all files use: the worst case."""
    more: Ban
    """What a change of the registry adds."""
    hit: Mapping[str, Sequence[Path]]
    """The files that import something banned, by registry."""
    untouched: Path
    """A file that says nothing of what is banned."""

    def of(self, registry: str) -> tuple[Ban, ...]:
        return self.third if registry == THIRD else self.usual


def choose_bans(tree: Tree) -> Bans:
    """The tree's own list of moved names, or names that are imported in few files, and in a third of them.

    Raises `ValueError` where the tree has too few classes for that.
    """
    files = tree.sources()
    users, definitions = _survey_imports(tree, files)
    ranked = sorted(users, key=lambda path: (-len(users[path]), path))
    worst = _cover(ranked, users, len(files) // 3)
    own = _usual(tree)
    known = {*worst, *(ban.path for ban in own)}
    left = [path for path in ranked if path in definitions and path not in known]
    few = [path for path in left if len(users[path]) in _FEW] or left
    taken = {path.rpartition(".")[2] for path in (*worst, *few[: _MANY + 1])}
    spare = cycle(sorted(path for path in definitions if path.rpartition(".")[2] not in taken))
    try:
        usual = own or tuple(Ban(path, next(spare)) for path in few[1 : _MANY + 1] or few)
        third = tuple(Ban(path, next(spare)) for path in worst)
        more = Ban(few[0], next(spare))
    except (IndexError, StopIteration) as error:
        raise ValueError(f"{tree.name} has too few classes that its files import from each other") from error
    hit = {name: _users_of(bans, users, files) for name, bans in ((USUAL, usual), (THIRD, third))}
    hit[ALL_RULES] = hit[USUAL]
    return Bans(
        usual,
        third,
        more,
        hit,
        _file_without([name for ban in (*usual, *third) for name in (ban.name, ban.use.rpartition(".")[2])], files),
    )


def _usual(tree: Tree) -> tuple[Ban, ...]:
    if "homeassistant" in tree.packages:
        return _HOME_ASSISTANT
    if tree.is_made_up:
        return tuple(Ban(f"acme_core.legacy.{old}", f"acme_core.{new.lower()}.{new}") for old, new in MOVED)
    return ()


def _survey_imports(tree: Tree, files: Sequence[Path]) -> tuple[dict[str, set[int]], set[str]]:
    """The files that import each first-party path, and the paths that are classes in the module so named."""
    users: defaultdict[str, set[int]] = defaultdict(set)
    definitions: set[str] = set()
    for number, file in enumerate(files):
        text = file.read_text(encoding="utf-8", errors="replace")
        module = ".".join(file.relative_to(tree.root).with_suffix("").parts).removesuffix(".__init__")
        definitions.update(f"{module}.{name}" for name in _CLASS.findall(text))
        for source, names in _FROM.findall(text):
            if source.partition(".")[0] in tree.packages:
                for name in _NAME.findall(_COMMENT.sub("", names).strip("() \t\r\n")):
                    users[f"{source}.{name}"].add(number)
    return dict(users), definitions


def _cover(ranked: Sequence[str], users: Mapping[str, set[int]], wanted: int) -> list[str]:
    """Paths of classes and constants, ten at most, that about so many files import."""
    covered: set[int] = set()
    chosen: list[str] = []
    for path in ranked:
        if len(chosen) == _MANY:
            break
        if path.rpartition(".")[2][0].isupper() and len(covered | users[path]) <= wanted * 1.1:
            chosen.append(path)
            covered |= users[path]
    return chosen


def _users_of(bans: Iterable[Ban], users: Mapping[str, set[int]], files: Sequence[Path]) -> list[Path]:
    return [files[number] for number in sorted(set().union(*(users.get(ban.path, ()) for ban in bans)))]


def _file_without(names: Sequence[str], files: Sequence[Path]) -> Path:
    """A file somewhere in the middle that holds none of the names but has some code."""
    for file in [*files[len(files) // 2 :], *files]:
        text = file.read_text(encoding="utf-8", errors="replace")
        if "def " in text and not any(name in text for name in names):
            return file
    return files[0]


# -- configuration ----------------------------------------------------------------------------------------


def registry_text(bans: Bans, registry: str, codes: Iterable[str] = (), more: Sequence[Ban] = ()) -> str:
    """An `ssot.toml`; `codes` are the rules that are off unless asked for, `more` is banned besides."""
    concepts: dict[str, list[str]] = {}
    for ban in (*bans.of(registry), *more):
        concepts.setdefault(ban.use, []).append(ban.path)
    if registry == ALL_RULES:
        named = {path.rpartition(".")[2] for path in concepts}
        concepts.update({ban.path: [] for ban in bans.third if ban.name not in named})
    if registry == CYCLES:
        concepts = {}
    parts = ["version = 1\n"]
    rules = [f'{code} = "warning"\n' for code in codes]
    if rules:
        parts.append("[rules]\n" + "".join(rules))
    for number, (canonical, deprecated) in enumerate(concepts.items()):
        names = f'names = ["*{canonical.rpartition(".")[2]}"]\n' if registry == ALL_RULES else ""
        parts.append(f'[concepts.concept-{number}]\ncanonical = "{canonical}"\n{names}')
        parts += [f'[[concepts.concept-{number}.deprecated]]\npath = "{path}"\n' for path in deprecated]
    return "\n".join(parts)


def ruff_text(bans: Sequence[Ban]) -> str:
    """A `ruff.toml` with the same bans."""
    lines = [f'"{ban.path}".msg = "use {ban.use}"' for ban in bans]
    return "\n".join(['[lint]\nselect = ["TID251"]', "[lint.flake8-tidy-imports.banned-api]", *lines, ""])


def import_linter_text(bans: Sequence[Ban], tree: Tree) -> str:
    """An `.importlinter`: it speaks of modules, so nobody may import the modules that hold the names."""
    modules = sorted({ban.module for ban in bans})
    return "\n".join(
        [
            "[importlinter]",
            "root_packages =",
            *(f"    {package}" for package in tree.packages),
            "[importlinter:contract:bans]",
            "name = Bans",
            "type = protected",
            "protected_modules =",
            *(f"    {module}" for module in modules),
            "allowed_importers =",
            *(f"    {module}" for module in modules),
            "",
        ]
    )


def ast_grep_text(bans: Sequence[Ban]) -> str:
    """An ast-grep rule that finds the imports of the names from their modules."""
    patterns = [
        {
            "kind": "import_from_statement",
            "all": [
                {"has": {"field": "module_name", "regex": f"^{re.escape(ban.module)}$"}},
                {"has": {"field": "name", "regex": rf"^{ban.name}(\s+as\s+\w+)?$"}},
            ],
        }
        for ban in bans
    ]
    rule = {"id": "bans", "language": "python", "severity": "warning", "message": "banned", "rule": {"any": patterns}}
    return json.dumps(rule)


def pylint_arguments(bans: Sequence[Ban]) -> list[str]:
    """It speaks of modules, too: `deprecated-module`."""
    modules = ",".join(sorted({ban.module for ban in bans}))
    options = ["--rcfile=", "--persistent=n", "--score=n", "--disable=all", "--enable=deprecated-module"]
    return [*options, f"--deprecated-modules={modules}"]


def write_if_new(path: Path, text: str) -> None:
    """Write a file unless it says so already, so that no cache sees a change where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
