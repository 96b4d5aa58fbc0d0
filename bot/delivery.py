"""Digests to Discord: frozen messages, sent so that each arrives once.

A crash leaves it open whether a message arrived. Shortly after, it is sent again with the same
nonce, which Discord recognises; later the channel's history is searched for the marker, a button
whose custom id holds the part's key. Measured design: reference/reliability.md, section 1.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.buckets import Buckets
from bot.cards import digest_messages
from bot.connection import Connection
from bot.custom_ids import Verb, custom_id, marks, part_key
from bot.layout import IS_COMPONENTS_V2, Component, Style, button, custom_ids
from bot.requests import watched
from bot.targets import SCHEME, Target, parse_target
from core.deliveries import Delivery, DeliveryState, Part, Receipt, Subscription
from core.digests import Digest
from core.errors import CannotTellError, DeliveryError, LaterError, RefusedError
from core.ports.clock import Clock
from core.ports.delivery import Outbox

log = logging.getLogger(__name__)

_MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far this machine's clock may be ahead of Discord's when history is searched."""

_A_DAY = timedelta(days=1)

_PAGE, _MAX_PAGES = 100, 30
"""Messages a page of history, the most that Discord gives; and pages until one gives up."""

_THREAD_EXISTS = 160004
_UNKNOWN_CHANNEL = 10003
_GONE_FOR_GOOD = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown guild
        10013,  # unknown user
        50001,  # missing access
        50007,  # cannot send messages to this user
        50008,  # cannot send messages in a non-text channel
        50013,  # missing permissions
        50083,  # thread is archived
        50278,  # no mutual guilds
        160005,  # thread is locked
    }
)
"""Discord's error codes (docs: "JSON Error Codes") that every later digest would meet too."""


FAILURES = (discord.RateLimited, discord.HTTPException, aiohttp.ClientError, OSError)
"""What a request raises if Discord refuses it or cannot be reached."""


class DiscordDeliverer:
    """Hands digests over to channels, threads and direct messages.

    Attributes:
        scheme: the first part of the targets that it serves.
        same_key_window: how long Discord surely remembers a nonce.
    """

    scheme = SCHEME
    same_key_window = timedelta(seconds=60)

    def __init__(self, *, connection: Connection, outbox: Outbox, clock: Clock) -> None:
        self._connection = connection
        self._outbox = outbox
        self._clock = clock
        self._dms: dict[int, int] = {}
        self._buckets = Buckets()

    @property
    def ready(self) -> bool:
        """Whether the bot's servers are known: what threads it may make and what it may read."""
        return self._connection.is_ready()

    def parts(self, digest: Digest, subscription: Subscription, period: str) -> Sequence[Part]:
        """Lay a digest out and freeze it; the same input gives the same parts."""
        target = subscription.target
        to_person = parse_target(target).kind == "dm"

        def key(position: int) -> str:
            return part_key(target, subscription.id, period, position)

        messages = digest_messages(digest, lambda n: _buttons(key(n), to_person=to_person))
        return [
            Part(key=key(n), target=target, payload=_frozen(message), position=n)
            for n, message in enumerate(messages)
        ]

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Send a part; the nonce makes a repetition harmless for a while.

        Parts after the first go into a thread below it where that is possible, else they follow
        in the same channel.
        """
        try:
            channel = await self._place(delivery)
        except FAILURES as error:
            raise self._failure(error) from None
        body = json.loads(delivery.part.payload)
        body |= {"nonce": delivery.part.key, "enforce_nonce": True}
        self._buckets.sweep(self._http)
        with watched() as outcome:
            try:
                message = await self._http.request(post_to(channel), json=body)
            except FAILURES as error:
                if outcome.uncertain:
                    raise CannotTellError(f"Discord did not confirm the message: {error}") from None
                raise self._failure(error) from None
        return Receipt(remote_id=str(message["id"]), at=self._clock())

    async def reconcile(self, delivery: Delivery) -> Receipt | None:
        """Look for an earlier attempt in the history; None if it surely did not arrive."""
        try:
            for channel in await self._places(delivery):
                await self._check_readable(channel, parse_target(delivery.part.target))
                async for message in self._since(channel, delivery):
                    if self._is_ours(message, delivery.part):
                        return Receipt(remote_id=str(message["id"]), at=self._clock())
        except discord.NotFound as error:
            if error.code == _UNKNOWN_CHANNEL:
                return None  # with the channel its messages are gone; sending will be refused
            raise CannotTellError(f"the history cannot be read: {error.text}") from None
        except discord.Forbidden as error:
            raise CannotTellError(f"the history may not be read: {error.text}") from None
        except FAILURES as error:
            raise LaterError(f"Discord does not answer: {error}") from None
        return None

    @property
    def _http(self) -> HTTPClient:
        return self._connection.client().http

    async def _place(self, delivery: Delivery) -> int:
        """Return the channel in which a part belongs, made where needed."""
        target = parse_target(delivery.part.target)
        channel = await self._channel(target)
        first = await self._first_message(delivery)
        if first and self._has_threads(channel):
            return await self._thread_below(channel, first, delivery)
        return channel

    async def _places(self, delivery: Delivery) -> list[int]:
        """Return the channels in which a part may have arrived."""
        channel = await self._channel(parse_target(delivery.part.target))
        first = await self._first_message(delivery)
        # The thread below a message has the message's id.
        if first and await self._exists(int(first)):
            return [int(first), channel]
        return [channel]

    async def _exists(self, thread: int) -> bool:
        client = self._connection.client()
        if client.get_channel(thread) is not None:
            return True
        try:  # the cache holds no archived threads
            await client.fetch_channel(thread)
        except discord.NotFound:
            return False
        return True

    async def _channel(self, target: Target) -> int:
        if target.kind == "channel":
            return target.id
        if target.id not in self._dms:
            self._dms[target.id] = await open_dm(self._http, target.id)
        return self._dms[target.id]

    async def _first_message(self, delivery: Delivery) -> str:
        """Return the id of the message that the first part became, if this is a later part."""
        part = delivery.part
        if part.position == 0:
            return ""
        arrived = await asyncio.to_thread(
            self._outbox.deliveries, states=(DeliveryState.SENT,), target=part.target
        )
        return next(
            (
                one.remote_id
                for one in arrived
                if (one.subscription, one.period) == (delivery.subscription, delivery.period)
                and one.part.position == 0
            ),
            "",
        )

    def _has_threads(self, channel_id: int) -> bool:
        channel = self._connection.client().get_channel(channel_id)
        if not isinstance(channel, discord.TextChannel):
            return False
        may = channel.permissions_for(channel.guild.me)
        return may.create_public_threads and may.send_messages_in_threads

    async def _thread_below(self, channel: int, first: str, delivery: Delivery) -> int:
        """Return the thread below the first part; it has that message's id, made twice or not."""
        route = Route(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            channel_id=channel,
            message_id=first,
        )
        body = {"name": f"More of {delivery.period}", "auto_archive_duration": 1440}
        try:
            await self._http.request(route, json=body)
        except discord.HTTPException as error:
            if error.code != _THREAD_EXISTS:
                if error.status >= 500:
                    raise
                log.info("no thread below message %s: %s", first, error)
                return channel
        return int(first)

    async def _check_readable(self, channel_id: int, target: Target) -> None:
        """Make sure that an empty history means that there is nothing.

        Without READ_MESSAGE_HISTORY Discord answers with an empty list, not with an error.
        """
        if target.kind == "dm":
            return
        client = self._connection.client()
        channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            raise CannotTellError("this is no channel of a server")
        if channel.guild.unavailable:  # while the connection is made anew, or the server is down
            soon = self._clock() + timedelta(seconds=10)
            raise LaterError("Discord has not sent the bot's permissions yet", not_before=soon)
        if not channel.permissions_for(channel.guild.me).read_message_history:
            raise CannotTellError(
                "without the permission Read Message History it is not known whether it arrived"
            )

    async def _since(self, channel: int, delivery: Delivery) -> AsyncIterator[dict[str, Any]]:
        now = self._clock()
        begun = (delivery.first_attempt or now) - _MAX_CLOCK_SKEW
        if begun > now:  # the clock was set back since; nothing waits for longer than a day
            begun = now - _A_DAY
        after = discord.utils.time_snowflake(begun)
        for _ in range(_MAX_PAGES):
            route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
            page = await self._http.request(route, params={"after": after, "limit": _PAGE})
            for message in page:
                yield message
            if len(page) < _PAGE:
                return
            after = max(int(message["id"]) for message in page)
        raise CannotTellError(f"more than {_PAGE * _MAX_PAGES} messages have come since")

    def _is_ours(self, message: dict[str, Any], part: Part) -> bool:
        user = self._connection.client().user
        ours = user is not None and message["author"]["id"] == str(user.id)
        return ours and marks(custom_ids(message.get("components", ())), part)

    def _failure(self, error: Exception) -> DeliveryError:
        """Say what an error means that surely left no message behind."""
        if isinstance(error, discord.RateLimited):
            after = self._clock() + timedelta(seconds=error.retry_after)
            return LaterError("Discord asks to wait", not_before=after)
        if not isinstance(error, discord.HTTPException):
            return LaterError(f"Discord cannot be reached: {error}")
        line = f"Discord refuses it: {error.text or error.status} (code {error.code})"
        if error.status in {401, 429} or error.status >= 500:
            return LaterError(line)
        return RefusedError(
            line, turns_off=error.status in {403, 404} or error.code in _GONE_FOR_GOOD
        )


async def open_dm(http: HTTPClient, user: int) -> int:
    """Return the channel of the direct messages with somebody."""
    route = Route("POST", "/users/@me/channels")
    return int((await http.request(route, json={"recipient_id": str(user)}))["id"])


def post_to(channel: int) -> Route:
    """Return where messages to a channel are posted."""
    return Route("POST", "/channels/{channel_id}/messages", channel_id=channel)


def message_body(components: Sequence[Component]) -> dict[str, Any]:
    """Return the JSON of a message that pings nobody, whatever its texts say."""
    nobody: dict[str, list[str]] = {"parse": []}
    return {
        "flags": IS_COMPONENTS_V2,
        "components": list(components),
        "allowed_mentions": nobody,
        "tts": False,
    }


def _frozen(components: Sequence[Component]) -> str:
    return json.dumps(message_body(components), ensure_ascii=False, separators=(",", ":"))


def _buttons(key: str, *, to_person: bool) -> list[Component]:
    subscriptions = button("Subscriptions", custom_id(Verb.SUBSCRIPTIONS, key))
    if to_person:
        return [subscriptions]
    return [button("My picks", custom_id(Verb.PICKS, key), Style.BLUE), subscriptions]
