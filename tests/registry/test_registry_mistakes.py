"""Every kind of mistake in `ssot.toml`: where it is shown, and in which words."""

from __future__ import annotations

import textwrap

import pytest

from ssot_rules.contract import Diagnostic
from ssot_server.registry_reader import Reading, read_registry

RULE_NAMES = frozenset({"SSOT101", "deprecated-import", "SSOT203", "variant-file"})


def read(text: str) -> Reading:
    return read_registry("ssot.toml", textwrap.dedent(text).removeprefix("\n"), RULE_NAMES)


def shown(reading: Reading, problem: Diagnostic) -> str:
    """`row:column marked-text message`, counted from 1."""
    text = reading.source.text
    before = text[: problem.span.start]
    row, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return f"{row}:{column} {text[problem.span.start : problem.span.end]!s} | {problem.message}"


ENGINE = 'version = 1\n[concepts.engine]\ncanonical = "app.Engine"\n'
BOUNDARY = 'version = 1\n[[boundaries]]\nfrom = "app.a.*"\n'
BAN = "version = 1\n[[bans]]\n"
OLD = f"{ENGINE}[[concepts.engine.deprecated]]\n"

MISTAKES = [
    (
        'version = 1\n[suppressions]\nnever = ["varient-file"]\n',
        '3:10 "varient-file" | unknown rule `varient-file`; did you mean `variant-file`?',
    ),
    (
        'version = 1\n[suppressions]\nnever = "SSOT101"\n',
        '3:9 "SSOT101" | `never` must be an array of strings, not a string: write ["SSOT101"]',
    ),
    (
        'version = 1\n[suppressions]\nreasons = "yes"\n',
        '3:11 "yes" | `reasons` must be true or false, not a string: write true or false',
    ),
    (
        "version = 1\n[suppressions]\nallways = []\n",
        "3:1 allways | unknown key `allways` in [suppressions]; known keys are `never`, `reasons`",
    ),
    (
        'version = 1\n[workspace]\nextends = "x.toml"\n',
        '3:11 "x.toml" | `extends` must be an array of strings, not a string: write ["x.toml"]',
    ),
    (
        'version = 1\n[workspace]\nextends = [""]\n',
        '3:12 "" | item 1 of `extends` is empty: write a path such as "../platform/ssot.toml"',
    ),
    (
        'version = 1\n[workspace]\nextends = ["a\\\\b.toml"]\n',
        '3:12 "a\\\\b.toml" | item 1 of `extends` holds a backslash: "a\\\\b.toml"; write "a/b.toml"',
    ),
    (
        'version = 1\n[workspace]\nextends = ["package:acme"]\n',
        '3:12 "package:acme" | item 1 of `extends` names no file of a package: "package:acme"; write "package:acme_standards/ssot.toml"',
    ),
    (
        'version = 1\n[workspace]\nextends = ["https://acme.example/ssot.toml"]\n',
        '3:12 "https://acme.example/ssot.toml" | item 1 of `extends` is an address: "https://acme.example/ssot.toml"; write a path, or put the file into a package',
    ),
    (
        f'{OLD}path = "app.Old"\nsince = "2025-09-05"\n',
        '6:9 "2025-09-05" | `since` must be a date, not a string: write 2025-09-05 without quotes',
    ),
    (
        f'{OLD}path = "app.Old"\nsince = "last autumn"\n',
        '6:9 "last autumn" | `since` must be a date, not a string: write a date such as 2026-01-31',
    ),
    (
        f'{OLD}path = "app.Old"\nerror-from = 2026-01-01T00:00:00Z\n',
        "6:14 2026-01-01T00:00:00Z | `error-from` must be a date, not a date with a time: write 2026-01-01",
    ),
    (
        f'{OLD}path = "app.Old"\nremove-by = 2026\n',
        "6:13 2026 | `remove-by` must be a date, not an integer: write a date such as 2026-01-31",
    ),
    (
        f'{OLD}path = "app.Old"\nremove-by = 2026-13-01\n',
        "6:17 -13-01 | not valid TOML: something follows the value; put strings in quotes, and each key on a line of its own",
    ),
    (
        f'{OLD}path = "app.Old"\nerror_from = 2026-01-01\n',
        "6:1 error_from | unknown key `error_from` in [[concepts.engine.deprecated]]; did you mean `error-from`?",
    ),
    (
        f'{OLD}path = "app.Old"\nsince = 2026-02-01\nerror-from = 2026-01-01\n',
        "7:14 2026-01-01 | `error-from` is 2026-01-01, before `since`, which is 2026-02-01: correct one of the two",
    ),
    (
        f'{OLD}path = "app.Old"\nremove-by = 2026-01-01\nerror-from = 2026-02-01\n',
        "6:13 2026-01-01 | `remove-by` is 2026-01-01, before `error-from`, which is 2026-02-01: correct one of the two",
    ),
    (
        f'{OLD}path = "app.Old"\nexcept = "tests/"\n',
        '6:10 "tests/" | `except` must be an array of strings, not a string: write ["tests/"]',
    ),
    (
        f'{OLD}path = "app.Old"\nexcept = ["tests/", "old\\\\"]\n',
        '6:21 "old\\\\" | item 2 of `except` holds a backslash: "old\\\\"; write "old/"',
    ),
    (
        f'{OLD}path = "app.Old"\nexcept = [""]\n',
        '6:11 "" | item 1 of `except` matches nothing: ""; write a pattern such as "build/" or "*_pb2.py"',
    ),
    (f'{OLD}path = "app.Old"\nmax-uses = -1\n', "6:12 -1 | `max-uses` is -1: write 0 or more, or leave it out"),
    (
        f'{OLD}path = "app.Old"\nmax-uses = "120"\n',
        '6:12 "120" | `max-uses` must be a whole number, not a string: write 120',
    ),
    (
        f'{OLD}path = "app.Old"\nmax-uses = 1.5\n',
        "6:12 1.5 | `max-uses` must be a whole number, not a float: write a number such as 1",
    ),
    (
        f'{OLD}path = "app.Old"\narguments = {{ ctx = "user.context" }}\n',
        '6:13 { ctx = "user.context" } | `arguments` names keywords of calls, and "user.context" is none',
    ),
    (
        f'{OLD}path = "app.Old"\narguments = {{ class = "kind" }}\n',
        '6:13 { class = "kind" } | `arguments` names keywords of calls, and "class" is none',
    ),
    (
        f'{OLD}path = "app.Old"\narguments = {{ a = "c", b = "c" }}\n',
        '6:13 { a = "c", b = "c" } | `arguments` gives two keywords the name "c": a call can pass it once',
    ),
    (
        f'{OLD}path = "app.Old"\narguments = {{ a = 1 }}\n',
        '6:19 1 | `a` must be a string, not an integer: write "1"',
    ),
    (
        f'{ENGINE}construct = "app.Engine"\n',
        '4:13 "app.Engine" | `app.Engine` is what is constructed: name what makes it, such as a method of its own',
    ),
    (
        f'{ENGINE}construct = "app/factory.py"\n',
        '4:13 "app/factory.py" | `construct` is not a dotted path: "app/factory.py" names a file; write "app.factory"',
    ),
    (
        f'{ENGINE}construct = ["app.make"]\n',
        '4:13 ["app.make"] | `construct` must be a string, not an array: write "app.make"',
    ),
    (
        f"{ENGINE}construct-in-test = true\n",
        "4:1 construct-in-test | unknown key `construct-in-test` in [concepts.engine]; did you mean `construct-in-tests`?",
    ),
    (
        BOUNDARY,
        '2:3 boundaries | [[boundaries]] lacks `to`: add `to = "app.engine.Engine"`',
    ),
    (
        f'{BOUNDARY}to = "app.*"\n',
        '3:8 "app.a.*" | `app.a.*` lies in `app.*`: a boundary lies between two parts of the code',
    ),
    (
        f'{BOUNDARY}to = "app/b/"\n',
        '4:6 "app/b/" | `to` is not a dotted glob: "app/b/" names a file; write "app.b"',
    ),
    (
        f'{BOUNDARY}to = "app.b"\nthrough = "app.bridge.*"\n',
        '5:11 "app.bridge.*" | `through` is not a dotted path: "*" is not a Python name; write names with dots between them, such as "app.engine.Engine"',
    ),
    (
        f'{BOUNDARY}to = "app.b"\nvia = "app.bridge"\n',
        "5:1 via | unknown key `via` in [[boundaries]]; known keys are `except`, `from`, `reason`, `role`, `through`, `to`, `type-checking`",
    ),
    (
        f'{BOUNDARY}to = "app.b"\ntype-checking = "no"\n',
        '5:17 "no" | `type-checking` must be true or false, not a string: write true or false',
    ),
    (
        f'{BAN}use = "app.log.say"\n',
        '2:3 bans | a ban says what it bans: add `call = "asyncio.sleep"` or `import = "relative"`',
    ),
    (
        f'{BAN}call = "print"\nimport = "relative"\n',
        '4:10 "relative" | a ban is of a call or of a form of import: make two of it',
    ),
    (
        f'{BAN}import = "absolute"\n',
        '3:10 "absolute" | unknown form "absolute" for `import`: write "relative"',
    ),
    (
        f'{BAN}import = "relative"\nuse = "app.log"\n',
        '4:7 "app.log" | a form of import has no replacement with a path of its own: remove `use`',
    ),
    (
        f'{BAN}call = "print"\nuse = "print"\n',
        '4:7 "print" | `print` is banned in favour of itself: give another `use`',
    ),
    (f'{BAN}call = "print()"\n', '3:8 "print()" | `call` is a call: "print()"; write "print"'),
    (
        f'{BAN}call = "*.p*"\n',
        '3:8 "*.p*" | `call` could be anything: "*.p*"; write at least one whole name, as in "requests.*"',
    ),
    (
        f'{BAN}call = "app/log.py"\n',
        '3:8 "app/log.py" | `call` is not a dotted glob: "app/log.py" names a file; write "app.log"',
    ),
    (
        f'{BAN}call = "print"\nrole = "prod"\n',
        '4:8 "prod" | unknown role "prod" for `role`: write "production" or "test"',
    ),
    (
        f'{BAN}call = "print"\nin = "app/"\n',
        '4:6 "app/" | `in` must be an array of strings, not a string: write ["app/"]',
    ),
    (
        f'{BAN}call = "print"\nin = ["app\\\\sub"]\n',
        '4:7 "app\\\\sub" | item 1 of `in` holds a backslash: "app\\\\sub"; write "app/sub"',
    ),
    (
        f'{BAN}call = "print"\nexclude = ["app/"]\n',
        "4:1 exclude | unknown key `exclude` in [[bans]]; did you mean `except`?",
    ),
    ("", "1:1  | the registry lacks `version`: put `version = 1` at the top"),
    ("[concepts]\n", "1:1  | the registry lacks `version`: put `version = 1` at the top"),
    (
        "version = 2\nfoo = 1\n",
        "1:11 2 | `version` is 2, but this release reads version 1: upgrade ssot-lsp, or write 1",
    ),
    ("version = 0\n", "1:11 0 | `version` is 0, but this release reads version 1: write 1"),
    ('version = "1"\n', '1:11 "1" | `version` must be a whole number, not a string: write 1'),
    ("version = true\n", "1:11 true | `version` must be a whole number, not a boolean: write a number such as 1"),
    ("version = 1\nconcept = {}\n", "2:1 concept | unknown key `concept` in the registry; did you mean `concepts`?"),
    (
        "version = 1\nzzz = {}\n",
        "2:1 zzz | unknown key `zzz` in the registry; known keys are `bans`, `boundaries`, `concepts`, `files`, `rivals`, `rules`, `suppressions`, `version`, `workspace`",
    ),
    (
        "version = 1\n[concept.engine]\n",
        "2:2 concept | unknown key `concept` in the registry; did you mean `concepts`?",
    ),
    (
        ENGINE + 'cannonical = "x"\n',
        "4:1 cannonical | unknown key `cannonical` in [concepts.engine]; did you mean `canonical`?",
    ),
    (
        ENGINE + '"a\\nb" = "x"\n',
        '4:1 "a\\nb" | unknown key `"a\\nb"` in [concepts.engine]; known keys are `allow`, `by-structure`, `canonical`, `construct`, `construct-in-tests`, `deprecated`, `docs`, `max`, `members`, `names`, `owner`, `state`, `subclasses`, `summary`, `unrelated`',
    ),
    (
        "version = 1\n[workspace]\nsource_roots = ['src']\n",
        "3:1 source_roots | unknown key `source_roots` in [workspace]; did you mean `source-roots`?",
    ),
    (
        "version = 1\nworkspace.exlude = []\n",
        "2:11 exlude | unknown key `exlude` in [workspace]; did you mean `exclude`?",
    ),
    (
        'version = 1\n[concepts."my engine"]\ncanonical = "a.B"\nxyzzy = 1\n',
        '4:1 xyzzy | unknown key `xyzzy` in [concepts."my engine"]; known keys are `allow`, `by-structure`, `canonical`, `construct`, `construct-in-tests`, `deprecated`, `docs`, `max`, `members`, `names`, `owner`, `state`, `subclasses`, `summary`, `unrelated`',
    ),
    (
        OLD + 'path = "app.Old"\nfrom = "x"\n',
        "6:1 from | unknown key `from` in [[concepts.engine.deprecated]]; known keys are `arguments`, `error-from`, `except`, `max-uses`, `path`, `reason`, `remove-by`, `since`, `use`",
    ),
    (
        "version = 1\n[concepts.engine]\n",
        '2:11 engine | [concepts.engine] lacks `canonical`: add `canonical = "app.engine.Engine"`',
    ),
    (
        OLD + 'use = "app.New"\n',
        '4:19 deprecated | [[concepts.engine.deprecated]] lacks `path`: add `path = "app.engine.Engine"`',
    ),
    (
        ENGINE + 'allow = [{ reason = "x" }]\n',
        '4:10 { reason = "x" } | [[concepts.engine.allow]] lacks `path`: add `path = "app.engine.Engine"`',
    ),
    (
        "version = 1\n[concepts]\nengine = {}\n",
        '3:1 engine | [concepts.engine] lacks `canonical`: add `canonical = "app.engine.Engine"`',
    ),
    (
        ENGINE + 'names = "*Engine"\n',
        '4:9 "*Engine" | `names` must be an array of strings, not a string: write ["*Engine"]',
    ),
    (
        ENGINE + 'members = ["run()"]\n',
        '4:12 "run()" | item 1 of `members` is not the name of a member: "run()"; write "run"',
    ),
    (
        ENGINE + 'members = ["run", "not a name"]\n',
        '4:19 "not a name" | item 2 of `members` is not the name of a member: "not a name"; write the name of a method or attribute, such as "execute"',
    ),
    (
        ENGINE + 'state = "shared"\n',
        '4:9 "shared" | unknown state "shared" for `state`: write "per-instance"',
    ),
    (ENGINE + "state = true\n", '4:9 true | `state` must be a string, not a boolean: write "per-instance"'),
    (ENGINE + "names = [1]\n", '4:10 1 | item 1 of `names` must be a string, not an integer: write "1"'),
    (ENGINE + "summary = 3\n", '4:11 3 | `summary` must be a string, not an integer: write "3"'),
    (ENGINE + 'summary = ["x"]\n', '4:11 ["x"] | `summary` must be a string, not an array: write "x"'),
    (
        ENGINE + 'summary = ["x", "y"]\n',
        '4:11 ["x", "y"] | `summary` must be a string, not an array: write one value in quotes',
    ),
    (ENGINE + "docs = 2025-01-01\n", '4:8 2025-01-01 | `docs` must be a string, not a date: write "2025-01-01"'),
    (
        ENGINE + "owner = { a = 1 }\n",
        "4:9 { a = 1 } | `owner` must be a string, not a table: write one value in quotes",
    ),
    (
        ENGINE + 'allow = "app.*"\n',
        '4:9 "app.*" | `allow` must be an array of strings or tables, not a string: write ["app.*"]',
    ),
    (
        ENGINE + "allow = [1]\n",
        '4:10 1 | item 1 of `allow` must be a string or a table, not an integer: write { path = "app.engine.Engine" }',
    ),
    (
        ENGINE + '[concepts.engine.deprecated]\npath = "app.Old"\n',
        "4:1 [concepts.engine.deprecated] | `deprecated` must be an array of tables, not a table: write [[concepts.engine.deprecated]]",
    ),
    (
        ENGINE + 'deprecated = ["app.Old"]\n',
        '4:15 "app.Old" | item 1 of `deprecated` must be a table, not a string: write { path = "app.Old" }',
    ),
    (
        'version = 1\n[concepts]\nengine = "app.Engine"\n',
        '3:10 "app.Engine" | `engine` must be a table, not a string: write [concepts.engine] and its keys below',
    ),
    (
        "version = 1\nconcepts = []\n",
        "2:12 [] | `concepts` must be a table, not an array: write [concepts] and its keys below",
    ),
    (
        "version = 1\n[[workspace]]\n",
        "2:1 [[workspace]] | `workspace` must be a table, not an array: write [workspace] and its keys below",
    ),
    (
        'version = 1\n[workspace]\nexclude = "x"\n',
        '3:11 "x" | `exclude` must be an array of strings, not a string: write ["x"]',
    ),
    (
        'version = 1\n[workspace]\ncross-references = "true"\n',
        '3:20 "true" | `cross-references` must be true or false, not a string: write true',
    ),
    (
        "version = 1\n[workspace]\nexclude = 1.5\n",
        "3:11 1.5 | `exclude` must be an array of strings, not a float: write [...]",
    ),
    (ENGINE + "summary = 07:32:00\n", '4:11 07:32:00 | `summary` must be a string, not a time: write "07:32:00"'),
    (
        ENGINE + "summary = 2025-01-01 07:32:00\n",
        '4:11 2025-01-01 07:32:00 | `summary` must be a string, not a date with a time: write "2025-01-01 07:32:00"',
    ),
    (ENGINE + 'names = """\na"""\n', '4:9 """\na""" | `names` must be an array of strings, not a string: write [...]'),
    (
        'version = 1\n[rules]\nvarient-file = "error"\n',
        "3:1 varient-file | unknown rule `varient-file`; did you mean `variant-file`?",
    ),
    ('version = 1\n[rules]\nssot101 = "error"\n', "3:1 ssot101 | unknown rule `ssot101`; did you mean `SSOT101`?"),
    (
        'version = 1\n[rules]\nqqq = "error"\n',
        "3:1 qqq | unknown rule `qqq`; write a rule's code or name, such as `deprecated-import`",
    ),
    ('version = 1\n[rules]\nSSOT101 = "eror"\n', '3:11 "eror" | unknown severity "eror" for `SSOT101`: write "error"'),
    (
        'version = 1\n[rules]\nSSOT101 = "loud"\n',
        '3:11 "loud" | unknown severity "loud" for `SSOT101`: write "error", "warning", "information", "hint" or "off"',
    ),
    ("version = 1\n[rules]\nSSOT101 = false\n", '3:11 false | `SSOT101` must be a string, not a boolean: write "off"'),
    (
        "version = 1\n[rules]\nSSOT101 = 1\n",
        '3:11 1 | `SSOT101` must be a string, not an integer: write "error", "warning", "information", "hint" or "off"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = ""\n',
        '3:13 "" | `canonical` is empty: write a dotted path such as "app.engine.Engine"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app/agents.py"\n',
        '3:13 "app/agents.py" | `canonical` is not a dotted path: "app/agents.py" names a file; write "app.agents"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app..x"\n',
        '3:13 "app..x" | `canonical` is not a dotted path: "app..x" lacks a name beside a dot; write "app.x"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = ".app.x"\n',
        '3:13 ".app.x" | `canonical` is not a dotted path: ".app.x" is relative; write "app.x"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app."\n',
        '3:13 "app." | `canonical` is not a dotted path: "app." lacks a name beside a dot; write "app"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app.my-mod.X"\n',
        '3:13 "app.my-mod.X" | `canonical` is not a dotted path: "my-mod" is not a Python name; write names with dots between them, such as "app.engine.Engine"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app.engine:Engine"\n',
        '3:13 "app.engine:Engine" | `canonical` is not a dotted path: "engine:Engine" is not a Python name; write "app.engine.Engine"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app\\\\engine.py"\n',
        '3:13 "app\\\\engine.py" | `canonical` is not a dotted path: "app\\\\engine.py" names a file; write "app.engine"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "app/__init__.py"\n',
        '3:13 "app/__init__.py" | `canonical` is not a dotted path: "app/__init__.py" names a file; write "app"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = "a b"\n',
        '3:13 "a b" | `canonical` is not a dotted path: "a b" is not a Python name; write names with dots between them, such as "app.engine.Engine"',
    ),
    (
        'version = 1\n[concepts.engine]\ncanonical = " "\n',
        '3:13 " " | `canonical` is empty: write a dotted path such as "app.engine.Engine"',
    ),
    (
        OLD + 'path = "app/old.py"\n',
        '5:8 "app/old.py" | `path` is not a dotted path: "app/old.py" names a file; write "app.old"',
    ),
    (OLD + 'path = "app.Old"\nuse = ""\n', '6:7 "" | `use` is empty: write a dotted path such as "app.engine.Engine"'),
    (ENGINE + 'names = [""]\n', '4:10 "" | item 1 of `names` is empty: write a glob such as "*Engine"'),
    (
        ENGINE + 'names = ["*Eng[ine"]\n',
        '4:10 "*Eng[ine" | item 1 of `names` is not a glob: "*Eng[ine" opens a bracket that it does not close; add the ]',
    ),
    (
        ENGINE + 'names = ["app.*Engine"]\n',
        '4:10 "app.*Engine" | item 1 of `names` matches bare names, so "app.*Engine" matches nothing: write "*Engine", or give the whole path as `canonical` or in `allow`',
    ),
    (
        ENGINE + 'names = ["*-Engine"]\n',
        '4:10 "*-Engine" | item 1 of `names` is not a glob of a Python name: "*-Engine"; write letters, digits, _, * and ? only, as in "*Engine"',
    ),
    (
        ENGINE + 'allow = ["app/adapters/*"]\n',
        '4:10 "app/adapters/*" | item 1 of `allow` is not a dotted glob: "app/adapters/*" names a file; write "app.adapters.*"',
    ),
    (
        ENGINE + 'allow = [{ path = "app..x" }]\n',
        '4:19 "app..x" | `path` is not a dotted glob: "app..x"; write names, * and ? with dots between them, as in "app.adapters.*"',
    ),
    (
        ENGINE + 'allow = ["app.[x"]\n',
        '4:10 "app.[x" | item 1 of `allow` is not a glob: "app.[x" opens a bracket that it does not close; add the ]',
    ),
    (
        ENGINE + 'allow = [""]\n',
        '4:10 "" | item 1 of `allow` is empty: write a dotted path or a glob such as "app.adapters.*"',
    ),
    (
        'version = 1\n[concepts.""]\ncanonical = "app.Engine"\n',
        '2:11 "" | [concepts] has an entry without a name: name it or remove it',
    ),
    (
        'version = 1\n[workspace]\nsource-roots = [""]\n',
        '3:17 "" | item 1 of `source-roots` is empty: write "." for the folder of this file',
    ),
    (
        'version = 1\n[workspace]\nsource-roots = ["/src"]\n',
        '3:17 "/src" | item 1 of `source-roots` lies outside the workspace: "/src"; write a folder below this file, such as "src"',
    ),
    (
        'version = 1\n[workspace]\nsource-roots = ["../x"]\n',
        '3:17 "../x" | item 1 of `source-roots` lies outside the workspace: "../x"; write a folder below this file, such as "src"',
    ),
    (
        'version = 1\n[workspace]\nsource-roots = ["src\\\\app"]\n',
        '3:17 "src\\\\app" | item 1 of `source-roots` holds a backslash: "src\\\\app"; write "src/app"',
    ),
    (
        'version = 1\n[workspace]\nsource-roots = ["C:/x"]\n',
        '3:17 "C:/x" | item 1 of `source-roots` lies outside the workspace: "C:/x"; write a folder below this file, such as "src"',
    ),
    (
        'version = 1\n[workspace]\nexclude = [""]\n',
        '3:12 "" | item 1 of `exclude` matches nothing: ""; write a pattern such as "build/" or "*_pb2.py"',
    ),
    (
        'version = 1\n[workspace]\nexclude = ["!"]\n',
        '3:12 "!" | item 1 of `exclude` matches nothing: "!"; write a pattern such as "build/" or "*_pb2.py"',
    ),
    (
        'version = 1\n[workspace]\nexclude = ["# x"]\n',
        '3:12 "# x" | item 1 of `exclude` is a comment in gitignore syntax: "# x"; write "\\\\# x"',
    ),
    (
        'version = 1\n[workspace]\nexclude = ["build\\\\x"]\n',
        '3:12 "build\\\\x" | item 1 of `exclude` holds a backslash: "build\\\\x"; write "build/x"',
    ),
    (
        OLD + 'path = "app.Engine"\n',
        '5:8 "app.Engine" | `app.Engine` is the concept\'s canonical and cannot be deprecated: remove one of the two',
    ),
    (
        OLD + 'path = "app.Old"\nuse = "app.Old"\n',
        '5:8 "app.Old" | `app.Old` is deprecated in favour of itself: give another `use`, or remove the entry',
    ),
    (
        OLD + 'path = "app.Old"\n[[concepts.engine.deprecated]]\npath = "app.Old"\nuse = "app.New"\n',
        '7:8 "app.Old" | `app.Old` is deprecated twice, here in favour of `app.New` and elsewhere of `app.Engine`: keep one of the two',
    ),
    (
        OLD
        + 'path = "app.Old"\n[concepts.other]\ncanonical = "app.Other"\n[[concepts.other.deprecated]]\npath = "app.Old"\n',
        '9:8 "app.Old" | `app.Old` is deprecated twice, here in favour of `app.Other` and elsewhere of `app.Engine`: keep one of the two',
    ),
    (
        ENGINE + '[concepts.other]\ncanonical = "app.Engine"\n',
        '5:13 "app.Engine" | `app.Engine` is already the canonical of concept `engine`: merge the two concepts, or give this one a path of its own',
    ),
    ("version = 1\nversion = 1\n", "2:1 version = 1 | not valid TOML: this key is given twice; keep one of the two"),
    ("version = 1\n[rules]\n[rules]\n", "3:1 [rules] | not valid TOML: this table is given twice; merge the two"),
    ("version = 1\nx = [1", "2:1 x = [1 | not valid TOML: this array does not end; close it with ]"),
    (
        "version = 1\nx = foo",
        "2:5 foo | not valid TOML: this is no value; put strings in quotes, write booleans as true and false",
    ),
    ("version = 1\nx = 'a", "2:1 x = 'a | not valid TOML: this string does not end; close its quotes"),
    ('version = 1\nx = "a\n', '2:1 x = "a | not valid TOML: this string does not end; close its quotes'),
    ("version", "1:1 version | not valid TOML: this key has no value; write key = value"),
    ("[rules\n", "1:1 [rules | not valid TOML: this header does not end; close it as it was opened"),
    (
        "version = 1 2\n",
        "1:13 2 | not valid TOML: something follows the value; put strings in quotes, and each key on a line of its own",
    ),
    ("x = {b = 1\n", "1:1 x = {b = 1 | not valid TOML: this table does not end; close it with }"),
    ("= 1\n", "1:1 = 1 | not valid TOML: this is no key, table or comment; write key = value, [table] or # comment"),
    ('x = "\\q"\n', '1:8 " | not valid TOML: a backslash begins an escape here; double it, or use single quotes'),
    ("x = \n", "1:1 x = | not valid TOML: the file ends where a value should stand; complete it"),
    ("x = [\n", "1:1 x = [ | not valid TOML: the file ends where a value should stand; complete it"),
    ('x = "\\ud800"\n', '1:12 " | not valid TOML: this escape stands for no character; write another'),
    (
        "version = 1\r\n[rules]\r\nx = 'é' y\r\n",
        "3:9 y | not valid TOML: something follows the value; put strings in quotes, and each key on a line of its own",
    ),
    ("\x00", "1:1 \x00 | not valid TOML: this is no key, table or comment; write key = value, [table] or # comment"),
    ("x.y=1\nx=2", "2:1 x=2 | not valid TOML: this key is given twice; keep one of the two"),
    ("a=[]\n[[a]]", "2:1 [[a]] | not valid TOML: this adds to a value that is complete already; merge the two"),
    ("x={a=1,a=2}", "1:1 x={a=1,a=2} | not valid TOML: this key is given twice; keep one of the two"),
    ('"a', '1:1 "a | not valid TOML: this string does not end; close its quotes'),
    ('x = """a', '1:1 x = """a | not valid TOML: this string does not end; close its quotes'),
    ("a.b = 1\n[a]\n", "2:1 [a] | not valid TOML: this table is given twice; merge the two"),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_a_mistake_is_shown_at_its_place_with_its_remedy(text: str, expected: str):
    reading = read(text)
    assert [shown(reading, problem) for problem in reading.problems] == [expected]
    assert reading.registry is None


def test_deep_nesting_and_endless_numbers_are_mistakes_too():
    assert read(f"x = {'[' * 500}").problems[0].message.startswith("not valid TOML: values are nested too deeply")
    assert not read(f"x = {'[' * 390}{']' * 390}").registry
    assert read(f"x = {'9' * 5000}").registry is None


def test_all_mistakes_are_found_at_once_in_the_order_of_the_text():
    reading = read("""
        version = 1
        [rules]
        nonsense = "error"
        [concepts.engine]
        canonical = "app..Engine"
        nmaes = []
        allow = [1, "app.*", "a b"]
        [concepts.other]
        owner = 3
        """)
    assert [shown(reading, problem).partition(" | ")[0] for problem in reading.problems] == [
        "3:1 nonsense",
        '5:13 "app..Engine"',
        "6:1 nmaes",
        "7:10 1",
        '7:22 "a b"',
        "8:11 other",
        "9:9 3",
    ]


def test_a_newer_version_is_the_only_problem_of_its_file():
    assert len(read("version = 2\n[future]\nkey = 1\n").problems) == 1


def test_problems_of_a_concept_name_it_and_show_the_other_place():
    reading = read(f'{ENGINE}[concepts.other]\ncanonical = "app.Engine"\n')
    (problem,) = reading.problems
    assert problem.concept == "other"
    (related,) = problem.places
    assert related.path == "ssot.toml"
    assert reading.source.text[related.span.start : related.span.end] == '"app.Engine"'
    assert related.span.start < problem.span.start


def test_the_places_of_a_file_that_is_not_toml_are_unknown_but_can_be_asked_for():
    reading = read("version = ")
    assert reading.source.key_span("version") == (0, 0)
