"""One item: its card with every button, why it was picked, what is like it."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import card_text
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id, item_reference, referenced_item
from bot.escape import escape
from bot.layout import MAX_CUSTOM_ID, MAX_LABEL, Component, button, container, row, text
from bot.lists import card_views, list_page, plain
from bot.services import Services
from bot.users import answer, name_of
from bot.views.feedback import item_buttons, item_link
from core.digests import RankedItem, Reason
from core.items import Item
from core.people import Profile
from language.plain import shortened
from services.digests.trace import Trace

SIMILAR = 5
_MAX_CONTROLS = 4
_REASONS = 12

FindItem = Callable[[Services], Item]
"""Finds the item that a member named."""


async def open_card(interaction: Interaction, _: str, reference: str) -> None:
    """Show an item by itself, with everything that can be done with it."""

    def page(services: Services) -> list[Component]:
        item = referenced_item(services.lookup, reference)
        return item_page(services, item, services.people.member(name_of(interaction)))

    await answer(interaction, page)


def item_page(services: Services, item: Item, reader: Profile) -> list[Component]:
    """Lay out the card of one item."""
    (card,) = card_views(plain([item]), services.clock(), reader.zone)
    like = button("Find similar", custom_id(Verb.SIMILAR, item_reference(item.key)))
    return [container(text(card_text(card))), row(*item_buttons(item.key)), row(like)]


async def why(interaction: Interaction, reference: str) -> None:
    """Say why an item is, or is not, in the reader's digest."""
    await explain(interaction, lambda s: referenced_item(s.lookup, reference))


async def explain(interaction: Interaction, find: FindItem) -> None:
    """Show the way of an item towards the member's digest, and the reasons of its score."""
    name = name_of(interaction)
    await answer(interaction, lambda s: _why_page(s, find(s), name), ranking=True)


def _why_page(services: Services, item: Item, name: str) -> list[Component]:
    reader = services.people.member(name)
    trace = services.digests().explain(services.requests.build(reader), item)
    controls = _weaken_buttons(trace.ranked, reader)
    buttons = [row(*controls)] if controls else []
    said = item_buttons(item.key, without=Verb.WHY)
    return [container(text(_trace_text(trace))), *buttons, row(*said)]


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


def _trace_text(trace: Trace) -> str:
    lines = [f"### {item_link(trace.item)}", _verdict_line(trace)]
    lines.append(f"Score **{trace.ranked.score:+.2f}**, the sum of:")
    lines += [_reason_line(reason) for reason in trace.ranked.reasons[:_REASONS]]
    if rest := trace.ranked.reasons[_REASONS:]:
        lines.append(f"{sum(one.weight for one in rest):+.2f}  {len(rest)} smaller terms")
    lines.append("Steps:")
    lines += [
        f"-# {'✓' if stage.passed else '✗'} {escape(stage.name)}: {escape(stage.text, 150)}"
        for stage in trace.stages
    ]
    return "\n".join(lines)


def _verdict_line(trace: Trace) -> str:
    """Say whether it is shown, and what stopped it if it is not."""
    if trace.shown:
        return "It is **in your digest**."
    stopped = next((stage for stage in trace.stages if not stage.passed), None)
    why = f": {escape(stopped.text, 150)}" if stopped else ""
    return f"It is **not in your digest**{why}."


def _reason_line(reason: Reason) -> str:
    return f"`{reason.weight:+.2f}` {escape(reason.text, 70)}"


def _weaken_buttons(entry: RankedItem, reader: Profile) -> list[Component]:
    """Return a button for each interest that speaks for the item, to turn it down."""
    own = {interest.text for interest in reader.interests}
    controls = [
        one.control
        for one in entry.reasons
        if one.weight > 0
        and one.control in own
        and len(f"{Verb.WEAKEN}:{one.control}") <= MAX_CUSTOM_ID
    ]
    return [
        button(shortened(f"Less of “{control}”", MAX_LABEL), custom_id(Verb.WEAKEN, control))
        for control in dict.fromkeys(controls[:_MAX_CONTROLS])
    ]
