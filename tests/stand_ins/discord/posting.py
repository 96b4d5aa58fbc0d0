"""Making, changing and deleting messages, with the events that follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord import gateway as gw
from tests.stand_ins.discord import payloads, permissions
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import Upload
from tests.stand_ins.discord.clock import Clock
from tests.stand_ins.discord.settings import Settings
from tests.stand_ins.discord.world import JsonObject, Message

_USER, _ROLE, _ALL = (
    re.compile(r"<@!?(\d+)>"),
    re.compile(r"<@&(\d+)>"),
    re.compile("@everyone|@here"),
)


@dataclass(slots=True, kw_only=True)
class Context:
    """What a message has when an interaction made it.

    Attributes:
        type: 20 and 23 mark a command's answer, 19 a reply.
        metadata: tells which interaction.
        visible_to: the one reader of an ephemeral message.
        webhook: whether it came through the interaction's webhook.
    """

    type: int = 0
    metadata: JsonObject | None = None
    visible_to: int | None = None
    webhook: bool = False
    flags: int = 0
    reference: JsonObject | None = None


@dataclass(slots=True)
class Tally:
    """How many messages came into being, and how many were known by their nonce."""

    created: int = 0
    deduplicated: int = 0


class Posting:
    """The messages of all channels."""

    def __init__(
        self,
        settings: Settings,
        world: w.World,
        gateway: gw.Gateway,
        clock: Clock,
        ids: Callable[[], int],
    ) -> None:
        self.tally = Tally()
        self.files_url = ""
        self._settings = settings
        self._world = world
        self._gateway = gateway
        self._clock = clock
        self._ids = ids
        self._nonces: dict[tuple[int, str], tuple[datetime, Message]] = {}

    def known(self, author: w.User, body: JsonObject) -> Message | None:
        """Return the message that this author sent with the same nonce a while ago, anywhere.

        Deleted or not: Discord answers with it all the same (discord-api-docs#6647).
        """
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce"):
            return None
        at, message = self._nonces.get((author.id, str(nonce)), (None, None))
        if at is None or self._clock() > at + self._settings.nonce_window:
            return None
        self.tally.deduplicated += 1
        return message

    def create(
        self,
        channel: w.Channel,
        author: w.User,
        body: JsonObject,
        *,
        files: Mapping[int, Upload] | None = None,
        context: Context | None = None,
    ) -> Message:
        """Let a message come into being, and tell of it."""
        context = context or Context()
        message = Message(
            id=self._ids(),
            channel_id=channel.id,
            guild_id=channel.guild_id,
            author=author,
            created_at=self._clock(),
            type=context.type,
            flags=(body.get("flags") or 0) | context.flags,
            nonce=body.get("nonce"),
            interaction=context.metadata,
            reference=context.reference,
            from_webhook=context.webhook,
            visible_to=context.visible_to,
        )
        self._fill(message, body, files or {})
        self._world.messages[message.id] = message
        self.tally.created += 1
        if message.nonce is not None:
            self._nonces[author.id, str(message.nonce)] = (self._clock(), message)
        if message.visible_to is None:
            self._publish(channel, message)
        return message

    def edit(
        self, message: Message, body: JsonObject, files: Mapping[int, Upload] | None = None
    ) -> None:
        """Change the fields that the body names."""
        if message.loading:
            message.flags &= ~w.LOADING
        else:
            message.edited_at = self._clock()
        if body.get("flags") is not None:
            # Neither can be taken off again.
            kept = message.flags & (w.COMPONENTS_V2 | w.EPHEMERAL | w.HAS_THREAD)
            message.flags = body["flags"] & ~w.EPHEMERAL | kept
        self._fill(message, body, files or {})
        if message.visible_to is None:
            self._tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Let a message disappear."""
        message.deleted = True
        self._world.messages.pop(message.id, None)
        if message.visible_to is not None:
            return
        channel = self._world.channels[message.channel_id]
        channel.messages.pop(message.id, None)
        gone = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            gone["guild_id"] = str(channel.guild_id)
        self._gateway.emit(
            "MESSAGE_DELETE", gone, guild_id=channel.guild_id, intents=_intents(channel.guild_id)
        )

    def _fill(self, message: Message, body: JsonObject, files: Mapping[int, Upload]) -> None:
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = [_embed(embed) for embed in body["embeds"] or []]
        if "attachments" in body or files:
            kept = {str(one.get("id")) for one in body.get("attachments") or []}
            message.files = [file for file in message.files if str(file.id) in kept]
            message.files += self._store(message, body.get("attachments") or [], files)
        if "components" in body:
            message.components = tree.complete(
                body["components"] or [], lambda media: self._media(message, media)
            )
        self._resolve_mentions(message, body.get("allowed_mentions"))

    def _store(
        self, message: Message, described: Sequence[JsonObject], files: Mapping[int, Upload]
    ) -> list[w.File]:
        notes = {str(one.get("id")): one for one in described}
        made = []
        for index, upload in files.items():
            file_id = self._ids()
            name = notes.get(str(index), {}).get("filename") or upload.filename
            file = w.File(
                id=file_id,
                filename=name,
                content_type=upload.content_type,
                data=upload.data,
                url=f"{self.files_url}/attachments/{message.channel_id}/{file_id}/{name}",
                description=notes.get(str(index), {}).get("description"),
            )
            self._world.files[file_id] = file
            made.append(file)
        return made

    def _media(self, message: Message, media: JsonObject) -> JsonObject:
        url = media["url"]
        name = url.removeprefix("attachment://")
        file = next((file for file in message.files if file.filename == name), None)
        shown = {"id": str(self._ids()), "url": url, "proxy_url": url}
        if file is not None:
            shown |= {"url": file.url, "proxy_url": file.url, "attachment_id": str(file.id)}
        return shown

    def _resolve_mentions(self, message: Message, allowed: JsonObject | None) -> None:
        text = "\n".join([message.content, *tree.texts(message.components)])
        rule = {"parse": ["users", "roles", "everyone"]} if allowed is None else allowed
        parse = set(rule.get("parse") or [])
        named = {str(one) for key in ("users", "roles") for one in rule.get(key) or []}
        users = [one for one in _USER.findall(text) if "users" in parse or one in named]
        roles = [one for one in _ROLE.findall(text) if "roles" in parse or one in named]
        known = self._world.users
        message.mentions = [known[int(one)] for one in dict.fromkeys(users) if int(one) in known]
        message.mention_roles = [int(one) for one in dict.fromkeys(roles)]
        channel = self._world.channels[message.channel_id]
        may = permissions.may(
            self._world, channel, message.author.id, permissions.Permission.MENTION_EVERYONE
        )
        message.mention_everyone = may and "everyone" in parse and bool(_ALL.search(text))

    def _publish(self, channel: w.Channel, message: Message) -> None:
        channel.messages[message.id] = message
        if channel.thread is not None:
            channel.thread.message_count += 1
            channel.thread.archived = False
        self._tell("MESSAGE_CREATE", message)

    def _tell(self, event: str, message: Message) -> None:
        body = payloads.message_event_json(self._world, message)
        open_to_bot = payloads.readable_by_bot(self._world, message)
        self._gateway.emit(
            event,
            body,
            guild_id=message.guild_id,
            intents=_intents(message.guild_id),
            veiled=None if open_to_bot else payloads.veiled(body),
        )


def _intents(guild_id: int | None) -> int:
    return gw.DIRECT_MESSAGES if guild_id is None else gw.GUILD_MESSAGES


def _embed(embed: JsonObject) -> JsonObject:
    kept = {key: value for key, value in embed.items() if value is not None}
    if "fields" in kept:
        kept["fields"] = [{"inline": False, **one} for one in kept["fields"]]
    return {"type": "rich", **kept}
