"""The program: `ssot`, or `python -m ssot_server`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

_ISSUES = "https://github.com/ssot-lsp/ssot-lsp/issues"
_TROUBLE = 2
_INTERRUPTED = 130
_SERVER = (["server"], ["server", "--stdio"])
"""How editors start the server: they wait for it, so it loads no command line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit status. This is where every exception ends."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _never_fail_to_print()
    try:
        return _serve() if words in _SERVER else _run(words)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place
        return _report_internal_error(error)


def _serve() -> int:
    """Run the server. All that it loads stays to the end, so the collector has nothing to look for in it."""
    gc.disable()
    from ssot_server.lsp.server import serve

    gc.freeze()
    gc.enable()
    serve(tcp=None)
    return 0


def _run(words: list[str]) -> int:
    from ssot_server.cli.commands import run

    return run(words)


def _never_fail_to_print() -> None:
    """Escape what a stream's encoding has no character for."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _report_internal_error(error: Exception) -> int:
    from ssot_server.cli.commands import DEBUG

    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    sys.stderr.write(f"ssot: internal error: {type(error).__name__}: {error}\n")
    sys.stderr.write(f"Please report it at {_ISSUES} with the output of `{DEBUG}=1 ssot ...`.\n")
    return _TROUBLE


if __name__ == "__main__":
    sys.exit(main())
