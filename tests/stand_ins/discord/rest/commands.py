"""The application's commands, global and per guild."""

from __future__ import annotations

from typing import cast

from tests.stand_ins.discord.call import NOTHING, Call, Reply
from tests.stand_ins.discord.errors import (
    INVALID_FORM_BODY,
    MISSING_ACCESS,
    ApiError,
)
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.rest.routing import route
from tests.stand_ins.discord.world import JsonObject


def _place(platform: Platform, call: Call) -> int | None:
    if call.id("application_id") != platform.world.application_id:
        raise ApiError.of(MISSING_ACCESS)
    return platform.guild(call.id("guild_id")).id if "guild_id" in call.params else None


def every(platform: Platform, call: Call) -> Reply:
    """List the commands."""
    return Reply(body=platform.commands.all(_place(platform, call)))


def replace(platform: Platform, call: Call) -> Reply:
    """Put these in the place of all."""
    if not isinstance(call.body, list):
        raise ApiError.of(INVALID_FORM_BODY)
    bodies = cast("list[JsonObject]", call.body)
    return Reply(body=platform.commands.replace(bodies, _place(platform, call)))


def create(platform: Platform, call: Call) -> Reply:
    """Add a command; one of the same name and type is overwritten."""
    command, is_new = platform.commands.upsert(call.json, _place(platform, call))
    return Reply(status=201 if is_new else 200, body=command)


def get(platform: Platform, call: Call) -> Reply:
    """Return a command."""
    return Reply(body=platform.commands.get(call.id("command_id"), _place(platform, call)))


def patch(platform: Platform, call: Call) -> Reply:
    """Change a command."""
    place = _place(platform, call)
    return Reply(body=platform.commands.edit(call.id("command_id"), call.json, place))


def delete(platform: Platform, call: Call) -> Reply:
    """Take a command away."""
    platform.commands.delete(call.id("command_id"), _place(platform, call))
    return NOTHING


_PLACES = ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}")
ROUTES = tuple(
    one
    for place in _PLACES
    for one in (
        route(f"GET {place}/commands", every),
        route(f"PUT {place}/commands", replace),
        route(f"POST {place}/commands", create),
        route(f"GET {place}/commands/{{command_id}}", get),
        route(f"PATCH {place}/commands/{{command_id}}", patch),
        route(f"DELETE {place}/commands/{{command_id}}", delete),
    )
)
