"""Forms: modals that outlive a restart and lose no word that somebody typed.

A form's custom id is ``kind:argument`` and each field's is its label, so nothing is remembered of
an open form: when it is sent, it is built anew and takes what was entered (``bot.dispatch``). If
something is wrong, the answer shows all that was entered, with a button that opens the form again
so filled in; the button reads it from the message that it stands in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import discord
from discord import ui

from bot.context import Interaction
from bot.custom_ids import FormKind, Verb, custom_id
from bot.escape import escape, unescape
from bot.layout import MAX_CHARACTERS, Component, Style, button, row, size, text
from core.errors import UsageError
from core.schedules import CHOICES

RadioGroup = ui.RadioGroup[Any]
TextInput = ui.TextInput[Any]
CheckboxGroup = ui.CheckboxGroup[Any]
Field = TextInput | RadioGroup | CheckboxGroup

_MAX_ERROR_CHARACTERS = 600
_FENCE, _APART = "```", "`\u200b`"
_TEXT_INPUT = discord.ComponentType.text_input.value


class OldFormError(UsageError):
    """A form was opened by an earlier version and has other fields."""


class Form(ui.Modal):
    """A form; what it was made with is what it opens with."""

    def __init__(self, kind: FormKind, argument: str = "", *, title: str) -> None:
        super().__init__(title=title, custom_id=custom_id(kind, argument), timeout=None)
        self.stop()  # so that the library keeps none in memory

    def add_field(self, label: str, component: Field, description: str | None = None) -> None:
        """Add a field below its label, which no other field of the form has."""
        component.custom_id = label
        self.add_item(ui.Label(text=label, component=component, description=description))

    def receive(self, interaction: discord.Interaction[Any]) -> None:
        """Take what somebody entered.

        Raises:
            OldFormError: if a field with text is no longer there.
        """
        sent: Any = interaction.data
        known = {label for label, _ in self._fields()}
        if any(label not in known for label, _ in _typed(sent)):
            raise OldFormError("that form has changed since it was opened. Please open it again")
        # The library has no other way to fill in a form that it does not remember.
        self._refresh(interaction, sent["components"], {})

    def fill_in(self, entered: Mapping[str, str]) -> None:
        """Let it open with what was entered before, as ``entered`` gave it."""
        for label, field in self._fields():
            said = entered.get(label, "")
            if isinstance(field, ui.TextInput):
                field.default = said[: field.max_length] or None
                continue
            ticked = said.splitlines()
            if ticked or isinstance(field, ui.CheckboxGroup):
                for one in field.options:
                    one.default = one.label in ticked

    def entered(self) -> dict[str, str]:
        """Return what was entered, by the label of its field: texts, or the labels ticked."""
        return {label: _said(field) for label, field in self._fields()}

    def _fields(self) -> Iterator[tuple[str, Field]]:
        for label in self.children:
            if isinstance(label, ui.Label) and isinstance(
                label.component, ui.TextInput | ui.RadioGroup | ui.CheckboxGroup
            ):
                yield label.text, label.component


BuildForm = Callable[[Interaction, str], Awaitable[Form]]
"""Builds a form as it opens for this member; gets its argument."""


async def open_form(interaction: Interaction, form: Form) -> None:
    """Answer with a form."""
    await interaction.response.send_modal(form)


async def open_again(
    interaction: Interaction, argument: str, forms: Mapping[FormKind, BuildForm]
) -> None:
    """Open a form filled in with what the message shows (``kept``)."""
    kind, _, its_own = argument.partition(":")
    form = await forms[FormKind(kind)](interaction, its_own)
    form.fill_in(_kept_in(interaction.message))
    await open_form(interaction, form)


def kept(form: Form) -> list[Component]:
    """Lay out what was entered, and a button that opens the form with it once more."""
    entered = [(label, said) for label, said in form.entered().items() if said.strip()]
    again = button("Try again", custom_id(Verb.AGAIN, form.custom_id), Style.BLUE)
    for written in (_escaped, _fenced):  # escaped, a text has up to twice as many characters
        shown = [text(f"**{label}**\n{written(said)}") for label, said in entered]
        laid_out = [*shown, row(again)]
        if size(laid_out).characters <= MAX_CHARACTERS - _MAX_ERROR_CHARACTERS:
            return laid_out
    return [row(again)]


def as_sent(sent: Mapping[str, Any]) -> list[Component]:
    """Lay out what was typed into a form that can no longer be opened, so that it is not lost."""
    shown = [text(f"**{label}**\n{_escaped(said)}") for label, said in _typed(sent)]
    return shown if size(shown).characters <= MAX_CHARACTERS - _MAX_ERROR_CHARACTERS else []


def _typed(sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the texts of a form as Discord sends it, with the custom ids of their fields."""
    fields = [one.get("component", {}) for one in sent.get("components", ())]
    texts = (one for one in fields if one.get("type") == _TEXT_INPUT and one.get("value"))
    return [(one["custom_id"], one["value"]) for one in texts]


def _kept_in(message: discord.Message | None) -> dict[str, str]:
    found = {}
    for component in message.components if message else ():
        if isinstance(component, discord.TextDisplay) and component.content.startswith("**"):
            label, _, said = component.content.removeprefix("**").partition("**\n")
            found[label] = _unfenced(said) or "\n".join(map(unescape, said.splitlines()))
    return found


def _said(field: Field) -> str:
    if isinstance(field, ui.TextInput):
        return field.value
    chosen = field.values if isinstance(field, ui.CheckboxGroup) else [field.value]
    return "\n".join(one.label for one in field.options if one.value in chosen)


def _escaped(said: str) -> str:
    return "\n".join(map(escape, said.splitlines()))


def _fenced(said: str) -> str:
    """Write a text as a block of code, in which nothing but its end has to be kept apart."""
    return f"{_FENCE}\n{said.replace('``', _APART)}\n{_FENCE}"


def _unfenced(said: str) -> str:
    """Read it back; "" if it is not written so."""
    begun, ended = said.startswith(f"{_FENCE}\n"), said.endswith(f"\n{_FENCE}")
    return said[4:-4].replace(_APART, "``") if begun and ended else ""


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
