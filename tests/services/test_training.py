"""The ranker of a process that stays learns now and then, from what everybody may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.training import MAX_ITEMS, REFIT_EVERY, TrainingSet
from storage import open_storage
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item


class TrainingEnvironment:
    """A clock, an archive, and somebody who fits on what is due."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.clock = FakeClock()
        self.fitted: list[int] = []
        self.training = TrainingSet(store=storage.store, clock=self.clock)

    def stores(self, count: int, source: str = "arxiv") -> None:
        known = self.storage.store.count()
        items = [an_item(f"{source}/{known + n}") for n in range(count)]
        self.storage.store.upsert(items, now=NOON)

    def keeps_up(self) -> list[int]:
        items = self.training.due()
        if items:
            self.fitted.append(len(items))
        return self.fitted


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[TrainingEnvironment]:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        yield TrainingEnvironment(storage)


def test_it_fits_once_and_again_the_next_day(environment: TrainingEnvironment) -> None:
    environment.stores(10)
    assert environment.keeps_up() == [10]
    environment.clock.advance(REFIT_EVERY - timedelta(seconds=1))
    assert environment.keeps_up() == [10]
    environment.clock.advance(timedelta(seconds=1))
    assert environment.keeps_up() == [10, 10]


def test_an_empty_archive_is_nothing_to_fit_on(environment: TrainingEnvironment) -> None:
    assert environment.keeps_up() == []


def test_it_fits_again_on_an_archive_that_has_doubled(environment: TrainingEnvironment) -> None:
    environment.stores(10)
    environment.keeps_up()
    environment.stores(9)
    assert environment.keeps_up() == [10]
    environment.stores(1)
    assert environment.keeps_up() == [10, 20]


def test_it_fits_on_so_many_and_then_daily_only(environment: TrainingEnvironment) -> None:
    environment.stores(MAX_ITEMS + 1)
    environment.keeps_up()
    environment.stores(MAX_ITEMS)
    assert environment.keeps_up() == [MAX_ITEMS]


def test_it_does_not_fit_on_members_feeds(environment: TrainingEnvironment) -> None:
    environment.stores(3)
    environment.stores(5, source="feed:members")
    assert environment.keeps_up() == [3]


def test_a_clock_that_is_set_back_does_not_put_it_off(environment: TrainingEnvironment) -> None:
    environment.stores(3)
    environment.keeps_up()
    environment.clock.advance(-2 * REFIT_EVERY)
    assert environment.keeps_up() == [3, 3]
