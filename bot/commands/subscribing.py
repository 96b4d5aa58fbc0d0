"""``/subscribe`` and ``/subscriptions``."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands

from bot.actors import actor_of, check_can_post, require_manager
from bot.commands.options import propose_sources, propose_topics, propose_zones
from bot.context import Interaction
from bot.errors import NO_INTERESTS
from bot.escape import escape
from bot.layout import Component
from bot.resolve import sources_named
from bot.services import Services
from bot.targets import channel_target, dm_target
from bot.users import answer, name_of
from bot.views import subscriptions as views
from bot.views.understood import understood
from core.deliveries import Subscription
from core.errors import UsageError
from core.people import Profile
from core.schedules import CHOICES, until, wall_time, with_choice
from services.interests import read_interests
from services.people import NoInterestsError
from services.subscriptions import MOST_ITEMS, MOST_MINUTES, SubscriptionExistsError

SCHEDULES = [app_commands.Choice(name=label, value=value) for label, value in CHOICES]


@app_commands.command(description="Send a digest to a channel, a thread or yourself")
@app_commands.describe(
    schedule="Which days",
    at="Time of day, such as 08:30",
    channel="Channel or thread; default: your direct messages",
    zone="Time zone, such as Europe/Berlin; default: yours",
    interests="What to look for, and what not; default: your interests",
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
    name = name_of(interaction)
    target = channel_target(channel.id) if channel else dm_target(interaction.user.id)
    # With a thread that the cache does not know, being archived.
    actor = actor_of(interaction)
    actor = replace(actor, targets=actor.targets | {target})

    def subscribed(services: Services) -> list[Component]:
        owner = services.people.member(name)
        when = with_choice(
            schedule.value, zone=zone or owner.zone, at=wall_time(at), quiet=quiet or ""
        )
        end = until(pause_until, when.zone, services.clock()) if pause_until else None
        if end:
            services.subscriptions.check_pause(end)
        draft = services.subscriptions.draft(
            actor,
            profile="" if channel else name,
            target=target,
            schedule=when,
            items=items or (None if minutes else 10),
            minutes=minutes,
            sources=sources_named(services, sources or ""),
            guild=services.viewer.guild if channel else "",
        )
        stated = read_interests(interests or "")
        profile = _profile(services, owner, draft, interests or "")
        try:
            made = services.subscriptions.create(draft, alike=_alike(services, profile, target))
        except SubscriptionExistsError as error:
            return views.existing_page(services, error.subscription, "This subscription")
        services.people.save(profile)
        if end:
            made = services.subscriptions.pause(made.id, by=actor, until=end)
        said = "Subscribed."
        if profile.name == owner.name and owner.interests not in {(), profile.interests}:
            before = ", ".join(f"“{escape(one.text, 80)}”" for one in owner.interests[:10])
            said += f" What you typed takes the place of your interests so far: {before}."
        if interests:
            said = "\n".join([said, *understood(stated)])
        return views.subscription_page(services, made, said)

    await answer(interaction, subscribed)


@app_commands.command(description="Your subscriptions: list, change, pause, delete")
async def subscriptions(interaction: Interaction) -> None:
    """List them."""
    await views.list_subscriptions(interaction, "")


def _alike(services: Services, profile: Profile, target: str) -> frozenset[str]:
    """Return the profiles of this target's subscriptions that look for the same."""
    names = {one.profile for one in services.subscriptions.of_target(target)}
    return services.people.alike(profile, names)


def _profile(services: Services, owner: Profile, draft: Subscription, interests: str) -> Profile:
    try:
        return services.people.for_subscription(
            draft.profile,
            owner=owner,
            interests=interests,
            like=draft.target if draft.has_own_interests else "",
        )
    except NoInterestsError:
        raise UsageError(f"{NO_INTERESTS}, or fill in the option interests") from None
