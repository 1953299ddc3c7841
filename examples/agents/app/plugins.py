"""What plug-ins may use; they are loaded where the rest of the application may be missing."""

try:
    from app.agents.engine_factory import ExecutionEngineFactory
except ImportError:

    class ExecutionEngineFactory:  # type: ignore[no-redef]
        """Stands in where there are no agents."""

        def create(self, context: object) -> None:
            raise RuntimeError("agents are not installed")


def factory() -> ExecutionEngineFactory:
    return ExecutionEngineFactory()
