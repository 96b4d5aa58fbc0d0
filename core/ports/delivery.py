"""Ports of delivery: subscriptions, the outbox, and deliverers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.deliveries import Delivery, DeliveryState, DueRun, Part, Receipt, Subscription
from core.digests import Digest


class SubscriptionStore(Protocol):
    """Keeps subscriptions. Every method is one transaction and raises only ``StorageError``."""

    def subscription(self, id_: str) -> Subscription | None:
        """Return one, if it exists."""
        ...

    def subscriptions(self, *, owner: str = "", target: str = "") -> Sequence[Subscription]:
        """Return those of an owner, to a target, or all, oldest first."""
        ...

    def each(self) -> Iterator[Subscription]:
        """Yield all, oldest first, with few of them in memory at a time."""
        ...

    def subscriptions_within(self, owner: str, targets: Collection[str]) -> Sequence[Subscription]:
        """Return those that are an owner's or go to one of these targets, oldest first."""
        ...

    def save_subscription(self, subscription: Subscription) -> None:
        """Create or replace one."""
        ...

    def delete_subscription(self, id_: str) -> bool:
        """Delete one with its runs, what waits for it and a profile of its own.

        Returns:
            Whether it existed.
        """
        ...

    def turn_off(self, id_: str, reason: str) -> None:
        """Turn one off and drop what waits for it."""
        ...

    def last_period(self, id_: str) -> str:
        """Return the local period that was run last, extra runs left out, or ""."""
        ...

    def last_periods(self) -> Mapping[str, str]:
        """Return ``last_period`` of every subscription that has a run, by id."""
        ...

    def has_run(self, id_: str, period: str) -> bool:
        """Return whether that period has a run already."""
        ...


class Outbox(Protocol):
    """Keeps each part of each run until it has arrived.

    Every method is one transaction and raises only ``StorageError``.
    """

    def open_run(
        self,
        subscription: Subscription,
        due: DueRun,
        digest: Digest | None,
        parts: Sequence[Part],
        *,
        now: datetime,
    ) -> bool:
        """Freeze a run: the run, its digest's items and its parts, all or nothing.

        A confirmation email goes the same way, as a run without a digest.

        Returns:
            False if that period has a run already; then nothing is changed.
        """
        ...

    def claim(
        self,
        *,
        owner: str,
        schemes: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> Sequence[Delivery]:
        """Take pending parts whose time has come and put them in ``SENDING`` for ``owner``.

        Only targets of these schemes, and only the first waiting part of each target, so that the
        parts of one run arrive in order and two runs do not mix; a part follows only when all
        earlier parts of its run have arrived. What is claimed is committed before it returns, so
        that a crash cannot lose the knowledge of the attempt.
        """
        ...

    def stale(
        self,
        *,
        owner: str,
        schemes: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> Sequence[Delivery]:
        """Take over for ``owner`` parts left in ``SENDING`` whose lease has run out."""
        ...

    def sent(self, receipts: Mapping[str, Receipt]) -> None:
        """Record that parts arrived, by key, whoever holds them; once arrived they stay so."""
        ...

    def later(
        self,
        key: str,
        error: str,
        *,
        owner: str,
        not_before: datetime,
        may_have_arrived: bool,
    ) -> None:
        """Put a part back to ``PENDING`` until then, if ``owner`` still holds it.

        Args:
            key: of the part.
            error: one line.
            owner: who claimed it.
            not_before: aware UTC.
            may_have_arrived: whether some attempt may have succeeded; then ``first_attempt`` is
                kept, else forgotten.
        """
        ...

    def settle(self, key: str, state: DeliveryState, error: str, *, owner: str) -> None:
        """Record that a part is ``DEAD`` or ``IN_DOUBT``, if ``owner`` still holds it.

        With a dead part the later parts of its run are dead too; those of one in doubt wait.
        """
        ...

    def decide(self, key: str, *, arrived: bool, now: datetime) -> bool:
        """Settle a part that is in doubt: it arrived, or it is to be sent as if for the first time.

        Returns:
            Whether the part was in doubt.
        """
        ...

    def expire(self, *, schemes: Sequence[str], before: datetime, error: str) -> int:
        """Give up what still waits of these schemes from runs opened before then.

        Returns:
            How many parts.
        """
        ...

    def forget(self, *, before: datetime) -> int:
        """Delete the parts of runs opened before then, but those being sent; return how many.

        That the runs were made stays known.
        """
        ...

    def deliveries(
        self,
        *,
        states: Sequence[DeliveryState] = (),
        target: str = "",
        scheme: str = "",
        limit: int = 50,
    ) -> Sequence[Delivery]:
        """Return deliveries in these states (all if none is named), latest first.

        Args:
            states: in which they are.
            target: where they go; "" for anywhere.
            scheme: first part of where they go; "" for any.
            limit: so many at the most.
        """
        ...

    def next_due(self, *, schemes: Sequence[str]) -> datetime | None:
        """Return when the next part of these schemes may be claimed or taken over (aware UTC)."""
        ...


class Deliverer(Protocol):
    """One way to deliver digests, such as Discord."""

    @property
    def scheme(self) -> str:
        """First part of the targets that it serves: ``discord``, ``email``."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it knows all that it needs to deliver; until then nothing is claimed for it."""
        ...

    @property
    def same_key_window(self) -> timedelta:
        """How long after a message arrived the receiver drops another one with the same key.

        After a crash a part is simply sent again within it, and reconciled beyond it. Discord:
        60 s, since ``enforce_nonce`` holds for "the past few minutes". SMTP has no keys: zero.
        """
        ...

    def parts(self, digest: Digest, subscription: Subscription, period: str) -> Sequence[Part]:
        """Lay a digest out as messages; pure, the same input gives the same parts and keys."""
        ...

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Send a part; sending the same key twice within ``same_key_window`` makes it once.

        It may be cancelled when it takes too long; then it may have arrived.

        Raises:
            LaterError: if this attempt did not arrive and may be repeated.
            RefusedError: if it never will.
            CannotTellError: if this attempt may have arrived (the connection broke half-way, or
                the server failed); it is then repeated or reconciled.
        """
        ...

    async def reconcile(self, delivery: Delivery) -> Receipt | None:
        """Find out whether an attempt since ``first_attempt`` arrived; None if it did not.

        Raises:
            CannotTellError: if that cannot be found out.
            LaterError: if the receiver cannot be asked now.
        """
        ...
