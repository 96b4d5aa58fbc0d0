"""Email subscriptions over a real archive, with readable links and emails to look into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial

from app.wiring.application import keyed_hash
from core.deliveries import Cadence, Schedule
from core.mail import ConfirmationEmail, SubscriptionOptions
from core.people import Interest
from core.ports.clock import Clock
from delivery.addresses import read_address
from services.email.confirmation import Confirmations
from services.email.stores import MailStores
from services.email.subscriptions import EmailSubscriptions
from services.notes import Notes
from services.privacy import Privacy
from services.subscriptions import Subscriptions
from storage.opening import Storage

MONDAY = Schedule(cadence=Cadence.WEEKLY, weekday=0, at=time(8), zone="Europe/Berlin")
GRAPHS = SubscriptionOptions(schedule=MONDAY, interests=(Interest(text="graphs"),))


@dataclass
class PlainLinks:
    """Links that can be read by eye."""

    base: str = "https://tidings.example"

    def link(self, purpose: str, subject: str) -> str:
        return f"{self.base}/{purpose}/{subject}" if self.base else ""

    def read(self, _purpose: str, token: str, *, now: datetime) -> str:
        assert now.tzinfo
        return token


@dataclass
class EmailEnvironment:
    """Email subscriptions, and the confirmation emails that they wrote."""

    service: EmailSubscriptions
    storage: Storage
    emails: list[ConfirmationEmail] = field(default_factory=list)

    @property
    def waiting(self) -> list[str]:
        """Whom emails wait for in the outbox."""
        found = self.storage.outbox.deliveries(limit=1000)
        return [d.part.target for d in found if d.state.value == "pending"]


def an_email_environment(
    storage: Storage,
    clock: Clock,
    *,
    base: str = "https://tidings.example",
    sends: bool = True,
    write: Callable[[ConfirmationEmail], str] = str,
) -> EmailEnvironment:
    """Put email subscriptions together."""
    emails: list[ConfirmationEmail] = []

    def written(email: ConfirmationEmail) -> str:
        emails.append(email)
        return write(email)

    subscriptions = Subscriptions(store=storage.subscriptions, clock=clock, sources=["arxiv"])
    stores = MailStores(
        addresses=storage.addresses,
        snapshots=storage.snapshots,
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        archive=storage.store,
        personal=storage.personal,
    )
    hashed = partial(keyed_hash, b"key")
    service = EmailSubscriptions(
        stores=stores,
        subscriptions=subscriptions,
        confirmations=Confirmations(
            stores=stores,
            subscriptions=subscriptions,
            links=PlainLinks(base),
            write=written,
            hashed=hashed,
            clock=clock,
        ),
        read_address=read_address,
        hashed=hashed,
        sends=sends,
        clock=clock,
    )
    return EmailEnvironment(service=service, storage=storage, emails=emails)


def the_notes(storage: Storage) -> Notes:
    """Return what is noted beside the tables."""
    return Notes(
        texts=storage.key_values,
        subscriptions=storage.subscriptions,
        hashed=partial(keyed_hash, b"key"),
    )


def a_privacy(storage: Storage, clock: Clock) -> Privacy:
    """Return what shows and deletes what is held about people."""
    return Privacy(data=storage.personal, notes=the_notes(storage), clock=clock)
