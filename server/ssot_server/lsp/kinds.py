"""Words of our own, where the protocol has none: `docs/editor-protocol.md` describes them."""

from __future__ import annotations

FIX_ALL = "source.fixAll.ssot"
"""A kind of code action: all safe fixes of a file."""
FIX_ALL_CELLS = "notebook.source.fixAll.ssot"
"""The same for a notebook. Editors ask for the first of every cell by itself, and would do the same several times."""

STATUS = "ssot/status"
CONCEPTS = "ssot/concepts"
REFRESH = "ssot/refresh"
