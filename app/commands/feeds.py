"""``tidings feeds``: feeds that a person adds for themselves, without the settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import AsJson, ProfileName, opened, print_json
from core.errors import UsageError
from core.spelling import nearest

if TYPE_CHECKING:
    from core.feeds import AddedFeed

feeds = typer.Typer(help="Feeds of your own: RSS, Atom or JSON Feed.", no_args_is_help=True)


@feeds.command("add")
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the feed.")],
    profile: ProfileName = "default",
) -> None:
    """Add a feed after reading it once; only digests of this profile show its items."""
    with opened(context) as application:
        owner = application.people.profile(profile).name
        found = application.feeds().add(owner, url)
    items = len(found.preview.items)
    typer.echo(f"{found.added.feed.name}: {found.added.feed.title}, {items} items now")


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
