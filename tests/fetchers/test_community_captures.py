"""Every real answer of the communities in ``../shared/captures`` gives what a person reads off it.

The answers go over loopback HTTP through the real fetchers. They may not be copied into this
project; the hand-written fixtures of the other tests stand for the same cases without them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.items import Item
from fetchers.stackexchange_rows import parse_questions
from tests.fetchers.harness import Outcome, read
from tests.stand_ins.sources import paths
from tests.stand_ins.sources.server import SourceServer

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the real captures (../shared/captures) are not here"
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FOLDERS = ("hackernews", "huggingface", "lobsters", "stackexchange")
PAPERS_ONLY = {"models": False, "datasets": False, "spaces": False, "repositories": 0}
MODELS_ONLY = {"papers": False, "datasets": False, "spaces": False}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A captured answer and what has to come of it.

    Attributes:
        path: where the source serves it.
        items: number of items.
        error: part of the line of the failure; empty for a success.
        status: HTTP status with which it came.
        options: settings.
        records: whether the file holds the records of a short list by name, not the list itself.
    """

    path: str
    items: int = 0
    error: str = ""
    status: int = 200
    options: dict[str, Any] = field(default_factory=dict)
    records: bool = False


def daily(items: int, *, error: str = "") -> Case:
    return Case(path=paths.HUGGINGFACE_DAILY, items=items, error=error, options=PAPERS_ONLY)


def models(items: int) -> Case:
    return Case(path=paths.huggingface("models"), items=items, options=MODELS_ONLY)


def short(items: int, *, records: bool = True) -> Case:
    return Case(path=paths.HUGGINGFACE_SHORT, items=items, options=MODELS_ONLY, records=records)


def stories(items: int) -> Case:
    return Case(path=paths.HACKERNEWS, items=items)


def questions(items: int, *tags: str, error: str = "", status: int = 200) -> Case:
    options = {"lists": ("new",), "tags": tags or ("python",)}
    path = paths.STACKEXCHANGE_QUESTIONS
    return Case(path=path, items=items, error=error, status=status, options=options)


CASES = {
    "hackernews/algolia_2026-08-02.json": stories(30),
    "hackernews/hn_rss_2025-12-13.xml": Case(path=paths.HACKERNEWS_RSS, items=30),
    "hackernews/hn_topstories_2026-05-07.json": stories(20),
    "huggingface/daily_papers_2024-05-27.json": daily(13),
    "huggingface/daily_papers_2025-01-10_wrapped.json": daily(0, error="no list of daily papers"),
    "huggingface/daily_papers_2026-08-01.json": daily(5),
    "huggingface/daily_papers_2026-08-12.json": daily(20),
    "huggingface/daily_papers_2026-08-18.json": daily(29),
    "huggingface/daily_papers_2026-08-20.json": daily(15),
    "huggingface/daily_papers_2026-08-21.json": daily(17),
    "huggingface/daily_papers_raw_2026-08-02.json": daily(30),
    "huggingface/error_429.json": Case(
        path=paths.HUGGINGFACE_DAILY, error="too many requests", status=429
    ),
    "huggingface/models_2026-08.json": models(15),
    "huggingface/models_trending_2026-08-02.json": models(6),
    "huggingface/trending_cache_2026-05-07_150.json": short(10),
    "huggingface/trending_cache_2026-07-10_60.json": short(10),
    "huggingface/trending_cache_2026-07-31_30.json": short(10),
    "huggingface/trending_cache_2026-08-21_3.json": short(10),
    "huggingface/trending_cache_2026-08-22.json": short(10),
    "huggingface/trending_models_2026-07-22.json": short(5, records=False),
    # Its fields were renamed by the project that kept it: it is no answer of the site.
    "lobsters/lobsters_derived_2026-05-09.json": Case(path=paths.LOBSTERS, error="none of 8"),
    "stackexchange/empty_with_backoff.json": questions(0),
    "stackexchange/error_bad_parameter.json": questions(0, error="site (400)", status=400),
    "stackexchange/error_throttle_ip.json": questions(0, error="67194 seconds", status=400),
    "stackexchange/hot_hub_2026-08-22.json": questions(0, error="no list of questions"),
    "stackexchange/mockQuestions_2021-12.json": questions(1, "powershell"),
    "stackexchange/questions_items_2023-05.json": questions(1, "google-cloud-bigtable"),
}


def read_capture(name: str, sources: SourceServer) -> Outcome:
    case = CASES[name]
    sources.answer(case.path, captured(name), status=case.status)
    return read_answer(name, sources)


def captured(name: str) -> bytes:
    """Return a capture as the source answers it."""
    body = (CAPTURES / name).read_bytes()
    if CASES[name].records:
        body = json.dumps({"recentlyTrending": list(json.loads(body).values())}).encode()
    return body


def read_answer(name: str, sources: SourceServer) -> Outcome:
    """Read what is served in place of a capture."""
    case = CASES[name]
    source = name.partition("/")[0]
    return read(source, sources, now=NOW, back=timedelta(days=1), **case.options)


def test_the_table_names_each_capture() -> None:
    files = (file for folder in FOLDERS for file in CAPTURES.glob(f"{folder}/*"))
    assert sorted(CASES) == sorted(f"{file.parent.name}/{file.name}" for file in files)


@pytest.mark.parametrize("name", CASES)
def test_a_capture_gives_its_items_or_its_failure(name: str, sources: SourceServer) -> None:
    outcome = read_capture(name, sources)
    assert len(outcome.items) == CASES[name].items
    assert CASES[name].error in str(outcome.error)
    assert (outcome.error is None) == (CASES[name].error == "")


def test_a_throttle_of_most_of_a_day_is_kept_to(sources: SourceServer) -> None:
    outcome = read_capture("stackexchange/error_throttle_ip.json", sources)
    assert outcome.error is not None
    assert outcome.error.retry_at == NOW + timedelta(seconds=67194)


@pytest.mark.parametrize("name", ["mockQuestions_2021-12.json", "questions_items_2023-05.json"])
def test_every_question_of_a_capture_is_read(name: str) -> None:
    body = (CAPTURES / "stackexchange" / name).read_bytes()
    assert len(parse_questions(body, "stackoverflow", NOW).items) == 30


Check = Callable[[list[Item]], bool]


@pytest.mark.parametrize(
    ("name", "check"),
    [
        (
            "huggingface/daily_papers_2026-08-20.json",
            lambda items: (
                items[0].key.external_id == "paper/2608.16590"
                and items[0].metrics == {"upvotes": 92, "stars": 152, "comments": 1}
                and items[0].published_at == datetime(2026, 8, 17, tzinfo=UTC)
                and items[0].appeared_at == datetime(2026, 8, 20, tzinfo=UTC)
                and len(items[0].authors) == 15
                and items[0].related[0] == "https://github.com/air-embodied-brain/Zetta-Embodiment"
            ),
        ),
        (
            "huggingface/daily_papers_2024-05-27.json",
            lambda items: (
                "\n" not in items[0].title
                and items[0].metrics == {"upvotes": 32, "comments": 3}
                and items[0].appeared_at.date() == datetime(2024, 5, 27, tzinfo=UTC).date()
            ),
        ),
        (
            "huggingface/models_2026-08.json",
            lambda items: (
                items[0].title == "moonshotai/Kimi-K3"
                and items[0].metrics == {"trending": 8300, "likes": 9624, "downloads": 837202}
                and items[0].facets == {"license": "other"}
            ),
        ),
        (
            "huggingface/trending_cache_2026-08-22.json",
            lambda items: (
                items[0].facets["parameters"] == 27_781_427_952
                and "parameters" not in items[7].facets  # 0.46 billion for a "27B"
                and items[9].facets["parameters"] == 35_951_822_704
            ),
        ),
        (
            "hackernews/algolia_2026-08-02.json",
            lambda items: (
                items[0].metrics == {"points": 37, "comments": 32}
                and items[0].related == ("https://seanhelvey.com/tools-and-their-tools/",)
                and items[0].appeared_at == datetime(2026, 8, 2, 20, 48, 28, tzinfo=UTC)
            ),
        ),
        (
            "hackernews/hn_rss_2025-12-13.xml",
            lambda items: str(items[0].key) == "hackernews/46259064" and not items[0].metrics,
        ),
        (
            "stackexchange/mockQuestions_2021-12.json",
            lambda items: (
                items[0].title == "Why can't PowerShell find the gcloud cmdlets?"
                and items[0].authors == ("Jon Skeet",)
                and items[0].facts["license"] == "CC BY-SA 3.0"
                and items[0].facets["accepted"] == "yes"
            ),
        ),
    ],
)
def test_a_capture_is_read_as_a_person_would(
    name: str, check: Check, sources: SourceServer
) -> None:
    assert check(read_capture(name, sources).items)
