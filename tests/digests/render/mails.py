"""Mails for tests, and how a mail program reads them."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from digests.render.mail import Links
from digests.render.mime import Envelope
from tests.digests.examples import NOW

LINKS = Links(
    browser="https://tidings.example/view/abc",
    preferences="https://tidings.example/preferences/abc",
    unsubscribe="https://tidings.example/unsubscribe/abc",
)


def an_envelope(**changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "sender": "Tidings <tidings@example.org>",
        "recipient": "ann@example.org",
        "name": ("2026-W47", "order"),
        "at": NOW,
        "unsubscribe": LINKS.unsubscribe,
        "unsubscribe_mail": "tidings@example.org",
    }
    return Envelope(**values | changes)


@dataclass(frozen=True)
class Read:
    """A mail as a mail program reads it."""

    message: EmailMessage
    text: str
    html: str

    @classmethod
    def of(cls, mail: str | bytes) -> Self:
        """Parse a mail that must have no defects and exactly both parts."""
        data = mail.encode("ascii") if isinstance(mail, str) else mail
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        assert [p.get_content_type() for p in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        assert not any(part.defects for part in message.walk())
        for value in message.values():
            assert not getattr(value, "defects", ()), value
        text, html = (part.get_content() for part in message.iter_parts())
        return cls(message, text.replace("\r\n", "\n"), html.replace("\r\n", "\n"))
