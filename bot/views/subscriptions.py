"""Subscriptions: listed, changed, paused, ended. In code they are orders, a shorter word."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from bot import replies as answering
from bot.actors import actor_of
from bot.context import Interaction
from bot.custom_ids import Menu, Verb, custom_id
from bot.escape import escape, moment
from bot.forms import Form, cadences, open_form, typed
from bot.layout import MOST_IN_OPTION, Component, Style, button, option, row, select, text
from bot.resolve import sources_named
from bot.schedules import in_words
from bot.services import Services
from bot.targets import parse_target
from bot.users import call
from bot.views.picks import start_button
from core.deliveries import Subscription
from core.mail import SCHEME as MAIL
from core.schedules import choice_of, quiet_hours, size, size_typed, until, wall_time, with_choice
from digests.sources import source_name
from language.plain import shortened
from services.subscriptions import Actor

_LISTED = 25
_OFF = 80


async def show(interaction: Interaction, _: str) -> None:
    """List the subscriptions that the member may change."""
    await answering.think(interaction)
    actor = actor_of(interaction)
    await answering.show(interaction, await call(interaction, lambda s: listed(s, actor)))


def listed(services: Services, actor: Actor) -> list[Component]:
    """Lay out the list, with a menu to open one."""
    orders = services.subscriptions.list(actor)[:_LISTED]
    if not orders:
        nothing = (
            "No subscriptions yet. **Start** makes one by direct message; /subscribe makes one for "
            "a channel or thread, for those with Manage Server."
        )
        return [text(nothing), row(start_button())]
    lines = [_short(one, services.subscriptions.next_run(one)) for one in orders]
    options = [option(shortened(_plain(one), MOST_IN_OPTION), one.id) for one in orders]
    menu = select(custom_id(Menu.ORDER), "Change, pause or delete …", options)
    return [text("\n".join(["### Subscriptions", *lines])), menu]


async def open_one(interaction: Interaction, _: str, id_: str) -> None:
    """Show one subscription with its buttons."""
    await answering.think(interaction)
    actor = actor_of(interaction)
    await answering.show(interaction, await call(interaction, lambda s: opened(s, actor, id_)))


def opened(services: Services, actor: Actor, id_: str, said: str = "") -> list[Component]:
    """Lay out one subscription; ``said`` stands above it."""
    order = services.subscriptions.get(id_, by=actor)
    return order_page(order, services.subscriptions.next_run(order), services.clock(), said)


def order_page(
    order: Subscription, next_run: datetime | None, now: datetime, said: str = ""
) -> list[Component]:
    """Lay out one subscription with everything that can be done with it."""
    paused = bool(order.off) or (order.paused_until is not None and order.paused_until > now)
    rest = (
        button("Resume", custom_id(Verb.RESUME, order.id), Style.GREEN)
        if paused
        else button("Pause", custom_id(Verb.PAUSE, order.id))
    )
    lines = [*([said] if said else []), *described(order, next_run, now)]
    return [
        text("\n".join(lines)),
        row(
            button("Change", custom_id(Verb.EDIT, order.id), Style.BLUE),
            rest,
            button("Delete", custom_id(Verb.DROP, order.id), Style.RED),
        ),
    ]


def described(order: Subscription, next_run: datetime | None, now: datetime) -> list[str]:
    """Describe a subscription in a few lines of Markdown."""
    amount = size_typed(order.items, order.minutes).replace(" min", " minutes of reading")
    sources = ", ".join(source_name(one) for one in order.sources) or "all sources"
    lines = [
        f"**{place(order.target)}** · {in_words(order.schedule)}",
        f"At most {escape(amount)}{'' if order.minutes else ' items'} from {escape(sources, 300)}.",
    ]
    if order.off:
        lines.append(f"**Off**: {escape(order.off, 300)}")
    elif order.paused_until and order.paused_until > now:
        lines.append(f"Paused until {moment(order.paused_until)}.")
    if next_run:
        lines.append(f"The next digest comes {moment(next_run)}.")
    return lines


def place(target: str) -> str:
    """Name a target for a member: a channel as a mention, which pings nobody."""
    scheme, _, address = target.partition(":")
    if scheme == MAIL:
        return f"Mail to {escape(address, 100)}"
    where = parse_target(target)
    return f"<#{where.id}>" if where.kind == "channel" else "Direct message"


async def edit(interaction: Interaction, id_: str) -> None:
    """Open the form with what can be changed."""
    actor = actor_of(interaction)
    order = await call(interaction, lambda s: s.subscriptions.get(id_, by=actor))
    await open_form(interaction, EditForm(order))


async def pause(interaction: Interaction, id_: str) -> None:
    """Ask until when."""
    actor = actor_of(interaction)
    order = await call(interaction, lambda s: s.subscriptions.get(id_, by=actor))
    await open_form(interaction, PauseForm(order))


async def resume(interaction: Interaction, id_: str) -> None:
    """End a pause, or turn it on again."""
    await answering.think(interaction)
    actor = actor_of(interaction)

    def resumed(services: Services) -> list[Component]:
        services.subscriptions.resume(id_, by=actor)
        return opened(services, actor, id_, "It goes on.")

    await answering.show(interaction, await call(interaction, resumed))


async def drop(interaction: Interaction, id_: str) -> None:
    """Delete it."""
    await answering.think(interaction)
    actor = actor_of(interaction)
    gone = await call(interaction, lambda s: s.subscriptions.delete(id_, by=actor))
    await answering.say(
        interaction,
        f"Deleted: {place(gone.target)}, {in_words(gone.schedule)}. Nothing more comes.",
    )


class EditForm(Form):
    """Days, time and zone, size, quiet hours, sources."""

    def __init__(self, order: Subscription) -> None:
        super().__init__(title="Change the subscription")
        self._id = order.id
        schedule = order.schedule
        quiet = "-".join(f"{end:%H:%M}" for end in schedule.quiet) if schedule.quiet else ""
        self._choice = cadences(choice_of(schedule))
        self._when = typed(f"{schedule.at:%H:%M} {schedule.zone}", most=60)
        self._size = typed(size_typed(order.items, order.minutes), most=20)
        self._quiet = typed(quiet, most=15, required=False)
        self._sources = typed(", ".join(order.sources), most=1000, required=False)
        self.put("Days", self._choice)
        self.put("Time and zone", self._when, "Such as 08:30 Europe/Berlin")
        self.put("At most", self._size, "10 (items), 15 min (of reading), or both with a comma")
        self.put("Quiet hours", self._quiet, "Such as 22:00-07:00; empty for none")
        self.put("Sources", self._sources, "Names with commas between them; empty for all")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Change it, and show what it is now."""
        await answering.think(interaction)
        actor = actor_of(interaction)

        def changed(services: Services) -> list[Component]:
            order = services.subscriptions.get(self._id, by=actor)
            services.subscriptions.edit(self._applied(order, services), by=actor)
            return opened(services, actor, self._id, "Changed.")

        await answering.show(interaction, await call(interaction, changed))

    def _applied(self, order: Subscription, services: Services) -> Subscription:
        at, _, zone = self._when.value.strip().partition(" ")
        items, minutes = size(self._size.value)
        schedule = with_choice(
            self._choice.value or choice_of(order.schedule),
            at=wall_time(at),
            zone=zone or order.schedule.zone,
        )
        return replace(
            order,
            schedule=replace(schedule, quiet=quiet_hours(self._quiet.value)),
            items=items,
            minutes=minutes,
            sources=sources_named(services, self._sources.value),
        )


class PauseForm(Form):
    """Until when."""

    def __init__(self, order: Subscription) -> None:
        super().__init__(title="Pause the subscription")
        self._id = order.id
        self._until = typed("2w", most=10)
        self.put("Until", self._until, "A day such as 2026-12-24, or 10d, or 2w")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Pause it."""
        await answering.think(interaction)
        actor = actor_of(interaction)

        def paused(services: Services) -> list[Component]:
            order = services.subscriptions.get(self._id, by=actor)
            end = until(self._until.value, order.schedule.zone, services.clock())
            services.subscriptions.pause(self._id, by=actor, until=end)
            return opened(services, actor, self._id, "Paused.")

        await answering.show(interaction, await call(interaction, paused))


def _short(order: Subscription, next_run: datetime | None) -> str:
    state = f"off: {escape(order.off, _OFF)}" if order.off else ""
    when = f"next {moment(next_run, 'f')}" if next_run else state
    return f"- {place(order.target)}: {in_words(order.schedule)} · {when}"


def _plain(order: Subscription) -> str:
    """Name a subscription without Markdown, for a menu."""
    scheme, _, address = order.target.partition(":")
    if scheme == MAIL:
        return f"Mail to {address[:40]}: {in_words(order.schedule)}".replace("\\", "")
    where = "Direct message" if parse_target(order.target).kind == "dm" else "Channel"
    return f"{where} {order.target.rpartition(':')[2][-4:]}: {in_words(order.schedule)}".replace(
        "\\", ""
    )
