"""``core.ports.storage.MoveStore``: deadlines and prices that moved, and who was reminded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select
from sqlalchemy.dialects import sqlite

from core.damage import decodes
from core.items import Item, ItemKey
from core.moves import Move, MoveKind
from core.people import DISMISSED, Fact
from storage.archive import ITEM_COLUMNS
from storage.move_tables import MOVE, REMINDER
from storage.repository import SqlRepository
from storage.rows import item_of, micros, moment
from storage.tables import FEEDBACK, ITEM

_OTHER = FEEDBACK.alias("other")
_DISMISSED = select(_OTHER.c.item_id).where(
    _OTHER.c.profile == FEEDBACK.c.profile,
    _OTHER.c.verdict.in_([verdict.value for verdict in DISMISSED]),
)


def add_moves(connection: Connection, moves: Iterable[Move]) -> None:
    """Note what moved, within the transaction that stores the items."""
    rows = [
        {
            "source": move.key.source,
            "external_id": move.key.external_id,
            "kind": move.kind.value,
            "what": move.what,
            "subject": move.subject,
            "old": move.old,
            "new": move.new,
            "seen_at": micros(move.seen_at),
        }
        for move in moves
    ]
    if rows:
        connection.execute(insert(MOVE), rows)


class SqlMoves(SqlRepository):
    """What moved, in the same database as the archive."""

    def moves(self, *, since: datetime, until: datetime) -> Sequence[Move]:
        """Return what was seen to move in ``since <= seen_at < until``, oldest first."""
        query = (
            select(MOVE)
            .where(MOVE.c.seen_at >= micros(since), MOVE.c.seen_at < micros(until))
            .order_by(MOVE.c.seen_at, MOVE.c.id)
        )
        return [_move(row) for row in self._rows(query)]

    def forget_before(self, limit: datetime) -> int:
        """Delete what was seen before then; return how many there were."""
        return self._change(delete(MOVE).where(MOVE.c.seen_at < micros(limit)))

    def saved_ahead(self, now: datetime) -> Mapping[str, Sequence[Item]]:
        """Return what people saved that has a deadline after now."""
        query = (
            select(FEEDBACK.c.profile, *ITEM_COLUMNS)
            .join(ITEM, ITEM.c.id == FEEDBACK.c.item_id)
            .where(ITEM.c.last_deadline > micros(now), FEEDBACK.c.fact == Fact.SAVED.value)
            .where(FEEDBACK.c.item_id.not_in(_DISMISSED))
            .order_by(FEEDBACK.c.profile, FEEDBACK.c.at)
        )
        found: dict[str, list[Item]] = defaultdict(list)
        for row in self._rows(query):
            found[row[0]].append(item_of(row[1:]))
        return found

    def reminded(self, owner: str) -> frozenset[tuple[ItemKey, str, datetime]]:
        """Return what a person was reminded of."""
        query = select(REMINDER).where(REMINDER.c.owner == owner)
        return frozenset(map(_reminded, self._rows(query)))

    def mark_reminded(
        self, owner: str, key: ItemKey, *, stage: str, due: datetime, now: datetime
    ) -> None:
        """Record that a person was reminded."""
        row = sqlite.insert(REMINDER).values(
            owner=owner,
            source=key.source,
            external_id=key.external_id,
            stage=stage,
            due=micros(due),
            at=micros(now),
        )
        self._change(row.on_conflict_do_nothing())


@decodes("a reminder")
def _reminded(row: Row[Any]) -> tuple[ItemKey, str, datetime]:
    return ItemKey(row.source, row.external_id), row.stage, moment(row.due)


@decodes("a move")
def _move(row: Row[Any]) -> Move:
    return Move(
        key=ItemKey(row.source, row.external_id),
        kind=MoveKind(row.kind),
        what=row.what,
        subject=row.subject,
        old=row.old,
        new=row.new,
        seen_at=moment(row.seen_at),
    )
