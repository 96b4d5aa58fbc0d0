"""``/start``."""

from __future__ import annotations

from discord import app_commands

from bot.commands.options import propose_zones
from bot.context import Interaction
from bot.views.starting import open_form


@app_commands.command(description="Enter your interests and get your first digest, in a minute")
@app_commands.describe(
    zone="Your time zone, such as Europe/Berlin; you can also enter it in the form"
)
@app_commands.autocomplete(zone=propose_zones)
async def start(
    interaction: Interaction, zone: app_commands.Range[str, 1, 50] | None = None
) -> None:
    """Open the form."""
    await open_form(interaction, zone or "")
