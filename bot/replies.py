"""Answering a member: always ephemeral, never a ping (the client allows no mentions)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.answers import UNCONFIRMED
from bot.context import Interaction
from bot.layout import Component, row, text

log = logging.getLogger(__name__)

_PART_IN_DOUBT = (
    "Discord did not confirm a part of this answer. If it is missing, use the command again."
)


class RawLayoutView(ui.LayoutView):
    """A view that is laid out already.

    It is never kept: its buttons are found again by their custom ids (``bot.dispatch``).
    """

    def __init__(self, components: Sequence[Component]) -> None:
        super().__init__(timeout=None)
        self._components = list(components)
        self.stop()

    def has_components_v2(self) -> bool:
        """Say that it needs the flag."""
        return True

    def to_components(self) -> list[dict[str, Any]]:
        """Return what it was made from."""
        return self._components


async def defer(interaction: Interaction) -> None:
    """Acknowledge at once; the answer may take up to 15 minutes and is for this member only."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)


async def reply_text(interaction: Interaction, markdown: str, *buttons: Component) -> None:
    """Answer with a few words, and buttons below them if there are any."""
    await reply(interaction, [text(markdown), *([row(*buttons)] if buttons else [])])


async def reply(
    interaction: Interaction, components: Sequence[Component], *files: discord.File
) -> None:
    """Answer with a message that only this member sees."""
    view = RawLayoutView(components)
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view, attachments=files)
    else:
        await interaction.response.send_message(view=view, files=files, ephemeral=True)


async def reply_messages(interaction: Interaction, messages: Sequence[Sequence[Component]]) -> None:
    """Answer with several messages, one below the other.

    One that Discord does not confirm is not sent again, as it may have arrived; the rest follows.
    """
    first, *rest = messages
    await reply(interaction, first)
    unconfirmed = 0
    for message in rest:
        try:
            await _follow_up(interaction, message)
        except UNCONFIRMED as error:
            log.warning("Discord did not confirm a part of an answer: %s", error)
            unconfirmed += 1
    if unconfirmed:
        await _follow_up(interaction, [text(_PART_IN_DOUBT)])


async def _follow_up(interaction: Interaction, message: Sequence[Component]) -> None:
    await interaction.followup.send(view=RawLayoutView(message), ephemeral=True)
