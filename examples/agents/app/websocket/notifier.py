"""Tells a user what their agents are doing."""

from app.websocket.manager import WebSocketManagerProtocol


class WebSocketNotifier:
    """Sends notices to one user after another."""

    def __init__(self, manager: WebSocketManagerProtocol) -> None:
        self.manager = manager

    def notify(self, user_id: str, notice: str) -> None:
        self.manager.send(user_id, notice)
