"""Mailing over a real archive, with a signer and letters that can be looked into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial

from app.mail_wiring import keyed_hash
from core.deliveries import Cadence, Rhythm
from core.mail import Letter, Wishes
from core.mail_ports import MailStores
from core.people import Interest
from core.ports import Clock
from core.services.letters import Letters
from core.services.mailing import Mailing
from core.services.subscriptions import Subscriptions
from delivery.addresses import read_address
from digests import schedule
from storage.opening import Storage

MONDAY = Rhythm(cadence=Cadence.WEEKLY, weekday=0, at=time(8), zone="Europe/Berlin")
GRAPHS = Wishes(rhythm=MONDAY, interests=(Interest(text="graphs"),))


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

    mailing: Mailing
    storage: Storage
    letters: list[Letter] = field(default_factory=list)

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
    write: Callable[[Letter], str] = str,
) -> Post:
    """Put mailing together."""
    letters: list[Letter] = []

    def written(letter: Letter) -> str:
        letters.append(letter)
        return write(letter)

    orders = Subscriptions(
        store=storage.subscriptions, timetable=schedule, clock=clock, sources=lambda: ["arxiv"]
    )
    stores = MailStores(
        addresses=storage.addresses,
        shelf=storage.shelf,
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        archive=storage.store,
        personal=storage.personal,
    )
    hashed = partial(keyed_hash, b"key")
    mailing = Mailing(
        stores=stores,
        orders=orders,
        letters=Letters(
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
