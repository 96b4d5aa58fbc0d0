"""Subscriptions: listed, changed, paused, resumed, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from bot.actors import actor_of
from bot.cards import start_button
from bot.context import Interaction
from bot.custom_ids import FormKind, Menu, Verb, custom_id
from bot.escape import escape, moment, schedule_text
from bot.forms import Form, open_form, schedule_choice, text_field
from bot.layout import (
    MAX_CHARACTERS,
    MAX_OPTION,
    Component,
    Style,
    button,
    option,
    row,
    select,
    text,
)
from bot.places import place_names
from bot.replies import defer, reply, reply_text
from bot.resolve import sources_named
from bot.services import Services
from bot.targets import parse_target
from bot.users import answer, call
from bot.views.understood import understood
from bot.wording import for_members
from core.deliveries import Subscription
from core.errors import UsageError
from core.mail import SCHEME as MAIL
from core.mail import AddressState
from core.schedules import (
    choice_of,
    in_words,
    quiet_hours,
    size,
    size_typed,
    until,
    wall_time,
    with_choice,
)
from digests.sources import source_name
from language.plain import shortened
from services.interests import known_lines
from services.subscriptions import Actor

_MAX_LISTED = 25
_MAX_REASON = 80
_MAX_PHRASES, _MAX_LOOKS_FOR, _MAX_TYPED = 10, 60, 1000
_MENU_CHARACTERS = 200


async def list_subscriptions(interaction: Interaction, _: str) -> None:
    """List the subscriptions that the member may change."""
    await defer(interaction)
    actor = actor_of(interaction)
    found = await call(interaction, lambda s: s.subscriptions.list(actor)[:_MAX_LISTED])
    names = await place_names(interaction, found)
    await reply(interaction, await call(interaction, lambda s: listed(s, found, names)))


def listed(
    services: Services, found: Sequence[Subscription], names: Mapping[str, str]
) -> list[Component]:
    """Lay out the list, with a menu to open one; ``names`` has what each target is called."""
    if not found:
        nothing = (
            "No subscriptions yet. Press **Start** to get a digest by direct message. With the "
            "Manage Server permission, use /subscribe to send one to a channel or thread."
        )
        return [text(nothing), row(start_button())]
    lines = [_short(one, services.subscriptions.next_run(one)) for one in found]
    looks_for = [", ".join(_phrases(services, one)) for one in found]
    options = [
        option(
            shortened(
                _titled(f"{names[one.target]}: {in_words(one.schedule)}", phrases), MAX_OPTION
            ),
            one.id,
        )
        for one, phrases in zip(found, looks_for, strict=True)
    ]
    menu = select(custom_id(Menu.SUBSCRIPTION), "Change, pause or delete…", options)
    free = MAX_CHARACTERS - _MENU_CHARACTERS - sum(map(len, lines))
    # Escaped, a text has up to twice as many characters.
    room = min(_MAX_LOOKS_FOR, free // len(found) // 2 - len(" · for "))
    if room > 0:
        lines = [
            f"{line} · for {escape(phrases, room)}" if phrases else line
            for line, phrases in zip(lines, looks_for, strict=True)
        ]
    shown = "\n".join(["### Subscriptions", *lines])
    return [text(shown), menu]


async def open_one(interaction: Interaction, _: str, id_: str) -> None:
    """Show one subscription with its buttons."""
    actor = actor_of(interaction)
    await answer(interaction, lambda s: opened(s, actor, id_))


def opened(services: Services, actor: Actor, id_: str, said: str = "") -> list[Component]:
    """Lay out one subscription; ``said`` stands above it."""
    return subscription_page(services, services.subscriptions.get(id_, by=actor), said)


def subscription_page(
    services: Services, subscription: Subscription, said: str = ""
) -> list[Component]:
    """Lay out one subscription with everything that can be done with it."""
    now = services.clock()
    first, *others = described(subscription, services.subscriptions.next_run(subscription), now)
    looks_for = _looks_for(services, subscription)
    lines = [*([said] if said else []), first, *([looks_for] if looks_for else []), *others]
    buttons = subscription_buttons(subscription, now, interests=bool(looks_for))
    return [text("\n".join(lines)), buttons]


def subscription_buttons(
    subscription: Subscription, now: datetime, *, interests: bool = False
) -> Component:
    """Return a row with what can be done with a subscription, perhaps with its own interests."""
    paused = subscription.is_held(now)
    rest = (
        button("Resume", custom_id(Verb.RESUME, subscription.id), Style.GREEN)
        if paused
        else button("Pause", custom_id(Verb.PAUSE, subscription.id))
    )
    own = [button("Interests", custom_id(Verb.LOOK_FOR, subscription.id))] if interests else []
    return row(
        button("Change", custom_id(Verb.EDIT, subscription.id), Style.BLUE),
        *own,
        rest,
        button("Delete", custom_id(Verb.DROP, subscription.id), Style.RED),
    )


def existing_page(services: Services, there: Subscription, what: str) -> list[Component]:
    """Lay out a subscription that somebody wanted to make and that is there already.

    Args:
        services: the use cases.
        there: that subscription.
        what: is there already, as the subject of a sentence.
    """
    how = ""
    if there.off:
        how = " and is **off**: Resume turns it on again"
    elif there.is_held(services.clock()):
        how = " and is **paused**: Resume ends that"
    return subscription_page(services, there, f"{what} already exists{how}. Nothing was changed.")


def described(subscription: Subscription, next_run: datetime | None, now: datetime) -> list[str]:
    """Describe a subscription in a few lines of Markdown."""
    amount = size_typed(subscription.items, subscription.minutes)
    if subscription.minutes:
        amount = amount.replace(" min", " minutes of reading")
    else:
        amount += " items"
    sources = ", ".join(source_name(one) for one in subscription.sources) or "all sources"
    lines = [
        f"**{place(subscription.target)}** · {schedule_text(subscription.schedule)}",
        f"Up to {escape(amount)} from {escape(sources, 300)}.",
    ]
    if subscription.off:
        lines.append(f"**Off**: {escape(for_members(subscription.off), 300)}")
    elif subscription.paused_until and subscription.paused_until > now:
        lines.append(f"Paused: nothing will be sent until {moment(subscription.paused_until)}.")
    if next_run:
        lines.append(f"Next digest: {moment(next_run)}.")
    return lines


def _titled(title: str, phrases: str) -> str:
    return f"{title} · {phrases}" if phrases else title


def _phrases(services: Services, subscription: Subscription) -> list[str]:
    """Return what a subscription looks for, if that is its own or the member's to see."""
    if not _shows_interests(services, subscription):
        return []
    return [one.text for one in services.people.member(subscription.profile).interests]


def _shows_interests(services: Services, subscription: Subscription) -> bool:
    """Whether what it looks for is its own, or the member's to see."""
    return subscription.has_own_interests or subscription.profile == services.viewer.person


def _looks_for(services: Services, subscription: Subscription) -> str:
    phrases = _phrases(services, subscription)
    if not phrases:
        return ""
    person = services.people.member(subscription.profile)
    shown = ", ".join(f"“{escape(one, 80)}”" for one in phrases[:_MAX_PHRASES])
    more = f" and {len(phrases) - _MAX_PHRASES} more" if len(phrases) > _MAX_PHRASES else ""
    whose = "Its own interests" if subscription.has_own_interests else "Your interests"
    muted = ", ".join(f"“{escape(one, 80)}”" for one in person.muted[:_MAX_PHRASES])
    return f"{whose}: {shown}{more}." + (f" **Muted**: {muted}." if muted else "")


def place(target: str) -> str:
    """Name a target for a member: a channel as a mention, which pings nobody."""
    scheme, _, address = target.partition(":")
    if scheme == MAIL:
        return f"Email to {escape(address, 100)}"
    where = parse_target(target)
    return f"<#{where.id}>" if where.kind == "channel" else "Direct message"


async def edit(interaction: Interaction, id_: str) -> None:
    """Open the form with what can be changed."""
    await open_form(interaction, await edit_form(interaction, id_))


async def look_for(interaction: Interaction, id_: str) -> None:
    """Open the form with what it looks for."""
    await open_form(interaction, await interests_form(interaction, id_))


async def pause(interaction: Interaction, id_: str) -> None:
    """Ask until when."""
    await open_form(interaction, await pause_form(interaction, id_))


async def edit_form(interaction: Interaction, id_: str) -> Form:
    """Return the form with what can be changed."""
    return EditForm(await _get(interaction, id_))


async def pause_form(interaction: Interaction, id_: str) -> Form:
    """Return the form that asks until when."""
    return PauseForm(await _get(interaction, id_))


async def interests_form(interaction: Interaction, id_: str) -> Form:
    """Return the form with what it looks for."""
    actor = actor_of(interaction)

    def known(services: Services) -> Sequence[str]:
        subscription = services.subscriptions.get(id_, by=actor)
        if not _shows_interests(services, subscription):
            return ()
        return known_lines(services.people.member(subscription.profile))

    return InterestsForm(id_, await call(interaction, known))


async def resume(interaction: Interaction, id_: str) -> None:
    """End a pause, or turn it on again."""
    actor = actor_of(interaction)

    def resumed(services: Services) -> list[Component]:
        services.subscriptions.resume(id_, by=_with_confirmed_mail(services, actor))
        return opened(services, actor, id_, "Resumed.")

    await answer(interaction, resumed)


async def drop(interaction: Interaction, id_: str) -> None:
    """Delete it."""
    await defer(interaction)
    actor = actor_of(interaction)
    gone = await call(interaction, lambda s: s.subscriptions.delete(id_, by=actor))
    what = f"{place(gone.target)}, {schedule_text(gone.schedule)}"
    await reply_text(interaction, f"Deleted: {what}. Nothing else will be sent.")


class EditForm(Form):
    """Days, time and zone, size, quiet hours, sources."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(FormKind.EDIT, subscription.id, title="Change the subscription")
        self._id = subscription.id
        schedule = subscription.schedule
        quiet = "-".join(f"{end:%H:%M}" for end in schedule.quiet) if schedule.quiet else ""
        self._choice = schedule_choice(choice_of(schedule))
        self._when = text_field(f"{schedule.at:%H:%M} {schedule.zone}", most=60)
        self._size = text_field(size_typed(subscription.items, subscription.minutes), most=20)
        self._quiet = text_field(quiet, most=15, required=False)
        self._sources = text_field(", ".join(subscription.sources), most=1000, required=False)
        self.add_field("Days", self._choice)
        self.add_field("Time and zone", self._when, "For example: 08:30 Europe/Berlin")
        self.add_field("Size", self._size, "10 (items), 15 min (reading time), or both: 10, 15 min")
        self.add_field(
            "Quiet hours", self._quiet, "For example: 22:00-07:00. Leave empty for none."
        )
        self.add_field("Sources", self._sources, "Separate names with commas. Leave empty for all.")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Change it, and show what it is now."""
        actor = actor_of(interaction)

        def changed(services: Services) -> list[Component]:
            subscription = services.subscriptions.get(self._id, by=actor)
            services.subscriptions.edit(self._applied(subscription, services), by=actor)
            return opened(services, actor, self._id, "Changed.")

        await answer(interaction, changed)

    def _applied(self, subscription: Subscription, services: Services) -> Subscription:
        at, _, zone = self._when.value.strip().partition(" ")
        items, minutes = size(self._size.value)
        schedule = with_choice(
            self._choice.value or choice_of(subscription.schedule),
            at=wall_time(at),
            zone=zone or subscription.schedule.zone,
        )
        return replace(
            subscription,
            schedule=replace(schedule, quiet=quiet_hours(self._quiet.value)),
            items=items,
            minutes=minutes,
            sources=sources_named(services, self._sources.value),
        )


class InterestsForm(Form):
    """What one subscription looks for; those of a person hold for all that goes to them."""

    def __init__(self, id_: str, lines: Sequence[str]) -> None:
        super().__init__(FormKind.INTERESTS, id_, title="What it looks for")
        self._id = id_
        self._phrases = text_field("\n".join(lines), most=_MAX_TYPED, long=True)
        self.add_field("Interests", self._phrases, "One on each line; mute: x never shows x")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Change them, and show what it looks for now."""
        actor = actor_of(interaction)

        def changed(services: Services) -> list[Component]:
            subscription = services.subscriptions.get(self._id, by=actor)
            if not (subscription.has_own_interests or subscription.profile == actor.person):
                raise UsageError("these interests are somebody else's. Only they can change them")
            stated = services.people.state_interests(
                subscription.profile, self._phrases.value, room=_MAX_TYPED
            )
            return opened(services, actor, self._id, "\n".join(["Changed.", *understood(stated)]))

        await answer(interaction, changed)


class PauseForm(Form):
    """Until when."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(FormKind.PAUSE, subscription.id, title="Pause the subscription")
        self._id = subscription.id
        self._until = text_field("2w", most=10)
        self.add_field("Until", self._until, "A date (2026-12-24) or a period (10d, 2w)")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Pause it."""
        actor = actor_of(interaction)

        def paused(services: Services) -> list[Component]:
            subscription = services.subscriptions.get(self._id, by=actor)
            end = until(self._until.value, subscription.schedule.zone, services.clock())
            services.subscriptions.pause(self._id, by=actor, until=end)
            return opened(services, actor, self._id)

        await answer(interaction, paused)


def _with_confirmed_mail(services: Services, actor: Actor) -> Actor:
    """Return somebody with the addresses that they have confirmed and not left since."""
    boxes = services.email_subscriptions.state(actor.person)
    confirmed = (box for box in boxes if box.address.state is AddressState.CONFIRMED)
    return replace(actor, targets=actor.targets | {box.subscription.target for box in confirmed})


async def _get(interaction: Interaction, id_: str) -> Subscription:
    actor = actor_of(interaction)
    return await call(interaction, lambda s: s.subscriptions.get(id_, by=actor))


def _short(subscription: Subscription, next_run: datetime | None) -> str:
    state = f"off: {escape(for_members(subscription.off), _MAX_REASON)}" if subscription.off else ""
    when = f"next {moment(next_run, 'f')}" if next_run else state
    return f"- {place(subscription.target)}: {schedule_text(subscription.schedule)} · {when}"
