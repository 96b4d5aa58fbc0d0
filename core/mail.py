"""Mail: addresses that people proved to be theirs, and what they want sent there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.deliveries import Schedule, Subscription
from core.errors import UsageError
from core.people import Interest, Profile

SCHEME = "email"
"""First part of the targets that are addresses, and of owners who are known by one only."""

CONFIRMATION_PERIOD = "letter "
"""What the period of a run begins with that is no digest but a letter."""

COMMUNITY = "community"
"""Under which name the editions for everybody are recorded."""


class AddressState(StrEnum):
    """What may be sent to an address.

    ::

        PENDING → CONFIRMED ⇄ OFF         (its holder said so)
                      └→ BOUNCED          (it refused three mails in a row)

    Only to a confirmed one are digests sent; to a pending one the letter that asks.
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
        subscription: id of the standing order that goes there; deleted together.
        state: what may be sent.
        created_at: aware UTC.
        changed_at: when its state changed last (aware UTC).
        version: number of its links; raised to revoke those that were given out.
        bounces: mails in a row that it refused.
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
        """What links to everything but unsubscribing are about: it ends with the version."""
        return f"{self.id}.{self.version}"

    @property
    def target(self) -> str:
        """Where subscriptions to it go."""
        return f"{SCHEME}:{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOptions:
    """What somebody wants sent to an address.

    Attributes:
        schedule: when.
        profile: name of the profile that it is ranked for; "" for one of the address's own.
        interests: of that own profile.
        items: how many items at the most, or None.
        minutes: how many minutes of reading at the most, or None.
        sources: names of sources; empty means all.
    """

    schedule: Schedule
    profile: str = ""
    interests: tuple[Interest, ...] = ()
    items: int | None = 10
    minutes: float | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address with all that belongs to it, to be shown to its holder.

    Attributes:
        address: the address and its state.
        subscription: what goes there.
        profile: for whom it is ranked.
        next_run: when the next digest comes (aware UTC), None while none does.
    """

    address: Address
    subscription: Subscription
    profile: Profile
    next_run: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationEmail:
    """The one letter to an address that is not a digest.

    Attributes:
        address: to whom.
        link: what to open to confirm it, or to change what comes if it is confirmed already; ""
            where there is no page.
        code: what to type instead; "" if that is of no use.
        interests: what was asked for, as typed.
        schedule: when it was asked for.
        at: when it is written (aware UTC).
    """

    address: Address
    link: str
    code: str
    interests: tuple[str, ...]
    schedule: Schedule
    at: datetime


def address_subject(subject: str) -> tuple[str, int]:
    """Split the subject of a link into an address's id and its version.

    Raises:
        UsageError: if it is none.
    """
    id_, _, rest = subject.partition(".")
    version = rest.partition(".")[0]
    if not id_ or not version.isdecimal():
        raise UsageError("this link is not complete; copy it whole from the mail")
    return id_, int(version)
