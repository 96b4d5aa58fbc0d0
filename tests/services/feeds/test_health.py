"""Members' feeds over time: moved, gone, or failing until they are given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import StorageError
from core.feeds import AddedFeed, Feed, FeedTrouble
from core.sources import FetchReport, SourceStatus
from services.feeds.health import MAX_FAILURES, MIN_FAILING_TIME, FeedHealth
from storage.opening import Storage
from tests.fakes import NOON, FakeClock

ANN, BOB = "discord:1", "discord:2"
BLOG = Feed(name="blog-1", url="https://blog.example/feed", title="A blog")


@pytest.fixture
def health(storage: Storage, clock: FakeClock) -> FeedHealth:
    for owner, guild in ((ANN, ""), (ANN, "discord:guild:9"), (BOB, "discord:guild:8")):
        storage.feeds.add(AddedFeed(feed=BLOG, owner=owner, guild=guild, added_at=NOON))
    return FeedHealth(store=storage.feeds, states=storage.store.source_states, clock=clock)


def failed(source: str = BLOG.source, *, gone: bool = False) -> FetchReport:
    return FetchReport(
        source=source, status=SourceStatus.FAILED, error="answered with status 500", gone=gone
    )


def fine(source: str = BLOG.source, *, moved_to: str = "") -> FetchReport:
    return FetchReport(source=source, status=SourceStatus.OK, fetched=3, moved_to=moved_to)


def fails_for(health: FeedHealth, clock: FakeClock, storage: Storage, times: int) -> None:
    """Let fetches fail, spread evenly, while other sources answer."""
    for _ in range(times):
        storage.store.record_fetch(fine("arxiv"), now=clock())
        health.record([failed()])
        clock.advance(MIN_FAILING_TIME / (MAX_FAILURES - 1))


def test_ten_failures_over_three_days_stop_a_feed_and_are_told_once(
    health: FeedHealth, clock: FakeClock, storage: Storage
) -> None:
    fails_for(health, clock, storage, MAX_FAILURES - 1)
    assert (list(health.readable()), list(health.notices())) == ([BLOG], [])

    fails_for(health, clock, storage, 1)

    assert list(health.readable()) == []
    (notice,) = health.notices()
    assert (notice.owners, notice.removed) == ((ANN, BOB), False)
    assert (notice.trouble.failures, notice.trouble.error) == (10, "answered with status 500")
    health.mark_notified(notice)
    assert list(health.notices()) == []
    assert storage.feeds.feeds() == [BLOG]


def test_many_failures_in_a_short_time_stop_nothing(health: FeedHealth, storage: Storage) -> None:
    storage.store.record_fetch(fine("arxiv"), now=NOON)
    for _ in range(5 * MAX_FAILURES):
        health.record([failed()])

    assert list(health.readable()) == [BLOG]


def test_one_success_begins_the_count_anew(
    health: FeedHealth, clock: FakeClock, storage: Storage
) -> None:
    fails_for(health, clock, storage, MAX_FAILURES - 1)
    health.record([fine()])
    fails_for(health, clock, storage, MAX_FAILURES - 1)

    assert list(health.readable()) == [BLOG]


def test_while_no_source_answers_the_network_is_to_blame(
    health: FeedHealth, clock: FakeClock
) -> None:
    for _ in range(2 * MAX_FAILURES):
        health.record([failed(), failed("arxiv")])
        clock.advance(timedelta(days=1))

    assert list(health.readable()) == [BLOG]


def test_a_feed_that_is_gone_is_removed_when_its_finders_were_told(
    health: FeedHealth, storage: Storage
) -> None:
    health.record([failed(gone=True)])
    assert list(health.readable()) == []
    assert storage.feeds.feeds() == [BLOG]

    (notice,) = health.notices()
    assert notice.removed
    assert "gone for good" in notice.trouble.error
    health.mark_notified(notice)

    assert storage.feeds.feeds() == []
    assert list(health.notices()) == []


def test_a_feed_that_moved_for_good_is_read_at_its_new_address(
    health: FeedHealth, storage: Storage
) -> None:
    health.record([fine(moved_to="https://new.example/feed")])

    (feed,) = storage.feeds.feeds()
    assert (feed.name, feed.url) == (BLOG.name, "https://new.example/feed")


@pytest.mark.parametrize(
    "target", ["http://blog.example/feed", "https://blog.example:8443/feed", BLOG.url]
)
def test_it_does_not_follow_to_what_nobody_could_have_added(
    health: FeedHealth, storage: Storage, target: str
) -> None:
    health.record([fine(moved_to=target)])

    assert storage.feeds.feeds() == [BLOG]


def test_a_feed_that_moved_to_another_ones_address_becomes_that_one(
    health: FeedHealth, storage: Storage
) -> None:
    other = Feed(name="other-1", url="https://other.example/feed", title="Other")
    storage.feeds.add(AddedFeed(feed=other, owner=BOB, guild="discord:guild:8", added_at=NOON))

    health.record([fine(moved_to=other.url)])

    assert storage.feeds.feeds() == [other]
    assert {(a.owner, a.guild) for a in storage.feeds.added()} == {
        (ANN, ""),
        (ANN, "discord:guild:9"),
        (BOB, "discord:guild:8"),
    }


def test_a_feed_whose_health_cannot_be_recorded_harms_no_other(
    health: FeedHealth, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Feed(name="other-1", url="https://other.example/feed", title="Another")
    storage.feeds.add(AddedFeed(feed=other, owner=ANN, guild="", added_at=NOON))
    save = storage.feeds.save_trouble

    def refusing(trouble: FeedTrouble) -> None:
        if trouble.feed == BLOG:
            raise StorageError("it is busy")
        save(trouble)

    monkeypatch.setattr(storage.feeds, "save_trouble", refusing)
    health.record([failed(), failed(other.source)])
    assert [one.feed for one in storage.feeds.troubles()] == [other]


def test_sources_of_the_settings_are_left_alone(health: FeedHealth, storage: Storage) -> None:
    health.record([failed("feed:lab", gone=True), failed("arxiv")])

    assert list(storage.feeds.troubles()) == []
