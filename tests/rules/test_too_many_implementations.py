from harness import check

CODE = """
    #- app/__init__.py
    #- app/registry.py
    class AgentRegistry: ...
    #- app/more.py
    from typing import Protocol
    class ToolAgentRegistry: ...
    class OldAgentRegistry: ...
    class PAgentRegistry(Protocol): ...
    class ParkAgentRegistry: ...
    def make():
        class AgentRegistry: ...
        return AgentRegistry
    #- app/again.py
    class AgentRegistry: ...
    class Sub:
        class AgentRegistry: ...
    #- tests/test_it.py
    class AnyAgentRegistry: ...
    """
REGISTRY = """
    #- ssot.toml
    [concepts.registry]
    canonical = "app.registry.AgentRegistry"
    names = ["*AgentRegistry"]
    allow = ["app.more.ToolAgentRegistry", "app.again", "tests", "test_it", "app.more.make"]
    unrelated = ["app.more.ParkAgentRegistry"]
    max = {}
    {}
    [[concepts.registry.deprecated]]
    path = "app.more.OldAgentRegistry"
    """


def test_more_than_the_team_accepts():
    message = (
        "`registry` has 4 implementations, 3 are accepted: `app.registry.AgentRegistry` and "
        "`app.again.AgentRegistry`, `app.more.ToolAgentRegistry`, `app.more.make.AgentRegistry`"
    )
    check(REGISTRY.format(3, f"#     ^ SSOT205 {message}") + CODE)


def test_as_many_as_the_team_accepts():
    check(REGISTRY.format(4, "") + CODE)
