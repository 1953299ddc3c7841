"""Situations as text: one syntactic way in which code reaches a name, with its findings and its fixed text.

A file of situations begins with what they are about and the workspace that they share; `## ` starts each of them:

    ## an import
    from app.old import Old
    #                   ^^^ SSOT101 💡
    x = Old()
    #   ^^^ SSOT103 💡
    --
    from app.new import New
    x = New()

The code is the file `app/case.py`, unless `#- PATH` lines name files. `--` comes before the text after the safe
fixes, `-- unsafe: REASON` before the text after all fixes where there are others, and `-- no fix` stands for both.
`(Python 3.12)` behind a title is the first version whose parser reads the code.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from harness import Workspace, drawn_file, fixed_files, read_notes, split_files

FOLDER = Path(__file__).parent / "fixes" / "situations"
CASE = "app/case.py"
_SITUATION = re.compile(
    r"^## (?P<title>.+?)(?: \(Python 3\.(?P<minor>\d+)\))?\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
_SECTION = re.compile(r"^--(?: (unsafe: .*|no fix))?\n", re.MULTILINE)


class Situation(NamedTuple):
    """One of them, with the workspace that it is in."""

    group: str
    title: str
    minor: int
    """The first Python 3 whose parser reads it."""
    shared: str
    """The files that the situations of its group have in common."""
    code: str
    """Its own files, without notes."""
    text: str
    """All of it, as it stands in the table."""

    @property
    def files(self) -> dict[str, str]:
        return split_files(self.code)

    @property
    def is_readable(self) -> bool:
        return sys.version_info >= (3, self.minor)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        with tempfile.TemporaryDirectory() as folder:
            yield Workspace(Path(folder).resolve(), f"{self.shared}\n{self.code}")

    def drawn(self) -> str:
        """The situation as it is: to be compared with the table, and to be pasted into it."""
        own = self.files
        with self.workspace() as workspace:
            notes = [note._replace(message="") for note in workspace.found() if note.path in own]
            fixes = [finding.fix for finding in workspace.engine.check().findings]
            reasons = [fix.unsafe for fix in fixes if fix is not None and fix.unsafe is not None]
            every = fixed_files(workspace, unsafe=True, write=False)
            safe = fixed_files(workspace)
        drawn = _joined(
            {path: drawn_file(body, [note for note in notes if note.path == path]) for path, body in own.items()}
        )
        if safe:
            drawn += f"--\n{_joined(safe)}"
        if every != safe:
            drawn += f"-- unsafe: {reasons[0]}\n{_joined(every)}"
        return drawn if every else f"{drawn}-- no fix\n"


def situations() -> Iterator[Situation]:
    """All of them, in the order of the table."""
    for file in sorted(FOLDER.glob("*.txt")):
        yield from read(file)


def read(file: Path) -> Iterator[Situation]:
    """The situations of one file."""
    head, mark, rest = file.read_text("utf-8").partition("\n## ")
    shared = head[head.index("#- ") :]
    for found in _SITUATION.finditer(mark[1:] + rest):
        body = found["body"].rstrip("\n") + "\n"
        code = _SECTION.split(body)[0]
        if not code.startswith("#- "):
            code = f"#- {CASE}\n{code}"
        plain = {path: read_notes(path, text)[0] for path, text in split_files(code).items()}
        code = "".join(f"#- {path}\n{text}" for path, text in plain.items())
        yield Situation(file.stem, found["title"], int(found["minor"] or 10), shared, code, body)


def _joined(files: Mapping[str, str]) -> str:
    if list(files) == [CASE]:
        return files[CASE]
    return "".join(f"#- {path}\n{text}" for path, text in files.items())
