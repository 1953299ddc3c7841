import pytest

from harness import Workspace, check
from ssot_server.engine import Engine


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
    import os
    #<^^^^^^^^^ SSOT203 this looks like another version of `engine.py` beside it: its name is that one's plus `2`
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
