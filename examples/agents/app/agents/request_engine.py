"""An engine for one request."""

from app.agents.user_engine import UserExecutionEngine


class RequestScopedExecutionEngine(UserExecutionEngine):
    """Forgets everything when its request ends."""

    def __enter__(self) -> "RequestScopedExecutionEngine":
        return self

    def __exit__(self, *error: object) -> None:
        self.cleanup()
