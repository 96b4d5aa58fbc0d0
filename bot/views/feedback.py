"""Buttons that say something of an item; the next ranking takes it into account."""

from __future__ import annotations

from bot.context import Interaction
from bot.custom_ids import Verb, custom_id, item_reference, referenced_item
from bot.escape import escape, masked_link
from bot.layout import Component, button
from bot.replies import defer, reply_text
from bot.services import Services
from bot.users import call, name_of
from core.items import Item, ItemKey
from core.people import Verdict
from digests.view import readable_title

SEE_PICKS = button("My picks now", custom_id(Verb.PICKS))
"""Shows at once what a verdict changes."""


async def save(interaction: Interaction, reference: str) -> None:
    """Save an item."""
    await _give(interaction, reference, Verdict.SAVE, "Saved {}. See /saved.")


async def more(interaction: Interaction, reference: str) -> None:
    """Ask for more like it."""
    await _give(interaction, reference, Verdict.MORE, "Noted: more like {}.", SEE_PICKS)


async def less(interaction: Interaction, reference: str) -> None:
    """Ask for less like it."""
    line = "Noted: less like {}. It will not be shown again, and similar items move down."
    await _give(interaction, reference, Verdict.LESS, line, SEE_PICKS)


async def known(interaction: Interaction, reference: str) -> None:
    """Say that one knows it."""
    await _give(interaction, reference, Verdict.KNOWN, "{} will not be shown again.")


async def weaken(interaction: Interaction, phrase: str) -> None:
    """Halve the weight of an interest; one that is faint already goes."""
    await defer(interaction)
    name = name_of(interaction)
    left = await call(interaction, lambda s: s.people.weaken(s.people.member(name), phrase))
    shown = escape(phrase)
    if left:
        await reply_text(interaction, f"“{shown}” now counts {left:.0%} of its original weight.")
    else:
        await reply_text(
            interaction,
            f"“{shown}” is no longer one of your interests. Use /start to see and change them.",
        )


def item_buttons(key: ItemKey, *, without: Verb | None = None) -> list[Component]:
    """Return the buttons for everything that can be said of an item, at most five."""
    reference = item_reference(key)
    labels = {
        Verb.SAVE: "Save",
        Verb.MORE: "More like this",
        Verb.LESS: "Less like this",
        Verb.WHY: "Why?",
        Verb.KNOWN: "Already known",
    }
    return [
        button(label, custom_id(verb, reference))
        for verb, label in labels.items()
        if verb is not without
    ]


async def _give(
    interaction: Interaction, reference: str, verdict: Verdict, line: str, *more: Component
) -> None:
    await defer(interaction)

    def record(services: Services) -> tuple[Item, tuple[Verdict, ...]]:
        item = referenced_item(services.lookup, reference)
        return item, services.people.vote(name_of(interaction), item, verdict)

    item, holds = await call(interaction, record)
    others = item_buttons(item.key, without=Verb(verdict.value))
    kept = verdict is not Verdict.SAVE and Verdict.SAVE in holds
    stays = " It stays in /saved." if kept else ""
    await reply_text(interaction, line.format(item_link(item)) + stays, *others, *more)


def item_link(item: Item) -> str:
    """Return an item's title as a link."""
    return masked_link(readable_title(item), item.url, 200)
