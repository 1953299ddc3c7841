"""What every part of the application needs."""

from app.agents.engine_factory import ExecutionEngineFactory

__all__ = ["ExecutionEngineFactory"]
