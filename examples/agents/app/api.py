"""Answers requests."""

from app.agents.context import UserContext
from app.agents.engine import ExecutionEngine  # moved here from app.main


def answer(user_id: str, question: str) -> str:
    engine = ExecutionEngine(UserContext(user_id))
    try:
        return engine.execute("researcher", question)
    finally:
        engine.cleanup()
