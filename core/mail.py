"""Email addresses, the subscriptions that go there, and the confirmation email."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.deliveries import Schedule, Subscription
from core.errors import UsageError
from core.people import Interest, Profile

SCHEME = "email"
"""First part of targets that are addresses, and of owners known by an address only."""

CONFIRMATION_PERIOD = "letter "
"""Prefix of the period of a run that is a confirmation email and not a digest; stored."""

PREVIEW = "preview "
"""Prefix of the period of a digest that was exported before it was due; stored."""

COMMUNITY = "community"
"""Subscription id of the editions for everybody; stored."""


class AddressState(StrEnum):
    """What may be sent to an address.

    ::

        PENDING → CONFIRMED ⇄ OFF         (its holder said so)
                      └→ BOUNCED          (it refused three mails in a row)

    Digests go to confirmed addresses only; a pending one gets the confirmation email.
    """

    PENDING = "pending"
    CONFIRMED = "confirmed"
    BOUNCED = "bounced"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of one person.

    Attributes:
        id: random, never reused; links name it instead of the address.
        owner: whose it is: ``discord:<id>``, a profile's name, or ``email:<keyed hash>`` for
            people of whom nothing but the address is known.
        address: as mail is sent to it, normalised.
        subscription: id of the subscription that goes there; deleted together.
        state: what may be sent.
        created_at: aware UTC.
        changed_at: when its state changed last (aware UTC).
        version: part of its links; raised to revoke the earlier ones.
        bounces: mails in a row that were refused.
        code: keyed hash of the code that confirms it, "" if there is none.
        tries: wrong codes so far.
    """

    id: str
    owner: str
    address: str
    subscription: str
    state: AddressState
    created_at: datetime
    changed_at: datetime
    version: int = 1
    bounces: int = 0
    code: str = ""
    tries: int = 0

    @property
    def subject(self) -> str:
        """Subject of its links but the one to unsubscribe; ends with the version."""
        return f"{self.id}.{self.version}"

    @property
    def target(self) -> str:
        """Where subscriptions to it go."""
        return f"{SCHEME}:{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOptions:
    """What to send to an address, and when.

    Attributes:
        schedule: when.
        profile: name of the profile to rank for; "" for one of the address's own.
        interests: of that own profile.
        muted: words of that own profile that are not to be shown.
        items: how many items at most, or None.
        minutes: how many minutes of reading at most, or None.
        sources: names of sources; empty means all.
    """

    schedule: Schedule
    profile: str = ""
    interests: tuple[Interest, ...] = ()
    muted: tuple[str, ...] = ()
    items: int | None = 10
    minutes: float | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address with its subscription and profile, to show to its holder.

    Attributes:
        address: the address and its state.
        subscription: what is sent there.
        profile: what it is ranked for.
        next_run: when the next digest is due (aware UTC), None while none is.
    """

    address: Address
    subscription: Subscription
    profile: Profile
    next_run: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationEmail:
    """The email that asks to confirm an address, or says that it is confirmed already.

    It goes to whoever a stranger names, so it has no field for anything that the stranger typed.

    Attributes:
        address: where it goes.
        link: to confirm, or to the preferences if it is confirmed already; "" without a web page.
        code: to type instead of opening the link; "" if it is not needed.
        schedule: when digests would come.
        at: its date (aware UTC).
    """

    address: Address
    link: str
    code: str
    schedule: Schedule
    at: datetime


def mail_key(subscription: str, period: str) -> str:
    """Return the key of a mail, 24 characters, the same for the same run."""
    return hashlib.blake2b(f"{subscription} {period}".encode(), digest_size=12).hexdigest()


def address_subject(subject: str) -> tuple[str, int]:
    """Split the subject of a link into an address's id and its version.

    Raises:
        UsageError: if it is none.
    """
    id_, _, rest = subject.partition(".")
    version = rest.partition(".")[0]
    if not id_ or not version.isdecimal():
        raise UsageError("this link is incomplete; copy the whole link from the email")
    return id_, int(version)
