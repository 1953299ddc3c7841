"""The sessions of the users who are connected."""

from app.websocket.presence import Presence


class Session:
    """One user's session."""

    presence = Presence()

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
