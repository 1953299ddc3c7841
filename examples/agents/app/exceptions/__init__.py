"""What can go wrong."""


class AgentError(Exception):
    """An agent could not do its work."""
