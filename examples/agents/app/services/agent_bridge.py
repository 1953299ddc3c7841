"""The one way from web sockets to agents: it sees to it that every user has an engine of their own."""

from app.agents.context import UserContext
from app.agents.engine_factory import ExecutionEngineFactory

__all__ = ["UserContext", "ask"]


def ask(context: UserContext, question: str) -> str:
    return ExecutionEngineFactory().create(context).execute("researcher", question)
