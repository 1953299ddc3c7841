"""Watches over the agents of every user."""

from .context import UserContext
from .engine import ExecutionEngine
from .interface import IExecutionEngine


class SupervisedEngine(ExecutionEngine):
    """Counts what its agents do."""

    count = 0

    def execute(self, agent: str, task: str) -> str:
        self.count += 1
        return super().execute(agent, task)


def engine_for(context: UserContext, watched: bool) -> IExecutionEngine:
    if watched:
        return SupervisedEngine(context)
    from app.agents.isolated_engine import IsolatedExecutionEngine

    return IsolatedExecutionEngine(context)
