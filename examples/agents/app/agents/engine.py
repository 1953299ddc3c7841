"""The first engine. It passes everything on to its successor until its last caller is gone."""

import warnings

from app.agents.context import UserContext
from app.agents.user_engine import UserExecutionEngine


class ExecutionEngine:
    """Deprecated: use `UserExecutionEngine`."""

    def __init__(self, context: UserContext, registry: object = None) -> None:
        warnings.warn("use UserExecutionEngine", DeprecationWarning, stacklevel=2)
        self._engine = UserExecutionEngine(context)

    def execute(self, agent: str, task: str) -> str:
        return self._engine.execute(agent, task)

    def cleanup(self) -> None:
        self._engine.cleanup()
