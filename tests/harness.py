"""Tests as annotated text: a workspace in one string, its findings drawn under the code.

    #- app/views.py
    from app.api import User
    #                   ^^^^ SSOT102 💡 `User` lives in `app.models`

`#- PATH` starts a file. Carets mark the finding in the line above them; then come its code, 💡 for a safe fix
or ⚠ for an unsafe one, and its message (left out: any; ending in `…`: so far). `#<^^^` marks from the line's first
column, where the `#` is in the way. Every finding must be drawn and every drawn finding must be found.
"""

from __future__ import annotations

import ast
import re
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ssot_rules.contract import Applicability
from ssot_server.engine import Engine
from ssot_server.index.snapshot import Reach, Snapshot
from ssot_server.lines import Lines
from ssot_server.report import Finding

_FILE = re.compile(r"#- (?P<path>\S[^\n]*)\n")
_NOTE = re.compile(
    r"[ \t]*#[ ]*(?P<first><)?(?P<carets>\^+) (?P<code>SSOT\d+)(?: (?P<mark>💡|⚠))?(?: (?P<message>.*))?"
)
_MARKS = {Applicability.SAFE: "💡", Applicability.UNSAFE: "⚠", Applicability.DISPLAY: "", None: ""}


class Note(NamedTuple):
    """A finding as it is drawn."""

    path: str
    row: int
    column: int
    width: int
    code: str
    mark: str
    message: str


def split_files(text: str) -> dict[str, str]:
    """The files of an annotated workspace, annotations included."""
    parts = _FILE.split(textwrap.dedent(text).lstrip("\n"))
    assert not parts[0].strip(), f"text before the first file: {parts[0]!r}"
    return {
        path: body.rstrip() + "\n" if body.strip() else "" for path, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def read_notes(path: str, body: str) -> tuple[str, list[Note]]:
    """A file's own text and the findings that are drawn into it."""
    lines: list[str] = []
    notes: list[Note] = []
    for line in body.split("\n"):
        match = _NOTE.fullmatch(line)
        if match:
            width = len(match["carets"])
            column = 1 if match["first"] else match.start("carets") + 1
            notes.append(
                Note(path, len(lines), column, width, match["code"], match["mark"] or "", match["message"] or "")
            )
        else:
            lines.append(line)
    return "\n".join(lines), notes


class Workspace:
    """An annotated workspace on disk."""

    def __init__(self, root: Path, text: str) -> None:
        self.root = root
        self.notes: list[Note] = []
        self.texts: dict[str, str] = {}
        files = {"ssot.toml": "version = 1\n", **split_files(text)}
        for path, body in files.items():
            if path == "ssot.toml" and "version" not in body:
                body = "version = 1\n" + body
            own, notes = read_notes(path, body)
            self.notes += notes
            self.texts[path] = own
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(own.encode())
        self.engine = Engine.open(root)

    def found(self) -> list[Note]:
        return [self._note(finding) for finding in self.engine.check().findings]

    def _note(self, finding: Finding) -> Note:
        text = self.engine.text(finding.path) or ""
        span = finding.diagnostic.span
        row, column = Lines(text).row_column(span.start)
        fix = finding.fix
        mark = _MARKS[fix.applicability if fix else None]
        return Note(
            finding.path, row, column, span.end - span.start, finding.rule.code, mark, finding.diagnostic.message
        )

    def drawn(self, notes: list[Note]) -> str:
        """The workspace with these findings drawn, to paste into a test."""
        return "".join(
            f"#- {path}\n{drawn_file(body, [note for note in notes if note.path == path])}"
            for path, body in self.texts.items()
        )


def drawn_file(body: str, notes: list[Note]) -> str:
    """A file's text with its findings drawn into it."""
    lines = []
    for row, line in enumerate(body.rstrip("\n").split("\n"), 1):
        lines.append(line)
        for note in notes:
            if note.row == row:
                mark = f" {note.mark}" if note.mark else ""
                lead = "#<" if note.column == 1 else "#" + " " * (note.column - 2)
                lines.append(f"{lead}{'^' * note.width} {note.code}{mark} {note.message}".rstrip())
    return "\n".join(lines) + "\n" if body else ""


def check(text: str) -> None:
    """Assert that the findings of a workspace are exactly those drawn into it."""
    with tempfile.TemporaryDirectory() as folder:
        _assert_findings(Workspace(Path(folder).resolve(), text))


def check_fix(text: str, after: str, *, unsafe: bool = False) -> None:
    """Assert the findings, and what the files are after the safe fixes (or all, with `unsafe`).

    `after` holds the files that change, whole. The fixed files parse, and fixing again changes nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), text)
        _assert_findings(workspace)
        assert fixed_files(workspace, unsafe=unsafe) == split_files(after)


def fixed_files(workspace: Workspace, *, unsafe: bool = False, write: bool = True) -> dict[str, str]:
    """Fix the workspace; the text of each file that changed, which is on disk then unless `write` says otherwise."""
    wanted = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}

    def select(finding: Finding) -> bool:
        return finding.fix is not None and finding.fix.applicability in wanted

    result = workspace.engine.fix(None, select)
    assert result.skipped == ()
    fixed = {path: result.changed[path][1] for path in sorted(result.changed)}
    for path, text in fixed.items():
        if path.endswith(".py"):
            ast.parse(text)
    if write:
        assert workspace.engine.write(result.changed) == ()
        assert workspace.engine.fix(None, select).changed == {}, "fixing again changes something"
        return {path: (workspace.root / path).read_bytes().decode() for path in fixed}
    return fixed


def fix_titles(text: str) -> list[str]:
    """What the fixes of a workspace say, each once."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), text)
        fixes = [finding.fix for finding in workspace.engine.check().findings]
        return list(dict.fromkeys(fix.message for fix in fixes if fix is not None))


class _EveryName(frozenset[str]):
    """All names: nothing is left out because of what it is called."""

    def __iter__(self) -> Iterator[str]:
        yield ""  # every text holds it

    def __or__(self, _: object) -> _EveryName:
        return self

    def isdisjoint(self, _: object) -> bool:
        return False

    def __contains__(self, _: object) -> bool:
        return True


def without_short_cut(engine: Engine) -> Engine:
    """The engine, made to parse every file and to follow every name."""
    outline = engine._store.outline
    engine._store.outline = lambda path: outline(path)._replace(asks=(), is_clear=False)
    make = engine._fresh_snapshot

    def fresh_snapshot() -> Snapshot:
        snapshot = make()
        snapshot.take_reach(Reach(engine._workspace_tree().every, _EveryName(), frozenset()))
        return snapshot

    engine._fresh_snapshot = fresh_snapshot
    return engine


def is_safe(finding: Finding) -> bool:
    fix = finding.fix
    return fix is not None and fix.applicability == Applicability.SAFE


def shown(engine: Engine) -> list[tuple[object, ...]]:
    """The findings with their fixes, to be compared with those of another engine."""
    return [
        (finding.path, finding.rule.code, finding.diagnostic.span, finding.fix) for finding in engine.check().findings
    ]


def _assert_findings(workspace: Workspace) -> None:
    found = workspace.found()
    fits = len(found) == len(workspace.notes) and all(
        note[:6] == expected[:6] and _says(note.message, expected.message)
        for note, expected in zip(sorted(found), sorted(workspace.notes), strict=False)
    )
    assert fits, f"found:\n{workspace.drawn(sorted(found))}\n\nexpected:\n{workspace.drawn(sorted(workspace.notes))}"


def _says(message: str, expected: str) -> bool:
    if expected.endswith("…"):
        return message.startswith(expected[:-1])
    return expected in {"", message}
