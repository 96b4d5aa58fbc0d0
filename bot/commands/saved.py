"""``/saved``."""

from __future__ import annotations

from discord import app_commands

from bot.context import Interaction
from bot.replies import show, think
from bot.users import call, name_of
from bot.views.results import saved_page


@app_commands.command(description="What you saved, the latest first")
async def saved(interaction: Interaction) -> None:
    """Show the first page."""
    await think(interaction)
    await show(
        interaction, await call(interaction, lambda s: saved_page(s, name_of(interaction), 0))
    )
