from __future__ import annotations

from datetime import datetime, timedelta

from core.digests import Delivered, Digest, Period, RankedItem, Reason, Section
from core.items import Item, ItemKey
from storage.opening import Storage
from tests.fakes import NOON, an_item

WEEK = timedelta(days=7)
FIRST = an_item("arxiv/1", version="1")
SECOND = an_item("github/o/r")


def digest(
    name: str,
    *items: Item,
    subscription: str = "profile:ann",
    made_at: datetime = NOON,
    sample: bool = False,
) -> Digest:
    picks = tuple(RankedItem.of(item, [Reason(text="new", weight=1.0)]) for item in items)
    return Digest(
        id=name,
        subscription=subscription,
        period=Period(start=made_at - WEEK, end=made_at),
        made_at=made_at,
        zone="UTC",
        interests=("graphs",),
        sections=(Section(kind="papers", title="Papers", items=picks),),
        health=(),
        considered=len(items),
        sample=sample,
    )


def test_picks_are_remembered_with_their_version(storage: Storage) -> None:
    storage.store.save_digest(digest("d1", FIRST, SECOND))
    assert storage.store.delivered("profile:ann") == {
        FIRST.key: Delivered(digest="d1", version="1", at=NOON),
        SECOND.key: Delivered(digest="d1", version="", at=NOON),
    }


def test_a_digest_of_its_own_is_left_out(storage: Storage) -> None:
    storage.store.save_digest(digest("d1", FIRST))
    storage.store.save_digest(digest("d2", SECOND))
    assert set(storage.store.delivered("profile:ann", other_than="d2")) == {FIRST.key}


def test_subscriptions_do_not_mix(storage: Storage) -> None:
    storage.store.save_digest(digest("d1", FIRST))
    storage.store.save_digest(digest("d2", SECOND, subscription="profile:ben"))
    assert set(storage.store.delivered("profile:ben")) == {SECOND.key}
    assert storage.store.delivered("profile:cleo") == {}


def test_making_it_again_adds_picks_and_forgets_none(storage: Storage) -> None:
    storage.store.save_digest(digest("d1", FIRST))
    storage.store.save_digest(digest("d1", SECOND, made_at=NOON + WEEK))
    assert set(storage.store.delivered("profile:ann")) == {FIRST.key, SECOND.key}
    storage.store.save_digest(digest("d1"))
    assert set(storage.store.delivered("profile:ann")) == {FIRST.key, SECOND.key}


def test_an_update_is_remembered_with_the_digest_that_showed_it_last(storage: Storage) -> None:
    storage.store.save_digest(digest("new", an_item("arxiv/1", version="2"), made_at=NOON + WEEK))
    storage.store.save_digest(digest("old", FIRST))
    assert storage.store.delivered("profile:ann") == {
        FIRST.key: Delivered(digest="new", version="2", at=NOON + WEEK)
    }


def test_what_was_shown_is_remembered_though_it_is_not_in_the_archive(storage: Storage) -> None:
    storage.store.upsert([FIRST], now=NOON, sample=True)
    storage.store.save_digest(digest("d1", FIRST))
    storage.store.remove_sample()
    assert storage.store.count() == 0
    assert set(storage.store.delivered("profile:ann")) == {ItemKey("arxiv", "1")}


def test_a_digest_of_the_sample_day_goes_with_it(storage: Storage) -> None:
    storage.store.save_digest(digest("d1", FIRST, sample=True))
    storage.store.save_digest(digest("d2", SECOND))
    storage.store.remove_sample()
    assert set(storage.store.delivered("profile:ann")) == {SECOND.key}
