from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from core.deliveries import Delivery, DeliveryState, Receipt, Subscription
from core.digests import RankedItem, Section
from storage.opening import Storage
from storage.outbox import SqlOutbox
from tests.fakes import NOON, an_item
from tests.subscriptions import a_digest, a_run, a_subscription, some_parts

LEASE = timedelta(seconds=30)
SOON = NOON + timedelta(seconds=5)


@pytest.fixture
def outbox(storage: Storage) -> SqlOutbox:
    return storage.outbox


def opens(
    storage: Storage, subscription: Subscription, period: str = "2026-11-22", count: int = 1
) -> bool:
    """Save a subscription and open a run of it."""
    storage.subscriptions.save_subscription(subscription)
    return storage.outbox.open_run(
        subscription,
        a_run(period),
        a_digest(subscription.id, period),
        some_parts(subscription, period, count),
        now=NOON,
    )


def claims(outbox: SqlOutbox, owner: str = "me", limit: int = 10) -> Sequence[Delivery]:
    return outbox.claim(
        owner=owner, schemes=["fake"], now=NOON, lease_until=NOON + LEASE, limit=limit
    )


def arrives(outbox: SqlOutbox, key: str) -> None:
    outbox.sent({key: Receipt(remote_id=f"remote {key}", at=NOON)})


def keys(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.part.key for delivery in deliveries]


def states(outbox: SqlOutbox) -> dict[str, DeliveryState]:
    return {one.part.key: one.state for one in outbox.deliveries()}


def test_a_period_is_opened_once(storage: Storage) -> None:
    subscription = a_subscription()
    assert opens(storage, subscription)
    assert not opens(storage, subscription, count=3)
    assert keys(storage.outbox.deliveries()) == ["order:2026-11-22:0"]


def test_a_run_of_a_deleted_subscription_is_not_opened(outbox: SqlOutbox) -> None:
    subscription = a_subscription()
    assert not outbox.open_run(
        subscription, a_run(), a_digest(), some_parts(subscription), now=NOON
    )
    assert outbox.deliveries() == []


def test_the_picks_of_a_run_count_as_delivered(storage: Storage) -> None:
    subscription, item = a_subscription(), an_item()
    storage.subscriptions.save_subscription(subscription)
    pick = RankedItem.of(item, [])
    digest = a_digest(sections=(Section(kind="papers", title="Papers", items=(pick,)),))
    storage.outbox.open_run(subscription, a_run(), digest, (), now=NOON)
    assert list(storage.store.delivered("order")) == [item.key]


def test_a_run_is_recorded_whole_or_not_at_all(storage: Storage) -> None:
    subscription = a_subscription()
    storage.subscriptions.save_subscription(subscription)
    (part,) = some_parts(subscription)
    with pytest.raises(Exception, match="UNIQUE"):
        storage.outbox.open_run(subscription, a_run(), a_digest(), [part, part], now=NOON)
    assert not storage.subscriptions.has_run("order", "2026-11-22")
    with storage.database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM digest")) == 0


def test_a_claimed_part_is_offered_to_nobody_else(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription())
    (mine,) = claims(outbox)
    assert (mine.state, mine.attempts, mine.first_attempt) == (DeliveryState.SENDING, 1, NOON)
    assert claims(outbox, owner="other") == []


def test_parts_follow_one_another(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription(), count=3)
    for n in range(3):
        assert keys(claims(outbox)) == [f"order:2026-11-22:{n}"]
        arrives(outbox, f"order:2026-11-22:{n}")
    assert claims(outbox) == []


def test_runs_to_one_place_do_not_mix(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription("first", target="fake:room"), count=2)
    opens(storage, a_subscription("second", target="fake:room"), count=2)
    order = []
    while claimed := claims(outbox):
        order += keys(claimed)
        arrives(outbox, order[-1])
    assert order == [f"{name}:2026-11-22:{n}" for name in ("first", "second") for n in (0, 1)]


def test_runs_to_different_places_go_side_by_side(storage: Storage, outbox: SqlOutbox) -> None:
    for name in ("a", "b", "c"):
        opens(storage, a_subscription(name))
    assert len(claims(outbox, limit=2)) == 2
    assert len(claims(outbox)) == 1


def test_other_schemes_are_left_alone(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription(target="email:ann@example.org"))
    assert claims(outbox) == []
    assert outbox.next_due(schemes=["fake"]) is None
    assert outbox.next_due(schemes=["email"]) == NOON


def test_a_lease_that_has_run_out_is_taken_over(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription())
    claims(outbox, owner="crashed")
    taken = [
        outbox.stale(owner="me", schemes=["fake"], now=now, lease_until=NOON + 3 * LEASE, limit=5)
        for now in (NOON + LEASE / 2, NOON + LEASE, NOON + 2 * LEASE)
    ]
    assert [len(one) for one in taken] == [0, 1, 0]
    assert (taken[1][0].attempts, taken[1][0].first_attempt) == (2, NOON)


@pytest.mark.parametrize("back", [timedelta(minutes=2), timedelta(hours=1), timedelta(days=400)])
def test_what_was_opened_before_the_clock_was_set_back_is_due_at_once(
    storage: Storage, outbox: SqlOutbox, back: timedelta
) -> None:
    opens(storage, a_subscription(), count=2)
    now = NOON - back
    taken = outbox.claim(owner="me", schemes=["fake"], now=now, lease_until=now + LEASE, limit=5)
    assert keys(taken) == ["order:2026-11-22:0"]


def test_a_pause_that_ends_after_the_part_would_be_given_up_is_none(
    storage: Storage, outbox: SqlOutbox
) -> None:
    opens(storage, a_subscription())
    claim = partial(outbox.claim, owner="me", schemes=["fake"], limit=5)
    (one,) = claim(now=NOON, lease_until=NOON + LEASE)
    pause = timedelta(minutes=15)
    outbox.later(one.part.key, "busy", owner="me", not_before=NOON + pause, may_have_arrived=False)
    back = NOON - timedelta(days=400)
    assert len(claim(now=back, lease_until=back + LEASE)) == 1
    outbox.later(one.part.key, "busy", owner="me", not_before=back + pause, may_have_arrived=False)
    assert claim(now=back + LEASE, lease_until=back + 2 * LEASE) == []


def test_a_pause_of_the_new_time_is_kept_though_the_run_is_of_the_old(
    storage: Storage, outbox: SqlOutbox
) -> None:
    opens(storage, a_subscription())
    now, again = NOON - timedelta(hours=1), NOON - timedelta(minutes=59)
    claim = partial(outbox.claim, owner="me", schemes=["fake"], limit=5)
    (one,) = claim(now=now, lease_until=now + LEASE)
    outbox.later(one.part.key, "busy", owner="me", not_before=again, may_have_arrived=False)
    assert claim(now=now + LEASE, lease_until=now + 2 * LEASE) == []
    assert len(claim(now=again, lease_until=again + LEASE)) == 1


@pytest.mark.parametrize(
    ("back", "taken_over"),
    [
        (timedelta(hours=1), 1),
        (timedelta(days=30), 1),
        (timedelta(seconds=10), 1),
        (timedelta(seconds=1), 0),
        (timedelta(0), 0),
    ],
)
def test_a_lease_that_could_not_be_taken_now_has_run_out(
    storage: Storage, outbox: SqlOutbox, back: timedelta, taken_over: int
) -> None:
    opens(storage, a_subscription())
    claims(outbox, owner="crashed")
    now = NOON - back
    taken = outbox.stale(owner="me", schemes=["fake"], now=now, lease_until=now + LEASE, limit=5)
    assert len(taken) == taken_over


def test_who_lost_the_lease_can_only_say_that_it_arrived(
    storage: Storage, outbox: SqlOutbox
) -> None:
    opens(storage, a_subscription())
    (part,) = claims(outbox, owner="slow")
    key, until = part.part.key, NOON + 3 * LEASE
    outbox.stale(owner="me", schemes=["fake"], now=NOON + LEASE, lease_until=until, limit=5)
    outbox.later(key, "late", owner="slow", not_before=NOON, may_have_arrived=False)
    outbox.settle(key, DeliveryState.DEAD, "late", owner="slow")
    assert states(outbox) == {key: DeliveryState.SENDING}
    arrives(outbox, key)
    outbox.settle(key, DeliveryState.DEAD, "refused", owner="me")
    assert states(outbox) == {key: DeliveryState.SENT}


def test_a_first_receipt_stays(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription())
    claims(outbox)
    outbox.sent({"order:2026-11-22:0": Receipt(remote_id="one", at=NOON)})
    outbox.sent({"order:2026-11-22:0": Receipt(remote_id="two", at=NOON)})
    assert outbox.deliveries()[0].remote_id == "one"


@pytest.mark.parametrize("unsure", [True, False])
def test_the_first_attempt_is_kept_while_it_may_have_arrived(
    storage: Storage, outbox: SqlOutbox, unsure: bool
) -> None:
    opens(storage, a_subscription())
    (claimed,) = claims(outbox)
    outbox.later(
        claimed.part.key, "no answer", owner="me", not_before=SOON, may_have_arrived=unsure
    )
    assert claims(outbox) == []
    assert outbox.next_due(schemes=["fake"]) == SOON
    (again,) = outbox.claim(
        owner="me", schemes=["fake"], now=SOON, lease_until=SOON + LEASE, limit=1
    )
    assert again.first_attempt == (NOON if unsure else SOON)
    assert (again.attempts, again.error) == (2, "no answer")


def test_with_a_dead_part_the_rest_of_its_run_is_dead(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription(), count=3)
    opens(storage, a_subscription(), "2026-11-23")
    outbox.settle(claims(outbox)[0].part.key, DeliveryState.DEAD, "refused", owner="me")
    dead = outbox.deliveries(states=[DeliveryState.DEAD])
    assert [one.error for one in dead] == ["part 1 of it did not arrive"] * 2 + ["refused"]
    assert keys(claims(outbox)) == ["order:2026-11-23:0"]


def test_after_a_doubtful_part_the_rest_of_its_run_waits(
    storage: Storage, outbox: SqlOutbox
) -> None:
    opens(storage, a_subscription(), count=2)
    outbox.settle(claims(outbox)[0].part.key, DeliveryState.IN_DOUBT, "who knows", owner="me")
    assert claims(outbox) == []
    assert outbox.next_due(schemes=["fake"]) is None
    assert outbox.decide("order:2026-11-22:0", arrived=True, now=NOON)
    assert keys(claims(outbox)) == ["order:2026-11-22:1"]


def test_what_did_not_arrive_is_sent_as_if_for_the_first_time(
    storage: Storage, outbox: SqlOutbox
) -> None:
    opens(storage, a_subscription())
    (claimed,) = claims(outbox)
    assert not outbox.decide(claimed.part.key, arrived=False, now=SOON)
    outbox.settle(claimed.part.key, DeliveryState.IN_DOUBT, "who knows", owner="me")
    assert outbox.decide(claimed.part.key, arrived=False, now=SOON)
    (again,) = outbox.claim(
        owner="me", schemes=["fake"], now=SOON, lease_until=SOON + LEASE, limit=1
    )
    assert again.first_attempt == SOON


def test_what_waits_too_long_is_given_up(storage: Storage, outbox: SqlOutbox) -> None:
    opens(storage, a_subscription("a"))
    opens(storage, a_subscription("b"))
    claims(outbox, limit=1)
    assert outbox.expire(schemes=["fake"], before=NOON, error="too late") == 0
    assert outbox.expire(schemes=["email"], before=SOON, error="too late") == 0
    assert outbox.expire(schemes=["fake"], before=SOON, error="too late") == 1
    assert states(outbox) == {
        "a:2026-11-22:0": DeliveryState.SENDING,
        "b:2026-11-22:0": DeliveryState.DEAD,
    }


def test_old_parts_are_forgotten_and_their_runs_are_not(storage: Storage) -> None:
    subscription, outbox = a_subscription(), storage.outbox
    opens(storage, subscription, "2026-11-22", count=2)
    opens(storage, a_subscription("sending"))
    claims(outbox)
    arrives(outbox, "order:2026-11-22:0")
    assert outbox.forget(before=NOON) == 0
    assert outbox.forget(before=SOON) == 2
    assert keys(outbox.deliveries()) == ["sending:2026-11-22:0"]
    assert storage.subscriptions.has_run("order", "2026-11-22")
    assert outbox.forget(before=SOON) == 0


def test_the_next_due_moment_counts_leases_too(storage: Storage, outbox: SqlOutbox) -> None:
    assert outbox.next_due(schemes=["fake"]) is None
    opens(storage, a_subscription())
    assert outbox.next_due(schemes=["fake"]) == NOON
    claims(outbox)
    assert outbox.next_due(schemes=["fake"]) == NOON + LEASE


def test_deliveries_are_found_by_state_and_target_latest_first(
    storage: Storage, outbox: SqlOutbox
) -> None:
    opens(storage, a_subscription("a"), count=2)
    opens(storage, a_subscription("b"))
    arrives(outbox, claims(outbox, limit=1)[0].part.key)
    assert keys(outbox.deliveries()) == ["b:2026-11-22:0", "a:2026-11-22:1", "a:2026-11-22:0"]
    assert keys(outbox.deliveries(target="fake:room:a", limit=1)) == ["a:2026-11-22:1"]
    (sent,) = outbox.deliveries(states=[DeliveryState.SENT])
    assert (sent.remote_id, sent.subscription, sent.period) == (
        "remote a:2026-11-22:0",
        "a",
        "2026-11-22",
    )


def test_what_is_recorded_waits_for_the_disk_and_nothing_else_does(storage: Storage) -> None:
    """SQLite's numbers: 2 is FULL, 1 is NORMAL; both use the one connection that writes."""
    with storage.database.writing(durable=True) as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2
    with storage.database.writing() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 1
