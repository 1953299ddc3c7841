"""An engine written because nobody found the one that isolates users already."""

from app.agents.context import UserContext


class IsolatedExecutionEngine:
    def __init__(self, context: UserContext) -> None:
        self.context = context
        self.results: dict[str, str] = {}

    def execute(self, agent: str, task: str) -> str:
        return self.results.setdefault(task, f"{agent} did {task}")

    def cleanup(self) -> None:
        self.results.clear()
