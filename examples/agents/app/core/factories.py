"""Factories as they were before each concept got a home of its own."""

from app.agents.context import UserContext
from app.agents.user_engine import UserExecutionEngine


class ExecutionEngineFactory:
    """Makes engines that nobody disposes of."""

    def create(self, context: UserContext) -> UserExecutionEngine:
        return UserExecutionEngine(context)
