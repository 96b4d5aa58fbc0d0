"""Guilds as JSON, whole as in GUILD_CREATE or alone."""

from __future__ import annotations

from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.clock import stamp
from tests.stand_ins.discord.payloads import channel_json, member_json, role_json
from tests.stand_ins.discord.world import JsonObject


def guild_json(guild: w.Guild) -> JsonObject:
    """Return a guild object as GET /guilds/{id} shows it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_json(role) for role in guild.roles.values()],
        "preferred_locale": guild.locale,
        "region": "deprecated",
        "afk_timeout": 300,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "approximate_member_count": len(guild.members),
        "approximate_presence_count": 0,
        **dict.fromkeys(_NOTHING, None),
        **dict.fromkeys(_NO, False),
        **dict.fromkeys(_ZERO, 0),
        **{key: [] for key in ("features", "emojis", "stickers")},
        "system_channel_id": None
        if guild.system_channel_id is None
        else str(guild.system_channel_id),
    }


_NOTHING = (
    "icon", "description", "home_header", "splash", "discovery_splash", "banner",
    "application_id", "afk_channel_id", "widget_channel_id",
    "max_presences", "vanity_url_code", "rules_channel_id", "safety_alerts_channel_id",
    "public_updates_channel_id", "incidents_data",
)  # fmt: skip
_NO = ("widget_enabled", "premium_progress_bar_enabled", "nsfw")
_ZERO = (
    "system_channel_flags", "verification_level", "default_message_notifications", "mfa_level",
    "explicit_content_filter", "premium_tier", "premium_subscription_count", "nsfw_level",
)  # fmt: skip


def guild_create_json(world: w.World, guild: w.Guild, *, all_members: bool) -> JsonObject:
    """Return the body of GUILD_CREATE; without the members intent it names the bot alone."""
    members = guild.members.values() if all_members else [guild.members[world.bot.id]]
    channels = [channel for channel in guild.channels.values() if channel.thread is None]
    threads = [
        channel
        for channel in guild.channels.values()
        if channel.thread is not None and not channel.thread.archived
    ]
    return {
        **guild_json(guild),
        "joined_at": stamp(guild.members[world.bot.id].joined_at),
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(member) for member in members],
        "channels": [channel_json(channel) for channel in channels],
        "threads": [channel_json(thread) for thread in threads],
        "guild_scheduled_events": list(guild.events.values()),
        **{key: [] for key in ("voice_states", "presences", "stage_instances")},
        "soundboard_sounds": [],
    }
