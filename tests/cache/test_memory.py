"""What earlier runs found out saves work, and changes no result."""

import os
import pickle
from pathlib import Path

import pytest

from ssot_server import __main__ as program
from ssot_server.cache import Cache
from ssot_server.disk import digest
from ssot_server.engine import Engine
from ssot_server.index.extract import extract
from ssot_server.index.memory import Memory
from ssot_server.index.statements import Statements
from ssot_server.search import Search

REGISTRY = 'version = 1\n[concepts.e]\ncanonical = "app.new.New"\n[[concepts.e.deprecated]]\npath = "app.old.Old"\n'
FILES = {
    "ssot.toml": REGISTRY,
    "app/__init__.py": "",
    "app/new.py": "class New: ...\n",
    "app/old.py": "class Old: ...\n",
    "app/use.py": "from app.old import Old\n\n\ndef use():\n    return Old()\n",
    "app/other.py": "def other():\n    return 1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
        os.utime(tmp_path / path, (1_700_000_000, 1_700_000_000))  # long enough ago to be told by its stamp
    return tmp_path


def checked(root: Path) -> list[tuple[str, str]]:
    report = Engine.open(root, cache=Cache.open).check()
    return [(finding.path, finding.rule.code) for finding in report.findings]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What was searched and what was parsed."""
    done: dict[str, list[str]] = {"searched": [], "parsed": []}
    find, part = Search.find, Statements.part

    def count_search(self: Search, data: bytes) -> bool:
        done["searched"].append(data.decode())
        return find(self, data)

    def count_part(self: Statements):
        done["parsed"].append(self.text)
        return part(self)

    monkeypatch.setattr(Search, "find", count_search)
    monkeypatch.setattr(Statements, "part", count_part)
    return done


def forget(work: dict[str, list[str]]) -> None:
    for found in work.values():
        found.clear()


def settled(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that trusts every stamp, as one does whose files are older than two seconds."""
    monkeypatch.setattr("ssot_server.index.memory.trusted", lambda stamped, _moment: stamped)
    checked(root)


def test_nothing_is_searched_or_parsed_twice(root, work, monkeypatch):
    settled(root, monkeypatch)
    assert work["searched"]
    assert work["parsed"]
    forget(work)
    assert checked(root) == [("app/use.py", "SSOT101"), ("app/use.py", "SSOT103")]
    assert work == {"searched": [], "parsed": []}


def test_what_a_file_holds_counts_and_not_where_it_lies(root, work, monkeypatch):
    settled(root, monkeypatch)
    forget(work)
    (root / "app/use.py").rename(root / "app/moved.py")
    assert checked(root) == [("app/moved.py", "SSOT101"), ("app/moved.py", "SSOT103")]
    assert [text for text in work["parsed"] if "Old" in text] == []


def test_an_edit_is_seen_and_only_it_is_searched(root, work, monkeypatch):
    settled(root, monkeypatch)
    forget(work)
    (root / "app/other.py").write_text("from app.old import Old\n")
    assert ("app/other.py", "SSOT101") in checked(root)
    assert set(work["searched"]) == {"from app.old import Old\n"}
    assert work["parsed"] == ["from app.old import Old\n"]


def test_a_changed_registry_parses_nothing_anew(root, work, monkeypatch):
    settled(root, monkeypatch)
    forget(work)
    (root / "ssot.toml").write_text(REGISTRY + 'reason = "it is old"\n[rules]\ndeprecated-import = "error"\n')
    assert len(checked(root)) == 2
    assert work["parsed"] == []


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"nonsense",
        pickle.dumps(((0,), {0: 3}, {})),
        pickle.dumps(((0,), {}, {0: 3})),
        pickle.dumps(((0,), {})),
        pickle.dumps(((0,), {0: b"x"}, {0: b"x"})),
        pickle.dumps(os.getcwd),
        pickle.dumps(3),
    ],
)
def test_facts_that_are_none_are_found_out_again(root, damage, monkeypatch):
    settled(root, monkeypatch)
    content = (root / "app/use.py").read_bytes()
    Cache.open(root).write("facts", digest(content), damage)
    assert checked(root) == [("app/use.py", "SSOT101"), ("app/use.py", "SSOT103")]


def test_nothing_in_the_cache_can_run_code(root, tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "was here"),))

    cache = Cache.open(root)
    cache.write("facts", b"key", pickle.dumps(((0,), {0: Evil()}, {})))
    assert Memory(str(root), cache).facts(b"key") is None
    cache.write("facts", b"key", pickle.dumps(((0,), {0: pickle.dumps(Evil())}, {0: pickle.dumps({1: Evil()})})))
    saved = Memory(str(root), cache).facts(b"key")
    assert saved is not None
    assert saved.part(0) is None
    assert saved.sketches(0) is None
    assert not (tmp_path / "was here").exists()


def test_facts_come_back_as_they_were(root):
    text = FILES["app/use.py"] + "x = f'{Old!r}'  # ssot: ignore[SSOT105] -- because\n"
    known = extract(text)
    uses = list(known.uses)
    Memory(str(root), Cache.open(root)).keep_facts(b"key", known)
    saved = Memory(str(root), Cache.open(root)).facts(b"key")
    again = extract(text, saved)
    assert list(again.uses) == uses
    assert again.known == known.known
    assert again.suppressions == known.suppressions


def test_sketches_come_back_as_they_were(root, monkeypatch):
    text = "class A:\n    def run(self, x):\n        return self.steps(x)\n"
    known = extract(text)
    drawn = known.sketches(0)
    assert [sketch.name for sketch in drawn.values()] == ["run", "A"]
    Memory(str(root), Cache.open(root)).keep_facts(b"key", known)
    monkeypatch.setattr("ssot_server.index.extract.draw", lambda text: pytest.fail("drawn again"))
    assert extract(text, Memory(str(root), Cache.open(root)).facts(b"key")).sketches(0) == drawn


def test_more_that_is_read_is_added(root):
    text = FILES["app/use.py"]
    first, second = extract(text), extract(text)
    list(first.imports.beside(0))
    Memory(str(root), Cache.open(root)).keep_facts(b"key", first)
    memory = Memory(str(root), Cache.open(root))
    memory.facts(b"key")
    list(second.definitions.about(["use"]))
    memory.keep_facts(b"key", second)
    saved = Memory(str(root), Cache.open(root)).facts(b"key")
    assert saved is not None
    known = {number for number in range(len(saved.starts)) if saved.part(number) is not None}
    assert known == first.known.keys() | second.known.keys()
    assert known > first.known.keys()


def test_what_is_let_go_is_read_again(root):
    engine = Engine.open(root, cache=Cache.open, lean=True)
    found = engine.check().findings
    assert [finding.diagnostic for finding in engine.check().findings] == [finding.diagnostic for finding in found]
    assert all(
        finding.fix == again.fix for finding, again in zip(found, Engine.open(root).check().findings, strict=True)
    )


def test_terminal_and_server_share_it(root, work, monkeypatch):
    settled(root, monkeypatch)
    forget(work)
    engine = Engine.open(root, cache=Cache.open)
    engine.prepare()
    engine.check({"app/use.py"})
    assert work == {"searched": [], "parsed": []}


def test_without_a_cache_nothing_is_kept(root):
    Engine.open(root).check()
    assert not (root / ".ssot_cache").exists()


def test_no_cache_keeps_nothing(root, monkeypatch):
    monkeypatch.chdir(root)
    assert program.run(["check", "--no-cache"]) == 1
    assert not (root / ".ssot_cache").exists()
