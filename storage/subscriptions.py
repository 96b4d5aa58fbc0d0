"""``core.ports.delivery.SubscriptionStore``: subscriptions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, delete, select, tuple_, update

from core.damage import decodes
from core.deliveries import Cadence, DeliveryState, Schedule, Subscription
from storage.delivery_tables import PART, RUN, SUBSCRIPTION
from storage.repository import SqlRepository
from storage.rows import dump, maybe_micros, maybe_moment, micros, moment, texts
from storage.tables import DIGEST, PROFILE

_PAGE_SIZE = 500
"""Subscriptions that are read at a time where all are wanted: half a megabyte."""


class SqlSubscriptions(SqlRepository):
    """Subscriptions in the same database as the archive.

    What says whether something is still to be sent is durable (``Database.writing``):
    a power cut must not bring a turned-off subscription back.
    """

    def subscription(self, id_: str) -> Subscription | None:
        """Return one, if it exists."""
        found = self._read(select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_))
        return found[0] if found else None

    def subscriptions(self, *, owner: str = "", target: str = "") -> Sequence[Subscription]:
        """Return those of an owner, to a target, or all, oldest first."""
        query = _OLDEST_FIRST
        if owner:
            query = query.where(SUBSCRIPTION.c.owner == owner)
        if target:
            query = query.where(SUBSCRIPTION.c.target == target)
        return self._read(query)

    def each(self) -> Iterator[Subscription]:
        """Yield all, oldest first, some at a time; one that is made meanwhile may be among them."""
        some = self._read(_OLDEST_FIRST.limit(_PAGE_SIZE))
        while some:
            yield from some
            last = (micros(some[-1].created_at), some[-1].id)
            later = tuple_(SUBSCRIPTION.c.created_at, SUBSCRIPTION.c.id) > last
            some = self._read(_OLDEST_FIRST.where(later).limit(_PAGE_SIZE))

    def subscriptions_within(self, owner: str, targets: Collection[str]) -> Sequence[Subscription]:
        """Return those that are an owner's or go to one of these targets, oldest first."""
        theirs = SUBSCRIPTION.c.target.in_(sorted(targets))
        return self._read(_OLDEST_FIRST.where((SUBSCRIPTION.c.owner == owner) | theirs))

    def save_subscription(self, subscription: Subscription) -> None:
        """Create or replace one; its runs stay."""
        self._upsert(SUBSCRIPTION, _values(subscription), durable=True)

    def delete_subscription(self, id_: str) -> bool:
        """Delete one with its runs, their digests, what waits, and a profile of its own."""
        with self._database.writing(durable=True) as connection:
            connection.execute(
                delete(PROFILE).where(
                    PROFILE.c.name.in_(own_profiles().where(SUBSCRIPTION.c.id == id_))
                )
            )
            connection.execute(delete(DIGEST).where(DIGEST.c.subscription == id_))
            gone = connection.execute(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_))
            return bool(gone.rowcount)

    def turn_off(self, id_: str, reason: str) -> None:
        """Turn one off; what waits for it is dead, and says why."""
        runs = select(RUN.c.id).where(RUN.c.subscription == id_)
        waiting = PART.c.run_id.in_(runs) & (PART.c.state == DeliveryState.PENDING.value)
        with self._database.writing(durable=True) as connection:
            connection.execute(
                update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_).values(off=reason)
            )
            connection.execute(
                update(PART).where(waiting).values(state=DeliveryState.DEAD.value, error=reason)
            )

    def last_period(self, id_: str) -> str:
        """Return the local period that was run last."""
        return self._scalar(_latest(id_)) or ""

    def last_periods(self) -> Mapping[str, str]:
        """Return the local period that each subscription was run last."""
        query = select(
            SUBSCRIPTION.c.id, _latest(SUBSCRIPTION.c.id).scalar_subquery().label("period")
        )
        return {row.id: row.period for row in self._rows(query) if row.period}

    def has_run(self, id_: str, period: str) -> bool:
        """Return whether that period has a run already."""
        query = select(RUN.c.id).where(RUN.c.subscription == id_, RUN.c.period == period)
        return self._scalar(query) is not None

    def _read(self, query: Select[Any]) -> list[Subscription]:
        return [_subscription(row) for row in self._rows(query)]


_OLDEST_FIRST = select(SUBSCRIPTION).order_by(SUBSCRIPTION.c.created_at, SUBSCRIPTION.c.id)


def own_profiles() -> Select[str]:
    """Select the profiles of subscriptions that are named after where these go.

    Each belongs to one subscription and goes with it; any other profile is a person's.
    """
    named = SUBSCRIPTION.c.profile.startswith(SUBSCRIPTION.c.target + "/", autoescape=False)
    return select(SUBSCRIPTION.c.profile).where(
        (SUBSCRIPTION.c.profile == SUBSCRIPTION.c.target) | named
    )


def _latest(id_: str | ColumnElement[str]) -> Select[str]:
    """Select the period that a subscription was run last, found by an index, at once."""
    return (
        select(RUN.c.period)
        .where(RUN.c.subscription == id_, RUN.c.extra.is_(False))
        .order_by(RUN.c.id.desc())
        .limit(1)
    )


def _values(subscription: Subscription) -> dict[str, Any]:
    schedule = subscription.schedule
    return {
        "id": subscription.id,
        "owner": subscription.owner,
        "profile": subscription.profile,
        "target": subscription.target,
        "cadence": schedule.cadence.value,
        "weekday": schedule.weekday,
        "wall_time": schedule.at.isoformat(),
        "zone": schedule.zone,
        "quiet": "/".join(at.isoformat() for at in schedule.quiet or ()),
        "items": subscription.items,
        "minutes": subscription.minutes,
        "sources": dump(subscription.sources),
        "created_at": micros(subscription.created_at),
        "paused_until": maybe_micros(subscription.paused_until),
        "off": subscription.off,
        "guild": subscription.guild,
    }


@decodes("a subscription")
def _subscription(row: Row[Any]) -> Subscription:
    start, _, end = row.quiet.partition("/")
    return Subscription(
        id=row.id,
        owner=row.owner,
        profile=row.profile,
        target=row.target,
        schedule=Schedule(
            cadence=Cadence(row.cadence),
            weekday=range(7)[row.weekday],
            at=time.fromisoformat(row.wall_time),
            zone=ZoneInfo(row.zone).key,
            quiet=(time.fromisoformat(start), time.fromisoformat(end)) if start else None,
        ),
        items=row.items,
        minutes=row.minutes,
        sources=texts(row.sources),
        created_at=moment(row.created_at),
        paused_until=maybe_moment(row.paused_until),
        off=row.off,
        guild=row.guild,
    )
