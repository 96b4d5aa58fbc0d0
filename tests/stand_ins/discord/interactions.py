"""Interactions: what a member did, and how the bot answered it, with the deadlines."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.clock import Clock
from tests.stand_ins.discord.errors import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    ApiError,
)
from tests.stand_ins.discord.payloads import user_json
from tests.stand_ins.discord.settings import Settings
from tests.stand_ins.discord.waiting import Expectation
from tests.stand_ins.discord.world import JsonObject, Message

COMMAND = 2
COMPONENT = 3
AUTOCOMPLETE = 4
MODAL_SUBMIT = 5

REPLY = 4
DEFER = 5
DEFER_UPDATE = 6
UPDATE = 7
CHOICES = 8
MODAL = 9


class NotAnsweredError(Exception):
    """The member reads "The application did not respond"."""


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """One act of a member, from the dispatch to the last followup.

    Attributes:
        acknowledged: met with the callback's type as soon as the bot answered in any way, failed
            with ``NotAnsweredError`` when the 3 seconds are over.
        answered: met with the message, choices (a list) or modal (a dict) that the member gets
            to see, after a deferral too. A bare deferred update never meets it.
        ack_seconds: from the dispatch to the arrival of the callback, in real time.
    """

    id: int
    token: str
    type: int
    user: w.User
    channel: w.Channel
    created_at: datetime
    data: JsonObject
    source: Message | None = None
    parent: Interaction | None = None
    started: float = field(default_factory=time.monotonic)
    callback: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[JsonObject] | None = None
    modal: JsonObject | None = None
    ack_seconds: float | None = None
    dead: bool = False
    acknowledged: Expectation[int] = field(init=False)
    answered: Expectation[Message | list[JsonObject] | JsonObject] = field(init=False)

    def __post_init__(self) -> None:
        self.acknowledged = Expectation(f"an acknowledgement of {self.name}")
        self.answered = Expectation(f"an answer to {self.name}")

    @property
    def name(self) -> str:
        """The command or custom id."""
        return str(self.data.get("name") or self.data.get("custom_id"))

    @property
    def choice_names(self) -> list[str]:
        """What the member may pick from, after an autocomplete."""
        return [choice["name"] for choice in self.choices or []]

    @property
    def messages(self) -> list[Message]:
        """The messages of the answer: the original, then the followups."""
        first = [] if self.original is None else [self.original]
        return [*first, *self.followups]

    def acknowledge(self, callback: int) -> None:
        """Note the first answer."""
        self.callback = callback
        self.ack_seconds = time.monotonic() - self.started
        self.acknowledged.meet(callback)

    def metadata(self) -> JsonObject:
        """Return what a message tells of the interaction that it came from."""
        told: JsonObject = {
            "id": str(self.id),
            "type": self.type,
            "user": user_json(self.user),
            "authorizing_integration_owners": owners(self.channel),
        }
        if self.type == COMPONENT and self.source is not None:
            told["interacted_message_id"] = str(self.source.id)
        if self.type == MODAL_SUBMIT and self.parent is not None:
            told["triggering_interaction_metadata"] = self.parent.metadata()
        return told


def owners(channel: w.Channel) -> JsonObject:
    """Return ``authorizing_integration_owners`` of an app that is installed to the guild."""
    return {"0": str(channel.guild_id or 0)}


class Interactions:
    """All interactions by id and by token, and their deadlines."""

    def __init__(self, settings: Settings, clock: Clock, ids: Callable[[], int]) -> None:
        self.open: set[Interaction] = set()
        self._settings = settings
        self._clock = clock
        self._ids = ids
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def begin(
        self,
        kind: int,
        user: w.User,
        channel: w.Channel,
        data: JsonObject,
        *,
        source: Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Make an interaction, and start its 3 seconds."""
        number = self._ids()
        made = Interaction(
            id=number,
            token=_token(number),
            type=kind,
            user=user,
            channel=channel,
            created_at=self._clock(),
            data=data,
            source=source,
            parent=parent,
        )
        self._by_id[number] = self._by_token[made.token] = made
        self.open.add(made)
        seconds = self._settings.ack_deadline.total_seconds()
        asyncio.get_running_loop().call_later(seconds + 0.01, self.expire)
        return made

    def expire(self) -> None:
        """Let those die that were not acknowledged in time."""
        for one in [one for one in self.open if self._late(one)]:
            self.open.discard(one)
            one.dead = True
            error = NotAnsweredError(f"{one.name}: no acknowledgement within the deadline")
            one.acknowledged.fail(error)
            one.answered.fail(error)

    def to_answer(self, number: int, token: str) -> Interaction:
        """Return the interaction that a callback is for.

        Raises:
            ApiError: it is unknown, too old, or has its answer.
        """
        one = self._by_id.get(number)
        if one is None or one.token != token:
            raise ApiError.of(UNKNOWN_INTERACTION)
        self.expire()
        if one.dead:
            raise ApiError.of(UNKNOWN_INTERACTION)
        if one.callback is not None:
            raise ApiError.of(ALREADY_ACKNOWLEDGED)
        return one

    def settle(self, one: Interaction, callback: int) -> None:
        """Note the callback; the deadline no longer counts."""
        self.open.discard(one)
        one.acknowledge(callback)

    def to_follow(self, token: str) -> Interaction:
        """Return the interaction whose webhook this is.

        Raises:
            ApiError: there is none, it is not acknowledged, or the 15 minutes are over.
        """
        one = self._by_token.get(token)
        if one is None or self._clock() > one.created_at + self._settings.token_life:
            raise ApiError.of(INVALID_WEBHOOK_TOKEN)
        self.expire()
        if one.callback is None:
            raise ApiError.of(UNKNOWN_WEBHOOK)
        return one

    def original(self, token: str) -> Message | None:
        """Return the original answer of the interaction with that token, if both exist."""
        one = self._by_token.get(token)
        return None if one is None else one.original

    def _late(self, one: Interaction) -> bool:
        return self._clock() > one.created_at + self._settings.ack_deadline


def _token(number: int) -> str:
    raw = f"interaction:{number}:{secrets.token_urlsafe(48)}"
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")
