"""What needs type inference: which class an expression's value has. Served by jedi, the only user of it.

jedi reads sources and runs none of the workspace's code; it is confined to the interpreter that runs the server,
so that no environment found in the workspace is started.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from ssot_rules.index import Place
from ssot_server.lines import Lines

_log = logging.getLogger(__name__)


def infer(root: Path, source_roots: Sequence[str], path: str, text: str, offset: int) -> Place | None:
    """The class, function or module that the expression at an offset evaluates to, when the workspace defines it.

    `source_roots` are relative to `root`. None where nothing can be inferred; never raises.
    """
    import jedi
    from jedi.api.environment import InterpreterEnvironment

    row, column = Lines(text).row_column(offset)
    folders = [str(root / folder) for folder in source_roots]
    try:
        project = jedi.Project(root, sys_path=folders, smart_sys_path=False, load_unsafe_extensions=False)
        script = jedi.Script(text, path=root / path, project=project, environment=InterpreterEnvironment())
        names = script.infer(row, column - 1)
    except Exception:  # noqa: BLE001 - jedi raises anything on code that it does not understand
        _log.debug("jedi failed at %s:%d:%d", path, row, column, exc_info=True)
        return None
    for name in names:
        if name.module_path is None or not name.full_name or not name.module_path.is_relative_to(root):
            continue
        home = name.module_path.relative_to(root).as_posix()
        qualname = name.full_name.removeprefix(name.module_name or "").lstrip(".")
        return Place(home, qualname)
    return None
