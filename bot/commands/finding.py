"""Finding items: ``/search``, ``/similar``, ``/trending``, ``/why`` and ``/saved``."""

from __future__ import annotations

from datetime import timedelta

from discord import app_commands

from bot.commands.options import propose_items, propose_sources, propose_topics
from bot.context import Interaction
from bot.layout import Component
from bot.lists import list_messages
from bot.replies import defer, reply_messages
from bot.resolve import item_named, source_named
from bot.services import Services
from bot.users import answer, call, name_of
from bot.views.explaining import explain
from bot.views.items import show_similar
from bot.views.results import MAX_QUERY, Search, results, saved_page
from core.errors import UsageError
from core.items import READ_KINDS, ItemKind
from core.search import Filter

KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in READ_KINDS]
AGES = [
    app_commands.Choice(name=name, value=days)
    for name, days in (("a day", 1), ("a week", 7), ("a month", 30), ("a year", 365))
]

_TRENDING = 10


@app_commands.command(description="Search everything collected so far")
@app_commands.describe(
    query="Words, in any order",
    source="Only this source",
    kind="Only this kind of item",
    since="How recent",
)
@app_commands.choices(kind=KINDS)
@app_commands.choices(since=AGES)
@app_commands.autocomplete(query=propose_topics, source=propose_sources)
async def search(
    interaction: Interaction,
    query: app_commands.Range[str, 1, MAX_QUERY],
    source: app_commands.Range[str, 1, 60] | None = None,
    kind: app_commands.Choice[str] | None = None,
    since: app_commands.Choice[int] | None = None,
) -> None:
    """Show the first page of results."""

    def found(services: Services) -> list[Component]:
        wanted = Search(
            query=query,
            source=source_named(services, source) if source else "",
            kind=kind.value if kind else "",
            days=since.value if since else 0,
        )
        return results(services, wanted, name_of(interaction))

    await answer(interaction, found)


@app_commands.command(description="Find items similar to one")
@app_commands.describe(item="Words from its title, an arXiv ID, owner/repo or a URL")
@app_commands.autocomplete(item=propose_items)
async def similar(interaction: Interaction, item: str) -> None:
    """Show what is like an item."""
    await show_similar(interaction, lambda s: item_named(s, item))


@app_commands.command(description="What is popular at the sources this week")
@app_commands.describe(source="Only this source", kind="Only this kind of item")
@app_commands.choices(kind=KINDS)
@app_commands.autocomplete(source=propose_sources)
async def trending(
    interaction: Interaction,
    source: app_commands.Range[str, 1, 60] | None = None,
    kind: app_commands.Choice[str] | None = None,
) -> None:
    """Show what stands out among the items of the last week."""
    await defer(interaction)

    def found(services: Services) -> list[list[Component]]:
        now, zone = services.clock(), services.people.member(name_of(interaction)).zone
        where = Filter(
            sources=(source_named(services, source),) if source else (),
            kinds=(ItemKind(kind.value),) if kind else (),
            since=now - timedelta(days=7),
        )
        entries = services.lookup.trending(where, limit=_TRENDING)
        if not entries:
            raise UsageError("no item of the last week has stars, votes or points yet. Try /search")
        heading = (
            "### Trending\n-# the last seven days, each item compared with others of its source"
        )
        return list_messages(heading, entries, now=now, zone=zone)

    await reply_messages(interaction, await call(interaction, found))


@app_commands.command(description="Why an item is or is not in your digest")
@app_commands.describe(item="Words from its title, an arXiv ID, owner/repo or a URL")
@app_commands.autocomplete(item=propose_items)
async def why(interaction: Interaction, item: str) -> None:
    """Show the way of an item towards the digest, and the terms of its score."""
    await explain(interaction, lambda s: item_named(s, item))


@app_commands.command(description="Your saved items, latest first")
async def saved(interaction: Interaction) -> None:
    """Show the first page."""
    await answer(interaction, lambda s: saved_page(s, name_of(interaction), 0))
