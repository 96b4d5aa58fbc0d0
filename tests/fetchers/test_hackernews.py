from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError
from core.items import ItemKind
from fetchers.hackernews import HackerNewsOptions, discussion_id, parse_rss, parse_search
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, fixture, read
from tests.stand_ins.sources.paths import HACKERNEWS, HACKERNEWS_RSS
from tests.stand_ins.sources.server import SourceServer

STORIES = fixture("hackernews/stories.json")
GOOD_DAY = GoodDay(answers={HACKERNEWS: STORIES}, least=3)


class TestStories:
    def test_a_story_has_its_discussion_link_and_counts(self) -> None:
        item, *_ = parse_search(STORIES, NOON)
        assert str(item.key) == "hackernews/46001001"
        assert item.kind is ItemKind.DISCUSSION
        assert item.url == "https://news.ycombinator.com/item?id=46001001"
        assert item.related == ("https://github.com/prompt-tools/stepper",)
        assert item.metrics == {"points": 212, "comments": 48}
        assert item.authors == ("maren",)
        assert item.tags == ("Show HN",)
        assert (
            item.summary == "I wrote this since I was tired of guessing.\nIt steps & shows tokens."
        )
        assert item.appeared_at == datetime(2026, 11, 21, 18, 2, 11, tzinfo=UTC)
        assert item.facets == {"last_activity": "2026-11-22T09:30:00Z"}

    def test_a_question_leads_nowhere_else(self) -> None:
        _, question, _ = parse_search(STORIES, NOON)
        assert (question.related, question.tags) == ((), ("Ask HN",))

    @pytest.mark.parametrize(
        "body", [b"{}", b"[]", b'{"hits": {}}', b'{"hits": [{"objectID": "x", "title": "t"}]}']
    )
    def test_what_is_no_answer_of_the_search_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="hackernews"):
            parse_search(body, NOON)

    def test_no_story_is_nothing_new(self) -> None:
        assert parse_search(b'{"hits": [], "nbHits": 0}', NOON) == []


class TestRequests:
    def test_stories_of_a_day_more_are_asked_for_by_points(self, sources: SourceServer) -> None:
        sources.answer(HACKERNEWS, STORIES)
        outcome = read("hackernews", sources, back=timedelta(days=1), points=30, query="llm")
        assert outcome.ids == ["46001001", "46001002", "46001003"]
        (request,) = sources.requests
        start = int((NOON - timedelta(days=2)).timestamp())
        assert request.query == {
            "tags": "story",
            "query": "llm",
            "numericFilters": f"created_at_i>{start},points>=30",
            "hitsPerPage": "200",
        }

    def test_the_rss_stands_in_and_says_so(self, sources: SourceServer) -> None:
        sources.answer(HACKERNEWS, b"down", status=500)
        sources.answer(HACKERNEWS_RSS, fixture("hackernews/rss.xml"))
        outcome = read("hackernews", sources)
        assert outcome.ids == ["46001003", "46001002"]
        assert outcome.items[0].related == ("https://arxiv.org/abs/2611.04321",)
        assert outcome.items[1].related == ()
        assert outcome.note is not None
        assert outcome.note.startswith("read the front page's RSS, without points: ")

    def test_where_both_fail_the_search_is_told_of(self, sources: SourceServer) -> None:
        sources.answer(HACKERNEWS, b"down", status=500)
        sources.answer(HACKERNEWS_RSS, b"<rss/>")
        assert "status 500" in read("hackernews", sources).failed


def test_an_rss_without_stories_is_an_error() -> None:
    with pytest.raises(MalformedError, match="none of 0"):
        parse_rss(b"<rss><channel/></rss>", NOON)


@pytest.mark.parametrize("address", [None, "", "https://example.org", "item?id=x", "http://[half"])
def test_what_is_no_discussion_has_no_id(address: str | None) -> None:
    assert discussion_id(address) == ""


def test_points_below_nothing_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"sources\.hackernews\.points"):
        HackerNewsOptions(points=-1)
