"""Messages in channels."""

from __future__ import annotations

from itertools import islice
from urllib.parse import unquote

from tests.stand_ins.discord import gateway as gw
from tests.stand_ins.discord import payloads, permissions
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import NOTHING, Call, Reply
from tests.stand_ins.discord.errors import (
    CANNOT_DM,
    MISSING_PERMISSIONS,
    NO_MUTUAL_GUILD,
    NOT_THE_AUTHOR,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
    UNKNOWN_MESSAGE,
    ApiError,
)
from tests.stand_ins.discord.permissions import Permission
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.posting import Context
from tests.stand_ins.discord.rest.routing import route
from tests.stand_ins.discord.world import JsonObject, Message

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"


def shown(platform: Platform, message: Message, *, nonce: bool = False) -> JsonObject:
    """Return a message as the bot may read it: without the intent, others' are empty."""
    body = payloads.message_json(platform.world, message, nonce=nonce)
    has_intent = platform.settings.privileged_intents & gw.MESSAGE_CONTENT
    if has_intent or payloads.readable_by_bot(platform.world, message):
        return body
    return payloads.veiled(body)


def history(platform: Platform, call: Call) -> Reply:
    """List messages, the newest first.

    Without READ_MESSAGE_HISTORY the answer is an empty list, not an error (docs: "no messages
    will be returned").
    """
    channel = platform.channel(call.id("channel_id"))
    if not permissions.may(
        platform.world, channel, platform.world.bot.id, Permission.READ_MESSAGE_HISTORY
    ):
        return Reply(body=[])
    limit = int(call.query.get("limit", 50))
    return Reply(body=[shown(platform, one) for one in _window(channel, call, limit)])


def _window(channel: w.Channel, call: Call, limit: int) -> list[Message]:
    query = call.query
    if "after" in query:
        later = (one for one in channel.messages.values() if one.id > int(query["after"]))
        return list(islice(later, limit))[::-1]
    if "around" in query:
        middle = int(query["around"])
        before = _newest(channel, middle, limit // 2)
        later = (one for one in channel.messages.values() if one.id >= middle)
        return list(islice(later, limit - limit // 2))[::-1] + before
    return _newest(channel, int(query.get("before", 1 << 63)), limit)


def _newest(channel: w.Channel, before: int, limit: int) -> list[Message]:
    earlier = (one for one in reversed(channel.messages.values()) if one.id < before)
    return list(islice(earlier, limit))


def get(platform: Platform, call: Call) -> Reply:
    """Return one message."""
    channel = platform.channel(call.id("channel_id"), Permission.READ_MESSAGE_HISTORY)
    message = channel.messages.get(call.id("message_id"))
    if message is None:
        raise ApiError.of(UNKNOWN_MESSAGE)
    return Reply(body=shown(platform, message))


def check_can_post(platform: Platform, channel: w.Channel) -> None:
    """Check that the bot may send into the channel.

    Raises:
        ApiError: it may not, or the DM's or thread's state forbids it.
    """
    if channel.recipient is not None:
        if not channel.recipient.accepts_dms:
            raise ApiError.of(CANNOT_DM)
        if not platform.world.shares_guild(channel.recipient.id):
            raise ApiError.of(NO_MUTUAL_GUILD)
        return
    in_thread = channel.thread is not None
    needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    platform.channel(channel.id, needed)
    if channel.thread is not None and channel.thread.locked and channel.thread.archived:
        raise ApiError.of(THREAD_LOCKED)


def post(platform: Platform, call: Call) -> Reply:
    """Send a message; with a nonce that is known, return the first one instead."""
    channel = platform.channel(call.id("channel_id"))
    check_can_post(platform, channel)
    bot = platform.world.bot
    known = platform.posting.known(bot, call.json)
    if known is not None:
        return Reply(body=shown(platform, known, nonce=True))
    if call.files and not permissions.may(platform.world, channel, bot.id, Permission.ATTACH_FILES):
        raise ApiError.of(MISSING_PERMISSIONS)
    message = platform.posting.create(
        channel, bot, call.json, files=call.files, context=_reply_context(channel, call.json)
    )
    return Reply(body=shown(platform, message, nonce=True))


def _reply_context(channel: w.Channel, body: JsonObject) -> Context:
    reference = body.get("message_reference")
    if not reference:
        return Context()
    if int(reference["message_id"]) not in channel.messages:
        if reference.get("fail_if_not_exists", True):
            raise ApiError.of(UNKNOWN_MESSAGE)
        return Context()
    kept = {"type": 0, "channel_id": str(channel.id), "message_id": str(reference["message_id"])}
    return Context(type=19, reference=kept)


def patch(platform: Platform, call: Call) -> Reply:
    """Edit one of the bot's own messages."""
    message = platform.message(call)
    if message.author is not platform.world.bot:
        raise ApiError.of(NOT_THE_AUTHOR)
    thread = platform.world.channels[message.channel_id].thread
    if thread is not None and thread.archived:
        raise ApiError.of(THREAD_ARCHIVED)
    platform.posting.edit(message, call.json, call.files)
    return Reply(body=shown(platform, message))


def delete(platform: Platform, call: Call) -> Reply:
    """Delete a message; one of another's needs MANAGE_MESSAGES."""
    message = platform.message(call)
    if message.author is not platform.world.bot:
        platform.channel(message.channel_id, Permission.MANAGE_MESSAGES)
    platform.posting.delete(message)
    return NOTHING


def typing(platform: Platform, call: Call) -> Reply:
    """Show the bot as typing."""
    platform.channel(call.id("channel_id"), Permission.SEND_MESSAGES)
    return NOTHING


def react(platform: Platform, call: Call) -> Reply:
    """Add the bot's reaction."""
    message = platform.message(call)
    platform.channel(message.channel_id, Permission.READ_MESSAGE_HISTORY, Permission.ADD_REACTIONS)
    emoji = unquote(call.params["emoji_name"])
    message.reactions.setdefault(emoji, set()).add(platform.world.bot.id)
    return NOTHING


def unreact(platform: Platform, call: Call) -> Reply:
    """Take the bot's reaction away."""
    message = platform.message(call)
    message.reactions.pop(unquote(call.params["emoji_name"]), None)
    return NOTHING


def pin(platform: Platform, call: Call) -> Reply:
    """Pin a message."""
    message = platform.message(call)
    platform.channel(message.channel_id, Permission.MANAGE_MESSAGES)
    message.pinned = True
    return NOTHING


def unpin(platform: Platform, call: Call) -> Reply:
    """Unpin a message."""
    message = platform.message(call)
    platform.channel(message.channel_id, Permission.MANAGE_MESSAGES)
    message.pinned = False
    return NOTHING


ROUTES = (
    route(f"GET {MESSAGES}", history),
    route(f"POST {MESSAGES}", post),
    route(f"PUT {MESSAGES}/pins/{{message_id}}", pin),
    route(f"DELETE {MESSAGES}/pins/{{message_id}}", unpin),
    route(f"GET {MESSAGE}", get),
    route(f"PATCH {MESSAGE}", patch),
    route(f"DELETE {MESSAGE}", delete),
    route(f"PUT {MESSAGE}/reactions/{{emoji_name}}/@me", react),
    route(f"DELETE {MESSAGE}/reactions/{{emoji_name}}/@me", unreact),
    route("POST /channels/{channel_id}/typing", typing),
)
