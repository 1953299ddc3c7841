"""Tells a user that their work is done."""

from app.core import ExecutionEngineFactory
from app.core.notifier import WebSocketNotifier
from app.agents.context import UserContext
from app.websocket.manager import WebSocketManagerProtocol


def run_and_tell(context: UserContext, task: str, manager: WebSocketManagerProtocol) -> None:
    answer = ExecutionEngineFactory().create(context).execute("writer", task)
    WebSocketNotifier(manager).notify(context.user_id, answer)
