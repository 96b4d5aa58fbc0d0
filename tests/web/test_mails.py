"""What stands in a mail leads to a page that does what the mail says."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.wiring.mail import build
from core.mail import AddressState
from tests.fakes import an_item
from tests.web.people import Reader, subscribed
from tests.web.reading import links, text
from tests.web.running import BASE, running

MONDAY = datetime(2026, 11, 23, 8, 1, tzinfo=UTC)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with running(tmp_path, base_url=BASE) as page:
        yield subscribed(page)


def monday_mail(reader: Reader) -> EmailMessage:
    """Let Monday come, and return the digest that waits to be sent."""
    application = reader.page.application
    paper = an_item(title="Graph neural networks for molecules", summary="They pass messages.")
    application.store.upsert([paper], now=MONDAY - timedelta(days=1))
    reader.page.clock.now = MONDAY
    assert len(build(application).sender.runs.open_due().opened) == 1
    (latest, *_) = application.storage.outbox.deliveries()
    return email.message_from_string(latest.part.payload, policy=email.policy.default)


def path_of(link: str) -> str:
    assert link.startswith(f"{BASE}/")
    return link.removeprefix(BASE)


def html_links(mail: EmailMessage) -> dict[str, str]:
    body = mail.get_body(("html",))
    assert body is not None
    return links(str(body.get_content()))


def test_the_digest_of_a_mail_is_shown_in_the_browser(reader: Reader) -> None:
    found = html_links(monday_mail(reader))
    answer = reader.page.get(path_of(found["View in browser"]))
    assert answer.status_code == 200
    assert "Graph neural networks for molecules" in text(answer.text)


def test_what_comes_can_be_changed_from_a_mail(reader: Reader) -> None:
    found = html_links(monday_mail(reader))
    answer = reader.page.send(path_of(found["Preferences"]), items="3")
    assert "Saved" in text(answer.text)


def test_the_header_of_a_mail_unsubscribes_at_once(reader: Reader) -> None:
    mail = monday_mail(reader)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    https = str(mail["List-Unsubscribe"]).partition(">")[0].lstrip("<")
    assert reader.page.get(path_of(https)).status_code == 200
    before = reader.address.state
    one_click = {"List-Unsubscribe": "One-Click"}
    assert reader.page.ask("POST", path_of(https), data=one_click).status_code == 200
    assert (before, reader.address.state) == (AddressState.CONFIRMED, AddressState.OFF)


def test_the_feed_holds_what_the_mail_holds(reader: Reader) -> None:
    found = html_links(monday_mail(reader))
    preferences = reader.page.get(path_of(found["Preferences"]))
    feed = reader.page.get(path_of(links(preferences.text)["JSON feed"])).json()
    assert [item["title"] for item in feed["items"]] == ["Graph neural networks for molecules"]
