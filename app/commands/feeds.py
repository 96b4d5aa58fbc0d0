"""``tidings feeds``: feeds that a person adds for themselves, without the settings file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import AsJson, ProfileName, opened, print_json
from core.errors import FetchError, UsageError
from core.feeds import ListedFeed
from core.spelling import nearest
from language.plain import counted, plain_line

if TYPE_CHECKING:
    from core.feeds import AddedFeed
    from services.feeds.members import AddedList

_STANDARD_OUTPUT = Path("-")
_NAMED_AT_MOST = 5

feeds = typer.Typer(help="Feeds of your own: RSS, Atom or JSON Feed.", no_args_is_help=True)


@feeds.command("add")
def add(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="URL...", help="Address of the feed, or of a page that names its feed."
        ),
    ] = None,
    starter: Annotated[
        bool,
        typer.Option(
            "--starter",
            help="Add feeds of the starter set: topics or names in place of addresses; "
            "without any, list them.",
        ),
    ] = False,
    profile: ProfileName = "default",
) -> None:
    """Add a feed after reading it once; only digests of this profile show its items."""
    named = urls or []
    if starter and not named:
        _list_starter_set()
        return
    if not named:
        raise UsageError("name the address of a feed, or see tidings feeds add --starter")
    with opened(context) as application:
        owner = application.people.profile(profile).name
        if starter:
            from services.feeds.starter import chosen

            _say_added(application.feeds().add_listed(owner, [f.listed for f in chosen(named)]))
            return
        for url in named:
            found = application.feeds().add(owner, url)
            items = len(found.preview.items)
            typer.echo(f"{found.added.feed.name}: {found.added.feed.title}, {items} items now")


@feeds.command("import")
def import_feeds(
    context: typer.Context,
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(metavar="FILE", help="An OPML file, or - for input.")
    ],
    profile: ProfileName = "default",
) -> None:
    """Add the feeds of an OPML file, as other readers export it; the next fetch reads them."""
    from fetchers.opml import MAX_BYTES, read_opml

    try:
        found = read_opml(file.read(MAX_BYTES + 1))
    except FetchError as error:
        raise UsageError(f"{file.name}: {error}") from error
    with opened(context) as application:
        owner = application.people.profile(profile).name
        _say_added(application.feeds().add_listed(owner, found.feeds))
    if found.lost:
        typer.echo(f"the file is damaged: {counted(found.lost, 'feed')} could not be read")


@feeds.command("export")
def export_feeds(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", allow_dash=True, help="Where to; - for output.")
    ] = _STANDARD_OUTPUT,
    profile: ProfileName = "default",
) -> None:
    """Write the feeds of a profile as OPML, which other readers import.

    Addresses of private feeds are in it as they are.
    """
    from fetchers.opml import write_opml

    with opened(context) as application:
        owner = application.people.profile(profile).name
        listed = application.feeds().listed(owner=owner)
        now = application.clock()
    mine = [ListedFeed(title=one.feed.title, url=one.feed.url) for one in listed]
    written = write_opml(mine, title=f"Feeds of {profile} in Tidings", now=now)
    if file == _STANDARD_OUTPUT:
        typer.echo(written, nl=False)
        return
    try:
        file.write_text(written, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error


@feeds.command("list")
def list_feeds(
    context: typer.Context, profile: ProfileName = "default", as_json: AsJson = False
) -> None:
    """List the feeds of a profile, and those that are read no more."""
    with opened(context) as application:
        service = application.feeds()
        listed = service.listed(owner=application.people.profile(profile).name)
        stopped = service.stopped()
    errors = {
        one.feed.name: stopped[one.feed.name].error for one in listed if one.feed.name in stopped
    }
    if as_json:
        print_json({"feeds": [_data(one, errors.get(one.feed.name, "")) for one in listed]})
        return
    for one in listed:
        error = errors.get(one.feed.name)
        trouble = f"  read no more: {error}; add it again to try" if error else ""
        typer.echo(f"{one.feed.name}: {one.feed.title}  {one.feed.url}{trouble}")
    if not listed:
        typer.echo("no feeds yet; add one with tidings feeds add URL")


@feeds.command("remove")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="FEED", help="Name or URL, as feeds list says.")],
    profile: ProfileName = "default",
) -> None:
    """Remove a feed; its items stay in the archive, and nobody else sees them."""
    with opened(context) as application:
        service = application.feeds()
        owner = application.people.profile(profile).name
        listed = service.listed(owner=owner)
        by_url = {one.feed.url: one.feed.name for one in listed}
        names = list(by_url.values())
        known = by_url.get(name, name)
        if known not in names:
            guess = nearest(name, names)
            hint = f"did you mean {guess}?" if guess else "see tidings feeds list"
            raise UsageError(f"there is no feed {name!r}; {hint}")
        service.remove(owner, known)
    typer.echo(f"removed: {known}")


def _data(one: AddedFeed, error: str) -> dict[str, str]:
    from digests.render.json import moment

    feed = one.feed
    added = moment(one.added_at)
    return {"name": feed.name, "title": feed.title, "url": feed.url, "added": added, "error": error}


def _list_starter_set() -> None:
    from services.feeds.starter import STARTER_FEEDS, TOPICS

    for topic, title in TOPICS.items():
        typer.echo(f"{topic}: {title}")
        for feed in (feed for feed in STARTER_FEEDS if feed.topic == topic):
            by_name = f"  by its name only: {feed.caution}" if feed.caution else ""
            typer.echo(f"  {feed.name}: {feed.title}  {feed.url}{by_name}")
    typer.echo("add some with tidings feeds add --starter TOPIC or NAME")


def _say_added(result: AddedList) -> None:
    for added in result.added:
        typer.echo(f"{added.feed.name}: {added.feed.title}")
    by_reason: dict[str, list[str]] = {}
    for feed, why in result.refused:
        by_reason.setdefault(why, []).append(plain_line(feed.title or feed.url))
    for why, names in by_reason.items():
        more = len(names) - _NAMED_AT_MOST
        others = f" and {more} more" if more > 0 else ""
        typer.echo(f"not added: {', '.join(names[:_NAMED_AT_MOST])}{others}: {why}")
    known = f", {len(result.known)} known before" if result.known else ""
    refused = f", {len(result.refused)} not added" if result.refused else ""
    typer.echo(
        f"{counted(len(result.added), 'feed')} added{known}{refused}; the next fetch reads them"
    )
