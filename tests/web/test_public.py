from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import feedparser  # type: ignore[import-untyped]  # it ships no types
import pytest
from icalendar import Calendar

from core.items import Deadline, ItemKind
from tests.digests.examples import example
from tests.digests.render.pages import Page
from tests.fakes import an_item
from tests.web.people import edition
from tests.web.reading import Form, links, text
from tests.web.running import BASE, Running, running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("public"), base_url=BASE) as started:
        for week in ("2026-W45", "2026-W46", "2026-W47"):
            shown = example() if week != "2026-W45" else replace(example(), sections=())
            edition(started, week, shown)
        yield started


def test_the_front_page_says_what_this_is_and_shows_the_latest_edition(page: Running) -> None:
    answer = page.get("/")
    shown = text(answer.text)
    assert "tells you why each item is there" in shown
    assert "E(n) Equivariant Graph Neural Networks" in shown
    assert links(answer.text)["2026-W47"] == "/archive/2026-W47"
    assert Form.on(answer.text, "/subscribe").fields["cadence"] == "weekly"


def test_before_the_first_edition_the_front_page_says_so(local: Running) -> None:
    assert "There is no edition yet" in text(local.get("/").text)
    assert "There are no editions yet" in text(local.get("/archive").text)


def test_the_archive_lists_all_weeks_latest_first(page: Running) -> None:
    answer = page.get("/archive")
    weeks = [name for name in links(answer.text) if name.startswith("2026-W")]
    assert weeks == ["2026-W47", "2026-W46", "2026-W45"]
    assert "2026-W47: 16 to 22 Nov 2026" in text(answer.text)


def test_an_edition_leads_to_the_ones_beside_it(page: Running) -> None:
    answer = page.get("/archive/2026-W46")
    assert "Edition 2026-W46" in text(answer.text)
    found = links(answer.text)
    assert found["Earlier: 2026-W45"] == "/archive/2026-W45"
    assert found["Later: 2026-W47"] == "/archive/2026-W47"
    assert "Later" not in "".join(links(page.get("/archive/2026-W47").text))
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "week", ["2026-W44", "2026-W54", "2026-w47", "0000-W00", "٢٠٢٦-W47", "2026-W47/", "x"]
)
def test_a_week_without_an_edition_is_not_there(page: Running, week: str) -> None:
    assert page.get(f"/archive/{week}").status_code == 404


def test_a_search_shows_what_has_all_words_by_week(page: Running) -> None:
    answer = page.get("/archive", params={"q": "EQUIVARIANT networks"})
    shown = text(answer.text)
    assert "2 items contain all words of EQUIVARIANT networks" in shown
    assert shown.index("2026-W47") < shown.index("2026-W46")
    assert links(answer.text)["E(n) Equivariant Graph Neural Networks"].startswith("https://arxiv")


@pytest.mark.parametrize(
    "query", ["nothing has this", "%%", "___", "\\\\", "' OR 1=1 --", "a" * 5000]
)
def test_a_search_that_finds_nothing_says_so(page: Running, query: str) -> None:
    answer = page.get("/archive", params={"q": query})
    assert answer.status_code == 200
    assert "No items contain all words of" in text(answer.text)


def test_an_empty_search_is_the_list(page: Running) -> None:
    for query in ("", "   ", "\u200b"):
        assert page.get("/archive", params={"q": query}).status_code == 200
    assert "2026-W45" in links(page.get("/archive", params={"q": " "}).text)


def test_what_ends_soon_is_a_calendar_of_what_everybody_may_see(page: Running) -> None:
    now = page.clock()
    due = Deadline(label="final submission", at=now + timedelta(days=9))
    store = page.application.store
    for key in ("kaggle/competition/x", "feed:secret/1"):
        item = an_item(key, kind=ItemKind.COMPETITION, title=f"From {key}", deadlines=(due,))
        store.upsert([item], now=now)
    answer = page.get("/deadlines.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [
        "final submission: From kaggle/competition/x"
    ]


def test_what_ends_soon_is_a_page_too(page: Running) -> None:
    now = page.clock()
    due = (
        Deadline(label="entry", at=now + timedelta(days=6, hours=1)),
        Deadline(label="end", at=now + timedelta(days=30, hours=1)),
        Deadline(label="far", at=now + timedelta(days=90)),
    )
    for key in ("kaggle/competition/page", "feed:secret/page"):
        item = an_item(key, kind=ItemKind.COMPETITION, title=f"Of {key}", deadlines=due)
        page.application.store.upsert([item], now=now)
    answer = page.get("/deadlines")
    shown = text(answer.text)
    assert "Of kaggle/competition/page" in shown
    assert "in 6 days: entry" in shown
    assert "in 30 days: end" in shown
    assert "far" not in shown
    assert "feed:secret" not in shown
    found = links(answer.text)
    assert found["download it (.ics)"] == "/deadlines.ics"
    assert found["Subscribe in your calendar"] == "webcal://tidings.example.org/deadlines.ics"


def test_without_deadlines_the_page_says_so(local: Running) -> None:
    answer = local.get("/deadlines")
    assert "Nothing that was read ends within 60 days" in text(answer.text)
    assert "webcal" not in answer.text


def test_the_newest_edition_comes_before_the_form(page: Running) -> None:
    shown = page.get("/").text
    assert shown.index("E(n) Equivariant") < shown.index('action="/subscribe"')


def test_the_archive_shows_headlines(page: Running) -> None:
    assert "E(n) Equivariant Graph Neural Networks" in text(page.get("/archive").text)


@pytest.mark.parametrize(
    ("path", "kind"), [("atom", "application/atom+xml"), ("json", "application/feed+json")]
)
def test_the_editions_are_feeds_that_need_not_be_sent_twice(
    page: Running, path: str, kind: str
) -> None:
    answer = page.get(f"/editions.{path}")
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    read = feedparser.parse(answer.content) if path == "atom" else answer.json()
    titles = [entry["title"] for entry in read["entries" if path == "atom" else "items"]]
    assert titles.count("E(n) Equivariant Graph Neural Networks") == 1
    again = page.get(f"/editions.{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_programs_that_show_a_link_learn_what_it_is(page: Running) -> None:
    shown = Page.of(page.get("/archive/2026-W47").text)
    told = {
        e.attributes["property"]: e.attributes["content"]
        for e in shown.all("meta")
        if "property" in e.attributes
    }
    assert told["og:title"] == "Tidings, edition 2026-W47"
    assert told["og:url"] == f"{BASE}/archive/2026-W47"
    assert told["og:description"]


def test_the_icon_is_a_picture_that_loads_nothing(page: Running) -> None:
    answer = page.get("/favicon.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert "href" not in answer.text


def test_search_engines_are_asked_to_leave_private_pages_alone(page: Running) -> None:
    lines = page.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /preferences/", "Disallow: /view/", "Disallow: /feed/"} <= set(lines)


def test_what_is_for_everybody_may_be_found_and_a_search_need_not(page: Running) -> None:
    for path in ("/", "/archive", "/archive/2026-W47", "/subscribe"):
        assert "X-Robots-Tag" not in page.get(path).headers
    for path in ("/archive?q=graph", "/nothing"):
        assert page.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.get("/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("query", ["%ff%fe", "%ed%a0%80", "%00", "a&q=b", "%"])
def test_a_search_that_is_no_text_finds_nothing(page: Running, query: str) -> None:
    assert page.get(f"/archive?q={query}").status_code == 200
