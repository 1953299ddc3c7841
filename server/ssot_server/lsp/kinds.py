"""The kinds of code actions that the protocol itself has no word for."""

from __future__ import annotations

FIX_ALL = "source.fixAll.ssot"
