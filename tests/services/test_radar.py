"""The radar over a real archive: what moved is told once, who saved is reminded in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.errors import UsageError
from core.items import Deadline, Item, ItemKind
from core.people import Feedback, Profile, Verdict
from services.radar import MOVED, Ahead, DeadlineFilter, Radar
from storage import open_storage
from storage.opening import Storage
from tests.fakes import NOON, an_item

DAY = timedelta(days=1)
ALL = DeadlineFilter()


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as opened:
        yield opened


@pytest.fixture
def radar(storage: Storage) -> Radar:
    return Radar(store=storage.store, moves=storage.moves)


def due(days: float, label: str = "Paper", kind: str = "paper") -> Deadline:
    return Deadline(label=label, at=NOON + timedelta(days=days), kind=kind)


def a_conference(days: float, key: str = "ai-deadlines/icxr27", **more: object) -> Item:
    item = an_item(
        f"conferences/{key}",
        kind=ItemKind.CONFERENCE,
        title="ICXR 2027",
        deadlines=(due(days),),
        facets={"edition": "icxr-2027"},
    )
    return replace(item, **more)  # type: ignore[arg-type]


def contest(days: float) -> Item:
    return an_item(
        "kaggle/competition/x",
        kind=ItemKind.COMPETITION,
        title="A contest",
        deadlines=(Deadline(label="final submission", at=NOON + timedelta(days=days)),),
    )


class TestMoves:
    def store(self, storage: Storage, item: Item, day: int) -> datetime:
        now = NOON + day * DAY
        storage.store.upsert([item], now=now)
        return now

    def told(self, radar: Radar) -> list[tuple[str, datetime]]:
        found = radar.moved(since=NOON - DAY, until=NOON + 50 * DAY)
        return [(str(one.item.key), one.move.times[1]) for one in found]

    def test_a_move_is_told_once_with_both_dates(self, storage: Storage, radar: Radar) -> None:
        for day, days in ((0, 20), (1, 27), (2, 27)):
            self.store(storage, a_conference(days), day)
        [one] = radar.moved(since=NOON, until=NOON + 9 * DAY)
        assert one.move.times == (NOON + 20 * DAY, NOON + 27 * DAY)
        assert radar.moved(since=NOON + 2 * DAY, until=NOON + 9 * DAY) == []

    def test_two_lists_with_one_new_date_tell_it_once(self, storage: Storage, radar: Radar) -> None:
        for day, days in ((0, 20), (1, 27)):
            self.store(storage, a_conference(days), day)
            self.store(storage, a_conference(days, "ccfddl/icxr2027"), day + 2)
        assert self.told(radar) == [("conferences/ai-deadlines/icxr27", NOON + 27 * DAY)]

    def test_a_date_that_goes_back_is_told_again(self, storage: Storage, radar: Radar) -> None:
        for day, days in enumerate((20, 27, 20, 27)):
            self.store(storage, a_conference(days), day)
        assert [at for _, at in self.told(radar)] == [NOON + n * DAY for n in (27, 20, 27)]

    def test_a_competition_is_no_edition(self, storage: Storage, radar: Radar) -> None:
        self.store(storage, contest(20), 0)
        self.store(storage, contest(30), 1)
        assert self.told(radar) == [("kaggle/competition/x", NOON + 30 * DAY)]

    def test_a_sample_item_tells_nothing(self, storage: Storage, radar: Radar) -> None:
        storage.store.upsert([contest(20)], now=NOON, sample=True)
        storage.store.upsert([contest(30)], now=NOON, sample=True)
        assert self.told(radar) == []

    def test_an_offer_that_left_its_list_and_came_back_is_new(
        self, storage: Storage, radar: Radar
    ) -> None:
        offer = an_item("offers/llm-api/acme/m", kind=ItemKind.OFFER, prices={"input_mtok": 3.0})
        storage.store.upsert([offer], now=NOON)
        assert storage.store.withdraw_prices("offers", "llm-api/acme/", frozenset()) == 1
        assert storage.store.withdraw_prices("offers", "llm-api/acme/", frozenset()) == 0
        storage.store.upsert([replace(offer, prices={"input_mtok": 1.0})], now=NOON)
        assert self.told(radar) == []
        kept = storage.store.item(offer.key)
        assert kept is not None
        assert kept.prices == {"input_mtok": 1.0}

    def test_an_offer_that_came_back_as_it_was_has_its_price_again(self, storage: Storage) -> None:
        offer = an_item("offers/llm-api/acme/m", kind=ItemKind.OFFER, prices={"input_mtok": 3.0})
        storage.store.upsert([offer], now=NOON)
        storage.store.withdraw_prices("offers", "llm-api/acme/", frozenset({"llm-api/acme/n"}))
        storage.store.upsert([offer], now=NOON)
        assert storage.store.item(offer.key) == offer

    def test_old_moves_are_forgotten(self, storage: Storage, radar: Radar) -> None:
        self.store(storage, contest(20), 0)
        self.store(storage, contest(30), 1)
        assert storage.moves.forget_before(NOON) == 0
        assert storage.moves.forget_before(NOON + 2 * DAY) == 1
        assert self.told(radar) == []


class TestAhead:
    def shown(self, radar: Radar, wanted: DeadlineFilter = ALL) -> list[Ahead]:
        return list(radar.ahead(wanted, NOON))

    def test_soonest_first_and_each_edition_once(self, storage: Storage, radar: Radar) -> None:
        items = [contest(9), a_conference(5), a_conference(5, "ccfddl/icxr2027")]
        storage.store.upsert(items, now=NOON)
        assert [str(one.item.key) for one in self.shown(radar)] == [
            "conferences/ai-deadlines/icxr27",
            "kaggle/competition/x",
        ]

    def test_what_moved_and_what_the_lists_disagree_on_is_named(
        self, storage: Storage, radar: Radar
    ) -> None:
        storage.store.upsert([a_conference(5)], now=NOON - 3 * DAY)
        both = [a_conference(8), a_conference(5, "ccfddl/icxr2027")]
        storage.store.upsert(both, now=NOON - 2 * DAY)
        [one] = self.shown(radar)
        assert one.notes == (
            "extended: it was 27 Nov 2026 12:00 UTC",
            (
                "the lists disagree on the paper deadline: "
                "30 Nov 12:00 UTC (ai-deadlines), 27 Nov 12:00 UTC (ccfddl)"
            ),
        )

    def test_a_notification_is_not_among_them(self, storage: Storage, radar: Radar) -> None:
        answer = due(3, "Notification", "notification")
        storage.store.upsert([a_conference(9, deadlines=(due(-2), answer))], now=NOON)
        assert self.shown(radar) == []

    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (DeadlineFilter(kinds=(ItemKind.COMPETITION,)), 1),
            (DeadlineFilter(sources=("conferences",)), 1),
            (DeadlineFilter(days=7), 1),
            (DeadlineFilter(about="icxr"), 1),
            (DeadlineFilter(about="icxr contest"), 0),
        ],
    )
    def test_filters(
        self, storage: Storage, radar: Radar, wanted: DeadlineFilter, count: int
    ) -> None:
        storage.store.upsert([contest(9), a_conference(5)], now=NOON)
        assert len(self.shown(radar, wanted)) == count

    def test_what_makes_no_sense_is_refused(self) -> None:
        with pytest.raises(UsageError, match="1 to 366 days"):
            DeadlineFilter(days=0)
        with pytest.raises(UsageError, match="40 characters"):
            DeadlineFilter(about="x" * 41)


class TestReminders:
    @pytest.fixture(autouse=True)
    def saved(self, storage: Storage) -> None:
        storage.store.save_profile(Profile(name="ann"))
        storage.store.save_profile(Profile(name="bob"))
        storage.store.upsert([contest(10)], now=NOON)
        said = Feedback(item=contest(10), verdict=Verdict.SAVE, at=NOON)
        storage.store.add_feedback("ann", said)

    def sent(self, radar: Radar, days: float) -> list[tuple[str, str]]:
        """Who is told of what at a time; it is marked as told."""
        now = NOON + timedelta(days=days)
        found = list(radar.reminders(now))
        for one in found:
            radar.mark(one, now)
        return [(one.owner, one.stage) for one in found]

    def test_seven_days_and_one_day_before_once_each(self, radar: Radar) -> None:
        days = (1, 2.9, 3, 3.1, 8.9, 9, 9.5, 10.1)
        assert [self.sent(radar, day) for day in days] == [
            [],
            [],
            [("ann", "7 days")],
            [],
            [],
            [("ann", "24 hours")],
            [],
            [],
        ]

    def test_what_is_not_marked_comes_again(self, radar: Radar) -> None:
        now = NOON + 4 * DAY
        assert len(list(radar.reminders(now))) == len(list(radar.reminders(now))) == 1

    def test_not_after_one_dismisses_reminders(self, radar: Radar) -> None:
        assert self.sent(radar, 4) == [("ann", "7 days")]
        radar.dismiss("ann", contest(10).key, NOON)
        assert self.sent(radar, 9.5) == []

    def test_not_of_what_one_knows(self, storage: Storage, radar: Radar) -> None:
        known = Feedback(item=contest(10), verdict=Verdict.KNOWN, at=NOON)
        storage.store.add_feedback("ann", known)
        assert self.sent(radar, 4) == []

    def test_a_deadline_that_moved_is_told_once_with_both_dates(
        self, storage: Storage, radar: Radar
    ) -> None:
        assert self.sent(radar, 4) == [("ann", "7 days")]
        storage.store.upsert([contest(20)], now=NOON + 5 * DAY)
        [one] = radar.reminders(NOON + 5.1 * DAY)
        assert one.move is not None
        assert one.move.times == (NOON + 10 * DAY, NOON + 20 * DAY)
        assert self.sent(radar, 5.1) == [("ann", MOVED)]
        assert self.sent(radar, 5.2) == []
        assert self.sent(radar, 13.5) == [("ann", "7 days")]  # of the new date
