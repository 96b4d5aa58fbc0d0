"""``tidings privacy``: what is held about a person, handed out or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import AsJson, console, opened, print_json

if TYPE_CHECKING:
    from app.wiring.application import Application

privacy = typer.Typer(help="Export or delete what is stored about a person.", no_args_is_help=True)

User = Annotated[
    str,
    typer.Argument(
        metavar="USER", help="An owner such as discord:123, a profile name or an email address."
    ),
]


@privacy.command("export")
def export(context: typer.Context, user: User, as_json: AsJson = False) -> None:
    """Export everything that is stored about a person."""
    with opened(context) as application:
        data = application.privacy.export(_owner(application, user))
    if as_json:
        print_json(data)
        return
    lists = {kind: rows for kind, rows in data.items() if isinstance(rows, list) and rows}
    for kind, rows in lists.items():
        _print_rows(kind, rows)
    if not lists:
        typer.echo(f"nothing is stored about {user}")


@privacy.command("delete")
def delete(context: typer.Context, user: User, as_json: AsJson = False) -> None:
    """Delete everything that is stored about a person, now and permanently."""
    with opened(context) as application:
        owner = _owner(application, user)
        done = application.privacy.delete(owner)
    files = list(map(str, done.files))
    if as_json:
        rows = {count.kind: count.rows for count in done.counts}
        print_json({"user": user, "deleted": rows, "overwritten": done.overwritten, "files": files})
        return
    for count in done.counts:
        typer.echo(f"deleted {count.rows} {count.kind.replace('_', ' ')}")
    if not done.counts:
        typer.echo(f"nothing was stored about {user}")
    if not done.overwritten:
        typer.echo(
            "another process reads the file, so traces of deleted rows are still in it; tidings "
            "serve overwrites them within an hour, and so does running this command again"
        )
    for path in files:
        typer.echo(f"not deleted, since it is a file of yours: {path}")


def _owner(application: Application, user: str) -> str:
    """Return as whom somebody is known; of an address there is only a keyed hash."""
    return application.email_subscriptions().person(user) if "@" in user else user


def _print_rows(kind: str, rows: list[Mapping[str, object]]) -> None:
    out = console()
    out.print(f"{kind.replace('_', ' ')} ({len(rows)})", style="bold")
    for row in rows:
        out.print("  " + "; ".join(f"{name}: {value}" for name, value in row.items()))
