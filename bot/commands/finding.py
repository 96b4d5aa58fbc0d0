"""``/search``, ``/similar`` and ``/trending``."""

from __future__ import annotations

from datetime import timedelta

from discord import app_commands

from bot.commands.options import propose_items, propose_sources, propose_topics
from bot.context import Interaction
from bot.layout import Component
from bot.lists import list_messages
from bot.replies import say, show, show_all, think
from bot.resolve import item_named, source_named
from bot.services import Services
from bot.users import call, call_ranking, name_of, profile_of
from bot.views.feedback import item_link
from bot.views.items import similar_page
from bot.views.results import LONGEST_QUERY, Search, results
from core.errors import UsageError
from core.items import Item, ItemKind
from core.search import Filter
from services.trending import trending as most_popular

KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in ItemKind]
AGES = [
    app_commands.Choice(name=name, value=days)
    for name, days in (("a day", 1), ("a week", 7), ("a month", 30), ("a year", 365))
]

_POOL = 2000
"""Latest items among which popularity is compared."""

_TRENDING = 10


@app_commands.command(description="Search everything that was collected")
@app_commands.describe(
    query="Words, in any order",
    source="Only from this source",
    kind="Only this kind of thing",
    since="Not older than",
)
@app_commands.choices(kind=KINDS)
@app_commands.choices(since=AGES)
@app_commands.autocomplete(query=propose_topics, source=propose_sources)
async def search(
    interaction: Interaction,
    query: app_commands.Range[str, 1, LONGEST_QUERY],
    source: app_commands.Range[str, 1, 60] | None = None,
    kind: app_commands.Choice[str] | None = None,
    since: app_commands.Choice[int] | None = None,
) -> None:
    """Show the first page of results."""
    await think(interaction)

    def found(services: Services) -> list[Component]:
        wanted = Search(
            query=query,
            source=source_named(services, source) if source else "",
            kind=kind.value if kind else "",
            days=since.value if since else 0,
        )
        return results(services, wanted, name_of(interaction))

    await show(interaction, await call(interaction, found))


@app_commands.command(description="Find what is most like an item")
@app_commands.describe(item="Words of its title, an arXiv id, owner/repo or an address")
@app_commands.autocomplete(item=propose_items)
async def similar(interaction: Interaction, item: str) -> None:
    """Show what is like an item."""
    await think(interaction)

    def found(services: Services) -> tuple[Item, list[Component]]:
        named = item_named(services, item)
        return named, similar_page(services, named, name_of(interaction))

    named, page = await call_ranking(interaction, found)
    if page:
        await show(interaction, page)
    else:
        await say(interaction, f"Nothing like {item_link(named)} in the archive yet.")


@app_commands.command(description="What is popular at the sources right now")
@app_commands.describe(source="Only from this source", kind="Only this kind of thing")
@app_commands.choices(kind=KINDS)
@app_commands.autocomplete(source=propose_sources)
async def trending(
    interaction: Interaction,
    source: app_commands.Range[str, 1, 60] | None = None,
    kind: app_commands.Choice[str] | None = None,
) -> None:
    """Show what stands out among the items of the last week."""
    await think(interaction)

    def found(services: Services) -> list[list[Component]]:
        now, zone = services.clock(), profile_of(services, name_of(interaction)).zone
        where = Filter(
            sources=(source_named(services, source),) if source else (),
            kinds=(ItemKind(kind.value),) if kind else (),
            since=now - timedelta(days=7),
            feeds=services.feeds_seen,
        )
        entries = most_popular(services.store.items(where, limit=_POOL), limit=_TRENDING)
        if not entries:
            raise UsageError("nothing of the last week has stars, votes or points; try /search")
        heading = "### Trending\n-# the last seven days, compared within each source"
        return list_messages(heading, entries, now=now, zone=zone)

    await show_all(interaction, await call(interaction, found))
