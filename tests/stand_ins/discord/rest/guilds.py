"""Guilds: their channels, roles, members, threads and scheduled events."""

from __future__ import annotations

from tests.stand_ins.discord import payloads
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import NOTHING, Call, Reply
from tests.stand_ins.discord.errors import (
    MISSING_PERMISSIONS,
    UNKNOWN_EVENT,
    UNKNOWN_MEMBER,
    ApiError,
)
from tests.stand_ins.discord.gateway import GUILD_EVENTS
from tests.stand_ins.discord.guild_payloads import guild_json
from tests.stand_ins.discord.permissions import Permission, in_guild
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.rest.routing import route
from tests.stand_ins.discord.world import JsonObject


def get(platform: Platform, call: Call) -> Reply:
    """Return a guild."""
    guild = platform.guild(call.id("guild_id"))
    return Reply(body=guild_json(guild))


def channels(platform: Platform, call: Call) -> Reply:
    """List a guild's channels without its threads."""
    guild = platform.guild(call.id("guild_id"))
    found = [channel for channel in guild.channels.values() if channel.thread is None]
    return Reply(body=[payloads.channel_json(channel) for channel in found])


def roles(platform: Platform, call: Call) -> Reply:
    """List a guild's roles."""
    guild = platform.guild(call.id("guild_id"))
    return Reply(body=[payloads.role_json(role) for role in guild.roles.values()])


def member(platform: Platform, call: Call) -> Reply:
    """Return a member."""
    found = platform.guild(call.id("guild_id")).members.get(call.id("user_id"))
    if found is None:
        raise ApiError.of(UNKNOWN_MEMBER)
    return Reply(body=payloads.member_json(found))


def active_threads(platform: Platform, call: Call) -> Reply:
    """List the threads that are not archived."""
    guild = platform.guild(call.id("guild_id"))
    found = [one for one in guild.channels.values() if one.thread and not one.thread.archived]
    bot = platform.world.bot.id
    joined = [one for one in found if one.thread and bot in one.thread.member_ids]
    body = {
        "threads": [payloads.channel_json(one) for one in found],
        "members": [payloads.thread_member_json(one, bot) for one in joined],
        "has_more": False,
    }
    return Reply(body=body)


def events(platform: Platform, call: Call) -> Reply:
    """List the scheduled events."""
    return Reply(body=list(platform.guild(call.id("guild_id")).events.values()))


def create_event(platform: Platform, call: Call) -> Reply:
    """Schedule an event; CREATE_EVENTS or MANAGE_EVENTS is needed."""
    guild = platform.guild(call.id("guild_id"))
    _check_may_schedule(platform, guild)
    number = platform.ids()
    guild.events[number] = made = _event(platform, guild, number, call.json)
    _tell(platform, "CREATE", guild, made)
    return Reply(body=made)


def audit_log(platform: Platform, call: Call) -> Reply:
    """Tell who added the bot; VIEW_AUDIT_LOG is needed."""
    guild = platform.guild(call.id("guild_id"))
    bot = platform.world.bot
    if not in_guild(guild, bot.id) & Permission.VIEW_AUDIT_LOG:
        raise ApiError.of(MISSING_PERMISSIONS)
    entries, users = list[JsonObject](), [payloads.user_json(bot)]
    if guild.invited_by is not None:
        added = {"user_id": str(guild.invited_by), "target_id": str(bot.id), "action_type": 28}
        entries.append({"id": str(platform.ids()), **added})
        users.append(payloads.user_json(guild.members[guild.invited_by].user))
    nothing = (
        "application_commands",
        "auto_moderation_rules",
        "guild_scheduled_events",
        "integrations",
        "threads",
        "webhooks",
    )
    return Reply(
        body={"audit_log_entries": entries, "users": users, **{name: [] for name in nothing}}
    )


def _check_may_schedule(platform: Platform, guild: w.Guild) -> None:
    either = Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS
    if not in_guild(guild, platform.world.bot.id) & either:
        raise ApiError.of(MISSING_PERMISSIONS)


def _event(platform: Platform, guild: w.Guild, number: int, body: JsonObject) -> JsonObject:
    bot = platform.world.bot
    return {
        "id": str(number),
        "guild_id": str(guild.id),
        "channel_id": body.get("channel_id"),
        "creator_id": str(bot.id),
        "creator": payloads.user_json(bot),
        "name": body["name"],
        "description": body.get("description"),
        "image": None,
        "scheduled_start_time": body["scheduled_start_time"],
        "scheduled_end_time": body.get("scheduled_end_time"),
        "privacy_level": body["privacy_level"],
        "status": 1,
        "entity_type": body["entity_type"],
        "entity_id": None,
        "entity_metadata": body.get("entity_metadata"),
        "recurrence_rule": None,
        "guild_scheduled_event_exceptions": [],
    }


def _found(guild: w.Guild, call: Call) -> JsonObject:
    found = guild.events.get(call.id("guild_scheduled_event_id"))
    if found is None:
        raise ApiError.of(UNKNOWN_EVENT)
    return found


def event(platform: Platform, call: Call) -> Reply:
    """Return a scheduled event."""
    return Reply(body=_found(platform.guild(call.id("guild_id")), call))


def edit_event(platform: Platform, call: Call) -> Reply:
    """Change a scheduled event."""
    guild = platform.guild(call.id("guild_id"))
    _check_may_schedule(platform, guild)
    found = _found(guild, call)
    found.update(call.json)
    _tell(platform, "UPDATE", guild, found)
    return Reply(body=found)


def delete_event(platform: Platform, call: Call) -> Reply:
    """Take a scheduled event away."""
    guild = platform.guild(call.id("guild_id"))
    _check_may_schedule(platform, guild)
    found = _found(guild, call)
    del guild.events[int(found["id"])]
    _tell(platform, "DELETE", guild, found)
    return NOTHING


def _tell(platform: Platform, what: str, guild: w.Guild, body: JsonObject) -> None:
    name = f"GUILD_SCHEDULED_EVENT_{what}"
    platform.gateway.emit(name, body, guild_id=guild.id, intents=GUILD_EVENTS)


_GUILD = "/guilds/{guild_id}"
_EVENT = _GUILD + "/scheduled-events/{guild_scheduled_event_id}"
ROUTES = (
    route(f"GET {_GUILD}", get),
    route(f"GET {_GUILD}/channels", channels),
    route(f"GET {_GUILD}/roles", roles),
    route(f"GET {_GUILD}/members/{{user_id}}", member),
    route(f"GET {_GUILD}/threads/active", active_threads),
    route(f"GET {_GUILD}/audit-logs", audit_log),
    route(f"GET {_GUILD}/scheduled-events", events),
    route(f"POST {_GUILD}/scheduled-events", create_event),
    route(f"GET {_EVENT}", event),
    route(f"PATCH {_EVENT}", edit_event),
    route(f"DELETE {_EVENT}", delete_event),
)
