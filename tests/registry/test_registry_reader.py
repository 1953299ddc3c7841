"""What a sound `ssot.toml` is read into."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field
from types import MappingProxyType

import pytest

from ssot_rules.contract import Severity
from ssot_rules.registry import Allowed, Concept, Deprecated, Registry, Source, WorkspaceOptions
from ssot_server.registry_reader import fields_of, read_registry
from ssot_server.registry_reader.walk import Walk
from ssot_server.toml_places import locate

RULE_NAMES = frozenset({"SSOT101", "deprecated-import", "variant-file"})

FULL = """\
version = 1

[workspace]
source-roots = ["src", "."]
exclude = ["backups/", "!keep/"]
tests = ["specs/"]

[rules]
SSOT101 = "hint"
variant-file = "off"

[concepts.engine]
canonical = "app.engine.Engine"
summary = "Runs agents."
docs = "docs/engine.md"
owner = "@agents"
names = ["*Engine", "[A-Z]*Runner", "Eng?ne"]
allow = [
  "app.adapters.*",
  { path = "app.interface.Engine", reason = "the protocol" },
]

[[concepts.engine.deprecated]]
path = "app.old"
reason = "shared state"

[[concepts.engine.deprecated]]
path = "app.older.Engine"
use = "app.engine.create"

[concepts."dotted.name"]
canonical = "app"
"""


def test_every_key_is_read():
    reading = read_registry("ssot.toml", FULL, RULE_NAMES)
    assert reading.problems == ()
    assert reading.registry == Registry(
        version=1,
        workspace=WorkspaceOptions(source_roots=("src", "."), exclude=("backups/", "!keep/"), tests=("specs/",)),
        rules={"SSOT101": Severity.HINT, "variant-file": None},
        concepts={
            "engine": Concept(
                canonical="app.engine.Engine",
                summary="Runs agents.",
                docs="docs/engine.md",
                owner="@agents",
                names=("*Engine", "[A-Z]*Runner", "Eng?ne"),
                allow=(
                    Allowed(path="app.adapters.*"),
                    Allowed(path="app.interface.Engine", reason="the protocol"),
                ),
                deprecated=(
                    Deprecated(path="app.old", reason="shared state"),
                    Deprecated(path="app.older.Engine", use="app.engine.create"),
                ),
            ),
            "dotted.name": Concept(canonical="app"),
        },
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_source_keeps_the_text_and_the_places(newline: str):
    text = FULL.replace("\n", newline)
    source = read_registry("sub/ssot.toml", text, RULE_NAMES).source
    assert (source.path, source.text) == ("sub/ssot.toml", text)

    def marked(span: tuple[int, int]) -> str:
        return text[span[0] : span[1]]

    assert marked(source.key_span("concepts", "engine")) == "engine"
    assert marked(source.key_span("concepts", "dotted.name")) == '"dotted.name"'
    assert marked(source.value_span("concepts", "engine", "canonical")) == '"app.engine.Engine"'
    assert marked(source.value_span("concepts", "engine", "allow", 0, "path")) == '"app.adapters.*"'
    assert marked(source.value_span("concepts", "engine", "allow", 1, "path")) == '"app.interface.Engine"'
    assert marked(source.value_span("concepts", "engine", "deprecated", 1, "path")) == '"app.older.Engine"'
    assert marked(source.key_span("concepts", "engine", "deprecated", 1, "since")) == "deprecated"


def test_the_least_registry():
    assert read_registry("ssot.toml", "version = 1", ()).registry == Registry(version=1)


def test_nothing_in_a_registry_can_be_changed():
    registry = read_registry("ssot.toml", FULL, RULE_NAMES).registry
    assert registry is not None
    with pytest.raises(TypeError):
        registry.concepts["x"] = Concept(canonical="app")  # type: ignore[index]
    with pytest.raises(TypeError):
        registry.rules["x"] = None  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        registry.version = 2  # type: ignore[misc]


def test_odd_characters_are_no_problem():
    text = 'version = 1\n[concepts."\\u0000\\n🦊"]\ncanonical = "app.Füchse"\nsummary = "\\u0000"\n'
    registry = read_registry("ssot.toml", text, ()).registry
    assert registry is not None
    assert registry.concepts["\0\n🦊"].summary == "\0"


def test_the_same_replacement_twice_is_accepted():
    text = """\
version = 1
[concepts.a]
canonical = "app.A"
deprecated = [{ path = "app.Old", use = "app.New" }]
[concepts.b]
canonical = "app.B"
deprecated = [{ path = "app.Old", use = "app.New" }]
"""
    assert read_registry("ssot.toml", text, ()).problems == ()


@dataclass(frozen=True, kw_only=True)
class Ban:
    call: str
    except_: tuple[str, ...] = ()
    error_from: datetime.date | None = None
    max_uses: int | None = None
    strict: bool = False
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    weight: Severity | None = None


def _read_ban(text: str) -> tuple[object, list[str]]:
    import tomli

    walk = Walk(Source("ssot.toml", text, *locate(text)), ())
    return walk.table(Ban, tomli.loads(text), ()), [problem.message for problem in walk.problems]


def test_fields_of_every_type_need_no_change_to_the_reader():
    assert [shape.key for shape in fields_of(Ban)][1:4] == ["except", "error-from", "max-uses"]
    ban, problems = _read_ban("""\
call = "asyncio.sleep"
except = ["tests/"]
error-from = 2026-01-31
max-uses = 120
strict = true
weight = "hint"
[arguments]
ctx = "user_context"
""")
    assert problems == []
    assert ban == Ban(
        call="asyncio.sleep",
        except_=("tests/",),
        error_from=datetime.date(2026, 1, 31),
        max_uses=120,
        strict=True,
        arguments={"ctx": "user_context"},
        weight=Severity.HINT,
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('error-from = "2026-01-31"', "`error-from` must be a date, not a string: write 2026-01-31 without quotes"),
        ('error-from = "soon"', "`error-from` must be a date, not a string: write a date such as 2026-01-31"),
        ("error-from = 2026-01-31T10:00:00", "`error-from` must be a date, not a date with a time: write 2026-01-31"),
        ('max-uses = "12"', "`max-uses` must be a whole number, not a string: write 12"),
        ("max-uses = 1.5", "`max-uses` must be a whole number, not a float: write a number such as 1"),
        ('strict = "true"', "`strict` must be true or false, not a string: write true"),
        ("strict = 1", "`strict` must be true or false, not an integer: write true or false"),
        ("arguments = { a = 1 }", '`a` must be a string, not an integer: write "1"'),
        ("arguments = []", "`arguments` must be a table, not an array: write [arguments] and its keys below"),
        ('weight = "off"', 'unknown severity "off" for `weight`: write "error", "warning", "information" or "hint"'),
    ],
)
def test_mistakes_in_fields_of_every_type(line: str, message: str):
    assert _read_ban(f'call = "x"\n{line}\n')[1] == [message]
