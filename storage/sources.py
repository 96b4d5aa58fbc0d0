"""What is remembered of the sources, and of the scheduler that asks them, between runs."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from sqlalchemy import Connection, delete, insert, select

from core.sources import FetchReport, SourceState, SourceStatus, Validators
from storage.rows import maybe_micros, maybe_moment, micros, moment
from storage.tables import ANSWER_COUNT, HEARTBEAT, SOURCE, VALIDATORS
from storage.upsert import upsert

MEDIAN_ANSWERS = 10
"""How many of a source's latest answers the median of its items is taken over."""

_SCHEDULER = "scheduler"
_ANSWERED = frozenset({SourceStatus.OK, SourceStatus.SUSPICIOUS})


def record_report(connection: Connection, report: FetchReport, now: datetime) -> None:
    """Remember how a look at a source ended; only a success moves ``last_success``."""
    values = {
        "name": report.source,
        "status": report.status.value,
        "new": report.new,
        "updated": report.updated,
        "fetched": report.fetched,
        "error": report.error,
        "note": report.note,
        "last_attempt": micros(now),
        "next_attempt": maybe_micros(report.retry_at),
        "unreached": report.unreached,
    }
    if report.status.succeeded:
        values["last_success"] = micros(now)
    upsert(connection, SOURCE, values)
    if report.status in _ANSWERED:
        _count(connection, report)


def all_states(connection: Connection) -> dict[str, SourceState]:
    """Return what is known of each source, by name."""
    counts: dict[str, list[int]] = {}
    for row in connection.execute(select(ANSWER_COUNT.c.source, ANSWER_COUNT.c.fetched)):
        counts.setdefault(row.source, []).append(row.fetched)
    return {
        row.name: SourceState(
            report=FetchReport(
                source=row.name,
                status=SourceStatus(row.status),
                new=row.new,
                updated=row.updated,
                fetched=row.fetched,
                error=row.error,
                note=row.note,
                retry_at=maybe_moment(row.next_attempt),
                unreached=row.unreached,
            ),
            last_attempt=moment(row.last_attempt),
            last_success=maybe_moment(row.last_success),
            next_attempt=maybe_moment(row.next_attempt),
            usual=median(counts[row.name]) if row.name in counts else None,
            answers=len(counts.get(row.name, ())),
        )
        for row in connection.execute(select(SOURCE).order_by(SOURCE.c.name))
    }


def recall_validators(connection: Connection, url: str) -> Validators | None:
    """Return the validators kept for an address."""
    row = connection.execute(select(VALIDATORS).where(VALIDATORS.c.url == url)).first()
    return None if row is None else Validators(etag=row.etag, last_modified=row.last_modified)


def keep_validators(connection: Connection, url: str, validators: Validators) -> None:
    """Remember the validators of an address in place of earlier ones."""
    values = {"etag": validators.etag, "last_modified": validators.last_modified}
    upsert(connection, VALIDATORS, {"url": url, **values})


def record_beat(connection: Connection, now: datetime) -> None:
    """Record that the scheduler is alive."""
    upsert(connection, HEARTBEAT, {"name": _SCHEDULER, "at": micros(now)})


def latest_beat(connection: Connection) -> datetime | None:
    """Return when the scheduler was last alive, if ever."""
    query = select(HEARTBEAT.c.at).where(HEARTBEAT.c.name == _SCHEDULER)
    return maybe_moment(connection.scalar(query))


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
