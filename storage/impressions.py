"""``core.ports.storage.ImpressionLog``: how digests were made, and the verdicts on their picks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from core.damage import decodes
from core.digests import Digest
from core.impressions import (
    DEADLINES,
    KEPT,
    Exposure,
    Impression,
    JudgedPlacement,
    LogEntry,
    LoggedDigest,
    Placement,
    RankerName,
)
from core.items import ItemKey
from core.people import STRENGTH, Verdict
from storage.delivery_tables import SUBSCRIPTION
from storage.impression_tables import LOG_ENTRY, PLACEMENT
from storage.repository import SqlRepository
from storage.rows import dump, micros, moment
from storage.tables import DIGEST, FEEDBACK, ITEM, PICK

_PROFILE_PREFIX = "profile:"
"""Prefix of ``Digest.subscription`` where a profile asked for the digest itself."""

_PLACEMENT_FIELDS = ("position", "rank", "score", "section", "band", "propensity")
"""Fields of ``Placement`` that are stored as they are."""

_PROFILE: ColumnElement[str | None] = case(
    (DIGEST.c.subscription.startswith(_PROFILE_PREFIX), func.substr(DIGEST.c.subscription, 9)),
    else_=SUBSCRIPTION.c.profile,
)


def put_log_entry(connection: Connection, digest: Digest, entry: LogEntry) -> None:
    """Log how a digest was made, and delete entries older than ``KEPT``.

    If it is made again, picks logged before keep their time and position: verdicts count from
    then on.
    """
    connection.execute(delete(LOG_ENTRY).where(LOG_ENTRY.c.made_at < micros(digest.made_at - KEPT)))
    candidates = dump({name: list(counts) for name, counts in entry.candidates.items()})
    statement = insert(LOG_ENTRY).values(
        digest_id=digest.id,
        made_at=micros(digest.made_at),
        ranker=entry.ranker.value,
        candidates=candidates,
    )
    again = {"candidates": candidates}
    connection.execute(statement.on_conflict_do_update(index_elements=["digest_id"], set_=again))
    if entry.placements:
        rows = [_placement_values(digest.id, placement) for placement in entry.placements]
        connection.execute(insert(PLACEMENT).on_conflict_do_nothing(), rows)


class SqlImpressions(SqlRepository):
    """The log of digests in the same database as the archive."""

    def logged_digests(
        self,
        *,
        profile: str = "",
        ranker: RankerName | None = None,
        before: datetime | None = None,
    ) -> Sequence[LoggedDigest]:
        """Return logged digests with what was said of their picks since, oldest first."""
        query = _PICKS.where(_PROFILE.is_not(None))
        if profile:
            query = query.where(_ranked_for(profile))
        if ranker is not None:
            query = query.where(LOG_ENTRY.c.ranker == ranker.value)
        if before is not None:
            query = query.where(LOG_ENTRY.c.made_at < micros(before))
        by_digest = groupby(self._rows(query), key=lambda row: row.id)
        return [_logged_digest(list(group), before) for _, group in by_digest]

    def shown(self, profile: str, *, before: datetime) -> Sequence[Impression]:
        """Return what somebody got in any digest made before then, in order."""
        query = _SHOWN.where(_ranked_for(profile), DIGEST.c.made_at < micros(before))
        return [_impression(row) for row in self._rows(query)]

    def shares(self, since: datetime) -> Sequence[Exposure]:
        """Return how candidates and picks spread over sources and bands."""
        recent = LOG_ENTRY.c.made_at >= micros(since)
        picked = (
            select(PLACEMENT.c.source, PLACEMENT.c.band, func.count())
            .join(LOG_ENTRY, LOG_ENTRY.c.digest_id == PLACEMENT.c.digest_id)
            .where(recent, PLACEMENT.c.section != DEADLINES)
            .group_by(PLACEMENT.c.source, PLACEMENT.c.band)
        )
        candidates: Counter[tuple[str, int]] = Counter()
        with self._database.reading() as connection:
            for text in connection.scalars(select(LOG_ENTRY.c.candidates).where(recent)):
                candidates.update(_counted(text))
            picks = {(row[0], row[1]): row[2] for row in connection.execute(picked)}
        return [
            Exposure(source=source, band=band, candidates=candidates[source, band], picks=number)
            for source, band in sorted({*candidates, *picks})
            for number in (picks.get((source, band), 0),)
        ]


_PICKS = (
    select(
        DIGEST.c.id,
        _PROFILE.label("profile"),
        LOG_ENTRY.c.made_at,
        LOG_ENTRY.c.ranker.label("digest_ranker"),
        PLACEMENT,
        FEEDBACK.c.verdict,
        FEEDBACK.c.at,
    )
    .select_from(LOG_ENTRY)
    .join(DIGEST, DIGEST.c.id == LOG_ENTRY.c.digest_id)
    .outerjoin(SUBSCRIPTION, SUBSCRIPTION.c.id == DIGEST.c.subscription)
    .outerjoin(
        PLACEMENT,
        and_(PLACEMENT.c.digest_id == LOG_ENTRY.c.digest_id, PLACEMENT.c.section != DEADLINES),
    )
    .outerjoin(
        ITEM,
        and_(ITEM.c.source == PLACEMENT.c.source, ITEM.c.external_id == PLACEMENT.c.external_id),
    )
    .outerjoin(
        FEEDBACK,
        and_(
            FEEDBACK.c.item_id == ITEM.c.id,
            FEEDBACK.c.profile == _PROFILE,
            # What was said before it was shown judges an earlier digest, if any.
            FEEDBACK.c.at >= LOG_ENTRY.c.made_at,
        ),
    )
    .order_by(
        LOG_ENTRY.c.made_at,
        DIGEST.c.id,
        PLACEMENT.c.position,
        PLACEMENT.c.source,
        PLACEMENT.c.external_id,
    )
)


_SHOWN = (
    select(
        DIGEST.c.id,
        DIGEST.c.made_at,
        DIGEST.c.period_start,
        PICK.c.source,
        PICK.c.external_id,
        PICK.c.version,
        PLACEMENT.c.section,
    )
    .join(PICK, PICK.c.digest_id == DIGEST.c.id)
    .outerjoin(
        PLACEMENT,
        and_(
            PLACEMENT.c.digest_id == PICK.c.digest_id,
            PLACEMENT.c.source == PICK.c.source,
            PLACEMENT.c.external_id == PICK.c.external_id,
        ),
    )
    .order_by(DIGEST.c.made_at, DIGEST.c.id, PLACEMENT.c.position)
)


def _ranked_for(profile: str) -> ColumnElement[bool]:
    """Select the digests of a profile through indexes, unlike a comparison with ``_PROFILE``."""
    subscriptions = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.profile == profile)
    return or_(
        DIGEST.c.subscription == f"{_PROFILE_PREFIX}{profile}",
        DIGEST.c.subscription.in_(subscriptions),
    )


@decodes("an impression")
def _impression(row: Row[Any]) -> Impression:
    return Impression(
        key=ItemKey(row.source, row.external_id),
        version=row.version,
        digest=row.id,
        made_at=moment(row.made_at),
        since=moment(row.period_start),
        section=row.section or "",
    )


@decodes("the log of a digest")
def _logged_digest(rows: Sequence[Row[Any]], before: datetime | None) -> LoggedDigest:
    first = rows[0]
    shown = groupby((row for row in rows if row.source is not None), key=_placed)
    return LoggedDigest(
        digest=first.id,
        profile=first.profile,
        made_at=moment(first.made_at),
        ranker=RankerName(first.digest_ranker),
        picks=tuple(_judged(list(facts), before) for _, facts in shown),
    )


def _placed(row: Row[Any]) -> ItemKey:
    return ItemKey(row.source, row.external_id)


def _judged(facts: Sequence[Row[Any]], before: datetime | None) -> JudgedPlacement:
    """Return a placement with the strongest of what was said of its item, one row for each."""
    row = facts[0]
    said = [
        Verdict(one.verdict)
        for one in facts
        if one.verdict is not None and (before is None or moment(one.at) < before)
    ]
    placement = Placement(
        key=_placed(row),
        ranker=RankerName(row.ranker),
        **{name: getattr(row, name) for name in _PLACEMENT_FIELDS},
    )
    verdict = max(said, key=STRENGTH.__getitem__, default=None)
    return JudgedPlacement(placement=placement, verdict=verdict)


def _placement_values(digest: str, placement: Placement) -> dict[str, Any]:
    return {
        "digest_id": digest,
        "source": placement.key.source,
        "external_id": placement.key.external_id,
        "ranker": placement.ranker.value,
        **{name: getattr(placement, name) for name in _PLACEMENT_FIELDS},
    }


@decodes("the counts of a digest's candidates")
def _counted(text: str) -> dict[tuple[str, int], int]:
    counts: dict[str, list[int]] = json.loads(text)
    return {
        (source, band): int(number)
        for source, numbers in counts.items()
        for band, number in enumerate(numbers)
        if number
    }
