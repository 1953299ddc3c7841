"""The one place where engines are made."""

from app.agents.context import UserContext
from app.agents.user_engine import UserExecutionEngine


class ExecutionEngineFactory:
    """Keeps one engine for each user and disposes of it on request."""

    def __init__(self) -> None:
        self._engines: dict[str, UserExecutionEngine] = {}

    def create(self, context: UserContext) -> UserExecutionEngine:
        return self._engines.setdefault(context.user_id, UserExecutionEngine(context))

    def dispose(self, context: UserContext) -> None:
        engine = self._engines.pop(context.user_id, None)
        if engine is not None:
            engine.cleanup()
