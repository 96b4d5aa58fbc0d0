"""Foreign text of every kind, where strangers and readers can write: it stays text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from core.digests import Digest, Section
from core.signed_links import LinkPurpose
from tests.digests.examples import draft, item, matches, ranked
from tests.digests.hostile import digest_of
from tests.naughty import naughty
from tests.web.people import Reader, edition, subscribed
from tests.web.reading import Form, shapes
from tests.web.running import BASE, FROM_HERE, Running, running

ALL = naughty()
FEW = 40
"""Texts in one digest: a page of all of them would be larger than any."""


def digest_with(texts: tuple[str, ...]) -> Digest:
    """Put each text into a title, a summary, a name and a reason."""
    entries = [
        replace(
            ranked(
                item(
                    f"arxiv/{place}",
                    title=text if text.strip() else "blank",
                    summary=text,
                    authors=(text,) if text.strip() else (),
                ),
                matches(text, 1.0),
            ),
            update=text,
        )
        for place, text in enumerate(texts)
    ]
    return draft(sections=(Section(kind="papers", title="Papers", items=tuple(entries)),))


CHUNKS = [ALL[start : start + FEW] for start in range(0, len(ALL), FEW)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("hostile"), base_url=BASE) as started:
        for number, texts in enumerate(CHUNKS, 1):
            edition(started, f"2025-W{number:02}", digest_with(texts))
        yield started


@pytest.fixture(scope="module")
def reader(page: Running) -> Reader:
    return subscribed(page)


def harmless(count: int) -> Digest:
    return digest_with(tuple(f"harmless {number}" for number in range(count)))


def is_within(shape: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> bool:
    """Whether a page has no element that the other has not: an empty text leaves some out."""
    return shape <= other


@pytest.mark.parametrize("number", range(1, len(CHUNKS) + 1))
def test_no_text_of_an_item_adds_an_element_to_an_edition(page: Running, number: int) -> None:
    answer = page.get(f"/archive/2025-W{number:02}")
    assert answer.status_code == 200
    with_harmless = f"2024-W{number:02}"
    edition(page, with_harmless, harmless(len(CHUNKS[number - 1])))
    assert is_within(shapes(answer.text), shapes(page.get(f"/archive/{with_harmless}").text))


def test_no_text_of_an_item_adds_an_element_to_a_digest_or_a_feed(reader: Reader) -> None:
    for number, texts in enumerate(CHUNKS):
        reader.gets(digest_with(texts), f"hostile-{number}")
        reader.gets(harmless(len(texts)), f"harmless-{number}")
        pages = [
            reader.page.get(reader.path(LinkPurpose.VIEW, f"{name}-{number}")).text
            for name in ("hostile", "harmless")
        ]
        assert is_within(*map(shapes, pages))
    feed = ET.fromstring(reader.page.get(reader.path(LinkPurpose.FEED)).content)  # noqa: S314  our own
    assert {element.tag.rpartition("}")[2] for element in feed.iter()} == {
        *("feed", "title", "id", "generator", "link", "author", "name", "updated"),
        *("entry", "category", "summary"),
    }


def test_no_search_adds_an_element_to_the_archive(page: Running) -> None:
    empty = shapes(page.get("/archive", params={"q": "nothing has this"}).text)
    for text in ALL:
        answer = page.get("/archive", params={"q": text})
        assert answer.status_code == 200
        found = shapes(answer.text)
        extra = {shape[0] for shape in found - empty}
        # What it finds are cards, which the tests above look at.
        assert extra <= {"section", "h2", "h3", "a", "article", "p", "bdi", "ul", "li", "span"}, (
            text
        )


def test_no_field_of_a_form_adds_an_element_to_the_page_that_shows_it(page: Running) -> None:
    token = Form.on(page.get("/subscribe").text, "/subscribe").fields["form"]

    def sent(text: str) -> str:
        fields = {"form": token, "address": text, "interests": text, "cadence": text}
        answer = page.ask("POST", "/subscribe", data=fields, headers=elsewhere(text))
        assert answer.status_code == 400, text
        return answer.text

    expected = shapes(sent("harmless"))
    for text in ALL:
        assert shapes(sent(text)) == expected, text


def test_no_field_of_the_preferences_adds_an_element(reader: Reader) -> None:
    path = reader.path(LinkPurpose.PREFERENCES)
    fields = Form.on(reader.page.get(path).text, path).fields

    def sent(text: str) -> str:
        typed = fields | dict.fromkeys(("interests", "at", "zone", "items", "pause"), text)
        answer = reader.page.ask("POST", path, data=typed, headers=FROM_HERE)
        assert answer.status_code == 400, text
        return answer.text

    expected = shapes(sent("harmless"))
    for text in ALL:
        assert shapes(sent(text)) == expected, text


def test_interests_of_any_kind_are_kept_and_shown_as_text(reader: Reader) -> None:
    path = reader.path(LinkPurpose.PREFERENCES)
    fields = Form.on(reader.page.get(path).text, path).fields

    def sent(text: str) -> tuple[int, Counter[tuple[str, ...]]]:
        typed = fields | {"interests": text}
        answer = reader.page.ask("POST", path, data=typed, headers=FROM_HERE)
        return answer.status_code, shapes(answer.text)

    expected = (sent("harmless"), sent(" "))
    assert [status for status, _ in expected] == [200, 400]
    for text in ALL:
        assert sent(text) in expected, text


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-For", "Referer", "User-Agent", "Origin"])
def test_no_header_is_echoed(page: Running, header: str) -> None:
    for text in ("<script>alert(1)</script>", "evil.example", "'\"><img src=x>"):
        for path in ("/", "/nothing"):
            assert text not in page.get(path, headers={header: text}).text


def test_addresses_of_items_lead_to_the_web_only(page: Running) -> None:
    edition(page, "2023-W01", digest_of("javascript:alert(1)"))
    answer = page.get("/archive/2023-W01")
    assert 'href="javascript:' not in answer.text.lower()


def elsewhere(text: str) -> dict[str, str]:
    """Return headers of somebody who has sent nothing before."""
    number = ALL.index(text) if text in ALL else 0
    return FROM_HERE | {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250}"}


def test_the_list_is_there() -> None:
    assert len(ALL) > 500
