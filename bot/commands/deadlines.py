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

_FILE = "deadlines.ics"


@app_commands.command(
    description="Upcoming deadlines of competitions and conferences, in your time zone"
)
async def deadlines(interaction: Interaction) -> None:
    """Show the first page, with all deadlines as a calendar file."""
    await defer(interaction)
    in_guild = interaction.guild_id is not None

    def found(services: Services) -> tuple[list[Component], list[discord.File]]:
        from digests.render.ics import calendar

        page = deadlines_page(services, 0, events=in_guild)
        items = [item for item, _ in items_ahead(services)]
        if not items:
            return page, []
        attached = discord.File(BytesIO(calendar(items, services.clock())), filename=_FILE)
        return [*page, file(_FILE)], [attached]

    page, files = await call(interaction, found)
    await reply(interaction, page, *files)
