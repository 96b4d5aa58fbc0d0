"""The whole way of a digest, from due to sent, while somebody plays with the clock."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest

from core.deliveries import Cadence, DeliveryState, DueRun, Schedule, Subscription
from core.people import Interest, Profile
from delivery.dispatcher import Dispatcher
from services.digests.make import Digests
from services.runs import Runs
from storage.opening import Storage
from tests.core.virtual_time import DAY, HOUR, MINUTE, expected
from tests.delivery.receiving import FakeDeliverer, Receiver
from tests.fakes import FakeClock, an_item
from tests.services.environment import WordRanker
from tests.sources import sources_of
from tests.subscriptions import a_subscription

BEGIN = datetime(2026, 10, 20, 12, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati")
"""Two of them end summer time on these days; the others are 5:45 and 14 hours ahead of UTC."""

JUMPS = (
    *(-HOUR, HOUR, -HOUR, -HOUR, 2 * HOUR, -10 * MINUTE, DAY, -DAY, 25 * HOUR, -25 * HOUR),
    *(-DAY, DAY, 3 * DAY, -2 * DAY, -MINUTE, 30 * MINUTE, -12 * HOUR, 12 * HOUR, -90 * MINUTE),
)


def orders() -> Iterator[Subscription]:
    for n, zone in enumerate(ZONES):
        for cadence in (Cadence.DAILY, Cadence.WEEKLY):
            at = (time(8), time(2, 30), time(0), time(23, 59))[n]
            schedule = Schedule(cadence=cadence, at=at, zone=zone, weekday=n)
            yield a_subscription(f"{n}{cadence[0]}", schedule=schedule, created_at=BEGIN)


class EveryMessage(Receiver):
    """Forgets every key at once, so that what is sent twice is there twice."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, window=-10_000 * DAY)


@pytest.mark.parametrize("seed", range(2))
def test_through_nineteen_jumps_of_the_clock_each_local_period_brings_one_message(
    storage: Storage, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- draws cases, keeps no secret
    clock.now = latest = BEGIN
    storage.store.upsert([an_item(appeared_at=BEGIN - DAY)], now=BEGIN)
    receiver = EveryMessage(clock)
    deliverer = FakeDeliverer(receiver, clock)
    for order in orders():
        storage.subscriptions.save_subscription(order)
    covered, open_run = defaultdict[str, list[str]](list), storage.outbox.open_run

    def noting(order: Subscription, due: DueRun, *given: Any, **more: Any) -> bool:
        covered[order.id] += [*due.missed, due.period]
        return open_run(order, due, *given, **more)

    monkeypatch.setattr(storage.outbox, "open_run", noting)
    runs = Runs(
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        digests=lambda: Digests(
            store=storage.store, index=storage.index, ranker=WordRanker(), clock=clock
        ),
        profile=lambda name: Profile(name=name, interests=(Interest(text="graphs"),)),
        deliverers={"fake": deliverer},
        sources=sources_of(storage, clock),
        clock=clock,
    )
    dispatcher = Dispatcher(
        outbox=storage.outbox,
        subscriptions=storage.subscriptions,
        deliverers={"fake": deliverer},
        clock=clock,
    )
    for jump in chance.sample(JUMPS, len(JUMPS)):
        for moved in (*[HOUR + chance.random() * MINUTE] * chance.randrange(5, 20), jump):
            clock.advance(moved)
            latest = max(latest, clock())
            assert runs.open_due().failed == {}
            asyncio.run(dispatcher.drain())
            waiting = storage.outbox.deliveries(states=[DeliveryState.PENDING])
            assert waiting == []  # whatever the clock says, nothing waits for it

    sent = Counter(message.key for message in receiver.messages)
    assert set(sent.values()) == {1}
    for order in orders():
        first, last = BEGIN.date() - DAY, latest.date() + DAY
        fell_due = [
            one.period for one in expected(order, first, last) if BEGIN <= one.due_at <= latest
        ]
        assert sorted(covered[order.id]) == fell_due
        opened = {key.split(":")[1] for key in sent if key.startswith(order.id)}
        assert opened <= set(fell_due)
        assert opened
