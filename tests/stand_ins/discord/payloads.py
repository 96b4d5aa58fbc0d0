"""State as JSON: the objects of Discord's answers and events."""

from __future__ import annotations

from tests.stand_ins.discord import permissions
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.clock import stamp
from tests.stand_ins.discord.world import JsonObject


def user_json(user: w.User) -> JsonObject:
    """Return a user object."""
    return {
        "id": str(user.id),
        "username": user.username,
        "avatar": None,
        "discriminator": "0000" if user.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "bot": user.bot,
        "global_name": None if user.bot else user.username.title(),
        "primary_guild": None,
    }


def self_json(user: w.User) -> JsonObject:
    """Return the bot's own user object, as GET /users/@me and READY show it."""
    return {
        **user_json(user),
        "mfa_enabled": True,
        "locale": user.locale,
        "verified": True,
        "email": None,
    }


def application_json(world: w.World, flags: int) -> JsonObject:
    """Return the bot's application."""
    guilds = sum(guild.has_bot for guild in world.guilds.values())
    return {
        "id": str(world.application_id),
        "name": world.bot.username,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "bot": user_json(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}},
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(world.owner),
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def member_json(member: w.Member) -> JsonObject:
    """Return a guild member object with its user."""
    return {"user": user_json(member.user), **bare_member_json(member)}


def bare_member_json(member: w.Member) -> JsonObject:
    """Return a guild member object without its user, as messages carry it."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": stamp(member.joined_at),
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in member.role_ids],
        "mute": False,
        "deaf": False,
    }


def role_json(role: w.Role) -> JsonObject:
    """Return a role object."""
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel_json(channel: w.Channel) -> JsonObject:
    """Return a channel object of any type."""
    last = next(reversed(channel.messages), None)
    base: JsonObject = {
        "id": str(channel.id),
        "type": channel.type,
        "flags": 0,
        "last_message_id": None if last is None else str(last),
    }
    if channel.recipient is not None:
        return {**base, "recipients": [user_json(channel.recipient)]}
    base |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": None if channel.parent_id is None else str(channel.parent_id),
        "rate_limit_per_user": 0,
    }
    if channel.thread is not None:
        return {**base, **_thread_part(channel.thread)}
    return {**base, **_guild_channel_part(channel)}


def _guild_channel_part(channel: w.Channel) -> JsonObject:
    part: JsonObject = {
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": False,
        "permission_overwrites": [
            {
                "id": str(rule.id),
                "type": rule.kind,
                "allow": str(int(rule.allow)),
                "deny": str(int(rule.deny)),
            }
            for rule in channel.overwrites.values()
        ],
    }
    if channel.type == w.FORUM:
        part |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        part["default_forum_layout"] = 0
    return part


def _thread_part(thread: w.ThreadState) -> JsonObject:
    return {
        "owner_id": str(thread.owner_id),
        "message_count": thread.message_count,
        "member_count": len(thread.member_ids),
        "total_message_sent": thread.message_count,
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": stamp(thread.archived_at),
            "auto_archive_duration": thread.auto_archive_minutes,
            "locked": thread.locked,
            "create_timestamp": stamp(thread.created_at),
            "invitable": thread.invitable,
        },
    }


def thread_member_json(channel: w.Channel, user_id: int) -> JsonObject:
    """Return a thread member object."""
    thread = channel.thread
    assert thread is not None, f"{channel.name} is not a thread"
    return {
        "id": str(channel.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(thread.created_at),
        "flags": 0,
    }


def file_json(file: w.File, *, ephemeral: bool) -> JsonObject:
    """Return an attachment object."""
    shown: JsonObject = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.data),
        "url": file.url,
        "proxy_url": file.url,
        "content_type": file.content_type,
    }
    if file.description is not None:
        shown["description"] = file.description
    if ephemeral:
        shown["ephemeral"] = True
    return shown


def message_json(world: w.World, message: w.Message, *, nonce: bool = False) -> JsonObject:
    """Return a message object; with its nonce only where Discord tells it (POST and event)."""
    shown: JsonObject = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.type,
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": stamp(message.created_at),
        "edited_timestamp": None if message.edited_at is None else stamp(message.edited_at),
        "flags": message.flags,
        "components": message.components,
        "embeds": message.embeds,
        "attachments": [file_json(file, ephemeral=message.ephemeral) for file in message.files],
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role) for role in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "pinned": message.pinned,
        "tts": False,
    }
    if message.from_webhook:
        shown["webhook_id"] = shown["application_id"] = str(world.application_id)
    if message.interaction is not None:
        shown["interaction_metadata"] = message.interaction
    if message.reference is not None:
        shown["message_reference"] = message.reference
    if message.reactions:
        shown["reactions"] = [_reaction(world, *pair) for pair in message.reactions.items()]
    if message.thread_id is not None and (thread := world.channels.get(message.thread_id)):
        shown["thread"] = channel_json(thread)
    if nonce and message.nonce is not None:
        shown["nonce"] = message.nonce
    return shown


def _reaction(world: w.World, emoji: str, users: set[int]) -> JsonObject:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me": world.bot.id in users,
        "me_burst": False,
    }


def veiled(shown: JsonObject) -> JsonObject:
    """Return the message as an app without the message content intent sees it."""
    return {**shown, "content": "", "embeds": [], "attachments": [], "components": []}


def readable_by_bot(world: w.World, message: w.Message) -> bool:
    """Tell whether the bot sees the content without the intent (docs: gateway, that section)."""
    return (
        message.author is world.bot
        or message.guild_id is None
        or any(user is world.bot for user in message.mentions)
    )


def message_event_json(world: w.World, message: w.Message) -> JsonObject:
    """Return the body of MESSAGE_CREATE and MESSAGE_UPDATE."""
    shown = message_json(world, message, nonce=True)
    if message.guild_id is None:
        return shown
    shown["guild_id"] = str(message.guild_id)
    member = world.guilds[message.guild_id].members.get(message.author.id)
    if member is not None:
        shown["member"] = bare_member_json(member)
    return shown


def partial_channel_json(world: w.World, channel: w.Channel, user_id: int) -> JsonObject:
    """Return the channel as an interaction carries it, with the user's permissions there."""
    bits = permissions.in_channel(world, channel, user_id)
    return {**channel_json(channel), "permissions": str(bits)}
