"""Starts `ssot` in the interpreter at hand: with `--bundled` the one beside this file, else the installed one.

A file rather than `python -m`, which would look for modules in the workspace first.
"""

import os
import sys


def main():
    """Run the command line that follows."""
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == here:
        del sys.path[0]
    if sys.argv[1:2] == ["--bundled"]:
        del sys.argv[1]
        sys.path.insert(0, os.path.join(here, "libs"))
    from ssot_server.__main__ import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
