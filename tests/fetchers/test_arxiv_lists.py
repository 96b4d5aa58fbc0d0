"""arXiv's lists when they break off or contradict each other."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from core.items import ItemKey
from core.withdrawal import is_withdrawn
from fetchers.arxiv_api import check_feed
from fetchers.arxiv_rss import parse_rss
from fetchers.source import MalformedError
from storage.opening import Storage
from tests.fetchers.harness import fixture
from tests.fetchers.test_arxiv import ASKED, IN_API, IN_RSS, RSS, SHORT, TUESDAY, of_today
from tests.fetchers.test_arxiv import read_arxiv as read
from tests.stand_ins.sources.paths import ARXIV_API
from tests.stand_ins.sources.server import SourceServer

WITHDRAWN = b"This paper has been withdrawn by the authors due to an error in a proof."


def up_to(body: bytes, entries: int, end: bytes) -> bytes:
    """Break a list off in the middle of the entry after so many."""
    parts = body.split(end)
    return end.join(parts[: entries + 1])[:-30]


class TestTheRssBreaksOff:
    def test_what_came_is_kept_and_the_api_asked_for_the_rest(self, sources: SourceServer) -> None:
        sources.answer(RSS, up_to(fixture("arxiv/rss.xml"), 2, b"</item>"))
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        outcome = read(sources, back=SHORT)
        assert outcome.ids == [*IN_API, IN_RSS[0]]
        assert "the RSS is incomplete" in str(outcome.error)
        assert outcome.batch.validators == {}

    def test_it_stands_in_for_nothing(self, sources: SourceServer) -> None:
        sources.answer(RSS, up_to(fixture("arxiv/rss.xml"), 2, b"</item>"))
        sources.answer(ARXIV_API, status=503)
        outcome = read(sources, back=SHORT)
        assert outcome.ids == IN_RSS[:1]
        assert "503" in str(outcome.error)

    def test_wherever_it_breaks_off_it_is_never_taken_for_whole(self) -> None:
        body = fixture("arxiv/rss.xml")
        for at in range(0, len(body) - len(b"</rss>\n"), 7):
            try:
                found = parse_rss(body[:at], ASKED)
            except MalformedError:
                continue
            assert not found.whole
            assert [item.key.external_id for item in found.items] == IN_RSS[: len(found.items)]


class TestTheApiBreaksOff:
    def test_what_came_is_kept_and_the_rest_asked_for(self, sources: SourceServer) -> None:
        body = fixture("arxiv/api_new.xml")
        sources.answer_once(ARXIV_API, up_to(body, 2, b"</entry>"))
        sources.answer(ARXIV_API, body)
        outcome = read(sources)
        assert (outcome.ids, outcome.error) == (IN_API, None)
        assert [request.query["start"] for request in sources.asked(ARXIV_API)] == ["0", "2"]

    def test_if_the_rest_never_comes_the_window_stays(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_API, up_to(fixture("arxiv/api_new.xml"), 2, b"</entry>"))
        outcome = read(sources)
        assert outcome.ids == IN_API[:2]
        assert "stopped in the middle" in str(outcome.error)

    def test_wherever_it_breaks_off_only_whole_papers_are_read(self) -> None:
        body = fixture("arxiv/api_new.xml")
        for at in range(0, len(body), 7):
            try:
                page = check_feed(body[:at])
            except MalformedError:
                continue
            assert page.total == 3
            assert page.content.count(b"</entry>") == len(page.ids)


def test_an_rss_of_an_earlier_day_does_not_confirm_that_there_are_no_papers(
    sources: SourceServer,
) -> None:
    sources.answer(RSS, fixture("arxiv/rss.xml").replace(b"09 Jan", b"08 Jan"))
    sources.answer(ARXIV_API, fixture("arxiv/api_empty.xml"))
    outcome = read(sources, back=SHORT)
    assert outcome.ids == IN_RSS
    assert "an RSS of an earlier day cannot confirm" in str(outcome.error)


def test_the_hours_until_the_rss_is_made_are_no_reason_to_doubt_the_api(
    sources: SourceServer,
) -> None:
    sources.answer(RSS, fixture("arxiv/rss.xml"))
    sources.answer(ARXIV_API, fixture("arxiv/api_empty.xml"))
    evening = datetime(2024, 1, 10, 2, tzinfo=UTC)  # an hour after Tuesday's announcement
    assert read(sources, now=evening, back=timedelta(hours=6)).error is None


def test_an_rss_that_is_dated_ahead_is_not_believed_and_nothing_appears_ahead(
    sources: SourceServer,
) -> None:
    sources.answer(RSS, fixture("arxiv/rss.xml").replace(b"Tue, 09 Jan 2024", b"Thu, 09 Jan 2025"))
    sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
    outcome = read(sources, back=SHORT)
    assert outcome.ids == [*IN_API, *IN_RSS]
    assert all(item.appeared_at <= TUESDAY for item in outcome.items)


def test_the_rss_takes_back_no_withdrawal_that_the_api_told_of(
    sources: SourceServer, storage: Storage
) -> None:
    told = of_today(fixture("arxiv/api_new.xml")).replace(b"1706.03762v7", b"2312.00752v2")
    told = re.sub(b"<summary>Drops.*?</summary>", b"<summary>" + WITHDRAWN + b"</summary>", told)
    sources.answer(ARXIV_API, told)
    for answer in (b"", fixture("arxiv/rss.xml")):
        sources.answer(RSS, answer)
        outcome = read(sources, back=SHORT)
        storage.store.upsert(outcome.items, now=TUESDAY)
    paper = storage.store.item(ItemKey("arxiv", "2312.00752"))
    assert outcome.ids == IN_RSS
    assert paper is not None
    assert is_withdrawn(paper)
