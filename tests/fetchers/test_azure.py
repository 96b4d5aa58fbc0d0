"""Azure updates: what is about AI, by either way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fetchers.azure import parse_rss, parse_updates
from fetchers.source import MalformedError
from tests.fetchers.harness import GoodDay, fixture, read
from tests.stand_ins.sources.server import SourceServer

API = "/releasecommunications/api/v2/azure"
FEED = f"{API}/rss"
JSON = fixture("azure/updates.json")
RSS = fixture("azure/rss.xml")
GOOD_DAY = GoodDay(answers={API: JSON}, least=1)
WEEK = timedelta(days=7)


def test_an_update_about_ai_is_read_and_its_false_friends_are_not(sources: SourceServer) -> None:
    sources.answer(API, JSON)
    [item] = read("azure", sources, back=WEEK).items
    assert str(item.key) == "azure/900001"
    assert item.title == "Public Preview: A new router for your deployments"
    assert item.url == "https://azure.microsoft.com/updates?id=900001"
    assert item.facts == {"status": "In preview", "availability": "preview 2026-11"}
    assert item.version == "In preview"
    assert item.published_at == datetime(2026, 11, 20, 18, 30, 0, 501323, tzinfo=UTC)
    assert item.summary == "Sends each request to the cheapest one that will do."


def test_an_old_update_that_got_a_new_state_is_news(sources: SourceServer) -> None:
    body = JSON.replace(b'"created": "2026-11-20T18:30', b'"created": "2026-05-20T18:30')
    sources.answer(API, body)
    assert read("azure", sources, back=WEEK).ids == ["900001"]


def test_the_feed_with_its_odd_dates_stands_in(sources: SourceServer) -> None:
    sources.answer(API, status=500)
    sources.answer(FEED, RSS)
    outcome = read("azure", sources, back=WEEK)
    assert outcome.ids == ["900001"]
    assert outcome.note is not None
    assert outcome.note.startswith("read from the RSS: ")


def test_both_ways_give_one_item() -> None:
    one, other = parse_rss(RSS)[0], parse_updates(JSON)[0]
    assert (one.id, one.title, one.state) == (other.id, other.title, other.state)
    assert one.made == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert one.at == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"{}", b'{"value": []}', b'{"value": [{"id": 3}]}', b"[]"])
def test_what_holds_no_updates_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedError, match="azure"):
        parse_updates(body)
