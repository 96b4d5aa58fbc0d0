"""The servers, the archive, the readers and the digests of ``discord-load``."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from itertools import accumulate
from typing import cast

from sqlalchemy import update

from bot.connection import Connection
from bot.delivery import DiscordDeliverer
from core.deliveries import Cadence, DueRun, Schedule, Subscription
from core.digests import Budget, Digest
from core.items import Item
from core.people import Interest, Profile
from services.digests.candidates import DigestRequest
from services.digests.make import Digests
from storage.delivery_tables import PART, RUN
from storage.opening import Storage
from storage.rows import micros
from tests.fakes import an_item
from tests.stand_ins.discord import DiscordStandIn
from tests.stand_ins.discord import world as w

CHANNELS_EACH = 250
READERS = 20
ITEMS = 1500
RARE, STEEP = 60_000, 1.25
"""Words besides those of interests, and how steeply their frequency falls (Zipf's exponent)."""
SMALL = ("the", "of", "and", "to", "in", "we", "for", "that", "with", "on")

_PLAIN = """
graph neural network transformer attention diffusion agent tool retrieval training
inference quantisation sparse kernel speech vision image video robot policy reward
molecule protein weather tabular boosting federated privacy causal bayesian language
translation code benchmark data set
"""
WORDS = _PLAIN.split()


def channels(server: DiscordStandIn, count: int) -> list[w.Channel]:
    """Add so many channels, in as many servers as it takes."""
    made: list[w.Channel] = []
    while len(made) < count:
        guild = server.add_guild(f"Server {len(made)}")
        size = min(CHANNELS_EACH, count - len(made))
        made += [server.add_channel(guild, f"digests-{n}") for n in range(size)]
    return made


def items() -> list[Item]:
    """Return the archive: made-up papers of the last five days.

    A third of the words say nothing, a few are everybody's, most are rare (Zipf's law), as in
    abstracts; so what is kept of words takes as much memory as with real ones: 1,500 abstracts
    of arXiv hold 19,700 words, these 16,800; 20,100 stems and pairs of them stand in
    several, here 24,500.
    """
    chance = random.Random(7)  # noqa: S311 -- repeatable, not a secret
    now = datetime.now(UTC)
    sounds = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
    rare = ["".join(chance.choices(sounds, k=chance.randint(2, 4))) for _ in range(RARE)]
    words = [*WORDS, *rare]
    cumulated = [*accumulate((rank + 10) ** -STEEP for rank in range(len(words)))]

    def text(length: int) -> str:
        telling = chance.choices(words, cum_weights=cumulated, k=length)
        return " ".join(
            f"{chance.choice(SMALL)} {word}" if chance.random() < 0.5 else word for word in telling
        )

    return [
        an_item(
            f"arxiv/2611.{n:05}",
            title=text(8),
            summary=". ".join(text(13) for _ in range(9)),
            appeared_at=now - timedelta(minutes=5 * n),
        )
        for n in range(ITEMS)
    ]


def reader(name: str, number: int) -> Profile:
    """Return a reader; no two of the first thousand have the same interests."""
    first, second = WORDS[number % len(WORDS)], WORDS[(number // len(WORDS) + 1) % len(WORDS)]
    third = WORDS[(number + 7) % len(WORDS)]
    return Profile(
        name=name, interests=(Interest(text=f"{first} {second}"), Interest(text=third, weight=0.5))
    )


def freeze(storage: Storage, places: list[w.Channel]) -> None:
    """Put one digest for each channel into the outbox, and only then let all be due."""
    begun = datetime.now(UTC)
    far = begun + timedelta(hours=12)
    # Laying out needs no connection.
    deliverer = DiscordDeliverer(
        connection=cast("Connection", None), outbox=storage.outbox, clock=lambda: far
    )
    digests = _digests(storage, begun)
    due = DueRun(period=f"{begun:%Y-%m-%d}", due_at=begun, since=begun - timedelta(days=1))
    for number, place in enumerate(places):
        order = _order(number, place, "nobody", at=far, created_at=begun)
        storage.subscriptions.save_subscription(order)
        digest = replace(
            digests[number % READERS], id=f"{order.id}@{due.period}", subscription=order.id
        )
        parts = deliverer.parts(digest, order, due.period)
        storage.outbox.open_run(order, due, digest, parts, now=far)
    with storage.database.writing(durable=True) as connection:
        now = micros(datetime.now(UTC))
        connection.execute(update(PART).values(not_before=now))
        connection.execute(update(RUN).values(opened_at=now))


def fall_due(storage: Storage, places: list[w.Channel]) -> None:
    """Subscribe each of these channels for a reader of its own, to what is due a minute ago."""
    now = datetime.now(UTC)
    for number, place in enumerate(places):
        storage.store.save_profile(reader(f"reader-{number}", number))
        order = _order(
            10**6 + number,
            place,
            f"reader-{number}",
            at=now - timedelta(minutes=1),
            created_at=now - timedelta(days=1),
        )
        storage.subscriptions.save_subscription(order)


def _order(
    number: int, place: w.Channel, profile: str, *, at: datetime, created_at: datetime
) -> Subscription:
    return Subscription(
        id=f"{number:012x}",
        owner="discord:1",
        profile=profile,
        target=f"discord:channel:{place.id}",
        schedule=Schedule(cadence=Cadence.DAILY, at=wall(at.hour, at.minute), zone="UTC"),
        created_at=created_at,
    )


def _digests(storage: Storage, now: datetime) -> list[Digest]:
    """Make a digest for each reader, small enough for one message."""
    from ranking.ranker import ContentRanker

    digests = Digests(
        store=storage.store,
        index=storage.index,
        ranker=ContentRanker(),
        clock=lambda: now,
    )
    return [
        digests.make(
            DigestRequest(
                profile=reader("reader", number),
                subscription="",
                since=now - timedelta(days=7),
                budget=Budget(items=5),
            )
        )
        for number in range(READERS)
    ]
