"""One item: its card with every button, why it was picked, what is like it."""

from __future__ import annotations

from bot.cards import card_text
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id, item_reference, referenced_item
from bot.escape import escape
from bot.layout import MOST_IN_CUSTOM_ID, MOST_IN_LABEL, Component, button, container, row, text
from bot.lists import card_views, list_page, plain
from bot.replies import say, show, think
from bot.services import Services
from bot.users import call, call_ranking, name_of, profile_of
from bot.views.feedback import item_buttons, item_link
from core.digests import RankedItem, Reason
from core.items import Item
from core.people import Profile
from language.plain import shortened
from services.digests.make import Trace

SIMILAR = 5
_LEVERS = 4
_REASONS = 12


async def open_card(interaction: Interaction, _: str, reference: str) -> None:
    """Show an item by itself, with everything that can be done with it."""
    await think(interaction)

    def found(services: Services) -> list[Component]:
        item = referenced_item(services.store, reference)
        return item_page(services, item, profile_of(services, name_of(interaction)))

    await show(interaction, await call(interaction, found))


def item_page(services: Services, item: Item, reader: Profile) -> list[Component]:
    """Lay out the card of one item."""
    (card,) = card_views(plain([item]), services.clock(), reader.zone)
    like = button("Find similar", custom_id(Verb.SIMILAR, item_reference(item.key)))
    return [container(text(card_text(card))), row(*item_buttons(item.key)), row(like)]


async def why(interaction: Interaction, reference: str) -> None:
    """Say why an item is, or is not, in the reader's digest."""
    await think(interaction)

    def explained(services: Services) -> list[Component]:
        return why_page(services, referenced_item(services.store, reference), name_of(interaction))

    await show(interaction, await call_ranking(interaction, explained))


def why_page(services: Services, item: Item, name: str) -> list[Component]:
    """Lay out the way of an item towards a person's digest, and the reasons of its score."""
    reader = profile_of(services, name)
    trace = services.digests().explain(services.requests.build(reader), item)
    levers = _levers(trace.ranked, reader)
    buttons = [row(*levers)] if levers else []
    said = item_buttons(item.key, without=Verb.WHY)
    return [container(text(_trace_text(trace))), *buttons, row(*said)]


async def similar(interaction: Interaction, reference: str) -> None:
    """Show what is like an item."""
    await think(interaction)

    def found(services: Services) -> tuple[Item, list[Component]]:
        item = referenced_item(services.store, reference)
        return item, similar_page(services, item, name_of(interaction))

    item, page = await call_ranking(interaction, found)
    if page:
        await show(interaction, page)
    else:
        await say(interaction, f"Nothing like {item_link(item)} in the archive yet.")


def similar_page(services: Services, item: Item, name: str) -> list[Component]:
    """Lay out what is like an item; empty if nothing is."""
    entries = services.similar.find(item, limit=SIMILAR)
    if not entries:
        return []
    zone = profile_of(services, name).zone
    heading = f"### Like {item_link(item)}"
    return list_page(heading, entries, now=services.clock(), zone=zone)


def _trace_text(trace: Trace) -> str:
    lines = [f"### {item_link(trace.item)}", _verdict_line(trace)]
    lines.append(f"Score **{trace.ranked.score:+.2f}**, the sum of:")
    lines += [_reason_line(reason) for reason in trace.ranked.reasons[:_REASONS]]
    if rest := trace.ranked.reasons[_REASONS:]:
        lines.append(f"{sum(one.weight for one in rest):+.2f}  {len(rest)} smaller terms")
    lines.append("The way there:")
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


def _levers(entry: RankedItem, reader: Profile) -> list[Component]:
    """Return a button for each interest that speaks for the item, to turn it down."""
    own = {interest.text for interest in reader.interests}
    levers = [
        one.control
        for one in entry.reasons
        if one.weight > 0
        and one.control in own
        and len(f"{Verb.WEAKEN}:{one.control}") <= MOST_IN_CUSTOM_ID
    ]
    return [
        button(shortened(f"Less of “{control}”", MOST_IN_LABEL), custom_id(Verb.WEAKEN, control))
        for control in dict.fromkeys(levers[:_LEVERS])
    ]
