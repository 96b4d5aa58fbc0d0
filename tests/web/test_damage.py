"""Values in the database that nobody stored: a page that asks for patience, one line in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.signed_links import LinkPurpose
from tests.digests.examples import example
from tests.storage.test_garbage import holding
from tests.web.people import Reader, edition, subscribed
from tests.web.running import BASE, running

Damage = tuple[str, str, object]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[Reader]:
    """Somebody whose page has an edition, an item and a subscription."""
    with running(folder, base_url=BASE) as page:
        edition(page, "2026-W47")
        found = subscribed(page)
        found.gets(example())
        items = [pick.item for pick in example().picks]
        page.application.store.upsert(items, now=page.clock())
        yield found


@pytest.mark.parametrize(
    ("damage", "path"),
    [
        (("edition", "content", b"\xff\x00"), "/archive/2026-W47"),
        (("edition", "content", "{"), "/"),
        (("subscription", "weekday", 2**63 - 1), "preferences"),
        (("subscription", "zone", "Nowhere/At all"), "preferences"),
        (("profile", "zone", 1.5e300), "preferences"),
        (("profile", "interests", '[1,{"a":null}]'), "preferences"),
        (("address", "state", -1), "preferences"),
        (("issue", "content", b"\xed\xa0\x80"), "feed"),
    ],
)
def test_a_page_of_a_damaged_value_is_unavailable_and_says_why_in_one_line(
    folder: Path, reader: Reader, damage: Damage, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = reader.page
    address = path if path.startswith("/") else reader.path(LinkPurpose(path))
    with holding(folder / "archive.db", *damage), caplog.at_level(logging.WARNING):
        answer = page.get(address)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    (told,) = caplog.records
    assert told.exc_info is None
    assert "damaged" in told.getMessage()
    assert "\n" not in told.getMessage()
    assert page.get(address).status_code == 200
