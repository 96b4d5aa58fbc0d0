"""From a pressed button or a picked option to the function that answers it.

Two dynamic items stand for all of ours: a custom id is ``verb:argument``, and the verb names the
handler. Nothing is remembered of any message, so old ones and restarts make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self, cast

import discord
from discord import ui

from bot.context import Interaction
from bot.custom_ids import Menu, Verb
from bot.errors import report

Pressed = Callable[[Interaction, str], Awaitable[None]]
"""Answers a button; gets its argument."""

Picked = Callable[[Interaction, str, str], Awaitable[None]]
"""Answers a menu; gets its argument and the value that was picked."""


def dynamic_items(
    buttons: Mapping[Verb, Pressed], menus: Mapping[Menu, Picked]
) -> tuple[type[ui.DynamicItem[Any]], type[ui.DynamicItem[Any]]]:
    """Return the two items for ``Client.add_dynamic_items``."""

    class Press(ui.DynamicItem[ui.Button[Any]], template=_template(buttons)):
        """Any button."""

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction[Any], item: ui.Item[Any], __: re.Match[str], /
        ) -> Self:
            """Keep the button, whose custom id says it all."""
            return cls(cast("ui.Button[Any]", item))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            """Answer it."""
            verb, _, argument = self.custom_id.partition(":")
            await guarded(interaction, buttons[Verb(verb)](interaction, argument))

    class Pick(ui.DynamicItem[ui.Select[Any]], template=_template(menus)):
        """Any menu."""

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction[Any], item: ui.Item[Any], __: re.Match[str], /
        ) -> Self:
            """Keep the menu, whose custom id says it all."""
            return cls(cast("ui.Select[Any]", item))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            """Answer it."""
            verb, _, argument = self.custom_id.partition(":")
            await guarded(
                interaction, menus[Menu(verb)](interaction, argument, self.item.values[0])
            )

    return Press, Pick


async def guarded(interaction: Interaction, answer: Awaitable[None]) -> None:
    """Await an answer; whatever goes wrong is told to the member."""
    try:
        await answer
    except Exception as error:
        # The library would log it and leave the member with "This interaction failed".
        await report(interaction, error)


def _template(verbs: Mapping[Any, Any]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(re.escape(verb) for verb in verbs)}):.*", re.DOTALL)
