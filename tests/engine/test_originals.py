"""What is like a canonical definition: found the same after edits, by a fresh engine, and without any short cut."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import shown, without_short_cut
from ssot_rules.relevance import Word
from ssot_rules.similarity import Crowd, words_of
from ssot_server.cache import Cache
from ssot_server.engine import Engine
from ssot_server.index import extract
from ssot_server.search import Search

REGISTRY = """\
version = 1
[concepts.retry]
canonical = "app.new.retry"
[concepts.store]
canonical = "app.new.Store"
[concepts.tools]
canonical = "app.tools"
"""
RETRY = """\
def {0}(operation, attempts=5):
    number = 0
    while True:
        try:
            return operation()
        except (ConnectionError, TimeoutError):
            number += 1
            if number >= attempts:
                raise
            time.sleep(min(30.0, 2**number) + random.uniform(0, 1))
"""
STORE = """\
class {0}:
    def load_document(self, key):
        blob = self.bucket.fetch_blob(key)
        return self.decoder.decode_document(blob) if blob else None
    def save_document(self, key, document):
        self.bucket.put_blob(key, self.decoder.encode_document(document))
    def purge_documents(self, before):
        for key, stamp in self.bucket.list_blobs():
            if stamp < before:
                self.bucket.drop_blob(key)
"""
PATHS = ["app/__init__.py", "app/new.py", "app/tools.py", "app/other.py", "use.py"]
TEXTS = [
    "",
    "x = 1\n",
    RETRY.format("retry"),
    RETRY.format("patiently"),
    RETRY.format("again").replace("sleep", "nap").replace("uniform", "triangular"),
    RETRY.format("retry").replace("ConnectionError", "OSError"),
    "# a comment\n" + RETRY.format("retry"),
    STORE.format("Store"),
    STORE.format("Archive"),
    STORE.format("Archive(Store)"),
    STORE.format("Store").replace("fetch_blob", "read_blob"),
    STORE.format("Keeper").replace("load_document", "load").replace("purge_documents", "purge"),
    "from app.new import Store\n",
    "from app.other import patiently, Archive\n",
    "class Base:\n    def load_document(self, key): ...\n    def save_document(self, key, document): ...\n",
    STORE.format("Store(Base)"),
    STORE.format("Archive(Base)"),
    "class Broken(:\n",
]
texts = st.lists(st.sampled_from(TEXTS), max_size=3).map("\n\n".join)
edits = st.tuples(st.sampled_from(["type", "save", "delete"]), st.sampled_from(PATHS), texts)


def findings(engine: Engine) -> list[object]:
    return [
        (*row, finding.diagnostic.message) for row, finding in zip(shown(engine), engine.check().findings, strict=True)
    ]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries(dict.fromkeys(PATHS, texts)), st.lists(edits, max_size=5), st.booleans(), st.booleans())
def test_incremental_equals_fresh_equals_without_short_cut(files, sequence, lean, cached):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "app").mkdir()
        for path, text in {"ssot.toml": REGISTRY, **files}.items():
            (root / path).write_text(text)
        engine = Engine.open(root, cache=Cache.open if cached else None, lean=lean)
        unsaved = {}
        for kind, path, text in sequence:
            engine.check({path})
            if kind == "type":
                unsaved[path] = text
                engine.set_text(path, text)
                continue
            (root / path).unlink(missing_ok=True)
            if kind == "save":
                (root / path).write_text(text)
            engine.invalidate([path])
        found = findings(engine)
        for other in (Engine.open(root), Engine.open(root, jobs=2), without_short_cut(Engine.open(root))):
            for path, text in unsaved.items():
                other.set_text(path, text)
            assert findings(other) == found


def test_an_edit_of_the_canonical_is_seen_elsewhere(tmp_path):
    (tmp_path / "app").mkdir()
    for path, text in {"ssot.toml": REGISTRY, "app/__init__.py": "", "app/other.py": RETRY.format("patiently")}.items():
        (tmp_path / path).write_text(text)
    (tmp_path / "app/new.py").write_text(RETRY.format("retry"))
    engine = Engine.open(tmp_path)
    assert "SSOT204" in {finding.rule.code for finding in engine.check({"app/other.py"}).findings}
    engine.set_text("app/new.py", "def retry(operation):\n    return operation()\n")
    assert engine.check({"app/other.py"}).findings == ()
    engine.set_text("app/new.py", None)
    assert "SSOT204" in {finding.rule.code for finding in engine.check({"app/other.py"}).findings}


def test_a_key_draws_the_statement_that_it_changes(tmp_path, monkeypatch):
    (tmp_path / "app").mkdir()
    for path, text in {"ssot.toml": REGISTRY, "app/__init__.py": "", "app/new.py": RETRY.format("retry")}.items():
        (tmp_path / path).write_text(text)
    functions = [RETRY.format(f"patiently{number}") for number in range(9)]
    engine = Engine.open(tmp_path)
    engine.set_text("use.py", "\n\n".join(functions))
    assert len(engine.check({"use.py"}).findings) == 9
    drawn = []
    monkeypatch.setattr(extract, "draw", lambda text, draw=extract.draw: drawn.append(text) or draw(text))
    engine.set_text("use.py", "\n\n".join(functions).replace("patiently7(operation", "patiently7(action"))
    assert len(engine.check({"use.py"}).findings) == 9
    assert [text.strip().partition("(")[0] for text in drawn] == ["def patiently7"]


def test_without_the_cache_nothing_else_is_found(tmp_path, monkeypatch):
    (tmp_path / "app").mkdir()
    files = {"ssot.toml": REGISTRY, "app/__init__.py": "", "app/new.py": STORE.format("Store")}
    for path, text in {**files, "app/other.py": STORE.format("Archive")}.items():
        (tmp_path / path).write_text(text)
    first = findings(Engine.open(tmp_path, cache=Cache.open))
    assert len(first) == 3  # two concepts have no canonical here
    monkeypatch.setattr(extract, "draw", lambda text: pytest.fail("drawn again"))
    assert findings(Engine.open(tmp_path, cache=Cache.open)) == first


NAMES = ("uniform", "ConnectionError", "fetch_blob")


@given(
    st.lists(st.sampled_from([*NAMES, "_", "é", " ", "(", ".", "\n", "s", '"', "0", "_uniform", "fetch", "{"])).map(
        "".join
    ),
    st.integers(1, 3),
)
def test_a_file_holds_what_its_text_holds(text, enough):
    word = Word(" ".join(NAMES), enough=enough)
    if Crowd(NAMES, enough).is_among(words_of(text)):
        assert word in Search([word]).find(text.encode())
    if text.isascii() and word in Search([word]).find(text.encode()):
        assert Crowd(NAMES, enough).is_among(words_of(text))
