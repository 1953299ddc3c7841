"""Tells, as JSON, the version of the interpreter and of the ssot-lsp that is installed in it. Any Python can run it."""

import json
import sys


def main():
    """Print what was found."""
    installed = None
    if sys.version_info >= (3, 10):
        from importlib import metadata

        try:
            installed = metadata.version("ssot-lsp")
        except metadata.PackageNotFoundError:
            pass
    print(json.dumps({"version": list(sys.version_info[:3]), "installed": installed}))


if __name__ == "__main__":
    main()
