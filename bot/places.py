"""Where digests go, in words: a mention in a message, a name in a menu, which shows no mentions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import discord

from bot.answers import UNCONFIRMED
from bot.context import Interaction
from bot.targets import parse_target
from core.deliveries import Subscription
from core.mail import SCHEME as MAIL
from language.plain import shortened

_NAME = 40
_SECONDS = 3
"""A name is not worth a longer wait; the library repeats for half a minute."""


async def place_names(
    interaction: Interaction, subscriptions: Iterable[Subscription]
) -> Mapping[str, str]:
    """Return what each target is called; a channel by its name, and by its server's elsewhere."""
    targets = dict.fromkeys(one.target for one in subscriptions)
    names = await asyncio.gather(*(_name(interaction, target) for target in targets))
    return dict(zip(targets, names, strict=True))


async def _name(interaction: Interaction, target: str) -> str:
    scheme, _, address = target.partition(":")
    if scheme == MAIL:
        return f"Email to {address[:_NAME]}"
    place = parse_target(target)
    if place.kind == "dm":
        return "Direct message"
    client = interaction.client
    try:
        # An archived thread is not kept in memory.
        async with asyncio.timeout(_SECONDS):
            channel = client.get_channel(place.id) or await client.fetch_channel(place.id)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        return "A channel that I no longer see"
    except (discord.HTTPException, *UNCONFIRMED):
        return "A channel whose name is not known just now"
    name = shortened(f"#{getattr(channel, 'name', 'unnamed')}", _NAME)
    guild = getattr(channel, "guild", None)
    elsewhere = guild is not None and guild.id != interaction.guild_id
    return f"{name} in {shortened(guild.name, _NAME)}" if guild and elsewhere else name
