"""``tidings help``: the help page of a command, for those who ask for it by that word."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.complaints import not_one_of
from core.errors import UsageError


def help_(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]…", help="Default: all commands.")
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
