"""The form of ``/start``: what one cares about, when to hear of it; then a first digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.actors import actor_of
from bot.context import Interaction
from bot.custom_ids import FormKind, Verb, custom_id
from bot.escape import escape, moment, schedule_text
from bot.forms import CheckboxGroup, Form, open_form, schedule_choice, text_field
from bot.layout import Component, button, row, text
from bot.replies import defer, reply_messages
from bot.services import Services
from bot.targets import dm_target
from bot.users import call, call_ranking, name_of
from bot.views.picks import picks_for
from bot.views.starter import starter_menu
from bot.views.subscriptions import subscription_buttons
from bot.views.understood import understood
from bot.wording import for_members
from core.deliveries import Subscription
from core.errors import UsageError
from core.people import Profile, known_zone
from core.schedules import choice_of, wall_time, with_choice
from services.interests import StatedInterests, known_lines, nothing_found_by, understand
from services.subscriptions import Actor

_NEVER = "never"
_MAX_TOPICS = 10
"""Boxes of one group (docs: "Checkbox Group")."""

_MAX_OWN_WORDS = 2000


class StartForm(Form):
    """Topics to tick, own words, cadence, time, time zone."""

    def __init__(
        self, *, topics: Sequence[str], profile: Profile, subscription: Subscription | None
    ) -> None:
        super().__init__(FormKind.START, title="What are you interested in?")
        mine = [interest.text for interest in profile.interests]
        offered = list(topics)[:_MAX_TOPICS]
        self._topics: CheckboxGroup = ui.CheckboxGroup(required=False, min_values=0)
        for topic in offered:
            self._topics.add_option(label=topic, value=topic, default=topic in mine)
        schedule = subscription.schedule if subscription else None
        own = _in_own_words(profile, offered)
        self._own = text_field(
            own,
            most=_MAX_OWN_WORDS,
            long=True,
            required=False,
            hint="graph neural networks; 2401.00001; owner/repo; @github-user",
        )
        self._choice = schedule_choice(
            choice_of(schedule) if schedule else "weekdays", never="Not now"
        )
        self._at = text_field(f"{schedule.at:%H:%M}" if schedule else "08:00", most=5)
        self._zone = text_field(schedule.zone if schedule else profile.zone, most=50)
        if offered:
            self.add_field("Topics", self._topics)
        self.add_field(
            "In your own words",
            self._own,
            "Phrases or sentences, also what you do not want; arXiv ids, repositories",
        )
        self.add_field("A digest by direct message", self._choice)
        self.add_field("At what time", self._at)
        self.add_field("In which time zone", self._zone, "Such as Europe/Berlin")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Remember it, and show a first digest."""
        await defer(interaction)
        actor, target = actor_of(interaction), dm_target(interaction.user.id)
        messages = await call_ranking(interaction, lambda s: self._begin(s, actor, target))
        await reply_messages(interaction, messages)

    def _begin(self, services: Services, actor: Actor, target: str) -> list[list[Component]]:
        """Store what was entered, and lay out a first digest below what was understood.

        What is wrong with the time does not cost the member what they wrote of their interests.
        """
        stated = _stated(services, actor.person, self._topics.values, self._own.value)
        if not stated.says_something:
            raise UsageError(_nothing_said(stated))
        zone = known_zone(self._zone.value.strip())
        services.people.introduce(actor.person, stated, zone=zone)
        subscription, line, *buttons = self._subscribe(services, actor, target, zone)
        menu = starter_menu(services, actor.person)
        said = [text("\n".join([*understood(stated), line])), *buttons, row(mend_button()), menu]
        return [said, *picks_for(services, actor.person, subscription)]

    def _subscribe(
        self, services: Services, actor: Actor, target: str, zone: str
    ) -> tuple[Subscription | None, str, *tuple[Component, ...]]:
        """Make or change the subscription by direct message.

        Returns:
            The subscription that is wanted, if any, and what to say of it.
        """
        subscription = _own_subscription(services, actor, target)
        choice = self._choice.value or _NEVER
        if choice == _NEVER:
            at_any_time = "Use /digest now to see your picks at any time."
            if subscription is None:
                return None, f"No subscription was made. {at_any_time}"
            kept = f"{_as_it_is(subscription, services.clock())} {at_any_time}"
            return None, kept, subscription_buttons(subscription, services.clock())
        quiet = subscription.schedule.quiet if subscription else None
        schedule = with_choice(choice, at=wall_time(self._at.value), zone=zone)
        schedule = replace(schedule, quiet=quiet)
        if subscription:
            subscription = services.subscriptions.edit(
                replace(subscription, schedule=schedule), by=actor
            )
            if subscription.is_held(services.clock()):  # who asks for it anew wants it to come
                subscription = services.subscriptions.resume(subscription.id, by=actor)
        else:
            draft = services.subscriptions.draft(
                actor, profile=actor.person, target=target, schedule=schedule
            )
            subscription = services.subscriptions.create(draft)
        due = services.subscriptions.next_run(subscription)
        when = f"; the next one comes {moment(due)}" if due else ""
        line = f"A digest by direct message {schedule_text(schedule)}{when}."
        return subscription, f"{line} Here is a first one:"


async def begin(interaction: Interaction, zone: str = "") -> None:
    """Open the form, filled in with what is known.

    Args:
        interaction: its first answer is the form.
        zone: time zone to fill in, "" for the one that is known.
    """
    await open_form(interaction, await start_form(interaction, zone))


async def start_form(interaction: Interaction, zone: str) -> Form:
    """Return the form, filled in with what is known."""
    services = interaction.client.services

    def known(services: Services) -> tuple[Profile, Subscription | None]:
        profile = services.people.member(name_of(interaction))
        target = dm_target(interaction.user.id)
        subscription = _own_subscription(services, actor_of(interaction), target)
        return (replace(profile, zone=known_zone(zone)) if zone else profile), subscription

    profile, subscription = await call(interaction, known)
    if zone and subscription:
        subscription = replace(
            subscription, schedule=replace(subscription.schedule, zone=profile.zone)
        )
    return StartForm(topics=services.topics, profile=profile, subscription=subscription)


def mend_button() -> Component:
    """Return the button that opens the form again, with what was understood in it."""
    return button("Change what I understood", custom_id(Verb.START))


def _in_own_words(profile: Profile, offered: Sequence[str]) -> str:
    """Return what is known of somebody as they could have typed it, without the topics offered."""
    return "\n".join(line for line in known_lines(profile) if line not in offered)


def _stated(services: Services, name: str, topics: Sequence[str], typed: str) -> StatedInterests:
    """Understand a form; muted words that did not fit into it stay."""
    before = services.people.member(name)
    known = (*topics, *known_lines(before))
    stated = understand("\n".join((*topics, typed)), services.lookup, known=known)
    if len(_in_own_words(before, services.topics[:_MAX_TOPICS])) > _MAX_OWN_WORDS:
        stated = replace(stated, muted=tuple(dict.fromkeys((*before.muted, *stated.muted))))
    return stated


def _own_subscription(services: Services, actor: Actor, target: str) -> Subscription | None:
    mine = (one for one in services.subscriptions.list(actor) if one.owner == actor.person)
    return next((one for one in mine if one.target == target), None)


def _as_it_is(subscription: Subscription, now: datetime) -> str:
    why = escape(for_members(subscription.off), 300)
    off = f", but it is **off**: {why}" if subscription.off else ""
    if not off and subscription.is_held(now):
        off = f", but it is **paused** until {moment(subscription.paused_until or now)}"
    when = schedule_text(subscription.schedule)
    return f"Your digest by direct message stays as it is ({when}){off}."


def _nothing_said(stated: StatedInterests) -> str:
    if stated.missing:
        return f"“{stated.missing[0]}” is not in the archive yet. Enter a few words instead"
    if stated.muted:
        return (
            f"“{stated.muted[0]}” would be muted, but nothing says what to look for. Add a subject"
        )
    if stated.ignored:
        return f"{nothing_found_by(stated.ignored)}. Enter a subject, such as drug discovery"
    return "select a topic or enter a few words, such as graph neural networks"
