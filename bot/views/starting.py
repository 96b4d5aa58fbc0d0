"""The form of ``/start``: what one cares about, when to hear of it; then a first digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

import discord
from discord import ui

from bot.actors import actor_of
from bot.context import Interaction
from bot.escape import escape, moment
from bot.forms import Form, Ticks, cadences, typed
from bot.forms import open_form as present
from bot.interests import Stated, understand
from bot.layout import Component, text
from bot.replies import show_all, think
from bot.schedules import in_words
from bot.services import Services
from bot.targets import dm_target
from bot.users import call, call_ranking, name_of, profile_of, tell
from bot.views.feedback import item_link
from bot.views.picks import picks_for
from core.deliveries import Schedule, Subscription
from core.errors import UsageError
from core.people import Interest, Profile, Verdict, known_zone
from core.schedules import choice_of, wall_time, with_choice
from services.subscriptions import Actor

NEVER = "never"
_MOST_TOPICS = 10
"""Boxes of one group (docs: "Checkbox Group")."""

_OWN_WORDS = 1500
_EXAMPLES_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a member entered."""

    topics: tuple[str, ...]
    own_words: str
    choice: str
    at: str
    zone: str


class StartForm(Form):
    """Topics to tick, own words, cadence, time, time zone."""

    def __init__(
        self, *, topics: Sequence[str], profile: Profile, order: Subscription | None
    ) -> None:
        super().__init__(title="What do you want to hear of?")
        mine = [interest.text for interest in profile.interests]
        offered = list(topics)[:_MOST_TOPICS]
        self._topics: Ticks = ui.CheckboxGroup(required=False, min_values=0)
        for topic in offered:
            self._topics.add_option(label=topic, value=topic, default=topic in mine)
        schedule = order.schedule if order else None
        own = "\n".join(one for one in mine if one not in offered)
        self._own = typed(
            own,
            most=_OWN_WORDS,
            long=True,
            required=False,
            hint="graph neural networks; 2401.00001; owner/repo; @github-user",
        )
        self._choice = cadences(choice_of(schedule) if schedule else "weekdays", never="Not now")
        self._at = typed(f"{schedule.at:%H:%M}" if schedule else "08:00", most=5)
        self._zone = typed(schedule.zone if schedule else profile.zone, most=50)
        if offered:
            self.put("Topics", self._topics)
        self.put("In your own words", self._own, "Phrases, arXiv ids, repositories; one a line")
        self.put("A digest by direct message", self._choice)
        self.put("At what time", self._at)
        self.put("In which time zone", self._zone, "Such as Europe/Berlin")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Remember it, and show a first digest."""
        await think(interaction)
        filled = Filled(
            topics=tuple(self._topics.values),
            own_words=self._own.value,
            choice=self._choice.value or NEVER,
            at=self._at.value,
            zone=self._zone.value,
        )
        actor = actor_of(interaction)
        messages = await call_ranking(interaction, lambda services: begin(services, actor, filled))
        await show_all(interaction, messages)


async def open_form(interaction: Interaction, zone: str = "") -> None:
    """Open the form, filled in with what is known.

    Args:
        interaction: its first answer is the form.
        zone: time zone to fill in, "" for the one that is known.
    """
    services = interaction.client.services

    def known(services: Services) -> tuple[Profile, Subscription | None]:
        profile = profile_of(services, name_of(interaction))
        order = _order_by_dm(services, actor_of(interaction))
        return (replace(profile, zone=known_zone(zone)) if zone else profile), order

    profile, order = await call(interaction, known)
    if zone and order:
        order = replace(order, schedule=replace(order.schedule, zone=profile.zone))
    await present(interaction, StartForm(topics=services.topics, profile=profile, order=order))


def begin(services: Services, actor: Actor, filled: Filled) -> list[list[Component]]:
    """Store what was entered, and lay out a first digest below what was understood.

    What is wrong with the time does not cost the member what they wrote of their interests.

    Raises:
        UsageError: if something cannot be understood.
    """
    stated = understand("\n".join((*filled.topics, filled.own_words)), services.lookup)
    if not stated.says_something:
        raise UsageError(_nothing_said(stated))
    zone = known_zone(filled.zone.strip())
    _remember(services, actor.person, stated, zone)
    line = _subscribe(services, actor, filled, zone)
    said = [text("\n".join([*_understood(stated), line]))]
    return [said, *picks_for(services, actor.person)]


def _remember(services: Services, name: str, stated: Stated, zone: str) -> None:
    profile = profile_of(services, name)
    weights = {one.text: one.weight for one in profile.interests}
    interests = tuple(Interest(text=p, weight=weights.get(p, 1.0)) for p in stated.phrases)
    followed = tuple(dict.fromkeys((*profile.followed, *stated.followed)))
    changed = replace(profile, interests=interests, followed=followed, zone=zone)
    services.store.save_profile(changed)
    for item in stated.examples:
        tell(services, name, item, Verdict.MORE)


def _subscribe(services: Services, actor: Actor, filled: Filled, zone: str) -> str:
    """Make or change the subscription by direct message; return what to say of it."""
    order = _order_by_dm(services, actor)
    if filled.choice == NEVER:
        kept = "; the one you have stays, see /subscriptions" if order else ""
        return f"No subscription was made{kept}. /digest now shows your picks at any time."
    quiet = order.schedule.quiet if order else None
    at: time = wall_time(filled.at)
    schedule: Schedule = replace(with_choice(filled.choice, at=at, zone=zone), quiet=quiet)
    if order:
        order = services.subscriptions.edit(replace(order, schedule=schedule), by=actor)
    else:
        target = next(one for one in actor.targets if one.startswith(dm_target(0)[:-1]))
        draft = services.subscriptions.draft(
            actor, profile=actor.person, target=target, schedule=schedule
        )
        order = services.subscriptions.create(draft)
    due = services.subscriptions.next_run(order)
    when = f"; the next comes {moment(due)}" if due else ""
    return f"A digest by direct message {in_words(schedule)}{when}. Here is a first one:"


def _order_by_dm(services: Services, actor: Actor) -> Subscription | None:
    mine = (one for one in services.subscriptions.list(actor) if one.owner == actor.person)
    return next((one for one in mine if one.target.startswith(dm_target(0)[:-1])), None)


def _understood(stated: Stated) -> list[str]:
    lines = [f"I look for {', '.join(f'“{escape(p, 60)}”' for p in stated.phrases[:20])}."]
    if not stated.phrases:
        lines = []
    if stated.examples:
        named = ", ".join(item_link(item) for item in stated.examples[:_EXAMPLES_NAMED])
        rest = len(stated.examples) - _EXAMPLES_NAMED
        lines.append(f"More like {named}{f' and {rest} others' if rest > 0 else ''}.")
    if stated.followed:
        lines.append(f"Preferred: {escape(', '.join(stated.followed), 300)}.")
    if stated.missing:
        lines.append(
            f"Not in the archive yet, so left out: {escape(', '.join(stated.missing), 300)}."
        )
    return lines


def _nothing_said(stated: Stated) -> str:
    if stated.missing:
        return f"{stated.missing[0]!r} is not in the archive yet; add a few words to look for"
    return "tick a topic or write a few words, such as graph neural networks"
