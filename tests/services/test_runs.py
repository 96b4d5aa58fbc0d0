from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from core import due as schedule
from core.deliveries import Part, Subscription
from core.digests import Digest
from core.errors import UsageError
from core.people import Interest, Profile
from services.digests.make import Digests
from services.runs import RETRY, Opened, Runs
from storage.opening import Storage
from tests.delivery.receiving import FakeDeliverer, Receiver
from tests.fakes import NOON, FakeClock, an_item
from tests.services.environment import WordRanker
from tests.sources import sources_of
from tests.subscriptions import a_subscription

EIGHT = NOON.replace(hour=8)
YESTERDAY = NOON - timedelta(days=1)


@dataclass
class RecordingDeliverer(FakeDeliverer):
    """Keeps the digests it gets, and cannot lay out what is for the subscription "broken"."""

    digests: list[Digest] = field(default_factory=list)

    def parts(self, digest: Digest, subscription: Subscription, period: str) -> Sequence[Part]:
        self.digests.append(digest)
        if subscription.id == "broken":
            raise KeyError("a bug")
        return super().parts(digest, subscription, period)


@dataclass
class RunsEnvironment:
    """Opens runs over a real archive."""

    storage: Storage
    clock: FakeClock
    deliverer: RecordingDeliverer
    profiles: dict[str, Profile] = field(default_factory=dict)
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        self.profiles["ann"] = Profile(name="ann", interests=(Interest(text="graphs"),))
        self.runs = Runs(
            subscriptions=self.storage.subscriptions,
            outbox=self.storage.outbox,
            digests=lambda: Digests(
                store=self.storage.store,
                index=self.storage.index,
                ranker=WordRanker(),
                clock=self.clock,
            ),
            profile=self.profile,
            deliverers={"fake": self.deliverer},
            sources=sources_of(self.storage, self.clock),
            clock=self.clock,
        )

    def profile(self, name: str) -> Profile:
        if name not in self.profiles:
            raise UsageError(f"there is no profile {name!r}")
        return self.profiles[name]

    def saves(self, *orders: Subscription) -> None:
        for order in orders:
            self.storage.subscriptions.save_subscription(order)

    def stores(self, *numbers: int) -> None:
        """Store papers: number 5 appeared five days before now."""
        items = [
            an_item(f"arxiv/{n}", summary="graphs", appeared_at=self.clock() - timedelta(days=n))
            for n in numbers
        ]
        self.storage.store.upsert(items, now=self.clock())

    def opens(self) -> Opened:
        return self.runs.open_due()

    def waiting(self) -> list[tuple[str, str]]:
        """Subscription and payload of each part, oldest first."""
        found = reversed(self.storage.outbox.deliveries(limit=1000))
        return [(one.subscription, one.part.payload) for one in found]


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> RunsEnvironment:
    made = RunsEnvironment(storage, clock, RecordingDeliverer(Receiver(clock), clock))
    made.stores(0, 1)
    return made


def test_what_is_due_is_opened_once(env: RunsEnvironment) -> None:
    env.saves(a_subscription(created_at=YESTERDAY))
    assert env.opens() == Opened(opened=("order",), failed={})
    assert env.opens() == Opened(opened=(), failed={})
    assert env.waiting() == [("order", "quiet"), ("order", "arxiv/1")]
    (digest,) = {pick.digest for pick in env.storage.store.delivered("order").values()}
    assert digest == "order@2026-11-22"


def test_what_came_once_does_not_come_again_though_the_periods_overlap(
    env: RunsEnvironment,
) -> None:
    env.saves(a_subscription(created_at=YESTERDAY))
    env.opens()
    env.clock.advance(timedelta(days=1))
    env.stores(0)
    env.opens()
    shown = [text for _, text in env.waiting() if text.startswith("arxiv")]
    assert len(shown) == len(set(shown))


def test_what_came_to_light_late_still_comes(env: RunsEnvironment) -> None:
    env.saves(a_subscription(created_at=YESTERDAY))
    env.stores(2)
    env.opens()
    assert ("order", "arxiv/2") in env.waiting()


def test_a_quiet_day_makes_one_quiet_part(env: RunsEnvironment) -> None:
    env.profiles["ann"] = Profile(name="ann", interests=(Interest(text="weather"),))
    env.saves(a_subscription(created_at=YESTERDAY, sources=("github",)))
    env.opens()
    assert env.waiting() == [("order", "No source had anything new.")]


def test_one_catch_up_comes_after_days_of_downtime(env: RunsEnvironment) -> None:
    env.saves(a_subscription(created_at=NOON - timedelta(days=4)))
    env.stores(5, 6)
    assert env.opens().opened == ("order",)
    assert env.opens().opened == ()
    lines = [text for _, text in env.waiting()]
    assert lines[0].startswith("Catch-up for Thu 19 to Sat 21 Nov.")
    assert {"arxiv/5", "arxiv/6"} <= set(lines)


def test_the_limits_and_the_zone_of_the_subscription_hold(env: RunsEnvironment) -> None:
    schedule = replace(a_subscription().schedule, zone="Asia/Tokyo")
    env.saves(a_subscription(created_at=YESTERDAY, items=1, schedule=schedule))
    env.opens()
    (made,) = env.deliverer.digests
    assert (made.zone, len(made.picks)) == ("Asia/Tokyo", 1)


def test_one_failure_stops_no_other_and_rests(env: RunsEnvironment) -> None:
    env.saves(*(a_subscription(name, created_at=YESTERDAY) for name in ("a", "broken", "z")))
    outcome = env.opens()
    assert outcome.opened == ("a", "z")
    assert outcome.failed == {"broken": "unexpected failure, see the log"}
    assert env.opens().failed == {}
    env.clock.advance(RETRY)
    assert set(env.opens().failed) == {"broken"}


def test_whoever_stops_it_waits_for_one_run_only(
    env: RunsEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.saves(*(a_subscription(name, created_at=YESTERDAY) for name in ("a", "b")))
    profile = env.runs.profile

    def stops(name: str) -> Profile:
        env.runs.stop()
        return profile(name)

    monkeypatch.setattr(env.runs, "profile", stops)
    assert env.opens().opened == ("a",)


def test_one_whose_profile_is_gone_is_turned_off(env: RunsEnvironment) -> None:
    env.saves(a_subscription(created_at=YESTERDAY, profile="gone"))
    assert env.opens().failed == {"order": "there is no profile 'gone'"}
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.off == "there is no profile 'gone'"
    env.clock.advance(RETRY)
    assert env.opens() == Opened(opened=(), failed={})


def test_what_nothing_here_can_deliver_stays_due(env: RunsEnvironment) -> None:
    env.saves(a_subscription(created_at=YESTERDAY, target="email:ann@example.org"))
    assert env.opens() == Opened(opened=(), failed={})
    assert env.storage.subscriptions.last_periods() == {}


def test_the_sample_day_is_sent_to_nobody(storage: Storage, clock: FakeClock) -> None:
    env = RunsEnvironment(storage, clock, RecordingDeliverer(Receiver(clock), clock))
    storage.store.upsert([an_item()], now=NOON, sample=True)
    env.saves(a_subscription(created_at=YESTERDAY))
    assert env.opens().opened == ()
    env.stores(1)
    assert env.opens().opened == ("order",)


def test_two_processes_open_a_run_once(env: RunsEnvironment) -> None:
    """The second one read the last periods before the first one wrote."""
    env.saves(a_subscription(created_at=YESTERDAY))
    order = env.storage.subscriptions.subscriptions()[0]
    due = schedule.due_run(order, "", NOON)
    assert due is not None
    assert env.runs._open(order, due)
    assert not env.runs._open(order, due)
    assert len(env.waiting()) == 2


def test_a_period_named_by_a_wrong_clock_does_not_silence_a_subscription(
    env: RunsEnvironment,
) -> None:
    env.saves(a_subscription(created_at=YESTERDAY))
    env.clock.advance(timedelta(days=400))
    assert env.opens().opened == ("order",)
    env.clock.now = NOON
    assert env.opens().opened == ("order",)
    assert env.opens().opened == ()
    env.clock.advance(timedelta(days=1))
    assert env.opens().opened == ("order",)


def test_an_extra_run_comes_at_once_and_leaves_the_schedule_alone(env: RunsEnvironment) -> None:
    order = a_subscription(created_at=YESTERDAY)
    env.saves(order)
    assert env.runs.open_now(order)
    assert not env.runs.open_now(order)
    assert env.storage.subscriptions.last_periods() == {}
    assert env.opens().opened == ("order",)
    periods = {one.period for one in env.storage.outbox.deliveries()}
    assert periods == {"extra 2026-11-22T12:00Z", "2026-11-22"}


def test_an_extra_run_needs_somebody_to_deliver_it(env: RunsEnvironment) -> None:
    with pytest.raises(UsageError, match="can deliver to email:"):
        env.runs.open_now(a_subscription(target="email:ann@example.org"))
