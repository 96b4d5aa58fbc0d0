from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from core.signed_links import LinkPurpose
from tests.digests.examples import NOW, example
from tests.web.people import Reader, subscribed
from tests.web.reading import links, text
from tests.web.running import BASE, running

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with running(tmp_path, base_url=BASE) as page:
        yield subscribed(page)


def test_a_digest_is_shown_as_it_was_sent(reader: Reader) -> None:
    reader.gets(example())
    answer = reader.page.get(reader.path(LinkPurpose.VIEW, "2026-W47"))
    assert answer.status_code == 200
    shown = text(answer.text)
    assert "E(n) Equivariant Graph Neural Networks" in shown
    assert "● graph neural networks" in shown
    assert "Tue 24 Nov, 23:59 UTC" in shown
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_digest_that_is_not_kept_is_said_in_one_line(reader: Reader) -> None:
    answer = reader.page.get(reader.path(LinkPurpose.VIEW, "2026-W01"))
    assert answer.status_code == 410
    assert "digest is no longer available" in text(answer.text)


def test_one_reader_cannot_see_the_digests_of_another(reader: Reader) -> None:
    reader.gets(example())
    snapshots = reader.page.application.storage.snapshots
    assert snapshots.issue(reader.address.subscription, "2026-W47") is not None
    about = f"{'0' * 16}.1.2026-W47"
    answer = reader.page.get(reader.page.application.links.path(LinkPurpose.VIEW, about))
    assert answer.status_code == 410
    assert "no longer valid" in text(answer.text)


def test_picks_are_a_feed_in_both_formats(reader: Reader) -> None:
    reader.gets(example())
    link = reader.path(LinkPurpose.FEED)
    answer = reader.page.get(link)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    feed = ET.fromstring(answer.content)  # noqa: S314  our own
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert "E(n) Equivariant Graph Neural Networks" in titles
    own = feed.find(f"{ATOM}link")
    assert own is not None
    assert own.attrib["href"] == BASE + link
    answer = reader.page.get(f"{link}/json")
    assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert [item["title"] for item in json.loads(answer.content)["items"]] == titles


def test_a_feed_that_has_not_changed_is_not_sent_again(reader: Reader) -> None:
    reader.gets(example())
    link = reader.path(LinkPurpose.FEED)
    tag = reader.page.get(link).headers["ETag"]
    again = reader.page.get(link, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    later = replace(example(), made_at=NOW + timedelta(days=7))
    reader.gets(later, "2026-W48")
    assert reader.page.get(link, headers={"If-None-Match": tag}).status_code == 200


def test_deadlines_of_picks_are_a_calendar(reader: Reader) -> None:
    reader.gets(example())
    answer = reader.page.get(f"{reader.path(LinkPurpose.FEED)}/deadlines.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len(events) > 1
    assert all(str(event["URL"]).startswith("https://") for event in events)


def test_before_the_first_digest_the_feed_is_empty(reader: Reader) -> None:
    feed = ET.fromstring(reader.page.get(reader.path(LinkPurpose.FEED)).content)  # noqa: S314  our own
    assert not list(feed.iter(f"{ATOM}entry"))


def test_the_preferences_lead_to_the_feeds(reader: Reader) -> None:
    found = links(reader.page.get(reader.path(LinkPurpose.PREFERENCES)).text)
    for name in ("Atom feed", "JSON feed", "Deadlines as a calendar"):
        assert found[name].startswith(f"{BASE}/feed/")
        assert reader.page.get(found[name].removeprefix(BASE)).status_code == 200


def test_on_this_machine_alone_feeds_work_too(tmp_path: Path) -> None:
    with running(tmp_path) as page:
        about = page.application.links.path(LinkPurpose.FEED, "nobody.1")
        assert page.get(about).status_code == 410
        assert page.get("/").status_code == 200


def test_what_a_feed_reader_asks_for_is_not_logged_by_address(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    link = reader.path(LinkPurpose.FEED)
    reader.page.get(link)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("urllib3")]
    assert not [line for line in ours if link in line]
