from __future__ import annotations

from datetime import time, timedelta

from core.deliveries import Cadence, DeliveryState, Schedule
from storage.opening import Storage
from tests.fakes import NOON
from tests.subscriptions import a_digest, a_run, a_subscription, some_parts

FULL = a_subscription(
    schedule=Schedule(
        cadence=Cadence.WEEKLY,
        weekday=4,
        at=time(23, 30),
        zone="Asia/Kathmandu",
        quiet=(time(22), time(7, 15)),
    ),
    items=None,
    minutes=12.5,
    sources=("arxiv", "feed:lab"),
    paused_until=NOON + timedelta(microseconds=7),
    off="the channel is gone",
)


def test_a_subscription_comes_back_as_it_was_saved(storage: Storage) -> None:
    for order in (FULL, a_subscription("plain")):
        storage.subscriptions.save_subscription(order)
        assert storage.subscriptions.subscription(order.id) == order
    assert storage.subscriptions.subscription("unknown") is None


def test_saving_again_replaces_and_keeps_the_runs(storage: Storage) -> None:
    orders, order = storage.subscriptions, a_subscription()
    orders.save_subscription(order)
    storage.outbox.open_run(order, a_run(), a_digest(), some_parts(order), now=NOON)
    orders.save_subscription(FULL)
    assert orders.subscriptions() == [FULL]
    assert orders.has_run("order", "2026-11-22")
    assert len(storage.outbox.deliveries()) == 1


def test_subscriptions_are_found_by_owner_and_target_oldest_first(storage: Storage) -> None:
    old = a_subscription("old", target="fake:room")
    new = a_subscription("new", target="fake:room", created_at=NOON)
    other = a_subscription("other", owner="fake:bob")
    for order in (new, other, old):
        storage.subscriptions.save_subscription(order)
    assert storage.subscriptions.subscriptions(target="fake:room") == [old, new]
    assert storage.subscriptions.subscriptions(owner="fake:bob") == [other]
    assert len(storage.subscriptions.subscriptions()) == 3
    assert storage.subscriptions.subscriptions_within("fake:bob", ["fake:room"]) == [
        old,
        other,
        new,
    ]
    assert storage.subscriptions.subscriptions_within("fake:bob", []) == [other]
    assert storage.subscriptions.subscriptions_within("fake:eve", ["fake:hall"]) == []


def test_with_a_subscription_goes_all_that_was_made_for_it(storage: Storage) -> None:
    order = a_subscription()
    storage.subscriptions.save_subscription(order)
    storage.outbox.open_run(order, a_run(), a_digest(), some_parts(order), now=NOON)
    assert storage.subscriptions.delete_subscription("order")
    assert not storage.subscriptions.delete_subscription("order")
    assert storage.outbox.deliveries() == []
    with storage.database.reading() as connection:
        for table in ("subscription", "digest_run", "outbox", "digest", "pick"):
            assert not connection.exec_driver_sql(f"SELECT 1 FROM {table}").all()  # noqa: S608


def test_what_waits_for_one_that_is_turned_off_is_dropped(storage: Storage) -> None:
    for order in (a_subscription("on"), a_subscription("off")):
        storage.subscriptions.save_subscription(order)
        storage.outbox.open_run(order, a_run(), a_digest(order.id), some_parts(order), now=NOON)
    storage.subscriptions.turn_off("off", "the channel is gone")
    off, on = storage.subscriptions.subscriptions()
    assert (off.off, on.off) == ("the channel is gone", "")
    (dead,) = storage.outbox.deliveries(states=[DeliveryState.DEAD])
    assert (dead.subscription, dead.error) == ("off", "the channel is gone")


def test_the_last_period_is_that_of_the_last_scheduled_run(storage: Storage) -> None:
    orders = storage.subscriptions
    for order in (a_subscription("a"), a_subscription("b"), a_subscription("none")):
        orders.save_subscription(order)
    runs = [("a", "2026-W47"), ("a", "2026-11-23"), ("b", "2026-11-22"), ("a", "extra now")]
    for id_, period in runs:
        due = a_run(period, extra=period.startswith("extra"))
        storage.outbox.open_run(a_subscription(id_), due, a_digest(id_, period), (), now=NOON)
    assert orders.last_periods() == {"a": "2026-11-23", "b": "2026-11-22"}
    assert [orders.last_period(id_) for id_ in ("a", "b", "none")] == [
        "2026-11-23",
        "2026-11-22",
        "",
    ]
    assert orders.has_run("a", "extra now")
    assert not orders.has_run("b", "2026-11-23")


def test_all_are_read_some_at_a_time_in_the_same_order(storage: Storage) -> None:
    orders = [
        a_subscription(f"{n:04}", created_at=NOON + timedelta(seconds=n // 700))
        for n in range(1200)
    ]
    for order in reversed(orders):
        storage.subscriptions.save_subscription(order)
    assert list(storage.subscriptions.each()) == orders
