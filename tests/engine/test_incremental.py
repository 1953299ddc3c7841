"""After any sequence of edits the report is that of a fresh engine, and no short cut changes it."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import without_short_cut
from ssot_server.cache import Cache
from ssot_server.engine import Engine
from ssot_server.index import extract
from ssot_server.index.snapshot import Snapshot
from ssot_server.report import Report

REGISTRY = """\
version = 1
[concepts.engine]
canonical = "app.new.New"
names = ["*Engine"]
max = 1
subclasses = true
members = ["run", "limit"]
state = "per-instance"
unrelated = ["app.b.NewV2"]
construct = "app.conf.make"
construct-in-tests = false
[[concepts.engine.deprecated]]
path = "app.old.Old"
[concepts.conf]
canonical = "app.conf"
[[concepts.conf.deprecated]]
path = "app.oldconf"
[concepts.run]
canonical = "app.new.New.run"
[[concepts.run.deprecated]]
path = "app.new.New.old_run"
[[bans]]
call = "app.b.settings"
use = "app.a.settings"
[[bans]]
call = "os.get"
[[bans]]
call = "print"
except = ["use.py"]
[[bans]]
call = "app.conf.*"
[[bans]]
import = "relative"
in = ["app/"]
[[boundaries]]
from = "use"
to = "app.b"
through = "app.conf"
[[boundaries]]
from = "app.old.*"
to = "os.*"
"""
OTHER_REGISTRY = (
    "".join((REGISTRY, "[workspace]\ncross-references = true\n"))
    .replace('path = "app.old.Old"', 'path = "app.a.Old"')
    .replace("*Engine", "*Old*")
    .replace("subclasses = true", "")
)

PATHS = [
    "app/__init__.py",
    "app/new.py",
    "app/old.py",
    "app/conf.py",
    "app/oldconf.py",
    "app/a.py",
    "app/b.py",
    "app/a.pyi",
    "app/a_v2.py",
    "app/conf/old_conf.py",
    "use.py",
]
LINES = [
    "class New: ...",
    "class Old: ...",
    "class OldEngine: ...",
    "class New(Old): ...",
    "class NewV2: ...",
    "class NewV2(New): ...",
    "def f():\n    class EngineNew(Sub): ...\n    class NewV2: ...",
    "class New2Engine:\n    @abstractmethod\n    def run(self): ...",
    "New = make()",
    "if limit:\n    from app.new import New\nelse:\n    class New: ...",
    "from app.new import New",
    "from app.new import New as Old",
    "from app.old import Old",
    "from app.old import Old as Runner",
    "from app.a import Old",
    "from app.a import Runner",
    "from app.b import Runner as Old, New",
    "from app.a import *",
    "from app.oldconf import *",
    "from app import old, oldconf",
    "from . import a, conf as settings",
    "from .a import settings",
    "import app.old",
    "import app.a as a",
    "import app.oldconf",
    "limit = 1",
    "__all__ = ['Old']",
    "Alias = Old",
    "Old()",
    "x = Runner()",
    "app.old.Old()",
    "a.Old(); a.Runner",
    "app.oldconf.limit; oldconf.limit; settings.limit; limit",
    "def f(x: Old) -> 'New':\n    return Runner(Old)",
    "def f():\n    from app.old import Old as Local\n    Made = Local\n    return Made()",
    "try:\n    from app.new import Old\nexcept ImportError:\n    Old = None",
    "x = Old(",
    "# ssot: ignore-file[SSOT101]",
    "é = '😀 Old'",
    "class New:\n    def run(self): ...\n    def old_run(self): ...",
    "class Sub(New): ...",
    "class Sub(Old):\n    limit = 1",
    "class Sub(limit):\n    def old_run(self): ...",
    "from app.a import Sub",
    "Sub.old_run(); a.Sub.old_run",
    "A, Runner = Runner, Old",
    "from app.a import A as Old",
    "def __getattr__(name):\n    from app.old import Old\n    return Old",
    "def __getattr__(name): ...",
    "_LAZY = {'Old': 'app.old', 'New': ('.new', 'New')}",
    "x = []  # type: list[Old]",
    "from typing import cast; cast('Old', cast(Runner, x))",
    "from limit import cast",
    "patch('app.a.Old'); patch('app.old.Old.run')",
    "@patch('app.b.Runner')\ndef f():\n    patch.object(a, 'Old')\n    patch.multiple('app.a', Old=1)",
    "patch(f'{a}.Old'); patch('app.a.' 'Runner')",
    "x = ['app.old:Old', 'app.a.settings.limit', 'use.Runner']",
    "getattr(a, 'Runner'); import_module('.oldconf', 'app')",
    "_LAZY = {'Old': 'app.old', 'app.old': ['Old'], 'Runner': ('.old', 'Old')}\ndef __getattr__(name): ...",
    "# :class:`app.old.Old`, [Runner][app.a.Runner]",
    "from app.a import limit, Gone",
    "from app.b import settings as conf; conf(settings)",
    "from . import conf; conf.limit(); conf.limit",
    "from app.conf import limit; limit()",
    "import os as o",
    "from os import get",
    "from os import path as limit, get as New",
    "from app.a import get, o; get(); o.get()",
    "o.get(); a.o.get(); get()",
    "print(a)",
    "from app.a import *; print(print)",
    "say = print; say()",
    "from app.b import Runner as a, New as Old",
    "from app.conf import Runner, New, settings as conf",
    "def make():\n    return New(), Sub()",
    "from app.b import Sub as Runner; Runner(); Sub(); New()",
    "class Deep(Sub):\n    def f(self): return Deep(), New()",
    "from app.a import Deep; Deep()",
    "def print(): ...",
    "from builtins import print as limit; limit()",
    "from app.b import limit as most",
    "from app.gone import Old",
    "import app.a.deeper, app.b",
    "from .b import (\n    Runner,  # (\n    Gone,\n)",
    "def f(): from app.a import Gone; return Gone",
    "from app.a \\\n    import Runner",
    "try:\n    from app.gone import Gone\nexcept ImportError:\n    from app.b import Gone",
    "if limit:\n    Gone = Runner = 1\nelse:\n    from app.b import Gone, Runner",
    "Gone, (Runner, most) = 1, (2, 3)",
    "'''\nGone = 1\nfrom app.gone import Gone\n'''",
    "def g():\n    globals()['Runner'] = 1",
    "sys.modules['app.gone'] = a",
    "def g():\n    sys.modules[__name__ + '.gone'] = a",
    "__path__ = []",
    "for limit in [:\n    Gone = 1",
    "mock.patch('app.a.Gone'); monkeypatch.setattr('app.b.limit.x', 1)",
]

texts = st.lists(st.sampled_from(LINES), max_size=6).map(lambda lines: "\n".join(lines) + "\n")
edits = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(PATHS), texts),
    st.tuples(st.just("save"), st.sampled_from(PATHS), texts),
    st.tuples(st.just("delete"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("delete"), st.just("app"), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from([*PATHS, "sub/use.py"])),
    st.tuples(st.just("close"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("registry"), st.just("ssot.toml"), st.sampled_from([REGISTRY, OTHER_REGISTRY])),
)


def shown(report: Report):
    return [
        (
            finding.path,
            finding.rule.code,
            finding.diagnostic.span,
            finding.diagnostic.message,
            finding.fix,
            finding.related,
        )
        for finding in report.findings
    ]


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(text.encode())


def carry_out(engine: Engine, kind: str, path: str, what: str) -> None:
    """Change a file, as an editor or somebody else does, and tell the engine."""
    place = engine.root / path
    if kind in {"type", "close"}:
        engine.set_text(path, what if kind == "type" else None)
    elif kind == "delete":
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
        engine.invalidate([path])
    elif kind == "rename":
        if place.is_file():
            (engine.root / what).parent.mkdir(parents=True, exist_ok=True)
            place.replace(engine.root / what)
            engine.invalidate([path, what])
    else:
        write(engine.root, path, what)
        engine.invalidate([path])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(dict.fromkeys(PATHS, texts)),
    st.lists(st.tuples(edits, st.sampled_from(["look", "glance", "index", "pass"])), max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_incremental_equals_fresh(files, sequence, lean, cached):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ssot_server.engine._MANY", 2)
        root = Path(folder).resolve()
        write(root, "ssot.toml", REGISTRY)
        for path, text in files.items():
            write(root, path, text)
        engine = Engine.open(root, cache=Cache.open if cached else None, lean=lean)
        unsaved: dict[str, str] = {}
        for (kind, path, what), then in sequence:
            carry_out(engine, kind, path, what)
            if kind == "type":
                unsaved[path] = what
            elif kind == "close":
                unsaved.pop(path, None)
            if then == "index":
                engine.prepare()
            elif then != "pass":  # several changes may come before the next check
                engine.check({path}, glance=then == "glance")
        found = shown(engine.check())
        for other in (Engine.open(root), Engine.open(root, jobs=2), without_short_cut(Engine.open(root))):
            for path, text in unsaved.items():
                other.set_text(path, text)
            assert shown(other.check()) == found


@pytest.mark.parametrize("path", PATHS)
def test_an_edit_inside_a_function_reads_no_other_file(tmp_path, path):
    write(tmp_path, "ssot.toml", REGISTRY)
    for other in PATHS:
        write(tmp_path, other, "from app.old import Old\ndef f():\n    return Old()\n")
    engine = Engine.open(tmp_path)
    engine.check()
    before = engine.index()
    engine.set_text(path, "from app.old import Old\ndef f():\n    # here\n    return [Old()]\n")
    engine.check({path})
    kept = [other for other in PATHS if other != path and engine.index().module(other) is before.module(other)]
    assert len(kept) == len(PATHS) - 1


def test_an_attribute_that_a_method_gives_an_instance_is_part_of_the_interface(tmp_path):
    write(tmp_path, "ssot.toml", 'version = 1\n[concepts.limit]\ncanonical = "app.new.New.limit"\n')
    write(tmp_path, "app/__init__.py", "")
    write(tmp_path, "app/new.py", "class New:\n    def f(self): ...\n")
    engine = Engine.open(tmp_path)
    assert [finding.rule.code for finding in engine.check().findings] == ["SSOT402"]
    engine.set_text("app/new.py", "class New:\n    def f(self): self.limit = 1\n")
    assert engine.check().findings == ()


def test_a_key_reads_the_statement_that_it_changes_and_asks_of_nothing_else(tmp_path, monkeypatch):
    write(tmp_path, "ssot.toml", REGISTRY)
    write(tmp_path, "app/__init__.py", "")
    write(tmp_path, "app/old.py", "class Old: ...\n")
    write(tmp_path, "use.py", "")
    lines = ["from app.old import Old", *(f"def f{n}(value):\n    return helper.method(value, {n})" for n in range(50))]
    text = "\n".join([*lines, "made = Old()", ""])
    engine = Engine.open(tmp_path)
    engine.set_text("use.py", text)
    before = engine.check({"use.py"}).findings
    read, followed = [], []
    read_part, used = extract.read_part, Snapshot.used
    monkeypatch.setattr(extract, "read_part", lambda text: read.append(text) or read_part(text))
    monkeypatch.setattr(
        Snapshot, "used", lambda self, module, n: followed.append(module.facts.uses[n].path) or used(self, module, n)
    )
    engine.set_text("use.py", text.replace("(value, 7)", "(value, 77)"))
    after = engine.check({"use.py"}).findings
    assert [f.rule.code for f in after] == [f.rule.code for f in before] == ["SSOT101", "SSOT103"]
    assert after[1].diagnostic.span.start == before[1].diagnostic.span.start + 1
    assert [part.strip().partition("\n")[0] for part in read] == ["def f7(value):"] * 2  # as it was, and as it is
    assert set(followed) <= {("Old",)}


DANGLING = {
    "app/__init__.py": "",
    "app/a.py": "class Engine: ...\nif 1:\n    limit = 1\n",
    "app/b.py": "def __getattr__(name): ...\n",
    "app/c.py": "from app.a import *\n",
    "use.py": "from app.a import Engine, limit\nfrom app.b import anything\nfrom app.c import Engine as E\n",
}
GONE = {
    "a module is deleted": ("app/a.py", None, ["there is no module `app.a`"]),
    "a module is emptied": ("app/a.py", "", ["has no `Engine`", "`limit`", "`app.c` has no `Engine`"]),
    "a name goes": ("app/a.py", "if 1:\n    limit = 1\n", ["`app.a` has no `Engine`", "`app.c` has no `Engine`"]),
    "a name in a branch goes": ("app/a.py", "class Engine: ...\n", ["has no `limit`"]),
    "a name becomes private to a function": ("app/a.py", "class Engine: ...\ndef f():\n    limit = 1\n", ["`limit`"]),
    "names are no longer made": ("app/b.py", "def get(name): ...\n", ["has no `anything`"]),
    "a star import goes": ("app/c.py", "from app.a import limit\n", ["`app.c` has no `Engine`"]),
    "a package is no package any more": ("app/__init__.py", None, []),
}


@pytest.mark.parametrize(("path", "text", "expected"), GONE.values(), ids=GONE)
def test_what_goes_here_is_missing_there(tmp_path, path, text, expected):
    write(tmp_path, "ssot.toml", "version = 1\n")
    for other, body in DANGLING.items():
        write(tmp_path, other, body)
    engine = Engine.open(tmp_path)
    engine.set_text("use.py", DANGLING["use.py"])
    assert engine.check().findings == ()
    if text is None:
        (tmp_path / path).unlink()
        engine.invalidate([path])
    else:
        engine.set_text(path, text)
    messages = [finding.diagnostic.message for finding in engine.check({"use.py"}).findings]
    assert len(messages) == len(expected)
    assert all(part in message for part, message in zip(expected, messages, strict=True))
    write(tmp_path, path, DANGLING[path])
    engine.set_text(path, None)
    engine.invalidate([path])
    assert engine.check().findings == ()


def test_an_edit_counts_after_one_that_did_not(tmp_path):
    write(tmp_path, "ssot.toml", "version = 1\n")
    write(tmp_path, "app/__init__.py", "")
    write(tmp_path, "use.py", "from app.a import one, two\n")
    engine = Engine.open(tmp_path)
    for text, count in (
        ("def f():\n    global one, two\n    one = two = 1\n", 0),
        ("def f():\n    global one, two\n    one = two = 2\n", 0),
        ("def f():\n    global one\n    one = two = 2\n", 1),
    ):
        write(tmp_path, "app/a.py", text)
        engine.invalidate(["app/a.py"])
        assert len(engine.check().findings) == count


def test_an_edit_settles_no_other_file_anew(tmp_path, monkeypatch):
    write(tmp_path, "ssot.toml", "version = 1\n")
    for other, body in DANGLING.items():
        write(tmp_path, other, body)
    write(tmp_path, "app/d.py", "from app.a import Engine\n")
    write(tmp_path, "app/e.py", "import app.d\nlimit = 1\n")
    engine = Engine.open(tmp_path)
    engine.check()
    asked: list[str] = []
    settle = Snapshot.settled

    def settled(index, compute, path):
        if path not in index._known.settled.get(compute, {}):
            asked.append(path)
        return settle(index, compute, path)

    monkeypatch.setattr(Snapshot, "settled", settled)
    for path, text, expected in (
        ("app/e.py", "import app.d\nlimit = 2\n", {"app/e.py", "use.py"}),  # now it is open in an editor
        ("app/e.py", "import app.d\nlimit = 3\n", {"app/e.py"}),
        ("app/e.py", "import app.d\n", {"app/e.py", "use.py"}),
        ("app/a.py", "class Engine: ...\nif 1:\n    limit = most = 1\n", {"app/a.py", "use.py"}),
        ("app/a.py", "class Engine: ...\nif 1:\n    limit = 1\n", {"app/a.py", "use.py"}),
        ("app/a.py", "limit = 1\n", {"app/a.py", "app/d.py", "use.py"}),
    ):
        asked.clear()
        engine.set_text(path, text)
        engine.check()
        assert set(asked) == expected


def test_where_names_lead_that_go_in_a_circle_does_not_depend_on_who_asks_first(tmp_path):
    texts = dict.fromkeys(PATHS, "\n") | {
        "app/b.py": "class Old: ...\nA, Runner = Runner, Old\n"
        "if limit:\n    Gone = Runner = 1\nelse:\n    from app.b import Gone, Runner\n",
        "use.py": "from app.a import Runner\n",
    }
    for path, text in {"ssot.toml": REGISTRY, **texts}.items():
        write(tmp_path, path, text)
    assert shown(Engine.open(tmp_path).check()) == shown(without_short_cut(Engine.open(tmp_path)).check())
