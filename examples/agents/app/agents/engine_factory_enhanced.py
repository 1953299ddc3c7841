"""The factory once more, with a limit."""

from app.agents.context import UserContext
from app.agents.user_engine import UserExecutionEngine


class ExecutionEngineFactory:
    limit = 100

    def __init__(self) -> None:
        self.made = 0

    def create(self, context: UserContext) -> UserExecutionEngine:
        if self.made >= self.limit:
            raise RuntimeError("too many engines")
        self.made += 1
        return UserExecutionEngine(context)
