"""Entries of feeds from look to look: what is new is stored and dated, what is known stays one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.items import Item, ItemKind
from core.search import Filter
from core.sources import FetchReport, SourceStatus
from storage.opening import Storage
from tests.fakes import NOON, an_item

DAY = timedelta(days=1)
PAGE = "https://lab.example/p/1"


def post(name: str, *, ago: timedelta = DAY, **changes: object) -> Item:
    values = {"kind": ItemKind.ARTICLE, "title": name, "appeared_at": NOON - ago} | changes
    return an_item(f"feed:lab/{name}", **values)


def release(name: str, ago: timedelta, repository: str = "o/r") -> Item:
    key = f"github/{repository}/releases/tag/{name}"
    return an_item(key, kind=ItemKind.RELEASE, appeared_at=NOON - ago)


def look(storage: Storage, *items: Item, at: datetime = NOON) -> dict[str, datetime]:
    """Store what a look gave; return when the archive's items appeared, by title."""
    storage.store.upsert(items, now=at)
    if items:
        report = FetchReport(source=items[0].key.source, status=SourceStatus.OK)
        storage.store.record_fetch(report, now=at)
    return {item.title: item.appeared_at for item in storage.store.items(Filter())}


class TestLateEntries:
    def test_one_dated_before_the_last_look_is_one_of_now(self, storage: Storage) -> None:
        look(storage, post("old", ago=9 * DAY), post("new"))
        later = NOON + timedelta(hours=6)
        appeared = look(storage, post("late", ago=DAY), post("old", ago=9 * DAY), at=later)
        assert appeared == {"old": NOON - 9 * DAY, "new": NOON - DAY, "late": later}
        assert look(storage, post("late", ago=DAY), at=later + DAY)["late"] == later

    def test_one_dated_after_the_last_look_keeps_its_date(self, storage: Storage) -> None:
        look(storage, post("old", ago=9 * DAY))
        appeared = look(storage, post("new", ago=-DAY), at=NOON + 3 * DAY)
        assert appeared["new"] == NOON + DAY

    def test_what_is_older_than_all_that_is_known_of_a_feed_is_stored_as_old(
        self, storage: Storage
    ) -> None:
        look(storage, post("first", ago=7 * DAY))
        appeared = look(storage, post("before", ago=400 * DAY), at=NOON + DAY)
        assert appeared["before"] == NOON - 400 * DAY

    def test_of_the_last_days_it_is_late_even_if_nothing_older_is_known(
        self, storage: Storage
    ) -> None:
        nothing = FetchReport(source="feed:lab", status=SourceStatus.EMPTY)
        storage.store.record_fetch(nothing, now=NOON)
        later = NOON + timedelta(hours=6)
        appeared = look(storage, post("late", ago=2 * DAY), post("old", ago=8 * DAY), at=later)
        assert appeared == {"late": later, "old": NOON - 8 * DAY}
        assert look(storage, post("later", ago=5 * DAY), at=later + DAY)["later"] == later + DAY

    def test_after_a_feed_that_broke_off_what_is_older_was_perhaps_in_the_rest(
        self, storage: Storage
    ) -> None:
        storage.store.upsert([post("new", ago=DAY)], now=NOON)
        part = FetchReport(source="feed:lab", status=SourceStatus.PARTIAL, error="incomplete")
        storage.store.record_fetch(part, now=NOON)
        assert look(storage, post("old", ago=2 * DAY), at=NOON + DAY)["old"] == NOON - 2 * DAY

    def test_each_repository_has_its_own_list_of_releases(self, storage: Storage) -> None:
        look(storage, release("v1", 30 * DAY))
        appeared = look(storage, release("v2", DAY), release("v9", DAY, "other/new"), at=NOON + DAY)
        assert appeared["A study of o/r/releases/tag/v2"] == NOON + DAY
        assert appeared["A study of other/new/releases/tag/v9"] == NOON - DAY

    @pytest.mark.parametrize("kind", [ItemKind.QUESTION, ItemKind.DISCUSSION])
    def test_a_story_that_got_its_points_late_is_one_of_now(
        self, storage: Storage, kind: ItemKind
    ) -> None:
        names = ("hackernews/1", "hackernews/2")
        old, late = (
            an_item(name, kind=kind, title=name, appeared_at=NOON - DAY / (at + 1))
            for at, name in enumerate(names)
        )
        look(storage, old)
        later = NOON + timedelta(hours=3)
        assert look(storage, late, at=later)["hackernews/2"] == later

    def test_other_kinds_keep_what_their_source_says(self, storage: Storage) -> None:
        look(storage, an_item("arxiv/1", appeared_at=NOON - 9 * DAY))
        appeared = look(storage, an_item("arxiv/2", title="two"), at=NOON + DAY)
        assert appeared["two"] == NOON - DAY


class TestTheSamePageAgain:
    @pytest.mark.parametrize(
        "url",
        [
            PAGE,
            "http://lab.example/p/1",
            "https://www.lab.example/p/1/?utm_source=rss&utm_medium=feed",
            "https://lab.example/p/1?source=rss----7f60cf5620c9---4",
            "https://lab.example/p/1#xtor=RSS-1",
            "https://m.lab.example/p/1;jsessionid=0A1B?partner=rss",
        ],
    )
    def test_under_a_new_id_it_is_the_item_that_was_known(self, storage: Storage, url: str) -> None:
        look(storage, post("build-1", title="One", url=PAGE))
        changed = storage.store.upsert([post("build-2", title="One", url=url)], now=NOON + DAY)
        assert changed.new == 0
        [item] = storage.store.items(Filter())
        assert str(item.key) == "feed:lab/build-1"

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("It's here", "It\u2019s here"),
            ("A - B", "A \u2013 B"),
            ("New: agents", "NEW: Agents"),
            ("Soon\u2026", "Soon..."),
            ("Cafe\u0301", "Caf\u00e9"),
            ("Hy\u00adphen", "Hyphen"),
        ],
    )
    def test_so_it_is_if_only_the_spelling_of_its_title_changes(
        self, storage: Storage, before: str, after: str
    ) -> None:
        look(storage, post("build-1", title=before, url=PAGE))
        changed = storage.store.upsert([post("build-2", title=after, url=PAGE)], now=NOON + DAY)
        assert (changed.new, len(list(storage.store.items(Filter())))) == (0, 1)

    @pytest.mark.parametrize(
        "other",
        [
            post("b", title="Another", url=PAGE),
            post("b", title="One", url="https://lab.example/p/2"),
            post("b", title="One", url=PAGE + "?p=2"),
            an_item("feed:other/b", kind=ItemKind.ARTICLE, title="One", url=PAGE),
        ],
    )
    def test_another_title_page_or_feed_is_another_item(
        self, storage: Storage, other: Item
    ) -> None:
        look(storage, post("a", title="One", url=PAGE))
        assert storage.store.upsert([other], now=NOON).new == 1

    def test_many_entries_of_one_page_stay_many_when_all_ids_change(self, storage: Storage) -> None:
        titles = [f"Release {n}" for n in range(4)]
        look(storage, *(post(f"a{t}", title=t, url=PAGE) for t in titles))
        given = [post(f"b{t}", title=t, url=PAGE) for t in (*titles, "Release 4")]
        assert storage.store.upsert(given, now=NOON + DAY).new == 1

    def test_an_id_that_goes_to_another_entry_takes_nothing_from_the_first(
        self, storage: Storage
    ) -> None:
        look(storage, post("a", title="One", url=PAGE))
        look(storage, post("a", title="Renamed", url=PAGE), post("b", title="One", url=PAGE))
        assert {i.key.external_id for i in storage.store.items(Filter())} == {"a", "b"}
