from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digests import Budget
from core.errors import UsageError
from core.items import Item
from core.people import Interest
from core.ports.clock import Clock
from core.weeks import week_name, week_of
from digests.formats import FORMATS
from ranking.ranker import ContentRanker
from services.digests.editions import WEEK, Editions
from services.digests.make import Digests
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item
from tests.sources import sources_of

GRAPHS = (Interest(text="graph networks"),)


@pytest.fixture
def editions(storage: Storage, clock: FakeClock) -> Editions:
    def digests(at: Clock) -> Digests:
        return Digests(
            store=storage.store,
            index=storage.index,
            ranker=ContentRanker(),
            clock=at,
        )

    return Editions(
        snapshots=storage.snapshots,
        digests=digests,
        interests=GRAPHS,
        budget=Budget(items=3),
        sources=sources_of(storage, clock, ["arxiv"]),
        clock=clock,
    )


def appeared(storage: Storage, key: str, days_ago: float, title: str = "Graph networks") -> Item:
    item = an_item(key, title=f"{title} {key}", appeared_at=NOON - timedelta(days=days_ago))
    storage.store.upsert([item], now=NOON)
    return item


def keys(editions: Editions, week: str) -> Sequence[str]:
    digest = editions.edition(week)
    return [] if digest is None else [str(r.item.key) for r in digest.picks]


def test_an_edition_holds_its_week_and_stays_as_it_was_made(
    storage: Storage, editions: Editions
) -> None:
    appeared(storage, "arxiv/1", 1)
    appeared(storage, "arxiv/2", 8)
    first = editions.make("2026-W46")
    assert keys(editions, "2026-W46") == ["arxiv/2"]
    assert first.made_at == datetime(2026, 11, 16, tzinfo=UTC)
    appeared(storage, "arxiv/3", 9)
    assert editions.make("2026-w46") == first
    assert (first.subscription, first.interests) == ("community", ("graph networks",))


def test_a_running_week_says_so_is_not_kept_and_is_made_anew(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    appeared(storage, "arxiv/1", 1)
    appeared(storage, "arxiv/2", 8)
    made = editions.make("2026-W47")
    assert (made.period.start, made.made_at) == (week_of("2026-W47")[0], NOON)
    assert [str(r.item.key) for r in made.picks] == ["arxiv/1"]
    assert made.note.startswith("This week is still running")
    assert "until 22 November, 12:00 UTC" in made.note
    assert (editions.edition("2026-W47"), editions.weeks()) == (None, ())
    assert storage.store.delivered(made.subscription) == {}
    appeared(storage, "arxiv/3", 0.5)
    assert len(editions.make("2026-W47").picks) == 2
    clock.advance(timedelta(days=1))
    whole = editions.make("2026-W47")
    assert whole.made_at == week_of("2026-W47")[1]
    assert "running" not in whole.note
    assert editions.weeks() == ("2026-W47",)


def test_a_week_has_begun_at_its_first_moment_and_is_whole_at_its_last(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    appeared(storage, "arxiv/1", 1)
    clock.advance(timedelta(hours=12))  # Sunday noon to Monday midnight
    assert editions.make("2026-W47").made_at == clock()
    assert editions.weeks() == ("2026-W47",)
    assert editions.make("2026-W48").picks == ()
    assert editions.weeks() == ("2026-W47",)


def test_an_edition_kept_before_its_week_was_over_says_so_and_gives_way_to_the_whole(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    appeared(storage, "arxiv/1", 2)
    early = replace(editions.make("2026-W47"), note="")
    storage.snapshots.keep_edition("2026-W47", early, "graph")
    appeared(storage, "arxiv/2", 0.5)
    shown = editions.edition("2026-W47")
    assert shown is not None
    assert "made before its week was over" in shown.note
    assert editions.due() == "2026-W46"
    clock.advance(timedelta(days=1))
    assert editions.due() == "2026-W47"
    editions.make("2026-W47")
    assert keys(editions, "2026-W47") == ["arxiv/2", "arxiv/1"]
    assert [hit.week for hit in editions.search("arxiv/2")] == ["2026-W47"]
    assert editions.due() == ""


def test_the_sample_days_edition_is_the_same_each_time(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    item = an_item("arxiv/1", title="Graph networks", appeared_at=NOON)
    storage.store.upsert([item], now=NOON, sample=True)
    first = editions.make("2026-W47")
    clock.advance(timedelta(hours=3))
    again = editions.make("2026-W47")
    assert FORMATS["html"].render(again) == FORMATS["html"].render(first)
    assert [str(r.item.key) for r in first.picks] == ["arxiv/1"]
    assert first.sample
    assert "running" not in first.note


def test_what_an_edition_showed_does_not_come_again(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    appeared(storage, "arxiv/1", 6.9)
    editions.make("2026-W46")
    appeared(storage, "arxiv/2", 6)
    clock.advance(WEEK)
    editions.make("2026-W47")
    assert keys(editions, "2026-W46") == ["arxiv/1"]  # it appeared on Sunday evening
    assert keys(editions, "2026-W47") == ["arxiv/2"]


def test_what_only_members_read_is_never_in_it(storage: Storage, editions: Editions) -> None:
    appeared(storage, "arxiv/1", 8)
    appeared(storage, "feed:private/1", 8)
    editions.make("2026-W46")
    assert keys(editions, "2026-W46") == ["arxiv/1"]


def test_the_last_week_is_due_until_it_was_made(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    assert editions.due() == ""  # there is nothing but the sample day
    appeared(storage, "arxiv/1", 8)
    assert editions.due() == "2026-W46"
    editions.make("2026-W46")
    assert editions.due() == ""
    clock.advance(timedelta(days=1))
    assert editions.due() == "2026-W47"


@pytest.mark.parametrize(
    "week", ["", "W47", "2026-47", "2026-W00", "2026-W54", "2025-W53", "0000-W01", "2026-W477"]
)
def test_what_is_no_week_is_refused_and_has_no_edition(editions: Editions, week: str) -> None:
    with pytest.raises(UsageError, match="not a week such as 2026-W47"):
        editions.make(week)
    assert editions.edition(week) is None


def test_a_week_ahead_and_an_empty_archive_are_refused(editions: Editions) -> None:
    with pytest.raises(UsageError, match="is in the future"):
        editions.make("2026-W48")
    with pytest.raises(UsageError, match="no items yet"):
        editions.make("2026-W47")


def test_editions_are_searched_by_all_words(
    storage: Storage, editions: Editions, clock: FakeClock
) -> None:
    appeared(storage, "arxiv/1", 8, "Graph networks for proteins")
    appeared(storage, "arxiv/2", 1, "Graph networks for proofs")
    clock.advance(WEEK)
    editions.make("2026-W46")
    editions.make("2026-W47")
    assert editions.weeks() == ("2026-W47", "2026-W46")
    assert [(h.week, str(h.ranked.item.key)) for h in editions.search("PROTEINS graph")] == [
        ("2026-W46", "arxiv/1")
    ]
    assert [h.week for h in editions.search("graph")] == ["2026-W47", "2026-W46"]
    assert editions.search("  ") == ()
    assert editions.search("nothing%") == ()


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 20)))  # noqa: DTZ001 -- hypothesis wants naive bounds
def test_every_moment_lies_in_its_week(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    start, end = week_of(week_name(moment))
    assert start <= moment < end
    assert start.weekday() == 0
