"""The command line: ``tidings``.

Each command lives in ``app.commands`` and imports what is heavy only when it runs, so that
``--version`` and ``--help`` stay quick.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer._completion_classes import completion_init
from typer.core import TyperGroup
from typer.exceptions import TyperException

from app import commands
from app.commands.options import EXIT_INTERRUPTED, path
from app.runtime import use_one_core
from core.errors import ConfigError, TidingsError, UnavailableError, UsageError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 69
EXIT_CONFIG = 78


class InOrder(TyperGroup):
    """Lists the commands in our order; typer's own puts groups of commands last."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 -- typer hands it over
        """Return the names of all commands."""
        return list(commands.COMMANDS)


application = typer.Typer(
    cls=InOrder,
    name="tidings",
    help="Papers, code, competitions and data that matter to you, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tidings {version('tidings')}")
        raise typer.Exit


@application.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(parser=path, help="Settings file. Default: TIDINGS_CONFIG, ./config.toml."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Read what all commands share."""
    context.obj = config


commands.register(application)


def main() -> None:
    """Run the command line; turn expected failures into one line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a sign still shows the rest
            stream.reconfigure(errors="replace")
    use_one_core()
    try:
        _check_arguments()
        completion_init()  # a shell may ask what could be typed next
        code = typer.main.get_command(application).main(prog_name="tidings", standalone_mode=False)
    except TyperException as error:
        raise SystemExit(_refuse(error)) from None
    except typer.Abort:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except TidingsError as error:
        for line in str(error).splitlines():
            typer.echo(f"tidings: {line}", err=True)
        raise SystemExit(_exit_code(error)) from None
    except BrokenPipeError:
        # The reader of our output has gone (`tidings search x | head`); nothing is wrong with us.
        sys.stderr.close()
        raise SystemExit(EXIT_FAILED) from None
    except OSError as error:
        # Ours are turned into StorageErrors where they occur: this one is standard output's.
        typer.echo(f"tidings: cannot write output: {error.strerror}", err=True)
        raise SystemExit(EXIT_FAILED) from None
    if code:
        raise SystemExit(code)


def _refuse(error: TyperException) -> int:
    """Say what is wrong with the command line; return the exit code."""
    from app.complaints import usage_problem

    if type(error).__name__ == "NoArgsIsHelpError":
        # Rich has printed the help already, while the error was made.
        typer.echo(error.message, nl=bool(error.message))
    else:
        typer.echo(f"tidings: {usage_problem(error, _called(sys.argv[1:]))}", err=True)
    return EXIT_USAGE


def _called(words: list[str]) -> str:
    """Return the command that a command line calls, as far as it names one."""
    named, at = "tidings", typer.main.get_command(application)
    for word in words:
        known = getattr(at, "commands", {})
        if word in known:
            named, at = f"{named} {word}", known[word]
        if not hasattr(at, "commands"):
            break
    return named


def _check_arguments() -> None:
    """Refuse what is no text before it reaches the database.

    Raises:
        UsageError: for an argument that is not in the encoding of this system.
    """
    for argument in sys.argv[1:]:
        if not argument.isascii() and any("\ud800" <= sign <= "\udfff" for sign in argument):
            raise UsageError(f"{argument!r} is not valid in this system's encoding")


def _exit_code(error: TidingsError) -> int:
    if isinstance(error, ConfigError):
        return EXIT_CONFIG
    if isinstance(error, UnavailableError):
        return EXIT_UNAVAILABLE
    return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED
