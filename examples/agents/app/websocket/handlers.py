"""Answers what users send over their connections."""

import asyncio

from app.agents.context import UserContext
from app.agents.user_engine import UserExecutionEngine
from app.websocket.manager import WebSocketManagerProtocol


async def on_message(user_id: str, text: str, manager: WebSocketManagerProtocol) -> None:
    engine = UserExecutionEngine(UserContext(user_id))
    await asyncio.sleep(0.1)
    manager.send(user_id, engine.execute("researcher", text))
