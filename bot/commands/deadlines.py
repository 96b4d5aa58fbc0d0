"""``/deadlines``."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import app_commands

from bot.context import Interaction
from bot.layout import Component, file
from bot.replies import defer, reply
from bot.services import Services
from bot.users import call
from bot.views.calendar import deadlines_page, items_ahead
from core.items import ItemKind
from digests.facts import PLURALS
from services.radar import MAX_WORDS, DeadlineFilter

_FILE = "deadlines.ics"
_KINDS = [
    app_commands.Choice(name=PLURALS[kind], value=kind.value)
    for kind in (ItemKind.COMPETITION, ItemKind.CONFERENCE)
]
_TIMES = [
    app_commands.Choice(name=name, value=days)
    for name, days in (("a week", 7), ("30 days", 30), ("60 days", 60), ("half a year", 180))
]


@app_commands.command(
    description="Upcoming deadlines of competitions and conferences, in your time zone"
)
@app_commands.describe(
    kind="Only this kind", within="How far ahead", about="Words in the title, topics or place"
)
@app_commands.choices(kind=_KINDS)
@app_commands.choices(within=_TIMES)
async def deadlines(
    interaction: Interaction,
    kind: app_commands.Choice[str] | None = None,
    within: app_commands.Choice[int] | None = None,
    about: app_commands.Range[str, 1, MAX_WORDS] | None = None,
) -> None:
    """Show the first page, with all deadlines as a calendar file."""
    await defer(interaction)
    in_guild = interaction.guild_id is not None
    wanted = DeadlineFilter(
        kinds=(ItemKind(kind.value),) if kind else (),
        days=within.value if within else DeadlineFilter().days,
        about=(about or "").replace(";", " "),
    )

    def found(services: Services) -> tuple[list[Component], list[discord.File]]:
        from digests.render.ics import calendar

        page = deadlines_page(services, 0, wanted, events=in_guild)
        items = [one.item for one in items_ahead(services, wanted)]
        if not items:
            return page, []
        attached = discord.File(BytesIO(calendar(items, services.clock())), filename=_FILE)
        return [*page, file(_FILE)], [attached]

    page, files = await call(interaction, found)
    await reply(interaction, page, *files)
