from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html  # type: ignore[import-untyped]

from fetchers.arxiv_schedule import announced, latest_announcement
from sample.recording import Recording
from tests.fakes import NOON

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://arxiv.org/schemas/atom}announce_type"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
EVERY_CATEGORY = "cs.AI+cs.CL+cs.CV+cs.LG"
CALLS = {
    "competitions": "v1/competitions.CompetitionApiService/ListCompetitions",
    "datasets": "v1/datasets.DatasetApiService/ListDatasets",
    "kernels": "v1/kernels.KernelsApiService/ListKernels",
}
RELEASES = ("huggingface/transformers", "pyg-team/pytorch_geometric")

NEW_YORK = ZoneInfo("America/New_York")


def text(path: str, now: datetime = NOON, **query: str) -> str:
    answer = Recording(now).answer(f"/{path}", query)
    assert answer is not None, path
    return answer.text


def feed(path: str, *, now: datetime = NOON, **query: str) -> Any:
    return etree.fromstring(text(path, now, **query).encode())


def papers(*, now: datetime = NOON, max_results: str = "100", **query: str) -> list[Any]:
    return list(feed("api/query", now=now, max_results=max_results, **query).iter(f"{ATOM}entry"))


def listed(categories: str = EVERY_CATEGORY, *, now: datetime = NOON) -> list[Any]:
    return list(feed(f"rss/{categories}", now=now).iter("item"))


def trending(path: str = "trending", **query: str) -> list[Any]:
    return list(html.fromstring(text(path, NOON, **query)).xpath("//article[@class='Box-row']"))


def slugs(rows: list[Any]) -> list[str]:
    return [row.xpath("string(.//h2/a/@href)").strip("/") for row in rows]


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(CALLS[name]))[name]
    return found


def id_of(entry: Any) -> str:
    name: str = entry.findtext(f"{ATOM}id").removeprefix("http://arxiv.org/abs/")
    return name.partition("v")[0]


def moments(entry: Any, field: str) -> datetime:
    return datetime.fromisoformat(entry.findtext(f"{ATOM}{field}"))


def test_it_holds_about_seventy_items_and_none_twice() -> None:
    names = [id_of(entry) for entry in papers()]
    names += {*slugs(trending()), *slugs(trending(since="weekly"))}
    names += [
        entry.findtext(f"{ATOM}id")
        for slug in RELEASES
        for entry in feed(f"{slug}/releases.atom").findall(f"{ATOM}entry")
    ]
    names += [f"{name}/{row['ref']}" for name in CALLS for row in rows(name)]
    assert len(names) == len(set(names)) == 72


def test_the_list_and_the_api_tell_the_same_of_a_paper() -> None:
    known = {id_of(entry): entry for entry in papers()}
    new = [item for item in listed() if item.findtext(TYPE) in {"new", "cross"}]
    assert len(new) == 15
    for item in new:
        paper = known[item.findtext("link").removeprefix("https://arxiv.org/abs/")]
        assert item.findtext("title") == paper.findtext(f"{ATOM}title")
        assert item.findtext("description").endswith(paper.findtext(f"{ATOM}summary"))
        names = [name.text for name in paper.findall(f"{ATOM}author/{ATOM}name")]
        assert item.findtext(f"{DC}creator") == ", ".join(names)
        terms = [category.get("term") for category in paper.findall(f"{ATOM}category")]
        assert [category.text for category in item.findall("category")] == terms


def test_a_replaced_paper_stands_in_the_list_alone() -> None:
    replaced = [item for item in listed() if item.findtext(TYPE) == "replace"]
    assert [item.findtext("guid") for item in replaced] == ["oai:arXiv.org:1412.6980v9"]
    assert "1412.6980" not in {id_of(entry) for entry in papers()}


@given(st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2032, 1, 1)))  # noqa: DTZ001 -- hypothesis wants naive bounds
def test_papers_of_the_list_were_announced_with_it_and_the_others_before(naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    midnight = datetime.combine(now.astimezone(NEW_YORK), time(), tzinfo=NEW_YORK)
    renewed = latest_announcement(midnight)  # the RSS shows what was announced by then
    items = listed(now=now)
    dates = {parsedate_to_datetime(item.findtext("pubDate")) for item in items}
    (listed_at,) = dates
    assert now - timedelta(days=3, hours=2) < listed_at <= now
    names = {item.findtext("link").rpartition("/")[2] for item in items}
    for entry in papers(now=now):
        at = announced(moments(entry, "published"))
        if id_of(entry) in names:
            assert at == renewed
        else:
            assert now - timedelta(days=6) < at < renewed


def test_papers_come_latest_first() -> None:
    dates = [moments(entry, "published") for entry in papers()]
    assert dates == sorted(dates, reverse=True)


def test_releases_datasets_notebooks_and_openings_are_of_the_last_two_days() -> None:
    found = [
        moments(entry, "updated")
        for slug in RELEASES
        for entry in feed(f"{slug}/releases.atom").findall(f"{ATOM}entry")
    ]
    fields = {"competitions": "enabledDate", "datasets": "lastUpdated", "kernels": "lastRunTime"}
    found += [datetime.fromisoformat(row[fields[name]]) for name in CALLS for row in rows(name)]
    assert all(NOON - timedelta(days=2) <= at <= NOON for at in found)


def test_deadlines_lie_ahead_and_entry_closes_before_the_end() -> None:
    for row in rows("competitions"):
        end = datetime.fromisoformat(row["deadline"])
        assert end > NOON
        assert (end.hour, end.minute) == (23, 59)
        for field in ("newEntrantDeadline", "mergerDeadline"):
            if row[field]:
                assert NOON < datetime.fromisoformat(row[field]) < end


def test_no_placeholder_is_left_and_every_link_is_absolute() -> None:
    answers = [text("api/query"), text(f"rss/{EVERY_CATEGORY}"), text("search/repositories")]
    answers += [text(CALLS["competitions"]), text(CALLS["datasets"])]
    answers += [text(f"{slug}/releases.atom") for slug in RELEASES]
    for answer in answers:
        links = re.findall(r'"(?:html_)?url": "([^"]*)"', answer)
        links += re.findall(r'href="([^"]*)"', answer) + re.findall("<link>([^<]*)<", answer)
        assert links
        assert all(re.fullmatch(r"https?://[\w.-]+/\S*", link) for link in links)
    assert "{{" not in "".join([*answers, text(CALLS["kernels"])])


def test_every_file_answers_something() -> None:
    text("trending")
    text("trending/cobol", since="weekly")
    served = {"query.xml", "rss.xml", "search.json", "trending-empty.html"}
    served |= {"trending-daily.html", "trending-weekly.html"}
    served |= {f"{call.rpartition('/')[2]}.json" for call in CALLS.values()}
    served |= {f"{slug.rpartition('/')[2]}.atom" for slug in RELEASES}
    assert {file.name for file in _walk(files("sample").joinpath("day"))} == served


def test_the_api_gives_the_page_and_the_papers_asked_for() -> None:
    graphs = "(cat:cs.SI OR cat:q-bio.BM) AND submittedDate:[202601010000 TO 202612312359]"
    page = feed("api/query", search_query=graphs, start="1", max_results="2")
    assert len(page.findall(f"{ATOM}entry")) == 2
    assert page.findtext(f"{SEARCH}totalResults") == "4"
    assert page.findtext(f"{SEARCH}startIndex") == "1"
    assert len(papers(search_query=graphs, start="4")) == 0
    (attention,) = papers(id_list="1706.03762v7,0000.0000")
    assert id_of(attention) == "1706.03762"


def test_the_list_holds_the_categories_asked_for() -> None:
    assert 0 < len(listed("cs.CV")) < len(listed())
    assert listed("math.AG") == []


def test_trending_rows_are_as_odd_as_real_ones() -> None:
    daily = trending(since="daily")
    assert "dair-ai/ML-Papers-of-the-Week" in slugs(daily)
    assert any(not row.xpath(".//p") for row in daily)
    assert any(not row.xpath(".//*[@itemprop]") for row in daily)
    assert any(row.xpath(".//a[starts-with(@href, '/sponsors/')]") for row in daily)
    assert set(slugs(daily)) & set(slugs(trending(since="weekly")))


def test_trending_of_a_language_is_a_part_and_says_when_there_is_none() -> None:
    assert slugs(trending("trending/jupyter-notebook")) == ["facebookresearch/segment-anything"]
    assert trending("trending/cobol") == []
    assert "blankslate" in text("trending/cobol")


@pytest.mark.parametrize(
    "path", ["/", "/api", "/v1/x/DeleteEverything", "/no/body/releases.atom", "/../server.py"]
)
def test_what_the_recording_lacks_has_no_answer(path: str) -> None:
    assert Recording(NOON).answer(path, {}) is None


def _walk(folder: Any) -> list[Any]:
    return [
        file for entry in folder.iterdir() for file in (_walk(entry) if entry.is_dir() else [entry])
    ]
