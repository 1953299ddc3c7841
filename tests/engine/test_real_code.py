"""On code that people wrote: no short cut, no cache and no second process changes what is found."""

import ast
import importlib.util
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.test_incremental import shown
from harness import without_short_cut
from ssot_server import engine as engines
from ssot_server.cache import Cache
from ssot_server.engine import Engine

PACKAGES = ["click", "hypothesis", "lsprotocol", "pygls", "rich"]
_ENTRIES = 12


def copy(package: str, root: Path) -> None:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    shutil.copytree(Path(found.origin).parent, root / package, ignore=shutil.ignore_patterns("*.so", "__pycache__"))


def imported_paths(root: Path) -> Iterator[str]:
    """Every dotted path that a `from` import of the package's own modules spells."""
    for file in sorted(root.rglob("*.py")):
        module = file.relative_to(root).with_suffix("").parts
        package = module[:-1]
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else ()
                source = ".".join([*base, *([node.module] if node.module else [])])
                if source.startswith(module[0]):
                    yield from (f"{source}.{alias.name}" for alias in node.names if alias.name != "*")


def registry(root: Path, seed: int) -> str:
    """Some of what the code imports is deprecated for something else that it imports."""
    paths = sorted(set(imported_paths(root)))
    chosen = random.Random(seed).sample(paths, min(2 * _ENTRIES, len(paths) // 2 * 2))
    pairs = zip(chosen[::2], chosen[1::2], strict=True)
    tables = (
        f'[concepts.c{number}]\ncanonical = "{new}"\nnames = ["*{new.rpartition(".")[2]}"]\n'
        f'[[concepts.c{number}.deprecated]]\npath = "{old}"\n'
        for number, (old, new) in enumerate(pairs)
    )
    return "version = 1\n" + "".join(tables)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_short_cut_changes_the_result(package, tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "_MANY", 2)
    copy(package, tmp_path)
    (tmp_path / "ssot.toml").write_text(registry(tmp_path, seed=len(package)), encoding="utf-8")
    expected = shown(without_short_cut(Engine.open(tmp_path)).check())
    assert expected
    for engine in (
        Engine.open(tmp_path, jobs=2),
        Engine.open(tmp_path, cache=Cache.open, lean=True),
        Engine.open(tmp_path, cache=Cache.open),
    ):
        assert shown(engine.check()) == expected
