"""What every part of the storage is built on: a query or a change in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Insert, Row, Select, Table, Update
from sqlalchemy.dialects.sqlite import insert

from storage.engine import Database

T = TypeVar("T")


class SqlRepository:
    """Base of the classes that keep something in the database.

    Methods may be called from any thread, and raise only ``StorageError``; each change is one
    transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return connection.execute(query).all()

    def _scalars(self, query: Select[T]) -> Sequence[T]:
        with self._database.reading() as connection:
            return connection.scalars(query).all()

    def _scalar(self, query: Select[T]) -> T | None:
        """Return the first column of the first row, or None if there is no row."""
        with self._database.reading() as connection:
            return connection.scalar(query)

    def _change(self, statement: Insert | Update | Delete, *, durable: bool = False) -> int:
        """Execute a statement and return how many rows it changed."""
        with self._database.writing(durable=durable) as connection:
            return connection.execute(statement).rowcount

    def _upsert(self, table: Table, values: Mapping[str, Any], *, durable: bool = False) -> None:
        with self._database.writing(durable=durable) as connection:
            upsert(connection, table, values)


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or update the named columns of the row with the same primary key."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in keys}
    statement = insert(table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
