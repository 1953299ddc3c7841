"""Whom an engine works for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UserContext:
    user_id: str
    locale: str = "en"
