"""``/saved``."""

from __future__ import annotations

from discord import app_commands

from bot.context import Interaction
from bot.users import answer, name_of
from bot.views.results import saved_page


@app_commands.command(description="Your saved items, latest first")
async def saved(interaction: Interaction) -> None:
    """Show the first page."""
    await answer(interaction, lambda s: saved_page(s, name_of(interaction), 0))
