"""What the modules of a tree hold when they are imported, asked of a Python of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_PROGRAM = """
import importlib, json, os, sys, warnings
warnings.simplefilter("ignore")
def meaning(value):
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    return f"{type(value).__name__} {getattr(value, '__module__', '')}.{name}" if isinstance(name, str) else type(value).__name__
found = {}
for name in json.load(open(sys.argv[1])):
    try:
        module = importlib.import_module(name)
        found[name] = {str(key): meaning(value) for key, value in list(vars(module).items()) if not str(key).startswith("__")}
    except BaseException as error:
        found[name] = f"{type(error).__name__}: {error}"[:200]
with open(sys.argv[2], "w") as answer:
    json.dump(found, answer)
os._exit(0)  # whatever threads they have started
"""

Held = Mapping[str, "Mapping[str, str] | str"]
"""What each module holds: its names and what they mean, or why it cannot be imported."""


def held(root: Path, modules: Iterable[str], libraries: Iterable[Path], timeout: float) -> Held:
    """What the modules below a folder hold; nothing where the Python that is asked does not come to its end."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder, "asked.json"), Path(folder, "answer.json")
        asked.write_text(json.dumps(sorted(modules)), "utf-8")
        env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, [root, *libraries])),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-c", _PROGRAM, str(asked), str(answer)]
        try:
            subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False, timeout=timeout)
            found: Held = json.loads(answer.read_text("utf-8"))
        except (subprocess.TimeoutExpired, OSError, ValueError):
            return {}
    return found
