from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from core import due as schedule
from core.deliveries import Cadence, Schedule, Subscription
from core.errors import UsageError
from services.subscriptions import MOST_EACH, Actor, Subscriptions
from storage.opening import Storage
from tests.fakes import NOON, FakeClock
from tests.subscriptions import DAILY, a_digest, a_run, a_subscription

ANN = Actor(person="discord:1", targets=frozenset({"discord:dm:1"}))
BOB = Actor(person="discord:2", targets=frozenset({"discord:dm:2"}))
MANAGER = Actor(person="discord:3", targets=frozenset({"discord:dm:3", "discord:channel:7"}))
WEEKLY = Schedule(cadence=Cadence.WEEKLY, weekday=0, at=time(9), zone="Europe/Berlin")


@pytest.fixture
def service(storage: Storage, clock: FakeClock) -> Subscriptions:
    return Subscriptions(
        store=storage.subscriptions,
        clock=clock,
        sources=["arxiv", "github", "feed:lab"],
    )


def subscribes(service: Subscriptions, by: Actor = ANN, **changes: Any) -> Subscription:
    values: dict[str, Any] = {"profile": by.person, "target": min(by.targets), "schedule": DAILY}
    return service.create(service.draft(by, **values | changes))


def test_a_subscription_is_made_and_comes_at_its_next_time(service: Subscriptions) -> None:
    made = subscribes(service, target="discord:dm:1", sources=["arxiv"], minutes=15)
    assert service.list(ANN) == (made,)
    assert (made.owner, made.created_at, made.sources) == ("discord:1", NOON, ("arxiv",))
    assert service.next_run(made) == NOON + timedelta(hours=20)


def test_every_subscription_has_its_own_id(service: Subscriptions) -> None:
    ids = {subscribes(service, profile=f"p{n}").id for n in range(20)}
    assert len(ids) == 20


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"target": "discord:channel:7"}, "the Manage Server permission"),
        ({"target": "discord:dm:2"}, "your own direct messages"),
        ({"items": 0}, "1 to 50 items, not 0"),
        ({"items": 51}, "1 to 50 items, not 51"),
        ({"items": None}, "how many items or how many minutes"),
        ({"minutes": 0.0}, "1 to 240 minutes to read, not 0"),
        ({"minutes": float("nan")}, "not nan"),
        ({"sources": ["arxif"]}, "Did you mean arxiv"),
        ({"sources": ["zzz"]}, "Sources: arxiv, github, feed:lab"),
        ({"schedule": replace(DAILY, zone="Berlin")}, "not an IANA time zone"),
        ({"schedule": replace(DAILY, quiet=(time(8), time(8)))}, "leave no time"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    service: Subscriptions, changes: dict[str, Any], line: str
) -> None:
    with pytest.raises(UsageError, match=line) as refusal:
        subscribes(service, **changes)
    assert "\n" not in str(refusal.value)
    assert service.list(ANN) == ()


def test_the_same_subscription_is_not_made_twice(service: Subscriptions) -> None:
    subscribes(service, sources=["arxiv", "github"])
    subscribes(service, sources=["arxiv"])
    with pytest.raises(UsageError, match="Change that one instead"):
        subscribes(service, sources=["github", "arxiv"])


def test_there_is_an_end_to_the_number_of_subscriptions(service: Subscriptions) -> None:
    for n in range(MOST_EACH):
        subscribes(service, profile=f"p{n}")
    with pytest.raises(UsageError, match="Delete one first"):
        subscribes(service, profile="one more")


def test_strangers_find_nothing(service: Subscriptions) -> None:
    """The same line for what is somebody else's and for what is not there."""
    id_ = subscribes(service).id
    attempts: tuple[Callable[[str], object], ...] = (
        lambda id_: service.get(id_, by=BOB),
        lambda id_: service.pause(id_, by=BOB, until=NOON + timedelta(days=1)),
        lambda id_: service.resume(id_, by=BOB),
        lambda id_: service.delete(id_, by=BOB),
        lambda id_: service.edit(a_subscription(id_, owner="discord:2"), by=BOB),
    )
    for attempt in attempts:
        for name in (id_, "unknown"):
            with pytest.raises(UsageError, match="have no such subscription"):
                attempt(name)
    assert service.list(BOB) == ()
    assert len(service.list(ANN)) == 1


def test_a_manager_has_a_hand_in_what_goes_to_their_channels(service: Subscriptions) -> None:
    other = Actor(person="discord:4", targets=frozenset({"discord:channel:7"}))
    theirs = subscribes(service, other)
    subscribes(service, ANN)
    assert service.list(MANAGER) == (theirs,)
    changed = service.edit(replace(theirs, items=3), by=MANAGER)
    assert (changed.owner, changed.items) == ("discord:4", 3)
    service.delete(theirs.id, by=MANAGER)
    assert service.list(other) == ()


def test_who_manages_no_more_can_stop_but_not_go_on(service: Subscriptions) -> None:
    theirs = subscribes(service, MANAGER, target="discord:channel:7")
    former = Actor(person=MANAGER.person)
    with pytest.raises(UsageError, match="Manage Server"):
        service.edit(replace(theirs, items=3), by=former)
    with pytest.raises(UsageError, match="Manage Server"):
        service.resume(theirs.id, by=former)
    service.pause(theirs.id, by=former, until=NOON + timedelta(days=1))
    service.delete(theirs.id, by=former)
    assert service.list(MANAGER) == ()


def test_an_edit_changes_what_may_be_changed_and_nothing_else(
    service: Subscriptions, clock: FakeClock
) -> None:
    made = subscribes(service)
    clock.advance(timedelta(days=3))
    wanted = replace(
        made,
        profile="discord:1/news",
        items=4,
        sources=("github",),
        owner="discord:2",
        target="discord:channel:7",
        created_at=NOON - timedelta(days=9),
        off="no",
        paused_until=NOON,
    )
    changed = service.edit(wanted, by=ANN)
    assert changed == replace(made, profile="discord:1/news", items=4, sources=("github",))
    assert service.get(made.id, by=ANN) == changed


def test_a_new_schedule_owes_nothing_from_before(
    service: Subscriptions, storage: Storage, clock: FakeClock
) -> None:
    made = subscribes(service)
    clock.advance(timedelta(days=10))
    changed = service.edit(replace(made, schedule=WEEKLY), by=ANN)
    last = storage.subscriptions.last_period(made.id)
    assert schedule.due_run(changed, last, clock()) is None
    assert service.next_run(changed) == NOON.replace(month=12, day=7, hour=8)


def test_a_pause_skips_what_falls_due_meanwhile(service: Subscriptions, clock: FakeClock) -> None:
    made = subscribes(service)
    paused = service.pause(made.id, by=ANN, until=NOON + timedelta(days=3))
    assert service.next_run(paused) == NOON + timedelta(days=3, hours=20)
    clock.advance(timedelta(days=3))
    assert schedule.due_run(paused, "", clock()) is None


def test_who_resumes_early_gets_the_next_one_and_no_catch_up(
    service: Subscriptions, clock: FakeClock
) -> None:
    made = subscribes(service)
    service.pause(made.id, by=ANN, until=NOON + timedelta(days=30))
    clock.advance(timedelta(days=5))
    resumed = service.resume(made.id, by=ANN)
    assert schedule.due_run(resumed, "", clock()) is None
    assert service.next_run(resumed) == clock() + timedelta(hours=20)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_pause_ends_ahead_and_within_a_year(service: Subscriptions, days: int) -> None:
    made = subscribes(service)
    with pytest.raises(UsageError, match="within a year"):
        service.pause(made.id, by=ANN, until=NOON + timedelta(days=days))


def test_what_was_turned_off_comes_again_after_a_resume(
    service: Subscriptions, storage: Storage
) -> None:
    made = subscribes(service)
    storage.subscriptions.turn_off(made.id, "the channel is gone")
    off = service.get(made.id, by=ANN)
    assert (off.off, service.next_run(off)) == ("the channel is gone", None)
    resumed = service.resume(made.id, by=ANN)
    assert resumed.off == ""
    assert service.next_run(resumed) == NOON + timedelta(hours=20)


def test_the_next_run_comes_after_the_last_one(service: Subscriptions, storage: Storage) -> None:
    made = subscribes(service)
    due, digest = a_run("2026-11-23"), a_digest(made.id, "2026-11-23")
    storage.outbox.open_run(made, due, digest, (), now=NOON)
    assert service.next_run(made) == NOON + timedelta(days=1, hours=20)


def test_mail_can_be_changed_and_paused_but_not_turned_on_without_its_letter(
    service: Subscriptions, storage: Storage
) -> None:
    mail = a_subscription(
        "mail", owner=ANN.person, profile=ANN.person, target="email:ann@example.org"
    )
    storage.subscriptions.save_subscription(mail)
    assert service.edit(replace(mail, items=3), by=ANN).items == 3
    service.pause(mail.id, by=ANN, until=NOON + timedelta(days=3))
    assert service.resume(mail.id, by=ANN).off == ""
    storage.subscriptions.turn_off(mail.id, "unsubscribed")
    with pytest.raises(UsageError, match="/email set"):
        service.resume(mail.id, by=ANN)
    with pytest.raises(UsageError, match="no such subscription"):
        service.edit(mail, by=BOB)
    with pytest.raises(UsageError, match="/email set"):
        subscribes(service, target="email:ann@example.org")
