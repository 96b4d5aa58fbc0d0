"""Messages that the bot sends of itself: short, each once, best effort."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import discord
from discord.http import HTTPClient

from bot.custom_ids import part_key
from bot.delivery import FAILURES, message_body, post_to
from bot.layout import Component
from core.errors import LaterError

log = logging.getLogger(__name__)

_PAUSES = (0.0, 0.2, 1.0, 3.0)
"""Seconds before each attempt; Discord remembers a nonce for some minutes."""

_SETTLED = (LaterError, discord.RateLimited, discord.Forbidden, discord.NotFound)
"""After these a message surely did not arrive, and would not the next moment."""


async def post_once(
    http: Callable[[], HTTPClient],
    channel: Callable[[HTTPClient], Awaitable[int]],
    components: Sequence[Component],
    *,
    about: str,
    number: int = 0,
) -> bool:
    """Send a message; return whether it arrived.

    While it is not known whether it did, it is sent again with the same nonce, by which Discord
    knows it; so it does after a crash between the sending and the record of it.

    Args:
        http: gives the client's requests, or raises ``LaterError``.
        channel: finds the channel.
        components: what it says.
        about: to whom and what about; the same for the same message only.
        number: of its parts.
    """
    nonce = {"nonce": part_key(about, "", "", number), "enforce_nonce": True}
    body = message_body(components) | nonce
    for pause in _PAUSES:
        await asyncio.sleep(pause)
        try:
            requests = http()
            await requests.request(post_to(await channel(requests)), json=body)
        except (LaterError, *FAILURES) as error:
            log.info("a message could not be sent: %s", error)
            if isinstance(error, _SETTLED):
                return False
        else:
            return True
    return False
