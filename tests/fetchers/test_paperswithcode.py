from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import ConfigError
from core.items import ItemKind
from core.links import own_identifier
from fetchers.paperswithcode import PapersWithCodeOptions, parse_papers
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, fixture, read
from tests.stand_ins.sources.paths import PAPERSWITHCODE, PAPERSWITHCODE_SHORT
from tests.stand_ins.sources.server import SourceServer

PAPERS = fixture("paperswithcode/papers.json")
GOOD_DAY = GoodDay(answers={PAPERSWITHCODE: PAPERS}, least=2)


def page(*rows: Any, count: int = 1) -> bytes:
    return json.dumps({"count": count, "next_page": None, "results": list(rows)}).encode()


def paper(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "authors": ["Ada"],
        "abstract": "It is short.",
        "tasks": [],
        "repositories": [],
    }
    said |= {"published": "2026-11-17", "has_official_implementation": False}
    return said | {"id": "1", "title": "One", "arxiv_id": "2611.00001"} | changes


class TestPaper:
    def test_a_paper_has_its_own_code_stars_tasks_and_venue(self) -> None:
        item, other = parse_papers(PAPERS, NOON)
        assert str(item.key) == "paperswithcode/2611.04321"
        assert item.kind is ItemKind.PAPER
        assert item.url == "https://paperswithcode.co/paper/2611.04321"
        assert item.authors == ("Ada Moreau", "Bo Lindqvist")
        assert item.tags == ("Language Modelling",)
        assert item.metrics == {"stars": 320, "citations": 7}
        assert item.facets == {"official": "yes"}
        assert item.facts == {
            "task": "Language Modelling",
            "venue": "NeurIPS 2026",
            "tldr": "Gates decide what a small model keeps.",
            "successors": "2611.09999",
        }
        assert item.published_at == datetime(2026, 11, 17, tzinfo=UTC)
        assert (other.key.external_id, other.related, other.facets) == (
            "90212",
            (),
            {"official": "no"},
        )

    def test_a_port_by_others_is_no_part_of_the_work(self) -> None:
        item, _ = parse_papers(PAPERS, NOON)
        assert item.related == (
            "https://github.com/moreau/small-gates",
            "https://moreau.example.org/gates",
        )

    def test_it_is_the_same_paper_as_at_arxiv(self) -> None:
        item, other = parse_papers(PAPERS, NOON)
        assert own_identifier(item) == "paper:arxiv/2611.04321"
        assert own_identifier(other) == ""

    @pytest.mark.parametrize("written", ["2611.04321v3", "math/0309136"])
    def test_an_id_is_known_by_its_work_without_version(self, written: str) -> None:
        (item,) = parse_papers(page(paper(arxiv_id=written)), NOON)
        assert item.key.external_id == written.removesuffix("v3")

    def test_what_is_not_said_of_the_code_stays_unknown(self) -> None:
        listed = paper(repositories=[{"url": "https://github.com/a/b"}])
        unsaid = {key: value for key, value in listed.items() if "official" not in key}
        _, item = parse_papers(page(paper(id="2", arxiv_id=None), unsaid), NOON)
        assert (item.facets, item.related, item.metrics) == ({}, (), {})


class TestAnswers:
    def test_an_empty_list_that_says_so_is_nothing_new(self) -> None:
        assert parse_papers(page(count=0), NOON) == []

    @pytest.mark.parametrize(
        "body",
        [page(count=3), b"[]", b"{}", b'{"results": null}', page("text"), page({"id": "1"})],
    )
    def test_what_is_no_list_of_papers_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="paperswithcode"):
            parse_papers(body, NOON)

    def test_the_week_is_asked_for_with_its_code(self, sources: SourceServer) -> None:
        sources.answer(PAPERSWITHCODE, PAPERS)
        assert read("paperswithcode", sources, limit=20).ids == ["2611.04321", "90212"]
        (request,) = sources.requests
        assert request.query == {
            "order_by": "trending",
            "time": "week",
            "include_resources": "true",
            "page": "1",
            "page_size": "20",
        }

    def test_the_short_list_stands_in_and_says_so(self, sources: SourceServer) -> None:
        sources.answer(PAPERSWITHCODE, b"<html>back soon</html>")
        sources.answer(PAPERSWITHCODE_SHORT, fixture("paperswithcode/trending.json"))
        outcome = read("paperswithcode", sources)
        assert (outcome.error, outcome.ids) == (None, ["2611.04321"])
        assert (
            outcome.note == "read from the short list: paperswithcode: the response is an HTML page"
        )

    def test_a_source_that_is_asked_too_much_is_left_alone(self, sources: SourceServer) -> None:
        sources.answer(PAPERSWITHCODE, b"", status=429, headers={"Retry-After": "900"})
        assert "too many requests" in read("paperswithcode", sources).failed
        assert not sources.asked(PAPERSWITHCODE_SHORT)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_limit_that_the_api_refuses_is_refused(limit: int) -> None:
    with pytest.raises(ConfigError, match=r"sources\.paperswithcode\.limit"):
        PapersWithCodeOptions(limit=limit)
