"""From a pressed button, a picked option or a sent form to the function that answers it.

One dynamic item stands for all of ours: a custom id is ``verb:argument``, and the verb names the
handler. Nothing is remembered of any message or form, so old ones and restarts make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import discord
from discord import ui

from bot.context import Interaction
from bot.custom_ids import FormKind, Menu, Verb
from bot.errors import report
from bot.forms import BuildForm, as_sent, kept
from bot.replies import defer
from core.errors import UsageError

Pressed = Callable[[Interaction, str], Awaitable[None]]
"""Answers a button; gets its argument."""

Picked = Callable[[Interaction, str, str], Awaitable[None]]
"""Answers a menu; gets its argument and the value that was picked."""


def dynamic_item(
    buttons: Mapping[Verb, Pressed], menus: Mapping[Menu, Picked]
) -> type[ui.DynamicItem[Any]]:
    """Return the item for ``Client.add_dynamic_items``."""
    verbs = "|".join(re.escape(verb) for verb in (*buttons, *menus))

    class Control(ui.DynamicItem[ui.Item[Any]], template=f"(?s:(?:{verbs}):.*)"):
        """Any button or menu."""

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction[Any], item: ui.Item[Any], __: re.Match[str], /
        ) -> Self:
            """Keep the button or menu, whose custom id says it all."""
            return cls(item)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            """Answer it; whatever goes wrong is shown to the member."""
            verb, _, argument = self.custom_id.partition(":")
            try:
                if isinstance(self.item, ui.Select):
                    await menus[Menu(verb)](interaction, argument, self.item.values[0])
                else:
                    await buttons[Verb(verb)](interaction, argument)
            except Exception as error:
                # The library would log it and leave the member with "This interaction failed".
                await report(interaction, error)

    return Control


async def answer_form(interaction: Interaction, forms: Mapping[FormKind, BuildForm]) -> None:
    """Answer a form that was sent; whatever goes wrong is shown with all that was entered."""
    sent: Any = interaction.data
    kind, _, argument = sent["custom_id"].partition(":")
    form = None
    try:
        await defer(interaction)
        if kind not in {one.value for one in forms}:
            raise UsageError("that form is out of date. Please open it again")
        built = await forms[FormKind(kind)](interaction, argument)
        built.receive(interaction)
        form = built
        await form.on_submit(interaction)
    except Exception as error:
        await report(interaction, error, below=kept(form) if form else as_sent(sent))
