"""The process that ``benchmarks.delivery`` kills: all that ``serve`` needs for a delivery."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import discord

from bot.connection import Connection, point_at
from bot.delivery import DiscordDeliverer
from bot.requests import Pace, trace
from delivery.dispatcher import Dispatcher
from storage import open_storage
from tests.delivery.http_receiver import ShiftedClock


def deliver(url: str, api_url: str, gateway_url: str, token: str, offset: timedelta) -> None:
    """Be the process that delivers, until killed."""
    asyncio.run(_deliver(url, api_url, gateway_url, token, offset, for_ever=True))


def finish(url: str, api_url: str, gateway_url: str, token: str, offset: timedelta) -> None:
    """Be the process that delivers what is due, and end."""
    asyncio.run(_deliver(url, api_url, gateway_url, token, offset, for_ever=False))


async def _deliver(
    url: str, api_url: str, gateway_url: str, token: str, offset: timedelta, *, for_ever: bool
) -> None:
    point_at(api_url, gateway_url)
    clock = ShiftedClock(offset)
    with open_storage(url) as storage:
        async with Connection(token=token, make_client=client) as connection:
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
