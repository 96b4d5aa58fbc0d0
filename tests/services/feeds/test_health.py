"""Members' feeds over time: moved, gone, or failing until they are given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.feeds import AddedFeed, Feed, FeedFate
from core.sources import FetchReport, SourceStatus
from services.feeds.health import LONGEST_FAILING, MOST_FAILURES, FeedHealth
from storage.opening import Storage
from tests.fakes import NOON, FakeClock

ANN, BOB = "discord:1", "discord:2"
BLOG = Feed(name="blog-1", url="https://blog.example/feed", title="A blog")


@pytest.fixture
def care(storage: Storage, clock: FakeClock) -> FeedHealth:
    for owner, guild in ((ANN, ""), (ANN, "discord:guild:9"), (BOB, "discord:guild:8")):
        storage.feeds.add(AddedFeed(feed=BLOG, owner=owner, guild=guild, added_at=NOON))
    return FeedHealth(store=storage.feeds, states=storage.store.source_states, clock=clock)


def failed(source: str = BLOG.source) -> FetchReport:
    return FetchReport(source=source, status=SourceStatus.FAILED, error="answered with status 500")


def fine(source: str = BLOG.source) -> FetchReport:
    return FetchReport(source=source, status=SourceStatus.OK, fetched=3)


def fails_for(care: FeedHealth, clock: FakeClock, storage: Storage, times: int) -> None:
    """Let looks fail, spread evenly, while other sources answer."""
    for _ in range(times):
        storage.store.record_fetch(fine("arxiv"), now=clock())
        care.heed([(failed(), FeedFate())])
        clock.advance(LONGEST_FAILING / (MOST_FAILURES - 1))


def test_ten_failures_over_three_days_stop_a_feed_and_are_told_once(
    care: FeedHealth, clock: FakeClock, storage: Storage
) -> None:
    fails_for(care, clock, storage, MOST_FAILURES - 1)
    assert (list(care.readable()), list(care.notices())) == ([BLOG], [])

    fails_for(care, clock, storage, 1)

    assert list(care.readable()) == []
    (notice,) = care.notices()
    assert (notice.owners, notice.removed) == ((ANN, BOB), False)
    assert (notice.trouble.failures, notice.trouble.error) == (10, "answered with status 500")
    care.told(notice)
    assert list(care.notices()) == []
    assert storage.feeds.feeds() == [BLOG]


def test_many_failures_in_a_short_time_stop_nothing(care: FeedHealth, storage: Storage) -> None:
    storage.store.record_fetch(fine("arxiv"), now=NOON)
    for _ in range(5 * MOST_FAILURES):
        care.heed([(failed(), FeedFate())])

    assert list(care.readable()) == [BLOG]


def test_one_success_begins_the_count_anew(
    care: FeedHealth, clock: FakeClock, storage: Storage
) -> None:
    fails_for(care, clock, storage, MOST_FAILURES - 1)
    care.heed([(fine(), FeedFate())])
    fails_for(care, clock, storage, MOST_FAILURES - 1)

    assert list(care.readable()) == [BLOG]


def test_while_no_source_answers_the_network_is_to_blame(
    care: FeedHealth, clock: FakeClock
) -> None:
    for _ in range(2 * MOST_FAILURES):
        care.heed([(failed(), FeedFate()), (failed("arxiv"), FeedFate())])
        clock.advance(timedelta(days=1))

    assert list(care.readable()) == [BLOG]


def test_a_feed_that_is_gone_is_removed_when_its_finders_were_told(
    care: FeedHealth, storage: Storage
) -> None:
    care.heed([(failed(), FeedFate(gone=True))])
    assert list(care.readable()) == []
    assert storage.feeds.feeds() == [BLOG]

    (notice,) = care.notices()
    assert notice.removed
    assert "gone for good" in notice.trouble.error
    care.told(notice)

    assert storage.feeds.feeds() == []
    assert list(care.notices()) == []


def test_a_feed_that_moved_for_good_is_read_at_its_new_address(
    care: FeedHealth, storage: Storage
) -> None:
    care.heed([(fine(), FeedFate(moved_to="https://new.example/feed"))])

    (feed,) = storage.feeds.feeds()
    assert (feed.name, feed.url) == (BLOG.name, "https://new.example/feed")


@pytest.mark.parametrize(
    "target", ["http://blog.example/feed", "https://blog.example:8443/feed", BLOG.url]
)
def test_it_does_not_follow_to_what_nobody_could_have_added(
    care: FeedHealth, storage: Storage, target: str
) -> None:
    care.heed([(fine(), FeedFate(moved_to=target))])

    assert storage.feeds.feeds() == [BLOG]


def test_a_feed_that_moved_to_another_ones_address_becomes_that_one(
    care: FeedHealth, storage: Storage
) -> None:
    other = Feed(name="other-1", url="https://other.example/feed", title="Other")
    storage.feeds.add(AddedFeed(feed=other, owner=BOB, guild="discord:guild:8", added_at=NOON))

    care.heed([(fine(), FeedFate(moved_to=other.url))])

    assert storage.feeds.feeds() == [other]
    assert {(a.owner, a.guild) for a in storage.feeds.added()} == {
        (ANN, ""),
        (ANN, "discord:guild:9"),
        (BOB, "discord:guild:8"),
    }


def test_sources_of_the_settings_are_left_alone(care: FeedHealth, storage: Storage) -> None:
    care.heed([(failed("feed:lab"), FeedFate(gone=True)), (failed("arxiv"), FeedFate())])

    assert list(storage.feeds.troubles()) == []
