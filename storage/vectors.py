"""``core.ports.storage.VectorStore``: vectors of items and interests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, delete, func, or_, select

from core.embeddings import WrittenInterest
from core.items import Item, ItemKey
from storage.archive import GIVEN, ITEM_COLUMNS, by_source, item_id
from storage.repository import SqlRepository, upsert
from storage.rows import dump, item_of, micros
from storage.tables import FEEDBACK, ITEM, PROFILE
from storage.vector_tables import INTEREST_VECTOR, ITEM_VECTOR

_LISTED = (
    select(ITEM.c.external_id, ITEM_VECTOR.c.vector)
    .join(ITEM_VECTOR, ITEM_VECTOR.c.item_id == ITEM.c.id)
    .where(
        ITEM.c.source == bindparam("source"),
        ITEM.c.external_id.in_(GIVEN),
        ITEM_VECTOR.c.model == bindparam("model"),
    )
)


class SqlVectors(SqlRepository):
    """Vectors in the same database as the archive."""

    def items_without(self, model: str, *, since: datetime, limit: int) -> Sequence[Item]:
        """Return items without a vector of their present text, judged ones first, then latest."""
        judged = ITEM.c.id.in_(select(FEEDBACK.c.item_id))
        query = (
            select(*ITEM_COLUMNS)
            .outerjoin(ITEM_VECTOR, and_(ITEM_VECTOR.c.item_id == ITEM.c.id, _is_current(model)))
            .where(
                ITEM_VECTOR.c.item_id.is_(None), or_(ITEM.c.appeared_at >= micros(since), judged)
            )
            .order_by(case((judged, 0), else_=1), ITEM.c.appeared_at.desc(), ITEM.c.id.desc())
            .limit(limit)
        )
        return [item_of(row) for row in self._rows(query)]

    def keep_items(self, model: str, vectors: Sequence[tuple[Item, bytes]]) -> None:
        """Keep the vectors of those items that are still there."""
        with self._database.writing() as connection:
            for item, vector in vectors:
                found = item_id(connection, item.key)
                if found is not None:
                    values = {"model": model, "fingerprint": item.fingerprint(), "vector": vector}
                    upsert(connection, ITEM_VECTOR, {"item_id": found, **values})

    def of_items(self, model: str, keys: Sequence[ItemKey]) -> Mapping[ItemKey, bytes]:
        """Return the vectors that there are, with one query a source."""
        with self._database.reading() as connection:
            return {
                ItemKey(source, name): vector
                for source, names in by_source(keys).items()
                for name, vector in connection.execute(
                    _LISTED, {"source": source, "given": dump(names), "model": model}
                )
            }

    def interests_without(self, model: str) -> Sequence[WrittenInterest]:
        """Return the stored interests without a vector, by profile."""
        known = select(INTEREST_VECTOR.c.profile, INTEREST_VECTOR.c.text)
        with self._database.reading() as connection:
            have = {tuple(r) for r in connection.execute(known.where(_of_model(model)))}
            rows = connection.execute(select(PROFILE.c.name, PROFILE.c.interests)).all()
        written = ((name, text) for name, texts in rows for text, _ in json.loads(texts))
        return [WrittenInterest(profile=n, text=t) for n, t in written if (n, t) not in have]

    def keep_interests(self, model: str, vectors: Sequence[tuple[WrittenInterest, bytes]]) -> None:
        """Keep the vectors of those interests that their profile still has, and no others."""
        with self._database.writing() as connection:
            for name in {written.profile for written, _ in vectors}:
                present = _interests(connection, name)
                mine = [(w.text, v) for w, v in vectors if w.profile == name]
                for text, vector in mine:
                    if text in present:
                        values = {"profile": name, "text": text, "model": model, "vector": vector}
                        upsert(connection, INTEREST_VECTOR, values)
                drop_unwritten(connection, name, present)

    def of_interests(self, model: str, profile: str) -> Mapping[str, bytes]:
        """Return the vectors of one profile's interests."""
        query = select(INTEREST_VECTOR.c.text, INTEREST_VECTOR.c.vector).where(
            INTEREST_VECTOR.c.profile == profile, _of_model(model)
        )
        return {row.text: row.vector for row in self._rows(query)}

    def count(self, model: str) -> int:
        """Return how many items have a vector of this model."""
        query = select(func.count()).select_from(ITEM_VECTOR).where(ITEM_VECTOR.c.model == model)
        return self._scalar(query) or 0


def drop_unwritten(connection: Connection, profile: str, written: Sequence[str]) -> None:
    """Forget the vectors of interests that a person has struck out."""
    gone = and_(INTEREST_VECTOR.c.profile == profile, INTEREST_VECTOR.c.text.not_in(GIVEN))
    connection.execute(delete(INTEREST_VECTOR).where(gone), {"given": dump(written)})


def _is_current(model: str) -> ColumnElement[bool]:
    same_text = ITEM_VECTOR.c.fingerprint == ITEM.c.fingerprint
    return and_(ITEM_VECTOR.c.model == model, same_text)


def _of_model(model: str) -> ColumnElement[bool]:
    return INTEREST_VECTOR.c.model == model


def _interests(connection: Connection, profile: str) -> list[str]:
    """Return what a person wrote; nothing where there is no such profile."""
    stored = connection.scalar(select(PROFILE.c.interests).where(PROFILE.c.name == profile))
    return [text for text, _ in json.loads(stored)] if stored else []
