"""``core.ports.storage.MoveStore``: deadlines and prices that moved, and who was reminded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from core.damage import decodes
from core.items import ItemKey
from core.moves import Move, MoveKind
from storage.move_tables import MOVE
from storage.repository import SqlRepository
from storage.rows import micros, moment


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
