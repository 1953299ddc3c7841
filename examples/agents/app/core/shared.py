"""What everybody may use without asking."""

from app.agents.context import UserContext
from app.agents.engine_factory import ExecutionEngineFactory

engine = ExecutionEngineFactory().create(UserContext("system"))
