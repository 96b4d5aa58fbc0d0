"""The ranker of a process that stays learns now and then, from what everybody may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.teaching import EVERY, MOST, Teaching
from storage import open_storage
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item


class School:
    """A clock, an archive, and somebody who learns from it."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.clock = FakeClock()
        self.lessons: list[int] = []
        self.teaching = Teaching(store=storage.store, learn=self.learn, clock=self.clock)

    def learn(self, items: object) -> None:
        assert isinstance(items, list)
        self.lessons.append(len(items))

    def stores(self, count: int, source: str = "arxiv") -> None:
        known = self.storage.store.count()
        items = [an_item(f"{source}/{known + n}") for n in range(count)]
        self.storage.store.upsert(items, now=NOON)

    def keeps_up(self) -> list[int]:
        self.teaching.keep_up()
        return self.lessons


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        yield School(storage)


def test_it_learns_once_and_again_the_next_day(school: School) -> None:
    school.stores(10)
    assert school.keeps_up() == [10]
    school.clock.advance(EVERY - timedelta(seconds=1))
    assert school.keeps_up() == [10]
    school.clock.advance(timedelta(seconds=1))
    assert school.keeps_up() == [10, 10]


def test_from_nothing_there_is_nothing_to_learn(school: School) -> None:
    assert school.keeps_up() == []


def test_it_learns_again_from_an_archive_that_has_doubled(school: School) -> None:
    school.stores(10)
    school.keeps_up()
    school.stores(9)
    assert school.keeps_up() == [10]
    school.stores(1)
    assert school.keeps_up() == [10, 20]


def test_it_learns_from_so_many_and_then_daily_only(school: School) -> None:
    school.stores(MOST + 1)
    school.keeps_up()
    school.stores(MOST)
    assert school.keeps_up() == [MOST]


def test_it_does_not_learn_from_members_feeds(school: School) -> None:
    school.stores(3)
    school.stores(5, source="feed:members")
    assert school.keeps_up() == [3]


def test_a_clock_that_is_set_back_does_not_put_it_off(school: School) -> None:
    school.stores(3)
    school.keeps_up()
    school.clock.advance(-2 * EVERY)
    assert school.keeps_up() == [3, 3]
