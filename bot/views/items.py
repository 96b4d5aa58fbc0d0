"""One item: its card with every button, and what is like it."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import card_text
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id, item_reference, referenced_item
from bot.layout import Component, button, container, row, text
from bot.lists import list_page, plain
from bot.parts import part_of
from bot.services import Services
from bot.users import answer, name_of
from bot.views.feedback import item_buttons, item_link
from core.items import Item
from core.people import Profile
from digests.view import cards

SIMILAR = 5

FindItem = Callable[[Services], Item]
"""Finds the item that a member named."""


async def open_card(interaction: Interaction, _: str, reference: str) -> None:
    """Show an item by itself, with everything that can be done with it."""
    part = part_of(interaction.message)

    def page(services: Services) -> list[Component]:
        item = referenced_item(services.lookup, reference)
        reader = services.people.member(name_of(interaction))
        return item_page(services, item, reader, part=part)

    await answer(interaction, page)


def item_page(
    services: Services, item: Item, reader: Profile, *, part: str = ""
) -> list[Component]:
    """Lay out the card of one item; ``part`` is the message of a digest in which it stands."""
    (card,) = cards(plain([item]), services.clock(), reader.zone)
    like = button("Find similar", custom_id(Verb.SIMILAR, item_reference(item.key)))
    return [container(text(card_text(card))), row(*item_buttons(item.key, part=part)), row(like)]


async def similar(interaction: Interaction, reference: str) -> None:
    """Show what is like an item."""
    await show_similar(interaction, lambda s: referenced_item(s.lookup, reference))


async def show_similar(interaction: Interaction, find: FindItem) -> None:
    """Show what is like an item, or that nothing is."""

    def page(services: Services) -> list[Component]:
        item = find(services)
        nothing = text(f"The archive has nothing similar to {item_link(item)} yet.")
        return similar_page(services, item, name_of(interaction)) or [nothing]

    await answer(interaction, page, ranking=True)


def similar_page(services: Services, item: Item, name: str) -> list[Component]:
    """Lay out what is like an item; empty if nothing is."""
    entries = services.similar.find(item, limit=SIMILAR)
    if not entries:
        return []
    zone = services.people.member(name).zone
    heading = f"### Similar to {item_link(item)}"
    return list_page(heading, entries, now=services.clock(), zone=zone)
