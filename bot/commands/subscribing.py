"""``/subscribe`` and ``/subscriptions``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import discord
from discord import app_commands

from bot.actors import Place, actor_of, check_can_post, require_manager
from bot.commands.options import propose_sources, propose_topics, propose_zones
from bot.context import Interaction
from bot.layout import Component
from bot.replies import show, think
from bot.resolve import sources_named
from bot.services import Services
from bot.targets import channel_profile, channel_target, dm_target, parse_target
from bot.users import NOBODY_YET, call, name_of, profile_of
from bot.views import subscriptions as orders
from core.deliveries import Subscription
from core.errors import UsageError
from core.people import Profile, known_zone, parse_interests
from core.schedules import CHOICES, until, wall_time, with_choice
from services.subscriptions import LONGEST_PAUSE, MOST_ITEMS, MOST_MINUTES, Actor

SCHEDULES = [app_commands.Choice(name=label, value=value) for label, value in CHOICES]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The options of ``/subscribe``."""

    choice: str
    at: str
    zone: str | None
    items: int | None
    minutes: int | None
    interests: str | None
    sources: str | None
    quiet: str | None
    pause_until: str | None


@app_commands.command(description="Have a digest sent to a channel, a thread or yourself")
@app_commands.describe(
    schedule="On which days",
    at="Time of day, such as 08:30",
    channel="Channel or thread; left out: your direct messages",
    zone="Time zone, such as Europe/Berlin; left out: yours",
    interests='What the channel cares about, separated by ";"; left out: what you do',
    items="How many items at the most",
    minutes="How many minutes of reading at the most",
    sources="Only these sources, with commas between them",
    quiet="Hours without messages, such as 22:00-07:00",
    pause_until="Begin later: a day such as 2026-12-24, or 10d, or 2w",
)
@app_commands.choices(schedule=SCHEDULES)
@app_commands.autocomplete(zone=propose_zones, interests=propose_topics, sources=propose_sources)
async def subscribe(  # noqa: PLR0917 -- the parameters are the options of the command
    interaction: Interaction,
    schedule: app_commands.Choice[str],
    at: app_commands.Range[str, 1, 5],
    channel: discord.TextChannel | discord.Thread | None = None,
    zone: app_commands.Range[str, 1, 50] | None = None,
    interests: app_commands.Range[str, 1, 1000] | None = None,
    items: app_commands.Range[int, 1, MOST_ITEMS] | None = None,
    minutes: app_commands.Range[int, 1, int(MOST_MINUTES)] | None = None,
    sources: app_commands.Range[str, 1, 300] | None = None,
    quiet: app_commands.Range[str, 1, 15] | None = None,
    pause_until: app_commands.Range[str, 1, 10] | None = None,
) -> None:
    """Make a subscription; the confirmation shows when the next digest comes."""
    await think(interaction)
    if channel is not None:
        require_manager(interaction)
        check_can_post(channel)
    wanted = _Wanted(
        choice=schedule.value,
        at=at,
        zone=zone,
        items=items,
        minutes=minutes,
        interests=interests,
        sources=sources,
        quiet=quiet,
        pause_until=pause_until,
    )
    actor, name = _with_place(actor_of(interaction), channel), name_of(interaction)
    target = channel_target(channel.id) if channel else dm_target(interaction.user.id)
    page = await call(interaction, lambda s: _subscribe(s, actor, name, target, wanted))
    await show(interaction, page)


@app_commands.command(description="Your subscriptions: list, change, pause, delete")
async def subscriptions(interaction: Interaction) -> None:
    """List them."""
    await orders.show(interaction, "")


def _with_place(actor: Actor, channel: Place | None) -> Actor:
    """Return the actor with a thread that the cache does not know, being archived."""
    if channel is None:
        return actor
    return replace(actor, targets=actor.targets | {channel_target(channel.id)})


def _subscribe(
    services: Services, actor: Actor, name: str, target: str, wanted: _Wanted
) -> list[Component]:
    reader = profile_of(services, name)
    zone = known_zone(wanted.zone or reader.zone)
    schedule = with_choice(
        wanted.choice, at=wall_time(wanted.at), zone=zone, quiet=wanted.quiet or ""
    )
    now = services.clock()
    end = until(wanted.pause_until, zone, now) if wanted.pause_until else None
    if end and end > now + LONGEST_PAUSE:
        raise UsageError("a pause ends within a year; name an earlier day")
    profile = _profile(services, reader, target, wanted.interests)
    draft = services.subscriptions.draft(
        actor,
        profile=profile.name,
        target=target,
        schedule=schedule,
        items=wanted.items or (None if wanted.minutes else 10),
        minutes=wanted.minutes,
        sources=sources_named(services, wanted.sources or ""),
        guild="" if parse_target(target).kind == "dm" else services.viewer.guild,
    )
    order = services.subscriptions.create(draft)
    services.store.save_profile(profile)
    if end:
        order = services.subscriptions.pause(order.id, by=actor, until=end)
    return _confirmation(services, order, now)


def _profile(services: Services, reader: Profile, target: str, interests: str | None) -> Profile:
    """Return the profile that a new subscription is ranked for, not stored yet.

    A channel has interests of its own: those that are given, else those it has, else the maker's.

    Raises:
        UsageError: if it would be empty.
    """
    place = parse_target(target)
    own = place.kind == "dm"
    profile = reader if own else profile_of(services, channel_profile(place.id))
    given = parse_interests(interests or "")
    kept = given or profile.interests or reader.interests
    if not (kept or profile.feedback or profile.followed):
        raise UsageError(f"{NOBODY_YET}, or name interests in this command")
    return replace(profile, interests=kept)


def _confirmation(services: Services, order: Subscription, now: datetime) -> list[Component]:
    next_run = services.subscriptions.next_run(order)
    return orders.order_page(order, next_run, now, "Subscribed.")
