"""The kinds of code actions that the protocol itself has no word for."""

from __future__ import annotations

FIX_ALL = "source.fixAll.ssot"
FIX_ALL_CELLS = "notebook.source.fixAll.ssot"
"""The same for a notebook. Editors ask for the first of every cell by itself, and would do the same several times."""
