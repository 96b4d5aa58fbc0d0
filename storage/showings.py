"""``core.showings.ShowingLog``: how digests were made, and what came of their picks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.digests import Digest
from core.items import ItemKey
from core.people import Verdict
from core.showings import (
    DEADLINES,
    KEPT,
    Judged,
    Making,
    Placing,
    RankerName,
    Shares,
    Showing,
    Shown,
)
from storage.delivery_tables import SUBSCRIPTION
from storage.engine import Database
from storage.rows import dump, micros, moment
from storage.showing_tables import MAKING, PLACING
from storage.tables import DIGEST, FEEDBACK, ITEM, PICK

_DIRECT = "profile:"
"""How the subscription of a digest begins that a profile made for itself."""

_PROFILE: ColumnElement[str | None] = case(
    (DIGEST.c.subscription.startswith(_DIRECT), func.substr(DIGEST.c.subscription, 9)),
    else_=SUBSCRIPTION.c.profile,
)


def put_making(connection: Connection, digest: Digest, making: Making) -> None:
    """Log how a digest was made, and forget what is too old.

    Where it is made again, what was shown first keeps its time and place, since it is judged from
    then on.
    """
    connection.execute(delete(MAKING).where(MAKING.c.made_at < micros(digest.made_at - KEPT)))
    candidates = dump({name: list(counts) for name, counts in making.candidates.items()})
    statement = upsert(MAKING).values(
        digest_id=digest.id,
        made_at=micros(digest.made_at),
        ranker=making.ranker.value,
        candidates=candidates,
    )
    again = {"candidates": candidates}
    connection.execute(statement.on_conflict_do_update(index_elements=["digest_id"], set_=again))
    if making.placings:
        rows = [_placing_values(digest.id, placing) for placing in making.placings]
        connection.execute(upsert(PLACING).on_conflict_do_nothing(), rows)


class SqlShowings:
    """The log of digests in the same database as the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def showings(
        self,
        *,
        profile: str = "",
        ranker: RankerName | None = None,
        before: datetime | None = None,
    ) -> Sequence[Showing]:
        """Return logged digests with what was said of their picks since, oldest first."""
        query = _PICKS.where(_PROFILE.is_not(None))
        if profile:
            query = query.where(_ranked_for(profile))
        if ranker is not None:
            query = query.where(MAKING.c.ranker == ranker.value)
        if before is not None:
            query = query.where(MAKING.c.made_at < micros(before))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [_showing(list(group), before) for _, group in groupby(rows, key=lambda r: r.id)]

    def shown(self, profile: str, *, before: datetime) -> Sequence[Shown]:
        """Return what somebody got in any digest made before then, in order."""
        query = _SHOWN.where(_ranked_for(profile), DIGEST.c.made_at < micros(before))
        with self._database.reading() as connection:
            return [
                Shown(
                    key=ItemKey(row.source, row.external_id),
                    version=row.version,
                    digest=row.id,
                    made_at=moment(row.made_at),
                    since=moment(row.period_start),
                    section=row.section or "",
                )
                for row in connection.execute(query)
            ]

    def shares(self, since: datetime) -> Sequence[Shares]:
        """Return how candidates and picks spread over sources and bands."""
        recent = MAKING.c.made_at >= micros(since)
        picked = (
            select(PLACING.c.source, PLACING.c.band, func.count())
            .join(MAKING, MAKING.c.digest_id == PLACING.c.digest_id)
            .where(recent, PLACING.c.section != DEADLINES)
            .group_by(PLACING.c.source, PLACING.c.band)
        )
        candidates: Counter[tuple[str, int]] = Counter()
        with self._database.reading() as connection:
            for text in connection.scalars(select(MAKING.c.candidates).where(recent)):
                candidates.update(dict(_counted(text)))
            picks = {(row[0], row[1]): row[2] for row in connection.execute(picked)}
        return [
            Shares(source=source, band=band, candidates=candidates[source, band], picks=number)
            for source, band in sorted({*candidates, *picks})
            for number in (picks.get((source, band), 0),)
        ]


_PICKS = (
    select(
        DIGEST.c.id,
        _PROFILE.label("profile"),
        MAKING.c.made_at,
        MAKING.c.ranker.label("made_by"),
        PLACING,
        FEEDBACK.c.verdict,
        FEEDBACK.c.at,
    )
    .select_from(MAKING)
    .join(DIGEST, DIGEST.c.id == MAKING.c.digest_id)
    .outerjoin(SUBSCRIPTION, SUBSCRIPTION.c.id == DIGEST.c.subscription)
    .outerjoin(
        PLACING, and_(PLACING.c.digest_id == MAKING.c.digest_id, PLACING.c.section != DEADLINES)
    )
    .outerjoin(
        ITEM,
        and_(ITEM.c.source == PLACING.c.source, ITEM.c.external_id == PLACING.c.external_id),
    )
    .outerjoin(
        FEEDBACK,
        and_(
            FEEDBACK.c.item_id == ITEM.c.id,
            FEEDBACK.c.profile == _PROFILE,
            # What was said before it was shown judges an earlier showing, if any.
            FEEDBACK.c.at >= MAKING.c.made_at,
        ),
    )
    .order_by(MAKING.c.made_at, DIGEST.c.id, PLACING.c.position)
)


_SHOWN = (
    select(
        DIGEST.c.id,
        DIGEST.c.made_at,
        DIGEST.c.period_start,
        PICK.c.source,
        PICK.c.external_id,
        PICK.c.version,
        PLACING.c.section,
    )
    .join(PICK, PICK.c.digest_id == DIGEST.c.id)
    .outerjoin(
        PLACING,
        and_(
            PLACING.c.digest_id == PICK.c.digest_id,
            PLACING.c.source == PICK.c.source,
            PLACING.c.external_id == PICK.c.external_id,
        ),
    )
    .order_by(DIGEST.c.made_at, DIGEST.c.id, PLACING.c.position)
)


def _ranked_for(profile: str) -> ColumnElement[bool]:
    """Select the digests of a profile through indexes, unlike a comparison with ``_PROFILE``."""
    orders = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.profile == profile)
    return or_(DIGEST.c.subscription == f"{_DIRECT}{profile}", DIGEST.c.subscription.in_(orders))


def _showing(rows: Sequence[Row[Any]], before: datetime | None) -> Showing:
    first = rows[0]
    return Showing(
        digest=first.id,
        profile=first.profile,
        made_at=moment(first.made_at),
        ranker=RankerName(first.made_by),
        picks=tuple(_judged(row, before) for row in rows if row.source is not None),
    )


def _judged(row: Row[Any], before: datetime | None) -> Judged:
    told = row.verdict is not None and (before is None or moment(row.at) < before)
    return Judged(placing=_placing(row), verdict=Verdict(row.verdict) if told else None)


def _placing(row: Row[Any]) -> Placing:
    return Placing(
        key=ItemKey(row.source, row.external_id),
        position=row.position,
        rank=row.rank,
        score=row.score,
        section=row.section,
        band=row.band,
        ranker=RankerName(row.ranker),
        propensity=row.propensity,
    )


def _placing_values(digest: str, placing: Placing) -> dict[str, Any]:
    return {
        "digest_id": digest,
        "source": placing.key.source,
        "external_id": placing.key.external_id,
        "position": placing.position,
        "rank": placing.rank,
        "score": placing.score,
        "section": placing.section,
        "band": placing.band,
        "ranker": placing.ranker.value,
        "propensity": placing.propensity,
    }


def _counted(text: str) -> Iterator[tuple[tuple[str, int], int]]:
    counts: dict[str, list[int]] = json.loads(text)
    for source, numbers in counts.items():
        for band, number in enumerate(numbers):
            if number:
                yield (source, band), number
