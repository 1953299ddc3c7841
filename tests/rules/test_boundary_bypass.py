from harness import Workspace, check, check_fix, fix_titles

REGISTRY = """
    #- ssot.toml
    [[boundaries]]
    from = "app.websocket.*"
    to = "app.agents.*"
    through = "app.services.bridge"
    reason = "all traffic crosses it"
"""
APP = """
    #- app/__init__.py
    #- app/agents/__init__.py
    from app.agents.engine import Engine
    #- app/agents/engine.py
    class Engine: ...
    class Runner: ...
    def run(): ...
    #- app/services/__init__.py
    #- app/services/bridge.py
    from app.agents.engine import Engine
    def ask(): ...
    #- app/api.py
    from app.agents.engine import Runner
    from app.agents import engine as engines
    from app.services.bridge import Engine as Passed
    Alias = Runner
    class Own: ...
    #- app/websocket/__init__.py
"""
ACROSS = "is across a boundary, reach it through `app.services.bridge`: all traffic crosses it"


def test_every_way_to_import():
    check(
        REGISTRY
        + APP
        + f"""
    #- app/websocket/manager.py
    import app.agents.engine
    #      ^^^^^^^^^^^^^^^^^ SSOT305 `app.agents.engine` {ACROSS}
    import app.agents as a, os
    #      ^^^^^^^^^^^^^^^ SSOT305 `app.agents` {ACROSS}
    from app import agents, services
    #               ^^^^^^ SSOT305 `app.agents` {ACROSS}
    from app.agents import Engine, engine
    #                      ^^^^^^ SSOT305 💡 `app.agents.Engine` {ACROSS}
    #                              ^^^^^^ SSOT305 `app.agents.engine` {ACROSS}
    from ..agents.engine import Runner as R, run
    #                           ^^^^^^^^^^^ SSOT305 `app.agents.engine.Runner` {ACROSS}
    #                                        ^^^ SSOT305 `app.agents.engine.run` {ACROSS}
    from app.agents.engine import *
    #                             ^ SSOT305 `app.agents.engine` {ACROSS}
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from app.agents.engine import Runner
    #                                 ^^^^^^ SSOT305 `app.agents.engine.Runner` {ACROSS}
    def f():
        from app.agents.engine import run
    #                                 ^^^ SSOT305 `app.agents.engine.run` {ACROSS}
    #- app/websocket/typed.pyi
    from app.agents.engine import run
    #                             ^^^ SSOT305 `app.agents.engine.run` {ACROSS}
    """
    )


def test_through_a_module_that_passes_it_on():
    check(
        REGISTRY
        + APP
        + f"""
    #- app/websocket/manager.py
    from app.api import Runner, Alias, engines, Own
    #                   ^^^^^^ SSOT305 `Runner` is `app.agents.engine.Runner`, which {ACROSS}
    #                           ^^^^^ SSOT305 `Alias` is `app.agents.engine.Runner`, which {ACROSS}
    #                                  ^^^^^^^ SSOT305 `engines` is `app.agents.engine`, which {ACROSS}
    """
    )


def test_what_goes_round_nothing():
    check(
        REGISTRY
        + APP
        + """
    #- app/websocket/__init__.py
    from . import manager
    from app.services import bridge
    #- app/websocket/manager.py
    from app.services.bridge import Engine, ask
    from app.api import Passed, Own
    import app, app.services.bridge
    text = "from app.agents import Engine"
    #- app/websocketry.py
    from app.agents import Engine
    #- app/agents/inner.py
    from app.agents import Engine
    """
    )


def test_several_boundaries_and_their_settings():
    check(
        """
    #- ssot.toml
    [[boundaries]]
    from = "app.*"
    to = "sqlalchemy"
    through = "app.db.Session"
    role = "production"
    [[boundaries]]
    from = "app.low"
    to = "app.hi*"
    type-checking = false
    except = ["app/low/special.py"]
    [[boundaries]]
    from = "app.low.b"
    to = "app.low.a.Old"
    #- app/__init__.py
    #- app/db.py
    from sqlalchemy import select, orm
    class Session: ...
    #- app/high/__init__.py
    #- app/low/__init__.py
    from app.db import select, orm
    #                  ^^^^^^ SSOT305 `select` is `sqlalchemy.select`, which is across a boundary, reach it through `app.db.Session`
    #                          ^^^ SSOT305 `orm` is `sqlalchemy.orm`, which is across a boundary, reach it through `app.db.Session`
    #- app/low/a.py
    from app import high
    #               ^^^^ SSOT305 `app.high` is across a boundary, nothing may cross it
    import sqlalchemy.orm as orm
    #      ^^^^^^^^^^^^^^^^^^^^^ SSOT305 `sqlalchemy.orm` is across a boundary, reach it through `app.db.Session`
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from app import high
    class Old: ...
    class New: ...
    #- app/low/b.py
    from app.low.a import Old, New
    #                     ^^^ SSOT305 `app.low.a.Old` is across a boundary, nothing may cross it
    #- app/low/special.py
    from app import high
    #- app/low/high.pyi
    from app import high
    #- app/low/test_a.py
    import sqlalchemy
    """
    )


def test_the_bridge_offers_the_very_same():
    check_fix(
        REGISTRY
        + APP
        + """
    #- app/websocket/manager.py
    from app.agents import Engine as Local, engine
    #                      ^^^^^^^^^^^^^^^ SSOT305 💡 …
    #                                       ^^^^^^ SSOT305 …
    from app.agents.engine import run as ask
    #                             ^^^^^^^^^^ SSOT305 …
    Local()
    """,
        after="""
    #- app/websocket/manager.py
    from app.agents import engine
    from app.agents.engine import run as ask
    from app.services.bridge import Engine as Local
    Local()
    """,
    )


def test_a_bridge_that_would_close_a_cycle():
    [title] = fix_titles(
        REGISTRY
        + APP
        + """
    #- app/services/__init__.py
    from app.websocket import manager
    #- app/websocket/manager.py
    from app.agents import Engine
    """
    )
    assert title.endswith(
        "(unsafe: `app.services` imports `app.websocket.manager`: the new import would close a cycle)"
    )


def test_mistakes():
    check(
        """
    #- ssot.toml
    [[boundaries]]
    from = "app.websockets.*"
    #      ^^^^^^^^^^^^^^^^^^ SSOT402 `app.websockets.*` names no module of the workspace; did you mean `app.websocket`?
    to = "app.agnts"
    #    ^^^^^^^^^^^ SSOT402 `app.agnts` names no module of the workspace; did you mean `app.agents`?
    through = "app.services.brige"
    #         ^^^^^^^^^^^^^^^^^^^^ SSOT402 `app.services.brige` does not exist: `app.services` has no `brige`
    [[boundaries]]
    from = "ap.websocket.*"
    #      ^^^^^^^^^^^^^^^^ SSOT402 `ap.websocket.*` names no module of the workspace; did you mean `app.websocket`?
    to = "requests.*"
    [[boundaries]]
    from = "app.agents"
    to = "app.api.Onw"
    #    ^^^^^^^^^^^^^ SSOT402 `app.api.Onw` names no module of the workspace; did you mean `app.api`?
    """
        + APP
    )


def test_only_imports_that_could_matter_are_read(tmp_path):
    workspace = Workspace(
        tmp_path,
        REGISTRY.lstrip("\n")
        + APP
        + """
    #- app/websocket/manager.py
    import os
    from app.services.bridge import ask
    from app.api import Own
    def f():
        return ask, Own, os
    """,
    )
    assert workspace.found() == []
    index = workspace.engine.index()
    assert index.is_unrelated("app/websocket/manager.py")
    assert not index.is_unrelated("app/agents/engine.py")
    assert not index.known_facts("app/websocket/manager.py").known, "its outline says enough"
