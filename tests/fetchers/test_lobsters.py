from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError
from core.items import ItemKind
from fetchers.lobsters import LobstersOptions, parse_rss, parse_stories
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, build, fetch, fixture, read
from tests.net.fakes import FakeValidatorStore
from tests.stand_ins.sources.paths import LOBSTERS, LOBSTERS_RSS
from tests.stand_ins.sources.server import SourceServer

STORIES = fixture("lobsters/ai.json")
GOOD_DAY = GoodDay(answers={LOBSTERS: STORIES}, least=2)
WEEK = timedelta(days=7)


class TestStories:
    def test_a_story_has_its_discussion_link_and_counts(self) -> None:
        item, _ = parse_stories(STORIES, NOON)
        assert str(item.key) == "lobsters/k3v9xq"
        assert item.kind is ItemKind.DISCUSSION
        assert item.url == "https://lobste.rs/s/k3v9xq"
        assert item.related == ("https://blog.example.org/reading-models?utm_source=lobsters",)
        assert item.metrics == {"points": 31, "comments": 6}
        assert item.authors == ("tamsin",)
        assert item.tags == ("ai", "visualization")
        assert item.summary == "A note & some figures."
        assert item.appeared_at == datetime(2026, 11, 21, 20, 10, tzinfo=UTC)

    def test_a_text_story_of_the_older_shape_is_read(self) -> None:
        _, item = parse_stories(STORIES, NOON)
        assert (item.authors, item.related) == (("petra",), ())
        assert item.summary == "I ask for tests first."

    @pytest.mark.parametrize("body", [b"{}", b"[{}]", b'["text"]', b"null"])
    def test_what_is_no_list_of_stories_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="lobsters"):
            parse_stories(body, NOON)

    def test_no_story_is_nothing_new(self) -> None:
        assert parse_stories(b"[]", NOON) == []


class TestRequests:
    def test_several_tags_are_one_list(self, sources: SourceServer) -> None:
        sources.answer("/t/ai,ml.json", STORIES)
        assert read("lobsters", sources, tags=("ai", "ml")).ids == ["k3v9xq", "w7m2de"]

    def test_without_tags_all_stories_are_read(self, sources: SourceServer) -> None:
        sources.answer("/newest.json", STORIES)
        assert len(read("lobsters", sources, tags=()).items) == 2

    def test_a_list_that_has_not_changed_is_nothing_new(self, sources: SourceServer) -> None:
        sources.answer_if_changed(LOBSTERS, STORIES, etag='"1"')
        seen = FakeValidatorStore()
        reader = build("lobsters", sources, validators=seen)
        seen.kept |= fetch(reader, NOON - WEEK).batch.validators
        outcome = fetch(reader, NOON - WEEK)
        assert (outcome.items, outcome.error, outcome.note) == ([], None, None)

    def test_the_rss_stands_in_and_says_so(self, sources: SourceServer) -> None:
        sources.answer(LOBSTERS, b"<html>")
        sources.answer(LOBSTERS_RSS, fixture("lobsters/ai.rss"))
        outcome = read("lobsters", sources)
        assert outcome.ids == ["k3v9xq"]
        assert outcome.items[0].tags == ("ai", "visualization")
        assert outcome.note is not None
        assert outcome.note.startswith("read from the RSS, without points: lobsters: ")


def test_an_rss_of_which_nothing_can_be_read_is_an_error() -> None:
    with pytest.raises(MalformedError, match="none of 1"):
        parse_rss(b"<rss><channel><item><title>t</title></item></channel></rss>", NOON)


def test_what_is_no_tag_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"sources\.lobsters\.tags: 'a/b'"):
        LobstersOptions(tags=("a/b",))
