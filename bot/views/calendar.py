"""Deadlines: a page of them, and into the server's events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import discord

from bot.answers import UNCONFIRMED
from bot.cards import save_button
from bot.context import Interaction
from bot.custom_ids import Menu, Verb, custom_id, item_reference, referenced_item
from bot.escape import escape, link_address, masked_link, moment
from bot.layout import MAX_OPTION, Component, container, option, row, section, select, text
from bot.lists import PAGE
from bot.replies import defer, reply_text
from bot.requests import watched
from bot.services import Services
from bot.users import answer_in_place, call, name_of
from bot.views.feedback import item_link
from bot.views.results import turning
from core.errors import UsageError
from core.items import Deadline, Item, ItemKind
from digests.facts import PLURALS
from digests.view import readable_title
from language.plain import plain_line, shortened
from services.radar import Ahead, DeadlineFilter

_MAX_NAME_CHARACTERS = _MAX_PLACE_CHARACTERS = 100
"""Characters of a scheduled event's name and place (docs: "Guild Scheduled Event")."""

_NOTES = 2
"""What a line says beside its deadline at the most."""

_EVENT_LENGTH = timedelta(hours=1)
"""An event is not a moment for Discord; it ends with the deadline."""


_ALL = DeadlineFilter()


async def turn(interaction: Interaction, argument: str) -> None:
    """Show another page of deadlines."""
    guild = interaction.guild_id is not None
    page, wanted = wanted_of(argument)
    await answer_in_place(interaction, lambda s: deadlines_page(s, page, wanted, events=guild))


async def no_reminder(interaction: Interaction, reference: str) -> None:
    """Remind somebody of an item no more; it stays saved."""
    await defer(interaction)
    name = name_of(interaction)

    def dismissed(services: Services) -> str:
        item = referenced_item(services.lookup, reference)
        services.radar.dismiss(name, item.key, services.clock())
        return f"No more reminders of {item_link(item)}. It stays among your saved items."

    await reply_text(interaction, await call(interaction, dismissed))


def argument_of(page: int, wanted: DeadlineFilter) -> str:
    """Return a page of filtered deadlines as the argument of a button."""
    kind = wanted.kinds[0].value if wanted.kinds else ""
    return f"{page};{kind};{wanted.days};{wanted.about}"


def wanted_of(argument: str) -> tuple[int, DeadlineFilter]:
    """Read what ``argument_of`` wrote, and the page alone that earlier buttons have."""
    page, kind, days, about = (*argument.split(";", 3), "", "", "")[:4]
    kinds = (ItemKind(kind),) if kind else ()
    return int(page), DeadlineFilter(kinds=kinds, days=int(days or _ALL.days), about=about)


def items_ahead(services: Services, wanted: DeadlineFilter = _ALL) -> Sequence[Ahead]:
    """Return what the page shows, soonest first."""
    feeds = services.visible(services.viewer)
    return services.radar.ahead(wanted, services.clock(), feeds=feeds)


def deadlines_page(
    services: Services, page: int, wanted: DeadlineFilter = _ALL, *, events: bool
) -> list[Component]:
    """Lay out deadlines in each reader's own time; ``events`` says whether there is a server."""
    ahead = items_ahead(services, wanted)
    where = _where(wanted)
    if not ahead:
        return [text(f"No deadlines{where} in the next {wanted.days} days.")]
    page = min(page, (len(ahead) - 1) // PAGE)
    shown = ahead[page * PAGE : (page + 1) * PAGE]
    more = len(ahead) > (page + 1) * PAGE
    top = f"{len(ahead)}{where} in the next {wanted.days} days, in your time zone"
    made: list[Component] = [
        text(f"### Deadlines\n-# {top}"),
        container(*(section(_line(one), save_button(one.item.key)) for one in shown)),
    ]
    if events:
        options = [
            option(shortened(readable_title(one.item), MAX_OPTION), item_reference(one.item.key))
            for one in shown
        ]
        made.append(select(custom_id(Menu.EVENT), "Add to this server's events…", options))
    below = turning(Verb.DEADLINES, page, lambda number: argument_of(number, wanted), more=more)
    return [*made, row(*below)] if below else made


def _where(wanted: DeadlineFilter) -> str:
    kind = f" of {PLURALS[wanted.kinds[0]]}" if wanted.kinds else ""
    return f"{kind} about “{escape(wanted.about)}”" if wanted.about else kind


async def add_event(interaction: Interaction, _: str, reference: str) -> None:
    """Put the next deadline of an item into the server's events."""
    await defer(interaction)
    guild = interaction.guild
    if guild is None:
        raise UsageError("events can only be added in a server. Use /deadlines there")
    if not interaction.permissions.create_events and not interaction.permissions.manage_events:
        raise UsageError("you need the Create Events permission to add events. Ask a moderator")
    if not interaction.app_permissions.create_events:
        raise UsageError(
            "I don't have the Create Events permission here. Ask a moderator to grant it"
        )
    item, now = await call(interaction, lambda s: (referenced_item(s.lookup, reference), s.clock()))
    due = item.next_deadline(now)
    if due is None:
        raise UsageError("its last deadline has passed. Use /deadlines to see upcoming ones")
    async with interaction.client.adding_events:
        event = next(iter(await _same_events(guild, item, due)), None)
        said = "Already one of this server's events" if event else "Added to this server's events"
        event = event or await _added(guild, item, due, now)
    await reply_text(interaction, f"{said}: {masked_link(event.name, event.url)}")


async def _added(
    guild: discord.Guild, item: Item, due: Deadline, now: datetime
) -> discord.ScheduledEvent:
    """Add an event; of several that came of repeated requests only the first stays."""
    made: discord.ScheduledEvent | None = None
    with watched() as outcome:
        try:
            made = await guild.create_scheduled_event(
                name=_name(item, due),
                start_time=max(due.at - _EVENT_LENGTH, now + timedelta(minutes=1)),
                end_time=max(due.at, now + timedelta(minutes=2)),
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
                location=_place(item),
                description=link_address(item.url),
            )
        except UNCONFIRMED:
            if not outcome.uncertain:
                raise
    if made is not None and not outcome.uncertain:
        return made
    there = await _same_events(guild, item, due)
    for more in there[1:]:
        await more.delete()
    if not there:
        raise UsageError("Discord did not add the event. Please try again in a minute")
    return there[0]


async def _same_events(
    guild: discord.Guild, item: Item, due: Deadline
) -> list[discord.ScheduledEvent]:
    """Return the events of this server that this bot made of the same deadline, oldest first."""
    wanted = (_name(item, due), _place(item), link_address(item.url))
    same = [
        one
        for one in await guild.fetch_scheduled_events(with_counts=False)
        if one.creator_id == guild.me.id
        and (one.name, one.location, one.description or "") == wanted
        and one.end_time is not None
        and abs(one.end_time - due.at) <= _EVENT_LENGTH
    ]
    return sorted(same, key=lambda one: one.id)


def _name(item: Item, due: Deadline) -> str:
    return shortened(f"{plain_line(due.label)}: {readable_title(item)}", _MAX_NAME_CHARACTERS)


def _line(ahead: Ahead) -> str:
    due = ahead.deadline
    label = escape(due.label, 60) or "deadline"
    line = f"**{item_link(ahead.item)}**\n{label}: {moment(due.at)} ({moment(due.at, 'R')})"
    return "\n".join([line, *(f"-# {escape(note, 200)}" for note in ahead.notes[:_NOTES])])


def _place(item: Item) -> str:
    address = link_address(item.url)
    return address if 0 < len(address) <= _MAX_PLACE_CHARACTERS else "online"
