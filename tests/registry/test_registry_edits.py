"""Entries are added to the text of a registry, and nothing else of it changes."""

from __future__ import annotations

import pytest
import tomli

from ssot_rules import ALL_RULES
from ssot_rules.contract import Entry
from ssot_rules.registry_edits import entry_edits, new_value, removal
from ssot_server.fixing import apply_edits
from ssot_server.registry_reader import read_registry

NAMES = {name for rule in ALL_RULES for name in (rule.code, rule.name)}
ALLOW = Entry("ssot.toml", "engine", "allow", (("path", "app.x.Y"), ("reason", 'an "adapter"')))
OTHER = Entry("ssot.toml", "engine", "allow", (("path", "app.x.Z"), ("reason", "é")))
UNRELATED = Entry("ssot.toml", "engine", "unrelated", (("path", "app.x.T"),))
OLD = Entry("ssot.toml", "engine", "deprecated", (("path", "app.old.E"), ("use", "a.E")))
FILE = Entry("ssot.toml", None, "allow", (("path", "app.engine_v2"), ("reason", "an API version")))
ITEM = '{ path = "app.x.Y", reason = "an \\"adapter\\"" }'
OTHER_ITEM = '{ path = "app.x.Z", reason = "é" }'

HEAD = 'version = 1\n[concepts.engine]\ncanonical = "a.E"\n'


def changed(text: str, *entries: Entry) -> str:
    reading = read_registry("ssot.toml", text, NAMES)
    assert reading.problems == ()
    edits = entry_edits(reading.source, entries)
    assert all(edit.span.start == edit.span.end for edit in edits), "something is taken away"
    after = apply_edits(text, edits)
    assert read_registry("ssot.toml", after, NAMES).problems == ()
    return after


def test_a_new_array_stands_behind_the_last_key():
    after = changed(HEAD + '# why\nnames = ["*E"]  # all\n\n# next\n[rules]\nSSOT101 = "off"\n', ALLOW)
    assert after == HEAD + f'# why\nnames = ["*E"]  # all\nallow = [{ITEM}]\n\n# next\n[rules]\nSSOT101 = "off"\n'


def test_a_new_array_stands_behind_a_value_of_several_lines_and_before_what_lies_below():
    text = HEAD + 'names = [\n  "*E",\n]\n[[concepts.engine.deprecated]]\npath = "a.Old"\n'
    after = changed(text, ALLOW, OTHER)
    new = f"allow = [\n  {ITEM},\n  {OTHER_ITEM},\n]\n"
    assert after == HEAD + 'names = [\n  "*E",\n]\n' + new + '[[concepts.engine.deprecated]]\npath = "a.Old"\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", f"[{ITEM}]"),
        ("[  ]", f"[  {ITEM}]"),
        ('["a.B"]', f'["a.B", {ITEM}]'),
        ('["a.B" ]', f'["a.B", {ITEM} ]'),
        ('["a.B", ]', f'["a.B", {ITEM}]'),
        ('["a.B",]', f'["a.B", {ITEM}]'),
        ('[\n  "a.B",  # why, really\n]', f'[\n  "a.B",  # why, really\n  {ITEM},\n]'),
        ('[\n\t"a.B"  # why, really\n]', f'[\n\t"a.B",  # why, really\n\t{ITEM},\n]'),
        ('[ "a.B",\n  "a.C",\n  # last\n]', f'[ "a.B",\n  "a.C",\n  # last\n  {ITEM},\n]'),
        ("[\n  # nothing yet, but\n]", f"[\n  # nothing yet, but\n  {ITEM},\n]"),
        ('[\n  { path = "a.B" },\n  "a.C" ]', f'[\n  {{ path = "a.B" }},\n  "a.C", {ITEM} ]'),
        ('[\n  "a.B"\n  , ]', f'[\n  "a.B"\n  , {ITEM}]'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_item_joins_an_array_as_that_is_written(before: str, after: str, newline: str):
    text = (HEAD + f"allow = {before}  # end\n# more\n").replace("\n", newline)
    assert changed(text, ALLOW) == (HEAD + f"allow = {after}  # end\n# more\n").replace("\n", newline)


def test_tables_of_their_own_are_followed_by_another():
    text = HEAD + '\n  [[concepts.engine.allow]]  # one\n  path = "a.B"  # it\n\n[rules]\n'
    new = '\n\n  [[concepts.engine.allow]]\n  path = "app.x.Y"\n  reason = "an \\"adapter\\""\n'
    assert (
        changed(text, ALLOW)
        == HEAD + '\n  [[concepts.engine.allow]]  # one\n  path = "a.B"  # it' + new + "\n[rules]\n"
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n# end\n"])
def test_a_deprecated_path_gets_a_table(newline: str, end: str):
    text = ('version = 1\n[concepts."engine"]\ncanonical = "a.E" # it' + end).replace("\n", newline)
    new = '\n\n[[concepts."engine".deprecated]]\npath = "app.old.E"\nuse = "a.E"'
    assert changed(text, OLD) == ('version = 1\n[concepts."engine"]\ncanonical = "a.E" # it' + new + end).replace(
        "\n", newline
    )


def test_all_kinds_at_once_and_equal_ones_once():
    after = changed(HEAD, OLD, UNRELATED, ALLOW, FILE, ALLOW)
    assert tomli.loads(after) == {
        "version": 1,
        "concepts": {
            "engine": {
                "canonical": "a.E",
                "unrelated": [{"path": "app.x.T"}],
                "allow": [{"path": "app.x.Y", "reason": 'an "adapter"'}],
                "deprecated": [{"path": "app.old.E", "use": "a.E"}],
            }
        },
        "files": {"allow": [{"path": "app.engine_v2", "reason": "an API version"}]},
    }


@pytest.mark.parametrize(
    "text",
    [
        'version = 1\n[concepts]\nengine = { canonical = "a.E", names = ["*E"] }\nlines.canonical = "a.L"\n',
        'version = 1\n[concepts]\n  engine.canonical = "a.E"\n  lines.canonical = "a.L"\n',
        'version = 1\nconcepts.engine.canonical = "a.E"\nconcepts.lines.canonical = "a.L"\n',
        'version = 1\n[concepts.engine]\ncanonical = "a.E"\n[files]\n[concepts.lines]\ncanonical = "a.L"\n',
        'version = 1\nfiles.variants = ["new"]\n[concepts.engine]\ndeprecated = [{ path = "a.O" }]\ncanonical = "a.E"',
    ],
)
def test_every_way_to_write_a_table(text: str):
    after = changed(text, ALLOW, OLD, UNRELATED)
    before, now = tomli.loads(text)["concepts"], tomli.loads(after)["concepts"]
    engine = now["engine"]
    assert engine["allow"] == [{"path": "app.x.Y", "reason": 'an "adapter"'}]
    assert engine["unrelated"] == [{"path": "app.x.T"}]
    assert engine["deprecated"][-1] == {"path": "app.old.E", "use": "a.E"}
    assert now.get("lines") == before.get("lines")


def test_a_concept_that_is_gone_gets_nothing():
    reading = read_registry("ssot.toml", "version = 1\n", NAMES)
    assert entry_edits(reading.source, [ALLOW]) == []


@pytest.mark.parametrize(
    "text",
    [
        "version = 1\n",
        "version = 1",
        "version = 1\n[files] # none\n[rules]\n",
        'version = 1\nfiles = { variants = ["new"] }\n',
    ],
)
def test_a_table_that_is_not_there_is_made(text: str):
    assert tomli.loads(changed(text, FILE))["files"]["allow"] == [{"path": "app.engine_v2", "reason": "an API version"}]


# -- what goes ----------------------------------------------------------------------------------------------------


def without(text: str, number: int) -> str | None:
    reading = read_registry("ssot.toml", text, NAMES)
    assert reading.problems == ()
    edit = removal(reading.source, ("concepts", "engine", "deprecated", number))
    if edit is None:
        return None
    after = apply_edits(text, [edit])
    again = read_registry("ssot.toml", after, NAMES)
    assert again.problems == ()
    assert again.registry is not None
    assert reading.registry is not None
    before = list(reading.registry.concepts["engine"].deprecated)
    del before[number]
    assert again.registry.concepts["engine"].deprecated == tuple(before)
    return after


TABLES = """\
version = 1
[concepts.engine]
canonical = "a.E"

# the first
[[concepts.engine.deprecated]]
path = "a.One"  # slow
# and old
reason = "slow"
# the second
[[concepts.engine.deprecated]]
path = "a.Two"
[concepts.engine.deprecated.arguments]
ctx = "context"


[rules]
SSOT101 = "error"
"""


def test_a_table_goes_with_its_lines_and_what_stands_around_it_stays():
    first = '[[concepts.engine.deprecated]]\npath = "a.One"  # slow\n# and old\nreason = "slow"\n'
    assert without(TABLES, 0) == TABLES.replace(first, "")
    second = '[[concepts.engine.deprecated]]\npath = "a.Two"\n[concepts.engine.deprecated.arguments]\nctx = "context"\n'
    assert without(TABLES, 1) == TABLES.replace(second, "")


def test_a_table_goes_with_the_blank_lines_above_it_and_line_ends_stay():
    text = 'version = 1\r\n[concepts.engine]\r\ncanonical = "a.E"\r\n\r\n\r\n[[concepts.engine.deprecated]]\r\npath = "a.One"'
    assert without(text, 0) == 'version = 1\r\n[concepts.engine]\r\ncanonical = "a.E"\r\n'


def test_a_table_whose_keys_do_not_stand_together_stays():
    text = TABLES.replace(
        "[concepts.engine.deprecated.arguments]",
        '[concepts.other]\ncanonical = "a.F"\n[concepts.engine.deprecated.arguments]',
    )
    assert without(text, 1) is None


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ('deprecated = [{ path = "a.One" }]  # all\n', 0, ""),
        ('deprecated = [{ path = "a.One" }, { path = "a.Two" }]\n', 0, 'deprecated = [{ path = "a.Two" }]\n'),
        ('deprecated = [{ path = "a.One" }, { path = "a.Two" }]\n', 1, 'deprecated = [{ path = "a.One" }]\n'),
        (
            'deprecated = [\n  # why\n  { path = "a.One" },  # slow\n  { path = "a.Two" }\n]\n',
            0,
            'deprecated = [\n  # why\n  { path = "a.Two" }\n]\n',
        ),
        (
            'deprecated = [\n  { path = "a.One" },\n  { path = "a.Two" }  # é\n]\n',
            1,
            'deprecated = [\n  { path = "a.One" },\n]\n',
        ),
    ],
)
def test_an_item_goes_with_its_comma(before, number, after):
    assert without(HEAD + before, number) == HEAD + after


def test_an_item_of_an_inline_table_leaves_an_empty_array():
    text = 'version = 1\n[concepts]\nengine = { canonical = "a.E", deprecated = [{ path = "a.One" }] }\n'
    assert without(text, 0) == text.replace('{ path = "a.One" }', "")


def test_a_value_is_replaced_alone():
    text = TABLES.replace("# and old", "max-uses = 12  # so far")
    source = read_registry("ssot.toml", text, NAMES).source
    edit = new_value(source, ("concepts", "engine", "deprecated", 0, "max-uses"), "3")
    assert edit is not None
    assert apply_edits(text, [edit]) == text.replace("12", "3")
    assert new_value(source, ("concepts", "engine", "deprecated", 1, "max-uses"), "3") is None
