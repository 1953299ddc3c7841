r"""How import statements are rewritten: where a name goes, what a statement looks like, and what goes with it.

Each situation is the file `app/case.py` before and after its safe fixes. Before it may stand other files, such as
the project's settings. The registry and the rest of the workspace are the same for all. Below, random imports:
nothing is lost, and what a sorter had put in order stays in order.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import Workspace, fixed_files, split_files

WORKSPACE = """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.new.New"
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    [[concepts.engine.deprecated]]
    path = "app.old.old_helper"
    use = "app.new.helper"
    [[concepts.engine.deprecated]]
    path = "app.old.OLD_LIMIT"
    use = "app.new.LIMIT"
    [[concepts.engine.deprecated]]
    path = "app.old.First"
    use = "app.a_first.First"
    [[concepts.engine.deprecated]]
    path = "app.old.Zed"
    use = "app.zed.Zed"
    [[concepts.engine.deprecated]]
    path = "app.old.Deep"
    use = "app.parts.deep.core.Deep"
    [[concepts.engine.deprecated]]
    path = "app.old.OldPath"
    use = "pathlib.Path"
    [concepts.conf]
    canonical = "app.conf"
    [[concepts.conf.deprecated]]
    path = "app.oldconf"
    #- app/__init__.py
    #- app/a_first.py
    class First: ...
    #- app/new.py
    class New: ...
    class Unit: ...
    def helper(x): ...
    def zip_all(): ...
    LIMIT = 1
    #- app/zed.py
    class Zed: ...
    #- app/parts/__init__.py
    #- app/parts/deep/__init__.py
    #- app/parts/deep/core.py
    class Deep: ...
    #- app/parts/shim.py
    from app.parts.deeper_shim import Deep, First
    #- app/parts/deeper_shim.py
    from app.old import Deep, First
    #- app/parts/inner.py
    #- app/old.py
    from app.a_first import First
    from app.new import LIMIT as OLD_LIMIT, New as Old, helper as old_helper
    from app.parts.deep.core import Deep
    from app.zed import Zed
    from pathlib import Path as OldPath
    Other = Another = 1
    #- app/conf.py
    X = 1
    def load(): ...
    #- app/oldconf.py
    from app.conf import *
    #- app/middle.py
    Middle = 1
    #- app/star.py
    Star = New = 1
    #- app/reader.py
    from app.case import named
"""

SITUATIONS = (Path(__file__).with_name("imports.txt")).read_text("utf-8")


def situations():
    for title, before, after in re.findall(
        r"^## ([^\n]+)\n(.*?)^--\n(.*?)(?=^## |^=== |\Z)", SITUATIONS, re.DOTALL | re.MULTILINE
    ):
        files = before if before.startswith("#- ") else "#- app/case.py\n" + before
        text = split_files(files)["app/case.py"]
        yield pytest.param(files, text if after.strip() == "(unchanged)" else after.rstrip("\n") + "\n", id=title)


def fixed(files: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), WORKSPACE)
        for path, text in split_files(files).items():
            (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
            (workspace.root / path).write_bytes(text.encode())
        return fixed_files(workspace).get("app/case.py", split_files(files)["app/case.py"])


@pytest.mark.parametrize(("files", "after"), list(situations()))
def test_situation(files, after):
    assert fixed(files) == after
    ast.parse(after)


# -- random imports --------------------------------------------------------------------------------------------

NEW = {
    ("app.old", "Old"): ("app.new", "New"),
    ("app.old", "old_helper"): ("app.new", "helper"),
    ("app.old", "OLD_LIMIT"): ("app.new", "LIMIT"),
    ("app.old", "First"): ("app.a_first", "First"),
    ("app.old", "Zed"): ("app.zed", "Zed"),
    ("app.old", "Deep"): ("app.parts.deep.core", "Deep"),
    ("app.old", "OldPath"): ("pathlib", "Path"),
    ("app", "oldconf"): ("app", "conf"),
    (None, "app.oldconf"): (None, "app.conf"),
}
NAMES = {
    "app.old": ["Old", "old_helper", "OLD_LIMIT", "First", "Zed", "Deep", "OldPath", "Other", "Another"],
    "app.new": ["Unit", "zip_all"],
    "app.middle": ["Middle"],
    "app": ["oldconf", "middle", "zed"],
    "os": ["curdir", "sep"],
    "lib10.sub": ["Lib", "lib", "LIB"],
    "lib9": ["thing"],
}
PLAIN = ["os", "sys", "lib9", "app.middle", "app.oldconf", "os.path"]
RELATIVE = {"app.old": ".old", "app.new": ".new", "app.middle": ".middle", "app": "."}
SETTINGS = {
    "default": "",
    "short": "line-length = 40",
    "single-line": "lint.isort.force-single-line = true",
    "mixed": "lint.isort.force-sort-within-sections = true",
    "combined": "lint.isort.combine-as-imports = true",
    "flat": "lint.isort.no-sections = true",
    "plain order": "lint.isort.order-by-type = false",
    "case": "lint.isort.case-sensitive = true",
    "from first": "lint.isort.from-first = true",
    "types apart": "lint.isort.lines-between-types = 1",
    "collapsing": "line-length = 60\nlint.isort.split-on-trailing-comma = false",
    "other parties": 'lint.isort.known-third-party = ["app"]\nlint.isort.known-first-party = ["lib9"]',
    "sections": 'lint.isort.section-order = ["future", "first-party", "standard-library", "libs", "third-party", '
    '"local-folder"]\nlint.isort.sections = { libs = ["lib10"] }\nlint.isort.no-lines-before = ["libs"]',
}

aliases = st.sampled_from([None, None, None, "one", "Two", "THREE"])


def as_text(name: str, alias: str | None) -> str:
    return f"{name} as {alias}" if alias else name


@st.composite
def imported(draw):
    """A module and the names of it, as a statement has them."""
    module = draw(st.sampled_from(list(NAMES)))
    names = draw(st.lists(st.sampled_from(NAMES[module]), min_size=1, max_size=4, unique=True))
    source = draw(st.sampled_from([module, RELATIVE.get(module, module)]))
    return source, [as_text(name, draw(aliases)) for name in names]


tidy = st.one_of(
    imported().map(lambda found: f"from {found[0]} import {', '.join(found[1])}"),
    st.tuples(st.sampled_from(PLAIN), aliases).map(lambda found: f"import {as_text(*found)}"),
)


@st.composite
def sortable(draw):
    """Statements that each bind names of their own: what binds the name of another must not pass it."""
    bound: set[str] = set()
    statements = []
    for statement in draw(st.lists(tidy, min_size=1, max_size=7)):
        head, _, names = statement.rpartition("import ")
        free = []
        for name in names.split(", "):
            local = name.rpartition(" as ")[2].partition(".")[0]
            if local not in bound:
                bound.add(local)
                free.append(name)
        statements += [f"{head}import {', '.join(free)}"] * bool(free)
    return "\n".join(statements)


@st.composite
def untidy(draw):
    """A statement in some layout, with comments that name what they belong to."""
    source, names = draw(imported())
    layout = draw(st.sampled_from(["row", "column", "column", "grid", "backslash", "paren"]))
    if layout == "row":
        return f"from {source} import {', '.join(names)}"
    if layout == "paren":
        return f"from {source} import ({', '.join(names)},)"
    if layout == "grid":
        return f"from {source} import ({', '.join(names[:1])},\n    {', '.join(names[1:]) or 'nothing'})"
    if layout == "backslash":
        return f"from {source} import \\\n    " + ", \\\n    ".join(names)
    comma = draw(st.sampled_from([",", ""]))
    lines = []
    for number, name in enumerate(names):
        above = f"    # above {name}\n" * draw(st.booleans())
        behind = f"  # behind {name}" * draw(st.booleans())
        lines.append(f"{above}    {name}{',' if number < len(names) - 1 else comma}{behind}\n")
    return f"from {source} import (\n{''.join(lines)})"


blocks = st.lists(st.one_of(untidy(), tidy, st.just("import os, app.oldconf")), min_size=1, max_size=6)
joints = st.sampled_from(["\n", "\n", "\n\n", "\n# between\n", "; ", "\nx = 1\n"])


@st.composite
def untidy_files(draw):
    text = ""
    for statement in draw(blocks):
        joint = draw(joints) if text else ""
        text += ("\n" if joint == "; " and "\n" in text.rpartition("\n")[2] + statement else joint) + statement
    if draw(st.booleans()):
        text = "def f():\n" + "\n".join(f"    {line}" if line else line for line in text.split("\n"))
    return text + draw(st.sampled_from(["\n", "", "\n\n\ny = 2\n"]))


def fixed_text(text: str, config: str = "", *, is_sorted: bool = False) -> tuple[str, str, list[str]]:
    """A file before and after its safe fixes, and what ruff has against the order of its imports then."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), WORKSPACE)
        case = workspace.root / "app/case.py"
        case.write_bytes(text.encode())
        if is_sorted:
            (workspace.root / "ruff.toml").write_text(config)
            ruff(case, "--fix", "--quiet")
        before = case.read_bytes().decode()
        after = fixed_files(workspace).get("app/case.py", before)
        return before, after, ruff(case) if is_sorted else []


def ruff(path: Path, *options: str) -> list[str]:
    line = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "I", "--output-format", "json", *options]
    done = subprocess.run([*line, str(path)], capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return [finding["message"] for finding in json.loads(done.stdout or "[]")]


def meanings(text: str) -> set[tuple[str | None, str]]:
    """What a text imports, wherever it stands."""
    found: set[tuple[str | None, str]] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update((None, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, ["app" if node.level else None, node.module]))
            found.update((module, alias.name) for alias in node.names)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(untidy_files())
def test_every_import_is_there_or_its_replacement(text):
    before, after, _ = fixed_text(text)
    expected = {NEW.get(meaning, meaning) for meaning in meanings(before)}
    left = meanings(after)
    assert expected >= left - meanings(before)  # nothing that nobody asked for
    assert {NEW.get(meaning, meaning) for meaning in left} == expected
    for comment in re.findall(r"# above .*|# between", before):
        assert after.count(comment) >= before.count(comment), comment
    for name in ("Other", "Another", "Unit", "Middle"):
        assert (f"# behind {name}\n" in before) <= (f"# behind {name}\n" in after)


@pytest.mark.parametrize("config", SETTINGS.values(), ids=SETTINGS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sortable(), st.sampled_from(["", '"""Text."""\n', "from __future__ import annotations\n"]))
def test_sorted_imports_stay_sorted(config, statements, head):
    before, _after, complaints = fixed_text(f"{head}{statements}\n\nx = 1\n", config, is_sorted=True)
    assert complaints == [], before
