"""``core.ports.mail.SnapshotStore``: whole digests, frozen when they were made."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.sqlite import insert

from core.damage import UNREADABLE, damaged
from core.digests import Digest
from core.mail import PREVIEW
from storage.delivery_tables import PART, RUN, SUBSCRIPTION
from storage.digests import put_digest
from storage.mail_tables import EDITION, ISSUE
from storage.repository import SqlRepository
from storage.rows import micros

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_EARLIER_NAMES = {"lever": "control"}
"""Fields of a ``Reason`` that digests kept by an earlier version have under another name."""


class SqlSnapshots(SqlRepository):
    """Whole digests in the same database as the archive."""

    def issue(self, subscription: str, period: str) -> Digest | None:
        """Return the digest of a subscription's period."""
        return _unfrozen(self._scalar(_issue(subscription, period)))

    def issues(self, subscription: str, *, limit: int) -> Sequence[Digest]:
        """Return the digests of a subscription but for previews, latest first."""
        query = (
            select(ISSUE.c.content)
            .where(ISSUE.c.subscription == subscription)
            .where(~ISSUE.c.period.startswith(PREVIEW))
            .order_by(ISSUE.c.made_at.desc(), ISSUE.c.period.desc())
            .limit(limit)
        )
        return [unfrozen(content) for content in self._scalars(query)]

    def sent_as(self, part: str) -> Digest | None:
        """Return the digest of which a part of the outbox is one."""
        query = (
            select(ISSUE.c.content)
            .join(
                RUN, (RUN.c.subscription == ISSUE.c.subscription) & (RUN.c.period == ISSUE.c.period)
            )
            .join(PART, PART.c.run_id == RUN.c.id)
            .where(PART.c.key == part)
        )
        return _unfrozen(self._scalar(query))

    def keep_issue(self, period: str, digest: Digest) -> Digest:
        """Keep a subscription's digest unless there is one; nothing if the subscription is gone."""
        owner = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.id == digest.subscription)
        row = insert(ISSUE).values(
            subscription=digest.subscription,
            period=period,
            made_at=micros(digest.made_at),
            content=frozen(digest),
        )
        with self._database.writing(durable=True) as connection:
            kept = _unfrozen(connection.scalar(_issue(digest.subscription, period)))
            if kept is not None:
                return kept
            if connection.scalar(owner) is not None:
                put_digest(connection, digest)
                connection.execute(row)
        return replace(digest, log_entry=None)

    def keep_preview(self, period: str, digest: Digest, *, now: datetime) -> None:
        """Keep what a link in a preview shows, in place of an earlier preview of its period."""
        values = {"made_at": micros(now), "content": frozen(digest)}
        row = insert(ISSUE).values(
            subscription=digest.subscription, period=f"{PREVIEW}{period}", **values
        )
        again = row.on_conflict_do_update(index_elements=["subscription", "period"], set_=values)
        self._change(again)

    def forget_issues(self, *, before: datetime) -> int:
        """Delete the digests of subscriptions that were made before then."""
        return self._change(delete(ISSUE).where(ISSUE.c.made_at < micros(before)))

    def edition(self, week: str) -> Digest | None:
        """Return the edition of a week."""
        return _unfrozen(self._scalar(_edition(week)))

    def keep_edition(self, week: str, digest: Digest, text: str) -> Digest:
        """Keep an edition, recorded as delivered, unless one made as late or later is kept."""
        values = {"content": frozen(digest), "text": text}
        row = insert(EDITION).values(week=week, **values)
        with self._database.writing(durable=True) as connection:
            kept = _unfrozen(connection.scalar(_edition(week)))
            if kept is not None and kept.made_at >= digest.made_at:
                return kept
            put_digest(connection, digest)
            connection.execute(row.on_conflict_do_update(index_elements=["week"], set_=values))
        return replace(digest, log_entry=None)

    def weeks(self) -> Sequence[str]:
        """Return the weeks of which there is an edition, latest first."""
        return self._scalars(select(EDITION.c.week).order_by(EDITION.c.week.desc()))

    def editions_with(self, words: Sequence[str], *, limit: int) -> Sequence[tuple[str, Digest]]:
        """Return the editions whose text holds all these words, latest first."""
        query = select(EDITION.c.week, EDITION.c.content).order_by(EDITION.c.week.desc())
        for word in words:
            query = query.where(EDITION.c.text.contains(word, autoescape=True))
        return [(row.week, unfrozen(row.content)) for row in self._rows(query.limit(limit))]


def frozen(digest: Digest) -> bytes:
    """Return a digest as compressed JSON: a week of ten picks takes about 3 KB.

    How it was made is logged elsewhere, and forgotten earlier. The standard library writes the
    text, since pydantic writes an infinite number as null, which it cannot read as one.
    """
    data = _adapter().dump_python(replace(digest, log_entry=None), mode="json")
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def unfrozen(content: bytes) -> Digest:
    """Return the digest that ``frozen`` wrote, now or when fields had other names.

    Raises:
        StorageError: if it is damaged.
    """
    try:
        return _unfrozen_whole(content)
    except UNREADABLE as error:
        raise damaged("a digest", error) from error


def _unfrozen_whole(content: bytes) -> Digest:
    data = json.loads(zlib.decompress(content))
    entries = (entry for section in data["sections"] for entry in section["items"])
    for reason in (reason for entry in entries for reason in entry["reasons"]):
        for old in _EARLIER_NAMES.keys() & reason.keys():
            reason[_EARLIER_NAMES[old]] = reason.pop(old)
    return _adapter().validate_python(data)


def as_data(content: bytes) -> object:
    """Return what ``frozen`` wrote as data that JSON can carry.

    Raises:
        StorageError: if it is damaged.
    """
    try:
        return json.loads(zlib.decompress(content))
    except UNREADABLE as error:
        raise damaged("a digest", error) from error


@cache
def _adapter() -> TypeAdapter[Digest]:
    from pydantic import TypeAdapter

    return TypeAdapter(Digest)


def _issue(subscription: str, period: str) -> Select[bytes]:
    return select(ISSUE.c.content).where(
        ISSUE.c.subscription == subscription, ISSUE.c.period == period
    )


def _edition(week: str) -> Select[bytes]:
    return select(EDITION.c.content).where(EDITION.c.week == week)


def _unfrozen(content: bytes | None) -> Digest | None:
    return None if content is None else unfrozen(content)
