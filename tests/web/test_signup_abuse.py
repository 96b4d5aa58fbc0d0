"""What strangers try with the form to subscribe: to learn who reads, and to keep others out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.mail import AddressState
from tests.web.people import ADDRESS, WANTED, subscribed
from tests.web.reading import Form
from tests.web.running import BASE, FROM_HERE, Running, running
from web.signup import SIGNUPS_IN_TOTAL, SIGNUPS_PER_CLIENT, SIGNUPS_PER_SITE


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, base_url=BASE) as started:
        yield started


def states(page: Running) -> list[AddressState]:
    return [one.state for one in page.application.storage.addresses.addresses()]


def areas(known: list[float], unknown: list[float]) -> float:
    """Return how often an unknown address takes longer than a known one (AUC; .5 tells nothing)."""
    pairs = [(one, other) for one in known for other in unknown]
    return sum((other > one) + (other == one) / 2 for one, other in pairs) / len(pairs)


def test_whether_an_address_is_known_cannot_be_told_by_the_clock(page: Running) -> None:
    subscribed(page)
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields | WANTED

    def seconds(number: int, address: str) -> float:
        client = FROM_HERE | {"X-Forwarded-For": f"203.0.113.{number}"}
        page.clock.advance(timedelta(minutes=2))
        began = time.perf_counter()
        answer = page.session.post(
            f"{page.url}/subscribe", data=fields | {"address": address}, headers=client, timeout=20
        )
        took = time.perf_counter() - began
        assert answer.status_code == 200
        page.settle()
        return took

    seconds(0, "first@example.org")
    known, unknown = [], []
    for n in range(30):  # in turns, since each request finds the machine as the last one left it
        known.append(seconds(n, ADDRESS))
        unknown += [seconds(n, f"one{n}@example.org"), seconds(n, f"two{n}@example.org")]
        known.append(seconds(n, ADDRESS))
    assert 0.25 < areas(known, unknown) < 0.75
    assert len(states(page)) == 62


def test_the_answer_does_not_wait_for_the_archive(page: Running) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields | WANTED
    with page.application.storage.database.writing():
        answer = page.session.post(
            f"{page.url}/subscribe", data=fields, headers=FROM_HERE, timeout=20
        )
        assert answer.status_code == 200
        assert states(page) == []
    page.settle()
    assert states(page) == [AddressState.PENDING]


def test_what_was_promised_is_done_before_the_page_stops(tmp_path: Path) -> None:
    with running(tmp_path, base_url=BASE) as page:
        fields = Form.on(page.get("/subscribe").text, "/subscribe").fields | WANTED
        page.session.post(f"{page.url}/subscribe", data=fields, headers=FROM_HERE, timeout=20)
    with running(tmp_path, base_url=BASE) as page:
        assert states(page) == [AddressState.PENDING]


@pytest.mark.parametrize(
    "client",
    [
        "203.0.113.7:{n}",
        "[2001:db8:1:2::{n:x}]:443",
        "2001:db8:1:{n:x}::1",
        "[2001:db8:1:{n:x}::1]:{n}",
        "2002:cb00:7107:{n:x}::1",
        "64:ff9b::203.0.113.7, 127.0.0.1:{n}",
    ],
)
def test_one_client_cannot_use_up_the_sign_ups_of_all(page: Running, client: str) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields | WANTED

    def status(number: int, who: str) -> int:
        return page.at_once(
            "POST",
            "/subscribe",
            data=fields | {"address": f"stranger{number}@example.org"},
            headers=FROM_HERE | {"X-Forwarded-For": who},
        ).status_code

    codes = [status(n, client.format(n=n + 1)) for n in range(SIGNUPS_IN_TOTAL.burst)]
    assert codes.count(200) <= SIGNUPS_PER_SITE.burst
    assert [status(100, who) for who in ("198.51.100.1:80", "[2001:db8:2::1]:80")] == [200, 200]


def test_clients_that_a_proxy_writes_with_a_port_are_told_apart(page: Running) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields | WANTED
    codes = [
        page.at_once(
            "POST",
            "/subscribe",
            data=fields | {"address": f"reader{n}@example.org"},
            headers=FROM_HERE | {"X-Forwarded-For": f"203.0.113.{n}:{40000 + n}"},
        ).status_code
        for n in range(3 * SIGNUPS_PER_CLIENT.burst)
    ]
    assert set(codes) == {200}
