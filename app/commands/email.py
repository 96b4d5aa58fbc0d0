"""``tidings email``: the weekly digests as files, and through SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import AsJson, opened, print_json
from app.mail_formats import Fate, FileFormat
from app.mail_status import Status, status_of
from core.errors import UsageError

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
            from digests.render.mime import LOCAL_SENDER

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


@email.command("send")
def send(context: typer.Context, as_json: AsJson = False) -> None:
    """Send what is due, and say what became of each mail that waits or is in doubt."""
    from app.wiring.mail import send_due

    with opened(context) as application:
        opened_now = send_due(application)
        state = status_of(application)
    for id_, reason in opened_now.failed.items():
        typer.echo(f"tidings: subscription {id_}: {reason}", err=True)
    _show(state, as_json=as_json)


@email.command("status")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how many mails were sent lately, and list those that wait, failed or are in doubt."""
    with opened(context) as application:
        state = status_of(application)
    _show(state, as_json=as_json)


@email.command("decide")
def decide(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Key of a mail in doubt.")],
    fate: Annotated[Fate, typer.Argument(help="What you found out, or want.")],
    as_json: AsJson = False,
) -> None:
    """Settle a mail in doubt: it arrived, or it is to be sent again."""
    with opened(context) as application:
        arrived = fate is Fate.ARRIVED
        outbox = application.storage.outbox
        if not outbox.decide(key, arrived=arrived, now=application.clock()):
            raise UsageError(f"no mail {key!r} is in doubt; tidings email status lists them")
    if as_json:
        print_json({"key": key, "fate": fate.value})
    else:
        typer.echo(f"{key}: {'sent' if arrived else 'will be sent again'}")


def _show(state: Status, *, as_json: bool) -> None:
    if as_json:
        print_json(state.data())
        return
    counts = ", ".join(f"{count} {name}" for name, count in state.counts.items())
    typer.echo(counts or "no mail yet")
    for one in state.open:
        when = f", again {one.not_before:%Y-%m-%d %H:%M} UTC" if one.state == "pending" else ""
        typer.echo(f"{one.state}: {one.part.key} ({one.period}){when}: {one.error or 'new'}")
