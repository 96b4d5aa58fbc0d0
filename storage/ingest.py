"""Storing items: one transaction per batch, a handful of statements whatever its size.

What is known of the batch's items is read first, what to write is decided in Python
(``storage.planning``), and written with one ``executemany`` each for whole items, for new metrics
and times, and for claims. The write lock is held all the while, so no decision is out of date.
Rows go to the driver as tuples: SQLAlchemy's own handling of parameters would cost as much again
as SQLite's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from core.items import Item, ItemKey, Stored
from storage.archive import GIVEN, ITEM_COLUMNS, by_source
from storage.arrivals import late_ones_dated, under_known_ids
from storage.linking import link_items
from storage.moves import add_moves
from storage.planning import (
    ROW_COLUMNS,
    VOLATILE_COLUMNS,
    Changes,
    ExistingRow,
    plan,
    without_repeats,
)
from storage.rows import dump, item_of
from storage.tables import ITEM
from storage.text_index import index_texts, unindex_texts

_NEVER_CHANGED = frozenset({"source", "external_id", "stored_at"})
_EXISTING = select(
    ITEM.c.external_id,
    ITEM.c.id,
    ITEM.c.fingerprint,
    ITEM.c.version,
    ITEM.c.sample,
    ITEM.c.metrics,
    ITEM.c.facets,
    ITEM.c.appeared_at,
    ITEM.c.published_at,
    ITEM.c.updated_at,
).where(ITEM.c.source == bindparam("source"), ITEM.c.external_id.in_(GIVEN))
_WHOLE = select(*ITEM_COLUMNS, ITEM.c.id).where(ITEM.c.id.in_(GIVEN))


def store_items(
    connection: Connection, items: Iterable[Item], *, now: datetime, sample: bool
) -> Stored:
    """Store items by key, as ``Store.upsert`` says, within the caller's transaction."""
    batch, fetched = without_repeats(items)

    def stored(ids: Sequence[int]) -> Mapping[int, Item]:
        rows = connection.execute(_WHOLE, {"given": dump(ids)}).all()
        return {row[-1]: item_of(row) for row in rows}

    existing = _existing(connection, batch)
    if not sample:
        batch, existing = _arrived(connection, batch, existing, now)
    changes = plan(batch, existing, stored, now=now, sample=sample)
    _write(connection, changes)
    return Stored(new=changes.new, updated=changes.updated, fetched=fetched)


def _arrived(
    connection: Connection,
    batch: dict[ItemKey, Item],
    existing: Mapping[ItemKey, ExistingRow],
    now: datetime,
) -> tuple[dict[ItemKey, Item], Mapping[ItemKey, ExistingRow]]:
    """Give what is new in a feed the id and the time under which it is to be stored."""
    renamed = under_known_ids(connection, batch, existing)
    found = {**existing, **_existing(connection, renamed.keys() - batch.keys())}
    new = [item for key, item in renamed.items() if key not in found]
    return renamed | late_ones_dated(connection, new, now=now), found


def _existing(connection: Connection, keys: Iterable[ItemKey]) -> Mapping[ItemKey, ExistingRow]:
    found: dict[ItemKey, ExistingRow] = {}
    for source, names in by_source(keys).items():
        rows = connection.execute(_EXISTING, {"source": source, "given": dump(names)}).all()
        found.update((ItemKey(source, row[0]), ExistingRow._make(row[1:])) for row in rows)
    return found


def _write(connection: Connection, changes: Changes) -> None:
    newest = connection.scalar(select(func.coalesce(func.max(ITEM.c.id), 0))) or 0
    unindex_texts(connection, changes.texts)
    if changes.rows:
        _many(connection, _UPSERT, changes.rows)
    if changes.volatile:
        _many(connection, _UPDATE_VOLATILE, changes.volatile)
    add_moves(connection, changes.moves)
    index_texts(connection, newer_than=newest, also=changes.texts)
    link_items(connection, changes.nodes, changes.relinked, newer_than=newest)


def _many(connection: Connection, statement: Insert | Update, rows: list[tuple[Any, ...]]) -> None:
    """Execute a statement for many rows, whose values stand in the order of its parameters."""
    connection.exec_driver_sql(str(statement.compile(dialect=connection.dialect)), rows)


def _upsert() -> Insert:
    statement = insert(ITEM).values({name: bindparam(name) for name in ROW_COLUMNS})
    changed = {name: statement.excluded[name] for name in ROW_COLUMNS if name not in _NEVER_CHANGED}
    return statement.on_conflict_do_update(
        index_elements=[ITEM.c.source, ITEM.c.external_id], set_=changed
    )


_UPSERT = _upsert()
_UPDATE_VOLATILE = (
    update(ITEM)
    .where(ITEM.c.id == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in VOLATILE_COLUMNS})
)
