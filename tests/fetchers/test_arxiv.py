from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta

import arxiv  # type: ignore[import-untyped]
import pytest

from core.errors import ConfigError
from fetchers.arxiv import ArxivOptions
from fetchers.arxiv_rss import parse_rss
from fetchers.source import MalformedError
from tests.fetchers.harness import GoodDay, Outcome, build, fetch, fixture, read
from tests.net.fakes import FakeValidatorStore
from tests.stand_ins.sources.paths import ARXIV_API, arxiv_rss
from tests.stand_ins.sources.server import SourceServer

RSS = arxiv_rss("cs.CL", "cs.LG")
TUESDAY = datetime(2024, 1, 9, 12, tzinfo=UTC)  # the day of the fixture's announcement
SATURDAY = datetime(2024, 1, 13, 12, tzinfo=UTC)
SHORT = timedelta(hours=20)
LONG = timedelta(days=7)
IN_RSS = ["2401.04088", "2401.02385", "2312.00752"]
IN_API = ["1706.03762", "1512.03385", "hep-th/9711200"]

GOOD_DAY = GoodDay(
    answers={
        RSS: fixture("arxiv/rss.xml"),
        ARXIV_API: fixture("arxiv/api_new.xml"),
    },
    options={"categories": ("cs.CL", "cs.LG")},
    now=TUESDAY,
    least=6,
)


def read_arxiv(
    sources: SourceServer, *, now: datetime = TUESDAY, back: timedelta = LONG
) -> Outcome:
    return read("arxiv", sources, now=now, back=back, categories=("cs.CL", "cs.LG"))


class TestRss:
    def test_one_announcement_needs_one_small_request(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        outcome = read_arxiv(sources, back=SHORT)
        assert (outcome.ids, outcome.error, outcome.note) == (IN_RSS, None, None)
        assert len(sources.requests) == 1

    def test_an_entry_is_read_as_a_person_would(self) -> None:
        paper = parse_rss(fixture("arxiv/rss.xml")).items[0]
        assert paper.title == "Mixtral of Experts"
        assert paper.url == "https://arxiv.org/abs/2401.04088"
        assert paper.version == "1"
        assert paper.summary.startswith("A language model in which two of eight")
        assert paper.authors[0] == "Albert Q. Jiang (Mistral AI, Paris)"
        assert len(paper.authors) == 3
        assert paper.tags == ("cs.LG", "cs.CL")
        assert paper.appeared_at == datetime(2024, 1, 9, 1, tzinfo=UTC)  # Monday 20:00 there

    def test_the_colon_after_a_teams_name_is_no_author(self) -> None:
        body = fixture("arxiv/rss.xml").replace(b"Alexandre Sablayrolles,", b":,")
        assert parse_rss(body).items[0].authors[1:] == ("Antoine Roux",)

    def test_a_new_version_of_an_older_paper_does_not_look_new(self) -> None:
        replaced = parse_rss(fixture("arxiv/rss.xml")).items[2]
        assert replaced.version == "2"
        assert replaced.appeared_at == datetime(2023, 12, 1, tzinfo=UTC)
        assert replaced.facts == {
            "doi": "10.48550/arXiv.2312.00752",
            "journal_ref": "COLM 2024",
            "primary_category": "cs.LG",
        }

    def test_a_list_of_full_length_is_not_trusted_to_be_whole(self, sources: SourceServer) -> None:
        entry = (
            "<item><title>t</title><guid>oai:arXiv.org:2401.{:05}v1</guid>"
            "<arxiv:announce_type>new</arxiv:announce_type></item>"
        )
        body = fixture("arxiv/rss_empty.xml").decode().replace("13 Jan", "09 Jan")
        entries = "".join(entry.format(number) for number in range(2000))
        sources.answer(RSS, body.replace("</channel>", entries + "</channel>"))
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        assert len(read_arxiv(sources, back=SHORT).items) == 2003

    def test_no_papers_on_a_weekend_is_a_success(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss_empty.xml"))
        outcome = read_arxiv(sources, now=SATURDAY, back=SHORT)
        assert (outcome.items, outcome.error, outcome.note) == ([], None, None)
        assert len(sources.requests) == 1

    def test_no_papers_on_a_holiday_is_a_success_once_the_api_has_none_either(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, fixture("arxiv/rss_empty.xml"))
        sources.answer(ARXIV_API, fixture("arxiv/api_empty.xml"))
        outcome = read_arxiv(sources, now=TUESDAY, back=SHORT)
        assert (outcome.items, outcome.error) == ([], None)

    def test_what_is_unchanged_is_not_read_again(self, sources: SourceServer) -> None:
        validators = FakeValidatorStore()
        sources.answer_if_changed(RSS, fixture("arxiv/rss.xml"), etag='"monday"')
        fetcher = build(
            "arxiv", sources, now=TUESDAY, validators=validators, categories=("cs.CL", "cs.LG")
        )
        assert fetch(fetcher, TUESDAY - SHORT).ids == IN_RSS
        second = fetch(fetcher, TUESDAY - SHORT)
        assert second.ids == IN_RSS  # nobody said that they are stored
        validators.kept |= second.batch.validators
        again = fetch(fetcher, TUESDAY - SHORT)
        assert (again.ids, again.error) == ([], None)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\x00\x01",
            b"<rss/>",
            b"<rss><channel/></rss>",
            b"<feed/>",
            fixture("login.html"),
            fixture("arxiv/rss.xml")[:-40],
        ],
    )
    def test_what_is_no_rss_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_rss(body)

    def test_entries_that_are_all_unreadable_are_an_error(self) -> None:
        body = fixture("arxiv/rss.xml").replace(b"oai:arXiv.org:", b"x").replace(b"/abs/", b"/x/")
        with pytest.raises(MalformedError, match="none of 5"):
            parse_rss(body)


class TestApi:
    def test_a_longer_window_is_read_from_the_api_and_the_rss(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        outcome = read_arxiv(sources)
        assert (outcome.ids, outcome.error) == (IN_API + IN_RSS, None)

    def test_the_query_asks_for_what_was_submitted_for_the_window(
        self, sources: SourceServer
    ) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        read_arxiv(sources)
        (request,) = sources.asked(ARXIV_API)
        # Since Tuesday a week ago, 07:00 in New York: what came until Monday 14:00 there had been
        # announced on Monday evening.
        assert request.query == {
            "search_query": "(cat:cs.CL OR cat:cs.LG) AND "
            "submittedDate:[202401011900 TO 202401091200]",
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "start": "0",
            "max_results": "500",
        }
        assert request.headers["User-Agent"].startswith("tidings/")

    def test_both_serialisations_give_equal_items(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        new = read_arxiv(sources).items
        sources.answer(ARXIV_API, fixture("arxiv/api_old.xml"))
        old = read_arxiv(sources).items
        assert new == old
        assert [item.fingerprint() for item in new] == [item.fingerprint() for item in old]

    def test_an_entry_is_read_as_a_person_would(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        attention, residual, _ = read_arxiv(sources).items
        assert attention.title == "Attention Is All You Need"
        assert attention.version == "7"
        assert attention.url == "https://arxiv.org/abs/1706.03762"
        assert attention.authors == ("Ashish Vaswani", "Noam Shazeer")
        assert attention.tags == ("cs.CL", "cs.LG")
        assert attention.facts == {"comment": "15 pages, 5 figures", "primary_category": "cs.CL"}
        assert attention.published_at == datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)
        assert attention.updated_at == datetime(2023, 8, 2, 0, 41, 18, tzinfo=UTC)
        assert attention.appeared_at == datetime(2017, 6, 13, 0, tzinfo=UTC)
        assert residual.facts["doi"] == "10.1109/CVPR.2016.90"
        assert residual.facts["journal_ref"] == "CVPR 2016"
        assert "3.57 % & the idea carries over to detection with scores > the" in residual.summary

    def test_the_colon_after_a_teams_name_is_no_author(self, sources: SourceServer) -> None:
        body = fixture("arxiv/api_new.xml").replace(b"Noam Shazeer", b":")
        sources.answer(ARXIV_API, body)
        assert read_arxiv(sources).items[0].authors == ("Ashish Vaswani",)

    def test_nothing_is_announced_in_the_future(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        noon = datetime(2017, 6, 12, 19, tzinfo=UTC)
        assert read_arxiv(sources, now=noon).items[0].appeared_at == noon

    def test_entries_that_cannot_be_read_are_left_out(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_half_bad.xml"))
        outcome = read_arxiv(sources)
        assert (outcome.ids, outcome.error) == (["1810.04805"], None)

    def test_a_mirror_that_ignores_the_page_is_not_asked_for_ever(
        self, sources: SourceServer
    ) -> None:
        body = fixture("arxiv/api_new.xml").replace(b"totalResults>3<", b"totalResults>449736<")
        sources.answer(ARXIV_API, body)
        outcome = read_arxiv(sources)
        assert (outcome.ids, outcome.error) == (IN_API, None)
        assert len(sources.asked(ARXIV_API)) == 2

    def test_a_page_that_is_empty_in_the_middle_is_asked_for_once_more(
        self, sources: SourceServer
    ) -> None:
        body = fixture("arxiv/api_new.xml").replace(b"totalResults>3<", b"totalResults>6<")
        sources.answer_once(ARXIV_API, body)
        sources.answer(ARXIV_API, fixture("arxiv/api_empty.xml"))
        outcome = read_arxiv(sources)
        assert outcome.ids == IN_API
        assert "stopped in the middle" in str(outcome.error)
        assert [request.query["start"] for request in sources.asked(ARXIV_API)] == ["0", "3", "3"]

    def test_the_latest_papers_are_enough_if_there_are_too_many(
        self, sources: SourceServer
    ) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        outcome = read("arxiv", sources, now=TUESDAY, back=LONG, max_results=2)
        assert outcome.ids == IN_API[:2]
        assert "latest 2 papers" in str(outcome.note)

    @pytest.mark.parametrize(
        ("status", "body", "line"),
        [
            (200, fixture("arxiv/api_error.xml"), "max_results must be an integer"),
            (400, fixture("arxiv/api_error.xml"), "max_results must be an integer"),
            (200, fixture("login.html"), "HTML"),
            (200, b"", "empty"),
            (200, fixture("arxiv/api_new.xml")[:-200], "broken XML"),
            (200, fixture("arxiv/rss.xml"), "not <feed>"),
            (429, b"Rate exceeded.", "too many requests"),
            (500, b"<html>Server Error</html>", "status 500"),
            (403, b"Access denied", "status 403"),
        ],
    )
    def test_without_the_rss_every_bad_answer_is_a_failure_after_one_request(
        self, sources: SourceServer, status: int, body: bytes, line: str
    ) -> None:
        sources.answer(ARXIV_API, body, status=status)
        outcome = read_arxiv(sources)
        assert line in outcome.failed
        assert len(sources.asked(ARXIV_API)) == 1

    def test_entries_that_are_all_unreadable_are_a_failure(self, sources: SourceServer) -> None:
        body = fixture("arxiv/api_new.xml").replace(b"published>", b"publication>")
        sources.answer(ARXIV_API, body)
        assert "none of 3 entries" in read_arxiv(sources).failed


class TestBoth:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_the_rss_stands_in_for_an_api_that_is_out_of_order(
        self, sources: SourceServer, status: int
    ) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, status=status)
        outcome = read_arxiv(sources)
        assert (outcome.ids, outcome.error) == (IN_RSS, None)
        assert "only the announcement of 09 January" in str(outcome.note)

    def test_it_does_not_hide_that_the_api_broke_off_half_way(self, sources: SourceServer) -> None:
        many = re.sub(rb"totalResults>\d+<", b"totalResults>900<", fixture("arxiv/api_new.xml"))
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer_once(ARXIV_API, many)
        sources.answer(ARXIV_API, status=503)
        outcome = read_arxiv(sources)
        assert outcome.ids == [*IN_API, *IN_RSS]
        assert "503" in str(outcome.error)

    def test_it_does_not_hide_an_answer_that_makes_no_sense(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, fixture("login.html"))
        outcome = read_arxiv(sources)
        assert outcome.ids == IN_RSS
        assert "HTML" in str(outcome.error)

    def test_an_empty_rss_stands_in_for_nothing(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss_empty.xml"))
        sources.answer(ARXIV_API, status=429)
        outcome = read_arxiv(sources, now=SATURDAY)
        assert outcome.error is not None
        assert outcome.error.retry_at == SATURDAY + timedelta(hours=1)

    def test_the_api_stands_in_for_an_rss_that_is_out_of_order(self, sources: SourceServer) -> None:
        sources.answer(RSS, status=500)
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        outcome = read_arxiv(sources, back=SHORT)
        assert (outcome.ids, outcome.error) == (IN_API, None)
        assert "read from the API only" in str(outcome.note)

    def test_an_announcement_that_the_rss_does_not_show_yet_comes_from_the_api(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        evening = datetime(2024, 1, 10, 2, tzinfo=UTC)  # Tuesday 21:00 in New York
        assert read_arxiv(sources, now=evening, back=timedelta(hours=3)).ids == IN_API + IN_RSS


def test_settings_that_are_no_categories_say_so() -> None:
    with pytest.raises(ConfigError, match="'machine learning' is not a category"):
        ArxivOptions(categories=("cs.LG", "machine learning"))
    with pytest.raises(ConfigError, match="at least one"):
        ArxivOptions(categories=())
    with pytest.raises(ConfigError, match="max_results"):
        ArxivOptions(max_results=0)


@pytest.mark.parametrize(
    "category", ["cs.LG", "stat.ML", "hep-th", "astro-ph.CO", "cond-mat.str-el", "math", "q-bio.QM"]
)
def test_real_categories_are_accepted(category: str) -> None:
    assert ArxivOptions(categories=(category,)).categories == (category,)


def test_the_package_still_has_the_seam_that_we_use() -> None:
    client = arxiv.Client()
    assert hasattr(client, "_session")
    source = inspect.getsource(arxiv.Client)
    assert "self._session.get(url, headers=" in source
    assert "resp.content" in source
    assert "resp.status_code" in source
