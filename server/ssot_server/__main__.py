"""The program: `ssot`, or `python -m ssot_server`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from ssot_server.cli.commands import DEBUG, cli

_ISSUES = "https://github.com/ssot-lsp/ssot-lsp/issues"
_LAST_PORT = 65535
_TROUBLE = 2
_INTERRUPTED = 130


def _host_and_port(value: str) -> tuple[str, int]:
    """Read `HOST:PORT`, with an IPv6 host in brackets."""
    host, _, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or int(port) > _LAST_PORT:
        raise click.BadParameter(f"'{value}' is not HOST:PORT, such as 127.0.0.1:2087.")
    return host, int(port)


@cli.command()
@click.option("--stdio", is_flag=True, help="Talk over standard input and output (what it does anyway).")
@click.option("--tcp", type=_host_and_port, metavar="HOST:PORT", help="Wait for one editor on a TCP port instead.")
def server(stdio: bool, tcp: tuple[str, int] | None) -> None:
    """Run the language server, for an editor."""
    if stdio and tcp:
        raise click.UsageError("Give --stdio or --tcp, not both.")
    from ssot_server.lsp.server import serve

    serve(tcp=tcp)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit status. This is where every exception ends.

    A reader that closes the pipe early is click's to see to: the program ends without a word.
    """
    _never_fail_to_print()
    try:
        status = cli.main(arguments, prog_name="ssot", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return _TROUBLE
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place
        return _report_internal_error(error)
    return status if isinstance(status, int) else 0


def _never_fail_to_print() -> None:
    """Escape what a stream's encoding has no character for."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _report_internal_error(error: Exception) -> int:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    click.echo(f"ssot: internal error: {type(error).__name__}: {error}", err=True)
    click.echo(f"Please report it at {_ISSUES} with the output of `{DEBUG}=1 ssot ...`.", err=True)
    return _TROUBLE


if __name__ == "__main__":
    sys.exit(main())
