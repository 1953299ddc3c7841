"""What the older tests need to find what they test."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "app" / "websocket"))
