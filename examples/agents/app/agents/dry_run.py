"""Shows what would be done."""


class DryRunExecutionEngine:
    """Collects the tasks that an engine would run."""

    def __init__(self) -> None:
        self.plan: list[str] = []

    def execute(self, agent: str, task: str) -> str:
        self.plan.append(f"{agent}: {task}")
        return self.plan[-1]

    def cleanup(self) -> None:
        self.plan.clear()
