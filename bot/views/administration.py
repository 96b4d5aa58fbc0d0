"""Buttons of ``/admin``: each checks anew that the presser manages the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import discord

from bot.actors import belongs_to, require_manager
from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.escape import escape, masked_link, moment
from bot.headings import Heading, heading, said_in
from bot.layout import Component, Style, button, container, row, size, text
from bot.lists import line_messages
from bot.replies import defer, reply_text
from bot.services import Services
from bot.targets import guild_name
from bot.users import call, name_of
from bot.views.feedback import item_link
from bot.views.subscriptions import place
from bot.wording import for_members
from core.deliveries import Delivery, DeliveryState
from core.feeds import AddedFeed, Feed, FeedPreview, FeedTrouble
from core.sources import SourceState, SourceStatus
from digests.sources import is_fresh, source_name

_PREVIEWED = 5
_DOUBTS = 4
_SHOWN = 8


async def add_feed(interaction: Interaction, _: str) -> None:
    """Add the feed whose preview the message shows."""
    guild = require_manager(interaction)
    url = said_in(interaction.message, Heading.FEED)
    await defer(interaction)
    feed = await call(
        interaction,
        lambda s: s.feeds.add(name_of(interaction), url, guild=guild_name(guild.id)).added.feed,
    )
    await reply_text(
        interaction,
        f"Added as source `{escape(feed.source)}`. It is read at the next update of the sources. "
        "Digests pick from its items; nothing is posted by itself.",
    )


async def retry(interaction: Interaction, key: str) -> None:
    """Send a part that is in doubt once more."""
    await _decide(interaction, key, arrived=False)


async def give_up(interaction: Interaction, key: str) -> None:
    """Take a part that is in doubt as arrived."""
    await _decide(interaction, key, arrived=True)


def preview_page(preview: FeedPreview) -> list[Component]:
    """Lay out what an address gives, before it is added."""
    title = escape(preview.title, 100) or "Untitled feed"
    lines = [heading(Heading.FEED, preview.url), f"**{title}** · {len(preview.items)} items now"]
    lines.append("A digest may pick from its items by the readers' interests. Latest items:")
    add = row(button("Add this feed", custom_id(Verb.ADD_FEED), Style.GREEN))
    top = text("\n".join(lines))
    # Long addresses leave room for fewer items.
    pages = (
        [top, container(text(_items_shown(preview, count))), add]
        for count in range(_PREVIEWED, -1, -1)
    )
    return next(page for page in pages if size(page).fits)


def _items_shown(preview: FeedPreview, count: int) -> str:
    shown = [f"- {item_link(item)}" for item in preview.items[:count]]
    rest = len(preview.items) - count
    if rest > 0:
        shown.append(f"- and {rest} more")
    return "\n".join(shown) or "no items yet"


def sources_messages(states: Sequence[SourceState], now: datetime) -> list[list[Component]]:
    """Lay out how each source fared when it was last read."""
    if not states:
        nothing = "No source has been read yet. The first update starts within a minute."
        return [[text(nothing)]]
    return line_messages("### Sources", [_source_line(state, now) for state in states])


def feeds_messages(
    feeds: Sequence[AddedFeed], stopped: Mapping[str, FeedTrouble]
) -> list[list[Component]]:
    """Lay out the feeds of a server, and which of them are read no more."""
    if not feeds:
        return [
            [text("No feeds have been added to this server yet. Use /admin feeds add to add one.")]
        ]
    lines = [_feed_line(one.feed, stopped.get(one.feed.name)) for one in feeds]
    return line_messages("### Feeds", lines)


def deliveries_page(services: Services, guild: discord.Guild) -> list[Component]:
    """Lay out the last deliveries to a server, and what is in doubt with its buttons."""
    here = services.deliveries.latest(partial(belongs_to, guild))
    if not here:
        return [text("Nothing was delivered to this server yet. Use /subscribe to add a digest.")]
    lines = [_delivery_line(one) for one in here[:_SHOWN]]
    made: list[Component] = [text("\n".join(["### Deliveries", *lines]))]
    doubts = [one for one in here if one.state is DeliveryState.IN_DOUBT][:_DOUBTS]
    for one in doubts:
        made.append(
            container(text(f"In doubt: {_delivery_line(one)}\nLook in the channel: did it arrive?"))
        )
        made.append(
            row(
                button("It arrived", custom_id(Verb.GIVE_UP, one.part.key), Style.GREEN),
                button("Send it again", custom_id(Verb.RETRY, one.part.key), Style.RED),
            )
        )
    return made


async def _decide(interaction: Interaction, key: str, *, arrived: bool) -> None:
    guild = require_manager(interaction)
    await defer(interaction)

    here = partial(belongs_to, guild)
    await call(interaction, lambda s: s.deliveries.decide(key, here, arrived=arrived))
    await reply_text(
        interaction, "Marked as arrived." if arrived else "It will be sent again in a moment."
    )


def _source_line(state: SourceState, now: datetime) -> str:
    report = state.report
    mark = "fresh" if is_fresh(state, now) else f"**{report.status.value}**"
    read = f"read {moment(state.last_success, 'R')}" if state.last_success else "never read"
    why = report.error or report.note or ""
    if report.status is SourceStatus.OK and not why:
        why = f"{report.new} new"
    tail = f" · {escape(for_members(why), 120)}" if why else ""
    return f"- {escape(source_name(report.source), 60)}: {mark}, {read}{tail}"


def _feed_line(feed: Feed, trouble: FeedTrouble | None) -> str:
    line = f"- {escape(feed.name)}: {masked_link(feed.title or feed.url, feed.url, 80)}"
    if trouble is None or trouble.stopped_at is None:
        return line
    stopped = f"**stopped** {moment(trouble.stopped_at, 'R')}"
    error = escape(for_members(trouble.error), 100)
    return f"{line} · {stopped}, add it again with /admin feeds add · {error}"


def _delivery_line(one: Delivery) -> str:
    state = one.state.value if one.state is DeliveryState.SENT else f"**{one.state.value}**"
    error = f" · {escape(for_members(one.error), 60)}" if one.error else ""
    part = f", part {one.part.position + 1}" if one.part.position else ""
    return f"- {place(one.part.target)} {escape(one.period, 40)}{part}: {state}{error}"
