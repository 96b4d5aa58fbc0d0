"""A receiver that counts, remembers keys for a while like Discord, and fails when told to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.deliveries import Delivery, Part, Receipt, Subscription
from core.digests import Digest
from core.errors import CannotTellError
from core.ports.clock import Clock

WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Message:
    id: str
    key: str
    target: str
    text: str
    at: datetime


@dataclass
class Receiver:
    """Keeps messages; the same key makes one message as long as it is remembered."""

    clock: Clock
    window: timedelta = WINDOW
    messages: list[Message] = field(default_factory=list)

    def post(self, part: Part) -> Message:
        now = self.clock()
        for message in self.messages:
            if message.key == part.key and now - message.at < self.window:
                return message
        made = Message(str(len(self.messages) + 1), part.key, part.target, part.payload, now)
        self.messages.append(made)
        return made

    def find(self, key: str) -> Message | None:
        return next((message for message in self.messages if message.key == key), None)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def doubled(self) -> list[str]:
        counts = Counter(message.key for message in self.messages)
        return [key for key, count in counts.items() if count > 1]


@dataclass
class FakeDeliverer:
    """Hands over to a receiver; each planned trouble strikes one attempt, in order."""

    receiver: Receiver
    clock: Clock
    scheme: str = "fake"
    same_key_window: timedelta = timedelta(seconds=60)
    ready: bool = True
    forgetful: bool = False
    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    def fails(self, *errors: Exception) -> FakeDeliverer:
        """Let the next attempts fail before they have an effect."""
        self.before.extend(errors)
        return self

    def loses_answer(self, *errors: Exception) -> FakeDeliverer:
        """Let the next attempts fail after the message arrived."""
        self.after.extend(errors)
        return self

    def has_no_history(self) -> FakeDeliverer:
        """Let it be impossible to tell what arrived."""
        self.forgetful = True
        return self

    def holds(self) -> asyncio.Event:
        """Let attempts wait until the returned event is set."""
        self.gate = asyncio.Event()
        return self.gate

    def parts(self, digest: Digest, subscription: Subscription, period: str) -> Sequence[Part]:
        lines = [digest.note or "quiet", *(str(pick.item.key) for pick in digest.picks)]
        return [
            Part(
                key=f"{subscription.id}:{period}:{n}"[-25:],
                target=subscription.target,
                payload=line,
                position=n,
            )
            for n, line in enumerate(lines)
        ]

    async def deliver(self, delivery: Delivery) -> Receipt:
        self.attempts.append(delivery.part.key)
        self.waiting.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.before:
            raise self.before.pop(0)
        message = self.receiver.post(delivery.part)
        if self.after:
            raise self.after.pop(0)
        return Receipt(remote_id=message.id, at=self.clock())

    async def reconcile(self, delivery: Delivery) -> Receipt | None:
        self.asked.append(delivery.part.key)
        if self.forgetful:
            raise CannotTellError("there is no history")
        found = self.receiver.find(delivery.part.key)
        return None if found is None else Receipt(remote_id=found.id, at=found.at)
