from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import ConfigError
from core.items import ItemKind
from core.sources import Quota
from fetchers.source import MalformedError
from fetchers.stackexchange import StackExchangeOptions
from fetchers.stackexchange_feed import parse_questions_feed
from fetchers.stackexchange_rows import ThrottledError, parse_questions
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, Outcome, fixture, read
from tests.stand_ins.sources.paths import (
    STACKEXCHANGE_FEATURED,
    STACKEXCHANGE_FEED,
    STACKEXCHANGE_QUESTIONS,
    STACKEXCHANGE_SEARCH,
    STACKEXCHANGE_UNANSWERED,
)
from tests.stand_ins.sources.server import SourceServer

QUESTIONS = fixture("stackexchange/questions.json")
FEATURED = fixture("stackexchange/featured.json")
FEED = fixture("stackexchange/feed.xml")
GOOD_DAY = GoodDay(
    answers={
        STACKEXCHANGE_QUESTIONS: QUESTIONS,
        STACKEXCHANGE_UNANSWERED: QUESTIONS,
        STACKEXCHANGE_SEARCH: QUESTIONS,
        STACKEXCHANGE_FEATURED: FEATURED,
    },
    options={"tags": ("pytorch", "machine-learning")},
    least=3,
)
THROTTLED = json.dumps(
    {
        "error_id": 502,
        "error_message": "too many requests from this IP, more requests available in 5400 seconds",
        "error_name": "throttle_violation",
    }
)


def ask(sources: SourceServer, *lists: str, **options: Any) -> Outcome:
    values: dict[str, Any] = {"tags": ("pytorch", "machine-learning"), "lists": lists} | options
    return read("stackexchange", sources, back=timedelta(days=1), **values)


def wrapped(**changes: Any) -> str:
    return json.dumps(
        {"items": [], "has_more": False, "quota_max": 300, "quota_remaining": 9} | changes
    )


class TestQuestions:
    def test_a_question_keeps_licence_author_and_link(self) -> None:
        item, *_ = parse_questions(QUESTIONS, "stackoverflow", NOON).items
        assert str(item.key) == "stackexchange/stackoverflow/80001000"
        assert item.kind is ItemKind.QUESTION
        assert item.url == "https://stackoverflow.com/questions/80001000/why-is-x-y-lost"
        assert item.authors == ("Zoë K.",)
        assert item.facts == {
            "license": "CC BY-SA 4.0",
            "author_page": "https://stackoverflow.com/users/12/zo-k",
        }
        assert item.facets == {
            "license": "CC BY-SA 4.0",
            "accepted": "yes",
            "last_activity": "2026-11-22T07:20:00Z",
        }
        assert item.metrics == {"score": 5, "answers": 2, "views": 210}
        assert item.tags == ("python", "pytorch")
        assert item.appeared_at == datetime(2026, 11, 21, 18, tzinfo=UTC)
        assert item.updated_at == datetime(2026, 11, 21, 19, tzinfo=UTC)
        assert item.summary == "I compile this:\nx < y"

    def test_a_title_is_unescaped_once(self) -> None:
        item, *_ = parse_questions(QUESTIONS, "stackoverflow", NOON).items
        assert item.title == 'Why is "x &lt; y" lost when I call `compile`?'

    def test_an_author_who_has_left_has_no_page(self) -> None:
        _, item, _ = parse_questions(QUESTIONS, "stackoverflow", NOON).items
        assert (item.authors, item.facts) == (("user77",), {"license": "CC BY-SA 4.0"})
        assert item.facets["accepted"] == "no"

    def test_a_question_with_a_bounty_appears_when_that_was_set(self) -> None:
        (item,) = parse_questions(FEATURED, "stackoverflow", NOON).items
        assert item.facets["bounty"] == 150
        assert item.facets["bounty_ends"] == "2026-11-27T08:00:00Z"
        assert item.appeared_at == datetime(2026, 11, 20, 8, tzinfo=UTC)

    @pytest.mark.parametrize("body", ["[]", "{}", "null", '{"items": [{}]}', '{"items": {}}'])
    def test_what_is_no_answer_is_an_error(self, body: str) -> None:
        with pytest.raises(MalformedError, match="stackexchange"):
            parse_questions(body.encode(), "stackoverflow", NOON)


class TestLists:
    def test_each_list_is_asked_for_by_tag_but_bounties_once(self, sources: SourceServer) -> None:
        for path, body in GOOD_DAY.answers.items():
            sources.answer(path, body)
        outcome = ask(sources, "new", "hot", "unanswered", "answered", "bounty", tags=("pytorch",))
        assert outcome.error is None
        asked = [(r.path, r.query.get("sort"), r.query.get("tagged")) for r in sources.requests]
        assert asked == [
            (STACKEXCHANGE_QUESTIONS, "creation", "pytorch"),
            (STACKEXCHANGE_QUESTIONS, "hot", "pytorch"),
            (STACKEXCHANGE_UNANSWERED, "votes", "pytorch"),
            (STACKEXCHANGE_SEARCH, "activity", "pytorch"),
            (STACKEXCHANGE_FEATURED, "creation", None),
        ]
        assert {r.query["site"] for r in sources.requests} == {"stackoverflow"}
        assert {r.query["filter"] for r in sources.requests} == {"withbody"}
        day_before = f"{(NOON - timedelta(days=1)).timestamp():.0f}"
        assert sources.requests[0].query["fromdate"] == day_before
        assert outcome.ids == ["stackoverflow/80001000", "stackoverflow/79000500"]

    def test_a_question_comes_once_and_only_with_a_tag_that_was_asked_for(
        self, sources: SourceServer
    ) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, QUESTIONS)
        assert ask(sources, "new").ids == ["stackoverflow/80001000", "stackoverflow/80001002"]

    def test_a_key_is_sent(self, sources: SourceServer) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, QUESTIONS)
        ask(sources, "new", key="k3y")
        assert {request.query["key"] for request in sources.requests} == {"k3y"}


class TestLimits:
    def test_the_quota_is_noted(self, sources: SourceServer) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, QUESTIONS)
        assert ask(sources, "new").batch.quota == Quota(left=287, most=300)

    def test_a_backoff_is_waited_for_before_the_next_request(self, sources: SourceServer) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, wrapped(backoff=10))
        outcome = ask(sources, "new")
        assert outcome.error is None
        assert len(sources.requests) == 2

    def test_a_backoff_that_is_too_long_sets_the_next_time(self, sources: SourceServer) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, wrapped(backoff=600))
        outcome = ask(sources, "new")
        assert outcome.error is not None
        assert outcome.error.retry_at == NOON + timedelta(minutes=10)
        assert len(sources.requests) == 1

    def test_a_throttle_is_kept_to_whatever_its_status(self, sources: SourceServer) -> None:
        for status in (400, 200):
            sources.answer(STACKEXCHANGE_QUESTIONS, THROTTLED, status=status)
            outcome = ask(sources, "new")
            assert "more requests available in 5400 seconds" in outcome.failed
            assert outcome.error is not None
            assert outcome.error.retry_at == NOON + timedelta(seconds=5400)
        assert len(sources.asked(STACKEXCHANGE_QUESTIONS)) == 2

    def test_a_throttle_without_a_time_is_an_hour(self) -> None:
        body = b'{"error_id": 502, "error_name": "throttle_violation"}'
        with pytest.raises(ThrottledError) as caught:
            parse_questions(body, "stackoverflow", NOON)
        assert caught.value.retry_at == NOON + timedelta(hours=1)

    def test_a_quota_that_is_used_up_ends_the_fetch_until_midnight(
        self, sources: SourceServer
    ) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, wrapped(quota_remaining=0))
        outcome = ask(sources, "new")
        assert outcome.batch.quota == Quota(left=0, most=300)
        assert outcome.error is not None
        assert outcome.error.retry_at == datetime(2026, 11, 23, tzinfo=UTC)

    def test_a_refusal_is_told_in_its_own_words(self, sources: SourceServer) -> None:
        body = '{"error_id": 400, "error_message": "site", "error_name": "bad_parameter"}'
        sources.answer(STACKEXCHANGE_QUESTIONS, body, status=400)
        outcome = ask(sources, "new")
        assert outcome.failed == "stackexchange: site (400)"


class TestFeeds:
    def test_an_entry_is_the_same_question_with_licence_and_author(self) -> None:
        (item,) = parse_questions_feed(FEED, NOON)
        known, *_ = parse_questions(QUESTIONS, "stackoverflow", NOON).items
        assert (item.key, item.title, item.url) == (known.key, known.title, known.url)
        assert item.tags == known.tags
        assert item.authors == ("Zoë K.",)
        assert item.facts["license"] == "CC BY-SA 4.0"
        assert item.appeared_at == known.appeared_at
        assert item.summary == "I compile this:"

    @pytest.mark.parametrize(
        "body", [b"", b"<html/>", FEED[:900], FEED.replace(b"<title", b"<name")]
    )
    def test_what_is_no_feed_of_questions_is_an_error(self, body: bytes) -> None:
        body = body.replace(b"</title>", b"</name>") if b"<name type" in body else body
        with pytest.raises(MalformedError, match="stackexchange"):
            parse_questions_feed(body, NOON)

    def test_the_feeds_stand_in_and_the_pause_is_kept(self, sources: SourceServer) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, THROTTLED, status=400)
        sources.answer(STACKEXCHANGE_FEED, FEED)
        outcome = ask(sources, "new")
        assert outcome.ids == ["stackoverflow/80001000"]
        assert outcome.error is not None
        assert outcome.error.retry_at == NOON + timedelta(seconds=5400)
        asked = [request.query["tagnames"] for request in sources.asked(STACKEXCHANGE_FEED)]
        assert asked == ["pytorch", "machine-learning"]

    def test_no_other_site_has_them(self, sources: SourceServer) -> None:
        sources.answer(STACKEXCHANGE_QUESTIONS, THROTTLED, status=400)
        assert ask(sources, "new", sites=("ai",)).failed
        assert sources.asked(STACKEXCHANGE_FEED) == []


@pytest.mark.parametrize(
    "options",
    [{"lists": ("best",)}, {"tags": ()}, {"sites": ("stack overflow",)}, {"tags": ("a;b",)}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"sources\.stackexchange"):
        StackExchangeOptions(**options)
