"""The terminal and the editor say the same about the same text."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from e2e.editor import Editor, visual_studio_code_pulling, with_encodings

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Start

pytestmark = pytest.mark.asyncio

VIEWS = "app/views.py"
TEXT = """\
# \U0001f600
from app import old as vieux; from app.old import Engine as Moteur

é = '\U0001f600漢'; x: 'Moteur' = vieux.Engine(é)\r
class Sub(Moteur): pass

def broken(:
    Moteur(
"""

_SEVERITIES = {
    types.DiagnosticSeverity.Error: "error",
    types.DiagnosticSeverity.Warning: "warning",
    types.DiagnosticSeverity.Information: "information",
    types.DiagnosticSeverity.Hint: "hint",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_the_same_findings(start: Start, workspace: Path, encoding: str) -> None:
    (workspace / VIEWS).write_bytes(TEXT.encode())
    done = subprocess.run(
        [sys.executable, "-m", "ssot_server", "check", "--output-format", "json"],
        cwd=workspace,
        capture_output=True,
        timeout=60,
        check=False,
    )
    terminal = json.loads(done.stdout)
    assert {item["code"] for item in terminal} >= {"SSOT101", "SSOT103", "SSOT104", "SSOT105"}
    assert {item["filename"] for item in terminal} == {VIEWS}

    editor = await start(with_encodings(visual_studio_code_pulling(), encoding))
    editor.open(VIEWS)
    found = [_as_terminal(editor, diagnostic) for diagnostic in await editor.diagnostics(VIEWS)]
    assert found == [{key: item[key] for key in found[0]} for item in terminal]


def _as_terminal(editor: Editor, diagnostic: types.Diagnostic) -> dict[str, Any]:
    assert diagnostic.severity is not None
    assert diagnostic.code_description is not None
    data: Any = diagnostic.data
    return {
        "code": diagnostic.code,
        "name": data["name"] if isinstance(data, dict) else data.name,
        "severity": _SEVERITIES[diagnostic.severity],
        "message": diagnostic.message,
        "location": _place(editor, diagnostic.range.start),
        "end_location": _place(editor, diagnostic.range.end),
        "url": diagnostic.code_description.href,
    }


def _place(editor: Editor, position: types.Position) -> dict[str, int]:
    """Row and column, counted from 1 in characters."""
    text = editor.texts[VIEWS]
    offset = editor.offset(text, position)
    return {"row": position.line + 1, "column": offset - editor.offset(text, types.Position(position.line, 0)) + 1}
