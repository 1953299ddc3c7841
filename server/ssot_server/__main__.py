"""The program: `ssot`, or `python -m ssot_server`."""

from __future__ import annotations

import gc
import os
import sys

from ssot_server.replay import Run

_ISSUES = "https://github.com/ssot-lsp/ssot-lsp/issues"
_TROUBLE = 2
_INTERRUPTED = 130
_SERVER = (["server"], ["server", "--stdio"])
"""How editors start the server: they wait for it, so it loads no command line."""


def main() -> int:
    """Run this process's command line and return its exit status.

    What a run makes are values without cycles that go with the process. So the collector is off (a server turns it
    on), and has nothing to look at in the end, when Python would once more go through every object there is.
    """
    gc.disable()
    status = run(sys.argv[1:])
    gc.freeze()
    return status


def run(arguments: list[str]) -> int:
    """Run a command line and return the exit status. This is where every exception ends."""
    _never_fail_to_print()
    try:
        if arguments in _SERVER:
            return _serve()
        known = Run.of(arguments)
        status = None if known is None else known.replay()
        return _run(arguments, known) if status is None else status
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place
        return _report_internal_error(error)


def _serve() -> int:
    from ssot_server.lsp.server import serve

    serve(tcp=None)
    return 0


def _run(arguments: list[str], known: Run | None) -> int:
    from ssot_server.cli import commands

    return commands.run(arguments, known)


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
