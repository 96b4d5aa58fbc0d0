"""Every real answer in ``../shared/captures`` gives what a person would read off it.

The answers go over loopback HTTP through the real fetchers. They may not be copied into this
project; the hand-written fixtures of the other tests stand for the same cases without them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.items import Item
from fetchers.github_trending import parse_trending
from tests.fetchers.harness import Outcome, read
from tests.stand_ins.sources import paths
from tests.stand_ins.sources.server import SourceServer

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the real captures (../shared/captures) are not here"
)

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
_ARCHIVES = """
astro-ph cond-mat cs econ eess gr-qc hep-ex hep-lat hep-ph hep-th math math-ph nlin nucl-ex nucl-th
physics q-bio q-fin quant-ph stat
"""
APRIL = datetime(2026, 4, 27, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A captured answer and what has to come of it.

    Attributes:
        path: where the source serves it.
        items: number of items.
        error: part of the line of the failure; empty for a success.
        status: HTTP status with which it came.
        options: settings.
        now: when it is read.
        back: how far back.
    """

    path: str
    items: int = 0
    error: str = ""
    status: int = 200
    options: dict[str, Any] = field(default_factory=dict)
    now: datetime = FRIDAY
    back: timedelta = timedelta(days=3650)


def api(items: int, *, error: str = "", status: int = 200) -> Case:
    # Not the answers to our own question: the categories are theirs, and there is no next page.
    options = {"categories": tuple(_ARCHIVES.split()), "max_results": max(items, 1)}
    back = timedelta(days=30 * 365)
    return Case(
        path=paths.ARXIV_API, items=items, error=error, status=status, options=options, back=back
    )


def oai(items: int, *, error: str = "") -> Case:
    # The others are not there, so that it is the third way that is read.
    options = {"categories": tuple(_ARCHIVES.split())}
    back = timedelta(days=30 * 365)
    return Case(path=paths.ARXIV_OAI, items=items, error=error, options=options, back=back)


def rss(category: str, items: int) -> Case:
    return Case(
        path=paths.arxiv_rss(category),
        items=items,
        options={"categories": (category,)},
        now=APRIL,
        back=timedelta(hours=20),
    )


def page(items: int, *, error: str = "") -> Case:
    options = {"languages": ("any",)}
    return Case(path=paths.GITHUB_TRENDING, items=items, error=error, options=options)


def releases(slug: str, items: int, *, error: str = "") -> Case:
    options = {"languages": (), "follow": (slug,)}
    return Case(path=paths.releases(slug), items=items, error=error, options=options)


def found(items: int, *, error: str = "") -> Case:
    return Case(path=paths.GITHUB_SEARCH, items=items, error=error, options={"languages": ("any",)})


def kaggle(path: str, items: int, *, error: str = "", status: int = 200) -> Case:
    lists = {
        "competitions": path == paths.KAGGLE_COMPETITIONS,
        "datasets": path == paths.KAGGLE_DATASETS,
        "notebooks": False,
    }
    return Case(
        path=path, items=items, error=error, status=status, options={"token": "t0k3n", **lists}
    )


# No source of ours reads lists of arXiv, or commits and stars of GitHub: such a capture
# goes to the nearest reader, which has to refuse it.
CASES = {
    "arxiv/api_cs.AI-LG-CL_25_2026-08-02.xml": api(25),
    "arxiv/api_id_0000.0000_s0_m100.xml": api(0, error="the RSS cannot confirm"),
    "arxiv/api_id_1605.08386_s0_m100.xml": api(1),
    "arxiv/api_id_1707.08567_s0_m100.xml": api(1),
    "arxiv/api_id_2104.12255v1_s0_m100.xml": api(1),
    "arxiv/api_id_abc_s0_m100.xml": api(0, error="incorrect id format for abc", status=400),
    "arxiv/api_id_astro-ph_0601001_s0_m100.xml": api(1),
    "arxiv/api_oldformat_2025-10-17.xml": api(2),
    "arxiv/api_q_testing_s0_m10.xml": api(10),
    "arxiv/api_q_testing_s10_m10.xml": api(10),
    "arxiv/api_q_testing_s20_m10.xml": api(10),
    "arxiv/api_requests.json": api(0, error="not XML"),  # a list of requests, no answer
    "arxiv/error_429_rate_exceeded.txt": api(0, error="too many requests", status=429),
    "arxiv/error_html_500.html": api(0, error="status 500", status=500),
    "arxiv/list_cs.CL_recent_2026-07-28.html": api(0, error="HTML"),
    "arxiv/oai_getrecord_2016.xml": oai(12),
    "arxiv/oai_listrecords_hep-ex.xml": oai(3),
    "arxiv/oai_record_odd.xml": oai(1),
    "arxiv/rss_cs.AI_2026-04-27.xml": rss("cs.AI", 3),
    "arxiv/rss_cs.LG_2026-04-27.xml": rss("cs.LG", 3),
    "github/commits_2026-08-18.atom": releases("astral-sh/uv", 0, error="none of the releases"),
    "github/releases_brave_2026-08-18.atom": releases("brave/brave-browser", 10),
    "github/releases_ty_2025-12.atom": releases("astral-sh/ty", 10),
    "github/search_repositories_2026-03.json": found(5),
    "github/search_repositories_2026-06-17.json": found(30),
    "github/starred_2026-05-07.json": found(0, error="1 more failed"),
    "github/trending_2026-04-26b.html": page(3),
    "github/trending_2026-06-24.html": page(16, error="is incomplete"),  # cut out of a page
    "github/trending_articles_2026-04.html": page(3),
    "github/trending_daily_2026-04-26.html": page(20),
    "github/trending_daily_2026-07-22.html": page(21),
    "github/trending_empty_purescript_2019.html": page(0),
    "kaggle/api_v1_competitions_list_a_2021.json": kaggle(paths.KAGGLE_COMPETITIONS, 10),
    "kaggle/api_v1_datasets_list_a_2021.json": kaggle(paths.KAGGLE_DATASETS, 10),
    "kaggle/error_401.json": kaggle(
        paths.KAGGLE_COMPETITIONS, 0, error="does not accept the token", status=401
    ),
    "kaggle/sdk_ListCompetitions_derived.json": kaggle(paths.KAGGLE_COMPETITIONS, 10),
    "kaggle/web_competitions_2026-10.json": kaggle(paths.KAGGLE_COMPETITIONS, 3),
}


def read_capture(name: str, sources: SourceServer, status: int | None = None) -> Outcome:
    case = CASES[name]
    body = (CAPTURES / name).read_bytes()
    sources.answer(case.path, body, status=case.status if status is None else status)
    return read_answer(name, sources)


def captured(name: str) -> bytes:
    """Return a capture as the source answers it."""
    return (CAPTURES / name).read_bytes()


def read_answer(name: str, sources: SourceServer) -> Outcome:
    """Read what is served in place of a capture."""
    case = CASES[name]
    return read(name.partition("/")[0], sources, now=case.now, back=case.back, **case.options)


def test_the_table_names_each_capture_of_the_three_sources() -> None:
    files = (
        file for source in ("arxiv", "github", "kaggle") for file in CAPTURES.glob(f"{source}/*")
    )
    assert sorted(CASES) == sorted(f"{file.parent.name}/{file.name}" for file in files)


@pytest.mark.parametrize("name", CASES)
def test_a_capture_gives_its_items_or_its_failure(name: str, sources: SourceServer) -> None:
    outcome = read_capture(name, sources)
    assert len(outcome.items) == CASES[name].items
    assert CASES[name].error in str(outcome.error)
    assert (outcome.error is None) == (CASES[name].error == "")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("arxiv/api_id_abc_s0_m100.xml", "incorrect id format"),
        ("arxiv/error_429_rate_exceeded.txt", "not XML"),
        ("arxiv/error_html_500.html", "HTML"),
        ("kaggle/error_401.json", "does not accept the token"),
    ],
)
def test_an_error_that_comes_with_status_200_is_a_failure_too(
    name: str, error: str, sources: SourceServer
) -> None:
    assert error in read_capture(name, sources, status=200).failed


Check = Callable[[list[Item]], bool]


@pytest.mark.parametrize(
    ("name", "check"),
    [
        (
            "arxiv/api_cs.AI-LG-CL_25_2026-08-02.xml",
            # All were submitted just before Thursday's cut-off and announced on Sunday evening...
            lambda items: (
                {item.appeared_at for item in items} == {datetime(2026, 7, 31, tzinfo=UTC)}
                and items[0].key.external_id == "2607.28628"
                and items[0].facts["primary_category"] == items[0].tags[0] == "hep-th"
            ),
        ),
        (
            "arxiv/api_oldformat_2025-10-17.xml",
            lambda items: (
                items[0].title
                == "RDD: Retrieval-Based Demonstration Decomposer for Planner "
                "Alignment in Long-Horizon Tasks"
                and items[0].authors == ("Mingxuan Yan", "Yuping Wang", "Zechun Liu", "Jiachen Li")
                and "\n" not in items[0].summary + items[0].facts["comment"]
            ),
        ),
        (
            "arxiv/api_id_astro-ph_0601001_s0_m100.xml",
            lambda items: items[0].key.external_id == "astro-ph/0601001",
        ),
        (
            "arxiv/oai_record_odd.xml",
            lambda items: (
                items[0].key.external_id == "1603.05976"
                and items[0].authors[:3] == ("Keck Array", "BICEP2 Collaborations", "P. Ade")
                and items[0].published_at == datetime(2016, 3, 18, tzinfo=UTC)
            ),
        ),
        (
            "arxiv/rss_cs.AI_2026-04-27.xml",
            lambda items: (
                items[0].summary.startswith("Although language models demonstrate")
                and items[0].appeared_at == datetime(2026, 4, 27, 0, tzinfo=UTC)
                and len(items[1].authors) == 18
            ),
        ),
        (
            "github/trending_daily_2026-04-26.html",
            lambda items: (
                items[0].title == "Alishahryar1/free-claude-code"
                and items[0].metrics == {"stars": 11139, "forks": 1636, "stars_today": 3975}
                and all("/sponsors/" not in item.url for item in items)
            ),
        ),
        (
            "github/releases_ty_2025-12.atom",
            lambda items: (
                items[0].key.external_id == "astral-sh/ty/releases/tag/0.0.1-alpha.34"
                and items[0].title == "ty 0.0.1-alpha.34"
                and "<" not in items[0].summary.replace("<=", "")[:2000]
            ),
        ),
        (
            "kaggle/api_v1_competitions_list_a_2021.json",
            lambda items: (
                items[0].title == "Contradictory, My Dear Watson"
                and items[0].deadlines[0].at == datetime(2030, 7, 1, 23, 59, tzinfo=UTC)
                and items[0].metrics == {"teams": 186}
                and items[0].facts["prize"] == "Prizes"
            ),
        ),
        (
            "kaggle/web_competitions_2026-10.json",
            lambda items: (
                [deadline.label for deadline in items[0].deadlines]
                == ["final submission", "entry", "team merger"]
                and items[0].facts["prize"] == "100,000 USD"
                and items[2].metrics == {"teams": 2327}
            ),
        ),
    ],
)
def test_a_capture_is_read_as_a_person_would(
    name: str, check: Check, sources: SourceServer
) -> None:
    assert check(read_capture(name, sources).items)


def test_the_old_array_and_the_new_object_give_the_same_competitions(
    sources: SourceServer,
) -> None:
    old = read_capture("kaggle/api_v1_competitions_list_a_2021.json", sources).items
    new = read_capture("kaggle/sdk_ListCompetitions_derived.json", sources).items
    assert old == new


def test_rows_cut_out_of_a_trending_page_are_read_once_the_page_is_closed() -> None:
    rows = (CAPTURES / "github" / "trending_2026-06-24.html").read_bytes()
    repositories = parse_trending(rows + b"</html>")
    assert len(repositories) == 16
    assert repositories[0].slug == "calesthio/OpenMontage"
    assert repositories[0].metrics["stars_today"] == 3592
    assert repositories[15].slug == "affaan-m/ECC"
