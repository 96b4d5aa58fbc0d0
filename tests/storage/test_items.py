from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from core.items import Deadline, Item, ItemKey, ItemKind, Stored
from core.search import Filter
from storage.opening import Storage
from tests.fakes import NOON, an_item
from tests.storage.empty import empty_archive
from tests.storage.strategies import batches, items

DAY = timedelta(days=1)


def stored(new: int = 0, updated: int = 0, fetched: int = 1) -> Stored:
    return Stored(new=new, updated=updated, fetched=fetched)


def only(storage: Storage) -> Item:
    [item] = storage.store.items(Filter())
    return item


@settings(deadline=None, max_examples=80)
@given(items())
def test_an_item_comes_back_exactly_as_it_was(item: Item) -> None:
    with empty_archive() as storage:
        assert storage.store.upsert([item], now=NOON) == stored(new=1)
        assert storage.store.item(item.key) == item
        assert storage.store.upsert([item], now=NOON) == stored()
        assert only(storage) == item


@settings(deadline=None, max_examples=40)
@given(batches(), batches())
def test_storing_again_changes_nothing_and_batches_do_not_matter(
    first: list[Item], second: list[Item]
) -> None:
    with empty_archive() as storage:
        storage.store.upsert([*first, *second], now=NOON)
        at_once = {item.key: item for item in storage.store.items(Filter())}
    with empty_archive() as storage:
        for item in [*first, *second]:
            storage.store.upsert([item], now=NOON)
        one_by_one = {item.key: item for item in storage.store.items(Filter())}
        again = storage.store.upsert(list(one_by_one.values()), now=NOON)
        assert again == stored(fetched=len(one_by_one))
    assert at_once == one_by_one


def test_a_half_surrogate_from_a_source_spoils_no_batch(storage: Storage) -> None:
    broken = an_item("arxiv/1", title="half \ud83d pair", facts={"comment": "\udc00"})
    assert storage.store.upsert([broken, an_item("arxiv/2")], now=NOON).new == 2
    found = storage.store.item(broken.key)
    assert found is not None
    assert found.title == "half ? pair"
    assert storage.store.upsert([broken], now=NOON) == stored()


def test_nothing_stored_is_nothing_changed(storage: Storage) -> None:
    assert storage.store.upsert([], now=NOON) == stored(fetched=0)


def test_a_generator_is_read_before_the_lock_is_taken(storage: Storage) -> None:
    def slow() -> Iterator[Item]:
        yield an_item("arxiv/1")
        storage.store.upsert([an_item("arxiv/2")], now=NOON)  # would wait for itself

    assert storage.store.upsert(slow(), now=NOON) == stored(new=1)
    assert storage.store.count() == 2


def test_only_changed_content_counts_as_updated(storage: Storage) -> None:
    storage.store.upsert([an_item(metrics={"stars": 1})], now=NOON)
    moved = an_item(metrics={"stars": 2}, updated_at=NOON, published_at=NOON - DAY)
    assert storage.store.upsert([moved], now=NOON) == stored()
    assert only(storage) == moved
    assert storage.store.upsert([an_item(title="Another title")], now=NOON) == stored(updated=1)
    assert only(storage) == replace(moved, title="Another title")


def test_an_answer_that_says_less_is_no_change(storage: Storage) -> None:
    full = an_item(summary="text", facts={"comment": "12 pages"}, version="1")
    storage.store.upsert([full], now=NOON)
    assert storage.store.upsert([an_item(summary="text", version="1")], now=NOON) == stored()
    assert only(storage) == full


def test_a_source_that_lists_an_item_twice_gives_one_new_item(storage: Storage) -> None:
    once = an_item(metrics={"stars": 1})
    twice = an_item(metrics={"stars": 2})
    assert storage.store.upsert([once, twice], now=NOON) == stored(new=1, fetched=2)
    assert only(storage) == twice


def test_a_paper_keeps_its_first_day_and_a_repository_takes_its_last(storage: Storage) -> None:
    for day in (0, 2, 1):
        when = NOON + day * DAY
        storage.store.upsert(
            [
                an_item("arxiv/1", appeared_at=when),
                an_item("github/o/r", kind=ItemKind.REPOSITORY, appeared_at=when),
            ],
            now=NOON,
        )
    found = {item.kind: item.appeared_at for item in storage.store.items(Filter())}
    assert found == {ItemKind.PAPER: NOON, ItemKind.REPOSITORY: NOON + 2 * DAY}


def test_a_version_never_goes_back(storage: Storage) -> None:
    second = an_item(version="2", title="Second", metrics={"votes": 2})
    storage.store.upsert([second], now=NOON)
    first = an_item(version="1", title="First", metrics={"votes": 1}, appeared_at=NOON - 9 * DAY)
    assert storage.store.upsert([first], now=NOON) == stored()
    assert only(storage) == second
    third = replace(second, version="3")
    assert storage.store.upsert([third], now=NOON) == stored(updated=1)
    assert only(storage) == third


def test_a_live_item_takes_the_place_of_a_sample_one(storage: Storage) -> None:
    sample = an_item(appeared_at=NOON, summary="sample", metrics={"votes": 1})
    live = an_item(appeared_at=NOON + DAY)
    assert storage.store.upsert([sample], now=NOON, sample=True) == stored(new=1)
    assert storage.store.has_only_sample()
    assert storage.store.upsert([live], now=NOON) == stored(new=1)
    assert not storage.store.has_only_sample()
    assert only(storage) == live  # nothing of the sample is left in it
    assert storage.store.remove_sample() == 0
    assert storage.store.count() == 1


def test_the_sample_never_touches_a_live_item(storage: Storage) -> None:
    live = an_item(title="Live")
    storage.store.upsert([live], now=NOON)
    assert storage.store.upsert([an_item(title="Sample")], now=NOON, sample=True) == stored()
    assert only(storage) == live
    assert not storage.store.has_only_sample()


def test_the_sample_day_moves_with_the_day_it_is_shown(storage: Storage) -> None:
    for day in (0, 1):
        when = NOON + day * DAY
        shown = an_item(appeared_at=when, deadlines=(Deadline(label="end", at=when + DAY),))
        storage.store.upsert([shown], now=when, sample=True)
        assert only(storage) == shown


def test_removing_the_sample_leaves_live_items(storage: Storage) -> None:
    storage.store.upsert([an_item("arxiv/1"), an_item("arxiv/2")], now=NOON, sample=True)
    storage.store.upsert([an_item("arxiv/3", summary="unique words")], now=NOON)
    assert storage.store.remove_sample() == 2
    assert only(storage).key == ItemKey("arxiv", "3")
    assert [hit.item.key.external_id for hit in storage.index.search("study")] == ["3"]
    assert storage.store.remove_sample() == 0


def test_an_empty_archive_holds_only_sample(storage: Storage) -> None:
    assert storage.store.has_only_sample()
    assert storage.store.count() == 0
    assert storage.store.item(ItemKey("arxiv", "1")) is None


@pytest.fixture
def week(storage: Storage) -> Storage:
    """Seven days of papers and repositories, and one post of a feed a day."""
    for day in range(7):
        when = NOON + day * DAY
        storage.store.upsert(
            [
                an_item(f"arxiv/{day}", appeared_at=when),
                an_item(f"github/o/{day}", kind=ItemKind.REPOSITORY, appeared_at=when),
                an_item(f"feed:lab/{day}", kind=ItemKind.ARTICLE, appeared_at=when),
            ],
            now=when,
        )
    return storage


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        (Filter(sources=("arxiv",), since=NOON + 5 * DAY), ["arxiv/6", "arxiv/5"]),
        (Filter(kinds=(ItemKind.REPOSITORY,), until=NOON + DAY), ["github/o/0"]),
        (Filter(sources=("feed:",), since=NOON + 6 * DAY), ["feed:lab/6"]),
        (Filter(sources=("feed:lab",), until=NOON + DAY), ["feed:lab/0"]),
        (Filter(sources=("feed",)), []),
        (Filter(sources=("github", "feed:"), until=NOON + DAY), ["feed:lab/0", "github/o/0"]),
        (Filter(since=NOON + 3 * DAY, until=NOON + 3 * DAY), []),
        (
            Filter(
                sources=("arxiv",),
                kinds=(ItemKind.PAPER, ItemKind.MODEL),
                since=NOON + 2 * DAY,
                until=NOON + 4 * DAY,
            ),
            ["arxiv/3", "arxiv/2"],
        ),
    ],
)
def test_filters_choose_by_source_kind_and_time_latest_first(
    week: Storage, where: Filter, keys: list[str]
) -> None:
    assert [str(item.key) for item in week.store.items(where)] == keys
    assert week.store.count(where) == len(keys)
    assert [str(item.key) for item in week.store.items(where, limit=1)] == keys[:1]


def test_without_a_filter_all_items_pass(week: Storage) -> None:
    assert week.store.count() == len(week.store.items(Filter())) == 21


def test_a_window_is_read_through_an_index(week: Storage) -> None:
    from sqlalchemy import text

    wheres = ("appeared_at > 1", "kind = 'paper' AND appeared_at > 1", "source = 'x'")
    with week.database.reading() as connection:
        for where in wheres:
            query = f"SELECT * FROM item WHERE {where} ORDER BY appeared_at DESC LIMIT 10"  # noqa: S608 - from the line above
            plan = " ".join(
                row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
            )
            assert "USING INDEX" in plan
            assert "TEMP B-TREE" not in plan


def test_items_are_found_by_their_keys(week: Storage) -> None:
    wanted = {ItemKey("arxiv", "1"), ItemKey("feed:lab", "2"), ItemKey("arxiv", "99")}
    found = {item.key for item in week.store.items_of(wanted)}
    assert found == wanted - {ItemKey("arxiv", "99")}
    assert week.store.items_of([]) == []


def test_an_item_is_found_by_the_first_identifier_that_names_one(storage: Storage) -> None:
    paper = an_item("arxiv/2401.00001")
    code = an_item("github/Owner/Repo", kind=ItemKind.REPOSITORY)
    storage.store.upsert([paper, code], now=NOON)
    named = storage.store.named
    assert named(["model:huggingface/a/b", "repository:github/owner/repo"]) == code
    assert named(["paper:arxiv/2401.00001", "repository:github/owner/repo"]) == paper
    assert named(["paper:arxiv/9999.99999"]) is None
    assert named([""]) is None
    assert named([]) is None


def test_deadlines_ahead_come_soonest_first(storage: Storage) -> None:
    def competition(name: str, *days: int) -> Item:
        deadlines = tuple(Deadline(label="end", at=NOON + day * DAY) for day in days)
        return an_item(f"kaggle/{name}", kind=ItemKind.COMPETITION, deadlines=deadlines)

    storage.store.upsert(
        [
            competition("past", -3),
            competition("far", 90),
            competition("late", 20),
            competition("two", -1, 25, 5),
            competition("now", 0),
            competition("end", 30),
            an_item("kaggle/none", kind=ItemKind.COMPETITION),
        ],
        now=NOON,
    )
    found = storage.store.with_deadlines(after=NOON, before=NOON + 30 * DAY)
    assert [item.key.external_id for item in found] == ["two", "late"]


def test_a_deadline_that_is_moved_is_found_at_its_new_day(storage: Storage) -> None:
    def competition(day: int) -> Item:
        deadline = Deadline(label="end", at=NOON + day * DAY)
        return an_item("kaggle/c", kind=ItemKind.COMPETITION, deadlines=(deadline,))

    storage.store.upsert([competition(3)], now=NOON)
    storage.store.upsert([competition(50)], now=NOON)
    assert storage.store.with_deadlines(after=NOON, before=NOON + 10 * DAY) == []
    assert storage.store.with_deadlines(after=NOON + 49 * DAY, before=NOON + 51 * DAY)
