"""Channels, threads and DMs."""

from __future__ import annotations

from tests.stand_ins.discord import payloads
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import NOTHING, Call, Reply
from tests.stand_ins.discord.errors import (
    INVALID_FORM_BODY,
    THREAD_EXISTS,
    UNKNOWN_USER,
    WRONG_CHANNEL_TYPE,
    ApiError,
)
from tests.stand_ins.discord.gateway import GUILDS
from tests.stand_ins.discord.permissions import Permission
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.rest.messages import shown
from tests.stand_ins.discord.rest.routing import route
from tests.stand_ins.discord.world import JsonObject

_PRIVATE_DEFAULT = w.PRIVATE_THREAD
"""The type of a thread without a message whose making does not name one (docs: "Start Thread
without Message")."""


def tell(platform: Platform, event: str, channel: w.Channel, **more: object) -> None:
    """Send a channel's or thread's event."""
    body = {**payloads.channel_json(channel), **more}
    platform.gateway.emit(event, body, guild_id=channel.guild_id, intents=GUILDS)


def get(platform: Platform, call: Call) -> Reply:
    """Return a channel."""
    return Reply(body=payloads.channel_json(platform.channel(call.id("channel_id"))))


def patch(platform: Platform, call: Call) -> Reply:
    """Change a thread's name or state, or a channel's name or topic."""
    thread = platform.channel(call.id("channel_id"))
    body = call.json
    if thread.thread is None:
        platform.channel(thread.id, Permission.MANAGE_CHANNELS)
        thread.topic = body.get("topic", thread.topic)
    else:
        if thread.thread.owner_id != platform.world.bot.id:
            platform.channel(thread.id, Permission.MANAGE_THREADS)
        _change_thread(platform, thread.thread, body)
    thread.name = body.get("name") or thread.name
    tell(platform, "CHANNEL_UPDATE" if thread.thread is None else "THREAD_UPDATE", thread)
    return Reply(body=payloads.channel_json(thread))


def _change_thread(platform: Platform, state: w.ThreadState, body: JsonObject) -> None:
    if body.get("archived") is not None:
        state.archived = body["archived"]
        state.archived_at = platform.clock()
    if body.get("locked") is not None:
        state.locked = body["locked"]
    state.auto_archive_minutes = body.get("auto_archive_duration") or state.auto_archive_minutes


def delete(platform: Platform, call: Call) -> Reply:
    """Delete a channel or thread."""
    channel = platform.channel(call.id("channel_id"))
    if channel.guild_id is not None:
        is_thread = channel.thread is not None
        needed = Permission.MANAGE_THREADS if is_thread else Permission.MANAGE_CHANNELS
        platform.channel(channel.id, needed)
        remove(platform, channel)
    return Reply(body=payloads.channel_json(channel))


def remove(platform: Platform, channel: w.Channel) -> None:
    """Let a guild's channel disappear, with its threads and messages."""
    guild = platform.world.guild_of(channel)
    assert guild is not None, "a DM cannot be deleted"
    for child in [one for one in guild.channels.values() if one.parent_id == channel.id]:
        if child.thread is not None:
            remove(platform, child)
    for message in channel.messages.values():
        message.deleted = True
        platform.world.messages.pop(message.id, None)
    del guild.channels[channel.id], platform.world.channels[channel.id]
    tell(platform, "CHANNEL_DELETE" if channel.thread is None else "THREAD_DELETE", channel)


def thread_from_message(platform: Platform, call: Call) -> Reply:
    """Start a thread from a message, whose id it gets."""
    parent = platform.channel(call.id("channel_id"), Permission.CREATE_PUBLIC_THREADS)
    message = platform.message(call)
    if message.thread_id is not None:
        raise ApiError.of(THREAD_EXISTS)
    kind = w.ANNOUNCEMENT_THREAD if parent.type == w.ANNOUNCEMENT else w.PUBLIC_THREAD
    thread = start(platform, parent, call.json, kind, number=message.id)
    message.thread_id = thread.id
    message.flags |= w.HAS_THREAD
    return Reply(status=201, body=_created(platform, thread))


def thread(platform: Platform, call: Call) -> Reply:
    """Start a thread without a message, or a forum's post with its first one."""
    parent = platform.channel(call.id("channel_id"))
    body = call.json
    if parent.type == w.FORUM:
        return _forum_post(platform, parent, body, call)
    kind = body.get("type") or _PRIVATE_DEFAULT
    private = kind == w.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    platform.channel(parent.id, needed)
    made = start(platform, parent, body, kind)
    return Reply(status=201, body=_created(platform, made))


def _forum_post(platform: Platform, parent: w.Channel, body: JsonObject, call: Call) -> Reply:
    platform.channel(parent.id, Permission.SEND_MESSAGES)
    made = start(platform, parent, body, w.PUBLIC_THREAD)
    message = platform.posting.create(
        made, platform.world.bot, body.get("message") or {}, files=call.files
    )
    return Reply(status=201, body={**_created(platform, made), "message": shown(platform, message)})


def start(
    platform: Platform,
    parent: w.Channel,
    body: JsonObject,
    kind: int,
    *,
    number: int | None = None,
    owner: w.User | None = None,
) -> w.Channel:
    """Make a thread, and tell of it.

    Raises:
        ApiError: the parent cannot have threads.
    """
    if parent.type not in {w.TEXT, w.ANNOUNCEMENT, w.FORUM}:
        raise ApiError.of(WRONG_CHANNEL_TYPE)
    owner = owner or platform.world.bot
    now = platform.clock()
    made = w.Channel(
        id=number or platform.ids(),
        type=kind,
        name=body["name"],
        guild_id=parent.guild_id,
        parent_id=parent.id,
        thread=w.ThreadState(
            owner_id=owner.id,
            created_at=now,
            archived_at=now,
            auto_archive_minutes=body.get("auto_archive_duration") or 1440,
            member_ids={owner.id},
        ),
    )
    guild = platform.world.guild_of(parent)
    assert guild is not None, "a DM has no threads"
    guild.channels[made.id] = platform.world.channels[made.id] = made
    tell(platform, "THREAD_CREATE", made, newly_created=True)
    return made


def _created(platform: Platform, made: w.Channel) -> JsonObject:
    member = payloads.thread_member_json(made, platform.world.bot.id)
    return {**payloads.channel_json(made), "member": member}


def join(platform: Platform, call: Call) -> Reply:
    """Let the bot join a thread."""
    state = platform.channel(call.id("channel_id")).thread
    if state is None:
        raise ApiError.of(WRONG_CHANNEL_TYPE)
    state.member_ids.add(platform.world.bot.id)
    return NOTHING


def leave(platform: Platform, call: Call) -> Reply:
    """Let the bot leave a thread."""
    state = platform.channel(call.id("channel_id")).thread
    if state is None:
        raise ApiError.of(WRONG_CHANNEL_TYPE)
    state.member_ids.discard(platform.world.bot.id)
    return NOTHING


def add_member(platform: Platform, call: Call) -> Reply:
    """Let the bot add someone to a thread."""
    state = platform.channel(call.id("channel_id")).thread
    if state is None:
        raise ApiError.of(WRONG_CHANNEL_TYPE)
    if call.id("user_id") not in platform.world.users:
        raise ApiError.of(UNKNOWN_USER)
    state.member_ids.add(call.id("user_id"))
    return NOTHING


def open_dm(platform: Platform, call: Call) -> Reply:
    """Return the DM with a user, made if need be."""
    wanted = call.json.get("recipient_id")
    if wanted is None:
        raise ApiError.of(INVALID_FORM_BODY)
    user = platform.world.users.get(int(wanted))
    if user is None:
        raise ApiError.of(UNKNOWN_USER)
    return Reply(body=payloads.channel_json(dm_with(platform, user)))


def dm_with(platform: Platform, user: w.User) -> w.Channel:
    """Return the one DM channel between the bot and a user."""
    world = platform.world
    if user.id not in world.dms:
        made = w.Channel(id=platform.ids(), type=w.DM, recipient=user)
        world.dms[user.id] = world.channels[made.id] = made
    return world.dms[user.id]


_CHANNEL = "/channels/{channel_id}"
ROUTES = (
    route("POST /users/@me/channels", open_dm),
    route(f"GET {_CHANNEL}", get),
    route(f"PATCH {_CHANNEL}", patch),
    route(f"DELETE {_CHANNEL}", delete),
    route(f"POST {_CHANNEL}/threads", thread),
    route(f"POST {_CHANNEL}/messages/{{message_id}}/threads", thread_from_message),
    route(f"PUT {_CHANNEL}/thread-members/@me", join),
    route(f"DELETE {_CHANNEL}/thread-members/@me", leave),
    route(f"PUT {_CHANNEL}/thread-members/{{user_id}}", add_member),
)
