"""``tidings email``: digests by email, exported to files or sent by SMTP."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import AsJson, check_folder, opened, path, print_json
from app.mail_status import Status, status_of
from core.errors import UsageError
from core.weeks import week_name

email = typer.Typer(help="Digests by email.", no_args_is_help=True)


class FileFormat(StrEnum):
    """One file a mail, or one mailbox for all."""

    EML = "eml"
    MBOX = "mbox"


class Decision(StrEnum):
    """What to do with an email that is in doubt."""

    ARRIVED = "arrived"
    AGAIN = "again"


@email.command("export")
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(parser=path, help="Folder to write to.")],
    week: Annotated[
        str | None, typer.Option(help="ISO week such as 2026-W47; default: this week.")
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Include subscriptions that are not due, or paused.")
    ] = False,
    community: Annotated[
        bool, typer.Option("--community", help="Write the edition for everybody instead.")
    ] = False,
    format_: Annotated[
        FileFormat, typer.Option("--format", help="One .eml file per email, or one mailbox file.")
    ] = FileFormat.EML,
    as_json: AsJson = False,
) -> None:
    """Write the emails of a week to files; once it is over, running it again changes nothing."""
    from app import mail_export

    check_folder(out.parent)
    with opened(context) as application:
        name = week_name(application.clock()) if week is None else week
        mbox = format_ is FileFormat.MBOX
        advice = mail_export.advice_on_running(application, name) if community else ""
        if community:
            made = mail_export.export_community(application, out, week=name, mbox=mbox)
        else:
            made = mail_export.export(application, out, week=name, everybody=everybody, mbox=mbox)
        written = list(made)
        if not application.loaded.settings.email.sender:
            from digests.render.mime import LOCAL_SENDER

            typer.echo(f"email.sender is not set; the emails are from {LOCAL_SENDER}", err=True)
        if advice:
            typer.echo(advice, err=True)
    if as_json:
        files = [{"path": str(one.path), "new": one.is_new} for one in written]
        print_json({"files": files})
        return
    for one in written:
        typer.echo(f"{'written' if one.is_new else 'unchanged'}: {one.path}")
    if not written:
        typer.echo("no email subscription is due in this week; --all includes those that are not")


@email.command("send")
def send(context: typer.Context, as_json: AsJson = False) -> None:
    """Send what is due, then list the emails that wait, failed or are in doubt."""
    from app.wiring.mail import send_due

    with opened(context) as application:
        opened_now = send_due(application)
        state = status_of(application)
    for id_, reason in opened_now.failed.items():
        typer.echo(f"tidings: subscription {id_}: {reason}", err=True)
    _show(state, as_json=as_json)


@email.command("status")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Count recent emails by state, and list those that wait, failed or are in doubt."""
    with opened(context) as application:
        state = status_of(application)
    _show(state, as_json=as_json)


@email.command("decide")
def decide(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Key of an email in doubt.")],
    decision: Annotated[Decision, typer.Argument(help="It arrived, or send it again.")],
    as_json: AsJson = False,
) -> None:
    """Settle an email in doubt: it arrived, or send it again."""
    with opened(context) as application:
        arrived = decision is Decision.ARRIVED
        outbox = application.storage.outbox
        if not outbox.decide(key, arrived=arrived, now=application.clock()):
            raise UsageError(f"no email in doubt has the key {key!r}; see tidings email status")
    if as_json:
        print_json({"key": key, "fate": decision.value})
    else:
        typer.echo(f"{key}: {'sent' if arrived else 'will be sent again'}")


def _show(state: Status, *, as_json: bool) -> None:
    if as_json:
        print_json(state.data())
        return
    counts = ", ".join(f"{count} {name}" for name, count in state.counts.items())
    typer.echo(counts or "no emails yet")
    for one in state.open:
        when = f", next try {one.not_before:%Y-%m-%d %H:%M} UTC" if one.state == "pending" else ""
        typer.echo(
            f"{one.state}: {one.part.key} ({one.period}){when}: {one.error or 'not tried yet'}"
        )
