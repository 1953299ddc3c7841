"""The engine: one for each user, with no state between them."""

from app.agents.context import UserContext


class UserExecutionEngine:
    """Runs one user's agents."""

    def __init__(self, context: UserContext, timeout: float = 30.0) -> None:
        self.context = context
        self.timeout = timeout
        self.history: list[str] = []

    def execute(self, agent: str, task: str) -> str:
        answer = f"{agent} did {task} for {self.context.user_id}"
        self.history.append(answer)
        return answer

    def cleanup(self) -> None:
        self.history.clear()
