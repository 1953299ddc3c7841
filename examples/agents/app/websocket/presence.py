"""Who is there, and since when."""

from app.websocket.sessions import Session


class Presence:
    """Remembers when each user was last seen."""

    def __init__(self) -> None:
        self.last_seen: dict[str, float] = {}

    def seen(self, session: Session, now: float) -> None:
        self.last_seen[session.user_id] = now
