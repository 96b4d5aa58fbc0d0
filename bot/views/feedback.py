"""Buttons that say something of an item; the next ranking heeds it."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Interaction
from bot.custom_ids import Verb, custom_id, item_reference, referenced_item
from bot.escape import escape, masked_link
from bot.layout import Component, button
from bot.replies import say, think
from bot.services import Services
from bot.users import call, name_of, profile_of, tell
from core.errors import UsageError
from core.items import Item, ItemKey
from core.people import Interest, Verdict
from digests.view import readable_title

SEE_PICKS = button("My picks now", custom_id(Verb.PICKS))
"""Shows at once what a verdict changes."""

_WEAKER = 0.5
"""What "less of this" leaves of an interest's weight."""

_FAINTEST = 0.1
"""An interest weaker than this is dropped."""


async def save(interaction: Interaction, reference: str) -> None:
    """Save an item."""
    await _give(interaction, reference, Verdict.SAVE, "Saved {}. It stands in /saved.")


async def more(interaction: Interaction, reference: str) -> None:
    """Ask for more like it."""
    await _give(interaction, reference, Verdict.MORE, "Noted: more like {}.", SEE_PICKS)


async def less(interaction: Interaction, reference: str) -> None:
    """Ask for less like it."""
    line = "Noted: less like {}. It will not come again, and what is like it moves down."
    await _give(interaction, reference, Verdict.LESS, line, SEE_PICKS)


async def known(interaction: Interaction, reference: str) -> None:
    """Say that one knows it."""
    await _give(interaction, reference, Verdict.KNOWN, "{} will not come again.")


async def weaken(interaction: Interaction, phrase: str) -> None:
    """Halve the weight of an interest; one that is faint already goes."""
    await think(interaction)
    left = await call(interaction, lambda services: _weaken(services, name_of(interaction), phrase))
    shown = escape(phrase)
    if left:
        await say(interaction, f"“{shown}” now counts {left:.0%} of what it did at first.")
    else:
        await say(interaction, f"“{shown}” is no longer among your interests; /start has them.")


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
    await think(interaction)

    def record(services: Services) -> Item:
        item = referenced_item(services.store, reference)
        tell(services, name_of(interaction), item, verdict)
        return item

    item = await call(interaction, record)
    others = item_buttons(item.key, without=Verb(verdict.value))
    await say(interaction, line.format(item_link(item)), *others, *more)


def item_link(item: Item) -> str:
    """Return an item's title as a link."""
    return masked_link(readable_title(item), item.url, 200)


def _weaken(services: Services, name: str, phrase: str) -> float:
    """Weaken an interest; return the weight that is left, 0 if it is gone."""
    profile = profile_of(services, name)
    found = next((one for one in profile.interests if one.text == phrase), None)
    if found is None:
        raise UsageError(f"“{phrase}” is not among your interests; /start shows them")
    weight = found.weight * _WEAKER
    kept: list[Interest] = []
    for one in profile.interests:
        if one is not found:
            kept.append(one)
        elif weight >= _FAINTEST:
            kept.append(replace(one, weight=weight))
    services.store.save_profile(replace(profile, interests=tuple(kept)))
    return weight if weight >= _FAINTEST else 0.0
