"""Moved to app.websocket.notifier."""

from app.websocket.notifier import WebSocketNotifier

__all__ = ["WebSocketNotifier"]
