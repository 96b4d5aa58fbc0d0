"""From what is due to frozen messages in the outbox.

::

    subscriptions → due? → digest → the deliverer's parts → one transaction: run, picks, parts

A period whose run was opened is never opened again, so this may be called at any time, by any
number of processes. A digest without picks is opened too: its one short part tells the reader that
the week was quiet, and not that Tidings is broken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.deliveries import DueRun, Subscription
from core.digests import Budget, Digest, RankedItem, Section
from core.due import catch_up_note, due_run
from core.errors import TidingsError, UsageError
from core.items import ItemKey
from core.people import Profile
from core.ports.clock import Clock
from core.ports.delivery import Deliverer, Outbox, SubscriptionStore
from core.ports.mail import SnapshotStore
from services.digests.candidates import DigestRequest
from services.digests.make import Digests
from services.sources import Sources

log = logging.getLogger(__name__)

LATE_ARRIVALS = timedelta(days=2)
"""How far before its period a digest looks back: sources report late what appeared earlier, and
may be out of reach for a while. What a reader got does not come again."""

_LATEST = 40
"""Kept digests of a subscription in which an item is looked for: more than are kept of a daily."""

RETRY = timedelta(minutes=10)
"""How soon a subscription whose digest could not be made is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What became of the subscriptions that were due, by id.

    Attributes:
        opened: whose run now waits in the outbox.
        failed: whose digest could not be made, with one line that says why.
    """

    opened: tuple[str, ...]
    failed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A digest as it was sent, with the reasons that it had then."""

    digest: Digest
    subscription: Subscription

    def place_of(self, key: ItemKey) -> tuple[Section, RankedItem] | None:
        """Return the section in which an item stands, by itself or on the card of its work."""
        for section in self.digest.sections:
            for entry in section.items:
                if key in entry.members:
                    return section, entry
        return None


@dataclass(slots=True, kw_only=True, eq=False)
class Runs:
    """Opens the runs that are due.

    Every method raises ``StorageError`` if the archive cannot be read or written.

    Attributes:
        subscriptions: whose runs are opened.
        outbox: where runs go.
        digests: gives the maker of digests; a call, since the first one loads the ranker.
        profile: returns a profile by name, or raises ``UsageError``.
        deliverers: by scheme; a subscription whose scheme is missing stays due.
        sources: say how they fared, for readers, and whether the archive holds more than the
            sample day, which is sent to nobody: until then everything stays due.
        clock: tells the time.
        snapshots: where whole digests are kept, so that a period's stay the same; None keeps none.
    """

    subscriptions: SubscriptionStore
    outbox: Outbox
    digests: Callable[[], Digests]
    profile: Callable[[str], Profile]
    deliverers: Mapping[str, Deliverer]
    sources: Sources
    clock: Clock
    snapshots: SnapshotStore | None = None
    _retry_at: dict[str, datetime] = field(init=False, default_factory=dict)
    _stopping: bool = field(init=False, default=False)

    def stop(self) -> None:
        """Let ``open_due`` end after the run it is at, also when called from another thread."""
        self._stopping = True

    def open_due(self) -> Opened:
        """Open every run that is due, until ``stop``; one subscription's failure stops no other.

        One that cannot ever work as it stands, such as one whose profile is gone, is turned off.
        """
        if not self.sources.has_live_items():
            return Opened(opened=(), failed={})
        last = self.subscriptions.last_periods()
        opened: list[str] = []
        failed: dict[str, str] = {}
        for subscription in self.subscriptions.each():
            if self._stopping:
                break
            due = self._due(subscription, last.get(subscription.id, ""))
            if due is None:
                continue
            try:
                if self._open(subscription, due):
                    opened.append(subscription.id)
            except Exception as error:
                failed[subscription.id] = self._note_failure(subscription, error)
        return Opened(opened=tuple(opened), failed=failed)

    def open_now(self, subscription: Subscription) -> bool:
        """Open an extra run because somebody asks for it; the next local period stays as it is.

        Returns:
            False if there is one of this minute already.

        Raises:
            UsageError: if its profile is gone, or nothing serves its target here.
        """
        if self._deliverer(subscription) is None:
            raise UsageError(f"nothing here can deliver to {subscription.target}")
        now = self.clock()
        period = f"extra {now:%Y-%m-%dT%H:%MZ}"
        due = DueRun(period=period, due_at=now, since=now - timedelta(days=7), extra=True)
        return self._open(subscription, due)

    def _due(self, subscription: Subscription, last_period: str) -> DueRun | None:
        now = self.clock()
        pause = self._retry_at.get(subscription.id, now) - now
        if self._deliverer(subscription) is None or timedelta(0) < pause <= RETRY:
            return None
        due = due_run(subscription, last_period, now)
        if due is None or self.subscriptions.has_run(subscription.id, due.period):
            return None
        return due

    def _open(self, subscription: Subscription, due: DueRun) -> bool:
        digest = self.digest(subscription, due)
        deliverer = self.deliverers[_scheme(subscription)]
        parts = deliverer.parts(digest, subscription, due.period)
        return self.outbox.open_run(subscription, due, digest, parts, now=self.clock())

    def digest(self, subscription: Subscription, due: DueRun) -> Digest:
        """Return the digest of a run: the one that was kept of its period, or a new one.

        Raises:
            UsageError: if its profile is gone.
        """
        if self.snapshots is None:
            return self._made(subscription, due)
        kept = self.snapshots.issue(subscription.id, due.period)
        return kept or self.snapshots.keep_issue(due.period, self._made(subscription, due))

    def sent_as(self, part: str) -> Sent | None:
        """Return the digest of which a message is a part, by the part's key, while it is kept."""
        digest = self.snapshots.sent_as(part) if self.snapshots else None
        found = self.subscriptions.subscription(digest.subscription) if digest else None
        return Sent(digest=digest, subscription=found) if digest and found else None

    def latest_with(self, key: ItemKey, *, person: str) -> Sent | None:
        """Return the latest digest sent to a person that shows an item, while it is kept."""
        if self.snapshots is None:
            return None
        found = [
            Sent(digest=digest, subscription=one)
            for one in self.subscriptions.subscriptions(owner=person)
            if one.profile == person
            for digest in self.snapshots.issues(one.id, limit=_LATEST)
        ]
        latest = sorted(found, key=lambda sent: sent.digest.made_at, reverse=True)
        return next((sent for sent in latest if sent.place_of(key)), None)

    def _made(self, subscription: Subscription, due: DueRun) -> Digest:
        profile = replace(self.profile(subscription.profile), zone=subscription.schedule.zone)
        request = DigestRequest(
            profile=profile,
            subscription=subscription.id,
            period=due.period,
            since=due.since - LATE_ARRIVALS,
            budget=Budget(items=subscription.items, minutes=subscription.minutes),
            sources=subscription.sources,
            guild=subscription.guild,
            health=self.sources.health(),
        )
        digest = self.digests().prepare(request)
        notes = (catch_up_note(due), digest.note)
        return replace(digest, note=" ".join(note for note in notes if note))

    def _deliverer(self, subscription: Subscription) -> Deliverer | None:
        return self.deliverers.get(_scheme(subscription))

    def _note_failure(self, subscription: Subscription, error: Exception) -> str:
        """Note when to try again, or turn the subscription off; return one line that says why."""
        self._retry_at[subscription.id] = self.clock() + RETRY
        if isinstance(error, UsageError):
            self.subscriptions.turn_off(subscription.id, str(error))
        if isinstance(error, TidingsError):
            log.warning("subscription %s: %s", subscription.id, error)
            return str(error)
        log.error("subscription %s: unexpected failure", subscription.id, exc_info=error)
        return "unexpected failure, see the log"


def _scheme(subscription: Subscription) -> str:
    return subscription.target.partition(":")[0]
