"""Mailing over a real archive, with a signer and letters that can be looked into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial

from app.wiring.mail import keyed_hash
from core import due as schedule
from core.deliveries import Cadence, Schedule
from core.mail import ConfirmationEmail, SubscriptionOptions
from core.people import Interest
from core.ports.clock import Clock
from delivery.addresses import read_address
from services.email.confirmation import Confirmations
from services.email.stores import MailStores
from services.email.subscriptions import EmailSubscriptions
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
class Post:
    """Everything that mailing wrote, as a person who reads it."""

    mailing: EmailSubscriptions
    storage: Storage
    letters: list[ConfirmationEmail] = field(default_factory=list)

    @property
    def waiting(self) -> list[str]:
        """Whom letters wait for in the outbox."""
        found = self.storage.outbox.deliveries(limit=1000)
        return [d.part.target for d in found if d.state.value == "pending"]


def a_post(
    storage: Storage,
    clock: Clock,
    *,
    base: str = "https://tidings.example",
    sends: bool = True,
    write: Callable[[ConfirmationEmail], str] = str,
) -> Post:
    """Put mailing together."""
    letters: list[ConfirmationEmail] = []

    def written(letter: ConfirmationEmail) -> str:
        letters.append(letter)
        return write(letter)

    orders = Subscriptions(
        store=storage.subscriptions, timetable=schedule, clock=clock, sources=lambda: ["arxiv"]
    )
    stores = MailStores(
        addresses=storage.addresses,
        snapshots=storage.snapshots,
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        archive=storage.store,
        personal=storage.personal,
    )
    hashed = partial(keyed_hash, b"key")
    mailing = EmailSubscriptions(
        stores=stores,
        orders=orders,
        letters=Confirmations(
            stores=stores,
            orders=orders,
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
    return Post(mailing=mailing, storage=storage, letters=letters)
