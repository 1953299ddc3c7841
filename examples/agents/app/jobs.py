"""Work that goes on when no user is waiting."""

import app.agents.engine as engines
from app.agents.context import UserContext

TOOLS = {"search": True}


def nightly(users: list[str]) -> list[str]:
    return [engines.ExecutionEngine(UserContext(user)).execute("cleaner", "tidy up") for user in users]


def with_tools(user_id: str) -> str:
    from app.agents.engine import ExecutionEngine as Engine

    return Engine(UserContext(user_id), registry=TOOLS).execute("librarian", "sort")
