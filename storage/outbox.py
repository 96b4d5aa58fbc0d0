"""``core.ports.delivery.Outbox``: the parts of digests on their way.

Every change is durable (``Database.writing``), so what was recorded before a message went out is
known after any crash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Row,
    Update,
    delete,
    exists,
    func,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from core.damage import decodes
from core.deliveries import Delivery, DeliveryState, DueRun, Part, Receipt, Subscription
from core.digests import Digest
from storage.delivery_tables import PART, RUN, SUBSCRIPTION
from storage.digests import put_digest
from storage.repository import SqlRepository
from storage.rows import dump, maybe_moment, micros, moment

_PENDING, _SENDING = DeliveryState.PENDING.value, DeliveryState.SENDING.value
_SENT, _DEAD = DeliveryState.SENT.value, DeliveryState.DEAD.value
_IN_DOUBT = DeliveryState.IN_DOUBT.value

_EARLIER = PART.alias("earlier")

_SKEW = timedelta(seconds=5)
"""By how much the clocks of two processes on one database may differ."""


_LONGEST_WAIT = timedelta(days=1)
"""No part is put off by more: it would be given up first (``delivery.policy``)."""


class SqlOutbox(SqlRepository):
    """The outbox in the same database as the archive."""

    def open_run(
        self,
        subscription: Subscription,
        due: DueRun,
        digest: Digest | None,
        parts: Sequence[Part],
        *,
        now: datetime,
    ) -> bool:
        """Store a run, its digest and its parts; False if that period has a run already.

        False as well if the subscription was deleted meanwhile.
        """
        with self._database.writing(durable=True) as connection:
            run = _new_run(connection, subscription, due, digest, now)
            if run is None:
                return False
            if digest is not None:
                put_digest(connection, digest)
            if parts:
                connection.execute(PART.insert(), [_new_part(run, part, now) for part in parts])
            return True

    def claim(
        self,
        *,
        owner: str,
        schemes: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> Sequence[Delivery]:
        """Take the parts whose turn it is."""
        # The sum keeps SQLite from taking the index by time and sorting all that waits.
        due = (PART.c.not_before + 0) <= micros(now)
        # One that waits for longer than anything may was put off before the clock was set back.
        due |= (PART.c.not_before + 0) > micros(now + _LONGEST_WAIT)
        which = _first_in_line(schemes) & (due | _untried_from_after(now))
        return self._take(which, owner, now, lease_until, limit)

    def stale(
        self,
        *,
        owner: str,
        schemes: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> Sequence[Delivery]:
        """Take over parts whose sender let its lease run out."""
        # One that ends later than any taken now is from before the clock was set back.
        impossible = PART.c.lease_until > micros(lease_until + _SKEW)
        expired = (PART.c.lease_until <= micros(now)) | impossible
        return self._take(_being_sent(schemes) & expired, owner, now, lease_until, limit)

    def sent(self, receipts: Mapping[str, Receipt]) -> None:
        """Record that parts arrived."""
        with self._database.writing(durable=True) as connection:
            for key, receipt in receipts.items():
                connection.execute(
                    update(PART)
                    .where(PART.c.key == key, PART.c.state != _SENT)
                    .values(
                        state=_SENT,
                        remote_id=receipt.remote_id,
                        arrived_at=micros(receipt.at),
                        error="",
                        **_NO_LEASE,
                    )
                )

    def later(
        self,
        key: str,
        error: str,
        *,
        owner: str,
        not_before: datetime,
        may_have_arrived: bool,
    ) -> None:
        """Put a part back until then."""
        known = {} if may_have_arrived else {"first_attempt": None}
        back = {"state": _PENDING, "error": error, "not_before": micros(not_before)}
        statement = update(PART).where(_held(key, owner)).values(**back, **known, **_NO_LEASE)
        self._change(statement, durable=True)

    def settle(self, key: str, state: DeliveryState, error: str, *, owner: str) -> None:
        """Record that a part is dead or in doubt."""
        with self._database.writing(durable=True) as connection:
            settled = connection.execute(
                update(PART)
                .where(_held(key, owner))
                .values(state=state.value, error=error, **_NO_LEASE)
                .returning(PART.c.run_id, PART.c.position)
            ).first()
            if settled is not None and state is DeliveryState.DEAD:
                connection.execute(
                    update(PART)
                    .where(PART.c.run_id == settled.run_id, PART.c.position > settled.position)
                    .where(PART.c.state == _PENDING)
                    .values(state=_DEAD, error=f"part {settled.position + 1} of it did not arrive")
                )

    def decide(self, key: str, *, arrived: bool, now: datetime) -> bool:
        """Settle what is in doubt by what somebody saw."""
        seen = {"state": _SENT, "arrived_at": micros(now)}
        unseen = {"state": _PENDING, "first_attempt": None, "not_before": micros(now)}
        doubtful = update(PART).where(PART.c.key == key, PART.c.state == _IN_DOUBT)
        decided = doubtful.values(error="", **(seen if arrived else unseen))
        return bool(self._change(decided, durable=True))

    def expire(self, *, schemes: Sequence[str], before: datetime, error: str) -> int:
        """Give up what still waits from runs opened before then."""
        dead = update(PART).values(state=_DEAD, error=error)
        return self._change_old(dead, _waiting(schemes), before)

    def forget(self, *, before: datetime) -> int:
        """Delete the parts of runs opened before then; the runs stay."""
        return self._change_old(delete(PART), PART.c.state != _SENDING, before)

    def deliveries(
        self,
        *,
        states: Sequence[DeliveryState] = (),
        target: str = "",
        scheme: str = "",
        limit: int = 50,
    ) -> Sequence[Delivery]:
        """Return deliveries, latest first."""
        query = _DELIVERIES.order_by(PART.c.run_id.desc(), PART.c.position.desc()).limit(limit)
        if states:
            query = query.where(PART.c.state.in_([state.value for state in states]))
        if target:
            query = query.where(PART.c.target == target)
        if scheme:
            query = query.where(PART.c.scheme == scheme)
        return [_delivery(row) for row in self._rows(query)]

    def next_due(self, *, schemes: Sequence[str]) -> datetime | None:
        """Return when there is something to claim or to take over."""
        waiting = select(func.min(PART.c.not_before).label("at")).where(_first_in_line(schemes))
        held = select(func.min(PART.c.lease_until).label("at")).where(_being_sent(schemes))
        either = union_all(waiting, held).subquery()
        return maybe_moment(self._scalar(select(func.min(either.c.at))))

    def _change_old(
        self, statement: Update | Delete, which: ColumnElement[bool], before: datetime
    ) -> int:
        """Update or delete such parts of runs opened before then; return how many there were."""
        # The oldest run with such a part is found at once, by an index.
        opened = select(RUN.c.opened_at).join(PART, PART.c.run_id == RUN.c.id).where(which)
        oldest = self._scalar(opened.order_by(PART.c.run_id).limit(1))
        if oldest is None or oldest >= micros(before):
            return 0
        old = exists().where(RUN.c.id == PART.c.run_id, RUN.c.opened_at < micros(before))
        return self._change(statement.where(which, old), durable=True)

    def _take(
        self,
        which: ColumnElement[bool],
        owner: str,
        now: datetime,
        lease_until: datetime,
        limit: int,
    ) -> Sequence[Delivery]:
        """Put the first of such parts in ``SENDING`` and return them as they are then."""
        in_order = (PART.c.run_id, PART.c.position)
        keys = select(PART.c.key).where(which).order_by(*in_order).limit(limit)
        # Without the write lock first: an idle dispatcher must not write each time.
        if self._scalar(keys.limit(1)) is None:
            return []
        with self._database.writing(durable=True) as connection:
            taken = connection.scalars(keys).all()
            connection.execute(
                update(PART)
                .where(PART.c.key.in_(taken))
                .values(
                    state=_SENDING,
                    attempts=PART.c.attempts + 1,
                    first_attempt=func.coalesce(PART.c.first_attempt, micros(now)),
                    lease_owner=owner,
                    lease_until=micros(lease_until),
                )
            )
            query = _DELIVERIES.where(PART.c.key.in_(taken)).order_by(*in_order)
            return [_delivery(row) for row in connection.execute(query)]


_NO_LEASE: dict[str, Any] = {"lease_owner": "", "lease_until": None}

_DELIVERIES = select(PART, RUN.c.subscription, RUN.c.period).join(RUN, RUN.c.id == PART.c.run_id)


def _held(key: str, owner: str) -> ColumnElement[bool]:
    """Whether this sender still holds the lease of a part."""
    return (PART.c.key == key) & (PART.c.state == _SENDING) & (PART.c.lease_owner == owner)


def _waiting(schemes: Sequence[str]) -> ColumnElement[bool]:
    return (PART.c.state == _PENDING) & PART.c.scheme.in_(schemes)


def _untried_from_after(now: datetime) -> ColumnElement[bool]:
    """Whether a part was never tried, and its run opened in the future: the clock was set back."""
    ahead = exists().where(RUN.c.id == PART.c.run_id, RUN.c.opened_at > micros(now))
    return (PART.c.attempts == 0) & ahead


def _being_sent(schemes: Sequence[str]) -> ColumnElement[bool]:
    return (PART.c.state == _SENDING) & PART.c.scheme.in_(schemes)


def _first_in_line(schemes: Sequence[str]) -> ColumnElement[bool]:
    """Whether a part waits, and nothing stands before it.

    Before it stand what waits or is being sent to the same target from an earlier run, and any
    part of its own run that has not arrived.
    """
    place, before = tuple_(PART.c.run_id, PART.c.position), _EARLIER.c
    same_target = exists().where(
        before.target == PART.c.target,
        before.state.in_([_PENDING, _SENDING]),
        tuple_(before.run_id, before.position) < place,
    )
    same_run = exists().where(
        before.run_id == PART.c.run_id, before.position < PART.c.position, before.state != _SENT
    )
    return _waiting(schemes) & ~same_target & ~same_run


def _new_run(
    connection: Connection,
    subscription: Subscription,
    due: DueRun,
    digest: Digest | None,
    now: datetime,
) -> int | None:
    """Record a run and return its number, or None if there is one of that period."""
    known = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.id == subscription.id)
    if connection.scalar(known) is None:
        return None
    statement = insert(RUN).values(
        subscription=subscription.id,
        period=due.period,
        extra=due.extra,
        missed=dump(due.missed),
        digest_id=digest.id if digest else "",
        due_at=micros(due.due_at),
        opened_at=micros(now),
    )
    once = statement.on_conflict_do_nothing(index_elements=["subscription", "period"])
    number: int | None = connection.scalar(once.returning(RUN.c.id))
    return number


def _new_part(run: int, part: Part, now: datetime) -> dict[str, Any]:
    return {
        "key": part.key,
        "run_id": run,
        "position": part.position,
        "target": part.target,
        "scheme": part.target.partition(":")[0],
        "payload": part.payload,
        "state": _PENDING,
        "attempts": 0,
        "not_before": micros(now),
        "lease_owner": "",
        "remote_id": "",
        "error": "",
    }


@decodes("a message to be delivered")
def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        part=Part(key=row.key, target=row.target, payload=row.payload, position=row.position),
        subscription=row.subscription,
        period=row.period,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        first_attempt=maybe_moment(row.first_attempt),
        not_before=moment(row.not_before),
        remote_id=row.remote_id,
        error=row.error,
    )
