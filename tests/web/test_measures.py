"""The pages that measure the picks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.people import Verdict
from core.search import EVERYTHING
from core.signed_links import LinkPurpose
from tests.web.people import Reader, subscribed
from tests.web.reading import links, text
from tests.web.running import BASE, running
from tests.web.test_mails import monday_mail


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with running(tmp_path, base_url=BASE) as page:
        yield subscribed(page)


def test_before_the_first_digest_there_is_nothing_to_measure(reader: Reader) -> None:
    preferences = reader.path(LinkPurpose.PREFERENCES)
    assert "No digest was made for you yet" in text(reader.page.get(f"{preferences}/stats").text)
    assert "No digest was made in the last 30 days" in text(reader.page.get("/audit").text)


def test_what_was_said_of_the_picks_is_measured_and_drawn(reader: Reader) -> None:
    monday_mail(reader)
    application = reader.page.application
    (item,) = application.store.items(EVERYTHING, limit=1)
    application.people.vote(reader.address.owner, item, Verdict.MORE)
    preferences = reader.path(LinkPurpose.PREFERENCES)
    path = links(reader.page.get(preferences).text)["How good your picks were"]
    answer = reader.page.get(path)
    assert "precision of the first 10 1.00, likely 0.21 to 1.00, of 1 liked" in text(answer.text)
    assert '<circle class="dot" cx="120.0"' in answer.text


def test_the_audit_is_for_everybody_and_names_no_feed_of_a_member(reader: Reader) -> None:
    monday_mail(reader)
    answer = reader.page.get("/audit")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "arXiv" in text(answer.text)
    assert "100% of the picks (1), 100% of the candidates (1)" in text(answer.text)
    assert "feed:" not in answer.text


def test_somebody_elses_stats_are_not_to_be_had(reader: Reader) -> None:
    token = reader.path(LinkPurpose.VIEW, "2026-W47").removeprefix("/view/")
    assert reader.page.get(f"/preferences/{token}/stats").status_code == 404
