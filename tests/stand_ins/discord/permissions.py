"""Who may do what where, computed as the docs describe (topics/permissions)."""

from __future__ import annotations

from enum import IntFlag

from tests.stand_ins.discord.world import Channel, Guild, World


class Permission(IntFlag):
    """The permission bits that the stand-in looks at."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44


EVERYTHING = (1 << 53) - 1

MEMBER_DEFAULT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
)
"""What @everyone of a new guild may do here."""

BOT_DEFAULT = (
    MEMBER_DEFAULT
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_EVENTS
    | Permission.CREATE_EVENTS
)
"""What the bot's own role adds in a new guild."""

IN_DM = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.ADD_REACTIONS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
)


def in_guild(guild: Guild, user_id: int) -> int:
    """Return the member's bits before any channel's overwrites; 0 for a stranger."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    bits = int(guild.roles[guild.id].permissions)
    for role_id in member.role_ids:
        bits |= guild.roles[role_id].permissions
    if user_id == guild.owner_id or bits & Permission.ADMINISTRATOR:
        return EVERYTHING
    return bits


def in_channel(world: World, channel: Channel, user_id: int) -> int:
    """Return the user's bits in the channel; a thread has those of its parent."""
    if channel.guild_id is None:
        return int(IN_DM)
    guild = world.guilds[channel.guild_id]
    bits = in_guild(guild, user_id)
    if bits in {0, EVERYTHING}:
        return bits
    return _overwritten(bits, guild, _ruling(world, channel), user_id)


def may(world: World, channel: Channel, user_id: int, needed: int) -> bool:
    """Tell whether the user has all of these bits in the channel."""
    return in_channel(world, channel, user_id) & needed == needed


def _ruling(world: World, channel: Channel) -> Channel:
    if channel.thread is not None and channel.parent_id is not None:
        return world.channels[channel.parent_id]
    return channel


def _overwritten(bits: int, guild: Guild, channel: Channel, user_id: int) -> int:
    rules = channel.overwrites
    if everyone := rules.get(guild.id):
        bits = bits & ~everyone.deny | everyone.allow
    mine = [rules[role] for role in guild.members[user_id].role_ids if role in rules]
    for rule in mine:
        bits &= ~rule.deny
    for rule in mine:
        bits |= rule.allow
    if own := rules.get(user_id):
        bits = bits & ~own.deny | own.allow
    return bits
