"""Keeping the full text index in step with the items, within the transaction that changes them.

The index reads the view ``item_words``: the texts of ``item`` with a gap between the signs of
scripts that have no spaces (the SQL function ``spaced``, which every connection has).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from storage.rows import dump

# FTS5 takes words out by being told the old text, so this runs before the items change.
_UNINDEX = text(
    "INSERT INTO item_text(item_text, rowid, title, summary, authors, tags) "
    "SELECT 'delete', id, title, summary, authors, tags FROM item_words "
    "WHERE id IN (SELECT value FROM json_each(:ids))"
)
_INDEX_NEW = text(
    "INSERT INTO item_text(rowid, title, summary, authors, tags) "
    "SELECT id, title, summary, authors, tags FROM item_words WHERE id > :newest ORDER BY id"
)
_INDEX_CHANGED = text(
    "INSERT INTO item_text(rowid, title, summary, authors, tags) "
    "SELECT id, title, summary, authors, tags FROM item_words "
    "WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
)


def unindex_texts(connection: Connection, ids: Sequence[int]) -> None:
    """Take items out of the index; to be called before their text changes or they go."""
    if ids:
        connection.execute(_UNINDEX, {"ids": dump(ids)})


def index_texts(connection: Connection, *, newer_than: int, also: Sequence[int] = ()) -> None:
    """Put items into the index: those with a higher id, and ``also`` those taken out before."""
    connection.execute(_INDEX_NEW, {"newest": newer_than})
    if also:
        connection.execute(_INDEX_CHANGED, {"ids": dump(also)})
