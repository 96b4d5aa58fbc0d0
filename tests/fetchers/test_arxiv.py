from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta

import arxiv  # type: ignore[import-untyped]
import pytest

from core.errors import ConfigError
from core.sources import Validators
from fetchers.arxiv import ArxivOptions
from fetchers.arxiv_rss import parse_rss
from fetchers.arxiv_wanted import in_categories
from fetchers.source import MalformedError
from tests.fetchers.harness import GoodDay, Outcome, build, fetch, fixture, read
from tests.net.fakes import FakeValidatorStore
from tests.stand_ins.sources.paths import ARXIV_API, arxiv_rss
from tests.stand_ins.sources.server import SourceServer

RSS = arxiv_rss("cs.CL", "cs.LG")
TUESDAY = datetime(2024, 1, 9, 12, tzinfo=UTC)  # the day of the fixture's announcement
SATURDAY = datetime(2024, 1, 13, 12, tzinfo=UTC)
SHORT = timedelta(hours=20)
WEEK = timedelta(days=7)
LONG = timedelta(days=30 * 366)  # the papers of the fixtures are old
ASKED = ("cs.CL", "cs.LG")
IN_RSS = ["2401.04088", "2401.02385", "2312.00752"]
IN_API = ["1706.03762", "1512.03385", "hep-th/9711200"]

GOOD_DAY = GoodDay(
    answers={
        RSS: fixture("arxiv/rss.xml"),
        ARXIV_API: fixture("arxiv/api_new.xml"),
    },
    options={"categories": ASKED},
    now=TUESDAY,
    back=LONG,
    least=6,
)


def of_today(body: bytes) -> bytes:
    """The papers of an answer, submitted for the announcement before ``TUESDAY``."""
    return re.sub(rb"<published>[^<]+", b"<published>2024-01-08T15:00:00Z", body)


def read_arxiv(
    sources: SourceServer, *, now: datetime = TUESDAY, back: timedelta = LONG
) -> Outcome:
    return read("arxiv", sources, now=now, back=back, categories=ASKED)


class TestRss:
    def test_one_announcement_needs_one_small_request(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        outcome = read_arxiv(sources, back=SHORT)
        assert (outcome.ids, outcome.error, outcome.note) == (IN_RSS, None, None)
        assert outcome.items[0].facets == {"license": "http://creativecommons.org/licenses/by/4.0/"}
        assert len(sources.requests) == 1

    def test_an_entry_is_read_as_a_person_would(self) -> None:
        paper = parse_rss(fixture("arxiv/rss.xml"), ASKED).items[0]
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
        assert parse_rss(body, ASKED).items[0].authors[1:] == ("Antoine Roux",)

    def test_a_new_version_of_an_older_paper_does_not_look_new(self) -> None:
        replaced = parse_rss(fixture("arxiv/rss.xml"), ASKED).items[2]
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
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
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
        sources.answer_if_changed(
            RSS, fixture("arxiv/rss.xml"), etag='"monday"', modified="Tue, 09 Jan 2024 05:00:00 GMT"
        )
        fetcher = build("arxiv", sources, now=TUESDAY, validators=validators, categories=ASKED)
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
            fixture("arxiv/rss.xml")[:900],
        ],
    )
    def test_what_is_no_rss_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_rss(body, ASKED)

    def test_entries_that_are_all_unreadable_are_an_error(self) -> None:
        body = fixture("arxiv/rss.xml").replace(b"oai:arXiv.org:", b"x").replace(b"/abs/", b"/x/")
        with pytest.raises(MalformedError, match="none of 5"):
            parse_rss(body, ASKED)


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
        read_arxiv(sources, back=WEEK)
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
        assert outcome.ids == IN_API
        assert "stopped in the middle" in str(outcome.error)
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
            (200, fixture("arxiv/api_new.xml")[:900], "broken XML"),
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
        evening = datetime(2024, 1, 10, 2, tzinfo=UTC)  # an hour after the next announcement
        outcome = read_arxiv(sources, now=evening, back=timedelta(days=1, hours=2))
        assert (outcome.ids, outcome.error) == (IN_RSS, None)
        assert "only the announcement of 09 January" in str(outcome.note)

    @pytest.mark.parametrize("back", [timedelta(days=2), WEEK])
    def test_it_does_not_stand_in_for_announcements_that_it_does_not_hold(
        self, sources: SourceServer, back: timedelta
    ) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, status=429)
        outcome = read_arxiv(sources, back=back)
        assert outcome.ids == IN_RSS
        assert "too many requests" in str(outcome.error)

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
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        outcome = read_arxiv(sources, back=SHORT)
        assert (outcome.ids, outcome.error) == (IN_API, None)
        assert "read from the API only" in str(outcome.note)

    def test_an_announcement_that_the_rss_does_not_show_yet_comes_from_the_api(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        body = of_today(fixture("arxiv/api_new.xml")).replace(b"-08T", b"-09T")
        sources.answer(ARXIV_API, body)
        evening = datetime(2024, 1, 10, 2, tzinfo=UTC)  # Tuesday 21:00 in New York
        assert read_arxiv(sources, now=evening, back=timedelta(hours=3)).ids == IN_API + IN_RSS


class TestAnswersThatLookLikeSuccess:
    """Every way in which the days of a window are lost for good if nobody notices."""

    NOTHING = re.sub(rb"totalResults>0<", b"totalResults>500<", fixture("arxiv/api_empty.xml"))
    STALE = fixture("arxiv/rss.xml").replace(
        b"      <pubDate>Tue, 09 Jan", b"      <pubDate>Mon, 08 Jan"
    )

    def test_an_empty_first_page_of_500_papers_is_asked_for_again_and_then_a_failure(
        self, sources: SourceServer
    ) -> None:
        sources.answer(ARXIV_API, self.NOTHING)
        assert "there are 500 papers, and sends none" in read_arxiv(sources, back=WEEK).failed
        assert len(sources.asked(ARXIV_API)) == 2

    def test_an_empty_page_that_states_no_number_is_no_answer(self, sources: SourceServer) -> None:
        body = re.sub(rb"<opensearch:totalResults>.*?Results>", b"", fixture("arxiv/api_empty.xml"))
        sources.answer(ARXIV_API, body)
        assert "neither papers nor their number" in read_arxiv(sources, back=WEEK).failed

    def test_no_papers_of_a_week_need_the_rss_to_confirm_it(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_API, fixture("arxiv/api_empty.xml"))
        assert "the RSS cannot confirm" in read_arxiv(sources, back=WEEK).failed
        weekend = read_arxiv(sources, now=SATURDAY, back=SHORT)
        assert (weekend.items, weekend.error) == ([], None)

    def test_the_second_try_may_bring_them(self, sources: SourceServer) -> None:
        sources.answer_once(ARXIV_API, self.NOTHING)
        sources.answer(ARXIV_API, fixture("arxiv/api_new.xml"))
        outcome = read_arxiv(sources)
        assert (outcome.ids, outcome.error) == (IN_API, None)

    def test_what_the_rss_has_meanwhile_is_kept(self, sources: SourceServer) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, self.NOTHING)
        outcome = read_arxiv(sources, back=WEEK)
        assert outcome.ids == IN_RSS
        assert "sends none" in str(outcome.error)

    def test_an_api_that_knows_of_no_papers_while_the_rss_has_some_is_not_believed(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, fixture("arxiv/api_empty.xml"))
        outcome = read_arxiv(sources, back=WEEK)
        assert outcome.ids == IN_RSS
        assert "there are no papers, the RSS has 1" in str(outcome.error)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (rb"<published>2024", b"<published>2019"),
            (rb"<published>2024-01-08", b"<published>2024-01-20"),
            (rb'term="cs\.(CL|LG)"', b'term="math.GT"'),
        ],
        ids=["years ago", "to come", "of another category"],
    )
    def test_papers_that_were_not_asked_for_are_left_out_and_a_failure(
        self, sources: SourceServer, old: bytes, new: bytes
    ) -> None:
        body = of_today(fixture("arxiv/api_new.xml"))
        sources.answer(ARXIV_API, re.sub(old, new, body))
        assert "papers outside the time or categories" in read_arxiv(sources, back=WEEK).failed

    def test_the_papers_among_them_that_were_asked_for_are_kept(
        self, sources: SourceServer
    ) -> None:
        body = of_today(fixture("arxiv/api_new.xml")).replace(b"2024-01-08", b"2019-01-08", 1)
        sources.answer(ARXIV_API, body)
        outcome = read_arxiv(sources, back=WEEK)
        assert outcome.ids == IN_API[1:]
        assert "gave 1 papers outside" in str(outcome.error)

    def test_an_api_that_ignores_what_it_was_asked_is_not_read_to_its_end(
        self, sources: SourceServer
    ) -> None:
        def page(first: int) -> bytes:
            entry = (
                "<entry><id>http://arxiv.org/abs/2001.{:05}v1</id><title>t</title>"
                "<published>2020-01-02T03:04:05Z</published>"
                "<updated>2020-01-02T03:04:05Z</updated></entry>"
            )
            papers = "".join(entry.format(first + n) for n in range(500))
            body = fixture("arxiv/api_empty.xml").replace(b"Results>0<", b"Results>90000<")
            return body.replace(b"</feed>", papers.encode() + b"</feed>")

        for number in range(4):
            sources.answer_once(ARXIV_API, page(500 * number))
        assert "gave 500 papers outside" in read_arxiv(sources, back=WEEK).failed
        assert len(sources.asked(ARXIV_API)) == 1

    def test_the_api_is_asked_where_the_rss_of_today_holds_the_entries_of_yesterday(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, self.STALE)
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        outcome = read_arxiv(sources, back=SHORT)
        assert (outcome.ids, outcome.error) == (IN_API + IN_RSS, None)

    def test_one_category_of_yesterday_is_enough_for_that(self, sources: SourceServer) -> None:
        late = fixture("arxiv/rss.xml").replace(
            b"      <pubDate>Tue, 09", b"      <pubDate>Mon, 08", 1
        )
        sources.answer(RSS, late)
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        assert read_arxiv(sources, back=SHORT).ids == IN_API + IN_RSS

    def test_so_is_one_category_without_any_entry(self, sources: SourceServer) -> None:
        sources.answer(arxiv_rss("cs.CL", "cs.LG", "cs.RO"), fixture("arxiv/rss.xml"))
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        outcome = read(
            "arxiv", sources, now=TUESDAY, back=SHORT, categories=("cs.CL", "cs.LG", "cs.RO")
        )
        assert (outcome.ids, outcome.error) == (IN_API + IN_RSS, None)

    def test_an_rss_of_other_categories_is_no_answer(self, sources: SourceServer) -> None:
        other = re.sub(rb"<category>cs\.[A-Z]+<", b"<category>math.GT<", fixture("arxiv/rss.xml"))
        sources.answer(RSS, other)
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        outcome = read_arxiv(sources, back=SHORT)
        assert outcome.ids == IN_API
        assert "other categories" in str(outcome.note)

    def test_without_the_api_the_entries_of_yesterday_are_no_success(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, self.STALE)
        sources.answer(ARXIV_API, status=503)
        outcome = read_arxiv(sources, back=SHORT)
        assert outcome.ids == IN_RSS
        assert "503" in str(outcome.error)

    def test_not_modified_since_yesterday_is_not_taken_for_the_list_of_today(
        self, sources: SourceServer
    ) -> None:
        modified = "Mon, 08 Jan 2024 05:00:00 GMT"
        known = FakeValidatorStore(
            {sources.url + RSS: Validators(etag='"monday"', last_modified=modified)}
        )
        sources.answer_if_changed(RSS, b"", etag='"monday"')
        sources.answer(ARXIV_API, of_today(fixture("arxiv/api_new.xml")))
        reader = build("arxiv", sources, now=TUESDAY, validators=known, categories=ASKED)
        outcome = fetch(reader, TUESDAY - SHORT)
        assert (outcome.ids, outcome.error) == (IN_API, None)

    def test_not_modified_since_nobody_knows_when_is_read_again(
        self, sources: SourceServer
    ) -> None:
        known = FakeValidatorStore({sources.url + RSS: Validators(etag='"monday"')})
        sources.answer_if_changed(RSS, fixture("arxiv/rss.xml"), etag='"monday"')
        reader = build("arxiv", sources, now=TUESDAY, validators=known, categories=ASKED)
        outcome = fetch(reader, TUESDAY - SHORT)
        assert (outcome.ids, outcome.error) == (IN_RSS, None)

    @pytest.mark.parametrize(
        ("found", "asked"),
        [
            (("math.GT",), "math"),
            (("eess.SY",), "cs.SY"),
            (("math-ph", "math.MP"), "math.MP"),
            (("astro-ph.CO",), "astro-ph"),
            ((), "cs.LG"),
        ],
    )
    def test_a_category_under_its_other_name_or_its_archive_is_the_one_asked_for(
        self, found: tuple[str, ...], asked: str
    ) -> None:
        assert in_categories(found, (asked,))


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
