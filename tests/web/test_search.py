"""The search over everything that everybody may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.fakes import an_item
from tests.naughty import naughty
from tests.web.reading import links, shapes, text
from tests.web.running import BASE, Running, running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("search"), base_url=BASE) as started:
        now = started.clock()
        items = [
            an_item("arxiv/2401.00001", title="Networks of zebras", summary="A zebra is striped."),
            an_item("feed:secret/1", title="Zebras that a member reads"),
        ]
        started.application.store.upsert(items, now=now - timedelta(days=1))
        yield started


def test_what_is_found_has_its_words_marked_and_leads_to_its_source(page: Running) -> None:
    answer = page.get("/search", params={"q": "zebra"})
    assert "Networks of <mark>zebras</mark>" in answer.text
    assert "A <mark>zebra</mark> is striped." in answer.text
    assert links(answer.text)["Networks of zebras"] == "https://example.org/2401.00001"


def test_feeds_of_members_are_not_searched(page: Running) -> None:
    assert "a member reads" not in page.get("/search", params={"q": "zebras"}).text


def test_a_search_that_finds_nothing_says_what_to_do(page: Running) -> None:
    shown = text(page.get("/search", params={"q": "okapi"}).text)
    assert "Nothing was found for okapi. Fewer or other words may find more." in shown


def test_a_search_is_nobody_elses_business(page: Running) -> None:
    assert page.get("/search?q=zebra").headers["Cache-Control"] == "no-store"


def test_no_query_adds_an_element(page: Running) -> None:
    nothing = shapes(page.get("/search", params={"q": "okapi"}).text)
    for query in naughty():
        answer = page.get("/search", params={"q": query})
        assert answer.status_code == 200
        extra = {shape[0] for shape in shapes(answer.text) - nothing}
        assert extra <= {"article", "h2", "h3", "a", "p", "bdi", "mark"}, query
