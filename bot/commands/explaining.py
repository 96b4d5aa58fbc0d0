"""``/why``."""

from __future__ import annotations

from discord import app_commands

from bot.commands.options import propose_items
from bot.context import Interaction
from bot.replies import show, think
from bot.resolve import item_named
from bot.users import call_ranking, name_of
from bot.views.items import why_page


@app_commands.command(description="Why an item is, or is not, in your digest")
@app_commands.describe(item="Words of its title, an arXiv id, owner/repo or an address")
@app_commands.autocomplete(item=propose_items)
async def why(interaction: Interaction, item: str) -> None:
    """Show the way of an item towards the digest, and the terms of its score."""
    await think(interaction)
    page = await call_ranking(
        interaction, lambda s: why_page(s, item_named(s, item), name_of(interaction))
    )
    await show(interaction, page)
