"""Sends events to the users' browsers."""

from typing import Protocol


class WebSocketManagerProtocol(Protocol):
    def send(self, user_id: str, event: str) -> None: ...


class WebSocketManager:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, user_id: str, event: str) -> None:
        self.sent.append((user_id, event))
