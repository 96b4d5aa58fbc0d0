"""What the member behind an interaction may do, checked in code.

Discord's permission defaults of commands are a convenience: a server's admins may open any command
to everybody, and a button has none at all.
"""

from __future__ import annotations

import discord

from bot.context import Interaction
from bot.targets import channel_target, dm_target, parse_target
from bot.users import name_of
from core.errors import UsageError
from services.subscriptions import Actor


def actor_of(interaction: Interaction) -> Actor:
    """Return the member as somebody who may have digests sent.

    To their own direct messages, and with Manage Server to every channel and thread of the server
    in which they act.
    """
    targets = {dm_target(interaction.user.id)}
    guild = interaction.guild
    if guild is not None and manages(interaction):
        targets |= {channel_target(one.id) for one in (*guild.text_channels, *guild.threads)}
        if isinstance(interaction.channel, discord.Thread):
            targets.add(channel_target(interaction.channel.id))
    return Actor(person=name_of(interaction), targets=frozenset(targets))


def manages(interaction: Interaction) -> bool:
    """Return whether the member may manage the server in which they act."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def require_manager(interaction: Interaction) -> discord.Guild:
    """Return the server, if the member manages it.

    Raises:
        UsageError: if they do not, or there is none.
    """
    if interaction.guild is None:
        raise UsageError("this only works in a server. Use it there")
    if not manages(interaction):
        raise UsageError("you need the Manage Server permission for this. Ask somebody who has it")
    return interaction.guild


def belongs_to(guild: discord.Guild, target: str) -> bool:
    """Return whether digests to a target go to a channel or thread of this server."""
    place = parse_target(target)
    return place.kind == "channel" and guild.get_channel_or_thread(place.id) is not None


def check_can_post(place: discord.TextChannel | discord.Thread) -> None:
    """Check before a subscription is made that digests will arrive there.

    Raises:
        UsageError: naming the permissions that are missing.
    """
    may = place.permissions_for(place.guild.me)
    sending = (
        {"Send Messages in Threads": may.send_messages_in_threads}
        if isinstance(place, discord.Thread)
        else {"Send Messages": may.send_messages}
    )
    needed = {
        "View Channel": may.view_channel,
        **sending,
        # Without it a crash at the wrong moment leaves a delivery in doubt.
        "Read Message History": may.read_message_history,
    }
    missing = ", ".join(name for name, granted in needed.items() if not granted)
    if missing:
        raise UsageError(
            f"I need these permissions in #{place.name}: {missing}. Grant them and try again"
        )
