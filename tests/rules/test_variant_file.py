import pytest

from harness import Workspace, check
from ssot_server.engine import Engine


def test_what_modules_define_says_whether_their_names_are_their_own():
    check("""
    #- ssot.toml
    [concepts.anything]
    canonical = "app.database"
    #- app/__init__.py
    #- app/http.py
    import logging
    logger = logging.getLogger(__name__)
    def status_line(code): ...
    #- app/http2.py
    import logging
    logger = logging.getLogger(__name__)
    def encode_frame(kind): ...
    #- app/http_3.py
    def status_line(code): ...
    #<^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT203 this looks like another version of `http.py` beside it: its name is that one's plus `_3`
    #- app/database.py
    def connect(url): ...
    #- app/database_backup.py
    def backup_database(url): ...
    #- app/files.py
    def connect(url): ...
    #- app/files_copy.py
    def copy_connect(url): ...
    #<^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT203 this looks like another version of `files.py` beside it: its name is that one's plus `_copy`
    #- app/order.py
    #- app/order_new.py
    def form(request): ...
    #- app/order_edit.py
    def form(request, key): ...
    #- app/routes.py
    #- app/routesV2.py
    TREE = {}
    #<^^^^^^^^^ SSOT203 this looks like another version of `routes.py` beside it: its name is that one's plus `V2`
    """)


def test_the_original_changes_its_mind(tmp_path):
    workspace = Workspace(
        tmp_path,
        """
        #- ssot.toml
        [concepts.anything]
        canonical = "app"
        #- app/__init__.py
        #- app/http.py
        def status_line(code): ...
        #- app/http2.py
        def encode_frame(kind): ...
        """,
    )
    assert not workspace.found()
    workspace.engine.set_text("app/http.py", "def status_line(code): ...\n\n\ndef encode_frame(kind): ...\n")
    assert [note.path for note in workspace.found()] == ["app/http2.py"]


def test_variants_beside_their_originals_and_what_is_none():
    check(
        """
    #- ssot.toml
    [concepts.safe]
    canonical = "app.loop_safe.run"
    [[concepts.safe.deprecated]]
    path = "app.loop_old"
    [files]
    allow = [{ path = "app.api_v2", reason = "the API" }]
    #- app/__init__.py
    #- app/engine.py
    def start(): ...
    #- app/engine_enhanced.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `engine.py` beside it: its name is that one's plus `_enhanced`
    #- app/engine_new_v2.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `engine.py` beside it: its name is that one's plus `_new_v2`
    #- app/new_engine.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `engine.py` beside it: its name is that one's plus `new_`
    #- app/engine2.py
    def start(): ...
    #<^^^^^^^^^^^^^^^^ SSOT203 this looks like another version of `engine.py` beside it: its name is that one's plus `2`
    #- app/engine.bak.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `engine.py` beside it: its name is that one's plus `.bak`
    #- app/store/__init__.py
    #- app/store_v2.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `store/` beside it: its name is that one's plus `_v2`
    #- app/store_v3/__init__.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `store/` beside it: its name is that one's plus `_v3`
    #- app/windows_safe.py
    #- app/loop.py
    #- app/loop_safe.py
    def run(): ...
    #- app/loop_old.py
    #- app/api.py
    #- app/api_v2.py
    #- app/copy_engine.py
    #- app/engine_room.py
    #- app/old.py
    #- app/v2.py
    #- app/migrations/old.py
    #- app/quiet.py
    #- app/quiet_new.py
    # ssot: ignore-file[SSOT203] -- moves next week
    #- app/_vendor/engine.py
    #- app/_vendor/engine_v2.py
    #- tests/test_engine.py
    #- tests/test_engine_hardened.py
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `test_engine.py` beside it: its name is that one's plus `_hardened`
    #- tests/test_engine_v9.py
    import os
    #<^^^^^^^^^ SSOT203
    #- tests/test_engine_new_v2.py
    #- app/gtk.py
    #- app/gtk3.py
    #- app/gtk4.py
    #- app/store_v20240101.py
    #- tests/test_engine2.py
    #- tests/test.py
    #- tests/test_new.py
    """
    )


@pytest.mark.parametrize(
    "name", ["engine copy.py", "engine-copy.py", "engine (1).py", "engine_COPY.py", "enginev2_new.py"]
)
def test_names_that_cannot_be_imported(tmp_path, name):
    Workspace(tmp_path, "#- app/engine.py\nx = 1\n")
    (tmp_path / "app" / name).write_bytes(b"import os\n")
    (tmp_path / "app" / "enginev2.py").write_bytes(b"")
    found = Engine.open(tmp_path).check().findings
    assert (f"app/{name}", "SSOT203") in [(finding.path, finding.rule.code) for finding in found]


def test_a_file_that_comes_or_changes_is_looked_at(tmp_path):
    Workspace(tmp_path, "#- app/engine.py\nx = 1\n")
    engine = Engine.open(tmp_path)
    assert engine.check().findings == ()
    engine.set_text("app/engine_v2.py", "def f():\n    return 1\n")
    assert [finding.path for finding in engine.check().findings] == ["app/engine_v2.py"]
    engine.set_text("app/engine_v2.py", "def f():\n    return 2\n")
    assert [finding.path for finding in engine.check().findings] == ["app/engine_v2.py"]
    engine.set_text("app/engine_v2.py", None)
    assert engine.check().findings == ()
