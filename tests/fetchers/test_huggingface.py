from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import ConfigError
from core.items import ItemKind
from core.links import own_identifier
from fetchers.huggingface import HuggingFaceFetcher, HuggingFaceOptions
from fetchers.huggingface_rows import (
    parse_daily,
    parse_listed,
    parse_trending,
    plausible_parameters,
)
from fetchers.source import MalformedError
from net.client import BACK_OFF, HttpClient
from tests.fakes import NOON, FakeClock
from tests.fetchers.harness import GoodDay, fetch, fixture, read
from tests.net.fakes import FakeTimer
from tests.stand_ins.sources.paths import (
    HUGGINGFACE_DAILY,
    HUGGINGFACE_SHORT,
    huggingface,
    huggingface_repositories,
)
from tests.stand_ins.sources.server import SourceServer

DAILY = fixture("huggingface/daily.json")
LISTS = {
    huggingface(kind): fixture(f"huggingface/{kind}.json")
    for kind in ("models", "datasets", "spaces")
}
REPOSITORIES = fixture("huggingface/repos.json")
NO_REPOSITORIES = b'{"models": [], "datasets": [], "spaces": []}'
OF_PAPERS = {
    huggingface_repositories("2611.04321"): NO_REPOSITORIES,
    huggingface_repositories("2611.05555"): NO_REPOSITORIES,
}
GOOD_DAY = GoodDay(
    answers={HUGGINGFACE_DAILY: DAILY, **LISTS, **OF_PAPERS}, back=timedelta(days=2), least=6
)
PAPERS_ONLY: dict[str, Any] = {
    "models": False,
    "datasets": False,
    "spaces": False,
    "repositories": 0,
}
ONE_LIST: dict[str, Any] = {"papers": False, "datasets": False, "spaces": False}


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestPapers:
    def test_a_paper_is_that_of_arxiv_with_upvotes_and_code(self) -> None:
        item, _ = parse_daily(DAILY, NOON)
        assert str(item.key) == "huggingface/paper/2611.04321"
        assert own_identifier(item) == "paper:arxiv/2611.04321"
        assert item.kind is ItemKind.PAPER
        assert item.title == "Small Gates for Long Memory"
        assert item.metrics == {"upvotes": 64, "stars": 320, "comments": 3}
        assert item.authors == ("Ada Moreau", "Bo Lindqvist")
        assert item.tags == ("gating", "long context")
        assert item.related == (
            "https://github.com/moreau/small-gates",
            "https://moreau.example.org/gates",
        )

    def test_the_inner_date_is_when_it_was_published(self) -> None:
        item, older = parse_daily(DAILY, NOON)
        assert item.published_at == day("2026-11-17")
        assert item.appeared_at == day("2026-11-20")
        assert older.appeared_at == day("2026-11-19T03:50:58.348")

    def test_a_paper_of_a_list_that_still_grows_appears_when_it_is_found(self) -> None:
        now = day("2026-11-21T08:20")
        item, older = parse_daily(DAILY, now)
        assert item.appeared_at == now
        assert older.appeared_at < now

    def test_entries_that_are_texts_are_left_out(self) -> None:
        assert len(parse_daily(DAILY, NOON)) == 2

    @pytest.mark.parametrize(
        "body",
        [
            b'{"status": "success", "count": 1, "data": []}',
            json.dumps(["{'paper': {'id': '2611.06666'}}"]).encode(),
            b"null",
        ],
    )
    def test_a_day_that_is_wrapped_or_made_of_texts_is_broken(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="daily papers"):
            parse_daily(body, NOON)

    def test_a_weekend_has_no_papers(self) -> None:
        assert parse_daily(b"[]", NOON) == []

    @pytest.mark.parametrize(
        ("now", "noticed"), [("2026-11-22T12:00", False), ("2026-11-25T12:00", True)]
    )
    def test_only_a_weekend_may_be_without_a_list(
        self, sources: SourceServer, now: str, noticed: bool
    ) -> None:
        sources.answer_once(HUGGINGFACE_DAILY, DAILY)
        sources.answer(HUGGINGFACE_DAILY, b'{"error": "no such date"}', status=400)
        outcome = read("huggingface", sources, now=day(now), back=timedelta(days=1), **PAPERS_ONLY)
        assert len(outcome.items) == 2
        assert (outcome.error is not None) is noticed

    def test_each_day_of_the_window_is_asked_for_once(self, sources: SourceServer) -> None:
        sources.answer(HUGGINGFACE_DAILY, DAILY)
        options = PAPERS_ONLY
        outcome = read("huggingface", sources, back=timedelta(days=2), **options)
        assert outcome.ids == ["paper/2611.04321", "paper/2611.05555"]
        dates = [request.query.get("date") for request in sources.requests]
        assert dates == [None, "2026-11-21", "2026-11-20"]


class TestRepositories:
    def test_a_model_has_licence_parameters_task_and_paper(self) -> None:
        item, _ = parse_listed(LISTS["/api/models"], ItemKind.MODEL, NOON)
        assert str(item.key) == "huggingface/model/moreau-lab/gates-7b"
        assert own_identifier(item) == "model:huggingface/moreau-lab/gates-7b"
        assert item.url == "https://huggingface.co/Moreau-Lab/Gates-7B"
        assert item.title == "Moreau-Lab/Gates-7B"
        assert item.metrics == {"trending": 96, "likes": 410, "downloads": 12031}
        assert item.facts == {
            "task": "text-generation",
            "license": "apache-2.0",
            "library": "transformers",
        }
        assert item.facets == {
            "license": "apache-2.0",
            "parameters": 7_241_732_096,
            "last_activity": "2026-11-21T10:00:00Z",
            "gated": "no",
        }
        assert item.related == ("https://arxiv.org/abs/2611.04321",)
        assert item.tags == ("text-generation", "transformers", "safetensors")
        assert item.published_at == day("2026-11-15T08:00")

    def test_a_model_made_from_another_is_not_the_work_of_its_paper(self) -> None:
        _, derived = parse_listed(LISTS["/api/models"], ItemKind.MODEL, NOON)
        assert derived.related == ()
        assert derived.facets == {"license": "other", "gated": "yes"}

    def test_a_data_set_says_what_it_holds(self) -> None:
        (item,) = parse_listed(LISTS["/api/datasets"], ItemKind.DATASET, NOON)
        assert str(item.key) == "huggingface/dataset/moreau-lab/long-notes"
        assert item.url == "https://huggingface.co/datasets/moreau-lab/long-notes"
        assert item.summary == "Notes of a year, one file for each day."
        assert item.facts == {"task": "summarization", "license": "cc-by-4.0"}

    def test_a_space_is_a_demo(self) -> None:
        (item,) = parse_listed(LISTS["/api/spaces"], ItemKind.SPACE, NOON)
        assert own_identifier(item) == "space:huggingface/moreau-lab/gates-demo"
        assert item.summary == "Ask the small model"
        assert item.facts == {"license": "mit", "sdk": "gradio"}

    @pytest.mark.parametrize("body", [b"[]", b"{}", b"[{}]", b'[{"id": "not a name"}]'])
    def test_a_list_without_anything_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="huggingface"):
            parse_listed(body, ItemKind.MODEL, NOON)

    @pytest.mark.parametrize("body", [b"[]", b"{}", b'{"recentlyTrending": []}'])
    def test_a_short_list_without_anything_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError, match="huggingface"):
            parse_trending(body, ItemKind.MODEL, NOON)


@pytest.mark.parametrize(
    ("count", "name", "right"),
    [
        (460_730_096, "someone/Gates-27B-GGUF", None),
        (1_780_000_000, "owner/Model-1.5B", 1_780_000_000),
        (109_000_000_000, "owner/Model-17B-16E", 109_000_000_000),
        (95_000_000_000, "owner/Model-7B", None),
        (30_532_122_624, "owner/Model-30B-A3B", 30_532_122_624),
        (22_000_000, "owner/mini", 22_000_000),
        (0, "owner/mini", None),
        (None, "owner/mini", None),
    ],
)
def test_a_number_of_parameters_must_fit_the_name(
    count: float | None, name: str, right: int | None
) -> None:
    assert plausible_parameters(count, name) == right


class TestRepositoriesOfPapers:
    def test_the_one_model_of_a_paper_is_read_and_what_builds_on_it_is_not(
        self, sources: SourceServer
    ) -> None:
        sources.answer(HUGGINGFACE_DAILY, DAILY)
        sources.answer(huggingface_repositories("2611.04321"), REPOSITORIES)
        options = PAPERS_ONLY | {"repositories": 1}
        outcome = read("huggingface", sources, back=timedelta(0), **options)
        assert (outcome.error, outcome.note) == (None, None)
        assert outcome.ids == ["paper/2611.04321", "paper/2611.05555", "model/moreau-lab/gates-7b"]
        assert outcome.items[2].related == ("https://arxiv.org/abs/2611.04321",)

    def test_a_model_that_trends_as_well_comes_once(self, sources: SourceServer) -> None:
        sources.answer(HUGGINGFACE_DAILY, DAILY)
        sources.answer(huggingface("models"), LISTS["/api/models"])
        sources.answer(huggingface_repositories("2611.04321"), REPOSITORIES)
        options = PAPERS_ONLY | {"models": True, "repositories": 1}
        outcome = read("huggingface", sources, back=timedelta(0), **options)
        assert outcome.ids.count("model/moreau-lab/gates-7b") == 1
        assert outcome.items[2].metrics["trending"] == 96

    @pytest.mark.parametrize("body", [b"[]", b"{}", b"<html>"])
    def test_what_is_no_answer_is_noted_and_harms_no_paper(
        self, sources: SourceServer, body: bytes
    ) -> None:
        sources.answer(HUGGINGFACE_DAILY, DAILY)
        sources.answer(huggingface_repositories("2611.04321"), body)
        options = PAPERS_ONLY | {"repositories": 2}
        outcome = read("huggingface", sources, back=timedelta(0), **options)
        assert (outcome.error, len(outcome.items)) == (None, 2)
        assert outcome.note is not None
        assert outcome.note.startswith("without the models of some papers: ")
        assert len(sources.requests) == 3


class TestRequests:
    def test_models_are_asked_for_with_all_that_is_shown(self, sources: SourceServer) -> None:
        sources.answer("/api/models", LISTS["/api/models"])
        outcome = read("huggingface", sources, limit=7, token="hf_x", **ONE_LIST)
        assert len(outcome.items) == 2
        (request,) = sources.requests
        assert request.headers["Authorization"] == "Bearer hf_x"
        assert (request.query["sort"], request.query["limit"]) == ("trendingScore", "7")

    def test_the_short_list_stands_in_and_says_so(self, sources: SourceServer) -> None:
        sources.answer("/api/models", b"[]")
        sources.answer(HUGGINGFACE_SHORT, fixture("huggingface/trending.json"))
        outcome = read("huggingface", sources, **ONE_LIST)
        assert outcome.ids == ["model/moreau-lab/gates-7b"]
        assert outcome.items[0].facets["parameters"] == 7_241_732_096
        assert outcome.note is not None
        assert outcome.note.startswith("read the short list of models: ")

    def test_one_list_that_fails_harms_no_other(self, sources: SourceServer) -> None:
        sources.answer(HUGGINGFACE_DAILY, b"{}")
        sources.answer("/api/models", b"no", status=500)
        sources.answer("/api/datasets", LISTS["/api/datasets"])
        sources.answer("/api/spaces", LISTS["/api/spaces"])
        outcome = read("huggingface", sources)
        assert [item.kind for item in outcome.items] == [ItemKind.DATASET, ItemKind.SPACE]
        assert "the response has no list of daily papers; 1 more failed" in str(outcome.error)


class TestRateLimit:
    def test_a_used_up_limit_ends_the_fetch_and_sets_the_next_time(
        self, sources: SourceServer
    ) -> None:
        headers = {
            "RateLimit": '"api";r=0;t=290',
            "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
        }
        sources.answer(HUGGINGFACE_DAILY, DAILY, headers=headers)
        outcome = read("huggingface", sources)
        assert len(outcome.items) == 2
        assert outcome.error is not None
        assert outcome.error.retry_at == NOON + timedelta(seconds=290)
        assert len(sources.requests) == 1

    def test_a_short_pause_is_waited_for(self, sources: SourceServer) -> None:
        headers = {"RateLimit": '"api";r=0;t=20'}
        sources.answer_once(HUGGINGFACE_DAILY, DAILY, headers=headers)
        sources.answer(HUGGINGFACE_DAILY, DAILY, headers={"RateLimit": '"api";r=499;t=300'})
        options = PAPERS_ONLY
        outcome = read("huggingface", sources, back=timedelta(days=1), **options)
        assert outcome.error is None
        assert len(sources.requests) == 2

    def test_a_refusal_names_its_end_in_the_same_field(self, sources: SourceServer) -> None:
        body = b'{"error":"Too Many Requests"}'
        for path in GOOD_DAY.answers:
            sources.answer(path, body, status=429, headers={"RateLimit": '"api";r=0;t=55'})
        outcome = read("huggingface", sources)
        assert outcome.error is not None
        assert outcome.error.retry_at == NOON + timedelta(seconds=55)
        assert len(sources.requests) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"limit": 101},
        dict.fromkeys(("papers", "models", "datasets", "spaces"), False),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"sources\.huggingface"):
        HuggingFaceOptions(**options)


def test_a_host_that_cannot_be_reached_is_asked_once() -> None:
    timer = FakeTimer()
    with SourceServer() as gone:
        pass
    http = HttpClient(clock=FakeClock(), timer=timer)
    reader = HuggingFaceFetcher(HuggingFaceOptions(api_url=gone.url), http, FakeClock())
    assert fetch(reader, NOON - timedelta(days=3)).error is not None
    assert timer.naps == list(BACK_OFF)
