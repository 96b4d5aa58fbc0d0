"""``/privacy show``, ``export`` and ``delete``."""

from __future__ import annotations

import json
from io import BytesIO

import discord
from discord import app_commands

from bot.context import Interaction
from bot.layout import file, text
from bot.replies import defer, reply, reply_text
from bot.users import answer, call, name_of
from bot.views.personal import count_lines, erasing_page

privacy = app_commands.Group(name="privacy", description="The data stored about you")

_FILE = "tidings-export.json"


@privacy.command(name="show", description="What is stored about you, in numbers")
async def show_held(interaction: Interaction) -> None:
    """Say how many rows of each kind are held."""
    await defer(interaction)
    held = await call(interaction, lambda services: services.privacy.show(name_of(interaction)))
    if not held:
        await reply_text(interaction, "Nothing is stored about you.")
        return
    lines = count_lines(held)
    await reply_text(
        interaction,
        f"Stored about you, under your Discord ID only:\n{lines}\n"
        "-# Use /privacy export to download it and /privacy delete to delete it.",
    )


@privacy.command(description="Download everything stored about you as a JSON file")
async def export(interaction: Interaction) -> None:
    """Hand over all data as a file."""
    await defer(interaction)
    held = await call(interaction, lambda services: services.privacy.export(name_of(interaction)))
    written = json.dumps(held, ensure_ascii=False, indent=2).encode()
    said = text("Everything stored about you:")
    await reply(interaction, [said, file(_FILE)], discord.File(BytesIO(written), filename=_FILE))


@privacy.command(description="Delete everything stored about you")
async def delete(interaction: Interaction) -> None:
    """Ask once more, since it cannot be undone."""
    name = name_of(interaction)
    await answer(interaction, lambda services: erasing_page(services, name))
