"""Subscriptions, their runs, and the delivery of each part of each digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


class Cadence(StrEnum):
    """How often a subscription gets a digest."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a subscription is due, in the reader's own time.

    Attributes:
        cadence: which days.
        weekday: for a weekly one the day, Monday is 0.
        at: wall time; where a summer-time gap swallows it, the first moment after the gap.
        zone: IANA time zone.
        quiet: wall times between which nothing is sent (may wrap midnight); a run that falls due
            between them waits for the second.
    """

    cadence: Cadence
    at: time
    zone: str
    weekday: int = 0
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What to send to whom, and when: whose interests, how often, where to.

    Attributes:
        id: random, never reused.
        owner: the person who made it, ``discord:<user id>`` or ``email:<hash>``.
        profile: name of the profile to rank for; for a channel one of the subscription's own.
        target: where it goes: ``discord:channel:<id>``, ``discord:dm:<user id>``,
            ``email:<address>``.
        schedule: when.
        items: how many items at most, or None.
        minutes: how many minutes of reading at most, or None.
        sources: names of sources; empty means all.
        created_at: aware UTC; no run is due before it.
        paused_until: no run is due before then, if set (aware UTC).
        off: why it was turned off, empty while it is on.
        guild: the community of the channel that it goes to, whose feeds it may take items from;
            empty for one that goes to a person.
    """

    id: str
    owner: str
    profile: str
    target: str
    schedule: Schedule
    created_at: datetime
    items: int | None = 10
    minutes: float | None = None
    sources: tuple[str, ...] = ()
    paused_until: datetime | None = None
    off: str = ""
    guild: str = ""

    def is_held(self, now: datetime) -> bool:
        """Whether nothing is sent at this moment: it is off, or paused."""
        return bool(self.off) or (self.paused_until is not None and self.paused_until > now)

    @property
    def has_own_interests(self) -> bool:
        """Whether its profile is its own, named after where it goes, and no person's."""
        return self.profile == self.target or self.profile.startswith(f"{self.target}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRun:
    """One run that a subscription owes for one local period.

    Attributes:
        period: name of the local period, ``2026-11-22`` or ``2026-W47``; never due twice. That of
            an extra run, which somebody asked for, is the minute: ``extra 2026-11-22T09:30Z``.
        due_at: when it fell due (aware UTC).
        since: when the period before it, or before the oldest missed one, fell due (aware UTC).
        missed: names of earlier periods that are merged into it (downtime), oldest first.
        extra: whether somebody asked for it out of turn; it does not count as a local period.
    """

    period: str
    due_at: datetime
    since: datetime
    missed: tuple[str, ...] = ()
    extra: bool = False


class DeliveryState(StrEnum):
    """How far a part is.

    ::

        PENDING → SENDING → SENT
                     ├────→ PENDING   (failed for now; again at ``not_before``)
                     ├────→ DEAD      (failed for good, too often, or too long)
                     └────→ IN_DOUBT  (may have arrived) → SENT or PENDING, once somebody decides
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a digest, frozen when the digest was made.

    Attributes:
        key: unique and at most 25 characters, so that it can be Discord's nonce.
        target: where it goes, as in ``Subscription.target``.
        payload: the message in the deliverer's own format (JSON or RFC 5322 text).
        position: place among the parts of its digest, from 0; they are sent in this order.
    """

    key: str
    target: str
    payload: str
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that a part arrived: the receiver's own id for it."""

    remote_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The delivery of one part of one run.

    Attributes:
        part: the message.
        subscription: id of the subscription.
        period: name of the run's local period.
        state: how far it is.
        attempts: how often it was taken up to be sent.
        first_attempt: start of the earliest attempt that is not known to have failed (aware UTC):
            the message may have arrived since then.
        not_before: before then it is not sent (aware UTC).
        remote_id: the receiver's id for it, once it has arrived.
        error: what went wrong last, one line.
    """

    part: Part
    subscription: str
    period: str
    state: DeliveryState
    attempts: int = 0
    first_attempt: datetime | None = None
    not_before: datetime | None = None
    remote_id: str = ""
    error: str = ""
