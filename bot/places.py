"""Where digests go, in words: a mention in a message, a name in a menu, which shows no mentions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import discord

from bot.context import Interaction
from bot.targets import parse_target
from core.deliveries import Subscription
from core.mail import SCHEME as MAIL
from language.plain import shortened

_NAME = 40


async def place_names(
    interaction: Interaction, subscriptions: Iterable[Subscription]
) -> Mapping[str, str]:
    """Return what each target is called; a channel by its name, and by its server's elsewhere."""
    targets = dict.fromkeys(one.target for one in subscriptions)
    return {target: await _name(interaction, target) for target in targets}


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
        channel = client.get_channel(place.id) or await client.fetch_channel(place.id)
    except discord.HTTPException:
        return "A channel that I no longer see"
    name = shortened(f"#{getattr(channel, 'name', 'unnamed')}", _NAME)
    guild = getattr(channel, "guild", None)
    elsewhere = guild is not None and guild.id != interaction.guild_id
    return f"{name} in {shortened(guild.name, _NAME)}" if guild and elsewhere else name
