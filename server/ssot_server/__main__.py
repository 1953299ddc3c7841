"""The program: `ssot`, or `python -m ssot_server`."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from ssot_server.cli.commands import DEBUG, cli

_ISSUES = "https://github.com/ssot-lsp/ssot-lsp/issues"
_TROUBLE = 2
_INTERRUPTED = 130
_PIPE_CLOSED = 141
"""What a shell reports for a program that SIGPIPE ended."""


class _HostPort(click.ParamType):
    """`HOST:PORT`, with an IPv6 host in brackets."""

    name = "host:port"

    def convert(
        self, value: str | tuple[str, int], parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value
        host, _, port = value.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
            self.fail(f"'{value}' is not HOST:PORT, such as 127.0.0.1:2087.", parameter, context)
        return host, int(port)


@cli.command()
@click.option("--stdio", is_flag=True, help="Talk over standard input and output (what it does anyway).")
@click.option("--tcp", type=_HostPort(), metavar="HOST:PORT", help="Wait for one editor on a TCP port instead.")
def server(stdio: bool, tcp: tuple[str, int] | None) -> None:
    """Run the language server, for an editor."""
    if stdio and tcp:
        raise click.UsageError("Give --stdio or --tcp, not both.")
    from ssot_server.lsp.server import serve

    serve(tcp=tcp)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit status. This is where every exception ends."""
    _never_fail_to_print()
    try:
        status = cli.main(arguments, prog_name="ssot", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return _TROUBLE
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place
        if isinstance(error, OSError) and _is_closed_pipe(error):
            _stop_writing()
            return _PIPE_CLOSED
        return _report_internal_error(error)
    return status if isinstance(status, int) else 0


def _never_fail_to_print() -> None:
    """Escape what a stream's encoding has no character for."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _is_closed_pipe(error: OSError) -> bool:
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)


def _stop_writing() -> None:
    """Keep the interpreter from flushing, and complaining, once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_internal_error(error: Exception) -> int:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    click.echo(f"ssot: internal error: {type(error).__name__}: {error}", err=True)
    click.echo(f"Please report it at {_ISSUES} with the output of `{DEBUG}=1 ssot ...`.", err=True)
    return _TROUBLE


if __name__ == "__main__":
    sys.exit(main())
