"""What can go wrong, before it became a package."""


class AgentError(Exception):
    """An agent could not do its work."""


class ContextExpired(AgentError):
    """The user's context is no longer valid."""
