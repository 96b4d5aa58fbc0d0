from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from core.deliveries import Delivery, DeliveryState, Receipt, Subscription
from core.errors import CannotTellError, LaterError, RefusedError, StorageError
from delivery.dispatcher import Dispatcher
from delivery.policy import USUAL, Policy, pause_after
from storage.opening import Storage
from tests.delivery.receiving import WINDOW, FakeDeliverer, Receiver
from tests.fakes import NOON, FakeClock
from tests.subscriptions import a_digest, a_run, a_subscription, some_parts

PAUSE = timedelta(minutes=15)
CUT = CannotTellError("the connection broke")
BUSY = LaterError("come back later")


@dataclass
class Post:
    """An outbox, a receiver, and dispatchers between them."""

    storage: Storage
    clock: FakeClock
    receiver: Receiver
    deliverer: FakeDeliverer
    notices: list[str] = field(default_factory=list)

    def opens(self, order: Subscription, period: str = "2026-11-22", count: int = 1) -> None:
        self.storage.subscriptions.save_subscription(order)
        parts, digest = some_parts(order, period, count), a_digest(order.id, period)
        self.storage.outbox.open_run(order, a_run(period), digest, parts, now=self.clock())

    def dispatcher(self, policy: Policy = USUAL) -> Dispatcher:
        return Dispatcher(
            outbox=self.storage.outbox,
            subscriptions=self.storage.subscriptions,
            deliverers={"fake": self.deliverer},
            clock=self.clock,
            policy=policy,
            notice=self.notice,
        )

    async def notice(self, delivery: Delivery, reason: str) -> None:
        self.notices.append(f"{delivery.subscription}: {reason}")

    def drains(self, policy: Policy = USUAL) -> None:
        asyncio.run(self.dispatcher(policy).drain())

    def crashes_while_sending(self, *, arrived: bool) -> None:
        """Claim as a process that dies with its request on the way."""
        (claimed,) = self.storage.outbox.claim(
            owner="crashed",
            schemes=["fake"],
            now=self.clock(),
            lease_until=self.clock() + USUAL.lease,
            limit=1,
        )
        if arrived:
            self.receiver.post(claimed.part)

    def takes_over_and_crashes(self, now: datetime, until: datetime | None = None) -> None:
        """Take over what another left, and die as well."""
        (taken,) = self.storage.outbox.stale(
            owner="crashed too",
            schemes=["fake"],
            now=now,
            lease_until=until or now + USUAL.lease,
            limit=1,
        )
        assert taken.state is DeliveryState.SENDING

    @property
    def only(self) -> Delivery:
        (one,) = self.storage.outbox.deliveries()
        return one

    @property
    def states(self) -> list[str]:
        return [one.state.value for one in reversed(self.storage.outbox.deliveries(limit=1000))]


@pytest.fixture
def post(storage: Storage, clock: FakeClock) -> Post:
    receiver = Receiver(clock)
    return Post(storage, clock, receiver, FakeDeliverer(receiver, clock))


def test_what_is_due_is_sent_in_order_and_recorded(post: Post) -> None:
    post.opens(a_subscription("a"), count=3)
    post.opens(a_subscription("b"))
    post.drains()
    assert [text for text in post.receiver.texts if text.startswith("a")] == [
        "a 2026-11-22 0",
        "a 2026-11-22 1",
        "a 2026-11-22 2",
    ]
    assert post.states == ["sent"] * 4
    assert {one.remote_id for one in post.storage.outbox.deliveries()} == {"1", "2", "3", "4"}


def test_nothing_is_sent_twice(post: Post) -> None:
    post.opens(a_subscription())
    post.drains()
    post.clock.advance(timedelta(days=1))
    post.drains()
    assert len(post.receiver.messages) == 1


def test_what_surely_failed_is_sent_again_after_growing_pauses(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.fails(BUSY, BUSY, BUSY)
    waits = []
    while post.states == ["pending"]:
        post.drains()
        waits.append((post.only.not_before or NOON) - post.clock())
        post.clock.advance(waits[-1])
    assert waits[:3] == [timedelta(seconds=s) for s in (2, 4, 8)]
    assert (len(post.receiver.messages), post.deliverer.asked) == (1, [])


def test_pauses_grow_no_longer_than_a_quarter_of_an_hour() -> None:
    assert [pause_after(n) for n in (9, 10, 11, 10_000)] == [
        timedelta(seconds=512),
        PAUSE,
        PAUSE,
        PAUSE,
    ]


def test_the_receiver_may_ask_for_a_longer_pause(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.fails(LaterError("slow down", not_before=NOON + timedelta(hours=1)))
    post.drains()
    assert post.only.not_before == NOON + timedelta(hours=1)


def test_after_a_lost_answer_the_same_key_goes_out_again(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.loses_answer(CUT)
    post.drains()
    assert post.states == ["pending"]
    post.clock.advance(timedelta(seconds=2))
    post.drains()
    assert post.states == ["sent"]
    assert (len(post.deliverer.attempts), len(post.receiver.messages)) == (2, 1)
    assert post.deliverer.asked == []


@pytest.mark.parametrize("arrived", [True, False])
def test_soon_after_a_crash_the_same_key_goes_out_again(post: Post, arrived: bool) -> None:
    post.opens(a_subscription())
    post.crashes_while_sending(arrived=arrived)
    post.drains()
    assert post.deliverer.attempts == []
    post.clock.advance(USUAL.lease)
    post.drains()
    assert (post.states, len(post.receiver.messages)) == (["sent"], 1)
    assert post.deliverer.asked == []


@pytest.mark.parametrize("arrived", [True, False])
def test_long_after_a_crash_the_receiver_is_asked_first(post: Post, arrived: bool) -> None:
    post.opens(a_subscription())
    post.crashes_while_sending(arrived=arrived)
    post.clock.advance(WINDOW * 2)
    post.drains()
    assert post.deliverer.asked == ["order:2026-11-22:0"]
    assert len(post.deliverer.attempts) == (0 if arrived else 1)
    assert (post.states, len(post.receiver.messages)) == (["sent"], 1)


def test_a_failure_after_a_crash_does_not_hide_that_it_may_have_arrived(post: Post) -> None:
    post.opens(a_subscription())
    post.crashes_while_sending(arrived=True)
    post.clock.advance(USUAL.lease)
    post.deliverer.fails(BUSY)
    post.drains()
    post.clock.advance(WINDOW * 2)
    post.drains()
    assert post.deliverer.asked == ["order:2026-11-22:0"]
    assert (post.states, len(post.receiver.messages)) == (["sent"], 1)


def test_a_clock_that_was_set_back_does_not_pass_for_a_recent_attempt(post: Post) -> None:
    post.opens(a_subscription())
    post.clock.advance(timedelta(hours=1))
    post.crashes_while_sending(arrived=True)
    post.takes_over_and_crashes(post.clock() + USUAL.lease, until=NOON)
    post.clock.advance(timedelta(minutes=-30))
    post.drains()
    assert post.deliverer.asked == ["order:2026-11-22:0"]
    assert (post.states, len(post.receiver.messages)) == (["sent"], 1)


def test_what_cannot_be_told_is_held(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.has_no_history()
    post.crashes_while_sending(arrived=False)
    post.clock.advance(WINDOW * 2)
    post.drains()
    assert (post.only.state, post.only.error) == (DeliveryState.IN_DOUBT, "there is no history")
    post.clock.advance(timedelta(days=2))
    post.drains()
    assert post.receiver.messages == []


def test_what_cannot_be_told_is_sent_again_where_that_is_wanted(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.has_no_history()
    post.crashes_while_sending(arrived=True)
    post.clock.advance(WINDOW * 2)
    post.drains(Policy(resend_doubtful=True))
    assert (post.states, len(post.receiver.messages)) == (["sent"], 2)


def test_a_receiver_that_cannot_be_asked_is_asked_later(post: Post) -> None:
    class Away(FakeDeliverer):
        async def reconcile(self, delivery: Delivery) -> None:
            self.asked.append(delivery.part.key)
            raise LaterError("not connected")

    post.deliverer = Away(post.receiver, post.clock)
    post.opens(a_subscription())
    post.crashes_while_sending(arrived=True)
    post.clock.advance(WINDOW * 2)
    post.drains()
    assert (post.states, post.deliverer.attempts) == (["pending"], [])
    assert post.only.first_attempt == NOON


def test_a_receiver_without_keys_is_always_asked(post: Post) -> None:
    post.deliverer.same_key_window = timedelta(0)
    post.opens(a_subscription())
    post.deliverer.loses_answer(CUT)
    post.drains()
    post.clock.advance(timedelta(seconds=2))
    post.drains()
    assert len(post.deliverer.asked) == 1
    assert (post.states, len(post.receiver.messages)) == (["sent"], 1)


def test_a_refusal_is_final(post: Post) -> None:
    post.opens(a_subscription(), count=2)
    post.deliverer.fails(RefusedError("too long", turns_off=False))
    post.drains()
    assert post.states == ["dead", "dead"]
    assert (post.storage.subscriptions.subscriptions()[0].off, post.notices) == ("", [])


def test_a_refusal_of_the_place_turns_the_subscription_off_and_says_so(post: Post) -> None:
    order = a_subscription()
    post.opens(order)
    post.opens(order, "2026-11-23")
    post.deliverer.fails(RefusedError("the channel is gone", turns_off=True))
    post.drains()
    assert post.states == ["dead", "dead"]
    assert post.storage.subscriptions.subscriptions() == [replace(order, off="the channel is gone")]
    assert post.notices == ["order: the channel is gone"]
    assert post.receiver.messages == []


def test_a_notice_that_fails_harms_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(delivery: Delivery, reason: str) -> None:
        raise LaterError(f"{delivery.subscription}: {reason}")

    monkeypatch.setattr(post, "notice", fails)
    post.opens(a_subscription("a"))
    post.opens(a_subscription("b"))
    post.deliverer.fails(RefusedError("the channel is gone", turns_off=True))
    post.drains()
    assert sorted(post.states) == ["dead", "sent"]


def test_a_bug_of_a_deliverer_counts_as_not_knowing(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.loses_answer(KeyError("id"))
    post.drains()
    assert (post.states, post.only.error) == (["pending"], "unexpected failure: KeyError")
    post.clock.advance(timedelta(seconds=2))
    post.drains()
    assert (post.states, len(post.receiver.messages)) == (["sent"], 1)


def test_an_attempt_that_takes_too_long_is_cancelled_and_repeated(post: Post) -> None:
    post.opens(a_subscription())
    post.deliverer.holds()
    post.drains(Policy(patience=timedelta(milliseconds=20)))
    assert (post.states, post.only.error) == (["pending"], "sending took too long")
    post.deliverer.gate = None
    post.clock.advance(timedelta(seconds=2))
    post.drains()
    assert post.states == ["sent"]


def test_one_that_kills_every_sender_is_given_up(post: Post) -> None:
    post.opens(a_subscription())
    post.crashes_while_sending(arrived=False)
    for _ in range(2):
        post.clock.advance(USUAL.lease)
        post.takes_over_and_crashes(post.clock())
    post.clock.advance(USUAL.lease)
    post.drains(Policy(most_attempts=3))
    assert post.only.state is DeliveryState.IN_DOUBT
    assert post.only.error == "given up; it never ended"
    assert post.deliverer.attempts == []


def test_one_that_always_fails_is_given_up(post: Post) -> None:
    policy = Policy(most_attempts=3)
    post.opens(a_subscription())
    post.deliverer.fails(*[BUSY] * 3)
    for _ in range(4):
        post.drains(policy)
        post.clock.advance(PAUSE)
    assert (post.only.state, post.only.error) == (DeliveryState.DEAD, "given up; come back later")
    assert len(post.deliverer.attempts) == 3


def test_digests_of_yesterday_are_not_sent_in_a_burst(post: Post) -> None:
    for n in range(3):
        post.opens(a_subscription(f"old{n}"))
    post.clock.advance(timedelta(hours=25))
    post.opens(a_subscription("new"), "2026-11-23")
    post.drains()
    assert post.receiver.texts == ["new 2026-11-23 0"]
    assert post.states == ["dead"] * 3 + ["sent"]


def test_what_people_read_is_not_kept_for_ever(post: Post) -> None:
    post.opens(a_subscription())
    for days in (0, 14, 1):
        post.clock.advance(timedelta(days=days))
        assert len(post.storage.outbox.deliveries()) == 1
        post.drains()
    assert post.storage.outbox.deliveries() == []
    assert post.storage.subscriptions.has_run("order", "2026-11-22")


def test_a_sender_that_slept_through_its_lease_does_not_send_what_it_had(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after SIGSTOP: what it claimed may be another's by now, so it must be taken over anew."""
    post.opens(a_subscription())
    claim = post.storage.outbox.claim

    def slow(**details: object) -> object:
        claimed = claim(**details)  # type: ignore[arg-type]
        if claimed:
            post.clock.advance(USUAL.lease)
        return claimed

    monkeypatch.setattr(post.storage.outbox, "claim", slow)
    post.drains()
    assert (post.only.attempts, len(post.deliverer.attempts)) == (2, 1)
    assert post.states == ["sent"]


def test_it_stops_when_the_sends_in_progress_are_done(post: Post) -> None:
    for n in range(5):
        post.opens(a_subscription(str(n)))
    gate = post.deliverer.holds()

    async def scenario() -> None:
        dispatcher = post.dispatcher(Policy(concurrent=2))
        running = asyncio.create_task(dispatcher.run())
        await post.deliverer.waiting.wait()
        dispatcher.stop()
        gate.set()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert sorted(post.states) == ["pending"] * 3 + ["sent"] * 2


def test_it_is_woken_by_new_work_and_by_due_times(post: Post) -> None:
    async def scenario() -> None:
        dispatcher = post.dispatcher(Policy(look=timedelta(minutes=1)))
        running = asyncio.create_task(dispatcher.run())
        await asyncio.sleep(0)
        await asyncio.to_thread(post.opens, a_subscription())
        dispatcher.wake()
        await asyncio.wait_for(post.deliverer.waiting.wait(), 5)
        dispatcher.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert post.states == ["sent"]


def test_it_outlives_a_database_that_cannot_be_used(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.opens(a_subscription())
    claim, failures = post.storage.outbox.claim, [StorageError("full"), StorageError("full")]

    def sometimes(**details: object) -> object:
        if failures:
            raise failures.pop()
        return claim(**details)  # type: ignore[arg-type]

    monkeypatch.setattr(post.storage.outbox, "claim", sometimes)

    async def scenario() -> None:
        dispatcher = post.dispatcher()
        running = asyncio.create_task(dispatcher.run())
        await asyncio.wait_for(post.deliverer.waiting.wait(), 5)
        dispatcher.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert post.states == ["sent"]


def test_two_dispatchers_on_one_database_share_the_work(post: Post) -> None:
    for n in range(40):
        post.opens(a_subscription(f"{n:02}"), count=2)

    async def scenario() -> None:
        await asyncio.gather(*(post.dispatcher(Policy(concurrent=8)).drain() for _ in range(4)))

    asyncio.run(scenario())
    assert post.states == ["sent"] * 80
    assert len(post.deliverer.attempts) == 80
    assert post.receiver.doubled == []


def test_parts_that_arrive_together_are_recorded_together(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(40):
        post.opens(a_subscription(f"{n:02}"))
    sent, commits = post.storage.outbox.sent, list[int]()

    def counted(receipts: Mapping[str, Receipt]) -> None:
        commits.append(len(receipts))
        sent(receipts)

    monkeypatch.setattr(post.storage.outbox, "sent", counted)

    post.drains(Policy(concurrent=40))

    assert post.states == ["sent"] * 40
    assert sum(commits) == 40
    assert len(commits) < 10


def test_arrivals_that_could_not_be_recorded_are_neither_lost_nor_doubled(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        post.opens(a_subscription(f"{n}"))
    with monkeypatch.context() as full:
        full.setattr(post.storage.outbox, "sent", fails)
        post.drains()
    assert post.states == ["sending"] * 3

    post.clock.advance(USUAL.lease)
    post.drains()

    assert post.states == ["sent"] * 3
    assert post.receiver.doubled == []
    assert len(post.receiver.messages) == 3


def fails(_: object) -> None:
    raise StorageError("the disk is full")
