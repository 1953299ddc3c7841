"""What callers may expect of an engine."""

from typing import Protocol


class IExecutionEngine(Protocol):
    def execute(self, agent: str, task: str) -> str: ...

    def cleanup(self) -> None: ...
