"""What is banned in a tree, and the configuration that says so to every tool."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.trees import MOVED, Tree

USUAL, THIRD, ALL_RULES, CYCLES = "usual", "third", "all-rules", "cycles"
_FEW = range(5, 60)
"""In how many files a name of the usual ban list is imported, where the tree has no list of its own."""
_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]*)", re.MULTILINE)
_NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?\s*(?:,|$)")
_COMMENT = re.compile(r"#.*")


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
    """The ban lists of one tree."""

    usual: tuple[Ban, ...]
    """About ten names that few files use."""
    third: tuple[Ban, ...]
    """Names that a third of all files use: the worst case."""

    def of(self, registry: str) -> tuple[Ban, ...]:
        return self.third if registry == THIRD else self.usual


def choose_bans(tree: Tree) -> Bans:
    """The tree's own list of moved names, or names that are imported in few files, and in a third of them."""
    users, definitions = _survey_imports(tree)
    ranked = sorted(users, key=lambda path: (-len(users[path]), path))
    spare = [path for path in reversed(ranked) if path in definitions]
    third = [Ban(path, spare.pop()) for path in _cover(ranked, users, tree.files // 3)]
    if "homeassistant" in tree.packages:
        usual: Sequence[Ban] = _HOME_ASSISTANT
    elif "acme_core" in tree.packages:
        usual = [Ban(f"acme_core.legacy.{name}", f"acme_core.{name.lower()}.{name}") for name in MOVED]
    else:
        few = [path for path in ranked if len(users[path]) in _FEW and path in definitions]
        usual = [Ban(path, spare.pop()) for path in few[:10]]
    return Bans(tuple(usual), tuple(third))


def _survey_imports(tree: Tree) -> tuple[dict[str, set[int]], set[str]]:
    """The files that import each first-party path, and the paths that are classes in the module so named."""
    users: defaultdict[str, set[int]] = defaultdict(set)
    definitions: set[str] = set()
    for number, file in enumerate(sorted(tree.root.rglob("*.py"))):
        text = file.read_text(encoding="utf-8", errors="replace")
        module = ".".join(file.relative_to(tree.root).with_suffix("").parts)
        definitions.update(f"{module}.{name}" for name in re.findall(r"^class (\w+)", text, re.MULTILINE))
        for source, names in _FROM.findall(text):
            if source.partition(".")[0] in tree.packages:
                for name in _NAME.findall(_COMMENT.sub("", names).strip("() \t\r\n")):
                    users[f"{source}.{name}"].add(number)
    return dict(users), definitions


def _cover(ranked: Sequence[str], users: dict[str, set[int]], wanted: int) -> list[str]:
    """Paths, at most ten, that about so many files import."""
    covered: set[int] = set()
    chosen: list[str] = []
    for path in ranked:
        if len(chosen) < 10 and len(covered | users[path]) <= wanted * 1.1 and path.rpartition(".")[2][0].isupper():
            chosen.append(path)
            covered |= users[path]
    return chosen


# -- configuration ----------------------------------------------------------------------------------------


def registry_text(bans: Bans, registry: str, codes: Iterable[str] = ()) -> str:
    """An `ssot.toml`; `codes` are the rules that are off unless asked for."""
    concepts: dict[str, list[str]] = {}
    for ban in bans.of(registry):
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
