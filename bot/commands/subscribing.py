"""``/subscribe`` and ``/subscriptions``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import discord
from discord import app_commands

from bot.actors import Place, actor_of, check_can_post, require_manager
from bot.commands.options import propose_sources, propose_topics, propose_zones
from bot.context import Interaction
from bot.errors import NO_INTERESTS
from bot.layout import Component
from bot.resolve import sources_named
from bot.services import Services
from bot.targets import channel_profile, channel_target, dm_target, parse_target
from bot.users import answer, name_of
from bot.views import subscriptions as views
from core.errors import UsageError
from core.people import known_zone
from core.schedules import CHOICES, until, wall_time, with_choice
from services.people import NoInterestsError
from services.subscriptions import MOST_ITEMS, MOST_MINUTES, Actor

SCHEDULES = [app_commands.Choice(name=label, value=value) for label, value in CHOICES]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
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


@app_commands.command(description="Send a digest to a channel, a thread or yourself")
@app_commands.describe(
    schedule="Which days",
    at="Time of day, such as 08:30",
    channel="Channel or thread; default: your direct messages",
    zone="Time zone, such as Europe/Berlin; default: yours",
    interests='What to look for, separated by ";"; default: your interests',
    items="Maximum number of items",
    minutes="Maximum reading time in minutes",
    sources="Only these sources, separated by commas",
    quiet="Hours without messages, such as 22:00-07:00",
    pause_until="Start later: a date (2026-12-24) or a period (10d, 2w)",
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
    """Make a subscription; the answer shows when the next digest comes."""
    if channel is not None:
        require_manager(interaction)
        check_can_post(channel)
    options = _Options(
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
    await answer(interaction, lambda s: _subscribe(s, actor, name, target, options))


@app_commands.command(description="Your subscriptions: list, change, pause, delete")
async def subscriptions(interaction: Interaction) -> None:
    """List them."""
    await views.list_subscriptions(interaction, "")


def _with_place(actor: Actor, channel: Place | None) -> Actor:
    """Return the actor with a thread that the cache does not know, being archived."""
    if channel is None:
        return actor
    return replace(actor, targets=actor.targets | {channel_target(channel.id)})


def _subscribe(
    services: Services, actor: Actor, name: str, target: str, options: _Options
) -> list[Component]:
    owner = services.people.member(name)
    zone = known_zone(options.zone or owner.zone)
    schedule = with_choice(
        options.choice, at=wall_time(options.at), zone=zone, quiet=options.quiet or ""
    )
    now = services.clock()
    end = until(options.pause_until, zone, now) if options.pause_until else None
    if end:
        services.subscriptions.check_pause(end)
    personal = parse_target(target).kind == "dm"
    ranked_for = name if personal else channel_profile(parse_target(target).id)
    try:
        profile = services.people.for_subscription(
            ranked_for, owner=owner, interests=options.interests or ""
        )
    except NoInterestsError:
        raise UsageError(f"{NO_INTERESTS}, or fill in the option interests") from None
    draft = services.subscriptions.draft(
        actor,
        profile=profile.name,
        target=target,
        schedule=schedule,
        items=options.items or (None if options.minutes else 10),
        minutes=options.minutes,
        sources=sources_named(services, options.sources or ""),
        guild="" if personal else services.viewer.guild,
    )
    made = services.subscriptions.create(draft)
    services.people.save(profile)
    if end:
        made = services.subscriptions.pause(made.id, by=actor, until=end)
    return views.subscription_page(made, services.subscriptions.next_run(made), now, "Subscribed.")
