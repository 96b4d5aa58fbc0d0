"""Deadlines: a page of them, and into the server's events."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.cards import save_button
from bot.context import Interaction
from bot.custom_ids import Menu, Verb, custom_id, item_reference, referenced_item
from bot.escape import escape, link_address, moment
from bot.layout import (
    MOST_IN_OPTION,
    Component,
    container,
    option,
    row,
    section,
    select,
    text,
)
from bot.lists import PAGE
from bot.replies import replace, say, think, think_in_place
from bot.services import Services
from bot.users import call
from bot.views.feedback import item_link
from bot.views.results import turning
from core.errors import UsageError
from core.items import Deadline, Item
from digests.view import readable_title
from language.plain import plain_line, shortened
from services.digests.make import HORIZON

_LONGEST_NAME = _LONGEST_PLACE = 100
"""Characters of a scheduled event's name and place (docs: "Guild Scheduled Event")."""

_LENGTH = timedelta(hours=1)
"""An event is not a moment for Discord; it ends with the deadline."""


async def turn(interaction: Interaction, argument: str) -> None:
    """Show another page of deadlines."""
    await think_in_place(interaction)
    guild = interaction.guild_id is not None
    page = int(argument)
    shown = await call(interaction, lambda services: deadlines_page(services, page, events=guild))
    await replace(interaction, shown)


def items_ahead(services: Services) -> list[tuple[Item, Deadline]]:
    """Return the items with a deadline ahead and the next one of each, soonest first."""
    now = services.clock()
    found = services.store.with_deadlines(after=now, before=now + HORIZON)
    pairs = [(item, due) for item in found if (due := item.next_deadline(now))]
    return sorted(pairs, key=lambda pair: (pair[1].at, str(pair[0].key)))


def deadlines_page(services: Services, page: int, *, events: bool) -> list[Component]:
    """Lay out deadlines in everybody's own time; ``events`` says whether there is a server."""
    ahead = items_ahead(services)
    if not ahead:
        return [text("No deadline ahead in the next 60 days.")]
    page = min(page, (len(ahead) - 1) // PAGE)
    shown = ahead[page * PAGE : (page + 1) * PAGE]
    more = len(ahead) > (page + 1) * PAGE
    made: list[Component] = [
        text(f"### Deadlines\n-# {len(ahead)} in the next 60 days, in your own time"),
        container(*(section(_line(item, due), save_button(item.key)) for item, due in shown)),
    ]
    if events:
        options = [
            option(shortened(readable_title(item), MOST_IN_OPTION), item_reference(item.key))
            for item, _ in shown
        ]
        made.append(select(custom_id(Menu.EVENT), "Add to this server's events …", options))
    below = turning(Verb.DEADLINES, page, str, more=more)
    return [*made, row(*below)] if below else made


async def add_event(interaction: Interaction, _: str, reference: str) -> None:
    """Put the next deadline of an item into the server's events."""
    await think(interaction)
    guild = interaction.guild
    if guild is None:
        raise UsageError("events belong to a server; use /deadlines there")
    if not interaction.permissions.create_events and not interaction.permissions.manage_events:
        raise UsageError("adding events takes the permission Create Events; ask a moderator")
    if not interaction.app_permissions.create_events:
        raise UsageError("I lack the permission Create Events here; a moderator can grant it")
    item, now = await call(interaction, lambda s: (referenced_item(s.store, reference), s.clock()))
    due = item.next_deadline(now)
    if due is None:
        raise UsageError("its last deadline has passed; /deadlines shows what is ahead")
    event = await guild.create_scheduled_event(
        name=shortened(f"{plain_line(due.label)}: {readable_title(item)}", _LONGEST_NAME),
        start_time=max(due.at - _LENGTH, now + timedelta(minutes=1)),
        end_time=max(due.at, now + timedelta(minutes=2)),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location=_place(item),
        description=link_address(item.url),
    )
    await say(interaction, f"Added to the events: [{escape(event.name)}]({event.url})")


def _line(item: Item, due: Deadline) -> str:
    label = escape(due.label, 60) or "deadline"
    return f"**{item_link(item)}**\n{label}: {moment(due.at)} ({moment(due.at, 'R')})"


def _place(item: Item) -> str:
    address = link_address(item.url)
    return address if 0 < len(address) <= _LONGEST_PLACE else "online"
