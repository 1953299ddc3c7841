"""Programs that a careless fix would break, run before and after their safe fixes.

`hazards.txt` holds them: `%%` starts one and names it, `$` is the statement that runs it, then come its files. What
a program prints must stay the same; that there is no safe fix for most of them is the point.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness import is_safe, shown, split_files, without_short_cut
from ssot_server.engine import Engine

TEXT = Path(__file__).with_name("hazards.txt").read_text("utf-8")
HAZARDS = [
    pytest.param(statement, files, id=name)
    for name, statement, files in re.findall(
        r"^%% ([^\n]+)\n\$ ([^\n]+)\n(.*?)(?=^%% |\Z)", TEXT, re.DOTALL | re.MULTILINE
    )
]


def run(root: Path, statement: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-B", "-c", statement], cwd=root, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, re.sub(r"0x[0-9a-f]+", "0x", done.stdout)


@pytest.mark.parametrize(("statement", "files"), HAZARDS)
def test_the_program_does_what_it_did(statement, files):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, body in split_files(files).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            version = "version = 1\n" if path == "ssot.toml" and "version" not in body else ""
            (root / path).write_bytes((version + body).encode())
        engine, exact = Engine.open(root), without_short_cut(Engine.open(root))
        assert shown(engine) == shown(exact)
        result = engine.fix(None, is_safe)
        assert result.skipped == ()
        if not result.changed:
            return
        before = run(root, statement)
        assert before[0] == 0, "the program fails by itself"
        assert engine.write(result.changed) == ()
        assert run(root, statement) == before
        assert engine.fix(None, is_safe).changed == {}
