"""``tidings digest``: fetch what is due, rank, show a digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import completions
from app.commands.options import (
    AsJson,
    ProfileName,
    SinceText,
    check_folder,
    console,
    interests_in,
    opened,
    path,
    print_text,
    start_of,
    write_whole,
)
from app.commands.replaying import show_replay
from app.complaints import not_one_of
from core.errors import StorageError, UsageError
from digests.formats import FORMATS, Format, format_named

if TYPE_CHECKING:
    from core.digests import Digest


TERMINAL, JSON = "terminal", "json"

_CHOICES = "; ".join(f"{one.name} ({one.what})" for one in FORMATS.values())


def digest(
    context: typer.Context,
    interests: Annotated[
        str | None,
        typer.Option(help='Interests for this digest only, separated by ";".'),
    ] = None,
    profile: ProfileName = "default",
    since: SinceText = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=200, help="Maximum number of items.")
    ] = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            autocompletion=completions.formats,
            help=f"How to show it: {_CHOICES}.",
        ),
    ] = TERMINAL,
    out: Annotated[Path | None, typer.Option(parser=path, help="Write it to this file.")] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing; use the archive or the sample data.")
    ] = False,
    replay: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help="Make a past week such as 2026-W47 again and compare."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch the sources that are due, rank what is new and show a digest."""
    from app.commands.progress import fetch_progress
    from app.last_shown import remember
    from app.refresh import refresh

    if format_ not in FORMATS:
        raise UsageError(not_one_of(format_, FORMATS, "format"))
    chosen = format_named(JSON if as_json else format_)
    if replay is not None:
        if since is not None or out is not None or format_ not in {TERMINAL, JSON}:
            raise UsageError(
                "--replay goes with --interests, --profile, --limit and --json (or --format json)"
            )
        as_data = chosen.name == JSON
        show_replay(context, replay, profile, interests, limit, as_data=as_data)
        return
    if out is not None:
        check_folder(out.parent)
    with opened(context) as application:
        reader = application.people.profile(profile)
        if interests is not None:
            stated = interests_in(interests)
            reader = reader.looking_for(stated.interests, stated.muted)
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
        page = None
        if interests is None:  # else it is a preview
            remember(application, profile, made)
            page = application.loaded.data_folder / "digest.html"
        written = _show(made, chosen, out, page)
        if written is not None and written.is_file():
            application.notes.note_files({written: profile})


def _show(made: Digest, format_: Format, out: Path | None, page: Path | None) -> Path | None:
    """Show a digest, and leave it as a web page too where ``page`` says where.

    Returns:
        The file that was written, if any.
    """
    if out is not None:
        write_whole(out, format_.render(made), private=format_.name == "eml")
        typer.echo(f"written: {out}", err=True)
        return out
    if format_.name == TERMINAL:
        from digests.render import terminal

        console().print(terminal.render(made))
        return page if page is not None and _write_page(made, page) else None
    print_text(format_.render(made))
    return None


def _write_page(made: Digest, page: Path) -> bool:
    """Leave the same digest as a web page beside the data; a convenience, so it may fail."""
    try:
        write_whole(page, FORMATS["html"].render(made), private=True)
    except StorageError as error:
        typer.echo(f"tidings: {error}", err=True)
        return False
    typer.echo(f"Also saved as a web page: {page}", err=True)
    return True
