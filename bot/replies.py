"""Answering a member: always ephemeral, and never a ping."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.context import Interaction
from bot.layout import Component, text

_NO_MENTIONS = discord.AllowedMentions.none()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an answer."""

    name: str
    content: bytes


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


async def defer_edit(interaction: Interaction) -> None:
    """Acknowledge a button at once; the answer will change the message that it stands in."""
    if not interaction.response.is_done():
        await interaction.response.defer()


async def reply_text(interaction: Interaction, markdown: str, *buttons: Component) -> None:
    """Answer with a few words, and buttons below them if there are any."""
    rows = [{"type": 1, "components": list(buttons)}] if buttons else []
    await reply(interaction, [text(markdown), *rows])


async def reply(
    interaction: Interaction, components: Sequence[Component], *files: Attachment
) -> None:
    """Answer with a message that only this member sees."""
    view = RawLayoutView(components)
    if interaction.response.is_done():
        await interaction.edit_original_response(
            view=view, attachments=_files(files), allowed_mentions=_NO_MENTIONS
        )
    else:
        await interaction.response.send_message(
            view=view, files=_files(files), ephemeral=True, allowed_mentions=_NO_MENTIONS
        )


async def reply_messages(interaction: Interaction, messages: Sequence[Sequence[Component]]) -> None:
    """Answer with several messages, one below the other."""
    first, *rest = messages
    await reply(interaction, first)
    for message in rest:
        await interaction.followup.send(
            view=RawLayoutView(message), ephemeral=True, allowed_mentions=_NO_MENTIONS
        )


async def edit_message(interaction: Interaction, components: Sequence[Component]) -> None:
    """Change the message whose button was pressed."""
    view = RawLayoutView(components)
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view, allowed_mentions=_NO_MENTIONS)
    else:
        await interaction.response.edit_message(view=view, allowed_mentions=_NO_MENTIONS)


def _files(files: Sequence[Attachment]) -> list[discord.File]:
    return [discord.File(io.BytesIO(one.content), filename=one.name) for one in files]
