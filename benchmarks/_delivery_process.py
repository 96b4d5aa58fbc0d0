"""The process that ``benchmarks.delivery`` kills: all that ``serve`` needs for a delivery."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import discord

from benchmarks._failpoints import Failpoint
from bot.connection import Connection, point_at
from bot.delivery import DiscordDeliverer
from bot.requests import Pace, trace
from core.deliveries import Subscription
from core.digests import Digest, RankedItem, Reason, Section
from core.ports.clock import Clock
from delivery.dispatcher import Dispatcher
from storage import open_storage
from storage.opening import Storage
from tests.delivery.http_receiver import ShiftedClock
from tests.fakes import an_item
from tests.subscriptions import a_digest, a_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a process finds: the database, Discord, and by how much the time is ahead."""

    url: str
    api_url: str
    gateway_url: str
    token: str
    offset: timedelta


def deliver(around: Surroundings) -> None:
    """Be the process that delivers, until killed."""
    asyncio.run(_deliver(around, for_ever=True))


def finish(around: Surroundings) -> None:
    """Be the process that delivers what is due, and end."""
    asyncio.run(_deliver(around, for_ever=False))


def deliver_until(around: Surroundings, point: str, number: int) -> None:
    """Be the process that delivers until a failpoint is reached.

    Args:
        around: what it finds.
        point: name of the failpoint.
        number: of the run to open first, or -1 for none.
    """
    asyncio.run(_deliver(around, for_ever=True, point=point, number=number))


async def _deliver(
    around: Surroundings, *, for_ever: bool, point: str = "", number: int = -1
) -> None:
    point_at(around.api_url, around.gateway_url)
    clock = ShiftedClock(around.offset)
    with open_storage(around.url) as storage:
        if point:
            Failpoint(point).watch(storage)
        if number >= 0:
            open_numbered(storage, clock, number)
        async with Connection(token=around.token, make_client=client) as connection:
            deliverer = DiscordDeliverer(connection=connection, outbox=storage.outbox, clock=clock)
            dispatcher = Dispatcher(
                outbox=storage.outbox,
                subscriptions=storage.subscriptions,
                deliverers={deliverer.scheme: deliverer},
                clock=clock,
            )
            if for_ever:
                await dispatcher.run()
            else:
                await connection.client().wait_until_ready()
                await dispatcher.drain()


def open_numbered(storage: Storage, clock: Clock, number: int, *, items: int = 0) -> list[str]:
    """Open the run of this number, unless it is there; return the keys of its parts.

    Every third one has several parts, unless ``items`` says how many cards it has.
    """
    orders = sorted(storage.subscriptions.subscriptions(), key=lambda order: order.id)
    order, period = orders[number % len(orders)], f"run-{number}"
    nobody = Connection(token="", make_client=client)  # laying out needs no connection
    deliverer = DiscordDeliverer(connection=nobody, outbox=storage.outbox, clock=clock)
    digest = _digest(order, period, items=items or (40 if number % 3 == 0 else 2))
    parts = deliverer.parts(digest, order, period)
    storage.outbox.open_run(order, a_run(period), digest, parts, now=clock())
    return [part.key for part in parts]


def _digest(order: Subscription, period: str, *, items: int) -> Digest:
    picks = tuple(
        RankedItem.of(an_item(f"arxiv/{n}"), [Reason(text="matches graphs", weight=1.0)])
        for n in range(items)
    )
    papers = Section(kind="papers", title="Papers", items=picks)
    return a_digest(order.id, period, sections=(papers,))


def client() -> discord.Client:
    """Make a client that delivers and does nothing else."""
    intents = discord.Intents.none()
    intents.guilds = True
    return discord.Client(
        intents=intents,
        max_messages=None,
        http_trace=trace(Pace()),
        guild_ready_timeout=0.02,
        chunk_guilds_at_startup=False,
    )
