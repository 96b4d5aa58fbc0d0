"""``core.ports.storage.QuestionStore``: questions that members watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.sqlite import insert

from core.answers import WatchedQuestion, wording
from core.damage import decodes
from core.items import ItemKey
from storage.member_tables import QUESTION, QUESTION_SEEN
from storage.repository import SqlRepository
from storage.rows import micros, moment


class SqlQuestions(SqlRepository):
    """Watched questions, in the same database as the archive."""

    def questions(self, *, owner: str = "") -> Sequence[WatchedQuestion]:
        """Return the questions of an owner, or all, oldest first."""
        query = select(QUESTION).order_by(QUESTION.c.asked_at, QUESTION.c.id)
        if owner:
            query = query.where(QUESTION.c.owner == owner)
        return [_question(row) for row in self._rows(query)]

    def watch(self, question: WatchedQuestion) -> WatchedQuestion:
        """Keep a question; return the one that its owner watches in the same words already."""
        same = wording(question.text)
        row = insert(QUESTION).values(
            id=question.id,
            owner=question.owner,
            text=question.text,
            wording=same,
            asked_at=micros(question.asked_at),
        )
        kept = select(QUESTION).where(
            QUESTION.c.owner == question.owner, QUESTION.c.wording == same
        )
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_nothing())
            return _question(connection.execute(kept).one())

    def unwatch(self, id_: str, *, owner: str) -> bool:
        """Forget a question of this owner."""
        which = (QUESTION.c.id == id_) & (QUESTION.c.owner == owner)
        return self._change(delete(QUESTION).where(which)) > 0

    def seen(self, id_: str) -> frozenset[ItemKey]:
        """Return the items that the owner was notified of."""
        query = select(QUESTION_SEEN).where(QUESTION_SEEN.c.question == id_)
        return frozenset(ItemKey(row.source, row.external_id) for row in self._rows(query))

    def mark_seen(self, id_: str, keys: Iterable[ItemKey]) -> None:
        """Record items that the owner was notified of."""
        rows = [
            {"question": id_, "source": key.source, "external_id": key.external_id} for key in keys
        ]
        with self._database.writing() as connection:
            known = connection.scalar(select(QUESTION.c.id).where(QUESTION.c.id == id_))
            if rows and known is not None:
                connection.execute(insert(QUESTION_SEEN).on_conflict_do_nothing(), rows)


@decodes("a question")
def _question(row: Row[Any]) -> WatchedQuestion:
    return WatchedQuestion(id=row.id, owner=row.owner, text=row.text, asked_at=moment(row.asked_at))
