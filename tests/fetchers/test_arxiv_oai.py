from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fetchers.arxiv_oai import MOST_PAGES, parse_records, set_of
from fetchers.source import MalformedError
from tests.fetchers.harness import Outcome, fixture, read
from tests.stand_ins.sources.paths import ARXIV_API, ARXIV_OAI, arxiv_rss
from tests.stand_ins.sources.server import SourceServer

TUESDAY = datetime(2024, 1, 9, 12, tzinfo=UTC)
RECORDS = fixture("arxiv/oai.xml")
LAST = RECORDS.replace(b"cs|1001", b"").replace(b"2401.04777", b"2401.04779")
RSS = arxiv_rss("cs.LG")
NOTHING = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<error code="noRecordsMatch">No records</error></OAI-PMH>"""


def read_arxiv(sources: SourceServer, *categories: str) -> Outcome:
    wanted = categories or ("cs.LG",)
    return read("arxiv", sources, now=TUESDAY, back=timedelta(days=3), categories=wanted)


class TestRecords:
    def test_a_record_is_read_whole(self) -> None:
        page = parse_records(RECORDS, TUESDAY)
        item = page.items[0]
        assert str(item.key) == "arxiv/2401.04777"
        assert item.title == "Gates that open late"
        assert item.summary == "We open a gate late."
        assert item.authors == ("Ada Moreau", "C. Okafor Jr.")
        assert item.tags == ("cs.LG", "stat.ML")
        assert item.facts == {
            "comment": "9 pages, code at https://github.com/moreau/gates",
            "journal_ref": "J. Gates 1 (2024) 1",
            "doi": "10.1000/gates.1",
            "primary_category": "cs.LG",
        }
        assert item.facets == {"license": "http://creativecommons.org/licenses/by/4.0/"}
        assert item.published_at == datetime(2024, 1, 8, tzinfo=UTC)
        # Announced on Monday evening in New York.
        assert item.appeared_at == datetime(2024, 1, 9, 1, tzinfo=UTC)
        assert page.token == "cs|1001"

    def test_deleted_and_odd_records_are_left_out(self) -> None:
        ids = [item.key.external_id for item in parse_records(RECORDS, TUESDAY).items]
        assert ids == ["2401.04777", "1512.03385", "2401.04778"]

    def test_no_record_that_matches_is_nothing_new(self) -> None:
        assert parse_records(NOTHING, TUESDAY).items == []

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html/>",
            b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"/>',
            NOTHING.replace(b"noRecordsMatch", b"badResumptionToken"),
            RECORDS[: len(RECORDS) // 2],
            RECORDS.replace(b"<id>", b"<no>").replace(b"</id>", b"</no>"),
        ],
    )
    def test_what_is_no_list_of_records_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="arxiv"):
            parse_records(body, TUESDAY)


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.LG", "cs"),
        ("stat.ML", "stat"),
        ("math", "math"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph"),
        ("physics.optics", "physics:physics"),
    ],
)
def test_each_category_belongs_to_a_set(category: str, name: str) -> None:
    assert set_of(category) == name


class TestThirdWay:
    def test_it_stands_in_where_neither_of_the_others_can_be_read(
        self, sources: SourceServer
    ) -> None:
        sources.answer(RSS, b"<html/>")
        sources.answer(ARXIV_API, b"down", status=500)
        sources.answer_once(ARXIV_OAI, RECORDS)
        sources.answer(ARXIV_OAI, LAST)
        outcome = read_arxiv(sources)
        assert outcome.error is None
        assert outcome.ids == ["2401.04777", "2401.04779"]
        assert outcome.note is not None
        assert outcome.note.startswith("read through OAI-PMH: ")
        first, second = (request.query for request in sources.asked(ARXIV_OAI))
        assert first == {
            "verb": "ListRecords",
            "metadataPrefix": "arXiv",
            "set": "cs",
            "from": "2024-01-04",
        }
        assert second == {"verb": "ListRecords", "resumptionToken": "cs|1001"}

    def test_a_refusal_is_not_got_round(self, sources: SourceServer) -> None:
        sources.answer(RSS, b"<html/>")
        sources.answer(ARXIV_API, b"Rate exceeded.", status=429)
        assert "too many requests" in read_arxiv(sources).failed
        assert sources.asked(ARXIV_OAI) == []

    def test_the_first_failure_is_told_where_it_fails_too(self, sources: SourceServer) -> None:
        sources.answer(RSS, b"<html/>")
        sources.answer(ARXIV_API, b"down", status=500)
        sources.answer(ARXIV_OAI, NOTHING.replace(b"noRecordsMatch", b"badArgument"))
        assert "status 500" in read_arxiv(sources).failed

    def test_without_any_network_it_is_not_asked(self) -> None:
        with SourceServer() as gone:
            pass
        assert "refused the connection" in read_arxiv(gone).failed

    def test_each_set_is_asked_for_once(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_OAI, NOTHING)
        read_arxiv(sources, "cs.LG", "cs.CL", "stat.ML")
        assert [request.query["set"] for request in sources.asked(ARXIV_OAI)] == ["cs", "stat"]

    def test_a_list_without_end_is_given_up(self, sources: SourceServer) -> None:
        sources.answer(ARXIV_OAI, RECORDS)
        outcome = read_arxiv(sources)
        assert outcome.ids == ["2401.04777"]
        assert outcome.error is not None
        assert len(sources.asked(ARXIV_OAI)) == MOST_PAGES
