from harness import check


def test_detours_are_found_and_the_face_is_not_one():
    check(
        """
    #- ssot.toml
    [concepts.user]
    canonical = "app.models.User"
    [concepts.engine]
    canonical = "app.agents.Engine"
    #- app/__init__.py
    from app.models import User
    #- app/models.py
    class User: ...
    #- app/agents/__init__.py
    from app.agents.engine import Engine
    #- app/agents/engine.py
    class Engine: ...
    #- app/agents/worker.py
    from app.agents.engine import Engine
    from .engine import Engine as E
    #- app/api.py
    from app.models import User
    from app.agents.engine import Engine
    #                             ^^^^^^ SSOT102 💡 `Engine` lives in `app.agents`
    #- app/views.py
    from app.api import User
    #                   ^^^^ SSOT102 💡 `User` lives in `app.models`
    from app import User as U
    #               ^^^^^^^^^ SSOT102 💡 `User` lives in `app.models`
    import app.api as api
    import app.models

    def f(user: api.User, other: app.models.User): return User, U
    #           ^^^^^^^^ SSOT102 💡 `User` lives in `app.models`
    #- app/star.py
    from app.api import *
    x = User()
    #   ^^^^ SSOT102 💡 `User` lives in `app.models`
    #- app/ok.py
    from app.agents import Engine
    from app import agents
    y = agents.Engine, agents.engine.Engine
    #                  ^^^^^^^^^^^^^^^^^^^^ SSOT102 💡 `Engine` lives in `app.agents`
    """
    )
