"""Which release this is."""

from __future__ import annotations


def version() -> str:
    """The installed version; a checkout that was never installed has none."""
    from importlib import metadata  # slow to load, and few commands ask

    try:
        return metadata.version("ssot-lsp")
    except metadata.PackageNotFoundError:
        return "unknown"
