"""An engine that offers tools to its agents."""

from app.agents.context import UserContext


class MCPEnhancedExecutionEngine:
    """Copied from the first engine, with tools added."""

    def __init__(self, context: UserContext, tools: tuple[str, ...] = ()) -> None:
        self.context = context
        self.tools = tools

    def execute(self, agent: str, task: str) -> str:
        return f"{agent} did {task} with {len(self.tools)} tools"

    def cleanup(self) -> None:
        self.tools = ()
