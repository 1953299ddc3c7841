"""Says what an engine has done."""

from typing import Union

from app.agents.dry_run import DryRunExecutionEngine
from app.agents.engine import ExecutionEngine

AnyEngine = Union[ExecutionEngine, DryRunExecutionEngine]


def describe(engine: AnyEngine) -> str:
    if isinstance(engine, DryRunExecutionEngine):
        return f"a plan of {len(engine.plan)} steps"
    return "an engine"
