"""``tidings email``: the weekly digests as files, and through SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import AsJson, opened, print_json
from app.mail_formats import FileFormat

email = typer.Typer(help="Digests by mail.", no_args_is_help=True)


@email.command("export")
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    week: Annotated[str, typer.Option(help="Such as 2026-W47; left out, the running one.")] = "",
    everybody: Annotated[
        bool, typer.Option("--all", help="Also what is not due: not yet, or paused.")
    ] = False,
    community: Annotated[
        bool, typer.Option("--community", help="The edition for everybody, nothing personal.")
    ] = False,
    format_: Annotated[
        FileFormat, typer.Option("--format", help="One file a mail, or one mailbox.")
    ] = FileFormat.EML,
    as_json: AsJson = False,
) -> None:
    """Write the mails of a week to files; doing so again changes nothing."""
    from app import mail_export

    with opened(context) as application:
        if not application.loaded.settings.email.sender:
            from digests.render.message import LOCAL_SENDER

            typer.echo(f"no email.sender is set: the mails are from {LOCAL_SENDER}", err=True)
        if community:
            made = mail_export.export_community(application, out, week=week, format_=format_)
        else:
            made = mail_export.export(
                application, out, week=week, everybody=everybody, format_=format_
            )
        written = list(made)
    if as_json:
        files = [{"path": str(one.path), "new": one.is_new} for one in written]
        print_json({"files": files})
        return
    for one in written:
        typer.echo(f"{'written' if one.is_new else 'unchanged'}: {one.path}")
    if not written:
        typer.echo("no subscription by mail is due in this week; --all writes those that are not")
