"""Tells a user that their work is done."""

from app.core import ExecutionEngineFactory
from app.agents.context import UserContext
from app.websocket.manager import WebSocketManagerProtocol


def run_and_tell(context: UserContext, task: str, manager: WebSocketManagerProtocol) -> None:
    manager.send(context.user_id, ExecutionEngineFactory().create(context).execute("writer", task))
