"""``/why``."""

from __future__ import annotations

from discord import app_commands

from bot.commands.options import propose_items
from bot.context import Interaction
from bot.resolve import item_named
from bot.views.items import explain


@app_commands.command(description="Why an item is or is not in your digest")
@app_commands.describe(item="Words from its title, an arXiv ID, owner/repo or a URL")
@app_commands.autocomplete(item=propose_items)
async def why(interaction: Interaction, item: str) -> None:
    """Show the way of an item towards the digest, and the terms of its score."""
    await explain(interaction, lambda s: item_named(s, item))
