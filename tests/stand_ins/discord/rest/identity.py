"""Who the bot is, and where the gateway is."""

from __future__ import annotations

from tests.stand_ins.discord import payloads, permissions
from tests.stand_ins.discord.call import NOTHING, Call, Reply
from tests.stand_ins.discord.errors import UNKNOWN_USER, ApiError
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.rest.routing import route


def gateway(platform: Platform, _: Call) -> Reply:
    """Tell the gateway's address."""
    return Reply(body={"url": platform.gateway.url})


def gateway_bot(platform: Platform, _: Call) -> Reply:
    """Tell the gateway's address, the shards and the IDENTIFYs that are left."""
    starts = {
        "total": platform.settings.identify_limit,
        "remaining": platform.gateway.identifies_left,
        "reset_after": 0,
        "max_concurrency": 1,
    }
    body = {"url": platform.gateway.url, "shards": 1, "session_start_limit": starts}
    return Reply(body=body)


def me(platform: Platform, _: Call) -> Reply:
    """Tell who the bot is."""
    return Reply(body=payloads.self_json(platform.world.bot))


def application(platform: Platform, _: Call) -> Reply:
    """Tell about the bot's application."""
    flags = platform.gateway.application_flags
    return Reply(body=payloads.application_json(platform.world, flags))


def user(platform: Platform, call: Call) -> Reply:
    """Tell about any user."""
    found = platform.world.users.get(call.id("user_id"))
    if found is None:
        raise ApiError.of(UNKNOWN_USER)
    return Reply(body=payloads.user_json(found))


def my_guilds(platform: Platform, _: Call) -> Reply:
    """List the guilds that the bot is in."""
    world = platform.world
    return Reply(
        body=[
            {
                "id": str(guild.id),
                "name": guild.name,
                "icon": None,
                "banner": None,
                "owner": guild.owner_id == world.bot.id,
                "permissions": str(permissions.in_guild(guild, world.bot.id)),
                "features": [],
            }
            for guild in world.guilds.values()
            if guild.has_bot
        ]
    )


def leave_guild(platform: Platform, call: Call) -> Reply:
    """Let the bot leave a guild."""
    guild = platform.guild(call.id("guild_id"))
    guild.has_bot = False
    del guild.members[platform.world.bot.id]
    platform.gateway.emit("GUILD_DELETE", {"id": str(guild.id)}, guild_id=guild.id, intents=1)
    return NOTHING


ROUTES = (
    route("GET /gateway", gateway),
    route("GET /gateway/bot", gateway_bot),
    route("GET /users/@me", me),
    route("GET /users/@me/guilds", my_guilds),
    route("DELETE /users/@me/guilds/{guild_id}", leave_guild),
    route("GET /users/{user_id}", user),
    route("GET /applications/@me", application),
    route("GET /oauth2/applications/@me", application),
)
