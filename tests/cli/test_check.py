"""What `ssot check` checks, fixes and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import FILES, Runner, write_files

SAFE_FIXED = "from app.new import Engine\n\nengine = Engine(2)\n"
UNSAFE_FIXED = "from app.new import Engine\n\nengine = Engine(2, colour='red')\n"


def codes(ssot: Runner, *arguments: str) -> list[tuple[str, str]]:
    found = json.loads(ssot("check", "--output-format", "json", *arguments).stdout)
    return [(item["filename"], item["code"]) for item in found]


def test_everything_below_the_current_folder_by_default(workspace: Path, ssot: Runner):
    assert codes(ssot) == [
        ("app/safe.py", "SSOT101"),
        ("app/safe.py", "SSOT103"),
        ("app/unsafe.py", "SSOT101"),
        ("app/unsafe.py", "SSOT103"),
    ]


def test_only_the_files_and_folders_asked_for(workspace: Path, ssot: Runner):
    write_files(workspace, {"other/user.py": "import app.old\n\napp.old.OldEngine()\n"})
    assert codes(ssot, "app/safe.py", "other") == [
        ("app/safe.py", "SSOT101"),
        ("app/safe.py", "SSOT103"),
        ("other/user.py", "SSOT103"),
    ]


def test_file_names_are_relative_to_the_current_folder(workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(workspace / "app")
    assert {name for name, _ in codes(ssot)} == {"safe.py", "unsafe.py"}
    monkeypatch.chdir(workspace.parent)
    assert {name for name, _ in codes(ssot, "work")} == {"work/app/safe.py", "work/app/unsafe.py"}
    monkeypatch.chdir(workspace / "app")
    assert {name for name, _ in codes(ssot, "..")} == {"safe.py", "unsafe.py"}


def test_each_path_has_the_registry_nearest_to_it(workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    second = workspace.parent / "second"
    write_files(second, FILES)
    monkeypatch.chdir(workspace.parent)
    assert [name for name, _ in codes(ssot, "work/app/safe.py", "second/app/safe.py")] == [
        "second/app/safe.py",
        "second/app/safe.py",
        "work/app/safe.py",
        "work/app/safe.py",
    ]


def test_a_registry_of_the_users_choice(workspace: Path, ssot: Runner):
    write_files(workspace, {"strict.toml": 'version = 1\n[concepts.engine]\ncanonical = "app.gone.Engine"\n'})
    assert codes(ssot, "--config", "strict.toml") == [("strict.toml", "SSOT402")]
    run = ssot("check", "--config", "strict.toml", "..")
    assert (run.status, run.stdout) == (2, "")
    assert "lies outside of" in run.stderr


def test_findings_in_the_registry_are_shown_where_it_is_asked_for(workspace: Path, ssot: Runner):
    write_files(workspace, {"ssot.toml": 'version = 1\n[concepts.engine]\ncanonical = "app.gone.Engine"\n'})
    assert codes(ssot) == codes(ssot, "ssot.toml") == [("ssot.toml", "SSOT402")]
    assert codes(ssot, "app") == []


# -- the exit status --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), 1),
        (("app/clean.py",), 0),
        (("--exit-zero",), 0),
        (("app/safe.py", "--fix"), 0),
        (("app/safe.py", "--fix", "--exit-non-zero-on-fix"), 1),
        (("app/clean.py", "--fix", "--exit-non-zero-on-fix"), 0),
        (("app/unsafe.py", "--fix"), 1),
        (("app/unsafe.py", "--fix", "--unsafe-fixes"), 0),
        (("app/safe.py", "--diff"), 1),
        (("app/safe.py", "--diff", "--exit-zero"), 0),
        (("app/clean.py", "--diff"), 0),
        (("--ignore", "SSOT1"), 0),
        (("--statistics",), 1),
        (("missing.py",), 2),
        (("--output-format", "xml"), 2),
        (("--select", "SSOT999"), 2),
        (("--config", "missing.toml"), 2),
        (("--stdin-filename", "a.py", "app"), 2),
        (("--nonsense",), 2),
    ],
)
def test_exit_status(workspace: Path, ssot: Runner, arguments: tuple[str, ...], status: int):
    assert ssot("check", *arguments).status == status


@pytest.mark.parametrize(("severity", "status"), [("error", 1), ("warning", 1), ("information", 0), ("hint", 0)])
def test_only_errors_and_warnings_are_violations(workspace: Path, ssot: Runner, severity: str, status: int):
    rules = f'[rules]\nSSOT101 = "{severity}"\nSSOT103 = "{severity}"\n'
    write_files(workspace, {"ssot.toml": FILES["ssot.toml"] + rules})
    run = ssot("check", "--output-format", "concise")
    assert run.status == status
    assert len(run.stdout.splitlines()) > 4
    assert ("Found 4 violations." in run.stdout) == (status == 1)
    assert ("No violations and 4 remarks in 6 files." in run.stdout) == (status == 0)


def test_a_broken_registry_shows_its_mistakes_whatever_is_asked_for(workspace: Path, ssot: Runner):
    write_files(workspace, {"ssot.toml": "version = 1\n[concepts.engine]\ncanonical = 3\n"})
    run = ssot("check", "app/safe.py", "--select", "SSOT1", "--output-format", "concise", "--exit-zero")
    assert run.status == 2
    assert run.stdout.startswith("ssot.toml:3:13: SSOT401 ")
    assert run.stderr == "error: ssot.toml has mistakes; no code was checked\n"


def test_no_registry_at_all(tmp_path: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    run = ssot("check")
    assert (run.status, run.stdout) == (2, "")
    assert "no ssot.toml in" in run.stderr
    assert str(tmp_path) in run.stderr
    assert "version = 1" in run.stderr


def test_files_that_are_not_checked_are_said(workspace: Path, ssot: Runner):
    write_files(workspace, {"notes.txt": "", "app/latin.py": ""})
    (workspace / "app/latin.py").write_bytes("# é OldEngine\n".encode("latin-1"))
    run = ssot("check", "notes.txt", "app/clean.py", "app/latin.py")
    assert run.status == 0
    assert "warning: notes.txt is not checked: it is excluded or no Python file\n" in run.stderr
    assert "warning: app/latin.py: line 1 is not utf-8" in run.stderr


# -- choosing rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--select", "SSOT101"), {"SSOT101"}),
        (("--select", "deprecated-import"), {"SSOT101"}),
        (("--select", "ssot10"), {"SSOT101", "SSOT103"}),
        (("--select", "SSOT101, SSOT103"), {"SSOT101", "SSOT103"}),
        (("--select", "SSOT101", "--select", "SSOT103"), {"SSOT101", "SSOT103"}),
        (("--ignore", "SSOT101"), {"SSOT103"}),
        (("--select", "SSOT101", "--ignore", "SSOT1"), set()),
        (("--select", "SSOT2"), set()),
    ],
)
def test_select_and_ignore(workspace: Path, ssot: Runner, arguments: tuple[str, ...], expected: set[str]):
    assert {code for _, code in codes(ssot, *arguments)} == expected


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("SSOT100", "did you mean `SSOT10"),
        ("deprecated-imports", "did you mean `deprecated-import`?"),
        ("F401", "`ssot rule --all` lists them"),
    ],
)
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_unknown_rules_are_a_usage_error(workspace: Path, ssot: Runner, option: str, word: str, hint: str):
    run = ssot("check", option, f"SSOT101,{word}")
    assert (run.status, run.stdout) == (2, "")
    assert f"`{word}` is no rule" in run.stderr
    assert hint in run.stderr


# -- fixing -----------------------------------------------------------------------------------------------


def test_fix_applies_what_is_safe(workspace: Path, ssot: Runner):
    run = ssot("check", "--fix", "--output-format", "concise")
    assert run.stdout.splitlines()[-2:] == [
        "Found 4 violations (2 fixed, 2 remaining).",
        "2 more fixable with `--unsafe-fixes`.",
    ]
    assert (workspace / "app/safe.py").read_text() == SAFE_FIXED
    assert (workspace / "app/unsafe.py").read_text() == FILES["app/unsafe.py"]


def test_fix_applies_what_is_unsafe_on_request(workspace: Path, ssot: Runner):
    run = ssot("check", "--fix", "--unsafe-fixes")
    assert run.stdout == "Found 4 violations (4 fixed, 0 remaining).\n"
    assert (workspace / "app/unsafe.py").read_text() == UNSAFE_FIXED
    assert ssot("check", "--fix", "--unsafe-fixes").stdout == "No violations in 6 files.\n"


def test_unsafe_fixes_alone_change_nothing(workspace: Path, ssot: Runner):
    run = ssot("check", "--unsafe-fixes", "--output-format", "concise")
    assert "app/unsafe.py:1:21: SSOT101[*] " in run.stdout
    assert "[*] 4 fixable with `--fix`." in run.stdout
    assert (workspace / "app/unsafe.py").read_text() == FILES["app/unsafe.py"]


def test_fix_keeps_to_the_paths_and_the_rules(workspace: Path, ssot: Runner):
    ssot("check", "--fix", "app/clean.py")
    ssot("check", "--fix", "--select", "SSOT201")
    assert (workspace / "app/safe.py").read_text() == FILES["app/safe.py"]


def test_what_is_left_is_shown_where_it_is_after_the_fix(workspace: Path, ssot: Runner):
    text = "from app.old import OldEngine as E\nimport app.old\n\nE(2); app.old.OldEngine(2, colour='red')\n"
    write_files(workspace, {"app/both.py": text})
    run = ssot("check", "--fix", "app/both.py", "--output-format", "json")
    for item in json.loads(run.stdout):
        line = (workspace / "app/both.py").read_text().splitlines()[item["location"]["row"] - 1]
        assert "OldEngine" in line[item["location"]["column"] - 1 : item["end_location"]["column"] - 1]
    assert json.loads(run.stdout)


def test_a_file_that_cannot_be_written_is_an_error(workspace: Path, ssot: Runner, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError("the disk is full")

    monkeypatch.setattr("ssot_server.engine.write_source", refuse)
    run = ssot("check", "--fix", "app/safe.py")
    assert run.status == 2
    assert "error: app/safe.py: the disk is full" in run.stderr


# -- standard input ---------------------------------------------------------------------------------------


def test_standard_input_stands_for_a_file(workspace: Path, ssot: Runner):
    assert codes_of(ssot, b"x = 1\n", "app/safe.py") == []
    assert codes_of(ssot, b"from app.old import OldEngine\n", "app/clean.py") == ["SSOT101"]
    assert codes_of(ssot, b"from .old import OldEngine\n", "app/not_there_yet.py") == ["SSOT101"]
    assert codes_of(ssot, b"version = 2\n", "ssot.toml") == ["SSOT401"]


def codes_of(ssot: Runner, text: bytes, name: str) -> list[str]:
    run = ssot("check", "--stdin-filename", name, "--output-format", "json", stdin=text)
    found = json.loads(run.stdout)
    assert {item["filename"] for item in found} <= {name}
    return [item["code"] for item in found]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FILES["app/safe.py"].encode(), SAFE_FIXED.encode()),
        (FILES["app/safe.py"].replace("\n", "\r\n").encode(), SAFE_FIXED.replace("\n", "\r\n").encode()),
        (b"\xef\xbb\xbf" + FILES["app/safe.py"].encode(), b"\xef\xbb\xbf" + SAFE_FIXED.encode()),
        (FILES["app/unsafe.py"].encode(), FILES["app/unsafe.py"].encode()),
        (b"nothing('to', 'fix')", b"nothing('to', 'fix')"),
        (b"", b""),
    ],
)
def test_fixed_standard_input_goes_to_standard_output(workspace: Path, ssot: Runner, before: bytes, after: bytes):
    run = ssot("check", "--fix", "--stdin-filename", "app/safe.py", stdin=before)
    assert run.stdout.encode() == after
    assert run.stderr.startswith(("Found ", "No violations", "warning["))
    assert (workspace / "app/safe.py").read_text() == FILES["app/safe.py"]


def test_standard_input_survives_a_broken_registry(workspace: Path, ssot: Runner):
    write_files(workspace, {"ssot.toml": "version = 'x'\n"})
    run = ssot("check", "--fix", "--stdin-filename", "app/safe.py", stdin=b"x = 1\n")
    assert (run.status, run.stdout) == (2, "x = 1\n")
    assert "SSOT401" in run.stderr


def test_standard_input_that_is_no_text(workspace: Path, ssot: Runner):
    run = ssot("check", "--stdin-filename", "app/safe.py", stdin=b"caf\xe9\n")
    assert (run.status, run.stdout) == (2, "")
    assert "line 1 is not utf-8" in run.stderr


def test_a_registry_below_another_governs_its_folder(workspace: Path, ssot: Runner):
    inner = 'version = 1\n[concepts.tool]\ncanonical = "tools.new.Tool"\n[[concepts.tool.deprecated]]\npath = "tools.old.Tool"\n'
    write_files(
        workspace,
        {
            "part/ssot.toml": inner,
            "part/tools/new.py": "class Tool: ...\n",
            "part/tools/old.py": "class Tool: ...\n",
            "part/tools/use.py": "from tools.old import Tool\nfrom app.old import OldEngine\n",
            "part/deep/ssot.toml": inner,
            "part/deep/tools/new.py": "class Tool: ...\n",
            "part/deep/tools/old.py": "class Tool: ...\n",
            "part/deep/use.py": "from tools.old import Tool\n",
        },
    )

    def found(*arguments: str) -> list[str]:
        lines = ssot("check", "--output-format", "concise", *arguments).stdout.splitlines()
        return [line.partition(":")[0] for line in lines if " SSOT" in line and line.startswith("part")]

    assert found() == ["part/deep/use.py", "part/tools/use.py"]
    assert found("part") == ["part/deep/use.py", "part/tools/use.py"]
    assert found("part/tools") == ["part/tools/use.py"]
    assert found("part/deep", "part/tools/use.py") == ["part/deep/use.py", "part/tools/use.py"]
    assert found("app") == []
    (workspace / "part/ssot.toml").unlink()
    assert found("part/tools") == ["part/tools/use.py"]  # the outer registry speaks of it again
