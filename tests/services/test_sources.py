from __future__ import annotations

from datetime import timedelta

import pytest

from core.feeds import AddedFeed, Feed
from core.sources import NEVER_READ, FetchReport, SourceStatus
from services.sources import MAX_LOOK_BACK, OVERLAP, RETRY
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, FakeFetcher, an_item
from tests.sources import EVERY, sources_of

HOUR = timedelta(hours=1)


def ended(
    storage: Storage,
    status: SourceStatus,
    ago: timedelta,
    source: str = "arxiv",
    *,
    retry_in: timedelta | None = None,
) -> None:
    """Record how a fetch ended; the source asks to be left alone for ``retry_in`` from now."""
    retry_at = NOON + retry_in if retry_in is not None else None
    report = FetchReport(source=source, status=status, retry_at=retry_at)
    storage.store.record_fetch(report, now=NOON - ago)


def is_due(storage: Storage, clock: FakeClock) -> bool:
    return bool(sources_of(storage, clock, ["arxiv"]).due([FakeFetcher()]))


def test_a_source_that_was_never_asked_is_due(storage: Storage, clock: FakeClock) -> None:
    assert is_due(storage, clock)


@pytest.mark.parametrize(
    ("status", "ago", "retry_in", "due"),
    [
        (SourceStatus.OK, EVERY, None, True),
        (SourceStatus.OK, EVERY - HOUR, None, False),
        (SourceStatus.EMPTY, EVERY - HOUR, None, False),
        (SourceStatus.FAILED, RETRY, None, True),
        (SourceStatus.FAILED, timedelta(minutes=1), None, False),
        (SourceStatus.SKIPPED, timedelta(0), None, True),
        (SourceStatus.OK, -3 * HOUR, None, True),  # the clock was set back
        (SourceStatus.FAILED, RETRY, HOUR, False),
        (SourceStatus.FAILED, RETRY, timedelta(0), True),
        # The pause that was asked for ends where the clock was before it was set back.
        (SourceStatus.FAILED, -365 * 24 * HOUR, 365 * 24 * HOUR + RETRY, True),
        (SourceStatus.OK, -3 * HOUR, 4 * HOUR, True),
        (SourceStatus.FAILED, -timedelta(seconds=2), HOUR, False),
    ],
)
def test_a_source_is_due_by_its_last_attempt(
    storage: Storage,
    clock: FakeClock,
    status: SourceStatus,
    ago: timedelta,
    retry_in: timedelta | None,
    due: bool,
) -> None:
    ended(storage, status, ago, retry_in=retry_in)
    assert is_due(storage, clock) is due


def test_a_members_feed_is_due_as_often_as_feeds_are(storage: Storage, clock: FakeClock) -> None:
    ended(storage, SourceStatus.OK, EVERY - HOUR, "feed:blog")
    feed = FakeFetcher("feed:blog")
    assert sources_of(storage, clock).due([feed]) == []
    clock.now += HOUR
    assert sources_of(storage, clock).due([feed]) == [feed]


def test_looking_back_reaches_a_little_before_the_last_success_but_not_for_ever(
    storage: Storage, clock: FakeClock
) -> None:
    ended(storage, SourceStatus.FAILED, timedelta(0), "never")
    ended(storage, SourceStatus.OK, HOUR, "today")
    ended(storage, SourceStatus.OK, timedelta(days=90), "old")
    since = sources_of(storage, clock).look_back()
    assert since("unknown") == since("never") == NOON - timedelta(days=7)
    assert since("today") == NOON - HOUR - OVERLAP
    assert since("old") == NOON - MAX_LOOK_BACK


def test_the_health_of_enabled_sources_is_told_in_order_read_or_not(
    storage: Storage, clock: FakeClock
) -> None:
    ended(storage, SourceStatus.OK, HOUR, "arxiv")
    ended(storage, SourceStatus.OK, HOUR, "kaggle")
    first, second = sources_of(storage, clock, ["github", "arxiv"], off=["kaggle"]).health()
    assert (first.report.source, first.report.note) == ("github", NEVER_READ)
    assert (second.report.source, second.last_success) == ("arxiv", NOON - HOUR)


def test_sources_that_are_off_and_members_feeds_can_be_read_when_named(
    storage: Storage, clock: FakeClock
) -> None:
    feed = Feed(name="blog", url="https://blog.example/feed", title="A blog")
    storage.feeds.add(AddedFeed(feed=feed, owner="discord:1", guild="", added_at=NOON))
    sources = sources_of(storage, clock, ["arxiv"], off=["kaggle"])
    assert sources.readable() == ("arxiv", "kaggle", "feed:blog")


def test_the_sample_day_is_no_live_item(storage: Storage, clock: FakeClock) -> None:
    storage.store.upsert([an_item("arxiv/1")], now=NOON, sample=True)
    assert not sources_of(storage, clock).has_live_items()
    storage.store.upsert([an_item("arxiv/2")], now=NOON)
    assert sources_of(storage, clock).has_live_items()
