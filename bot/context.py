"""The client as commands and buttons see it."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

import discord

from bot.services import Services


class BotClient(discord.Client):
    """A client that carries the use cases.

    Attributes:
        services: the use cases.
        ranking: held while something is ranked, since several rankings at a time would only take
            each other's processor, and the memory of each.
        adding_events: held from looking for an event of a server until it is added.
    """

    def __init__(self, *, services: Services, **options: Any) -> None:  # noqa: ANN401 -- the library's options
        super().__init__(**options)
        self.services = services
        self.ranking = asyncio.Semaphore(1)
        self.adding_events = asyncio.Lock()


Interaction: TypeAlias = discord.Interaction[BotClient]
"""What a member did."""
