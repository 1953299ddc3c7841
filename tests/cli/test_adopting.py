"""Choices that change a rival's code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Runner, write_files

REGISTRY = """\
version = 1
[concepts.engine]
canonical = "app.new.Engine"
subclasses = true
[concepts.fetch]
canonical = "app.web.fetch_page"
"""
COPY = '''\
def {}(url, tries=3):
    """Fetch."""
    for _ in range(tries):
        try:
            return json.loads(get(url))
        except ValueError:
            continue
'''
WEB = "import json\n\nfrom app.net import get\n\n\n" + COPY.format("fetch_page")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path.resolve()
    write_files(
        root,
        {
            "ssot.toml": REGISTRY,
            "app/__init__.py": "",
            "app/net.py": "def get(url):\n    return '[1]'\n",
            "app/new.py": "class Engine:\n    def run(self): ...\n    def stop(self): ...\n",
            "app/web.py": WEB,
        },
    )
    monkeypatch.chdir(root)
    return root


def chosen(ssot: Runner, key: str, path: str = "app/it.py") -> str:
    ssot("check", path, "--fix", "--unsafe-fixes", "--choose", key)
    return Path(path).read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import os\n\n\nclass EngineV2: ...\n",
            "import os\n\nfrom app.new import Engine\n\n\nclass EngineV2(Engine): ...\n",
        ),
        ("class EngineV2(): ...\n", "from app.new import Engine\n\n\nclass EngineV2(Engine): ...\n"),
        (
            "from app.new import Engine\nclass EngineV2(dict): ...\n",
            "from app.new import Engine\nclass EngineV2(Engine, dict): ...\n",
        ),
    ],
)
def test_a_class_becomes_a_subclass_and_is_no_rival_any_more(work: Path, ssot: Runner, before: str, after: str):
    write_files(work, {"app/it.py": before})
    assert chosen(ssot, "subclass") == after
    assert ssot("check", "app/it.py").status == 0


def test_a_subclass_is_unsafe_and_says_why(work: Path, ssot: Runner):
    write_files(work, {"app/it.py": "class EngineV2:\n    def run(self): ...\n"})
    shown = ssot("check", "app/it.py").stdout
    assert "(unsafe: its instances would be instances of `Engine`, and have its `stop`)" in shown
    assert ssot("check", "app/it.py", "--fix", "--choose", "subclass").status == 1


@pytest.mark.parametrize(
    "code",
    [
        "from other import Engine\nclass EngineV2: ...\n",
        "class Engine: ...\nclass EngineV2: ...\n",
        "class EngineV2(metaclass=Meta): ...\n",
        "import abc\nif abc:\n    class EngineV2: ...\n",
        "def f():\n    class EngineV2: ...\n",
        "class EngineV2: ...\nEngine = EngineV2\n",
    ],
)
def test_no_subclass_where_the_edit_could_not_be_right(work: Path, ssot: Runner, code: str):
    write_files(work, {"app/it.py": code})
    assert chosen(ssot, "subclass") == code


def test_no_subclass_that_closes_a_cycle(work: Path, ssot: Runner):
    write_files(work, {"app/it.py": "class EngineV2: ...\n", "app/new.py": "import app.it\nclass Engine: ...\n"})
    assert chosen(ssot, "subclass") == "class EngineV2: ...\n"


@pytest.mark.parametrize("name", ["fetch_page_v2", "fetch_page"])
def test_a_copy_becomes_an_import(work: Path, ssot: Runner, name: str):
    use = f"\n\nprint({name}('x'))\n"
    before = "import json\nimport os\n\nfrom app.net import get\n\n\n" + COPY.format(name) + use
    write_files(work, {"app/it.py": before})
    after = chosen(ssot, "replace")
    bound = "fetch_page" if name == "fetch_page" else f"fetch_page as {name}"
    assert after == f"import os\n\nfrom app.web import {bound}\n\n\nprint({name}('x'))\n"
    for text in (before, after):
        done = subprocess.run([sys.executable, "-c", text], cwd=work, capture_output=True, text=True, check=True)
        assert done.stdout == "[1]\n"
    assert ssot("check", "app/it.py", "--select", "SSOT2").status == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from app.net import get", "from app.more import get"),
        ("import json", "json = make()"),
        ("tries=3", "tries=4"),
        ("tries=3", "tries=[]"),
        ("def ", "@cached\ndef "),
        ("        try", "        print(__name__)\n        try"),
        ("import json", "from app.net import *\nimport json"),
    ],
)
def test_what_is_not_shown_to_be_a_copy_is_not_replaced(work: Path, ssot: Runner, old: str, new: str):
    code = WEB.replace("fetch_page", "fetch_page_v2").replace(old, new)
    write_files(work, {"app/it.py": code, "app/more.py": "def get(url): ...\n"})
    if new in {"tries=[]", "        print(__name__)\n        try"}:
        write_files(work, {"app/web.py": WEB.replace(old, new)})
    assert chosen(ssot, "replace") == code


@pytest.mark.parametrize("patch", ['mock.patch("app.web.get")', "mock.patch.object(it, 'get')", "it.get = None"])
def test_a_copy_is_unsafe_to_replace_where_names_in_it_are_patched(work: Path, ssot: Runner, patch: str):
    code = WEB.replace("fetch_page", "fetch_page_v2")
    write_files(
        work, {"app/it.py": code, "tests/test_it.py": f"from unittest import mock\nfrom app import it\n{patch}\n"}
    )
    assert "instead of this copy (unsafe: some code seems to patch `get`)" in ssot("check", "app/it.py").stdout
    ssot("check", "app/it.py", "--fix", "--choose", "replace")
    assert Path("app/it.py").read_text("utf-8") == code
