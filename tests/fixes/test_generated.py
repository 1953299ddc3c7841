"""Random programs do after their safe fixes what they did before."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from harness import is_safe
from programs import CHANGING, FIXED, REGISTRY, programs, run
from ssot_server.engine import Engine

EXAMPLES = int(os.environ.get("SSOT_EXAMPLES", "150"))
BROUGHT = {"New", "helper", "Unit", "conf", "app", "load", "size"}
"""What fixes may bring into a module under its own name."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    root: Path = tmp_path_factory.mktemp("programs")
    for path, text in {"ssot.toml": REGISTRY, **FIXED, **dict.fromkeys(CHANGING, "")}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return Engine.open(root)


def fixed(engine: Engine, files: dict[str, str]) -> dict[str, str]:
    """The files with their safe fixes, but for those that bind what nothing binds: they are there to make a program do
    something else."""
    for path, text in files.items():
        engine.set_text(path, text)
    result = engine.fix(None, lambda finding: is_safe(finding) and finding.rule.code != "SSOT109")
    assert result.skipped == ()
    return {**files, **{path: after for path, (_, after) in result.changed.items()}}


def is_only_imported(name: str, text: str) -> bool:
    """Whether a text gives a name to nothing but what it imports: an import that nothing uses any more goes, and a fix
    may bring something else under its name."""
    nodes = list(ast.walk(ast.parse(text)))
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in nodes
        for alias in getattr(node, "names", ())
        if isinstance(alias, ast.alias)
    }
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    defined = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return name in imported - stored - defined


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_programs_do_what_they_did(engine: Engine, files: dict[str, str]):
    try:
        for text in files.values():
            compile(text, "program", "exec")
    except SyntaxError:  # a name that is global and local, a star in a function
        assume(False)
    after = fixed(engine, files)
    for text in after.values():
        ast.parse(text)
    assert fixed(engine, after) == after
    if after == files:
        return
    printed, meant = run({**FIXED, **files})
    if len(meant) < len(files) or "NameError" in printed:  # a program that fails may fail otherwise, or no longer
        return
    printed_then, means = run({**FIXED, **after})
    assert printed_then == printed
    for path, known in meant.items():
        for name, meaning in known.items():
            if name in means[path]:
                moved = meaning.replace("app.legacy.Legacy", "app.new.New").replace("app.oldconf", "app.conf")
                assert means[path][name] in {meaning, moved} or (
                    name in BROUGHT and is_only_imported(name, files[path])
                )
        assert means[path].keys() - known.keys() <= BROUGHT
