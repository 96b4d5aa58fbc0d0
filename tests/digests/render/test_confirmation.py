from __future__ import annotations

from dataclasses import replace

from core.mail import Address, AddressState, ConfirmationEmail
from digests.render.confirmation import render
from tests.digests.render.mails import Read
from tests.digests.render.pages import Page
from tests.email_environment import MONDAY
from tests.fakes import NOON

ADDRESS = Address(
    id="a",
    owner="email:1",
    address="ann@example.org",
    subscription="s",
    state=AddressState.PENDING,
    created_at=NOON,
    changed_at=NOON,
)
CONFIRMATION = ConfirmationEmail(
    address=ADDRESS,
    link="https://tidings.example/confirm/abc",
    code="",
    schedule=MONDAY,
    at=NOON,
)


def read(email: ConfirmationEmail) -> Read:
    return Read.of(render(email, sender="Tidings <tidings@example.org>"))


def test_a_confirmation_email_says_what_was_asked_for_and_how_to_confirm_it() -> None:
    mail = read(CONFIRMATION)
    assert mail.message["Subject"] == "Confirm your subscription"
    assert mail.message["To"] == "ann@example.org"
    assert mail.message["List-Unsubscribe"] is None
    words = " ".join(mail.text.split())
    assert "every Monday at 08:00 (Europe/Berlin)." in words
    assert "\nhttps://tidings.example/confirm/abc\n" in mail.text
    assert "If this was not you, ignore this email" in words
    [link] = Page.of(mail.html).all("a")
    assert link.attributes["href"] == CONFIRMATION.link
    assert "this code" not in words


def test_an_email_with_a_code_shows_it_on_its_own() -> None:
    for link in ("", CONFIRMATION.link):
        mail = read(replace(CONFIRMATION, link=link, code="ABCD2345"))
        assert "\n   ABCD2345\n" in mail.text
        assert "ABCD2345" in Page.of(mail.html).texts("p")
        assert ("https" in mail.text) == bool(link)


def test_whoever_is_confirmed_is_told_that_nothing_changed() -> None:
    confirmed = replace(ADDRESS, state=AddressState.CONFIRMED)
    mail = read(replace(CONFIRMATION, address=confirmed))
    assert mail.message["Subject"] == "Your Tidings subscription is confirmed"
    assert "Someone asked to send a Tidings digest to this address." in " ".join(mail.text.split())


def test_every_confirmation_email_is_a_mail_of_its_own() -> None:
    later = replace(CONFIRMATION, at=NOON.replace(second=1))
    assert read(CONFIRMATION).message["Message-ID"] != read(later).message["Message-ID"]
