"""The command line: its commands, options and exit statuses. What they do is imported when they run."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from ssot_server.replay import NO_CACHE, Run
from ssot_server.version import VERSION


class Failure(click.ClickException):
    """Something that keeps a command from doing its work, said in one line."""

    exit_code = 2


DEBUG = "SSOT_DEBUG"
"""The environment variable that asks for the traceback of an internal error."""
DECISIONS = ("replace", "subclass", "allow", "deprecate", "unrelated", "delete")
"""What can be decided about a finding; the same words as in `ssot_rules.decisions`, which takes time to load."""
_TROUBLE = 2
_INTERRUPTED = 130
_LAST_PORT = 65535


def run(arguments: Sequence[str], known: Run | None) -> int:
    """Run a command line and return the exit status; `known` is what is known of this run from earlier ones.

    A reader that closes the pipe early is click's to see to: the program ends without a word.
    """
    try:
        status = cli.main(arguments, prog_name="ssot", standalone_mode=False, obj=known)
    except click.ClickException as error:
        error.show()
        return _TROUBLE
    except click.Abort:
        return _INTERRUPTED
    return status if isinstance(status, int) else 0


def _print_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    click.echo(f"ssot {VERSION}")
    context.exit()


def _show_tracebacks(_context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        os.environ[DEBUG] = "1"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_tracebacks,
    help=f"Show the traceback of an internal error, as {DEBUG}=1 does.",
)
def cli() -> None:
    """Keep one implementation for each concept of a Python code base.

    What the team decided stands in `ssot.toml`, at the top of the code that it speaks of.
    """


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--fix", is_flag=True, help="Apply the safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="Take unsafe fixes for applicable, too.")
@click.option(
    "--choose",
    type=click.Choice(DECISIONS),
    help="With --fix or --diff: answer findings by this decision, where they offer it, instead of by their fixes.",
)
@click.option("--diff", is_flag=True, help="Print what fixing would change as a patch, and change nothing.")
@click.option("--select", multiple=True, metavar="CODES", help="Only these rules: codes, names or prefixes of codes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Not these rules; wins over --select.")
@click.option(
    "--output-format",
    type=click.Choice(["full", "concise", "json"]),
    default="full",
    show_default=True,
    help="How to show findings.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of showing them.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are violations.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if anything was fixed.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read standard input in place of this file; with --fix, print the fixed text.",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The registry to use instead of the nearest ssot.toml; its folder is the workspace.",
)
@click.option(NO_CACHE, is_flag=True, help="Neither use nor keep what earlier runs found out.")
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    fix: bool,
    unsafe_fixes: bool,
    choose: str | None,
    diff: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    output_format: str,
    statistics: bool,
    exit_zero: bool,
    exit_non_zero_on_fix: bool,
    stdin_filename: Path | None,
    config: Path | None,
    no_cache: bool,
) -> None:
    """Report what departs from the registry, in PATHS: files or folders; the current folder by default.

    The rest of the workspace is read for context. CODES is a comma-separated list; the option may be repeated.

    Exit status: 0 if there are no violations or all were fixed; 1 if there are some, or if --diff shows a change;
    2 if the command line or the registry is wrong, or if something else keeps ssot from its work. Errors and
    warnings are violations; information and hints are not.
    """
    from ssot_rules import ALL_RULES
    from ssot_server.cli import check as checking
    from ssot_server.cli.selection import Selection, UnknownCode
    from ssot_server.cli.targets import OutsideWorkspace
    from ssot_server.engine import NoRegistry
    from ssot_server.workspace import UnreadableSource

    if stdin_filename is not None and paths:
        raise click.UsageError("--stdin-filename takes the place of PATHS; give one or the other.", context)
    if choose is not None and not (fix or diff):
        raise click.UsageError("--choose says how to fix: give it with --fix or --diff.", context)
    chosen = paths or (Path(),)
    reads_only = not (fix or diff or no_cache or stdin_filename is not None)
    run = context.find_object(Run) if reads_only else None
    if run is not None:
        run.ask_about(chosen, config)
    try:
        options = checking.Options(
            paths=chosen,
            selection=Selection.parse(select, ignore, ALL_RULES),
            fix=fix,
            unsafe=unsafe_fixes,
            choose=choose,
            diff=diff,
            output_format=output_format,
            statistics=statistics,
            exit_zero=exit_zero,
            exit_non_zero_on_fix=exit_non_zero_on_fix,
            stdin_filename=stdin_filename,
            config=config,
            cached=not no_cache,
        )
        status = checking.check(options, run)
    except (UnknownCode, OutsideWorkspace) as error:
        raise click.UsageError(str(error), context) from error
    except (NoRegistry, UnreadableSource) as error:
        raise Failure(str(error)) from error
    context.exit(status)


@cli.command()
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take what is proposed.")
@click.option("--most", type=click.IntRange(min=0), default=20, show_default=True, help="Groups of rivals to propose.")
@click.option("--dry-run", is_flag=True, help="Print the draft and write nothing.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to show what was found.",
)
def init(folder: Path, yes: bool, most: int, dry_run: bool, output_format: str) -> None:
    """Write the first registry of the code in FOLDER (the current one by default), from evidence.

    Definitions that look like one concept are proposed with the likely canonical first; what the code itself calls
    deprecated, and what other tools are told of it, becomes entries. The evidence stands in comments. On a terminal
    each concept is shown and asked about. A registry that is there is never overwritten.
    """
    from ssot_server.cli import init as drafting

    try:
        drafting.init(drafting.Options(folder, yes or output_format == "json", most, dry_run, output_format == "json"))
    except drafting.Refused as error:
        raise Failure(str(error)) from error


@cli.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="Results to show.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to show the results.",
)
def find(words: tuple[str, ...], most: int, output_format: str) -> None:
    """Search for what exists already: `ssot find "retry with backoff"`.

    WORDS are looked for in the names, docstrings and members of all classes, functions and modules of the workspace.
    What the registry calls canonical comes first, what it deprecates last.
    """
    from ssot_server.cli import finding

    click.echo(finding.find(" ".join(words), most, as_json=output_format == "json"), nl=False)


@cli.command()
@click.argument("subject", metavar="NAME|FILE:LINE")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to show the answer.",
)
def explain(subject: str, output_format: str) -> None:
    """Say what the registry says of a concept, a path, a name, or what stands in a line.

    The answer names the concept's canonical implementation, its rivals, and what is deprecated with its uses.
    """
    from ssot_server.cli import explaining
    from ssot_server.engine import NoRegistry

    try:
        text = explaining.explain(subject, as_json=output_format == "json")
    except (NoRegistry, explaining.Unknown) as error:
        raise Failure(str(error)) from error
    click.echo(text, nl=False)


@cli.command()
@click.argument("rule", required=False, metavar="[CODE|NAME]")
@click.option("--all", "every", is_flag=True, help="All rules.")
@click.option(
    "--output-format",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="How to show the documentation.",
)
@click.pass_context
def rule(context: click.Context, rule: str | None, every: bool, output_format: str) -> None:
    """Explain a rule, by its code or name."""
    from ssot_rules import ALL_RULES
    from ssot_server.cli import rule_pages
    from ssot_server.cli.selection import UnknownCode, find_rule

    if every == (rule is not None):
        raise click.UsageError("Give a rule's code or name, or --all.", context)
    if rule is None:
        items = [rule_pages.as_json(known) for known in ALL_RULES]
        pages = [rule_pages.markdown(known) for known in ALL_RULES]
        click.echo(json.dumps(items, indent=2) if output_format == "json" else "\n".join(pages).rstrip("\n"))
        return
    try:
        found = find_rule(rule, ALL_RULES)
    except UnknownCode as error:
        raise click.UsageError(str(error), context) from error
    if output_format == "json":
        click.echo(json.dumps(rule_pages.as_json(found), indent=2))
    else:
        click.echo(rule_pages.markdown(found), nl=False)


@cli.command()
def schema() -> None:
    """Print a JSON Schema of `ssot.toml`, for editors that know TOML."""
    from pathlib import Path

    import ssot_server

    click.echo(Path(ssot_server.__file__).with_name("ssot.schema.json").read_text("utf-8"), nl=False)


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
