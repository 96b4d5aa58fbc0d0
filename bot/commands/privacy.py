"""``/privacy show``, ``export`` and ``delete``."""

from __future__ import annotations

import json

from discord import app_commands

from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.layout import Style, button, file, text
from bot.replies import Attachment, say, show, think
from bot.users import call, name_of
from bot.views.personal import count_lines

privacy = app_commands.Group(name="privacy", description="What is held about you")

_FILE = "tidings-export.json"


@privacy.command(name="show", description="What is held about you, in numbers")
async def show_held(interaction: Interaction) -> None:
    """Say how many rows of each kind are held."""
    await think(interaction)
    held = await call(interaction, lambda services: services.privacy.show(name_of(interaction)))
    if not held:
        await say(interaction, "Nothing is held about you.")
        return
    lines = count_lines(held)
    await say(
        interaction,
        f"Held about you, under your Discord id and nothing else:\n{lines}\n"
        "-# /privacy export gives you all of it, /privacy delete removes it.",
    )


@privacy.command(description="Everything that is held about you, as a JSON file")
async def export(interaction: Interaction) -> None:
    """Hand over all data as a file."""
    await think(interaction)
    held = await call(interaction, lambda services: services.privacy.export(name_of(interaction)))
    written = json.dumps(held, ensure_ascii=False, indent=2).encode()
    said = text("Everything that is held about you:")
    await show(interaction, [said, file(_FILE)], Attachment(_FILE, written))


@privacy.command(description="Delete everything that is held about you")
async def delete(interaction: Interaction) -> None:
    """Ask once more, since it cannot be undone."""
    await say(
        interaction,
        "This deletes your interests, what you saved and said of items, your subscriptions, mail "
        "addresses, questions and feeds. It cannot be undone; /privacy export first if you want to "
        "keep them.",
        button("Delete everything", custom_id(Verb.ERASE, name_of(interaction)), Style.RED),
    )
