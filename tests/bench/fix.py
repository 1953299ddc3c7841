"""Carry out all safe fixes over real trees, and look for what they broke: `python tests/bench/fix.py --help`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from bench.real_fixes import main

    sys.exit(main())
