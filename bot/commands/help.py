"""``/help``."""

from __future__ import annotations

from discord import app_commands

from bot.context import Interaction
from bot.replies import reply
from bot.welcome import HELP


@app_commands.command(name="help", description="What Tidings is and what you can do with it")
async def show_help(interaction: Interaction) -> None:
    """List what members can do."""
    await reply(interaction, HELP)
