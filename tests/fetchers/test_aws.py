"""AWS What's New: what is about AI, by either way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fetchers.aws import parse_directory, parse_rss
from fetchers.source import MalformedError
from tests.fetchers.harness import GoodDay, fixture, read
from tests.stand_ins.sources.server import SourceServer

FEED = "/about-aws/whats-new/recent/feed/"
DIRECTORY = "/api/dirs/items/search"
RSS = fixture("aws/rss.xml")
JSON = fixture("aws/directory.json")
GOOD_DAY = GoodDay(answers={FEED: RSS}, least=2)
WEEK = timedelta(days=7)
MODEL = "2026/11/bedrock-small-example-model"


def test_what_is_about_ai_is_read_and_its_false_friends_are_not(sources: SourceServer) -> None:
    sources.answer(FEED, RSS)
    outcome = read("aws", sources, back=WEEK)
    assert outcome.ids == [MODEL, "2026/11/ec2-gpus-europe"]
    item = outcome.items[0]
    assert item.summary == "You can now call it & pay by the token."
    assert item.tags == ("artificial-intelligence", "amazon-bedrock")
    assert item.appeared_at == datetime(2026, 11, 21, 21, tzinfo=UTC)
    assert (outcome.error, outcome.note) == (None, None)


def test_only_what_appeared_since_then_is_read(sources: SourceServer) -> None:
    sources.answer(FEED, RSS)
    assert read("aws", sources, back=timedelta(days=1)).ids == [MODEL]


def test_the_directory_stands_in_and_says_so(sources: SourceServer) -> None:
    sources.answer(FEED, status=500)
    sources.answer(DIRECTORY, JSON)
    outcome = read("aws", sources, back=WEEK)
    assert outcome.ids == [MODEL]
    assert outcome.note is not None
    assert outcome.note.startswith("read from the directory: ")
    asked = sources.requests[-1].query
    assert asked["item.directoryId"] == "whats-new-v2"


def test_both_ways_give_one_item() -> None:
    by_feed, by_directory = parse_rss(RSS)[0], parse_directory(JSON)[0]
    assert (by_feed.id, by_feed.url.rstrip("/")) == (by_directory.id, by_directory.url)
    assert (by_feed.title, by_feed.summary, by_feed.at) == (
        by_directory.title,
        by_directory.summary,
        by_directory.at,
    )
    assert set(by_feed.tags) == set(by_directory.tags)


def test_the_old_directory_that_went_silent_is_an_error(sources: SourceServer) -> None:
    sources.answer(FEED, b"<html>")
    sources.answer(DIRECTORY, b'{"items": [], "metadata": {"count": 0}}')
    assert "HTML page" in read("aws", sources).failed


@pytest.mark.parametrize("body", [b"<rss><channel/></rss>", b"<feed/>", b""])
def test_a_feed_without_entries_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedError, match="aws"):
        parse_rss(body)
