"""An older test: it imports the manager as if the folder around it were no package."""

from manager import WebSocketManager


def test_nobody_is_connected():
    assert isinstance(WebSocketManager(), object)
