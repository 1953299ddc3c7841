"""Stand-ins for tests."""


class MockExecutionEngine:
    """Answers at once."""

    def execute(self, agent: str, task: str) -> str:
        return "done"

    def cleanup(self) -> None:
        """There is nothing to clean up."""


class MockWebSocketManager:
    def send(self, user_id: str, event: str) -> None:
        """Nobody listens."""
