"""Hover and definition, asked by a marker in the text: `‸` stands before the character in question."""

import pytest

from harness import split_files
from ssot_server import ide
from ssot_server.engine import Engine

WORKSPACE = """
    #- ssot.toml
    version = 1
    [concepts.engine]
    canonical = "app.new.New"
    summary = "Runs things."
    docs = "docs/engine.md"
    owner = "@core"
    names = ["*Engine"]
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    reason = "shares state"
    #- app/__init__.py
    #- app/new.py
    class New:
        def run(self): ...
    #- app/old.py
    class Old:
        def run(self): ...
    #- app/rival.py
    class FastEngine: ...
"""


def ask(tmp_path, use, function=ide.hover, path="app/use.py"):
    files = {**split_files(WORKSPACE), **({path: use} if use else {})}
    offset = files[path].index("‸")
    files[path] = files[path].replace("‸", "")
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body.encode())
    return function(Engine.open(tmp_path), path, offset)


@pytest.mark.parametrize(
    "use",
    [
        "from app.old import O‸ld\n",
        "from app.old import Old\nOld‸()\n",
        "from app.old import Old as X\nx: ‸X\n",
        "import app.old\napp.old.‸Old\n",
        "from app.old import Old\ndef f(x: 'O‸ld'): ...\n",
        "patch('app.old.‸Old')\n",
        "from app.old import Old\nengine = Old()\nen‸gine.run()\n",
        "from app.old import Old\ndef make():\n    return Old()\nmake().r‸un\n",
        "from app import old\nitems = [old.Old()]\nfor item in items:\n    it‸em\n",
    ],
)
def test_the_deprecated_is_explained_wherever_it_is_reached(tmp_path, use):
    hover = ask(tmp_path, use)
    assert hover is not None
    assert hover.markdown.startswith("**Deprecated** `app.old.Old`\n\nShares state.\n\nUse `app.new.New` instead:")
    assert "```python\nfrom app.new import New\n```" in hover.markdown
    assert "Concept `engine`: Runs things." in hover.markdown
    assert "Owner: @core · Docs: docs/engine.md" in hover.markdown


@pytest.mark.parametrize(
    ("path", "use"),
    [
        ("app/use.py", "from app.new import ‸New\n"),
        ("app/use.py", "from app.new import New\nx = New()\n‸x\n"),
        ("ssot.toml", 'version = 1\n[concepts.engine]\ncanonical = "app.‸new.New"\nsummary = "Runs things."\n'),
    ],
)
def test_the_canonical_is_explained(tmp_path, path, use):
    hover = ask(tmp_path, use, path=path)
    assert hover is not None
    assert hover.markdown.startswith("**Canonical** `app.new.New`\n\n```python\nfrom app.new import New\n```")


def test_a_rival_is_told_from_the_canonical(tmp_path):
    hover = ask(tmp_path, "class Slow‸Engine: ...\n")
    assert hover is not None
    assert hover.markdown.startswith("`SlowEngine` competes with `app.new.New`")


@pytest.mark.parametrize(
    "use", ["import o‸s\n", "x = 1\n‸x\n", "‸", "def f(:\n‸", "from app.old import Old\nOld = 1 ‸+ 2\n"]
)
def test_nothing_to_say(tmp_path, use):
    assert ask(tmp_path, use) is None


@pytest.mark.parametrize(
    ("path", "use"),
    [
        ("app/use.py", "from app.old import O‸ld\n"),
        ("app/use.py", "from app.old import Old\nengine = Old()\nen‸gine.run()\n"),
        ("app/use.py", "from app.new import N‸ew\n"),
        (
            "ssot.toml",
            'version = 1\n[concepts.engine]\ncanonical = "app.new.New"\n[[concepts.engine.deprecated]]\npath = "‸app.old.Old"\n',
        ),
    ],
)
def test_definition_leads_to_the_canonical(tmp_path, path, use):
    (target,) = ask(tmp_path, use, ide.definition, path)
    assert target.path == "app/new.py"
    assert (tmp_path / "app/new.py").read_text()[slice(*target.span)] == "New"


def test_hover_says_who_constructs_it_and_what_is_banned(tmp_path):
    (tmp_path / "ssot.toml").write_text(
        """version = 1
[concepts.engine]
canonical = "app.new.Engine"
construct = "app.new.make"
[[bans]]
call = "asyncio.sleep"
use = "app.new.sleep"
in = ["app/"]
reason = "cannot be interrupted"
"""
    )
    (tmp_path / "app").mkdir()
    (tmp_path / "app/new.py").write_text("class Engine: ...\ndef make(): ...\ndef sleep(): ...\n")
    use = "import asyncio\nfrom app.new import Engine\nasyncio.sleep(1)\n"
    for path in ("app/use.py", "use.py"):
        (tmp_path / path).write_text(use)
    engine = Engine.open(tmp_path)
    hover = ide.hover(engine, "app/use.py", use.index("Engine"))
    assert hover is not None
    assert "Constructed in `app.new.make` alone." in hover.markdown
    hover = ide.hover(engine, "app/use.py", use.index("sleep(1)"))
    assert hover is not None
    assert hover.markdown == "**Banned** `asyncio.sleep`, use `app.new.sleep`: cannot be interrupted"
    assert ide.hover(engine, "use.py", use.index("sleep(1)")) is None
