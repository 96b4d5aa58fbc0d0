from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from core.deliveries import Delivery, DeliveryState, Receipt, Subscription
from core.errors import CannotTellError, LaterError, RefusedError, StorageError
from delivery.dispatcher import Dispatcher
from delivery.policy import DEFAULT_POLICY, Policy, pause_after
from storage.opening import Storage
from tests.delivery.receiving import WINDOW, FakeDeliverer, Receiver
from tests.fakes import NOON, FakeClock
from tests.subscriptions import a_digest, a_run, a_subscription, some_parts

PAUSE = timedelta(minutes=15)
CUT = CannotTellError("the connection broke")
BUSY = LaterError("come back later")


@dataclass
class DispatcherEnvironment:
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

    def dispatcher(self, policy: Policy = DEFAULT_POLICY) -> Dispatcher:
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

    def drains(self, policy: Policy = DEFAULT_POLICY) -> None:
        asyncio.run(self.dispatcher(policy).drain())

    def crashes_while_sending(self, *, arrived: bool) -> None:
        """Claim as a process that dies with its request on the way."""
        (claimed,) = self.storage.outbox.claim(
            owner="crashed",
            schemes=["fake"],
            now=self.clock(),
            lease_until=self.clock() + DEFAULT_POLICY.lease,
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
            lease_until=until or now + DEFAULT_POLICY.lease,
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
def env(storage: Storage, clock: FakeClock) -> DispatcherEnvironment:
    receiver = Receiver(clock)
    return DispatcherEnvironment(storage, clock, receiver, FakeDeliverer(receiver, clock))


def test_what_is_due_is_sent_in_order_and_recorded(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription("a"), count=3)
    env.opens(a_subscription("b"))
    env.drains()
    assert [text for text in env.receiver.texts if text.startswith("a")] == [
        "a 2026-11-22 0",
        "a 2026-11-22 1",
        "a 2026-11-22 2",
    ]
    assert env.states == ["sent"] * 4
    assert {one.remote_id for one in env.storage.outbox.deliveries()} == {"1", "2", "3", "4"}


def test_nothing_is_sent_twice(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.drains()
    env.clock.advance(timedelta(days=1))
    env.drains()
    assert len(env.receiver.messages) == 1


def test_what_surely_failed_is_sent_again_after_growing_pauses(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.fails(BUSY, BUSY, BUSY)
    waits = []
    while env.states == ["pending"]:
        env.drains()
        waits.append((env.only.not_before or NOON) - env.clock())
        env.clock.advance(waits[-1])
    assert waits[:3] == [timedelta(seconds=s) for s in (2, 4, 8)]
    assert (len(env.receiver.messages), env.deliverer.asked) == (1, [])


def test_pauses_grow_no_longer_than_a_quarter_of_an_hour() -> None:
    assert [pause_after(n) for n in (9, 10, 11, 10_000)] == [
        timedelta(seconds=512),
        PAUSE,
        PAUSE,
        PAUSE,
    ]


def test_the_receiver_may_ask_for_a_longer_pause(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.fails(LaterError("slow down", not_before=NOON + timedelta(hours=1)))
    env.drains()
    assert env.only.not_before == NOON + timedelta(hours=1)


def test_after_a_lost_answer_the_same_key_goes_out_again(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.loses_answer(CUT)
    env.drains()
    assert env.states == ["pending"]
    env.clock.advance(timedelta(seconds=2))
    env.drains()
    assert env.states == ["sent"]
    assert (len(env.deliverer.attempts), len(env.receiver.messages)) == (2, 1)
    assert env.deliverer.asked == []


@pytest.mark.parametrize("arrived", [True, False])
def test_soon_after_a_crash_the_same_key_goes_out_again(
    env: DispatcherEnvironment, arrived: bool
) -> None:
    env.opens(a_subscription())
    env.crashes_while_sending(arrived=arrived)
    env.drains()
    assert env.deliverer.attempts == []
    env.clock.advance(DEFAULT_POLICY.lease)
    env.drains()
    assert (env.states, len(env.receiver.messages)) == (["sent"], 1)
    assert env.deliverer.asked == []


@pytest.mark.parametrize("arrived", [True, False])
def test_long_after_a_crash_the_receiver_is_asked_first(
    env: DispatcherEnvironment, arrived: bool
) -> None:
    env.opens(a_subscription())
    env.crashes_while_sending(arrived=arrived)
    env.clock.advance(WINDOW * 2)
    env.drains()
    assert env.deliverer.asked == ["order:2026-11-22:0"]
    assert len(env.deliverer.attempts) == (0 if arrived else 1)
    assert (env.states, len(env.receiver.messages)) == (["sent"], 1)


def test_a_failure_after_a_crash_does_not_hide_that_it_may_have_arrived(
    env: DispatcherEnvironment,
) -> None:
    env.opens(a_subscription())
    env.crashes_while_sending(arrived=True)
    env.clock.advance(DEFAULT_POLICY.lease)
    env.deliverer.fails(BUSY)
    env.drains()
    env.clock.advance(WINDOW * 2)
    env.drains()
    assert env.deliverer.asked == ["order:2026-11-22:0"]
    assert (env.states, len(env.receiver.messages)) == (["sent"], 1)


def test_a_clock_that_was_set_back_does_not_pass_for_a_recent_attempt(
    env: DispatcherEnvironment,
) -> None:
    env.opens(a_subscription())
    env.clock.advance(timedelta(hours=1))
    env.crashes_while_sending(arrived=True)
    env.takes_over_and_crashes(env.clock() + DEFAULT_POLICY.lease, until=NOON)
    env.clock.advance(timedelta(minutes=-30))
    env.drains()
    assert env.deliverer.asked == ["order:2026-11-22:0"]
    assert (env.states, len(env.receiver.messages)) == (["sent"], 1)


def test_what_cannot_be_told_is_held(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.has_no_history()
    env.crashes_while_sending(arrived=False)
    env.clock.advance(WINDOW * 2)
    env.drains()
    assert (env.only.state, env.only.error) == (DeliveryState.IN_DOUBT, "there is no history")
    env.clock.advance(timedelta(days=2))
    env.drains()
    assert env.receiver.messages == []


def test_what_cannot_be_told_is_sent_again_where_that_is_wanted(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.has_no_history()
    env.crashes_while_sending(arrived=True)
    env.clock.advance(WINDOW * 2)
    env.drains(Policy(resend_doubtful=True))
    assert (env.states, len(env.receiver.messages)) == (["sent"], 2)


def test_a_receiver_that_cannot_be_asked_is_asked_later(env: DispatcherEnvironment) -> None:
    class Away(FakeDeliverer):
        async def reconcile(self, delivery: Delivery) -> None:
            self.asked.append(delivery.part.key)
            raise LaterError("not connected")

    env.deliverer = Away(env.receiver, env.clock)
    env.opens(a_subscription())
    env.crashes_while_sending(arrived=True)
    env.clock.advance(WINDOW * 2)
    env.drains()
    assert (env.states, env.deliverer.attempts) == (["pending"], [])
    assert env.only.first_attempt == NOON


def test_a_receiver_without_keys_is_always_asked(env: DispatcherEnvironment) -> None:
    env.deliverer.same_key_window = timedelta(0)
    env.opens(a_subscription())
    env.deliverer.loses_answer(CUT)
    env.drains()
    env.clock.advance(timedelta(seconds=2))
    env.drains()
    assert len(env.deliverer.asked) == 1
    assert (env.states, len(env.receiver.messages)) == (["sent"], 1)


def test_a_refusal_is_final(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription(), count=2)
    env.deliverer.fails(RefusedError("too long", turns_off=False))
    env.drains()
    assert env.states == ["dead", "dead"]
    assert (env.storage.subscriptions.subscriptions()[0].off, env.notices) == ("", [])


def test_a_refusal_of_the_place_turns_the_subscription_off_and_says_so(
    env: DispatcherEnvironment,
) -> None:
    order = a_subscription()
    env.opens(order)
    env.opens(order, "2026-11-23")
    env.deliverer.fails(RefusedError("the channel is gone", turns_off=True))
    env.drains()
    assert env.states == ["dead", "dead"]
    assert env.storage.subscriptions.subscriptions() == [replace(order, off="the channel is gone")]
    assert env.notices == ["order: the channel is gone"]
    assert env.receiver.messages == []


def test_a_notice_that_fails_harms_nothing(
    env: DispatcherEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(delivery: Delivery, reason: str) -> None:
        raise LaterError(f"{delivery.subscription}: {reason}")

    monkeypatch.setattr(env, "notice", fails)
    env.opens(a_subscription("a"))
    env.opens(a_subscription("b"))
    env.deliverer.fails(RefusedError("the channel is gone", turns_off=True))
    env.drains()
    assert sorted(env.states) == ["dead", "sent"]


def test_a_bug_of_a_deliverer_counts_as_not_knowing(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.loses_answer(KeyError("id"))
    env.drains()
    assert (env.states, env.only.error) == (["pending"], "unexpected failure: KeyError")
    env.clock.advance(timedelta(seconds=2))
    env.drains()
    assert (env.states, len(env.receiver.messages)) == (["sent"], 1)


def test_an_attempt_that_takes_too_long_is_cancelled_and_repeated(
    env: DispatcherEnvironment,
) -> None:
    env.opens(a_subscription())
    env.deliverer.holds()
    env.drains(Policy(attempt_timeout=timedelta(milliseconds=20)))
    assert (env.states, env.only.error) == (["pending"], "sending took too long")
    env.deliverer.gate = None
    env.clock.advance(timedelta(seconds=2))
    env.drains()
    assert env.states == ["sent"]


def test_one_that_kills_every_sender_is_given_up(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.crashes_while_sending(arrived=False)
    for _ in range(2):
        env.clock.advance(DEFAULT_POLICY.lease)
        env.takes_over_and_crashes(env.clock())
    env.clock.advance(DEFAULT_POLICY.lease)
    env.drains(Policy(max_attempts=3))
    assert env.only.state is DeliveryState.IN_DOUBT
    assert env.only.error == "given up; it never ended"
    assert env.deliverer.attempts == []


def test_one_that_always_fails_is_given_up(env: DispatcherEnvironment) -> None:
    policy = Policy(max_attempts=3)
    env.opens(a_subscription())
    env.deliverer.fails(*[BUSY] * 3)
    for _ in range(4):
        env.drains(policy)
        env.clock.advance(PAUSE)
    assert (env.only.state, env.only.error) == (DeliveryState.DEAD, "given up; come back later")
    assert len(env.deliverer.attempts) == 3


def test_digests_of_yesterday_are_not_sent_in_a_burst(env: DispatcherEnvironment) -> None:
    for n in range(3):
        env.opens(a_subscription(f"old{n}"))
    env.clock.advance(timedelta(hours=25))
    env.opens(a_subscription("new"), "2026-11-23")
    env.drains()
    assert env.receiver.texts == ["new 2026-11-23 0"]
    assert env.states == ["dead"] * 3 + ["sent"]


def test_what_people_read_is_not_kept_for_ever(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    for days in (0, 14, 1):
        env.clock.advance(timedelta(days=days))
        assert len(env.storage.outbox.deliveries()) == 1
        env.drains()
    assert env.storage.outbox.deliveries() == []
    assert env.storage.subscriptions.has_run("order", "2026-11-22")


def test_a_sender_that_slept_through_its_lease_does_not_send_what_it_had(
    env: DispatcherEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after SIGSTOP: what it claimed may be another's by now, so it must be taken over anew."""
    env.opens(a_subscription())
    claim = env.storage.outbox.claim

    def slow(**details: object) -> object:
        claimed = claim(**details)  # type: ignore[arg-type]
        if claimed:
            env.clock.advance(DEFAULT_POLICY.lease)
        return claimed

    monkeypatch.setattr(env.storage.outbox, "claim", slow)
    env.drains()
    assert (env.only.attempts, len(env.deliverer.attempts)) == (2, 1)
    assert env.states == ["sent"]


def test_it_stops_when_the_sends_in_progress_are_done(env: DispatcherEnvironment) -> None:
    for n in range(5):
        env.opens(a_subscription(str(n)))
    gate = env.deliverer.holds()

    async def scenario() -> None:
        dispatcher = env.dispatcher(Policy(max_concurrent=2))
        running = asyncio.create_task(dispatcher.run())
        await env.deliverer.waiting.wait()
        dispatcher.stop()
        gate.set()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert sorted(env.states) == ["pending"] * 3 + ["sent"] * 2


def test_it_is_woken_by_new_work_and_by_due_times(env: DispatcherEnvironment) -> None:
    async def scenario() -> None:
        dispatcher = env.dispatcher(Policy(poll_interval=timedelta(minutes=1)))
        running = asyncio.create_task(dispatcher.run())
        await asyncio.sleep(0)
        await asyncio.to_thread(env.opens, a_subscription())
        dispatcher.wake()
        await asyncio.wait_for(env.deliverer.waiting.wait(), 5)
        dispatcher.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert env.states == ["sent"]


def test_what_no_deliverer_is_ready_for_is_not_claimed(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription())
    env.deliverer.ready = False

    async def scenario() -> None:
        dispatcher = env.dispatcher()
        running = asyncio.create_task(dispatcher.run())
        for _ in range(5):
            dispatcher.wake()
            await asyncio.to_thread(env.storage.outbox.deliveries)
        assert (env.states, env.only.attempts) == (["pending"], 0)
        env.deliverer.ready = True
        await asyncio.wait_for(env.deliverer.waiting.wait(), 5)
        dispatcher.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert (env.states, env.only.attempts) == (["sent"], 1)


def test_what_waits_for_an_unready_deliverer_holds_up_no_other(env: DispatcherEnvironment) -> None:
    env.opens(a_subscription("here"))
    env.opens(a_subscription("away", target="other:room"))
    env.deliverer.ready = False
    other = FakeDeliverer(Receiver(env.clock), env.clock, scheme="other")
    dispatcher = env.dispatcher()
    dispatcher.deliverers = {"fake": env.deliverer, "other": other}
    asyncio.run(dispatcher.drain())
    assert env.states == ["pending", "sent"]


def test_it_outlives_a_database_that_cannot_be_used(
    env: DispatcherEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.opens(a_subscription())
    claim, failures = env.storage.outbox.claim, [StorageError("full"), StorageError("full")]

    def sometimes(**details: object) -> object:
        if failures:
            raise failures.pop()
        return claim(**details)  # type: ignore[arg-type]

    monkeypatch.setattr(env.storage.outbox, "claim", sometimes)

    async def scenario() -> None:
        dispatcher = env.dispatcher()
        running = asyncio.create_task(dispatcher.run())
        await asyncio.wait_for(env.deliverer.waiting.wait(), 5)
        dispatcher.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert env.states == ["sent"]


def test_two_dispatchers_on_one_database_share_the_work(env: DispatcherEnvironment) -> None:
    for n in range(40):
        env.opens(a_subscription(f"{n:02}"), count=2)

    async def scenario() -> None:
        await asyncio.gather(*(env.dispatcher(Policy(max_concurrent=8)).drain() for _ in range(4)))

    asyncio.run(scenario())
    assert env.states == ["sent"] * 80
    assert len(env.deliverer.attempts) == 80
    assert env.receiver.doubled == []


def test_parts_that_arrive_together_are_recorded_together(
    env: DispatcherEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(40):
        env.opens(a_subscription(f"{n:02}"))
    sent, commits = env.storage.outbox.sent, list[int]()

    def counted(receipts: Mapping[str, Receipt]) -> None:
        commits.append(len(receipts))
        sent(receipts)

    monkeypatch.setattr(env.storage.outbox, "sent", counted)

    env.drains(Policy(max_concurrent=40))

    assert env.states == ["sent"] * 40
    assert sum(commits) == 40
    assert len(commits) < 10


def test_arrivals_that_could_not_be_recorded_are_neither_lost_nor_doubled(
    env: DispatcherEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        env.opens(a_subscription(f"{n}"))
    with monkeypatch.context() as full:
        full.setattr(env.storage.outbox, "sent", fails)
        env.drains()
    assert env.states == ["sending"] * 3

    env.clock.advance(DEFAULT_POLICY.lease)
    env.drains()

    assert env.states == ["sent"] * 3
    assert env.receiver.doubled == []
    assert len(env.receiver.messages) == 3


def fails(_: object) -> None:
    raise StorageError("the disk is full")
