"""``tidings help`` and ``completion``: what can be typed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from app import completions
from app.complaints import not_one_of
from core.errors import UsageError

COMPLETE = "_TIDINGS_COMPLETE"
"""Variable by which a shell asks what could be typed next."""


class Shell(StrEnum):
    """Shells that complete commands, options and their values."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what makes a shell complete commands, options and their values."""
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="tidings", complete_var=COMPLETE, shell=shell.value)
    if shell is Shell.ZSH:
        # zsh reads a file of its fpath when the key is pressed first, and that press counts too.
        *rest, last = script.splitlines()
        own = "if [[ $funcstack[1] == _tidings ]]; then _tidings_completion; else"
        script = "\n".join([*rest, f"{own} {last}; fi"])
    typer.echo(script)


def help_(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND]…",
            autocompletion=completions.commands,
            help="Default: all commands.",
        ),
    ] = None,
) -> None:
    """Show the help of a command, as --help does."""
    at: Any = context.find_root()
    for word in words or []:
        known = getattr(at.command, "commands", {})
        if word not in known:
            path = at.command_path
            raise UsageError(
                not_one_of(word, known, "command") if known else f"{path} has no further commands"
            )
        at = type(at)(known[word], info_name=word, parent=at)
    typer.echo(at.get_help())
