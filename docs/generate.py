"""Write what follows from the code: the pages of the rules, the configuration and the command line, and the schema.

`python docs/generate.py` writes them; `--check` only says which are out of date, and fails if any is.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import inspect
import posixpath
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

import click
from schema import documentation_of, schema

from ssot_rules import ALL_RULES
from ssot_rules.registry import Registry
from ssot_server.cli.commands import cli
from ssot_server.cli.rule_pages import markdown
from ssot_server.registry_reader.extends import DEEPEST
from ssot_server.registry_reader.model import OFF, STRING_FORMS, fields_of, without_none

FOLDER = Path(__file__).parent

EXAMPLE = """\
version = 1

[workspace]
exclude = ["backups/"]

[rules]
competing-implementation = "error"
SSOT105 = "off"

[concepts.execution-engine]
canonical = "app.agents.user_engine.UserExecutionEngine"
summary = "Runs one user's agents, isolated from every other user."
docs = "docs/engines.md"
owner = "@agents"
names = ["*ExecutionEngine"]
construct = "app.agents.engine_factory.ExecutionEngineFactory.create"
allow = [
  "app.legacy.*",
  { path = "app.agents.dry_run.DryRunExecutionEngine", reason = "shows a plan and runs nothing" },
]

[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"
reason = "shares state between users"
since = 2025-09-05
error-from = 2026-01-01
remove-by = 2026-03-01
except = ["tests/migration/"]
max-uses = 120

[[bans]]
call = "asyncio.sleep"
use = "app.core.loop_safe.sleep"
in = ["app/"]
reason = "deadlocks on Windows event loops"

[[bans]]
call = "print"
role = "production"

[[bans]]
import = "relative"

[[boundaries]]
from = "app.websocket.*"
to = "app.agents.*"
through = "app.services.agent_bridge"
reason = "all traffic between the two crosses the bridge"
"""

CONFIGURATION = f"""\
# ssot.toml

The registry: what the team decided. It stands at the top of the code that it speaks of; for each file, the
nearest one above it counts. Every mistake in it (an unknown key, a wrong type) is a finding at its own place.

```toml
{EXAMPLE}```
"""

SHARING = f"""\
## Registries that extend others

```toml
version = 1

[workspace]
extends = ["../platform/ssot.toml", "package:acme_standards/ssot.toml"]
```

An item is a path relative to the file that holds it, or `package:NAME/FILE`: a file that is installed with a package
in the project's environment (`.venv` or `venv` beside the registry). Such files are read; nothing of a package is
imported or run.

- Tables are merged key by key, at every depth: concepts and rules by their names, a concept's keys by theirs. What the
  file says itself counts before what it extends, and a later item before an earlier one.
- Of two strings, numbers or arrays of strings one counts. Arrays of tables (`deprecated`, `allow`, `unrelated`, …) add
  up, the file's own items first.
- A file that is extended may extend others, {DEEPEST} deep at most; a circle is a mistake. `version` is each file's.
- Patterns for files are relative to the workspace that extends, `docs` to the file that says it.
- A file that is extended has to be right by itself. A mistake in it is a finding at the item of `extends`, with its own
  place beside it, and so is what is found about its entries. Fixes change the workspace's own `ssot.toml` only.

## Several registries

A registry in a folder below another one governs that folder, alone: nothing of the outer one holds there, unless it
is extended. `ssot check` at the top checks both, each part by its own.
"""

EDITORS = """\
## In editors that know TOML

`ssot schema` prints a JSON Schema of this file, with which editors complete keys and rules and check values. It belongs
to the release that prints it. With Taplo (in Visual Studio Code: Even Better TOML), write it beside the registry, and
name it in the registry's first line:

```console
$ ssot schema > ssot.schema.json
```

```toml
#:schema ./ssot.schema.json
version = 1
```
"""

SUPPRESSION = """\
## Comments that silence a finding

```python
from app.agents.engine import ExecutionEngine  # ssot: ignore[SSOT101] -- proves the old path until March

# ssot: ignore[deprecated-instantiation] -- the same
engine = ExecutionEngine(context)
```

A comment on a line of its own silences the next line. `# ssot: ignore-file[SSOT101] -- reason` silences the whole
file, and `# noqa: SSOT101` is understood, too. The codes (or names) are required. What a comment has to say for itself,
and which rules none silences, stands under `[suppressions]`.
"""


def pages() -> dict[str, str]:
    """Every generated page, by its path in the folder of this file."""
    return {
        "rules/README.md": _rule_table(),
        **{f"rules/{rule.name}.md": markdown(rule) for rule in ALL_RULES},
        "configuration.md": _configuration(),
        "cli.md": _command_line(),
        "../server/ssot_server/ssot.schema.json": schema(),
    }


def _rule_table() -> str:
    rows = [[f"[{rule.code}]({rule.name}.md)", rule.name, rule.severity.value, rule.summary] for rule in ALL_RULES]
    return "# Rules\n\n" + _table(["code", "name", "severity", "finds"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


# -- configuration ----------------------------------------------------------------------------------------


class _Section(NamedTuple):
    """A table that the file may have."""

    title: str
    model: Any


def _configuration() -> str:
    sections = [_section_text(section) for section in _sections("", Registry)]
    return "\n".join([CONFIGURATION, *sections, SHARING, SUPPRESSION, EDITORS])


def _sections(path: str, model: Any, *, is_array: bool = False) -> Iterator[_Section]:
    """The table at a dotted path, and all tables within it."""
    yield _Section(f"`[[{path}]]`" if is_array else f"`[{path}]`" if path else "At the top", model)
    for field in fields_of(model):
        inner, kind = _inner(field.hint)
        if dataclasses.is_dataclass(inner):
            where = f"{path}.{field.key}" if path else field.key
            yield from _sections(f"{where}.NAME" if kind is Mapping else where, inner, is_array=kind is tuple)


def _inner(hint: Any) -> tuple[Any, Any]:
    """What a type is made of, and the container (`tuple`, `Mapping` or None) around it."""
    plain, _ = without_none(hint)
    container = get_origin(plain)
    if container is tuple:
        return get_args(plain)[0], tuple
    if container is not None and issubclass(container, Mapping):
        return without_none(get_args(plain)[1])[0], Mapping
    return plain, None


def _section_text(section: _Section) -> str:
    documentation = documentation_of(section.model)
    defaults = {field.name: field for field in dataclasses.fields(section.model)}
    rows = [
        [f"`{field.key}`", _type(field.hint), _default(defaults[field.attribute]), documentation[field.attribute]]
        for field in fields_of(section.model)
    ]
    intro = inspect.getdoc(section.model)
    return f"## {section.title}\n\n{intro}\n\n" + _table(["key", "type", "default", "meaning"], rows)


_WORDS = {str: "string", int: "integer", bool: "true or false", datetime.date: "date"}


def _type(hint: Any) -> str:
    inner, container = _inner(hint)
    if isinstance(inner, type) and issubclass(inner, Enum):
        words = [f'`"{member.value}"`' for member in inner]
        word = ", ".join([*words, f'`"{OFF}"`'] if container is Mapping else words)
    elif dataclasses.is_dataclass(inner):
        word = "string or table" if inner in STRING_FORMS else "table"
    else:
        word = _WORDS[inner]
    if container is Mapping:
        return f"table of {word}" if word.startswith("`") else f"table of {word}s"
    return f"array of {word.replace(' or ', 's or ')}s" if container is tuple else word


def _default(field: Any) -> str:
    if field.default is dataclasses.MISSING:
        return "required" if field.default_factory is dataclasses.MISSING else ""
    if isinstance(field.default, tuple):
        return f"`[{', '.join(_quoted(item) for item in field.default)}]`"
    if field.default is None or dataclasses.is_dataclass(field.default):
        return ""
    return f"`{_quoted(field.default)}`"


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


# -- command line -----------------------------------------------------------------------------------------


def _command_line() -> str:
    assert isinstance(cli, click.Group)
    commands = [_command_text(f"ssot {name}", command) for name, command in sorted(cli.commands.items())]
    return "\n".join(["# Command line\n", _command_text("ssot", cli), *commands])


def _command_text(name: str, command: click.Command) -> str:
    arguments = [
        parameter.metavar or f"[{parameter.human_readable_name.upper()}]..."
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]
    usage = " ".join([name, "[OPTIONS]", *arguments, *(["COMMAND"] if isinstance(command, click.Group) else [])])
    options = [_option(parameter) for parameter in command.params if isinstance(parameter, click.Option)]
    table = f"\n{_table(['option', 'meaning'], options)}" if options else ""
    return f"## {name}\n\n```console\n$ {usage}\n```\n\n{inspect.cleandoc(command.help or '')}\n{table}"


def _option(option: click.Option) -> list[str]:
    value = ""
    if isinstance(option.type, click.Choice):
        value = f" {'|'.join(option.type.choices)}"
    elif not option.is_flag:
        value = f" {option.metavar or option.type.name.upper()}"
    default = f" Default: `{option.default}`." if option.show_default else ""
    return [f"`{', '.join(option.opts)}{value}`", f"{option.help}{default}"]


# -- writing ----------------------------------------------------------------------------------------------


def main() -> int:
    """Write the pages, or check them; the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    check = arguments.parse_args().check
    wanted = pages()
    stale = [path for path, text in wanted.items() if _content(path) != text]
    left_over = [path for path in _rule_pages() if path not in wanted]
    for path in [*stale, *left_over]:
        sys.stdout.write(f"{posixpath.normpath(f'docs/{path}')} {'is out of date' if check else 'updated'}\n")
    if check:
        return 1 if stale or left_over else 0
    for path in stale:
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(wanted[path].encode())
    for path in left_over:
        (FOLDER / path).unlink()
    return 0


def _content(path: str) -> str | None:
    file = FOLDER / path
    return file.read_bytes().decode().replace("\r\n", "\n") if file.is_file() else None


def _rule_pages() -> list[str]:
    return sorted(f"rules/{page.name}" for page in (FOLDER / "rules").glob("*.md"))


if __name__ == "__main__":
    sys.exit(main())
