"""How the bot answers interactions: the callback, the original answer, and followups."""

from __future__ import annotations

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord import interactions as i
from tests.stand_ins.discord import payloads
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import NOTHING, Call, Reply
from tests.stand_ins.discord.errors import (
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_MESSAGE,
    ApiError,
    Problem,
)
from tests.stand_ins.discord.interactions import Interaction
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.posting import Context
from tests.stand_ins.discord.rest.routing import route
from tests.stand_ins.discord.validation import CALLBACK
from tests.stand_ins.discord.world import JsonObject, Message

_POSSIBLE = {
    i.COMMAND: {i.REPLY, i.DEFER, i.MODAL},
    i.COMPONENT: {i.REPLY, i.DEFER, i.DEFER_UPDATE, i.UPDATE, i.MODAL},
    i.AUTOCOMPLETE: {i.CHOICES},
    i.MODAL_SUBMIT: {i.REPLY, i.DEFER, i.DEFER_UPDATE, i.UPDATE},
}
"""Which callbacks suit which interaction."""


def callback(platform: Platform, call: Call) -> Reply:
    """Take the bot's first answer."""
    token = call.params["interaction_token"]
    one = platform.interactions.to_answer(call.id("interaction_id"), token)
    kind, data = call.json["type"], call.json.get("data") or {}
    _check_suits(one, kind)
    platform.interactions.settle(one, kind)
    if kind in {i.REPLY, i.DEFER}:
        _reply(platform, one, kind, data, call)
    elif kind == i.UPDATE:
        _update(platform, one, data, call)
    elif kind == i.DEFER_UPDATE:
        one.original = one.source
    elif kind == i.CHOICES:
        one.choices = data["choices"]
        one.answered.meet(one.choices)
    else:
        one.modal = {**data, "components": tree.complete(data["components"], dict)}
        one.answered.meet(one.modal)
    if not call.flag("with_response"):
        return NOTHING
    return Reply(body=_receipt(platform, one))


def _check_suits(one: Interaction, kind: int) -> None:
    possible = set(_POSSIBLE[one.type])
    if one.source is None:
        possible -= {i.UPDATE, i.DEFER_UPDATE}
    if kind not in possible:
        message = f"Value must be one of {sorted(possible)}."
        problem = Problem(path=("type",), code="BASE_TYPE_CHOICES", message=message)
        raise ApiError.invalid([problem])


def _reply(platform: Platform, one: Interaction, kind: int, data: JsonObject, call: Call) -> None:
    loading = kind == i.DEFER
    context = _context(one, data, kind=_original_type(one), is_reply=one.type == i.COMPONENT)
    context.flags |= w.LOADING if loading else 0
    one.original = platform.posting.create(
        one.channel, platform.world.bot, data, files=call.files, context=context
    )
    if not loading:
        one.answered.meet(one.original)


def _original_type(one: Interaction) -> int:
    if one.type == i.COMMAND:
        return 20 if one.data["type"] == 1 else 23
    return 19 if one.type == i.COMPONENT else 0


def _context(one: Interaction, data: JsonObject, *, kind: int, is_reply: bool) -> Context:
    ephemeral = bool((data.get("flags") or 0) & w.EPHEMERAL)
    target = one.source if one.original is None else one.original
    reference = None
    if is_reply and target is not None:
        reference = {"type": 0, "channel_id": str(target.channel_id)}
        reference["message_id"] = str(target.id)
    return Context(
        type=kind,
        metadata=one.metadata(),
        visible_to=one.user.id if ephemeral else None,
        webhook=True,
        reference=reference,
    )


def _update(platform: Platform, one: Interaction, data: JsonObject, call: Call) -> None:
    assert one.source is not None, "checked before"
    one.original = one.source
    platform.posting.edit(one.source, data, call.files)
    one.answered.meet(one.source)


def _receipt(platform: Platform, one: Interaction) -> JsonObject:
    told: JsonObject = {"id": str(one.id), "type": one.type}
    receipt: JsonObject = {"interaction": told}
    message = one.original
    if message is None:
        return receipt
    told["response_message_id"] = str(message.id)
    told["response_message_loading"] = message.loading
    told["response_message_ephemeral"] = message.ephemeral
    if one.callback in {i.REPLY, i.UPDATE}:
        shown = payloads.message_json(platform.world, message)
        receipt["resource"] = {"type": one.callback, "message": shown}
    return receipt


def _followed(platform: Platform, call: Call) -> Interaction:
    if call.id("webhook_id") != platform.world.application_id:
        raise ApiError.of(INVALID_WEBHOOK_TOKEN)
    return platform.interactions.to_follow(call.params["webhook_token"])


def followup(platform: Platform, call: Call) -> Reply:
    """Send one more message; straight after a deferral it fills the waiting one instead."""
    one = _followed(platform, call)
    if one.original is not None and one.original.loading:
        return _edited(platform, one, one.original, call)
    context = _context(one, call.json, kind=19, is_reply=True)
    if one.original is not None and context.metadata is not None:
        context.metadata["original_response_message_id"] = str(one.original.id)
    message = platform.posting.create(
        one.channel, platform.world.bot, call.json, files=call.files, context=context
    )
    one.followups.append(message)
    one.answered.meet(message)
    return Reply(body=payloads.message_json(platform.world, message))


def _edited(platform: Platform, one: Interaction, message: Message, call: Call) -> Reply:
    platform.posting.edit(message, call.json, call.files)
    one.answered.meet(message)
    return Reply(body=payloads.message_json(platform.world, message))


def _original(platform: Platform, call: Call) -> tuple[Interaction, Message]:
    one = _followed(platform, call)
    if one.original is None or one.original.deleted:
        raise ApiError.of(UNKNOWN_MESSAGE)
    return one, one.original


def _message(platform: Platform, call: Call) -> tuple[Interaction, Message]:
    one = _followed(platform, call)
    wanted = call.id("message_id")
    for message in one.messages:
        if message.id == wanted and not message.deleted:
            return one, message
    raise ApiError.of(UNKNOWN_MESSAGE)


def get_original(platform: Platform, call: Call) -> Reply:
    """Return the original answer."""
    _, message = _original(platform, call)
    return Reply(body=payloads.message_json(platform.world, message))


def edit_original(platform: Platform, call: Call) -> Reply:
    """Change the original answer."""
    one, message = _original(platform, call)
    return _edited(platform, one, message, call)


def delete_original(platform: Platform, call: Call) -> Reply:
    """Delete the original answer."""
    _, message = _original(platform, call)
    platform.posting.delete(message)
    return NOTHING


def get_message(platform: Platform, call: Call) -> Reply:
    """Return a message of the answer."""
    _, message = _message(platform, call)
    return Reply(body=payloads.message_json(platform.world, message))


def edit_message(platform: Platform, call: Call) -> Reply:
    """Change a message of the answer."""
    one, message = _message(platform, call)
    return _edited(platform, one, message, call)


def delete_message(platform: Platform, call: Call) -> Reply:
    """Delete a message of the answer."""
    _, message = _message(platform, call)
    platform.posting.delete(message)
    return NOTHING


_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = _WEBHOOK + "/messages/@original"
_FOLLOWUP = _WEBHOOK + "/messages/{message_id}"
ROUTES = (
    route(CALLBACK, callback, by_token=True),
    route(f"POST {_WEBHOOK}", followup, by_token=True),
    route(f"GET {_ORIGINAL}", get_original, by_token=True),
    route(f"PATCH {_ORIGINAL}", edit_original, by_token=True),
    route(f"DELETE {_ORIGINAL}", delete_original, by_token=True),
    route(f"GET {_FOLLOWUP}", get_message, by_token=True),
    route(f"PATCH {_FOLLOWUP}", edit_message, by_token=True),
    route(f"DELETE {_FOLLOWUP}", delete_message, by_token=True),
)
