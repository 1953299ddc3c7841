"""Who knows which agents there are."""


class AgentRegistry:
    """Every agent by its name."""

    def __init__(self) -> None:
        self.agents: dict[str, object] = {}

    def register(self, name: str, agent: object) -> None:
        self.agents[name] = agent

    def find(self, name: str) -> object:
        return self.agents[name]


class ToolAgentRegistry(AgentRegistry):
    """Agents that may call tools."""


class RemoteAgentRegistry(AgentRegistry):
    """Agents that run elsewhere."""


class LazyAgentRegistry(AgentRegistry):
    """Agents that are loaded when they are first asked for."""
