"""Somebody who subscribes by the page and reads what comes."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from core.digests import Digest
from core.mail import Address
from core.signed_links import LinkPurpose
from core.weeks import week_of
from tests.digests.examples import example
from tests.web.running import BASE, Running

ADDRESS = "ada@example.org"
WANTED = {"address": ADDRESS, "interests": "graph neural networks\ndrug discovery"}


def raw_emails(page: Running) -> list[str]:
    """Return the mails in the outbox as they are sent, latest first."""
    return [delivery.part.payload for delivery in page.application.storage.outbox.deliveries()]


def emails(page: Running) -> list[str]:
    """Return the texts of all mails in the outbox, latest first."""
    read = []
    for payload in raw_emails(page):
        mail = email.message_from_string(payload, policy=email.policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        read.append(str(body.get_content()))
    return read


def confirmation(page: Running) -> str:
    """Return the path of the link in the latest email."""
    found = re.search(rf"{re.escape(BASE)}(/confirm/\S+)", emails(page)[0])
    assert found
    return found[1]


@dataclass
class Reader:
    """Somebody whose address is confirmed."""

    page: Running

    @property
    def address(self) -> Address:
        (found,) = self.page.application.storage.addresses.addresses(address=ADDRESS)
        return found

    def path(self, purpose: LinkPurpose, *further: str) -> str:
        """Return the path of a link as mails hold it."""
        about = self.address.id if purpose is LinkPurpose.UNSUBSCRIBE else self.address.subject
        return self.page.application.links.path(purpose, ".".join([about, *further]))

    def gets(self, digest: Digest, period: str = "2026-W47") -> Digest:
        """Keep a digest as one that was made for this reader."""
        mine = replace(digest, subscription=self.address.subscription, id=f"mine@{period}")
        return self.page.application.storage.snapshots.keep_issue(period, mine)


def subscribed(page: Running, **fields: str) -> Reader:
    """Subscribe and confirm by the page."""
    assert page.send("/subscribe", **WANTED | fields).status_code == 200
    link = confirmation(page)
    assert page.send(link).status_code == 200
    return Reader(page)


def edition(page: Running, week: str, digest: Digest | None = None) -> Digest:
    """Keep an edition for everybody."""
    start, end = week_of(week)
    shown = digest or example()
    made = replace(shown, id=f"community@{week}", subscription="community", interests=())
    text = "\n".join(
        f"{pick.item.title} {pick.item.summary} {' '.join(pick.item.authors)}".casefold()
        for pick in made.picks
    )
    assert end - start == timedelta(days=7)
    return page.application.storage.snapshots.keep_edition(week, made, text)
