"""``tidings digest``: fetch what is due, rank, show a digest."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import (
    AsJson,
    ProfileName,
    SinceText,
    console,
    interests_in,
    opened,
    print_text,
    start_of,
    write_whole,
)
from app.commands.replaying import show_replay
from core.errors import StorageError, UsageError

if TYPE_CHECKING:
    from app.wiring.application import Application
    from core.digests import Digest
    from core.people import Profile


class Format(StrEnum):
    """How a digest is shown."""

    TERMINAL = "terminal"
    HTML = "html"
    TEXT = "text"
    JSON = "json"
    EML = "eml"


def digest(
    context: typer.Context,
    interests: Annotated[
        str | None,
        typer.Option(help='What to look for in this one digest, separated by ";".'),
    ] = None,
    profile: ProfileName = "default",
    since: SinceText = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=200, help="Number of items at the most.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.TERMINAL,
    out: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no source; use the archive or the sample day.")
    ] = False,
    replay: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help="Make a past week such as 2026-W47 again, and compare."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what is due, rank it for a person and show a digest."""
    from app.commands.progress import fetch_progress
    from app.refresh import refresh

    if replay is not None:
        if since is not None or out is not None or format_ not in {Format.TERMINAL, Format.JSON}:
            raise UsageError(
                "--replay goes with --interests, --profile, --limit and --json (or --format json)"
            )
        as_data = as_json or format_ is Format.JSON
        show_replay(context, replay, profile, interests, limit, as_data=as_data)
        return
    with opened(context) as application:
        reader = _reader(application, profile, interests)
        with fetch_progress() as progress:
            freshness = refresh(application, offline=offline, progress=progress)
        request = application.requests.build(
            reader,
            since=start_of(since, application),
            items=limit,
            recorded=interests is None and not freshness.sample,
            health=freshness.health,
            sample=freshness.sample,
        )
        made = application.digests().make(request)
        page = application.loaded.data_folder / "digest.html"
    _show(made, Format.JSON if as_json else format_, out, page)


def _reader(application: Application, name: str, interests: str | None) -> Profile:
    person = application.people.profile(name)
    if interests is None:
        return person
    return replace(person, interests=interests_in(interests))


def _show(made: Digest, format_: Format, out: Path | None, page: Path) -> None:
    if out is not None:
        write_whole(out, _rendered(made, format_))
        typer.echo(f"written: {out}", err=True)
    elif format_ is Format.TERMINAL:
        from digests.render import terminal

        console().print(terminal.render(made))
        _write_page(made, page)
    else:
        print_text(_rendered(made, format_))


def _rendered(made: Digest, format_: Format) -> str:
    from digests.render import html, json, text

    if format_ is Format.EML:
        return _as_mail(made)
    renderers = {Format.HTML: html.render, Format.JSON: json.render}
    return renderers.get(format_, text.render)(made)


def _as_mail(made: Digest) -> str:
    """Write a digest as a mail to nobody in particular, to be opened in a mail program."""
    from digests.render import mail
    from digests.render.mime import LOCAL_SENDER, Envelope

    _, _, day = made.id.rpartition("@")
    name = (day, made.id)
    return mail.render(
        made, Envelope(sender=LOCAL_SENDER, recipient="", name=name, at=made.made_at)
    )


def _write_page(made: Digest, page: Path) -> None:
    """Leave the same digest as a web page beside the data; a convenience, so it may fail."""
    try:
        write_whole(page, _rendered(made, Format.HTML))
    except StorageError as error:
        typer.echo(f"tidings: {error}", err=True)
    else:
        typer.echo(f"The same as a web page: {page}", err=True)
