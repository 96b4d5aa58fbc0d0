"""What is remembered of the sources and of the scheduler between runs, and other short texts."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from core.damage import decodes
from core.sources import FetchReport, Quota, SourceState, SourceStatus, Validators
from storage.repository import SqlRepository, upsert
from storage.rows import maybe_micros, maybe_moment, micros, moment
from storage.tables import ANSWER_COUNT, HEARTBEAT, SOURCE, VALIDATORS

MEDIAN_ANSWERS = 10
"""How many of a source's latest answers the median of its items is taken over."""

_SCHEDULER = "scheduler"
_ANSWERED = frozenset({SourceStatus.OK, SourceStatus.SUSPICIOUS})


class SqlSources(SqlRepository):
    """How the latest fetches ended, and when the scheduler was last alive."""

    def record_fetch(self, report: FetchReport, *, now: datetime) -> None:
        """Record the result of a fetch; only a success sets ``last_success``."""
        values = {
            "name": report.source,
            "status": report.status.value,
            "new": report.new,
            "updated": report.updated,
            "fetched": report.fetched,
            "error": report.error,
            "note": report.note,
            "quota_left": report.quota.left if report.quota else None,
            "quota_most": report.quota.most if report.quota else None,
            "last_attempt": micros(now),
            "next_attempt": maybe_micros(report.retry_at),
            "unreached": report.unreached,
        }
        if report.status.succeeded:
            values["last_success"] = micros(now)
        with self._database.writing() as connection:
            upsert(connection, SOURCE, values)
            if report.status in _ANSWERED:
                _count(connection, report)

    def source_states(self) -> Mapping[str, SourceState]:
        """Return the state of each source that was ever fetched, by name."""
        counts: dict[str, list[int]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(select(ANSWER_COUNT)):
                counts[row.source].append(row.fetched)
            rows = connection.execute(select(SOURCE).order_by(SOURCE.c.name)).all()
        return {row.name: _state(row, counts[row.name]) for row in rows}

    def beat(self, now: datetime) -> None:
        """Record that the scheduler is alive."""
        self._upsert(HEARTBEAT, {"name": _SCHEDULER, "at": micros(now)})

    def last_beat(self) -> datetime | None:
        """Return when the scheduler was last alive, if ever."""
        query = select(HEARTBEAT.c.at).where(HEARTBEAT.c.name == _SCHEDULER)
        return maybe_moment(self._scalar(query))


class SqlValidators(SqlRepository):
    """``core.ports.sources.ValidatorStore`` in the same database."""

    def recall(self, url: str) -> Validators | None:
        """Return the validators kept for an address."""
        rows = self._rows(select(VALIDATORS).where(VALIDATORS.c.url == validators_name(url)))
        return next((Validators(etag=r.etag, last_modified=r.last_modified) for r in rows), None)

    def keep(self, url: str, validators: Validators) -> None:
        """Remember the validators of an address in place of earlier ones."""
        values = {"etag": validators.etag, "last_modified": validators.last_modified}
        self._upsert(VALIDATORS, {"url": validators_name(url), **values})


def validators_name(url: str) -> str:
    """Return the name under which the validators of an address are kept.

    A login or a query may hold a secret, which stays in the settings: only its hash is stored.
    """
    if not ("@" in url or "?" in url):
        return url
    return f"blake2b:{hashlib.blake2b(url.encode(errors='replace'), digest_size=16).hexdigest()}"


class SqlKeyValues(SqlRepository):
    """``core.ports.storage.KeyValueStore`` in the table of validators, as ``etag`` by ``url``.

    That table is the same thing, a text by name; a name such as ``discord:…`` is no address that
    is ever fetched. A table of its own would take a migration.
    """

    def get(self, key: str) -> str | None:
        """Return the text of a name, if there is one."""
        return self._scalar(select(VALIDATORS.c.etag).where(VALIDATORS.c.url == key))

    def put(self, key: str, value: str) -> None:
        """Keep a text by its name."""
        self._upsert(VALIDATORS, {"url": key, "etag": value, "last_modified": ""})


@decodes("the state of a source")
def _state(row: Row[Any], counts: Sequence[int]) -> SourceState:
    return SourceState(
        report=FetchReport(
            source=row.name,
            status=SourceStatus(row.status),
            new=row.new,
            updated=row.updated,
            fetched=row.fetched,
            error=row.error,
            note=row.note,
            quota=_quota(row.quota_left, row.quota_most),
            retry_at=maybe_moment(row.next_attempt),
            unreached=row.unreached,
        ),
        last_attempt=moment(row.last_attempt),
        last_success=maybe_moment(row.last_success),
        next_attempt=maybe_moment(row.next_attempt),
        usual=median(counts) if counts else None,
        answers=len(counts),
    )


def _quota(left: int | None, most: int | None) -> Quota | None:
    return None if left is None or most is None else Quota(left=left, most=most)


def _count(connection: Connection, report: FetchReport) -> None:
    """Note how many items an answer gave, and forget all but the latest few."""
    connection.execute(insert(ANSWER_COUNT).values(source=report.source, fetched=report.fetched))
    latest = (
        select(ANSWER_COUNT.c.id)
        .where(ANSWER_COUNT.c.source == report.source)
        .order_by(ANSWER_COUNT.c.id.desc())
        .limit(MEDIAN_ANSWERS)
    )
    old = ANSWER_COUNT.c.id.not_in(latest.scalar_subquery())
    connection.execute(delete(ANSWER_COUNT).where(ANSWER_COUNT.c.source == report.source, old))
