from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.items import Item, ItemKey, ItemKind
from core.search import Filter
from core.work_claims import node_of
from core.works import MAX_CLAIMANTS, MAX_SHARING, Work, group_into_works
from storage.opening import Storage
from tests.core.archives import archives
from tests.fakes import NOON, an_item
from tests.storage.empty import empty_archive

SHARED = "http://x.example/1"


@contextmanager
def sqlite_steps(storage: Storage) -> Iterator[list[int]]:
    """Count what the database does, in thousands of its virtual machine's steps."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    with storage.database.writing() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(count, 1000)
    yield counted
    driver.set_progress_handler(None, 0)


def paper(number: int, **changes: object) -> Item:
    return an_item(f"arxiv/2401.{number:05}", **changes)


def repository(name: str, **changes: object) -> Item:
    return an_item(f"github/{name}", kind=ItemKind.REPOSITORY, **changes)


def all_works(storage: Storage) -> set[Work]:
    keys = [item.key for item in storage.store.items(Filter())]
    return set(storage.store.works(keys).values())


def expected(items: Iterable[Item]) -> set[Work]:
    return set(group_into_works(map(node_of, items)))


def test_a_post_joins_its_paper_by_doi_whichever_comes_first(storage: Storage) -> None:
    link = "https://doi.org/10.1145/3292500"
    papers = [paper(n, facts={"doi": f"10.1145/329250{n}"}) for n in (0, 1)]
    first, later = (
        an_item(f"feed:lab{n}/1", kind=ItemKind.ARTICLE, url=link, related=()) for n in (1, 2)
    )
    for item in (first, *papers, later):
        storage.store.upsert([item], now=NOON)
        stored = list(storage.store.items(Filter()))
        assert all_works(storage) == expected(stored)
    [work] = all_works(storage)
    assert set(work.members) == {papers[0].key, first.key, later.key}
    storage.store.upsert([paper(0, facts={"doi": "10.1145/1"})], now=NOON)
    assert papers[0].key not in storage.store.works([first.key])[first.key].members


def test_a_paper_and_its_code_are_one_work_whichever_comes_first(storage: Storage) -> None:
    study, code = paper(1, summary="github.com/o/r"), repository("o/r")
    storage.store.upsert([code], now=NOON)
    assert storage.store.works([code.key]) == {}
    storage.store.upsert([study], now=NOON)
    work = Work(id="arxiv/2401.00001", members=(study.key, code.key))
    assert storage.store.works([code.key, study.key]) == {code.key: work, study.key: work}
    assert storage.store.works([code.key]) == {code.key: work}


def test_an_item_that_stands_alone_has_no_work(storage: Storage) -> None:
    storage.store.upsert([paper(1), paper(2)], now=NOON)
    assert storage.store.works([paper(1).key, ItemKey("arxiv", "unknown")]) == {}


def test_a_changed_text_changes_the_work(storage: Storage) -> None:
    codes = [repository("o/a"), repository("o/b")]
    storage.store.upsert([paper(1, summary="github.com/o/a"), *codes], now=NOON)
    storage.store.upsert([paper(1, summary="github.com/o/b", version="2")], now=NOON)
    [work] = all_works(storage)
    assert set(work.members) == {paper(1).key, codes[1].key}
    storage.store.upsert([paper(1, summary="no code any more", version="3")], now=NOON)
    assert all_works(storage) == set()


def test_a_crowd_dissolves_a_work_and_its_shrinking_restores_it(storage: Storage) -> None:
    users = [
        paper(n, summary="github.com/big/lib", appeared_at=NOON + timedelta(days=n))
        for n in range(MAX_CLAIMANTS)
    ]
    storage.store.upsert([repository("big/lib"), *users], now=NOON)
    found = all_works(storage)
    code = repository("big/lib").key
    assert {work.id: (code in work.members, code in work.shared) for work in found} == {
        "arxiv/2401.00000": (True, False),
        **{f"arxiv/2401.{n:05}": (False, True) for n in range(1, MAX_CLAIMANTS)},
    }
    storage.store.upsert([paper(99, summary="github.com/big/lib")], now=NOON)
    assert all_works(storage) == set()
    storage.store.upsert([paper(99, summary="github.com/other/one", version="2")], now=NOON)
    assert all_works(storage) == found


def test_removing_the_sample_takes_it_out_of_its_works(storage: Storage) -> None:
    code = repository("o/r")
    storage.store.upsert([paper(1, summary="github.com/o/r")], now=NOON, sample=True)
    storage.store.upsert([code, paper(2, summary="github.com/o/r", appeared_at=NOON)], now=NOON)
    assert {paper(1).key, code.key} in [set(work.members) for work in all_works(storage)]
    storage.store.remove_sample()
    [work] = all_works(storage)
    assert set(work.members) == {paper(2).key, code.key}
    assert work.shared == ()


@settings(deadline=None, max_examples=60)
@given(archives(), archives(12), st.integers(1, 7))
def test_joining_batch_by_batch_gives_what_joining_all_at_once_gives(
    items: list[Item], revised: list[Item], size: int
) -> None:
    arriving = [*items, *revised]
    with empty_archive() as storage:
        for start in range(0, len(arriving), size):
            storage.store.upsert(arriving[start : start + size], now=NOON)
            assert all_works(storage) == expected(storage.store.items(Filter()))


@settings(deadline=None, max_examples=40)
@given(archives(12), archives(12))
def test_removing_the_sample_leaves_what_joining_the_rest_gives(
    items: list[Item], sample: list[Item]
) -> None:
    with empty_archive() as storage:
        storage.store.upsert(sample, now=NOON, sample=True)
        storage.store.upsert(items, now=NOON)
        storage.store.remove_sample()
        assert all_works(storage) == expected(storage.store.items(Filter()))
        assert {item.key for item in storage.store.items(Filter())} == {i.key for i in items}


class TestPagesOfMany:
    """Entries that share one address, as a changelog's do."""

    def entries(self, feed: str, count: int) -> list[Item]:
        return [
            an_item(f"feed:{feed}/{n}", kind=ItemKind.ARTICLE, title=f"t{n}", url=SHARED)
            for n in range(count)
        ]

    def test_a_page_of_a_few_joins_its_feeds_and_one_of_too_many_nobody(
        self, storage: Storage
    ) -> None:
        storage.store.upsert(self.entries("a", 1), now=NOON)
        storage.store.upsert(self.entries("b", MAX_SHARING - 1), now=NOON)
        [work] = all_works(storage)
        assert {key.source for key in work.members} == {"feed:a", "feed:b"}
        storage.store.upsert(self.entries("c", 1), now=NOON)
        assert all_works(storage) == set()

    def test_what_storing_one_entry_costs_does_not_grow_with_their_number(
        self, storage: Storage
    ) -> None:
        steps = []
        for number in range(8):
            batch = self.entries(f"f{number}", 300)
            with sqlite_steps(storage) as counted:
                storage.store.upsert(batch, now=NOON)
            steps.append(counted[0])
        assert steps[-1] < 2 * steps[1]

    def test_a_title_of_too_many_is_no_story(self, storage: Storage) -> None:
        def posts(first: int, count: int) -> list[Item]:
            title = "One headline that every feed of the world repeats"
            return [
                an_item(f"feed:f{n}/1", kind=ItemKind.ARTICLE, title=title)
                for n in range(first, first + count)
            ]

        storage.store.upsert(posts(0, MAX_SHARING), now=NOON)
        [work] = all_works(storage)
        assert len(work.members) == MAX_SHARING
        storage.store.upsert(posts(100, 3), now=NOON)
        assert all_works(storage) == set()
        with sqlite_steps(storage) as counted:
            storage.store.upsert(posts(200, 200), now=NOON)
        with sqlite_steps(storage) as later:
            storage.store.upsert(posts(600, 200), now=NOON)
        assert later[0] < 2 * counted[0]
