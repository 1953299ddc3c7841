"""Registries that extend others: what counts, where mistakes are shown, and what is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_rules.contract import Applicability, Diagnostic
from ssot_server import ide
from ssot_server.engine import Engine
from ssot_server.report import Finding

OWN = 'version = 1\n[workspace]\nextends = ["../platform/ssot.toml"]\n'
PLATFORM = """\
version = 1
[rules]
deprecated-import = "error"
SSOT103 = "hint"
[concepts.engine]
canonical = "app.new.Engine"
summary = "Runs."
docs = "docs/engines.md"
names = ["*Engine"]
allow = ["app.adapters.*"]
[[concepts.engine.deprecated]]
path = "app.old.Engine"
"""
CODE = {
    "app/new.py": "class Engine: ...\n",
    "app/old.py": "class Engine: ...\n",
    "app/a.py": "from app.old import Engine\nEngine()\n",
}


def engine(folder: Path, files: dict[str, str]) -> Engine:
    """An engine in `service`, beside which there are other folders."""
    for path, text in {**{f"service/{path}": text for path, text in CODE.items()}, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return Engine.open(folder / "service")


def shown(made: Engine, problem: Diagnostic) -> tuple[str, str, list[tuple[str, str]]]:
    """The text that a diagnostic marks, its message, and the marked text of its related places."""
    text = made.text("ssot.toml") or ""
    places = [
        (place.path, (made.text(place.path) or "")[place.span.start : place.span.end]) for place in problem.places
    ]
    return text[problem.span.start : problem.span.end], problem.message, places


def findings(made: Engine) -> list[Finding]:
    return list(made.check().findings)


def test_what_is_shared_counts(tmp_path):
    made = engine(tmp_path, {"service/ssot.toml": OWN, "platform/ssot.toml": PLATFORM})
    assert made.registry_reading().problems == ()
    found = [(known.path, known.rule.code, known.severity.value) for known in findings(made)]
    assert found == [("app/a.py", "SSOT101", "error"), ("app/a.py", "SSOT103", "hint")]
    (related,) = [place for place in findings(made)[0].diagnostic.places if place.path.endswith(".toml")]
    assert related.path == "../platform/ssot.toml"
    assert PLATFORM[related.span.start : related.span.end] == '"app.old.Engine"'


def test_a_shared_ban_holds(tmp_path):
    ban = 'version = 1\n[[bans]]\ncall = "print"\n[[bans]]\nimport = "relative"\n'
    code = {"service/app/a.py": "from . import new\nprint(new)\n"}
    made = engine(tmp_path, {"service/ssot.toml": OWN, "platform/ssot.toml": ban, **code})
    assert [(known.path, known.rule.code) for known in findings(made)] == [("app/a.py", "SSOT108")] * 2


MEANT_FOR_OTHERS = """\
version = 1
[concepts.queue]
canonical = "apt.queues.Queue"
[[concepts.queue.deprecated]]
path = "app.gone.Queue"
[[concepts.queue.deprecated]]
path = "app.old.Engine"
since = 2020-01-01
max-uses = 40
[[bans]]
call = "app.gone.fetch"
in = ["billing/"]
[[bans]]
call = "prnt"
[[boundaries]]
from = "app.billing.*"
to = "app.ledger"
"""


@pytest.mark.parametrize("uses", ["", "from app.old import Engine\n"])
def test_what_fits_nothing_here_may_be_meant_for_others(tmp_path, uses):
    files = {"platform/ssot.toml": MEANT_FOR_OTHERS, "service/app/a.py": uses}
    made = engine(tmp_path, {**files, "service/ssot.toml": OWN + '[rules]\nSSOT101 = "off"\n'})
    assert findings(made) == []
    itself = engine(tmp_path, {**files, "service/ssot.toml": MEANT_FOR_OTHERS})
    codes = [known.rule.code for known in findings(itself) if known.path == "ssot.toml"]
    assert sorted(codes) == sorted(["SSOT402"] * 6 + ["SSOT403", "SSOT407"] + ([] if uses else ["SSOT408"]))


def test_what_a_file_says_itself_counts_before_and_arrays_of_tables_add_up(tmp_path):
    own = f"""{OWN}[rules]
SSOT101 = "warning"
[concepts.engine]
summary = "Runs here."
names = ["*Runner"]
allow = ["app.mine.*"]
[[concepts.engine.deprecated]]
path = "app.older.Engine"
[concepts.other]
canonical = "app.new.Other"
"""
    made = engine(tmp_path, {"service/ssot.toml": own, "platform/ssot.toml": PLATFORM})
    registry = made.registry()
    assert registry is not None
    concept = registry.concepts["engine"]
    assert (concept.canonical, concept.summary, concept.names) == ("app.new.Engine", "Runs here.", ("*Runner",))
    assert [known.path for known in concept.allow] == ["app.mine.*", "app.adapters.*"]
    assert [known.path for known in concept.deprecated] == ["app.older.Engine", "app.old.Engine"]
    assert {name: severity and severity.value for name, severity in registry.rules.items()} == {
        "SSOT101": "warning",
        "SSOT103": "hint",
    }
    assert concept.docs == "../platform/docs/engines.md"
    assert set(registry.concepts) == {"engine", "other"}


def test_a_later_item_counts_before_an_earlier_one_and_the_nearest_before_all(tmp_path):
    def platform(name: str, more: str = "") -> str:
        return f'version = 1\n{more}[concepts.engine]\ncanonical = "app.new.Engine"\nowner = "{name}"\n'

    files = {
        "service/ssot.toml": 'version = 1\n[workspace]\nextends = ["a.toml", "b.toml"]\n',
        "service/a.toml": platform("a"),
        "service/b.toml": 'version = 1\n[workspace]\nextends = ["c.toml"]\n[files]\nvariants = ["b"]\n',
        "service/c.toml": platform("c", '[files]\nvariants = ["c"]\n'),
    }
    registry = engine(tmp_path, files).registry()
    assert registry is not None
    assert registry.concepts["engine"].owner == "c"
    assert registry.files.variants == ("b",)


def test_a_file_of_an_installed_package(tmp_path):
    item = 'version = 1\n[workspace]\nextends = ["package:acme_standards/ssot.toml"]\n'
    packages = "service/.venv/lib/python3.11/site-packages"
    files = {
        "service/ssot.toml": item,
        "service/.venv/pyvenv.cfg": "",
        f"{packages}/acme_standards/__init__.py": "raise SystemExit('never run')\n",
        f"{packages}/acme_standards/ssot.toml": PLATFORM,
    }
    made = engine(tmp_path, files)
    assert [known.rule.code for known in findings(made)] == ["SSOT101", "SSOT103"]
    (tmp_path / packages / "acme_standards/ssot.toml").unlink()
    again = Engine.open(tmp_path / "service")
    assert [shown(again, problem) for problem in again.registry_reading().problems] == [
        (
            '"package:acme_standards/ssot.toml"',
            (
                '"package:acme_standards/ssot.toml" cannot be extended: the project\'s environment (`.venv`) has no package '
                "`acme_standards` with a file `ssot.toml`"
            ),
            [],
        )
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {},
            [
                (
                    '"../platform/ssot.toml"',
                    '"../platform/ssot.toml" cannot be extended: `../platform/ssot.toml`: it cannot be read: it does not exist',
                    [],
                )
            ],
        ),
        (
            {"platform/ssot.toml": 'version = 1\n[concepts.engine]\ncanonicle = "a.B"\n'},
            [
                (
                    '"../platform/ssot.toml"',
                    (
                        "`../platform/ssot.toml`: [concepts.engine] lacks `canonical`: "
                        'add `canonical = "app.engine.Engine"`'
                    ),
                    [("../platform/ssot.toml", "engine")],
                ),
                (
                    '"../platform/ssot.toml"',
                    (
                        "`../platform/ssot.toml`: unknown key `canonicle` in [concepts.engine]; "
                        "did you mean `canonical`?"
                    ),
                    [("../platform/ssot.toml", "canonicle")],
                ),
            ],
        ),
        (
            {"platform/ssot.toml": "version = \n"},
            [
                (
                    '"../platform/ssot.toml"',
                    ("`../platform/ssot.toml`: not valid TOML: the file ends where a value should stand; complete it"),
                    [("../platform/ssot.toml", "version =")],
                )
            ],
        ),
        (
            {"platform/ssot.toml": "version = 2\n"},
            [
                (
                    '"../platform/ssot.toml"',
                    (
                        "`../platform/ssot.toml`: `version` is 2, but this release reads version 1: "
                        "upgrade ssot-lsp, or write 1"
                    ),
                    [("../platform/ssot.toml", "2")],
                )
            ],
        ),
        (
            {"platform/ssot.toml": 'version = 1\n[workspace]\nextends = ["../service/ssot.toml"]\n'},
            [
                (
                    '"../platform/ssot.toml"',
                    (
                        "`../platform/ssot.toml`: registries extend each other in a circle: "
                        "`ssot.toml` → `../platform/ssot.toml` → `ssot.toml`; take one of them out"
                    ),
                    [("../platform/ssot.toml", '"../service/ssot.toml"')],
                )
            ],
        ),
    ],
)
def test_mistakes_are_shown_at_the_item_with_their_own_place(tmp_path, files, expected):
    made = engine(tmp_path, {"service/ssot.toml": OWN, **files})
    assert [shown(made, problem) for problem in made.registry_reading().problems] == expected


def test_there_is_an_end_to_it(tmp_path):
    files = {
        f"service/{number}.toml": f'version = 1\n[workspace]\nextends = ["{number + 1}.toml"]\n' for number in range(10)
    }
    made = engine(tmp_path, {"service/ssot.toml": 'version = 1\n[workspace]\nextends = ["1.toml"]\n', **files})
    (problem,) = made.registry_reading().problems
    assert 'more than 8 registries extend each other: extend "9.toml" directly' in problem.message


def test_two_files_that_contradict_each_other(tmp_path):
    own = f'{OWN}[concepts.runner]\ncanonical = "app.new.Engine"\n'
    made = engine(tmp_path, {"service/ssot.toml": own, "platform/ssot.toml": PLATFORM})
    (problem,) = made.registry_reading().problems
    marked, message, places = shown(made, problem)
    assert "is already the canonical of concept" in message
    assert {marked, *(text for _, text in places)} >= {'"../platform/ssot.toml"', '"app.new.Engine"'}
    assert "../platform/ssot.toml" in {path for path, _ in places}


def test_findings_about_shared_entries_are_shown_at_the_item(tmp_path):
    platform = PLATFORM.replace("app.new.Engine", "app.nwe.Engine") + "max-uses = 1\n"
    made = engine(tmp_path, {"service/ssot.toml": OWN, "platform/ssot.toml": platform})
    found = [known for known in findings(made) if known.path == "ssot.toml"]
    assert sorted(known.rule.code for known in found) == ["SSOT402", "SSOT406"]
    for known in found:
        marked, _, places = shown(made, known.diagnostic)
        assert marked == '"../platform/ssot.toml"'
        assert [path for path, _ in places] == ["../platform/ssot.toml"]
        assert known.fix is None  # it is not this file's to change


def test_a_decision_about_a_shared_concept_is_written_here(tmp_path):
    code = {"service/app/rival.py": "class FastEngine: ...\n", "service/app/a.py": "", "service/app/old.py": ""}
    files = {"service/ssot.toml": OWN, "platform/ssot.toml": PLATFORM.partition("[[")[0], **code}
    made = engine(tmp_path, files)
    (finding,) = findings(made)
    (accept,) = [choice.fix for choice in finding.choices if choice.key == "allow"]
    assert accept.applicability == Applicability.SAFE
    result = made.fix(None, lambda _: True, answer=lambda _: accept)
    assert result.changed["ssot.toml"][1].startswith(f"{OWN}\n[concepts.engine]\nallow = [{{ path = ")
    assert result.report.findings == ()


def test_a_change_of_a_shared_file_is_noticed(tmp_path):
    made = engine(tmp_path, {"service/ssot.toml": OWN, "platform/ssot.toml": PLATFORM})
    assert made.check().findings
    (tmp_path / "platform/ssot.toml").write_text("version = 1\n")
    assert made.invalidate({"../platform/ssot.toml"})
    assert findings(made) == []
    (tmp_path / "platform/ssot.toml").write_text("version = 3\n")
    assert made.invalidate({"../platform/ssot.toml"})
    assert [known.rule.code for known in findings(made)] == ["SSOT401"]
    assert made.registry() is not None  # the last good one
    (tmp_path / "platform/ssot.toml").write_text(PLATFORM)
    assert made.invalidate({"../platform/ssot.toml"})
    assert len(findings(made)) == 2


def test_hover_links_to_the_documentation_beside_the_shared_file(tmp_path):
    made = engine(tmp_path, {"service/ssot.toml": OWN, "platform/ssot.toml": PLATFORM})
    hover = ide.hover(made, "app/a.py", 21, lambda path, _: f"file:{path}")
    assert hover is not None
    assert "(file:../platform/docs/engines.md)" in hover.markdown
