"""Parts of modals that several forms share."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.errors import report
from core.schedules import CHOICES

FORM_LIFE = 15 * 60.0
"""Seconds that a form may stay open; without an end every one that is closed unsent would be kept
in memory for ever."""

RadioGroup = ui.RadioGroup[Any]
TextInput = ui.TextInput[Any]
CheckboxGroup = ui.CheckboxGroup[Any]


class Form(ui.Modal):
    """A form whose errors are shown to the member."""

    def __init__(self, *, title: str) -> None:
        super().__init__(title=title, timeout=FORM_LIFE)

    def add_field(
        self, label: str, component: ui.Item[Any], description: str | None = None
    ) -> None:
        """Add a field below its label."""
        self.add_item(ui.Label(text=label, component=component, description=description))

    async def on_error(  # type: ignore[override]  # the library types it as a view's
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Show the member what was wrong."""
        await report(interaction, error)


def text_field(
    value: str = "", *, most: int, hint: str = "", long: bool = False, required: bool = True
) -> TextInput:
    """Return a text field."""
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    return ui.TextInput(
        style=style,
        default=value[:most] or None,
        placeholder=hint or None,
        max_length=most,
        required=required,
    )


def schedule_choice(chosen: str, *, never: str = "") -> RadioGroup:
    """Return the choice of days; ``never`` labels one more choice, which is no day."""
    group: RadioGroup = ui.RadioGroup(required=True)
    for label, value in (*CHOICES, (never, "never")) if never else CHOICES:
        group.add_option(label=label, value=value, default=value == chosen)
    return group
